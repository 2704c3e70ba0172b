//! What may be read of the replicas between two messages. Reading is no call: nothing changes by it.

use crate::replica::{Engine, PoolEvent};
use crate::units::{ReplicaId, VirtualTime};

/// What an engine reports: requests waiting and running, and the share of its pool in use.
pub(super) type Load = (u32, u32, f64);

/// What a pool stored or evicted, where and when.
pub(super) type News = (ReplicaId, VirtualTime, PoolEvent);

/// The replicas, to be looked at.
pub(super) trait View {
    /// The engines, by replica.
    fn engines(&self) -> impl Iterator<Item = &Engine>;

    /// One replica's engine.
    fn engine(&self, replica: usize) -> &Engine;

    /// What the engines report, by replica, as of when they were last brought up to now: what holds now or what held when
    /// their last steps ended, as was asked for. Kept only where a router reads it.
    fn loads(&self) -> &[Load];

    /// When the latest of the engines' last steps ended.
    fn stepped(&self) -> VirtualTime;

    /// What the pools had to tell when they were last brought up to now, by replica.
    fn news(&self) -> &[News];
}

/// What an engine reports: as of its last step's end, or as of now.
pub(super) fn load(engine: &Engine, at_step_end: bool) -> Load {
    let pool = &engine.pool;
    let end = engine.step_end;
    let (waiting, running, referenced) = match at_step_end {
        true => (end.waiting, end.running, end.referenced_blocks),
        false => (engine.waiting(), engine.running(), pool.referenced()),
    };
    let usage = f64::from(referenced) / f64::from(pool.capacity().max(1));
    (waiting, running, usage)
}
