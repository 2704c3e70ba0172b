//! What each event of the fleet's life cost.
//!
//! An attempt that breaks, and one that is sent where nobody answers, is counted for one event: the one that made the replica die, hang
//! or go, the last of these if there were several; of hangs that overlap, the one that lasts longest. A slowdown and a start break
//! nothing. An attempt that is sent to a replica that is down or hangs is `sent_to_dead`; those that were on the way or in work when the
//! replica died or began to hang were reset, or cut if their stream had begun: by its death, or as their clients gave them up. What
//! breaks and is lost as a replica dies at the end of a drain is counted for the drain.
//!
//! The moment at which routers came to know that a replica is down is noted for each event that has made it die, hang or go since it
//! last answered; the moment at which it answers again is noted for each of these and for the start.
//!
//! **Recomputed because a cache was lost.** When a replica dies, what only its cache held is noted: of each segment of the prefix
//! tree, the blocks beyond what any other living replica holds. When a request is admitted whose prompt has such blocks and does
//! not find them, they are computed anew for want of that cache, and are counted, once. Each block is counted for the death that lost
//! it last. Blocks that another replica holds are not counted, though a router may fail to send there: that is the router's doing.

use crate::fleet::fact::{Fact, LifeStage, RETIRED, What};
use crate::fleet::record::{Outcome, Record};
use crate::replica::Pool;
use crate::request::{Corpus, SegmentId};
use crate::scenario::Scenario;
use crate::scenario::life::{Event, Verb};
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;
use smallvec::SmallVec;
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
    /// When a router last came to believe that the replica is down; `None` if none did after the event.
    pub known: Option<VirtualTime>,
    /// When the replica became ready in a new life, or, if the event made it hang, when it went on (or, if it died of something else
    /// before, was ready again); `None` if it was not. One that slows down goes on answering all the time, so that this says nothing of
    /// when that was over.
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
    /// How many further attempts clients made: after one that failed, or that was refused with status 429.
    pub client_again: u64,
    /// How many further attempts routers made.
    pub router_again: u64,
    /// How many requests were answered at a further attempt, of a client or a router.
    pub completed_after_again: u64,
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

/// What has befallen a replica.
#[derive(Clone, Default)]
struct Befallen {
    /// The event that is blamed for what breaks there or is sent there in vain, as its place in the list.
    blamed: Option<usize>,
    /// The event of which it is about to die.
    dies: Option<usize>,
    /// The event by which it was last taken out.
    leaves: Option<usize>,
    /// When the hang will be over that lasts longest, while it hangs.
    hangs_until: Option<VirtualTime>,
    /// What has made it die, hang, go or start since it last answered, each as its place in the list.
    since: Vec<(usize, Deed)>,
    /// Whether it has answered since the last of these.
    is_back: bool,
}

/// What an event does to a replica.
#[derive(Clone, Copy, PartialEq)]
enum Deed {
    Dies,
    Leaves,
    /// It hangs until then.
    Hangs(VirtualTime),
    Starts,
    /// It goes on answering.
    Other,
}

impl Befallen {
    /// Takes in an event, which has this place in the list.
    fn takes(&mut self, place: usize, deed: Deed) {
        if deed == Deed::Other {
            return;
        }
        if core::mem::take(&mut self.is_back) {
            self.since.clear();
        }
        self.since.push((place, deed));
        match deed {
            Deed::Dies => (self.dies, self.blamed) = (Some(place), Some(place)),
            Deed::Leaves => (self.leaves, self.blamed) = (Some(place), Some(place)),
            Deed::Hangs(until) if self.hangs_until.is_none_or(|it| it < until) => {
                (self.hangs_until, self.blamed) = (Some(until), Some(place));
            }
            Deed::Hangs(_) | Deed::Starts | Deed::Other => {}
        }
    }
}

