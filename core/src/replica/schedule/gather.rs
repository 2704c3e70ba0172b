//! Static batching: collect up to a number of requests or for a time, then run them to the end of the longest.
//!
//! This is what servers did before continuous batching (Orca, OSDI 2022, calls it request-level scheduling), and what settings such
//! as `BATCH_MAX_SIZE=64` and `BATCH_FLUSH_TIMEOUT_MS=10` do. A batch is formed while nothing runs, of the requests that wait: at
//! once if they are as many as a batch may have, else when the first of them has waited as long as is set. No request joins it
//! later, and its answers go out together when the longest has ended; first tokens go out as they come.
//!
//! In favour of static batching, prompts are not padded to the longest, a sequence that has ended is not computed any further, and
//! its blocks are free at once. If the prompts do not fit into the pool together, the batch consists of those that fit.

use super::{Engine, EngineOutput, State};
use crate::request::Corpus;
use crate::units::{RequestId, VirtualTime};

/// How an engine collects a batch: up to how many requests, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gather {
    /// The most requests of a batch.
    pub most: u32,
    /// How long the first of them waits for others \[ns\].
    pub wait: VirtualTime,
}

/// The batch that is collected or running, and how much of it is done.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathering {
    /// How many of its members are still to be admitted.
    pub(super) to_come: u32,
    /// Its members that have ended and are not answered yet, in the order in which they ended.
    pub(super) done: Vec<RequestId>,
}

impl Engine {
    /// Whether the requests that wait may begin a batch at `now`, or go on with one.
    pub(super) fn is_gathered(&self, now: VirtualTime) -> bool {
        let Some(rule) = self.limits.gather else {
            return true;
        };
        self.waiting.len() >= rule.most as usize
            || self.gathered_by().is_some_and(|at| at <= now)
            || self.preempted_members() > 0
    }

    /// When the first waiting request will have waited long enough; `None` if none waits, or batches are not collected.
    pub(super) fn gathered_by(&self) -> Option<VirtualTime> {
        let rule = self.limits.gather?;
        let first = &self.slots[*self.waiting.front()? as usize];
        Some(first.came + rule.wait)
    }

    /// Whether a sequence may be admitted; forms a batch if there is none and enough requests wait, or long enough.
    pub(super) fn admits(&mut self, now: VirtualTime) -> bool {
        let Some(rule) = self.limits.gather else {
            return true;
        };
        if self.running.is_empty() && self.gathering.to_come == 0 && self.is_gathered(now) {
            self.gathering.to_come = rule.most.min(self.waiting.len() as u32);
        }
        self.gathering.to_come > 0
    }

    /// How many members of the batch were preempted and wait to be admitted again; 0 where batches are not collected.
    pub(super) fn preempted_members(&self) -> u32 {
        match self.limits.gather {
            None => 0,
            Some(_) => {
                let begun = |&&at: &&u32| self.slots[at as usize].admitted;
                self.waiting.iter().filter(begun).count() as u32
            }
        }
    }

    /// Sends the answer of a sequence that has ended, or keeps it for the others of its batch.
    pub(super) fn answer(
        &mut self,
        request: RequestId,
        at: VirtualTime,
        out: &mut Vec<EngineOutput>,
    ) {
        match self.limits.gather {
            None => out.push(EngineOutput::Finished(request, at)),
            Some(_) => self.gathering.done.push(request),
        }
    }

    /// Sends the answers of the batch if the whole batch has ended, from `base` on; returns how many.
    pub(super) fn answer_batch(&mut self, base: VirtualTime, out: &mut Vec<EngineOutput>) -> u32 {
        if self.gathering.done.is_empty() || !self.running.is_empty() {
            return 0;
        }
        // A member that was preempted still belongs to the batch.
        if self.preempted_members() > 0 {
            return 0;
        }
        let done = core::mem::take(&mut self.gathering.done);
        for (rank, &request) in done.iter().enumerate() {
            out.push(EngineOutput::Finished(request, self.delivered(rank, base)));
        }
        self.gathering.to_come = 0;
        done.len() as u32
    }

    /// Begins a batch whose time to gather is over by `to`, if nothing runs; `false` if there is none.
    pub(super) fn begin_gathered(
        &mut self,
        corpus: &Corpus,
        to: VirtualTime,
        out: &mut Vec<EngineOutput>,
    ) -> bool {
        match self.gathered_by() {
            Some(at) if at <= to => {
                self.begin(corpus, at, out);
                true
            }
            _ => false,
        }
    }

    /// Gives up a member that has ended and is not answered yet; `false` if there is no such member.
    pub(super) fn abort_done(&mut self, request: RequestId) -> bool {
        let place = self.gathering.done.iter().position(|&it| it == request);
        place.map(|at| self.gathering.done.remove(at)).is_some()
    }

    /// Notes that the sequence at this place of the queue is given up. Members that are still to be admitted stand before all others.
    pub(super) fn comes_no_more(&mut self, place: usize) {
        let to_come = &mut self.gathering.to_come;
        *to_come -= u32::from(place < *to_come as usize);
    }

    /// Notes that a member was preempted and will be admitted again.
    pub(super) fn comes_again(&mut self, at: u32) {
        debug_assert_eq!(self.slots[at as usize].state, State::Waiting);
        self.gathering.to_come += u32::from(self.limits.gather.is_some());
    }
}
