//! smg's least_load: the replica that will be done soonest with what it has, as far as the router knows. And its power_of_two,
//! which compares two replicas drawn at random by the same figures.
//!
//! The figures are a replica's load (the requests in flight, or those that its engine reports and those sent since) and its KV pool's
//! use; [`super::smg`] defines them and says where they were read. Ties are broken at random.

use super::smg::{KV_WEIGHT, Loads, OVERLOAD_KV, OVERLOAD_WAITING, REPORT_S};
use super::{Board, Knowledge, Policy, PolicyDef, Provenance, View};
use crate::units::ReplicaId;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "smg-least-load",
    about: "the fewest requests, as engines report them with those sent since, and the least full KV pool",
    source: "smg 1.13.0, least_load",
    provenance: Provenance {
        product: "smg",
        version: "1.13.0",
        files: &[
            "the wheel's binary: its help and its choices",
            "lightseekorg/smg at 73da68ca, older: model_gateway/src/policies/least_load.rs",
        ],
        read: "2026-11-28",
        left_out: "reported throughput and waiting tokens; health checks and breakers; several data-parallel ranks",
    },
    parameters: &[REPORT_S, KV_WEIGHT, OVERLOAD_WAITING, OVERLOAD_KV],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |it| {
        Box::new(SmgLeastLoad {
            loads: Loads::new(it),
            two: false,
        })
    },
};

/// The entry of smg's power_of_two in the table of policies.
pub(super) const TWO: PolicyDef = PolicyDef {
    name: "smg-power-of-two",
    about: "of two replicas drawn at random, the one that smg-least-load would take",
    source: "smg 1.13.0, power_of_two",
    provenance: Provenance {
        product: "smg",
        version: "1.13.0",
        files: &[
            "the wheel's binary: its help and its choices",
            "lightseekorg/smg at 73da68ca, older: model_gateway/src/policies/power_of_two.rs",
        ],
        read: "2026-11-28",
        left_out: "reported throughput and waiting tokens; health checks and breakers; several data-parallel ranks",
    },
    build: |it| {
        Box::new(SmgLeastLoad {
            loads: Loads::new(it),
            two: true,
        })
    },
    ..ENTRY
};

#[derive(Clone)]
struct SmgLeastLoad {
    loads: Loads,
    /// Whether only two replicas drawn at random are compared.
    two: bool,
}

impl Policy for SmgLeastLoad {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        self.loads.hear(view);
        self.loads.veto(view, board);
        self.loads.add(view, board);
        if self.two {
            board.of_two();
        } else {
            board.at_random();
        }
    }

    fn sent(&mut self, view: &View<'_>, _: ReplicaId) {
        self.loads.hear(view);
    }
}
