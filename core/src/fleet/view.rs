//! What may be read of the replicas between two messages. Reading is no call: nothing changes by it.

use super::fact::LifeStage;
use super::message::Life;
use crate::replica::{Engine, PoolEvent};
use crate::router::EngineLoads;
use crate::units::{ReplicaId, VirtualTime};

/// What a pool stored or evicted, where and when.
pub(super) type News = (ReplicaId, VirtualTime, PoolEvent);

/// A replica, as the autoscaler sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pod {
    pub(super) life: Life,
    pub(super) stage: LifeStage,
    /// If it is down, it is so for good.
    pub(super) stays: bool,
    /// When this life was up; at the beginning: 0.
    pub(super) up: VirtualTime,
    /// Time in which it computed, of the sums of the stage \[ns\].
    pub(super) busy_ns: u64,
    /// What it computed would take one replica so long with nothing else to do, of the sums of the stage \[s\].
    pub(super) work_s: f64,
    /// Requests sent there, of the sums of the stage.
    pub(super) sent: u32,
    /// Requests that are there or on the way.
    pub(super) in_flight: u32,
    /// Requests in its engine's queue.
    pub(super) waiting: u32,
    /// Share of its pool in use.
    pub(super) kv_usage: f64,
    /// Blocks that its cache holds.
    pub(super) cached: u64,
}

impl Pod {
    /// Whether it is there and does not drain.
    pub(super) fn is_staff(&self) -> bool {
        match self.stage {
            LifeStage::Starting | LifeStage::Ready => true,
            LifeStage::Draining => false,
            LifeStage::Down => !self.stays,
        }
    }

    /// Whether its place is free.
    pub(super) fn is_absent(&self) -> bool {
        self.stage == LifeStage::Down && self.stays
    }

    /// Whether it takes requests.
    pub(super) fn is_ready(&self) -> bool {
        self.stage == LifeStage::Ready
    }
}

/// The replicas, to be looked at.
pub(super) trait View {
    /// The engines, by replica.
    fn engines(&self) -> impl Iterator<Item = &Engine>;

    /// One replica's engine.
    fn engine(&self, replica: usize) -> &Engine;

    /// What the engines report, by replica, as of when they were last brought up to now: what holds now or what held when
    /// their last steps ended, as was asked for. Kept only where a router reads it.
    fn loads(&self) -> &EngineLoads;

    /// When the latest of the engines' last steps ended.
    fn stepped(&self) -> VirtualTime;

    /// Every replica, as the autoscaler sees it.
    fn pods(&self) -> Vec<Pod>;

    /// What the pools had to tell when they were last brought up to now, by replica.
    fn news(&self) -> &[News];
}

/// What an engine reports, as of its last step's end, or as of now: requests waiting and running, and the share of its pool in
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
