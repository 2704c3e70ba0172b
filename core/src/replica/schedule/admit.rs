//! Which sequences join the batch, and how much of a prompt goes into the coming step.

use super::{Admission, Engine, EngineOutput, State, Switch};
use crate::request::{Chain, Corpus};
use crate::units::VirtualTime;

impl Engine {
    pub(super) fn admit(
        &mut self,
        corpus: &Corpus,
        now: VirtualTime,
        mut budget: u32,
        out: &mut Vec<EngineOutput>,
    ) {
        let size = self.limits.block_size;
        let (in_line, chunked, growing) = (
            !self.without(Switch::HeadOfLine),
            !self.without(Switch::ChunkedPrefill),
            !self.without(Switch::Preemption),
        );
        let mut next = 0;
        let gathers = self.limits.gather.is_some();
        let mut again = self.preempted_members();
        while budget > 0
            && !self.full()
            && (!gathers || self.gathering.to_come > 0)
            && let Some(&at) = self.waiting.get(next)
        {
            let slot = &self.slots[at as usize];
            if gathers && !slot.admitted && again >= self.gathering.to_come {
                next += 1; // the places that are left are those of members that were preempted
                continue;
            }
            // The last token is always computed, so that a fully cached prompt still gives logits.
            let chain = corpus.prefix(slot.sequence.answered, (slot.target - 1) / size);
            let hit = self.pool.find(corpus, chain);
            let found = corpus.prefix(chain, hit);
            let computed = hit * size;
            let rest = slot.target - computed;
            if !chunked && rest > budget && !self.prefilling.is_empty() {
                return;
            }
            let tokens = if chunked { rest.min(budget) } else { rest };
            let end = if growing {
                computed + tokens
            } else {
                slot.target + slot.sequence.output_tokens - 1
            };
            let need = end.div_ceil(size) - hit;
            let must_fit = match self.limits.whole_prompt {
                true => end.max(slot.target).div_ceil(size) - hit,
                false => need,
            };
            if must_fit + self.pool.free_among(corpus, found) > self.pool.free() {
                next += 1;
                if in_line {
                    break;
                }
                continue;
            }
            self.count_waiting(now);
            self.waiting.remove(next);
            self.running.push(at);
            self.gathering.to_come = self.gathering.to_come.saturating_sub(1);
            again = again.saturating_sub(u32::from(self.slots[at as usize].admitted));
            self.pool.refer(corpus, Chain::default(), found, true);
            let slot = &mut self.slots[at as usize];
            slot.state = State::Prefill;
            slot.computed = computed;
            slot.covered = found;
            slot.private = 0;
            if !slot.admitted {
                slot.admitted = true;
                let hit_tokens = computed.min(slot.sequence.prompt_tokens);
                self.hits += hit_tokens;
                let hit_blocks = self.pool.matched(corpus, slot.sequence.prompt);
                out.push(EngineOutput::Admitted(
                    slot.sequence.request,
                    now,
                    Admission {
                        hit_tokens,
                        hit_blocks,
                    },
                ));
            } else {
                out.push(EngineOutput::Readmitted(slot.sequence.request, now));
            }
            if !growing {
                self.reserve(at, found.depth, need);
            }
            self.schedule(corpus, at, tokens);
            budget = budget.saturating_sub(tokens);
        }
        // No sequence fits until room is made: not the head of the queue, or none at all.
        self.blocked = next > 0 && (in_line || next == self.waiting.len());
        if self.blocked && !self.running.is_empty() {
            // A batch that is collected consists of the sequences that fit, and of those that once did.
            self.gathering.to_come = again;
        }
    }

    /// Takes the `need` blocks that a sequence will ever need besides the `found` cached ones.
    fn reserve(&mut self, at: u32, found: u32, need: u32) {
        self.pool.take(need);
        self.slots[at as usize].private = need;
        self.reserved += u64::from(found + need);
    }

    /// Puts the next `tokens` of a prefill into this step: allocates blocks for them, and registers those that they fill.
    pub(super) fn schedule(&mut self, corpus: &Corpus, at: u32, tokens: u32) {
        let size = self.limits.block_size;
        let slot = &mut self.slots[at as usize];
        let end = slot.computed + tokens;
        let full = if self.limits.off.has(Switch::StepSharing) {
            slot.covered.depth // registered when computed
        } else {
            (end / size).min(slot.sequence.answered.depth)
        };
        let to = corpus.prefix(slot.sequence.answered, full);
        let need = end.div_ceil(size);
        let held = slot.covered.depth + slot.private;
        // Blocks that were allocated ahead with the last chunk are filled first.
        let fill = full.saturating_sub(slot.covered.depth);
        let from_private = fill.min(slot.private);
        if from_private > 0 {
            let middle = corpus.prefix(to, slot.covered.depth + from_private);
            self.register(corpus, at, middle);
        }
        let slot = &mut self.slots[at as usize];
        self.pool.refer(corpus, slot.covered, to, true);
        slot.covered = to;
        let more = need.saturating_sub(slot.covered.depth + slot.private);
        let ahead = if need > held {
            self.limits.preallocate
        } else {
            0
        };
        let more = (more + ahead).min(self.pool.free());
        self.pool.take(more);
        slot.private += more;
        self.prefilling.push((at, tokens));
    }

    /// Enters the blocks that a sequence holds privately into the cache, up to the end of `to`; those that are cached already go
    /// back.
    pub(super) fn register(&mut self, corpus: &Corpus, at: u32, to: Chain) {
        let slot = &mut self.slots[at as usize];
        let filled = to.depth - slot.covered.depth;
        let missing = self.pool.refer(corpus, slot.covered, to, false);
        self.pool.give_back(filled - missing);
        slot.private -= filled;
        slot.covered = to;
    }
}