/// The fold. See the [module](self).
#[derive(Clone)]
pub(in crate::fleet) struct LivesFold {
    workload: Arc<Workload>,
    block_size: u32,
    sums: Lives,
    /// The scenario's events.
    events: Vec<Event>,
    /// For each replica, what has befallen it.
    befallen: Vec<Befallen>,
    /// For each replica, whether it answers.
    answers: Vec<bool>,
    /// For each replica, whether its cache is gone or about to be.
    gone: Vec<bool>,
    /// The requests whose attempt was sent to a replica that was down, was starting or hung.
    astray: Map<u32, ()>,
    /// Of each segment what is lost, no block of it twice.
    lost: Map<SegmentId, SmallVec<[Lost; 1]>>,
    /// The requests under way that were tried more than once.
    again: Map<u32, ()>,
}

impl LivesFold {
    /// The fold before the first fact.
    pub(in crate::fleet) fn new(
        workload: Arc<Workload>,
        scenario: &Scenario,
        replicas: usize,
    ) -> Self {
        Self {
            workload,
            block_size: scenario.block_size,
            sums: Lives::default(),
            events: scenario.troubles.events.all.clone(),
            befallen: vec![Befallen::default(); replicas],
            answers: vec![true; replicas],
            gone: vec![false; replicas],
            astray: Map::default(),
            lost: Map::default(),
            again: Map::default(),
        }
    }

    /// The sums at the end of the run.
    pub(in crate::fleet) fn into_sums(self) -> Lives {
        self.sums
    }

    /// The event that is blamed for what breaks at a replica.
    fn blamed(&mut self, replica: u16) -> Option<&mut Happening> {
        let at = self.befallen.get(usize::from(replica))?.blamed?;
        self.sums.happenings.get_mut(at)
    }

    /// What an event that happens now does to its replica.
    fn deed(&self, event: u16, now: VirtualTime) -> Deed {
        let verb = self.events.get(usize::from(event)).map(|it| it.verb);
        match verb {
            Some(Verb::Kill { .. }) => Deed::Dies,
            Some(Verb::Drain) => Deed::Leaves,
            Some(Verb::Hang { length }) => {
                Deed::Hangs(length.map_or(VirtualTime::NEVER, |length| now + length))
            }
            Some(Verb::Start) => Deed::Starts,
            Some(Verb::Slow { .. } | Verb::RestartRouter { .. }) => Deed::Other,
            None if event == RETIRED => Deed::Leaves,
            None => Deed::Dies, // by chance
        }
    }

