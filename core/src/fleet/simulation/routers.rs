//! The routers of a run, what they were told last, and what the run remembers of what they knew.

use super::ever::Ever;
use super::holders::Holders;
use crate::replica::terms::Switch;
use crate::replica::{Engine, Pool, PoolEvent};
use crate::request::{Chain, Corpus};
use crate::router::{Instance, LoadAge, PolicySpec, Speed};
use crate::scenario::Scenario;
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;

/// What an engine reports: requests waiting and running, and the share of its pool in use.
pub(super) type Load = (u32, u32, f64);

/// Leading blocks of a prompt on any one replica, as a router believed when it chose.
#[derive(Clone, Copy)]
pub(super) struct Believed {
    pub(super) deepest: u32,
    /// As if it never forgot; at least `deepest`.
    pub(super) once: u32,
}

#[derive(Clone)]
pub(super) struct Routers {
    pub(super) seats: Vec<Instance>,
    /// Whose turn it is.
    pub(super) turn: usize,
    pub(super) age: LoadAge,
    /// When the load is collected next; never, while nothing is in flight.
    pub(super) poll: VirtualTime,
    /// As last reported, and when.
    pub(super) loads: Vec<Load>,
    pub(super) reported: VirtualTime,
    /// By replica: steps it had ended when it last reported.
    pub(super) steps: Vec<u64>,
    /// What was cached somewhere, some time.
    pub(super) ever: Ever,
    /// By router, if it forgets: what it sent somewhere, some time.
    pub(super) told: Vec<Ever>,
    /// Of requests on their way into a batch: what their router believed, if it looks at caches.
    pub(super) beliefs: Map<u32, Believed>,
    pub(super) heard: Vec<(VirtualTime, PoolEvent)>,
    /// Nothing is ever cached.
    pub(super) cacheless: bool,
    pub(super) holders: Holders,
    /// Caches looked into, for policies that ask every replica.
    pub(super) looks: u64,
}

impl Routers {
    pub(super) fn new(
        scenario: &Scenario,
        spec: &PolicySpec,
        seed: u64,
        speed: Speed,
        corpus: &Corpus,
    ) -> Self {
        let seat = |number| {
            let pool = scenario.pool_blocks();
            let (replicas, size) = (scenario.replicas, scenario.block_size);
            Instance::new(spec, replicas, pool, size, speed, (seed, number))
        };
        let seats: Vec<Instance> = (0..scenario.routers).map(seat).collect();
        let own = seats.first().and_then(|seat| seat.reads().age);
        let age = match (scenario.load_age, own) {
            (LoadAge::Every(age), Some(own)) => LoadAge::Every(age.max(own)),
            (_, Some(own)) => LoadAge::Every(own),
            (age, None) => age,
        };
        let forgets = seats.iter().any(Instance::forgets);
        Self {
            told: if forgets {
                vec![Ever::new(corpus); seats.len()]
            } else {
                Vec::new()
            },
            beliefs: Map::default(),
            seats,
            turn: 0,
            age,
            poll: VirtualTime::NEVER,
            loads: vec![(0, 0, 0.0); scenario.replicas as usize],
            reported: VirtualTime::ZERO,
            steps: vec![0; scenario.replicas as usize],
            ever: Ever::new(corpus),
            heard: Vec::new(),
            cacheless: scenario.off.has(Switch::PrefixCache),
            holders: Holders::new(corpus.len(), scenario.replicas),
            looks: 0,
        }
    }

    pub(super) fn wants_events(&self) -> bool {
        self.seats.iter().any(Instance::wants_events)
    }

    pub(super) fn wants_first_tokens(&self) -> bool {
        self.seats.iter().any(Instance::wants_first_tokens)
    }

    /// Whether every replica remembers everything.
    pub(super) fn remember_everything(&self) -> bool {
        self.seats.iter().any(Instance::remembers_everything)
    }

    pub(super) fn looks(&self) -> u64 {
        self.looks
    }

    /// A replica may come to hold what an admitted request leaves.
    pub(super) fn admitted(&mut self, corpus: &Corpus, chain: Chain, replica: usize) {
        self.holders.mark(corpus, chain, replica);
    }

    /// A replica begins with what its pool holds.
    pub(super) fn begins_with(&mut self, pool: &Pool, replica: usize) {
        self.holders.mark_pool(pool, replica);
    }

    /// Everything has been cached before.
    pub(super) fn warmed(&mut self, workload: &Workload) {
        for request in &workload.requests {
            self.cached(&workload.corpus, request.answered);
        }
    }

    /// The engines count their steps from zero again.
    pub(super) fn forget_steps(&mut self) {
        self.steps.fill(0);
    }

    /// A router sends this prompt; how much of it it had ever sent before.
    pub(super) fn sends(&mut self, seat: usize, corpus: &Corpus, prompt: Chain) -> u32 {
        let Some(told) = self.told.get_mut(seat) else {
            return 0;
        };
        let before = told.depth(corpus, prompt);
        told.add(corpus, prompt);
        before
    }

    pub(super) fn cached(&mut self, corpus: &Corpus, chain: Chain) {
        if self.cacheless {
            return;
        }
        self.ever.add(corpus, chain);
    }
}

/// What an engine would report now.
pub(super) fn load(engine: &Engine) -> Load {
    let pool = &engine.pool;
    let usage = f64::from(pool.referenced()) / f64::from(pool.capacity().max(1));
    (engine.waiting(), engine.running(), usage)
}
