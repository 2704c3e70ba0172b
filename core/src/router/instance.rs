//! One running router: a policy, its ledger, and its picture of the caches.
//!
//! A fleet has one or several, each with a view of its own; the command `route` and the page's typed prompts have one
//! without a fleet. Whoever has it tells an instance what happens (a request's first
//! and last token, what engines report, what pools store and remove) and asks it where to send a request.

use std::sync::Arc;

use super::belief::{Belief, Fleet};
use super::cost::Weights;
use super::ledger::Ledger;
use super::setup::Setup;
use super::signals::{Columns, EngineLoads, Speed};
use super::{Ask, Chooser, Decision, Knowledge, Known, PolicySpec, Reads, Reply, policy};
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
    /// By replica.
    signals: Columns,
    overlaps: Vec<u32>,
    /// By replica, or one for all.
    speeds: Arc<[Speed]>,
    reported: VirtualTime,
    /// By replica: whether it is out; `None`: nobody ever was.
    out: Option<Vec<bool>>,
    /// How long it had been there when the run began, whose times it is told.
    before: VirtualTime,
}

impl Instance {
    /// A router that has sent nothing yet. Of the `replicas` that there will ever be the first `present` are there; the others
    /// join. `number` counts the routers of a fleet from 0: they hash alike, but break ties and lose messages each for itself.
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

