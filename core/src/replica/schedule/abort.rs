//! Sequences that are given up: one that no client waits for any more, or all at once.
//!
//! As in vLLM, a sequence that is aborted leaves the queue or the batch at once and its blocks are freed; what of them is filled
//! stays cached. The step under way keeps its length, as the GPU is at it, but the sequence gets no token from it.

use super::{Engine, State, StepEnd};
use crate::request::Corpus;
use crate::units::{RequestId, VirtualTime};

impl Engine {
    /// Gives up a sequence at time `now`; call [`Engine::advance`] up to `now` first. `false`: the engine does not have it.
    pub fn abort(&mut self, corpus: &Corpus, request: RequestId, now: VirtualTime) -> bool {
        let is_it = |slots: &[super::Slot], at: u32| slots[at as usize].sequence.request == request;
        self.pool.reach(now);
        if let Some(place) = (self.waiting.iter()).position(|&at| is_it(&self.slots, at)) {
            self.count_waiting(now);
            if let Some(at) = self.waiting.remove(place) {
                // The sequence behind it in the queue may fit.
                self.blocked = false;
                self.comes_no_more(place);
                self.slots[at as usize].state = State::Gone;
                self.spare.push(at);
            }
            return true;
        }
        let Some(place) = (self.running.iter()).position(|&at| is_it(&self.slots, at)) else {
            return self.abort_done(request);
        };
        let at = self.running.remove(place);
        let slot = &self.slots[at as usize];
        let computed = match slot.state {
            State::Decode => {
                let decoded = (self.step - slot.join) as u32;
                self.context -= u64::from(slot.target + decoded + 1);
                let computed = slot.target + decoded;
                self.leave_decoding(at);
                computed
            }
            _ => {
                let computed = slot.computed;
                self.prefilling.retain(|&(other, _)| other != at);
                computed
            }
        };
        self.retire(corpus, at, computed);
        self.unsteady = true; // without it the next step is shorter
        true
    }

    /// Makes it compute at `factor` of its speed from the next step on.
    pub fn set_speed(&mut self, factor: f64) {
        self.slowness = 1.0 / factor;
        self.unsteady = true;
    }

    /// Its present speed, in thousandths of its own \[0.001\].
    pub fn thousandths(&self) -> u32 {
        libm::round(1000.0 / self.slowness) as u32
    }

    /// Notes that it did nothing for this long, and goes on where it stood.
    pub fn stood_still(&mut self, length: VirtualTime) {
        if let Some(current) = &mut self.current {
            current.end += length;
        }
        // A batch that was collected in the meantime begins no sooner than now.
        for &at in &self.waiting {
            self.slots[at as usize].came += length;
        }
        self.unsteady = true;
    }

    /// Loses everything, as when the machine dies at time `now`: queue, batch, the step under way and the pool's contents. Returns
    /// the sequences that were here, in this order: those that have ended while their batch has not, those in the batch, those in
    /// the queue. Sums stay.
    pub fn crash(&mut self, now: VirtualTime) -> Vec<RequestId> {
        self.count_waiting(now);
        let here = self.running.iter().chain(&self.waiting);
        let lost = here.map(|&at| self.slots[at as usize].sequence.request);
        let done = core::mem::take(&mut self.gathering).done;
        let lost = done.into_iter().chain(lost).collect();
        self.pool.reset();
        self.pool.reach(now);
        self.slots.clear();
        self.spare.clear();
        self.waiting.clear();
        self.running.clear();
        self.prefilling.clear();
        self.finish.clear();
        self.due.iter_mut().for_each(Vec::clear);
        (self.decoding, self.context, self.reserved, self.hits) = (0, 0, 0, 0);
        self.current = None;
        self.step_end = StepEnd::default();
        self.blocked = false;
        self.slowness = 1.0;
        (self.api_free, self.api_last) = (now, now);
        lost
    }
}
