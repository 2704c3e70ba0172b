//! Who joins the batch, and what of a prompt goes into the coming step.

use super::{Admission, Engine, Output, State};
use crate::request::{Chain, Corpus};
use crate::units::VirtualTime;

impl Engine {
    pub(super) fn admit(
        &mut self,
        corpus: &Corpus,
        now: VirtualTime,
        mut budget: u32,
        out: &mut Vec<Output>,
    ) {
        let size = self.limits.block_size;
        while budget > 0 && !self.full() {
            let Some(&at) = self.waiting.front() else {
                return;
            };
            let slot = &self.slots[at as usize];
            // The last token is always computed, so a fully cached prompt still gives logits.
            let chain = corpus.prefix(slot.sequence.answered, (slot.target - 1) / size);
            let hit = self.pool.matched(corpus, chain);
            let found = corpus.prefix(chain, hit);
            let computed = hit * size;
            let tokens = (slot.target - computed).min(budget);
            let need = (computed + tokens).div_ceil(size) - hit;
            if need + self.pool.free_among(corpus, found) > self.pool.free() {
                self.blocked = true;
                return;
            }
            self.count_waiting(now);
            self.waiting.pop_front();
            self.running.push(at);
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
                out.push(Output::Admitted(
                    slot.sequence.request,
                    now,
                    Admission {
                        hit_tokens,
                        hit_blocks,
                    },
                ));
            }
            self.schedule(corpus, at, tokens);
            budget -= tokens;
        }
    }

    /// Puts the next `tokens` of a prefill into this step: allocates for them and registers the blocks they fill.
    pub(super) fn schedule(&mut self, corpus: &Corpus, at: u32, tokens: u32) {
        let size = self.limits.block_size;
        let slot = &mut self.slots[at as usize];
        let end = slot.computed + tokens;
        let full = (end / size).min(slot.sequence.answered.depth);
        let to = corpus.prefix(slot.sequence.answered, full);
        let need = end.div_ceil(size);
        let held = slot.covered.depth + slot.private;
        // Blocks allocated ahead by the last chunk are filled first.
        let fill = full.saturating_sub(slot.covered.depth);
        let from_private = fill.min(slot.private);
        if from_private > 0 {
            let middle = corpus.prefix(to, slot.covered.depth + from_private);
            let missing = self.pool.refer(corpus, slot.covered, middle, false);
            self.pool.give_back(from_private - missing);
            slot.private -= from_private;
            slot.covered = middle;
        }
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
}
