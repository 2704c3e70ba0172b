//! What a router believes the replicas' caches hold.
//!
//! Each router has its own belief, an [`Index`] over the corpus' dense block ids:
//!
//! - **routed**: the prompts that it sent to each replica, as soon as they are sent, forgotten by age or beyond a capacity. The
//!   router never hears of an eviction, nor of the answers' blocks.
//!   A policy that remembers in blocks of its own has a [`Memory`] instead. One whose product matches characters or single
//!   tokens has the same belief over those, where the workload's are kept.
//! - **events**: what the replicas report to have stored and removed, after a delay. What one replica reports at one moment is
//!   one message; a message may be lost without anybody noticing. A stored run whose parent the router does not know is
//!   dropped, as real indexers do. What a pool holds when the run begins it reported before, each run of blocks in a message of
//!   its own.
//! - **pools**: what the caches hold now, which is also what events without delay and loss give. A few pools are asked
//!   themselves; with many, most of which hold nothing of a prompt, the router keeps [`Residents`], to which the pools report
//!   what they do as they do it. Both ways give the same.
//!
//! A prediction may be added: what was just routed counts as cached for a while. Of the two depths the larger counts.

mod memory;
pub(crate) mod stirred;

use std::collections::VecDeque;

use memory::Memory;

use super::residents::Residents;
use super::spec::{Forget, Knowledge};
use super::{Ask, OwnBlocks, Unit};
use crate::radix::{Depths, Index};
use crate::replica::PoolEvent;
use crate::request::{Chain, Corpus};
use crate::rng::Rng;
use crate::units::{BlockId, ReplicaId, VirtualTime};

/// A router's belief about the caches, with the way in which it comes about.
#[derive(Clone)]
pub(crate) struct Belief {
    kind: BeliefKind,
    /// The prompts that were just routed, and for how long they count as cached; `None`: the policy does not predict.
    predicted: Option<(Index, VirtualTime)>,
    /// For a router that goes on from an earlier run, how long it had been running when this run began; times given to it count
    /// from there.
    before: VirtualTime,
    ids: Vec<BlockId>,
    depths: Depths,
}

#[derive(Clone)]
enum BeliefKind {
    Nothing,
    Pools,
    Residents(Residents),
    Routed(Routed),
    Own(Memory),
    Events(Events),
}

#[derive(Clone)]
struct Routed {
    index: Index,
    forget: Forget,
    /// The most that is remembered of each replica \[blocks\]; where the capacity is shared, the most of all replicas together.
    capacity: usize,
    /// The capacity of each replica, where that is its engine's pool and the pools differ in size \[blocks\]; empty: `capacity`
    /// holds for all.
    own: Vec<usize>,
    /// The unit in which the product matches prompts; `capacity_in_unit` is the capacity in it.
    unit: Unit,
    capacity_in_unit: usize,
    /// Whether the index is over pieces of that unit: then every prompt of a run is, or none.
    in_pieces: bool,
    /// The pieces of the prompt looked up last that each replica is believed to hold, and how many pieces that prompt has.
    matched: (Vec<u32>, u32),
    swept: VirtualTime,
}

#[derive(Clone)]
struct Events {
    index: Index,
    delay: VirtualTime,
    loss: f64,
    lines: Vec<MessageLine>,
}

/// The number of characters that a token counts as where a capacity is given in tokens.
const CHARS: usize = 4;

/// From this many replicas on the pools report what they do rather than being asked: asking all of them would cost more.
const MANY: u32 = 48;

/// The messages under way from one replica to the router.
#[derive(Clone)]
struct MessageLine {
    /// The draws that decide which messages are lost. Each line has its own, so it does not matter when the lines are read.
    lots: Rng,
    pending: VecDeque<(VirtualTime, PoolEvent)>,
    /// The moment of the last message, and whether it was lost.
    last: Option<(VirtualTime, bool)>,
}

/// The fleet that a router sends to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fleet {
    pub(super) replicas: u32,
    /// The size of each replica's KV pool \[blocks\].
    pub(super) pool_blocks: u32,
    pub(super) block_size: u32,
}

