//! A ring of hashes: each replica stands on it at several points, and a key belongs to the first point at or after it.
//!
//! A replica's name is random in a real cluster, so the ring is too: it is drawn by the run's seed.

use xxhash_rust::xxh64::xxh64;

use super::View;
use crate::rng::Rng;
use crate::units::ReplicaId;

#[derive(Clone, Debug)]
pub(super) struct Ring {
    /// The number of points of each replica.
    replication: u32,
    /// The draws of the names of replicas that are new.
    names: Rng,
    /// The name of each replica, which it keeps when it comes back.
    named: Vec<u64>,
    /// The points in order, each with the replica that stands there.
    points: Vec<(u64, u32)>,
}

impl Ring {
    /// A ring without replicas.
    pub(super) fn new(replication: u32, seed: u64) -> Self {
        Self {
            replication,
            names: Rng::new(seed, "ring"),
            named: Vec::new(),
            points: Vec::new(),
        }
    }

    /// Puts these replicas on the ring.
    pub(super) fn joined(&mut self, replicas: &[ReplicaId]) {
        for &ReplicaId(replica) in replicas {
            while self.named.len() <= replica as usize {
                self.named.push(self.names.bits());
            }
            let name = format!("{:016x}", self.named[replica as usize]);
            let points = (0..self.replication)
                .map(|point| (xxh64(format!("{name}{point}").as_bytes(), 0), replica));
            self.points.extend(points);
        }
        crate::order::keys(&mut self.points);
    }

    /// Takes a replica off the ring: its keys belong to the next points.
    pub(super) fn left(&mut self, replica: ReplicaId) {
        self.points.retain(|&(_, at)| at != replica.0);
    }

    /// The replicas of the points from `key` on, clockwise, each as often as it stands there.
    pub(super) fn clockwise(&self, key: u64) -> impl Iterator<Item = ReplicaId> + Clone + '_ {
        let start = self.points.partition_point(|&(point, _)| point < key);
        let (before, after) = self.points.split_at(start);
        let points = after.iter().chain(before);
        points.map(|&(_, replica)| ReplicaId(replica))
    }

    /// The replica that a key belongs to, of those that take requests, as if only they stood on the ring.
    pub(super) fn owner(&self, key: u64, view: &View<'_>) -> ReplicaId {
        let mut points = self.clockwise(key);
        let found = match view.count() as usize == view.replicas() {
            true => points.next(),
            false => points.find(|&it| view.is_candidate(it)),
        };
        found.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_ring_and_its_wrap() {
        let ring = Ring {
            points: vec![(10, 2), (20, 0), (30, 2), (40, 1)],
            ..Ring::new(1, 1)
        };
        let from = |key| ring.clockwise(key).map(|r| r.0).collect::<Vec<_>>();
        assert_eq!(from(10), [2, 0, 2, 1]);
        assert_eq!(from(11), [0, 2, 1, 2]);
        assert_eq!(from(40), [1, 2, 0, 2]);
        assert_eq!(from(41), [2, 0, 2, 1]);
        assert_eq!(from(u64::MAX)[0], 2);
    }

    #[test]
    fn whoever_leaves_and_comes_back_has_its_places_again() {
        let mut ring = Ring::new(5, 1);
        ring.joined(&[0, 1, 2].map(ReplicaId));
        let before = ring.points.clone();
        assert_eq!(before.len(), 15);
        ring.left(ReplicaId(1));
        assert!(ring.points.iter().all(|&(_, at)| at != 1));
        assert_eq!(ring.points.len(), 10);
        ring.joined(&[ReplicaId(1)]);
        assert_eq!(ring.points, before);
        // Whether they join one after the other or all at once, the ring is the same.
        let mut other = Ring::new(5, 1);
        (0..3).for_each(|it| other.joined(&[ReplicaId(it)]));
        assert_eq!(other.points, before);
    }
}
