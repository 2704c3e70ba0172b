//! Dynamo's two-tier policy: overlap first, unless load is uneven.
//!
//! If active requests differ by more than `balance_abs` and the most is above `balance_rel` times the least, the least
//! loaded replica; else, if the deepest overlap is above `overlap` of the prompt's blocks, the least loaded of those that
//! hold it; else the least loaded. Of equal ones the first in the order in which the host goes through its workers: a map of
//! the process, unordered but the same from request to request. (Dynamo's default policy draws among equals; this one does
//! not.)
//!
//! Read: crate dynamo-custom-policy-builtin 1.6.1, src/two_tier_cost_fn.rs; the released crate agrees (docs/parity.md). Left
//! out: several ranks in a worker, taints.

use super::pick::{all, first_least, holders};
use super::{Ask, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "dynamo-two-tier",
    about: "uneven load: the least loaded; a long match: the least loaded who hold it; else the least loaded",
    source: "NVIDIA Dynamo, crate dynamo-custom-policy-builtin 1.6.1, src/two_tier_cost_fn.rs",
    provenance: Provenance {
        product: "NVIDIA Dynamo",
        version: "1.6.1",
        files: &["dynamo-custom-policy-builtin: src/two_tier_cost_fn.rs"],
        read: "2026-11-28",
        left_out: "several ranks in a worker; taints",
    },
    parameters: &[
        Parameter::new(
            "overlap",
            0.5,
            (0.0, 1.0),
            "share of the prompt's blocks",
            "a match longer than this decides",
        ),
        Parameter::new(
            "balance_abs",
            32.0,
            (0.0, 1e9),
            "requests",
            "load is uneven if most and least differ by more than this",
        ),
        Parameter::new(
            "balance_rel",
            1.1,
            (1.0, 1e9),
            "times",
            "… and the most is above this many times the least",
        ),
    ],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
    build: |parameters, _, _| {
        Box::new(TwoTier {
            overlap: parameters[0],
            balance_abs: parameters[1],
            balance_rel: parameters[2],
        })
    },
};

#[derive(Clone)]
struct TwoTier {
    overlap: f64,
    balance_abs: f64,
    balance_rel: f64,
}

impl TwoTier {
    /// Whether load is uneven, and whether the match is long enough.
    fn tiers(&self, ask: &Ask<'_>, known: &Known<'_>) -> [Gate; 3] {
        let (least, _, most) = known.active_spread();
        let blocks = ask.request.prompt_tokens.div_ceil(ask.block_size);
        [
            known.load_difference(self.balance_abs, "with the next: the least loaded replica"),
            Gate::above(
                "largest load",
                f64::from(most),
                self.balance_rel * f64::from(least),
                "requests",
                "with the one before: the least loaded replica",
            ),
            Gate::above(
                "longest match",
                f64::from(known.deepest()),
                self.overlap * f64::from(blocks),
                "blocks",
                "the least loaded of those who hold it",
            ),
        ]
    }

    fn follows_match(&self, ask: &Ask<'_>, known: &Known<'_>) -> bool {
        let [apart, above, long] = self.tiers(ask, known);
        !(apart.fired && above.fired) && long.fired
    }
}

impl Policy for TwoTier {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let active = |replica| f64::from(known.of(replica).active);
        if self.follows_match(ask, known) {
            first_least(holders(known), active)
        } else {
            first_least(all(known), active)
        }
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        vec![Term::new("active", 1.0, active, "requests")]
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        self.tiers(ask, known).into()
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let out = self.follows_match(ask, known) && known.overlap(replica) < known.deepest();
        out.then_some("does not hold the longest match")
    }

    fn tie_rule(&self) -> &'static str {
        "the first in the router's own order"
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
