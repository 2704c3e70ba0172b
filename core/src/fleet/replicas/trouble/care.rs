//! What is to befall the replicas of a run, and when probes find it out.
//!
//! Probes go at equal intervals, each replica's from a phase drawn by the seed. They are not run one by one: when a replica
//! begins to answer or ceases to, the moment at which probes will have found that out is known, and is void if the replica
//! changes again before; what probes saw until then still counts ([`super::answering`]). Left out: a probe that began in a
//! hang and was answered after it within its timeout; liveness probes; the readiness of a replica that is overloaded.

use std::sync::Arc;

use super::answering::Answering;
use crate::fleet::message::{Life, Message};
use crate::fleet::out::Out;
use crate::rng::Rng;
use crate::scenario::Scenario;
use crate::scenario::life::{Target, Troubles};
use crate::units::VirtualTime;

/// What befalls the replicas of a run, and when it is found out.
#[derive(Clone)]
pub(in crate::fleet) struct Care {
    pub(super) troubles: Arc<Troubles>,
    /// The numbers of the replicas (or, of a router's restart, of the router) that each event befalls.
    pub(super) targets: Vec<Vec<u16>>,
    /// The time from the beginning of a start until the replica is ready.
    pub(super) start: VirtualTime,
    /// The time of each replica's first probe; with leases, of its first renewal.
    phases: Vec<VirtualTime>,
    /// For each replica, the draws of the times at which it dies by chance.
    chances: Vec<Rng>,
    /// How many changes of state there were; each has its number.
    pub(super) changes: u32,
    /// Whether it is recorded how many replicas there are: under an autoscaler, or because they have a price.
    pub(in crate::fleet::replicas) counts: bool,
    /// Whether an autoscaler starts replicas and takes them away.
    pub(super) scales: bool,
}

impl Care {
    /// What befalls the replicas of this scenario under this seed; its events go to `out`. `None` if nothing ever does.
    pub(in crate::fleet) fn new(
        scenario: &Scenario,
        seed: u64,
        start: VirtualTime,
        out: &mut Out,
    ) -> Option<Self> {
        let troubles = &scenario.troubles;
        if !scenario.changes() {
            return None;
        }
        let all = scenario.replicas_ever();
        let mut probes = Rng::new(seed, "probes");
        let health = &troubles.health.preset;
        let interval = match health.lease > 0.0 {
            true => health.lease / 2.0,
            false => health.period,
        };
        let phase = |_| VirtualTime::from_secs(interval * probes.uniform());
        let phases = (0..all).map(phase).collect();
        let chance = |replica| Rng::new(seed, &format!("mtbf/{replica}"));
        let mut care = Self {
            targets: Vec::new(),
            start,
            phases,
            chances: (0..all).map(chance).collect(),
            changes: 0,
            counts: scenario.records_replica_counts(),
            scales: scenario.autoscale.is_some(),
            troubles: Arc::new(troubles.clone()),
        };
        for (number, event) in (0..).zip(&troubles.events.all) {
            care.targets.push(match event.target {
                Target::One(whom) => vec![whom],
                Target::Share(share) => drawn(share, scenario.replicas, number, seed),
            });
            out.ranked(event.at, Message::Event(number));
        }
        for replica in 0..scenario.replicas as u16 {
            care.plan_chance(Life { replica, number: 0 }, VirtualTime::ZERO, out);
        }
        Some(care)
    }

    /// Draws when a life that is ready now ends by chance, if the scenario has replicas fail by chance.
    pub(super) fn plan_chance(&mut self, life: Life, now: VirtualTime, out: &mut Out) {
        if let Some(hours) = self.troubles.mtbf_h {
            let lots = &mut self.chances[usize::from(life.replica)];
            let after = -libm::log(1.0 - lots.uniform()) * hours * 3600.0;
            out.ranked(now + VirtualTime::from_secs(after), Message::Chance(life));
        }
    }

    /// The number of a replica's first probe at this time or later.
    pub(super) fn next_probe(&self, replica: u16, now: VirtualTime) -> u64 {
        let phase = self.phases[usize::from(replica)];
        now.since(phase).0.div_ceil(self.period())
    }

    fn period(&self) -> u64 {
        VirtualTime::from_secs(self.troubles.health.preset.period)
            .0
            .max(1)
    }

    fn probe_at(&self, replica: u16, number: u64) -> VirtualTime {
        let phase = self.phases[usize::from(replica)].0;
        VirtualTime(phase.saturating_add(number.saturating_mul(self.period())))
    }

    /// When the lease of a replica expires that has answered from `since` until now. A replica renews it when it begins to answer, and
    /// then each half of the lease's time.
    pub(super) fn lease_ends(
        &self,
        replica: u16,
        since: VirtualTime,
        now: VirtualTime,
    ) -> VirtualTime {
        let phase = self.phases[usize::from(replica)].0;
        let lease = VirtualTime::from_secs(self.troubles.health.preset.lease);
        let half = (lease.0 / 2).max(1);
        // The first renewal in the run is at the phase, and the one before it was half a lease earlier.
        let renewals = match now.0.checked_sub(phase) {
            Some(passed) => passed / half + 1,
            None => 0,
        };
        let expires = VirtualTime(phase.saturating_add(half.saturating_mul(renewals + 1)));
        match since {
            VirtualTime::ZERO => expires,
            since => expires.max(since + lease),
        }
    }