    /// Notes that a replica answers again: for all that has befallen it since it last did, or (`hangs`) for the hangs alone.
    fn note_back(&mut self, id: usize, at: VirtualTime, hangs: bool) {
        let befallen = &self.befallen[id];
        let is_hang = |deed: &Deed| matches!(deed, Deed::Hangs(_));
        for (place, _) in befallen.since.iter().filter(|it| !hangs || is_hang(&it.1)) {
            let ready = &mut self.sums.happenings[*place].ready;
            *ready = ready.or(Some(at));
        }
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
                if !router {
                    let (place, deed) = (self.sums.happenings.len(), self.deed(event, *at));
                    self.befallen[usize::from(whom)].takes(place, deed);
                }
                self.begins(*at, event, whom);
            }
            What::Life { replica, stage } => {
                let id = usize::from(replica);
                let ready = stage == LifeStage::Ready;
                self.gone[id] &= stage == LifeStage::Down;
                self.answers[id] = ready || stage == LifeStage::Draining;
                match stage {
                    LifeStage::Down => self.befallen[id].hangs_until = None,
                    LifeStage::Ready => {
                        self.note_back(id, *at, false);
                        self.befallen[id].is_back = true;
                    }
                    LifeStage::Starting | LifeStage::Draining => {}
                }
            }
            What::Speed {
                replica,
                thousandths,
            } => {
                let id = usize::from(replica);
                self.answers[id] = thousandths > 0;
                if thousandths > 0 && self.befallen[id].hangs_until.take().is_some() {
                    self.note_back(id, *at, true);
                    // One that is on its way out answers what it has, and does not come back.
                    let befallen = &mut self.befallen[id];
                    befallen.is_back = befallen.since.iter().all(|it| it.1 != Deed::Leaves);
                }
            }
            What::CacheLost { replica, blocks } => {
                let id = usize::from(replica);
                self.gone[id] = true;
                // The event that has just killed it is blamed; if there is none, it dies as its drain ends.
                let befallen = &mut self.befallen[id];
                befallen.blamed = befallen.dies.take().or(befallen.leaves);
                let alone = self.loses(id, pools);
                if let Some(happening) = self.blamed(replica) {
                    (happening.lost_blocks, happening.lost_alone) = (blocks, alone);
                }
            }
            What::Believes {
                replica, up: false, ..
            } => {
                for (place, deed) in &self.befallen[usize::from(replica)].since {
                    if *deed != Deed::Starts {
                        self.sums.happenings[*place].known = Some(*at);
                    }
                }
            }
            What::Routed {
                request, replica, ..
            } if !self.answers[usize::from(replica)] => {
                self.astray.insert(request, ());
                if let Some(happening) = self.blamed(replica) {
                    happening.sent_to_dead += 1;
                }
            }
            What::Broke {
                request,
                replica,
                cut,
            } => {
                let astray = self.astray.remove(&request).is_some();
                if let Some(happening) = self.blamed(replica) {
                    happening.cut += u32::from(cut);
                    happening.reset += u32::from(!cut && !astray);
                }
            }
            What::Again {
                request,
                router: true,
            } => {
                self.sums.router_again += 1;
                self.again.insert(request, ());
            }
            What::Again {
                request,
                router: false,
            }
            | What::Retried { request } => {
                self.sums.client_again += 1;
                self.again.insert(request, ());
            }
            What::Ended { request, outcome } if !self.again.is_empty() => {
                let again = self.again.remove(&request).is_some();
                let completed = again && outcome == Outcome::Completed;
                self.sums.completed_after_again += u64::from(completed);
            }
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
        let Some(by) = self.befallen[id].blamed else {
            return 0;
        };
        let mut alone = 0u32;
        for (segment, to) in pools(id).contents() {
            let others = (0..self.befallen.len()).filter(|&other| !self.gone[other]);
            let from = others.map(|other| pools(other).holds(segment)).max();
            let from = from.unwrap_or(0);
            if from < to {
                alone = alone.saturating_add(to - from);
                let lost = self.lost.entry(segment).or_default();
                lose(lost, Lost { from, to, by });
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
            let found = found.saturating_sub(corpus.segment(segment).before);
            for Lost { from, to, by } in lost.iter_mut() {
                let anew = (*to).min(covered).saturating_sub(found.max(*from));
                let tokens = u64::from(anew) * u64::from(self.block_size);
                if let Some(happening) = self.sums.happenings.get_mut(*by) {
                    happening.recomputed_tokens += tokens;
                }
                // The blocks are computed up to here now, or were found, so their loss has no further consequence.
                *from = covered.max(*from);
            }
            lost.retain(|it| it.from < it.to);
            if lost.is_empty() {
                self.lost.remove(&segment);
            }
        }
    }
}

/// Adds what is lost of a segment. What was lost of it before and not computed anew stays so; a block that has been there again since
/// is lost only by the new event.
fn lose(lost: &mut SmallVec<[Lost; 1]>, new: Lost) {
    let before = core::mem::take(lost);
    for old in before {
        let below = Lost {
            to: old.to.min(new.from),
            ..old
        };
        let above = Lost {
            from: old.from.max(new.to),
            ..old
        };
        lost.extend([below, above].into_iter().filter(|it| it.from < it.to));
    }
    lost.push(new);
}
