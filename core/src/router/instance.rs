//! One running router: a policy, its ledger, and its belief about the caches.
//!
//! A fleet has one or several, each with knowledge of its own; the command `route` and the page's typed prompts have one without a
//! fleet. The owner tells an instance what happens (a request's first and last token, what engines report, what pools store and
//! remove) and asks it where to send a request.

use std::sync::Arc;

use super::belief::{Belief, Fleet};
use super::cost::Weights;
use super::ledger::Ledger;
use super::setup::Setup;
use super::signals::{Columns, EngineLoads, Speed};
use super::{Ask, Chooser, Decision, FleetKnowledge, Knowledge, PolicySpec, Reads, Reply, policy};
use crate::replica::PoolEvent;
use crate::request::Corpus;
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// A running router. See the [module](self).
#[derive(Clone)]
pub struct Instance {
    policy: Chooser,
    reads: Reads,
    belief: Belief,
    ledger: Ledger,
    /// What the router knows of each replica, apart from its cache.
    signals: Columns,
    overlaps: Vec<u32>,
    /// The speed of each replica, or a single one for all.
    speeds: Arc<[Speed]>,
    reported_at: VirtualTime,
    /// Whether each replica is out; `None`: no replica ever was.
    out: Option<Vec<bool>>,
    /// For a router that goes on from an earlier run, how long it had been running when this run began; times given to it count
    /// from there.
    before: VirtualTime,
}

impl Instance {
    /// A router that has sent nothing yet. Of the `replicas` that there will ever be, the first `present` are there; the others
    /// join. `number` counts the routers of a fleet from 0: they hash alike, but each breaks ties and loses messages by draws of
    /// its own.
    pub fn new(
        spec: &PolicySpec,
        (replicas, present): (u32, u32),
        pool_blocks: u32,
        block_size: u32,
        speed: Speed,
        (seed, number): (u64, u32),
    ) -> Self {
        let stream = |name: &str| match number {
            0 => Rng::new(seed, name),
            _ => Rng::new(seed, &format!("{name}/{number}")),
        };
        let policy = spec.build(present, seed, stream("ties"));
        let fleet = Fleet {
            replicas,
            pool_blocks,
            block_size,
        };
        Self::with(policy, spec.knowledge, fleet, speed, stream("loss"))
    }

    /// A router that chooses by `smart` with these weights, however large or small, and asks the pools. A program that uses only
    /// this one need not contain the other policies.
    pub fn smart(weights: Weights, replicas: u32, block_size: u32) -> Self {
        let mut setup = Setup::new(&[], &[], 0);
        let policy = policy::smart(weights, &mut setup);
        let draws = |name| Rng::new(0, name);
        let fleet = Fleet {
            replicas,
            pool_blocks: u32::MAX,
            block_size,
        };
        let policy = Chooser::new(policy, setup.reads(), replicas, draws("ties"));
        let speed = Speed::default();
        Self::with(policy, Knowledge::Truth, fleet, speed, draws("loss"))
    }

    fn with(policy: Chooser, knowledge: Knowledge, fleet: Fleet, speed: Speed, lots: Rng) -> Self {
        let reads = policy.reads();
        let replicas = fleet.replicas as usize;
        let kept = (reads.predict, reads.own_blocks, reads.unit);
        Self {
            belief: Belief::new(knowledge, kept, fleet, lots),
            ledger: Ledger::new(reads),
            policy,
            reads,
            signals: Columns::new(replicas),
            overlaps: vec![0; replicas],
            speeds: Arc::new([speed]),
            reported_at: VirtualTime::ZERO,
            out: None,
            before: VirtualTime::ZERO,
        }
    }

    /// Makes the times given to it from now on count from `moment` of its clock so far.
    pub(super) fn go_on_from(&mut self, moment: VirtualTime) {
        self.before = moment;
        self.belief.go_on_from(moment);
    }

