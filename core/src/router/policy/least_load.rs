//! The replica with the fewest requests in flight; ties at random (KubeAI's `LeastLoad`).
//!
//! A request counts 1 from the choice until its response has ended, whatever its size.

use super::{Board, Knowledge, Policy, PolicyDef, Provenance, View};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "least-load",
    about: "the replica with the fewest active requests, ties at random",
    source: "KubeAI internal/loadbalancer, strategy LeastLoad",
    provenance: Provenance {
        product: "KubeAI",
        version: "main after chart 0.22.1, at f442a2cd620c",
        files: &[
            "internal/loadbalancer/balance_least_load.go",
            "internal/loadbalancer/group.go",
        ],
        read: "2026-11-28",
        left_out: "adapters; the chances of a tie, which are those of Go's map order and not quite equal",
    },
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |_| Box::new(LeastLoad),
};

#[derive(Clone)]
struct LeastLoad;

impl Policy for LeastLoad {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let active = view.actives().iter().copied().map(f64::from);
        board.column("active", 1.0, "requests", active);
        board.always_draws();
    }
}