impl Belief {
    pub(super) fn new(
        knowledge: Knowledge,
        (predict, own, unit): (Option<VirtualTime>, Option<OwnBlocks>, Unit),
        fleet: Fleet,
        lots: Rng,
    ) -> Self {
        let truth = || match fleet.replicas {
            MANY.. => BeliefKind::Residents(Residents::new(fleet.replicas)),
            _ => BeliefKind::Pools,
        };
        let kind = match knowledge {
            Knowledge::Routed {
                forget:
                    Forget::Lru {
                        tokens,
                        every,
                        shared: false,
                    },
            } if every == VirtualTime::ZERO
                && let Some(own) = own =>
            {
                BeliefKind::Own(Memory::new(own, tokens, fleet))
            }
            Knowledge::Nothing => BeliefKind::Nothing,
            Knowledge::Truth => truth(),
            Knowledge::Events { delay, loss } if delay == VirtualTime::ZERO && loss == 0.0 => {
                truth()
            }
            Knowledge::Events { delay, loss } => {
                BeliefKind::Events(Events::new(delay, loss, lots, fleet.replicas))
            }
            Knowledge::Routed { forget } => {
                let capacity = match forget {
                    Forget::Lru {
                        tokens: Some(tokens),
                        ..
                    } => tokens / fleet.block_size,
                    Forget::Lru { shared: true, .. } => {
                        fleet.pool_blocks.saturating_mul(fleet.replicas)
                    }
                    _ => fleet.pool_blocks,
                };
                let tokens = match forget {
                    Forget::Lru {
                        tokens: Some(tokens),
                        ..
                    } => tokens as usize,
                    _ => capacity as usize * fleet.block_size as usize,
                };
                BeliefKind::Routed(Routed {
                    unit,
                    capacity_in_unit: match unit {
                        Unit::Characters => tokens * CHARS,
                        Unit::Blocks | Unit::Tokens => tokens,
                    },
                    in_pieces: false,
                    matched: (vec![0; fleet.replicas as usize], 0),
                    index: match forget {
                        Forget::Never => Index::new(fleet.replicas),
                        _ => Index::with_stamps(fleet.replicas),
                    },
                    forget,
                    capacity: capacity as usize,
                    own: Vec::new(),
                    swept: VirtualTime::ZERO,
                })
            }
        };
        Self {
            kind,
            predicted: predict.map(|ttl| (Index::with_stamps(fleet.replicas), ttl)),
            before: VirtualTime::ZERO,
            ids: Vec::new(),
            depths: Depths::new(),
        }
    }

    /// Continues at `moment`, see [`super::Instance::go_on_from`].
    pub(super) fn go_on_from(&mut self, moment: VirtualTime) {
        self.before = moment;
    }

    /// Sets the sizes of the replicas' pools, where they are not all alike \[blocks\]. A memory with the capacity of a pool then
    /// has each replica's own, a shared one has their sum; a capacity that was set stays.
    pub(super) fn rooms(&mut self, rooms: &[u32]) {
        match &mut self.kind {
            BeliefKind::Routed(routed) => routed.rooms(rooms),
            BeliefKind::Own(memory) => memory.rooms(rooms),
            BeliefKind::Events(_)
            | BeliefKind::Nothing
            | BeliefKind::Pools
            | BeliefKind::Residents(_) => {}
        }
    }

    /// Whether it follows what replicas report to hold, not what was sent to them.
    pub(super) fn follows_reports(&self) -> bool {
        matches!(
            self.kind,
            BeliefKind::Pools | BeliefKind::Residents(_) | BeliefKind::Events(_)
        )
    }

    /// Whether the pools themselves must be asked before each look-up.
    pub(crate) fn asks_pools(&self) -> bool {
        matches!(self.kind, BeliefKind::Pools)
    }

    /// Whether it needs to hear what the pools store and remove.
    pub(crate) fn wants_events(&self) -> bool {
        matches!(self.kind, BeliefKind::Events(_) | BeliefKind::Residents(_))
    }

    /// Whether it forgets something of what was sent, without news of it; `purged`: also that of replicas taken for gone.
    pub(super) fn forgets(&self, purged: bool) -> bool {
        let sent = match &self.kind {
            BeliefKind::Routed(routed) => purged || routed.forget != Forget::Never,
            BeliefKind::Own(_) => true,
            _ => false,
        };
        sent || self.predicted.is_some()
    }

