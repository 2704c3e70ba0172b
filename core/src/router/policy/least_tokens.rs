//! The replica with the fewest tokens under way: prompts, and what their clients may ask for.

use super::{Board, Knowledge, Ledger, Policy, PolicyDef, Provenance, UNRECORDED, View};

/// Its line in the table.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "least-tokens",
    about: "the replica with the fewest tokens of requests in flight, prompt and output limit, ties at random",
    source: "the rule of smg-project/smg dp_min_token, over replicas",
    provenance: Provenance {
        product: "smg",
        version: UNRECORDED,
        files: &["model_gateway/src/policies, dp_min_token"],
        read: UNRECORDED,
        left_out: "data-parallel ranks: replicas stand in for them",
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
        board.at_random();
    }
}