    /// A router that chooses by `smart` with these weights, however large or small, and asks the pools. What has only this
    /// one does not hold the other policies.
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
            reported: VirtualTime::ZERO,
            out: None,
            before: VirtualTime::ZERO,
        }
    }

    /// The times that it is told from now on count from `moment` of those that it was told until now.
    pub(super) fn go_on_from(&mut self, moment: VirtualTime) {
        self.before = moment;
        self.belief.go_on_from(moment);
    }

    /// A request at the moment of its own clock; `room` holds it where that is not the run's.
    fn here<'a: 's, 's>(&self, ask: &'s Ask<'a>, room: &'s mut Option<Ask<'a>>) -> &'s Ask<'a> {
        match self.before {
            VirtualTime::ZERO => ask,
            before => room.insert(Ask {
                now: ask.now + before,
                ..*ask
            }),
        }
    }

    /// Its replicas are not alike: by replica, the blocks of its pool and how fast it is.
    #[must_use]
    pub fn among(mut self, rooms: &[u32], speeds: Arc<[Speed]>) -> Self {
        self.belief.rooms(rooms);
        self.speeds = speeds;
        self
    }

    /// What its policy reads.
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// Whether the pools must be asked before each choice: they write what they hold to [`Self::overlaps_mut`].
    pub fn asks_pools(&self) -> bool {
        self.reads.overlaps && self.belief.asks_pools()
    }

    /// Whether it wants to hear what pools store and remove.
    pub fn wants_events(&self) -> bool {
        self.reads.overlaps && self.belief.wants_events()
    }

    /// What it believes the replicas' caches hold, to be followed apart from it; `None` if its policy looks at no cache.
    pub(crate) fn picture(&self) -> Option<Belief> {
        self.reads.overlaps.then(|| self.belief.clone())
    }

    /// Whether it forgets what it believed, by age or for want of room.
    pub fn forgets(&self) -> bool {
        self.reads.overlaps && self.belief.forgets()
    }

    /// Whether it must be told of first tokens.
    pub fn wants_first_tokens(&self) -> bool {
        self.ledger.keeps()
    }

    /// By replica: the blocks of the prompt it holds, for the fleet to fill in where [`Self::asks_pools`].
    pub fn overlaps_mut(&mut self) -> &mut [u32] {
        &mut self.overlaps
    }

    /// Whether the pools must also write how much they hold to [`Self::held_mut`].
    pub fn asks_held(&self) -> bool {
        self.reads.held && self.belief.asks_pools()
    }

    /// By replica: blocks held, for the fleet to fill in where [`Self::asks_held`].
    pub fn held_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.signals.held_blocks.iter_mut()
    }

    /// Whether this is the run in which every replica remembers everything.
    pub fn remembers_everything(&self) -> bool {
        self.reads.everything
    }

    /// By replica: the blocks of the last prompt it was believed to hold when it was routed.
    pub fn overlaps(&self) -> &[u32] {
        &self.overlaps
    }

    /// By replica: what the router knows but for caches.
    pub fn signals(&self) -> &Columns {
        &self.signals
    }

    /// The engines' figures, as of `at`.
    pub fn report(&mut self, at: VirtualTime, loads: &EngineLoads) {
        self.reported = at + self.before;
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

    /// A pool begins the run with this, and has said so before.
    pub fn begins_with(&mut self, corpus: &Corpus, replica: ReplicaId, event: PoolEvent) {
        self.belief.begins_with(corpus, replica, event);
    }

    /// A pool stored or removed something at that moment.
    pub fn tell(&mut self, replica: ReplicaId, at: VirtualTime, event: PoolEvent) {
        self.belief.tell(replica, at, event);
    }

    /// Brings the picture up to date for a request.
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
        let ask = self.here(ask, &mut room);
        let known = Known {
            signals: &self.signals,
            overlaps: &self.overlaps,
            own_blocks: self.belief.own_blocks(),
            speeds: &self.speeds,
            reported: self.reported,
            exact: self.belief.is_reported(),
            out: self.out.as_deref(),
        };
        let choice = self.policy.choose(ask, &known);
        choice.admitted.then_some(choice.replica)
    }

    /// Replicas that are out, by number, must not be chosen until this is said anew.
    pub fn set_out(&mut self, out: impl IntoIterator<Item = bool>) {
        let mine = self.out.get_or_insert_default();
        mine.clear();
        mine.extend(out);
    }

    /// A replica takes requests from now on.
    pub fn joined(&mut self, replica: ReplicaId) {
        self.policy.joined(&[replica]);
    }

    /// A replica is gone, and what it held with it: the picture of its cache is forgotten, and the policy forgets it.
    pub fn left(&mut self, replica: ReplicaId) {
        self.belief.left(replica);
        self.policy.left(replica);
    }

    /// The replicas that have joined and not left, in order.
    pub fn members(&self) -> &[ReplicaId] {
        self.policy.members()
    }

    /// A replica died. Who looks at the caches themselves sees it at once; whoever goes by what was sent or said does not.
    pub fn died(&mut self, replica: ReplicaId, at: VirtualTime) {
        self.belief.died(replica, at);
    }

    /// Request `n`, sent to `replica`, will not be answered from there.
    /// `keeps`: it stays among the active ones there until [`Self::uncount`].
    pub fn failed(&mut self, n: u32, ask: &Ask<'_>, replica: ReplicaId, keeps: bool) {
        self.ledger.finished(n, ask, replica, &mut self.signals);
        self.signals.active[replica.index()] += u32::from(keeps);
    }

    /// A failed request that stayed among the active ones of a replica does so no longer.
    pub fn uncount(&mut self, replica: ReplicaId) {
        self.signals.active[replica.index()] -= 1;
    }

    /// It begins as `fresh` does: what it sent and believed is forgotten. Who looks at the caches themselves goes on to.
    pub fn begin_anew(&mut self, fresh: &Self) {
        let before = core::mem::replace(self, fresh.clone());
        self.belief.sees_as(before.belief);
    }

    /// Counts request `n` as sent to `replica`, whoever chose it; what is known is as of the last [`Self::choose`].
    pub fn place(&mut self, n: u32, ask: &Ask<'_>, replica: ReplicaId) {
        let known = Known {
            signals: &self.signals,
            overlaps: &self.overlaps,
            own_blocks: self.belief.own_blocks(),
            speeds: &self.speeds,
            reported: self.reported,
            exact: self.belief.is_reported(),
            out: self.out.as_deref(),
        };
        let mut room = None;
        let here = self.here(ask, &mut room);
        self.policy.sent(here, &known, replica);
        let overlap = self.overlaps[replica.index()];
        self.ledger
            .sent(n, here, replica, overlap, &mut self.signals);
        if self.reads.overlaps {
            self.belief.routed(ask, replica);
        }
    }

    /// By replica: full prompt blocks it believes there. Nothing changes but that its picture is brought up to date.
    pub fn believed(&mut self, ask: &Ask<'_>) -> &[u32] {
        self.look_up(ask);
        &self.overlaps
    }

    /// The choice it would make for a request, laid out. Nothing changes but that its picture is brought up to date.
    pub fn explain(&mut self, ask: &Ask<'_>) -> Decision {
        self.look_up(ask);
        let mut room = None;
        let ask = self.here(ask, &mut room);
        let known = Known {
            signals: &self.signals,
            overlaps: &self.overlaps,
            own_blocks: self.belief.own_blocks(),
            speeds: &self.speeds,
            reported: self.reported,
            exact: self.belief.is_reported(),
            out: self.out.as_deref(),
        };
        self.policy.explain(ask, &known)
    }

    /// Request `n`'s first token has left its replica (`ask.now` says when).
    pub fn first_token(&mut self, n: u32, ask: &Ask<'_>, replica: ReplicaId) {
        let mut room = None;
        let ask = self.here(ask, &mut room);
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

    /// Request `n`'s last token has left its replica (`ask.now` says when).
    pub fn finished(&mut self, n: u32, ask: &Ask<'_>, replica: ReplicaId) {
        let mut room = None;
        let ask = self.here(ask, &mut room);
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
