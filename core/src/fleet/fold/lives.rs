//! What each event of the fleet's life cost.
//!
//! An attempt that breaks is counted for the event that last befell its replica. One that is sent to a replica that is down or
//! hangs is `sent_to_dead`; those that were on the way or in work when the replica died or began to hang were reset, or cut if their
//! stream had begun: by its death, or as their clients gave them up.
//!
//! **Recomputed because a cache was lost.** When a replica dies, what only its cache held is noted: of each segment of the prefix
//! tree, the blocks beyond what any other living replica holds. When a request is admitted whose prompt has such blocks and does
//! not find them, they are computed anew for want of that cache, and are counted, once. Blocks that another replica holds are not
//! counted, though a router may fail to send there: that is the router's doing.

use crate::fleet::fact::{Fact, LifeStage, RETIRED, What};
use crate::fleet::record::Record;
use crate::replica::Pool;
use crate::request::{Corpus, SegmentId};
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;
use std::sync::Arc;

/// An event that happened, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Happening {
    /// The moment at which it happened.
    pub at: VirtualTime,
    /// The event's place in the scenario, from 0; a number beyond the last stands for a random failure or for the autoscaler.
    pub event: u16,
    /// The number of the replica that it befell (for a router's restart, of the router).
    pub whom: u16,
    /// How many requests it cut off: their stream had begun.
    pub cut: u32,
    /// How many attempts it reset: they were there or on their way, had no token yet, and broke or were given up by their clients.
    pub reset: u32,
    /// How many attempts were sent there while the replica was down, was starting or hung.
    pub sent_to_dead: u32,
    /// When a router last came to believe that the replica is down; `None` if none did.
    pub known: Option<VirtualTime>,
    /// When the replica became ready in a new life; `None` if it did not. One that hangs or slows down stays ready all the time, so
    /// that this says nothing of when that was over.
    pub ready: Option<VirtualTime>,
    /// The cached blocks that were lost \[blocks\].
    pub lost_blocks: u32,
    /// The lost blocks that no other replica held \[blocks\].
    pub lost_alone: u32,
    /// The prompt tokens that were computed anew for want of those blocks \[tokens\].
    pub recomputed_tokens: u64,
}

impl Happening {
    /// Whether it is the autoscaler's taking the replica away.
    pub fn is_retirement(&self) -> bool {
        self.event == RETIRED
    }
}

/// What befell the fleet of a run, and what that cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lives {
    /// The events that happened, in the order in which they did.
    pub happenings: Vec<Happening>,
    /// How many further attempts clients made after one that failed; those after a status 429 are not counted.
    pub client_again: u64,
    /// How many further attempts routers made.
    pub router_again: u64,
    /// How often a router's circuit breaker opened.
    pub breakers_opened: u64,
}

/// Blocks `from..to` of a segment that only a lost cache held, and by which event it was lost.
#[derive(Clone, Copy)]
struct Lost {
    from: u32,
    to: u32,
    by: usize,
}

/// The fold. See the [module](self).
#[derive(Clone)]
pub(in crate::fleet) struct LivesFold {
    workload: Arc<Workload>,
    block_size: u32,
    sums: Lives,
    /// For each replica, the event that befell it last, as its place in the list.
    last: Vec<Option<usize>>,
    /// For each replica, whether it answers.
    answers: Vec<bool>,
    /// For each replica, whether its cache is gone or about to be.
    gone: Vec<bool>,
    /// The requests whose attempt was sent to a replica that was down, was starting or hung.
    astray: Map<u32, ()>,
    lost: Map<SegmentId, Lost>,
}

impl LivesFold {
    /// The fold before the first fact.
    pub(in crate::fleet) fn new(workload: Arc<Workload>, block_size: u32, replicas: usize) -> Self {
        Self {
            workload,
            block_size,
            sums: Lives::default(),
            last: vec![None; replicas],
            answers: vec![true; replicas],
            gone: vec![false; replicas],
            astray: Map::default(),
            lost: Map::default(),
        }
    }

    /// The sums at the end of the run.
    pub(in crate::fleet) fn into_sums(self) -> Lives {
        self.sums
    }

    fn of(&mut self, replica: u16) -> Option<&mut Happening> {
        let at = (*self.last.get(usize::from(replica))?)?;
        self.sums.happenings.get_mut(at)
    }