    /// A request at the moment of this router's own clock; `room` holds the copy where that is not the run's clock.
    fn at_own_clock<'a: 's, 's>(
        &self,
        ask: &'s Ask<'a>,
        room: &'s mut Option<Ask<'a>>,
    ) -> &'s Ask<'a> {
        match self.before {
            VirtualTime::ZERO => ask,
            before => room.insert(Ask {
                now: ask.now + before,
                ..*ask
            }),
        }
    }

    /// Sets the sizes of the replicas' pools \[blocks\] and their speeds, where they are not alike.
    #[must_use]
    pub fn among(mut self, rooms: &[u32], speeds: Arc<[Speed]>) -> Self {
        self.belief.rooms(rooms);
        self.speeds = speeds;
        self
    }

    /// What the policy reads, and so what has to be kept for it.
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// Whether the pools must be asked before each choice, which then write what they hold to [`Self::overlaps_mut`].
    pub fn asks_pools(&self) -> bool {
        self.reads.overlaps && self.belief.asks_pools()
    }

    /// Whether it needs to hear what pools store and remove.
    pub fn wants_events(&self) -> bool {
        self.reads.overlaps && self.belief.wants_events()
    }

    /// Its belief about the caches, to be followed apart from it; `None` if its policy looks at no cache.
    pub(crate) fn picture(&self) -> Option<Belief> {
        self.reads.overlaps.then(|| self.belief.clone())
    }

    /// Whether it forgets what it believed: by age, by capacity, or, if it is told so (`purged`), of a replica taken for gone.
    pub fn forgets(&self, purged: bool) -> bool {
        self.reads.overlaps && self.belief.forgets(purged)
    }

    /// Whether it must be told of first tokens.
    pub fn wants_first_tokens(&self) -> bool {
        self.ledger.keeps()
    }

    /// The leading blocks of the prompt that each replica holds, for the fleet to fill in where [`Self::asks_pools`].
    pub fn overlaps_mut(&mut self) -> &mut [u32] {
        &mut self.overlaps
    }

    /// Whether the pools must also write how much they hold to [`Self::held_mut`].
    pub fn asks_held(&self) -> bool {
        self.reads.held && self.belief.asks_pools()
    }

    /// The blocks that each replica holds of all prompts, for the fleet to fill in where [`Self::asks_held`].
    pub fn held_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.signals.held_blocks.iter_mut()
    }

    /// Whether its policy is the reference line for which every replica holds what any replica has computed.
    pub fn remembers_everything(&self) -> bool {
        self.reads.everything
    }

    /// The leading blocks of the last prompt that each replica was believed to hold when it was routed.
    pub fn overlaps(&self) -> &[u32] {
        &self.overlaps
    }

    /// What the router knows of each replica, apart from its cache.
    pub fn signals(&self) -> &Columns {
        &self.signals
    }

    /// Takes in what the engines reported at the moment `at`.
    pub fn report(&mut self, at: VirtualTime, loads: &EngineLoads) {
        self.reported_at = at + self.before;
        let Columns {
            waiting,
            running,
            kv_usage,
            ..
        } = &mut self.signals;
        waiting.clone_from(&loads.waiting);
        running.clone_from(&loads.running);
        kv_usage.clone_from(&loads.kv_usage);
    }

    /// Takes in what a pool holds when the run begins.
    pub fn begins_with(&mut self, corpus: &Corpus, replica: ReplicaId, event: PoolEvent) {
        self.belief.begins_with(corpus, replica, event);
    }

    /// Takes in that a pool stored or removed something at that moment.
    pub fn tell(&mut self, replica: ReplicaId, at: VirtualTime, event: PoolEvent) {
        self.belief.tell(replica, at, event);
    }

    /// Brings its belief up to date for a request.
    fn look_up(&mut self, ask: &Ask<'_>) {
        if self.reads.overlaps {
            self.belief.look_up(ask, &mut self.overlaps);
        }
        if self.reads.held {
            for (id, there) in (0..).map(ReplicaId).zip(&mut self.signals.held_blocks) {
                if let Some(held) = self.belief.held(id) {
                    *there = u32::try_from(held).unwrap_or(u32::MAX);
                }
            }
        }
        self.ledger.look_up(ask, &mut self.signals);
    }

    /// Chooses a replica for request `n` and counts it as sent there; `None` if the policy rejects the request.
    pub fn route(&mut self, n: u32, ask: &Ask<'_>) -> Option<ReplicaId> {
        let replica = self.choose(ask)?;
        self.place(n, ask, replica);
        Some(replica)
    }

    /// Chooses a replica, and leaves it to [`Self::place`] where the request goes; `None` if the policy rejects it.
    pub fn choose(&mut self, ask: &Ask<'_>) -> Option<ReplicaId> {
        self.look_up(ask);
        let mut room = None;
        let ask = self.at_own_clock(ask, &mut room);
        let known = FleetKnowledge {
            signals: &self.signals,
            overlaps: &self.overlaps,
            own_blocks: self.belief.own_blocks(),
            speeds: &self.speeds,
            reported_at: self.reported_at,
            exact: self.belief.follows_reports(),
            out: self.out.as_deref(),
        };
        let choice = self.policy.choose(ask, &known);
        choice.admitted.then_some(choice.replica)
    }

    /// Sets which replicas, by number, are out and must not be chosen until this is called again.
    pub fn set_out(&mut self, out: impl IntoIterator<Item = bool>) {
        let mine = self.out.get_or_insert_default();
        mine.clear();
        mine.extend(out);
    }

    /// Adds a replica that takes requests from now on.
    pub fn joined(&mut self, replica: ReplicaId) {
        self.policy.joined(&[replica]);
    }

    /// Removes a replica that is gone with all it held: the belief about its cache is forgotten, and so is it by the policy.
    pub fn left(&mut self, replica: ReplicaId) {
        self.belief.left(replica);
        self.policy.left(replica);
    }

    /// The replicas that have joined and not left, in order.
    pub fn members(&self) -> &[ReplicaId] {
        self.policy.members()
    }

    /// Notes that a replica died. A router that looks at the caches themselves sees it at once; one that goes by what was sent or
    /// reported does not.
    pub fn died(&mut self, replica: ReplicaId, at: VirtualTime) {
        self.belief.died(replica, at);
    }

    /// Notes that request `n`, sent to `replica`, will not be answered from there. If `keeps`, it stays among the active requests
    /// there until [`Self::uncount`].
    pub fn failed(&mut self, n: u32, ask: &Ask<'_>, replica: ReplicaId, keeps: bool) {
        self.ledger.finished(n, ask, replica, &mut self.signals);
        self.signals.active[replica.index()] += u32::from(keeps);
    }

    /// Removes a failed request that was kept among the active requests of a replica.
    pub fn uncount(&mut self, replica: ReplicaId) {
        self.signals.active[replica.index()] -= 1;
    }

    /// Restarts as `fresh`: what it sent and believed is forgotten, but one that looks at the caches themselves goes on doing so.
    pub fn begin_anew(&mut self, fresh: &Self) {
        let before = core::mem::replace(self, fresh.clone());
        self.belief.sees_as(before.belief);
    }

    /// Counts request `n` as sent to `replica`, by its choice or not; what is known is as of the last [`Self::choose`].
    pub fn place(&mut self, n: u32, ask: &Ask<'_>, replica: ReplicaId) {
        let known = FleetKnowledge {
            signals: &self.signals,
            overlaps: &self.overlaps,
            own_blocks: self.belief.own_blocks(),
            speeds: &self.speeds,
            reported_at: self.reported_at,
            exact: self.belief.follows_reports(),
            out: self.out.as_deref(),
        };
        let mut room = None;
        let here = self.at_own_clock(ask, &mut room);
        self.policy.sent(here, &known, replica);
        let overlap = self.overlaps[replica.index()];
        self.ledger
            .sent(n, here, replica, overlap, &mut self.signals);
        if self.reads.overlaps {
            self.belief.routed(ask, replica);
        }
    }

    /// The leading full prompt blocks that it believes each replica holds. Only its belief is brought up to date.
    pub fn believed(&mut self, ask: &Ask<'_>) -> &[u32] {
        self.look_up(ask);
        &self.overlaps
    }

    /// The choice that it would make for a request, explained. Only its belief is brought up to date.
    pub fn explain(&mut self, ask: &Ask<'_>) -> Decision {
        self.look_up(ask);
        let mut room = None;
        let ask = self.at_own_clock(ask, &mut room);
        let known = FleetKnowledge {
            signals: &self.signals,
            overlaps: &self.overlaps,
            own_blocks: self.belief.own_blocks(),
            speeds: &self.speeds,
            reported_at: self.reported_at,
            exact: self.belief.follows_reports(),
            out: self.out.as_deref(),
        };
        self.policy.explain(ask, &known)
    }

    /// Notes that request `n`'s first token has left its replica, at the moment `ask.now`.
    pub fn first_token(&mut self, n: u32, ask: &Ask<'_>, replica: ReplicaId) {
        let mut room = None;
        let ask = self.at_own_clock(ask, &mut room);
        let signals = &mut self.signals;
        let entry = self.ledger.first_token(n, ask.now, replica, signals);
        if self.reads.replies
            && let Some(entry) = entry
        {
            self.policy.first_token(&Reply {
                ask: *ask,
                replica,
                uncached_tokens: entry.uncached,
                after: ask.now - entry.routed,
            });
        }
    }

    /// Notes that request `n`'s last token has left its replica, at the moment `ask.now`.
    pub fn finished(&mut self, n: u32, ask: &Ask<'_>, replica: ReplicaId) {
        let mut room = None;
        let ask = self.at_own_clock(ask, &mut room);
        let entry = self.ledger.finished(n, ask, replica, &mut self.signals);
        if self.reads.replies
            && let Some(entry) = entry
        {
            self.policy.finished(&Reply {
                ask: *ask,
                replica,
                uncached_tokens: entry.uncached,
                after: ask.now - entry.routed,
            });
        }
    }
}