    /// Takes in what a replica's pool holds when the run begins. The replica reported it before, so it is known at once, unless that
    /// message was lost.
    pub(crate) fn begins_with(&mut self, corpus: &Corpus, replica: ReplicaId, event: PoolEvent) {
        match &mut self.kind {
            BeliefKind::Events(events) => {
                if !events.lines[replica.index()].loses(events.loss) {
                    events.take(corpus, replica, event, &mut self.ids);
                }
            }
            BeliefKind::Residents(residents) => residents.tell(replica, VirtualTime::ZERO, event),
            BeliefKind::Nothing
            | BeliefKind::Pools
            | BeliefKind::Routed(_)
            | BeliefKind::Own(_) => {}
        }
    }

    /// Takes in what a replica's pool did at that moment.
    pub(crate) fn tell(&mut self, replica: ReplicaId, at: VirtualTime, event: PoolEvent) {
        match &mut self.kind {
            BeliefKind::Events(events) => events.tell(replica, self.before + at, event),
            BeliefKind::Residents(residents) => residents.tell(replica, at, event),
            BeliefKind::Nothing
            | BeliefKind::Pools
            | BeliefKind::Routed(_)
            | BeliefKind::Own(_) => {}
        }
    }

    /// Forgets what is too old by now, and takes in the messages that have arrived. Calling it earlier or more often does not
    /// change what is believed afterwards.
    pub(crate) fn refresh(&mut self, corpus: &Corpus, now: VirtualTime) {
        let now = now + self.before;
        match &mut self.kind {
            BeliefKind::Routed(routed) => routed.forget(now),
            BeliefKind::Events(events) => events.hear(corpus, now, &mut self.ids),
            BeliefKind::Nothing
            | BeliefKind::Pools
            | BeliefKind::Residents(_)
            | BeliefKind::Own(_) => {}
        }
        if let Some((index, ttl)) = &mut self.predicted {
            index.expire(now - *ttl);
        }
    }

    /// Writes the leading blocks of the prompt that each replica is believed to hold to `overlaps`; where the pools are asked, they
    /// have written it already.
    pub(crate) fn look_up(&mut self, ask: &Ask<'_>, overlaps: &mut [u32]) {
        let (corpus, prompt, now) = (ask.corpus, ask.request.prompt, ask.now);
        self.refresh(corpus, now);
        let index = match &mut self.kind {
            BeliefKind::Pools => None,
            BeliefKind::Residents(residents) => {
                residents.depths(corpus, prompt, overlaps);
                None
            }
            BeliefKind::Nothing => {
                overlaps.fill(0);
                None
            }
            BeliefKind::Own(memory) => {
                memory.look_up(ask, overlaps);
                None
            }
            BeliefKind::Routed(routed) => {
                if routed.cut_up(ask, &mut self.ids) {
                    routed.index.matches(&self.ids, &mut self.depths);
                    routed.match_pieces(ask, self.depths.as_slice(), self.ids.len(), overlaps);
                    None
                } else {
                    Some(&routed.index)
                }
            }
            BeliefKind::Events(events) => Some(&events.index),
        };
        if index.is_none() && self.predicted.is_none() {
            return;
        }
        corpus.ids(prompt, &mut self.ids);
        if let Some(index) = index {
            index.matches(&self.ids, &mut self.depths);
            overlaps.copy_from_slice(self.depths.as_slice());
        }
        if let Some((index, _)) = &self.predicted {
            index.matches(&self.ids, &mut self.depths);
            for (overlap, predicted) in overlaps.iter_mut().zip(self.depths.as_slice()) {
                *overlap = (*overlap).max(*predicted);
            }
        }
    }

    /// Forgets a replica that is gone as far as this router knows.
    pub(crate) fn left(&mut self, replica: ReplicaId) {
        match &mut self.kind {
            BeliefKind::Routed(routed) => {
                routed.index.drop_replica(replica);
            }
            BeliefKind::Events(events) => {
                events.index.drop_replica(replica);
                events.lines[replica.index()].pending.clear();
            }
            BeliefKind::Own(memory) => memory.left(replica),
            BeliefKind::Nothing | BeliefKind::Pools | BeliefKind::Residents(_) => {}
        }
        if let Some((index, _)) = &mut self.predicted {
            index.drop_replica(replica);
        }
    }

    /// Continues the belief `before`, if that looks at the caches themselves.
    pub(crate) fn sees_as(&mut self, before: Self) {
        if let BeliefKind::Residents(_) = before.kind {
            self.kind = before.kind;
        }
    }

