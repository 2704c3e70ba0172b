//! A finished run at any moment: what the replicas held, and what each router believed about that.
//!
//! A [`Playback`] is a cursor over a run's log, in order of time. [`Playback::seek`] goes to a moment from anywhere: to the nearest
//! frame kept before it, and on from there fact by fact; so any moment is the same as after a replay from the start. What it shows
//! is exact: pools report what they stored and evicted, and routers' beliefs about the caches are kept by the code that keeps them
//! in a run, which gets the same reports in the same order.
//!
//! Reading a belief may make the router forget what is too old, so a [`Playback`] asks a copy. A [`Watch`] goes through a run once,
//! never back, and yields every change of what a router believes.

mod watch;

use std::sync::Arc;

pub use watch::{Watch, WatchedEvents};

use super::fact::{Fact, LifeStage, What};
use super::front::ask;
use super::record::Run;
use super::simulation::Simulation;
use crate::order;
use crate::replica::PoolEvent;
use crate::request::{Chain, Corpus, SegmentId};
use crate::router::Belief;
use crate::scenario::{Scenario, ScenarioError};
use crate::units::{ReplicaId, VirtualTime};
use crate::workload::Workload;

/// The least number of facts between two frames; of a long log it is more, so that the frames' memory is bounded.
const LEAST_DISTANCE: usize = 1 << 10;
/// The number of frames that are kept of a long log; there may be one more.
const FRAMES: usize = 48;

/// A cursor over a run. See the [module](self).
#[derive(Clone)]
pub struct Playback {
    workload: Arc<Workload>,
    block_size: u32,
    /// The run's facts, in order of time.
    facts: Arc<[Fact]>,
    /// The frames; number k is the state after k times [`Self::apart`] facts.
    frames: Arc<[Frame]>,
    apart: usize,
    /// The belief of each router just after a restart; `None` for a router that looks at no cache.
    fresh: Arc<[Option<Belief>]>,
    now: VirtualTime,
    /// How many of the facts have happened at the cursor's moment.
    past: usize,
    frame: Frame,
}

/// The state at one moment.
#[derive(Clone)]
struct Frame {
    /// For each replica and each segment, how many of the segment's first blocks the replica holds.
    held: Vec<Vec<u32>>,
    /// The belief of each router; `None` for a router that looks at no cache.
    routers: Vec<Option<Belief>>,
    /// Replicas that die at this moment: no router is informed that their blocks are gone.
    dying: Vec<u16>,
    /// Whether a request was sent. What pools store and remove before that only gives them what they begin with.
    begun: bool,
}

impl Playback {
    /// A cursor before the first fact; `None` if the run's log was not kept. `scenario` and `workload` are those of the run.
    ///
    /// # Errors
    /// What of the scenario does not go with the workload; none for those of the run.
    pub fn new(
        scenario: &Scenario,
        workload: &Arc<Workload>,
        run: &Run,
    ) -> Result<Option<Self>, ScenarioError> {
        let Some(mut playback) = Self::without_frames(scenario, workload, run)? else {
            return Ok(None);
        };
        let apart = LEAST_DISTANCE.max(playback.facts.len() / FRAMES);
        let mut frames = vec![playback.frame.clone()];
        let mut going = playback.frame.clone();
        for (at, fact) in playback.facts.iter().enumerate() {
            if at > 0 && at % apart == 0 {
                frames.push(going.clone());
            }
            going.apply(workload, scenario.block_size, &playback.fresh, fact);
        }
        (playback.frames, playback.apart) = (frames.into(), apart);
        Ok(Some(playback))
    }

    /// A cursor before the first fact without frames, for a caller that only goes forwards.
    fn without_frames(
        scenario: &Scenario,
        workload: &Arc<Workload>,
        run: &Run,
    ) -> Result<Option<Self>, ScenarioError> {
        let Some(log) = &run.log else {
            return Ok(None);
        };
        let facts = order::by_key(log.clone(), |fact| fact.at.0);
        let begun = Simulation::new(scenario, &run.policy, Arc::clone(workload), run.seed, false)?;
        Ok(Some(Self {
            workload: Arc::clone(workload),
            block_size: scenario.block_size,
            facts: facts.into(),
            frames: [].into(),
            apart: usize::MAX,
            now: VirtualTime::ZERO,
            past: 0,
            frame: Frame {
                held: vec![vec![0; workload.corpus.len()]; run.replicas.len()],
                routers: begun.pictures(),
                dying: Vec::new(),
                begun: false,
            },
            fresh: begun.fresh_pictures().into(),
        }))
    }

    /// The number of replicas that there may be in the run, whether or not they ever come.
    pub fn replicas(&self) -> usize {
        self.frame.held.len()
    }

    /// The moment that the cursor stands at.
    pub fn now(&self) -> VirtualTime {
        self.now
    }

    /// The number of facts that have happened by the cursor's moment.
    pub fn past(&self) -> usize {
        self.past
    }

    /// All facts, in order of time.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Goes to a moment, forwards or backwards; what happens at that moment has happened.
    pub fn seek(&mut self, to: VirtualTime) {
        let target = self.facts.partition_point(|fact| fact.at <= to);
        let frame = (target / self.apart).min(self.frames.len() - 1);
        if target < self.past || frame * self.apart > self.past {
            self.frame.clone_from(&self.frames[frame]);
            self.past = frame * self.apart;
        }
        while self.past < target {
            let fact = &self.facts[self.past];
            self.frame
                .apply(&self.workload, self.block_size, &self.fresh, fact);
            self.past += 1;
        }
        self.now = to;
    }

