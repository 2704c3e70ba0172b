//! A ring of hashes: each replica stands on it at several points, a key belongs to the first point at or after it.
//!
//! A replica's name is random in a real cluster, so the ring is: its seed is the run's.

use xxhash_rust::xxh64::xxh64;

use super::Known;
use crate::rng::Rng;
use crate::units::ReplicaId;

#[derive(Clone, Debug)]
pub(super) struct Ring {
    /// Points in order, with their replica.
    points: Vec<(u64, u32)>,
}

impl Ring {
    pub(super) fn new(points: u32, replicas: u32, seed: u64) -> Self {
        let mut names = Rng::new(seed, "ring");
        let mut ring: Vec<(u64, u32)> = (0..replicas)
            .flat_map(|replica| {
                let name = format!("{:016x}", names.bits());
                (0..points)
                    .map(move |point| (xxh64(format!("{name}{point}").as_bytes(), 0), replica))
            })
            .collect();
        crate::order::keys(&mut ring);
        Self { points: ring }
    }

    /// The replicas of the points from `key` on, clockwise, each as often as it stands there.
    pub(super) fn clockwise(&self, key: u64) -> impl Iterator<Item = ReplicaId> + '_ {
        let start = self.points.partition_point(|&(point, _)| point < key);
        let (before, after) = self.points.split_at(start);
        let points = after.iter().chain(before);
        points.map(|&(_, replica)| ReplicaId(replica))
    }

    /// Whose the key is: of those that may be chosen, as if only they stood on the ring.
    pub(super) fn owner(&self, key: u64, known: &Known<'_>) -> ReplicaId {
        let mut points = self.clockwise(key);
        points.find(|&it| known.may(it)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_ring_and_its_wrap() {
        let ring = Ring {
            points: vec![(10, 2), (20, 0), (30, 2), (40, 1)],
        };
        let from = |key| ring.clockwise(key).map(|r| r.0).collect::<Vec<_>>();
        assert_eq!(from(10), [2, 0, 2, 1]);
        assert_eq!(from(11), [0, 2, 1, 2]);
        assert_eq!(from(40), [1, 2, 0, 2]);
        assert_eq!(from(41), [2, 0, 2, 1]);
        let signals = [super::super::Signals::default(); 3];
        let known = Known::new(&signals, &[0; 3]);
        assert_eq!(ring.owner(u64::MAX, &known), ReplicaId(2));
        // Whoever is out has no points; the others keep theirs.
        let known = Known {
            out: Some(&[false, false, true]),
            ..known
        };
        assert_eq!([5, 25, 35].map(|key| ring.owner(key, &known).0), [0, 1, 1]);
        assert_eq!(Ring::new(5, 3, 1).points.len(), 15);
    }
}