    /// Notes that a replica died, of which no message tells. A belief that looks at the caches themselves knows that its cache is
    /// empty.
    pub(crate) fn died(&mut self, replica: ReplicaId, at: VirtualTime) {
        if let BeliefKind::Residents(residents) = &mut self.kind {
            residents.forget(replica, at);
        }
    }

    /// Where it remembers in blocks of its own, or in single pieces: those of the prompt looked up last that each replica is
    /// believed to hold, and how many the prompt has. Else empty, and 0.
    pub(super) fn own_blocks(&self) -> (&[u32], u32) {
        match &self.kind {
            BeliefKind::Own(memory) => memory.matched(),
            BeliefKind::Routed(Routed {
                in_pieces: true,
                matched: (matched, all),
                ..
            }) => (matched, *all),
            _ => (&[], 0),
        }
    }

    /// The blocks (or pieces, where it remembers those) that a replica is believed to hold; `None` where the pools are asked.
    pub(crate) fn held(&self, replica: ReplicaId) -> Option<usize> {
        match &self.kind {
            BeliefKind::Pools => None,
            BeliefKind::Residents(residents) => {
                Some(usize::try_from(residents.held(replica)).unwrap_or(usize::MAX))
            }
            BeliefKind::Nothing => Some(0),
            BeliefKind::Routed(routed) => Some(routed.index.held(replica)),
            BeliefKind::Own(memory) => Some(memory.held(replica)),
            BeliefKind::Events(events) => Some(events.index.held(replica)),
        }
    }

    /// Notes that the request's prompt was sent to `replica`.
    pub(crate) fn routed(&mut self, ask: &Ask<'_>, replica: ReplicaId) {
        if let BeliefKind::Own(memory) = &mut self.kind {
            memory.sent(ask, replica);
        }
        if !matches!(self.kind, BeliefKind::Routed(_)) && self.predicted.is_none() {
            return;
        }
        if let BeliefKind::Routed(routed) = &mut self.kind {
            if !routed.cut_up(ask, &mut self.ids) {
                ask.corpus.ids(ask.request.prompt, &mut self.ids);
            }
            remember(&mut routed.index, &self.ids, replica, ask.now + self.before);
            routed.shrink(replica);
        }
        if let Some((index, _)) = &mut self.predicted {
            ask.corpus.ids(ask.request.prompt, &mut self.ids);
            remember(index, &self.ids, replica, ask.now + self.before);
        }
    }
}

fn remember(index: &mut Index, ids: &[BlockId], replica: ReplicaId, now: VirtualTime) {
    index.advance(now);
    let stored = index.store(replica, crate::block::ROOT, ids);
    debug_assert!(stored.is_ok(), "every replica may follow the root");
    index.touch(replica, ids);
}

impl Routed {
    /// Sets the sizes of the pools, see [`Belief::rooms`].
    fn rooms(&mut self, rooms: &[u32]) {
        let Forget::Lru {
            tokens: None,
            shared,
            ..
        } = self.forget
        else {
            return;
        };
        let sum: usize = rooms.iter().map(|&room| room as usize).sum();
        if shared {
            self.set_capacity(sum);
        } else {
            self.own = rooms.iter().map(|&room| room as usize).collect();
        }
    }

    /// Sets the capacity of a replica's share, or of all shares together \[blocks\].
    fn set_capacity(&mut self, blocks: usize) {
        let before = self.capacity.max(1);
        self.capacity_in_unit = self.capacity_in_unit / before * blocks;
        self.capacity = blocks;
    }

    /// Writes the prompt's pieces to `ids`, if prompts are matched in pieces and these are known; returns whether it did.
    fn cut_up(&mut self, ask: &Ask<'_>, ids: &mut Vec<BlockId>) -> bool {
        let Some((corpus, chain)) = ask.pieces(self.unit) else {
            return false;
        };
        let capacity = self.capacity_in_unit;
        if !self.in_pieces {
            let blocks = self.capacity.max(1);
            let scaled = |own: &mut usize| *own = own.saturating_mul(capacity) / blocks;
            self.own.iter_mut().for_each(scaled);
        }
        (self.in_pieces, self.capacity) = (true, capacity);
        corpus.ids(chain, ids);
        true
    }

