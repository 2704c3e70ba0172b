//! Taking the least of several, with ties broken one way or the other.

use super::Known;
use crate::rng::Rng;
use crate::units::ReplicaId;

/// All replicas that may be chosen, in order.
pub(super) fn all<'a>(known: &Known<'a>) -> impl Iterator<Item = ReplicaId> + Clone + use<'a> {
    let known = *known;
    let all = (0..known.replicas()).map(ReplicaId);
    all.filter(move |&replica| known.may(replica))
}

/// The least of the costs of `among`, ties to the first; replica 0 if there is none.
pub(super) fn first_least(
    among: impl Iterator<Item = ReplicaId>,
    mut cost: impl FnMut(ReplicaId) -> f64,
) -> ReplicaId {
    let mut best = (ReplicaId(0), f64::INFINITY);
    for replica in among {
        let cost = cost(replica);
        if cost < best.1 {
            best = (replica, cost);
        }
    }
    best.0
}

/// The least of the costs of `among`, ties at random with equal chances; replica 0 if there is none. Draws once, and
/// only if there is a tie.
pub(super) fn any_least(
    among: impl Iterator<Item = ReplicaId> + Clone,
    cost: impl Fn(ReplicaId) -> f64,
    rng: &mut Rng,
) -> ReplicaId {
    let mut best = (ReplicaId(0), f64::INFINITY, 0);
    for replica in among.clone() {
        let cost = cost(replica);
        if cost < best.1 {
            best = (replica, cost, 1);
        } else if cost == best.1 {
            best.2 += 1;
        }
    }
    if best.2 < 2 {
        return best.0;
    }
    let pick = rng.below(best.2) as usize;
    let mut tied = among.filter(|&replica| cost(replica) == best.1);
    tied.nth(pick).unwrap_or(best.0)
}

/// The fewest active requests among `among`, ties at random.
pub(super) fn least_active(
    among: impl Iterator<Item = ReplicaId> + Clone,
    known: &Known<'_>,
    rng: &mut Rng,
) -> ReplicaId {
    any_least(among, |replica| f64::from(known.of(replica).active), rng)
}

/// The replicas believed to hold the deepest part of the prompt.
pub(super) fn holders<'a>(known: &'a Known<'_>) -> impl Iterator<Item = ReplicaId> + Clone + 'a {
    let deepest = known.deepest();
    all(known).filter(move |&replica| known.overlap(replica) == deepest)
}