    /// Goes on by one fact, and returns it; `None` if there is none left.
    pub fn step(&mut self) -> Option<Fact> {
        let fact = *self.facts.get(self.past)?;
        self.frame
            .apply(&self.workload, self.block_size, &self.fresh, &fact);
        self.past += 1;
        self.now = fact.at;
        Some(fact)
    }

    /// The leading full blocks of request `n`'s prompt that each replica holds.
    pub fn held(&self, n: u32) -> Vec<u32> {
        let corpus = &self.workload.corpus;
        self.frame.held(corpus, self.workload.request(n).prompt)
    }

    /// The leading full blocks of request `n`'s prompt that a router, counted from 0, believes each replica holds; all 0 for a
    /// router that looks at no cache. Empty if there is no such router.
    pub fn believed(&self, router: usize, n: u32) -> Vec<u32> {
        self.belief(router).believed(n)
    }

    /// A copy of a router's belief, to be asked about many requests.
    pub fn belief(&self, router: usize) -> BeliefAt<'_> {
        BeliefAt {
            playback: self,
            belief: self.frame.routers.get(router).cloned(),
        }
    }

    /// What this belief says of request `n` at the cursor's moment, for each replica.
    fn look_up(&self, belief: &mut Belief, n: u32) -> Vec<u32> {
        let mut overlaps = match belief.asks_pools() {
            true => self.held(n),
            false => vec![0; self.replicas()],
        };
        let ask = ask(&self.workload, self.block_size, n, self.now);
        belief.look_up(&ask, &mut overlaps);
        overlaps
    }
}

/// What a router believes at a moment of a run. Asking changes nothing but this copy.
pub struct BeliefAt<'a> {
    playback: &'a Playback,
    /// The belief; `None` if there is no such router, `Some(None)` if it looks at no cache.
    belief: Option<Option<Belief>>,
}

impl BeliefAt<'_> {
    /// What the router believes of request `n`, see [`Playback::believed`].
    pub fn believed(&mut self, n: u32) -> Vec<u32> {
        match &mut self.belief {
            Some(Some(belief)) => self.playback.look_up(belief, n),
            Some(None) => vec![0; self.playback.replicas()],
            None => Vec::new(),
        }
    }
}

impl Frame {
    /// Brings the frame up to date with a fact of the log.
    fn apply(
        &mut self,
        workload: &Workload,
        block_size: u32,
        fresh: &[Option<Belief>],
        fact: &Fact,
    ) {
        self.begun |= matches!(fact.what, What::Routed { .. });
        match fact.what {
            What::Stored {
                replica,
                segment,
                from,
                to,
            } => {
                self.keep(replica, segment, to);
                let event = PoolEvent::Stored { segment, from, to };
                self.tell(replica, fact.at, event);
            }
            What::Evicted {
                replica,
                segment,
                from,
                to,
            } => {
                self.keep(replica, segment, from);
                let event = PoolEvent::Removed { segment, from, to };
                if !self.dying.contains(&replica) {
                    self.tell(replica, fact.at, event);
                }
            }
            What::CacheLost { replica, .. } => self.dying.push(replica),
            What::Life {
                replica,
                stage: LifeStage::Down,
            } => {
                self.dying.retain(|&dying| dying != replica);
                for router in self.routers.iter_mut().flatten() {
                    router.died(ReplicaId(replica.into()), fact.at);
                }
            }
            What::Forgot { router, replica } => {
                let at = usize::from(router);
                let Some(Some(belief)) = self.routers.get_mut(at) else {
                    return;
                };
                match (replica, fresh.get(at)) {
                    (Some(replica), _) => belief.left(ReplicaId(replica.into())),
                    (None, Some(Some(fresh))) => {
                        let before = core::mem::replace(belief, fresh.clone());
                        belief.sees_as(before);
                    }
                    _ => {}
                }
            }
            What::Routed {
                request,
                replica,
                router,
                belief: Some(_),
            } => {
                if let Some(Some(belief)) = self.routers.get_mut(usize::from(router)) {
                    let replica = ReplicaId(u32::from(replica));
                    // The router has looked before it chose.
                    belief.refresh(&workload.corpus, fact.at);
                    let ask = ask(workload, block_size, request, fact.at);
                    belief.routed(&ask, replica);
                }
            }
            _ => {}
        }
    }

    /// Sets how many of a segment's first blocks a replica holds.
    fn keep(&mut self, replica: u16, segment: SegmentId, blocks: u32) {
        if let Some(held) = self.held.get_mut(usize::from(replica)) {
            held[segment.0 as usize] = blocks;
        }
    }

    /// Hands a pool's report to the routers. In a run its routers get reports when one of them looks; given at once, they lead to
    /// the same beliefs.
    fn tell(&mut self, replica: u16, at: VirtualTime, event: PoolEvent) {
        // What pools begin with, the routers' beliefs begin with.
        if !self.begun {
            return;
        }
        for router in self.routers.iter_mut().flatten() {
            router.tell(ReplicaId(replica.into()), at, event);
        }
    }

    fn held(&self, corpus: &Corpus, prompt: Chain) -> Vec<u32> {
        let depth = |held: &Vec<u32>| {
            // A held block implies all blocks before it, so the deepest run of which anything is held decides.
            let mut runs = corpus.runs(prompt);
            let deepest = runs.find_map(|(segment, covered)| {
                let blocks = held[segment.0 as usize].min(covered);
                (blocks > 0).then(|| corpus.segment(segment).before + blocks)
            });
            deepest.unwrap_or(0)
        };
        self.held.iter().map(depth).collect()
    }
}
