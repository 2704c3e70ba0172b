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

    /// The load as of each engine's last step, by replica, and the time of the latest of these.
    fn last_steps(&self) -> (VirtualTime, impl Iterator<Item = Load>);

    /// What the pools had to tell when they were last brought up to now, by replica.
    fn news(&self) -> &[News];
}

/// What an engine would report now.
pub(super) fn load(engine: &Engine) -> Load {
    let pool = &engine.pool;
    let usage = f64::from(pool.referenced()) / f64::from(pool.capacity().max(1));
    (engine.waiting(), engine.running(), usage)
}
