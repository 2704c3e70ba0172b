//! What a policy may look at when it chooses.
//!
//! [`FleetKnowledge`] is all that a router knows. A policy sees it through a [`View`], which shows a figure only to a policy that has
//! asked for it: the handle that [`Setup`](super::setup::Setup) gave out is the key. So nothing can be read that is not kept, and
//! nothing is kept that is not read.

use super::Ask;
use super::setup::{Blocks, Engine, Held, Ledger, Matches, Overlaps, Own};
use super::signals::{Columns, Signal, Speed};
use crate::request::{Chain, Corpus};
use crate::units::{ReplicaId, VirtualTime};

/// The number of characters that a router without a tokenizer takes for a token.
const CHARS: f64 = 4.0;

/// Everything that a router knows of the fleet when it decides.
#[derive(Clone, Copy, Debug)]
pub struct FleetKnowledge<'a> {
    /// The figures of each replica, apart from its cache.
    pub signals: &'a Columns,
    /// The leading full prompt blocks that the router believes each replica holds \[blocks\]; all 0 for a router that knows nothing
    /// of caches.
    pub overlaps: &'a [u32],
    /// For a router that remembers in a unit of its own (blocks, see [`OwnBlocks`](super::OwnBlocks), or characters), how much of
    /// the prompt it believes each replica holds, and how much the prompt has, in that unit; for others empty, and 0.
    pub own_blocks: (&'a [u32], u32),
    /// How fast the replicas are, for rules that estimate times: one entry for each replica, or a single one for all.
    pub speeds: &'a [Speed],
    /// When the replicas last reported their load.
    pub reported_at: VirtualTime,
    /// Whether the overlaps are what replicas say they hold (by events), not what was sent to them.
    pub exact: bool,
    /// Whether each replica is out, as far as the router knows, and must not be chosen; `None`: none is out.
    pub out: Option<&'a [bool]>,
}

impl<'a> FleetKnowledge<'a> {
    /// What a router knows where no time passes.
    pub fn new(signals: &'a Columns, overlaps: &'a [u32]) -> Self {
        Self {
            signals,
            overlaps,
            own_blocks: (&[], 0),
            speeds: &[],
            reported_at: VirtualTime::ZERO,
            exact: false,
            out: None,
        }
    }
}

/// The router's knowledge, as far as a policy has asked for it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// The request that is to be routed.
    pub(super) ask: &'a Ask<'a>,
    known: &'a FleetKnowledge<'a>,
    /// The members that are not out, in order.
    candidates: &'a [ReplicaId],
    /// One more than the highest number of a member.
    replicas: usize,
}

impl<'a> View<'a> {
    /// The view of a router that may send to `candidates`, which are some of the replicas that are its `members`.
    pub(super) fn new(
        ask: &'a Ask<'a>,
        known: &'a FleetKnowledge<'a>,
        (members, candidates): (&'a [ReplicaId], &'a [ReplicaId]),
    ) -> Self {
        Self {
            ask,
            known,
            candidates,
            replicas: members.last().map_or(1, |last| last.index() + 1),
        }
    }

