//! Which sequences get blocks when they run short, and which give theirs up.
//!
//! Decoding sequences take their next blocks before a prefill goes on; without free blocks the newest running sequence is
//! preempted: it goes to the head of the queue, and is computed again later.

use super::complete::place;
use super::{Engine, EngineOutput, State};
use crate::request::{Chain, Corpus};
use crate::units::VirtualTime;

impl Engine {
    /// Whether there are blocks for the decoding sequences whose own are full at this phase.
    #[inline]
    pub(super) fn has_room(&self, phase: usize) -> bool {
        self.due[phase].len() as u32 * (1 + self.limits.preallocate) <= self.pool.free()
    }

    /// Gives their next blocks to the decoding sequences whose own are full at this phase; there must be room.
    #[inline]
    pub(super) fn grow_at(&mut self, phase: usize) {
        let want = 1 + self.limits.preallocate;
        if !self.due[phase].is_empty() {
            self.pool.take(self.due[phase].len() as u32 * want);
            for &at in &self.due[phase] {
                self.slots[at as usize].private += want;
            }
        }
    }

    /// Gives their next blocks to the decoding sequences whose own are full; returns whether a sequence was preempted.
    pub(super) fn grow_decoding(
        &mut self,
        corpus: &Corpus,
        now: VirtualTime,
        out: &mut Vec<EngineOutput>,
    ) -> bool {
        let phase = (self.step % self.due.len() as u64) as usize;
        if self.has_room(phase) {
            self.grow_at(phase);
            return false;
        }
        let want = 1 + self.limits.preallocate;
        let mut preempted = false;
        let list = core::mem::take(&mut self.due[phase]);
        let place = |at: u32| self.running.iter().position(|&r| r == at);
        let after = |at: u32| place(at).map_or(0, |place| place as u64 + 1);
        let mut list: Vec<(u64, u32)> = list.into_iter().map(|at| (after(at), at)).collect();
        crate::order::keys(&mut list);
        for (_, at) in list {
            if self.slots[at as usize].state != State::Decode {
                continue;
            }
            while self.pool.free() == 0 && self.slots[at as usize].state == State::Decode {
                preempted = true;
                self.preempt_newest(corpus, now, out);
            }
            if self.slots[at as usize].state != State::Decode {
                continue;
            }
            let blocks = want.min(self.pool.free());
            self.pool.take(blocks);
            let next =
                (self.step + u64::from(blocks * self.limits.block_size)) % self.due.len() as u64;
            let slot = &mut self.slots[at as usize];
            slot.private += blocks;
            slot.phase = next as u32;
            self.due[next as usize].push(at);
        }
        preempted
    }

    pub(super) fn continue_prefills(
        &mut self,
        corpus: &Corpus,
        now: VirtualTime,
        budget: &mut u32,
        out: &mut Vec<EngineOutput>,
    ) -> bool {
        let mut preempted = false;
        let list = core::mem::take(&mut self.prefilling);
        for (at, _) in list {
            if self.slots[at as usize].state != State::Prefill {
                continue;
            }
            loop {
                let slot = &self.slots[at as usize];
                let tokens = (slot.target - slot.computed).min(*budget);
                let held = slot.covered.depth + slot.private;
                let need = (slot.computed + tokens)
                    .div_ceil(self.limits.block_size)
                    .saturating_sub(held);
                if need <= self.pool.free() {
                    self.schedule(corpus, at, tokens);
                    *budget -= tokens;
                    break;
                }
                preempted = true;
                self.preempt_newest(corpus, now, out);
                if self.slots[at as usize].state != State::Prefill {
                    break;
                }
            }
        }
        preempted
    }

    pub(super) fn preempt_newest(
        &mut self,
        corpus: &Corpus,
        now: VirtualTime,
        out: &mut Vec<EngineOutput>,
    ) {
        let Some(at) = self.running.pop() else { return };
        self.tally.preemptions += 1;
        out.push(EngineOutput::Preempted(
            self.slots[at as usize].sequence.request,
            now,
        ));
        let slot = &self.slots[at as usize];
        let computed = match slot.state {
            State::Decode => {
                let decoded = (self.step - slot.join) as u32;
                self.context -= u64::from(slot.target + decoded + 1);
                let (generated, last) = (slot.generated + decoded, self.api_last);
                let computed = slot.target + decoded;
                self.leave_decoding(at);
                let slot = &mut self.slots[at as usize];
                slot.generated = generated;
                slot.cut_off = Some(last);
                slot.target = slot.sequence.prompt_tokens + generated;
                computed
            }
            _ => {
                let computed = slot.computed;
                self.prefilling.retain(|&(other, _)| other != at);
                computed
            }
        };
        self.free(corpus, at, computed);
        let slot = &mut self.slots[at as usize];
        slot.state = State::Waiting;
        slot.generation += 1;
        slot.computed = 0;
        self.count_waiting(now);
        self.waiting.push_front(at);
        self.comes_again(at);
    }

    pub(super) fn leave_decoding(&mut self, at: u32) {
        self.decoding -= 1;
        let list = &mut self.due[self.slots[at as usize].phase as usize];
        if let Some(index) = place(list, at) {
            list.swap_remove(index);
        }
    }

    /// Frees a sequence's blocks, of which the first `computed` tokens are filled; those that a later prompt may contain stay
    /// cached.
    pub(super) fn free(&mut self, corpus: &Corpus, at: u32, computed: u32) {
        self.blocked = false;
        let slot = &mut self.slots[at as usize];
        let full = (computed / self.limits.block_size)
            .min(slot.sequence.answered.depth)
            .min(slot.covered.depth + slot.private);
        if full > slot.covered.depth {
            let to = corpus.prefix(slot.sequence.answered, full);
            let missing = self.pool.refer(corpus, slot.covered, to, false);
            // Blocks that another sequence has cached in the meantime stay private, and go back with the rest.
            slot.private -= missing;
            slot.covered = to;
        }
        let (covered, private) = (slot.covered, slot.private);
        self.reserved = self
            .reserved
            .saturating_sub(u64::from(covered.depth + private));
        slot.covered = Chain::default();
        slot.private = 0;
        self.pool.give_back(private);
        self.pool.release(corpus, covered);
    }
}
