//! The end of a step: tokens, prefills that are done, answers that are finished.

use std::cmp::Reverse;

use super::{Current, Engine, EngineOutput, State, StepReport, Switch, TokenBatch};
use crate::request::Corpus;
use crate::units::VirtualTime;

impl Engine {
    pub(super) fn complete(
        &mut self,
        corpus: &Corpus,
        current: Current,
        out: &mut Vec<EngineOutput>,
    ) {
        let end = current.end;
        self.pool.reach(end);
        let sampled: u32 = self.decoding
            + self
                .prefilling
                .iter()
                .filter(|&&(at, m)| {
                    self.slots[at as usize].computed + m == self.slots[at as usize].target
                })
                .count() as u32;
        let step = self.step;
        let base = self.account(current, sampled);
        if sampled > 0 && self.tokens.is_some() {
            let requests = self.token_order(sampled);
            if let Some(tokens) = &mut self.tokens {
                tokens.push(TokenBatch { base, requests });
            }
        }
        while let Some(&Reverse((finish, at, generation))) = self.finish.peek() {
            if finish > step {
                break;
            }
            self.finish.pop();
            if self.slots[at as usize].generation == generation
                && self.slots[at as usize].state == State::Decode
            {
                self.finish_decoding(corpus, at, base, out);
            }
        }
        if !self.prefilling.is_empty() {
            self.complete_prefills(corpus, base, out);
        }
        let answered = self.answer_batch(base, out);
        let tokens = u64::from(sampled.max(answered));
        self.api_free = VirtualTime(base.0 + tokens * self.api_token.0);
        self.api_last = base;
    }

    /// Adds a step that has ended, and the tokens it sampled, to the sums; returns when the API server takes those up.
    fn account(&mut self, current: Current, sampled: u32) -> VirtualTime {
        self.tally.steps += 1;
        self.tally.busy_ns += (current.end - current.start).0;
        self.tally.prefilled_tokens += u64::from(current.prefill_tokens);
        self.tally.generated_tokens += u64::from(sampled);
        self.go_on(current)
    }

    /// Leaves a step that has ended behind, without the sums of [`Self::account`]; returns when the API server takes its tokens up.
    #[inline(always)] // in the loop over steps
    pub(super) fn go_on(&mut self, current: Current) -> VirtualTime {
        let base = self.api_free.max(current.end);
        let gap = base - self.api_last;
        self.tally.gaps.record(gap, u64::from(self.decoding));
        if let Some(steps) = &mut self.steps {
            steps.push(StepReport {
                start: current.start,
                end: current.end,
                prefill_tokens: current.prefill_tokens,
                hit_tokens: current.hit_tokens,
                decoding: self.decoding,
                waiting: current.waiting,
                referenced_blocks: self.pool.referenced(),
            });
        }
        self.context += u64::from(self.decoding);
        self.step += 1;
        base
    }

    /// The requests whose tokens the ending step samples, the oldest sequence first.
    pub(super) fn token_order(&self, sampled: u32) -> Vec<u32> {
        let mut requests = Vec::with_capacity(sampled as usize);
        for &at in &self.running {
            let slot = &self.slots[at as usize];
            let samples = match slot.state {
                State::Decode => true,
                _ => self
                    .prefilling
                    .iter()
                    .any(|&(other, m)| other == at && slot.computed + m == slot.target),
            };
            if samples {
                requests.push(slot.sequence.request.0);
            }
        }
        requests
    }

    pub(super) fn delivered(&self, rank: usize, base: VirtualTime) -> VirtualTime {
        VirtualTime(base.0 + (rank as u64 + 1) * self.api_token.0)
    }

