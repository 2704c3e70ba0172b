//! The routing of a log that says where each request went: no rule, but what a rule can be compared with.
//!
//! A replica is numbered by its name's place among all names of the log in order. A request for which the log names no
//! replica, or whose replica takes no requests at the time, goes to the least busy.

use super::{Board, Knowledge, Policy, PolicyDef, Provenance, REFERENCE, View};
use crate::units::ReplicaId;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "recorded",
    about: "the replica that served the request where a log names it, else the fewest active requests",
    source: REFERENCE,
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: true,
    build: |_| Box::new(Recorded),
};

#[derive(Clone)]
struct Recorded;

impl Policy for Recorded {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let served_by = view.ask.request.served_by;
        match served_by
            .map(|it| ReplicaId(it.into()))
            .filter(|it| view.is_candidate(*it))
        {
            Some(replica) => board.take(replica),
            None => board.term("active", 1.0, "requests", |it| f64::from(view.active(it))),
        }
    }
}
