//! What may be read of the replicas between two messages. Reading calls no part and changes nothing.

use super::fact::LifeStage;
use super::message::Life;
use crate::replica::{Engine, PoolEvent};
use crate::router::EngineLoads;
use crate::units::{ReplicaId, VirtualTime};

/// What a pool stored or evicted: which replica's pool, when, and what.
pub(super) type News = (ReplicaId, VirtualTime, PoolEvent);

/// A replica, as the autoscaler sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pod {
    pub(super) life: Life,
    pub(super) stage: LifeStage,
    /// Whether, if the replica is down, it stays down.
    pub(super) stays: bool,
    /// When it last became ready; 0 for a replica that was there from the beginning or was never ready.
    pub(super) up: VirtualTime,
    /// The time in which it computed, since the stage of the load began \[ns\].
    pub(super) busy_ns: u64,
    /// The time that one replica with nothing else to do would take for what it computed since the stage of the load began \[s\].
    pub(super) work_s: f64,
    /// Requests that it took since the stage of the load began.
    pub(super) sent: u32,
    /// Requests that are there or on the way there.
    pub(super) in_flight: u32,
    /// Requests in its engine's queue.
    pub(super) waiting: u32,
    /// The share of its pool in use, from 0 to 1.
    pub(super) kv_usage: f64,
    /// The blocks that its cache holds.
    pub(super) cached: u64,
}

impl Pod {
    /// Whether it is up, starts, or is down and comes back by itself, and does not drain.
    pub(super) fn is_counted(&self) -> bool {
        match self.stage {
            LifeStage::Starting | LifeStage::Ready => true,
            LifeStage::Draining => false,
            LifeStage::Down => !self.stays,
        }
    }

    /// Whether its place is free for a replica to start.
    pub(super) fn is_absent(&self) -> bool {
        self.stage == LifeStage::Down && self.stays
    }

    /// Whether it takes requests.
    pub(super) fn is_ready(&self) -> bool {
        self.stage == LifeStage::Ready
    }
}

/// The replicas as they may be read by other parts.
pub(super) trait View {
    /// The engines, in the order of the replicas.
    fn engines(&self) -> impl Iterator<Item = &Engine>;

    /// The engine of one replica.
    fn engine(&self, replica: usize) -> &Engine;

    /// What the engines reported when they were last brought up to now: the load now, or at the end of their last steps, as the
    /// scenario says. Kept only where a router or the line reads it.
    fn loads(&self) -> &EngineLoads;

    /// When the latest of the engines' last steps ended.
    fn stepped(&self) -> VirtualTime;

    /// Every replica as the autoscaler sees it.
    fn pods(&self) -> Vec<Pod>;
}

/// What an engine reports, as of its last step's end or as of now: requests waiting, requests running, and the share of its pool in
/// use.
pub(super) fn load(engine: &Engine, at_step_end: bool) -> (u32, u32, f64) {
    let pool = &engine.pool;
    let end = engine.step_end;
    let (waiting, running, referenced) = match at_step_end {
        true => (end.waiting, end.running, end.referenced_blocks),
        false => (engine.waiting(), engine.running(), pool.referenced()),
    };
    let usage = f64::from(referenced) / f64::from(pool.capacity().max(1));
    (waiting, running, usage)
}