    /// The replicas that a request may be sent to, in order.
    #[inline]
    pub(super) fn all(&self) -> impl Iterator<Item = ReplicaId> + Clone + use<'a> {
        self.candidates.iter().copied()
    }

    /// How many replicas a request may be sent to.
    pub(super) fn count(&self) -> u32 {
        self.candidates.len() as u32
    }

    /// Whether a request may be sent there.
    pub(super) fn is_candidate(&self, replica: ReplicaId) -> bool {
        self.candidates.binary_search(&replica).is_ok()
    }

    /// How many replicas there are, candidates or not, up to the last that is a member; no policy has heard of those beyond.
    pub(super) fn replicas(&self) -> usize {
        self.replicas
    }

    /// The requests that this router sent to a replica and that are not finished.
    #[inline]
    pub(super) fn active(&self, replica: ReplicaId) -> u32 {
        self.known.signals.active[replica.index()]
    }

    /// The requests that this router sent to each replica and that are not finished.
    #[inline]
    pub(super) fn actives(&self) -> &'a [u32] {
        &self.known.signals.active
    }

    /// All requests that this router ever sent to a replica.
    pub(super) fn sent(&self, replica: ReplicaId) -> u32 {
        self.known.signals.sent[replica.index()]
    }

    /// How fast a replica is, for a router that knows the speed of each.
    #[inline]
    pub(super) fn speed(&self, replica: ReplicaId) -> Speed {
        let own = self.known.speeds.get(replica.index());
        own.copied().unwrap_or_else(|| self.one_speed())
    }

    /// How fast a replica is, for a router that takes them all to be alike: in a mixed fleet, the speed of the first.
    pub(super) fn one_speed(&self) -> Speed {
        self.known.speeds.first().copied().unwrap_or_default()
    }

    /// The leading blocks of the prompt that a replica is believed to hold.
    #[inline]
    pub(super) fn overlap(&self, _: Overlaps, replica: ReplicaId) -> u32 {
        self.known.overlaps[replica.index()]
    }

    /// The leading blocks of the prompt that each replica is believed to hold.
    #[inline]
    pub(super) fn overlaps(&self, _: Overlaps) -> &'a [u32] {
        self.known.overlaps
    }

    /// The most leading blocks of the prompt that any replica is believed to hold.
    pub(super) fn deepest(&self, _: Overlaps) -> u32 {
        let each = self.all().map(|it| self.known.overlaps[it.index()]);
        each.max().unwrap_or(0)
    }

    /// Whether the overlaps are what replicas report, not what was sent to them.
    pub(super) fn is_exact(&self, _: Overlaps) -> bool {
        self.known.exact
    }

    /// The matched blocks of the router's own size, and how many of them the prompt has; the engine's blocks where there are none.
    #[inline]
    pub(super) fn own_blocks(&self, own: Own, replica: ReplicaId) -> (u32, u32) {
        match self.known.own_blocks {
            (_, 0) => (
                self.overlap(own.overlaps(), replica),
                self.ask.request.prompt.depth,
            ),
            (matched, blocks) => (matched[replica.index()], blocks),
        }
    }

    /// The matched blocks of every replica, as of [`Self::own_blocks`], and how many the prompt has.
    #[inline]
    pub(super) fn all_own_blocks(&self, own: Own) -> (&'a [u32], u32) {
        match self.known.own_blocks {
            (_, 0) => (self.overlaps(own.overlaps()), self.ask.request.prompt.depth),
            known => known,
        }
    }

    /// The pieces of the prompt (characters, tokens) that a replica is believed to hold; full blocks where pieces are not known.
    #[inline]
    pub(super) fn matched(&self, it: Matches, replica: ReplicaId) -> u32 {
        match self.known.own_blocks {
            (_, 0) => self.overlap(it.overlaps(), replica),
            (matched, _) => matched[replica.index()],
        }
    }

    /// The most pieces of the prompt that any replica is believed to hold.
    pub(super) fn longest(&self, it: Matches) -> u32 {
        let each = self.all().map(|replica| self.matched(it, replica));
        each.max().unwrap_or(0)
    }

    /// The share of the prompt that this many matched pieces are, from 0 to 1.
    pub(super) fn share(&self, _: Matches, matched: u32) -> f64 {
        match self.known.own_blocks.1 {
            0 => self.ask.matched_share(matched),
            all => f64::from(matched) / f64::from(all),
        }
    }

    /// The prompt's length as a router that matches characters estimates it, four a token; where full blocks stand in, its true
    /// length \[tokens\].
    pub(super) fn prompt_tokens(&self, _: Matches) -> f64 {
        match self.known.own_blocks.1 {
            0 => f64::from(self.ask.request.prompt_tokens),
            characters => f64::from(characters) / CHARS,
        }
    }

    /// How much of that length a replica is believed to hold \[tokens\].
    pub(super) fn matched_tokens(&self, it: Matches, replica: ReplicaId) -> f64 {
        let matched = f64::from(self.matched(it, replica));
        match self.known.own_blocks.1 {
            0 => matched * f64::from(self.ask.block_size),
            _ => matched / CHARS,
        }
    }

    /// The prompt in the unit in which it is matched (single pieces, or full blocks), which is the same for all prompts of a run.
    pub(super) fn in_unit(&self, it: Matches) -> (&'a Corpus, Chain) {
        match self.ask.pieces(it.unit()) {
            Some(pieces) if !self.known.exact => pieces,
            _ => (self.ask.corpus, self.ask.request.prompt),
        }
    }

    /// The blocks that a replica is believed to hold, of all prompts; characters for a router that matches those.
    pub(super) fn held_blocks(&self, _: Held, replica: ReplicaId) -> u32 {
        self.known.signals.held_blocks[replica.index()]
    }

    /// The prompt tokens believed not to be cached on a replica, of its requests whose first token has not come back.
    #[inline]
    pub(super) fn prefill_tokens(&self, _: Ledger, replica: ReplicaId) -> u64 {
        self.known.signals.prefill_tokens[replica.index()]
    }

    /// As [`Self::prefill_tokens`], for every replica.
    #[inline]
    pub(super) fn all_prefill_tokens(&self, _: Ledger) -> &'a [u64] {
        &self.known.signals.prefill_tokens
    }

    /// The least entry of a column, over the replicas that a request may be sent to; 0 if there are none.
    #[inline]
    pub(super) fn least<T: Copy + Ord + Default>(&self, column: &[T]) -> T {
        let least = match self.candidates.len() == self.replicas {
            true => column[..self.replicas].iter().copied().min(),
            false => self.all().map(|it| column[it.index()]).min(),
        };
        least.unwrap_or_default()
    }

    /// The prompt tokens, and output tokens asked for, of a replica's requests that are not finished.
    pub(super) fn tokens(&self, _: Ledger, replica: ReplicaId) -> u64 {
        self.known.signals.tokens[replica.index()]
    }

    /// The distinct prompt blocks of a replica's requests that are not finished.
    #[inline]
    pub(super) fn active_blocks(&self, _: Blocks, replica: ReplicaId) -> u32 {
        self.known.signals.active_blocks[replica.index()]
    }

    /// For every replica, the distinct prompt blocks of requests that are not finished, and those of them that this prompt begins
    /// with.
    #[inline]
    pub(super) fn all_blocks(&self, _: Blocks) -> (&'a [u32], &'a [u32]) {
        let signals = self.known.signals;
        (&signals.active_blocks, &signals.shared_blocks)
    }

    /// Those of [`Self::active_blocks`] that this prompt begins with.
    #[inline]
    pub(super) fn shared_blocks(&self, _: Blocks, replica: ReplicaId) -> u32 {
        self.known.signals.shared_blocks[replica.index()]
    }

    /// The requests that wait for a place in the engine's batch, as it reported.
    #[inline]
    pub(super) fn waiting(&self, _: Engine, replica: ReplicaId) -> u32 {
        self.known.signals.waiting[replica.index()]
    }

    /// As [`Self::waiting`], for every replica.
    #[inline]
    pub(super) fn all_waiting(&self, _: Engine) -> &'a [u32] {
        &self.known.signals.waiting
    }

    /// The requests in the engine's batch, as it reported.
    pub(super) fn running(&self, _: Engine, replica: ReplicaId) -> u32 {
        self.known.signals.running[replica.index()]
    }

    /// The share of the pool in use, as the engine reported, from 0 to 1.
    #[inline]
    pub(super) fn kv_usage(&self, _: Engine, replica: ReplicaId) -> f64 {
        self.known.signals.kv_usage[replica.index()]
    }

    /// As [`Self::kv_usage`], for every replica.
    #[inline]
    pub(super) fn all_kv_usage(&self, _: Engine) -> &'a [f64] {
        &self.known.signals.kv_usage
    }

    /// The moment at which engines last reported.
    pub(super) fn reported_at(&self, _: Engine) -> VirtualTime {
        self.known.reported_at
    }

    /// Writes a signal's values for the replicas from `first` on. A policy may read a [`Signal`] that it got from
    /// [`Setup::signals`](super::setup::Setup::signals).
    pub(super) fn fill(&self, signal: &Signal, first: usize, out: &mut [f64]) {
        (signal.fill)(self.ask, self.known, first, out);
    }

    /// The least, the mean and the most of active requests over the candidates.
    pub(super) fn active_spread(&self) -> (u32, f64, u32) {
        let (mut least, mut most, mut sum) = (u32::MAX, 0, 0_u64);
        let mut take = |active: u32| {
            least = least.min(active);
            most = most.max(active);
            sum += u64::from(active);
        };
        if self.candidates.len() == self.replicas {
            let all = &self.known.signals.active[..self.replicas];
            all.iter().for_each(|&active| take(active));
        } else {
            self.all().for_each(|it| take(self.active(it)));
        }
        let mean = sum as f64 / f64::from(self.count().max(1));
        (least.min(most), mean, most)
    }
}
