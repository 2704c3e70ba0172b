//! Any replica, with equal chances: a baseline that knows nothing.

use super::{Board, Knowledge, Policy, PolicyDef, Provenance, View};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "random",
    about: "any replica, with equal chances",
    source: "the second baseline of most load balancers",
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |_| Box::new(Random),
};

#[derive(Clone)]
struct Random;

impl Policy for Random {
    fn score(&mut self, _: &View<'_>, board: &mut Board) {
        // No replica costs anything, so all are equal.
        board.always_draws();
        board.ties(super::FIRST);
    }
}
