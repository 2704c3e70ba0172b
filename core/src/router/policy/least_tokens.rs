//! The replica with the fewest tokens under way: those of prompts, and the most that their answers may have.

use super::{Board, Knowledge, Ledger, Policy, PolicyDef, Provenance, View};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "least-tokens",
    about: "the replica with the fewest tokens of active requests, prompt and output limit, of equals the first",
    source: "the rule of smg's dp_min_token, over replicas",
    provenance: Provenance {
        product: "smg",
        version: "main of 2026-08-07, at 73da68ca9",
        files: &[
            "model_gateway/src/policies/dp_min_token.rs",
            "model_gateway/src/worker/monitor.rs",
        ],
        read: "2026-11-29",
        left_out: "data-parallel ranks: replicas stand in for them; polled loads, to which it adds what it sent since: the \
                   router's own account here",
    },
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |it| {
        Box::new(LeastTokens {
            ledger: it.ledger(),
        })
    },
};

#[derive(Clone)]
struct LeastTokens {
    ledger: Ledger,
}

impl Policy for LeastTokens {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        board.term("active_tokens", 1.0, "tokens", |it| {
            view.tokens(self.ledger, it) as f64
        });
    }
}