    pub(super) fn finish_decoding(
        &mut self,
        corpus: &Corpus,
        at: u32,
        base: VirtualTime,
        out: &mut Vec<EngineOutput>,
    ) {
        let slot = &self.slots[at as usize];
        // `step` has been counted up already, so this includes the step that just ended.
        let computed = slot.target + (self.step - slot.join) as u32;
        self.context -= u64::from(computed + 1);
        let rank = place(&self.running, at).unwrap_or(0);
        self.answer(slot.sequence.request, self.delivered(rank, base), out);
        self.running.remove(rank);
        self.leave_decoding(at);
        self.retire(corpus, at, computed);
    }

    pub(super) fn retire(&mut self, corpus: &Corpus, at: u32, computed: u32) {
        self.free(corpus, at, computed);
        self.slots[at as usize].state = State::Gone;
        self.spare.push(at);
    }

    pub(super) fn complete_prefills(
        &mut self,
        corpus: &Corpus,
        base: VirtualTime,
        out: &mut Vec<EngineOutput>,
    ) {
        let mut list = core::mem::take(&mut self.prefilling);
        let mut likely = usize::MAX;
        list.retain_mut(|(at, tokens)| {
            let at = *at;
            let slot = &mut self.slots[at as usize];
            slot.computed += core::mem::take(tokens);
            if self.limits.off.has(Switch::StepSharing) {
                let (computed, answered) = (slot.computed, slot.sequence.answered);
                let full = (computed / self.limits.block_size).min(answered.depth);
                if full > slot.covered.depth {
                    self.blocked = false;
                    self.register(corpus, at, corpus.prefix(answered, full));
                }
            }
            let slot = &mut self.slots[at as usize];
            if slot.computed < slot.target {
                return true;
            }
            slot.generated += 1;
            let (request, generated) = (slot.sequence.request, slot.generated);
            // The sequences that prefill are the newest of the batch, in the same order.
            let rank = match self.running.get(likely) {
                Some(&other) if other == at => likely,
                _ => (self.running.iter().rposition(|&other| other == at)).unwrap_or(0),
            };
            let when = self.delivered(rank, base);
            match self.slots[at as usize].cut_off.take() {
                Some(last) => {
                    self.tally.gaps.record(when - last, 1);
                    out.push(EngineOutput::Resumed(request, when));
                }
                None => out.push(EngineOutput::FirstToken(request, when)),
            }
            if generated >= self.slots[at as usize].sequence.output_tokens {
                self.answer(request, when, out);
                self.running.remove(rank);
                let computed = self.slots[at as usize].computed;
                self.retire(corpus, at, computed);
                likely = rank;
            } else {
                self.start_decoding(at);
                likely = rank + 1;
            }
            false
        });
        self.prefilling = list;
    }

    pub(super) fn start_decoding(&mut self, at: u32) {
        let slot = &mut self.slots[at as usize];
        slot.state = State::Decode;
        slot.join = self.step;
        let left = slot.sequence.output_tokens - slot.generated;
        let room = (slot.covered.depth + slot.private) * self.limits.block_size - slot.target;
        // Step `join + room` is the first one whose token has no place.
        slot.phase = ((self.step + u64::from(room)) % self.due.len() as u64) as u32;
        self.context += u64::from(slot.target + 1);
        self.decoding += 1;
        self.finish.push(Reverse((
            self.step + u64::from(left) - 1,
            at,
            slot.generation,
        )));
        if !self.limits.off.has(Switch::Preemption) {
            self.due[slot.phase as usize].push(at);
        }
    }
}

/// The place of a slot in a list of slots. Lists are hundreds long and in no order that would help, so they are searched in chunks,
/// of which a processor compares several entries at once.
pub(super) fn place(list: &[u32], slot: u32) -> Option<usize> {
    const CHUNK: usize = 16;
    let is_in = |chunk: &[u32]| (chunk.iter()).fold(false, |found, &other| found | (other == slot));
    let chunk = list.chunks(CHUNK).position(is_in)? * CHUNK;
    let within = list[chunk..].iter().position(|&other| other == slot)?;
    Some(chunk + within)
}
