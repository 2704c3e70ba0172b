//! Preble's E2: exploit a long match, explore otherwise.
//!
//! If at least half of the prompt is matched, the cheapest of those who hold the longest match; else the cheapest of
//! all. A replica's cost is time: prefilling what it was sent uncached in the last three minutes, plus what its active
//! requests will take to decode, plus prefilling what of this prompt it does not hold.
//!
//! Left out: that evicted prefixes must be computed again, and the rebalancing and replication of hot nodes. The
//! owners of a node share its prefill here by sharing its requests.

use std::collections::VecDeque;

use super::pick::{all, first_least};
use super::{
    Ask, Forget, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term,
    UNRECORDED,
};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "preble",
    about: "at least half matched: the cheapest who hold it; else the cheapest of all, in seconds of work",
    source: "WukLab/preble preble/global_scheduler_with_time.py (E2)",
    provenance: Provenance {
        product: "Preble",
        version: UNRECORDED,
        files: &["preble/global_scheduler_with_time.py"],
        read: UNRECORDED,
        left_out: "computing evicted prefixes again; rebalancing and replicating hot nodes",
    },
    parameters: &[Parameter::new(
        "window",
        180.0,
        (0.001, 1e6),
        "s",
        "how long prefilled work counts",
    )],
    knowledge: Knowledge::Routed {
        forget: Forget::Never,
    },
    text: false,
    reference: false,
    build: |parameters, replicas, _| {
        Box::new(Preble {
            window: VirtualTime::from_secs(parameters[0]),
            recent: VecDeque::new(),
            prefilled: vec![0; replicas as usize],
        })
    },
};

#[derive(Clone)]
struct Preble {
    window: VirtualTime,
    /// When, where, and how many tokens uncached.
    recent: VecDeque<(VirtualTime, u32, u64)>,
    /// By replica: their sum.
    prefilled: Vec<u64>,
}

impl Preble {
    fn exploits(ask: &Ask<'_>, known: &Known<'_>) -> Gate {
        let matched = ask.matched_share(known.deepest());
        Gate {
            name: "longest match",
            value: matched,
            threshold: 0.5,
            unit: "share",
            fired: matched >= 0.5,
            effect: "only who holds it",
        }
    }

    /// Seconds: prefill of the window, decoding of what is active, this prompt's prefill.
    fn parts(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> [f64; 3] {
        let (there, speed) = (known.of(replica), known.speed);
        let active = f64::from(there.active);
        let pace = speed.step_s + speed.sequence_s * active;
        let new = f64::from(ask.uncached_tokens(known.overlap(replica)));
        [
            self.prefilled[replica.index()] as f64 * speed.prefill_s,
            active * f64::from(ask.estimated_output) * pace,
            new * speed.prefill_s,
        ]
    }

    fn expire(&mut self, now: VirtualTime) {
        while let Some(&(at, replica, tokens)) = self.recent.front()
            && now - at > self.window
        {
            self.prefilled[replica as usize] -= tokens;
            self.recent.pop_front();
        }
    }
}

impl Policy for Preble {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        self.expire(ask.now);
        let exploits = Self::exploits(ask, known).fired;
        let deepest = known.deepest();
        let candidates = all(known).filter(|&r| !exploits || known.overlap(r) == deepest);
        first_least(candidates, |replica| {
            let [window, decode, own] = self.parts(ask, known, replica);
            window + decode + own
        })
    }

    fn sent(&mut self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) {
        let tokens = u64::from(ask.uncached_tokens(known.overlap(replica)));
        self.prefilled[replica.index()] += tokens;
        self.recent.push_back((ask.now, replica.0, tokens));
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let [window, decode, own] = self.parts(ask, known, replica);
        vec![
            Term::new("prefilled lately", 1.0, window, "s"),
            Term::new("decoding", 1.0, decode, "s"),
            Term::new("this prompt's prefill", 1.0, own, "s"),
        ]
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        vec![Self::exploits(ask, known)]
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let out = Self::exploits(ask, known).fired && known.overlap(replica) < known.deepest();
        out.then_some("does not hold the longest match")
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
