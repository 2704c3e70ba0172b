//! Each replica in turn: the baseline, which knows nothing.

use super::{Board, Knowledge, Policy, PolicyDef, Provenance, View};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "round-robin",
    about: "each replica in turn, whatever it holds and however busy it is",
    source: "the default of most load balancers",
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |_| Box::new(RoundRobin { next: 0 }),
};

#[derive(Clone)]
struct RoundRobin {
    next: u32,
}

impl Policy for RoundRobin {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let after = view.all().find(|it| it.0 >= self.next);
        let replica = after.or_else(|| view.all().next()).unwrap_or_default();
        self.next = replica.0 + 1;
        board.take(replica);
    }
}