    /// The moment at which what a replica is now is found out: that it answers or, as it hangs or is down, does not.
    pub(super) fn found_out(
        &self,
        replica: u16,
        seen: &Answering,
        hangs: bool,
        now: VirtualTime,
    ) -> VirtualTime {
        let health = &self.troubles.health.preset;
        let answers = seen.answers;
        if health.lease > 0.0 {
            // A replica registers by itself.
            return match answers {
                true => now,
                false => seen.expires.max(now),
            };
        }
        if health.sees_death && !answers && !hangs {
            return now;
        }
        let probes = match answers {
            true => health.oks,
            false => health.fails,
        };
        let last = seen.row() + u64::from(probes.saturating_sub(1));
        match answers {
            // If no probe saw that it was away, the next one finds that it answers.
            true => self.probe_at(replica, last.max(self.next_probe(replica, now))),
            false => {
                let wait = if hangs { health.timeout } else { 0.0 };
                // A probe that waits while the replica dies fails then.
                (self.probe_at(replica, last) + VirtualTime::from_secs(wait)).max(now)
            }
        }
    }
}

/// The replicas of a share, at least one, drawn by the seed.
fn drawn(share: f64, replicas: u32, event: u16, seed: u64) -> Vec<u16> {
    let mut lots = Rng::new(seed, &format!("events/{event}"));
    let mut left: Vec<u16> = (0..replicas as u16).collect();
    let count = libm::round(share / 100.0 * f64::from(replicas)).max(1.0) as usize;
    let mut drawn: Vec<u16> = (0..count.min(left.len()))
        .map(|_| left.swap_remove(lots.below(left.len() as u32) as usize))
        .collect();
    crate::order::by(&mut drawn, Ord::cmp);
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::life::Health;

    fn care(health: &str) -> Care {
        let query = format!("v=2&ev=1s:kill%3D0&health={health}");
        let scenario = Scenario::from_query(&query).unwrap();
        let start = VirtualTime::from_secs(60.0);
        let mut care = Care::new(&scenario, 1, start, &mut Out::default()).unwrap();
        care.phases.fill(VirtualTime::ZERO);
        care
    }

    /// When it is found out that a replica ceases to answer at `now`, which had answered from the beginning.
    fn lost(care: &Care, hangs: bool, now: f64) -> f64 {
        let now = VirtualTime::from_secs(now);
        let mut seen = Answering::new(true);
        seen.expires = care.lease_ends(0, VirtualTime::ZERO, now);
        seen.turn(false, care.next_probe(0, now));
        care.found_out(0, &seen, hangs, now).secs()
    }

    /// When it is found out that a replica begins to answer at `now`, which had never answered.
    fn back(care: &Care, now: f64) -> f64 {
        let now = VirtualTime::from_secs(now);
        let mut seen = Answering::new(false);
        seen.turn(true, care.next_probe(0, now));
        care.found_out(0, &seen, false, now).secs()
    }

    /// Three failures at 60, 120, 180 s, and 5 s more if it hangs.
    #[test]
    fn smg_finds_a_death_out_after_three_minutes() {
        let smg = care("smg");
        assert_eq!(lost(&smg, false, 0.001), 180.0);
        assert_eq!(lost(&smg, true, 0.001), 185.0);
        assert_eq!(back(&smg, 200.0), 300.0);
    }

    #[test]
    fn kubernetes_finds_a_death_out_in_20_to_31_seconds() {
        let kubernetes = care("kubernetes");
        assert_eq!(lost(&kubernetes, false, 10.0), 30.0);
        assert_eq!(lost(&kubernetes, true, 10.001), 41.0);
        assert_eq!(back(&kubernetes, 12.0), 20.0);
        // A lease was last renewed 3 s ago; a death is seen at once where actors are watched.
        assert_eq!(lost(&care("dynamo"), false, 13.0), 20.0);
        assert_eq!(back(&care("dynamo"), 13.0), 13.0);
        assert_eq!(lost(&care("ray"), false, 13.0), 13.0);
        assert_eq!(lost(&care("ray"), true, 13.0), 70.0);
        assert!(Health::named("ray").unwrap().preset.sees_death);
    }

    /// A lease was renewed half of its time before the first renewal in the run.
    #[test]
    fn a_lease_runs_from_its_last_renewal() {
        let mut dynamo = care("dynamo");
        dynamo.phases.fill(VirtualTime::from_secs(4.0));
        let ends = |since: f64, now: f64| {
            let [since, now] = [since, now].map(VirtualTime::from_secs);
            dynamo.lease_ends(0, since, now).secs()
        };
        assert_eq!([1.0, 4.0, 8.9].map(|now| ends(0.0, now)), [9.0, 14.0, 14.0]);
        // It registered 1 s ago, which is a renewal too.
        assert_eq!(ends(7.9, 8.9), 17.9);
    }

    #[test]
    fn a_share_is_drawn_by_the_seed() {
        assert_eq!(drawn(50.0, 8, 0, 1).len(), 4);
        assert_eq!(drawn(1.0, 8, 0, 1).len(), 1);
        assert_eq!(drawn(100.0, 3, 0, 1), [0, 1, 2]);
        assert_eq!(drawn(50.0, 8, 0, 1), drawn(50.0, 8, 0, 1));
        assert_ne!(drawn(50.0, 64, 0, 1), drawn(50.0, 64, 0, 2));
    }
}
