//! What a board keeps for an explanation, and the explanation made from it.

use super::{Board, NO_CANDIDATE};
use crate::router::explain::{Candidate, Decision, Gate, Term, decision};
use crate::router::view::View;
use crate::units::ReplicaId;

/// A term with its values, as a column of the table of terms.
#[derive(Clone, Debug)]
struct Column {
    name: &'static str,
    weight: f64,
    unit: &'static str,
    /// The value for each replica.
    values: Vec<f64>,
}

/// The terms and conditions that the policy stated, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct StatedTerms {
    columns: Vec<Column>,
    gates: Vec<Gate>,
}

impl StatedTerms {
    /// Adds a term, with its value for each replica.
    pub(super) fn column(
        &mut self,
        name: &'static str,
        weight: f64,
        unit: &'static str,
        values: Vec<f64>,
    ) {
        self.columns.push(Column {
            name,
            weight,
            unit,
            values,
        });
    }

    /// Adds a condition that was asked.
    pub(super) fn gate(&mut self, gate: Gate) {
        self.gates.push(gate);
    }
}

impl Board {
    /// The explanation of choosing a replica, from what was kept.
    pub(in crate::router) fn decision(
        &self,
        view: &View<'_>,
        overlaps: &[u32],
        replica: ReplicaId,
    ) -> Decision {
        let nothing = StatedTerms::default();
        let stated = self.stated.as_ref().unwrap_or(&nothing);
        let candidates = (0..overlaps.len()).map(|at| {
            let columns = stated.columns.iter();
            let terms: Vec<Term> = columns
                .map(|column| Term {
                    name: column.name,
                    weight: column.weight,
                    value: column.values.get(at).copied().unwrap_or(0.0),
                    unit: column.unit,
                })
                .collect();
            // Summed in the order in which the board adds the terms to the costs, so that both round alike.
            let parts = terms.iter().map(|term| term.weight * term.value);
            Candidate {
                replica: at as u32,
                overlap_blocks: overlaps[at],
                cost: parts.fold(0.0, |sum, part| sum + part),
                terms,
                excluded: match at < view.replicas() {
                    true => self.shut.get(at).copied().flatten(),
                    false => Some(NO_CANDIDATE),
                },
            }
        });
        decision(
            candidates.collect(),
            stated.gates.clone(),
            self.tie_rule,
            replica,
            self.floor,
        )
    }
}