    /// Keeps how many of a prompt's `all` pieces each replica matches; `overlaps` gets the engines' blocks that they fill, each
    /// piece counting as many tokens as any other of the prompt.
    fn match_pieces(&mut self, ask: &Ask<'_>, matched: &[u32], all: usize, overlaps: &mut [u32]) {
        self.matched.0.copy_from_slice(matched);
        self.matched.1 = u32::try_from(all).unwrap_or(u32::MAX);
        let depth = u64::from(ask.request.prompt.depth);
        let tokens = u64::from(ask.request.prompt_tokens);
        for (overlap, &matched) in overlaps.iter_mut().zip(matched) {
            let known = tokens * u64::from(matched) / (all as u64).max(1);
            *overlap = (known / u64::from(ask.block_size)).min(depth) as u32;
        }
    }

    /// Forgets what was sent longer ago than the time to live; what was sent exactly this long ago is still known.
    fn forget(&mut self, now: VirtualTime) {
        match self.forget {
            Forget::After(ttl) => {
                self.index.expire(now - ttl);
            }
            Forget::Lru { every, .. } if every > VirtualTime::ZERO && now - self.swept >= every => {
                self.swept = VirtualTime(now.0 - now.0 % every.0);
                for replica in 0..self.index.replicas() {
                    self.cut(ReplicaId(replica));
                }
            }
            _ => {}
        }
    }

    fn shrink(&mut self, replica: ReplicaId) {
        if let Forget::Lru { every, .. } = self.forget
            && every == VirtualTime::ZERO
        {
            self.cut(replica);
        }
    }

    fn cut(&mut self, replica: ReplicaId) {
        if let Forget::Lru { shared: true, .. } = self.forget {
            let beyond = self.index.held_by_all().saturating_sub(self.capacity);
            self.index.evict_oldest(beyond);
            return;
        }
        let own = self.own.get(replica.index()).copied();
        let capacity = own.unwrap_or(self.capacity);
        let beyond = self.index.held(replica).saturating_sub(capacity);
        self.index.evict(replica, beyond);
    }
}

impl MessageLine {
    fn new(lots: &mut Rng) -> Self {
        Self {
            lots: Rng::new(lots.bits(), "line"),
            pending: VecDeque::new(),
            last: None,
        }
    }

    /// Draws whether the next message is lost.
    fn loses(&mut self, loss: f64) -> bool {
        loss > 0.0 && self.lots.uniform() < loss
    }
}

impl Events {
    fn new(delay: VirtualTime, loss: f64, mut lots: Rng, replicas: u32) -> Self {
        Self {
            index: Index::new(replicas),
            delay,
            loss,
            lines: (0..replicas).map(|_| MessageLine::new(&mut lots)).collect(),
        }
    }

    fn tell(&mut self, replica: ReplicaId, at: VirtualTime, event: PoolEvent) {
        let line = &mut self.lines[replica.index()];
        let lost = match line.last {
            Some((moment, lost)) if moment == at => lost,
            _ => {
                let lost = line.loses(self.loss);
                line.last = Some((at, lost));
                lost
            }
        };
        if !lost {
            line.pending.push_back((at + self.delay, event));
        }
    }

    /// Takes in the messages that have arrived by now.
    fn hear(&mut self, corpus: &Corpus, now: VirtualTime, ids: &mut Vec<BlockId>) {
        for at in 0..self.lines.len() {
            let arrived = |&mut (at, _): &mut (VirtualTime, PoolEvent)| at <= now;
            while let Some((_, event)) = self.lines[at].pending.pop_front_if(arrived) {
                self.take(corpus, ReplicaId(at as u32), event, ids);
            }
        }
    }

    /// Takes in a message that has arrived.
    fn take(
        &mut self,
        corpus: &Corpus,
        replica: ReplicaId,
        event: PoolEvent,
        ids: &mut Vec<BlockId>,
    ) {
        let (PoolEvent::Stored { segment, from, to } | PoolEvent::Removed { segment, from, to }) =
            event;
        let run = corpus.segment(segment);
        ids.clear();
        ids.extend((from..to).map(|at| BlockId(run.first + u64::from(at))));
        if let PoolEvent::Stored { .. } = event {
            let depth = run.before + from;
            let before = corpus.prefix(
                Chain {
                    leaf: segment,
                    depth,
                },
                depth,
            );
            // An unknown parent means that its message was lost, so what follows it cannot be entered.
            let _ = self.index.store(replica, corpus.last_id(before), ids);
        } else {
            self.index.remove(replica, ids);
        }
    }
}

#[cfg(test)]
mod tests;