    /// Takes in a fact. `record` gives a request's record; `pools` are the replicas' pools as they are now.
    pub(in crate::fleet) fn apply<'a>(
        &mut self,
        Fact { at, what }: &Fact,
        record: impl FnOnce(u32) -> Record,
        pools: impl Fn(usize) -> &'a Pool,
    ) {
        match *what {
            What::Event {
                event,
                whom,
                router,
            } => {
                if !router && let Some(last) = self.last.get_mut(usize::from(whom)) {
                    *last = Some(self.sums.happenings.len());
                }
                self.begins(*at, event, whom);
            }
            What::Life { replica, stage } => {
                let ready = stage == LifeStage::Ready;
                self.gone[usize::from(replica)] &= stage == LifeStage::Down;
                self.answers[usize::from(replica)] = ready || stage == LifeStage::Draining;
                if ready && let Some(happening) = self.of(replica) {
                    happening.ready = Some(*at);
                }
            }
            What::Speed {
                replica,
                thousandths,
            } => self.answers[usize::from(replica)] = thousandths > 0,
            What::CacheLost { replica, blocks } => {
                self.gone[usize::from(replica)] = true;
                let alone = self.loses(usize::from(replica), pools);
                if let Some(happening) = self.of(replica) {
                    (happening.lost_blocks, happening.lost_alone) = (blocks, alone);
                }
            }
            What::Believes {
                replica, up: false, ..
            } => {
                if let Some(happening) = self.of(replica) {
                    happening.known = Some(*at);
                }
            }
            What::Routed {
                request, replica, ..
            } if !self.answers[usize::from(replica)] => {
                self.astray.insert(request, ());
                if let Some(happening) = self.of(replica) {
                    happening.sent_to_dead += 1;
                }
            }
            What::Broke {
                request,
                replica,
                cut,
            } => {
                let astray = self.astray.remove(&request).is_some();
                if let Some(happening) = self.of(replica) {
                    happening.cut += u32::from(cut);
                    happening.reset += u32::from(!cut && !astray);
                }
            }
            What::Again { router: true, .. } => self.sums.router_again += 1,
            What::Again { router: false, .. } => self.sums.client_again += 1,
            What::BreakerOpened { .. } => self.sums.breakers_opened += 1,
            What::Admitted { request, .. } => {
                if !self.astray.is_empty() {
                    self.astray.remove(&request);
                }
                if !self.lost.is_empty() {
                    self.admitted(request, record(request).hit_blocks);
                }
            }
            _ => {}
        }
    }

    fn begins(&mut self, at: VirtualTime, event: u16, whom: u16) {
        let happening = Happening {
            at,
            event,
            whom,
            cut: 0,
            reset: 0,
            sent_to_dead: 0,
            known: None,
            ready: None,
            lost_blocks: 0,
            lost_alone: 0,
            recomputed_tokens: 0,
        };
        self.sums.happenings.push(happening);
    }

    /// Notes the blocks that only a replica that is about to die holds; returns how many that are.
    fn loses<'a>(&mut self, id: usize, pools: impl Fn(usize) -> &'a Pool) -> u32 {
        let Some(by) = self.last[id] else {
            return 0;
        };
        let mut alone = 0u32;
        for (segment, to) in pools(id).contents() {
            let others = (0..self.last.len()).filter(|&other| !self.gone[other]);
            let from = others.map(|other| pools(other).holds(segment)).max();
            let from = from.unwrap_or(0);
            if from < to {
                alone = alone.saturating_add(to - from);
                self.lost.insert(segment, Lost { from, to, by });
            }
        }
        alone
    }

    fn admitted(&mut self, request: u32, found: u32) {
        let prompt = self.workload.request(request).prompt;
        let corpus: &Corpus = &self.workload.corpus;
        for (segment, covered) in corpus.runs(prompt) {
            let Some(lost) = self.lost.get_mut(&segment) else {
                continue;
            };
            // The blocks are computed up to here now, or were found, so their loss has no further consequence.
            let (from, to) = (lost.from, lost.to.min(covered));
            let found = found.saturating_sub(corpus.segment(segment).before);
            let anew = to.saturating_sub(from.max(found));
            let by = lost.by;
            if lost.to <= covered {
                self.lost.remove(&segment);
            } else {
                lost.from = from.max(covered);
            }
            let tokens = u64::from(anew) * u64::from(self.block_size);
            if let Some(happening) = self.sums.happenings.get_mut(by) {
                happening.recomputed_tokens += tokens;
            }
        }
    }
}
