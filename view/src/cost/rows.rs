//! A decision as rows, one for each candidate, with this request's numbers in them.

use super::dearest;
use crate::format::{self, GAP};
use crate::playground::Scene;
use warmpath_core::router::Candidate;

/// The row of one candidate in the table of costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostRow {
    /// The number of the replica that the row is about.
    pub replica: u32,
    /// Whether the candidate is the one that is chosen.
    pub wins: bool,
    /// The number of the prompt's full blocks that it holds.
    pub overlap: String,
    /// The weight of prefill, and the number of blocks to prefill.
    pub prefill: String,
    /// The number of blocks that the answer is assumed to take.
    pub decode: String,
    /// The weight of an active request.
    pub load_weight: String,
    /// The number of requests active on the replica.
    pub active: String,
    /// The terms of the cost, as parts of a bar.
    pub bar: Vec<CostShare>,
    /// The sum of all its costs, as text.
    pub cost: String,
}

/// A part of a bar, on a scale that all candidates share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostShare {
    /// Its class in the page's styles.
    pub class: &'static str,
    /// Left edge of the part \[% of the highest cost\].
    pub x: f64,
    /// Length of the part \[% of the highest cost\].
    pub width: f64,
}

/// A decision's rows, in the order of the replicas.
pub fn rows(scene: &Scene) -> Vec<CostRow> {
    let full = u64::from(scene.prompt.full_blocks());
    let row = |candidate: &Candidate| {
        let weight = |at: usize| format::setting(candidate.terms[at].weight);
        let value = |at: usize| format::setting(candidate.terms[at].value);
        CostRow {
            replica: candidate.replica,
            wins: candidate.replica == scene.decision.replica,
            overlap: format!(
                "{} of {}",
                format::count(u64::from(candidate.overlap_blocks)),
                format::count(full)
            ),
            prefill: format!("{}{GAP}×{GAP}{}", weight(0), value(0)),
            decode: value(1),
            load_weight: weight(2),
            active: value(2),
            bar: bar(scene, candidate),
            cost: format::fixed(candidate.cost, 2),
        }
    };
    scene.decision.candidates.iter().map(row).collect()
}

/// The three parts of a candidate's bar.
fn bar(scene: &Scene, candidate: &Candidate) -> Vec<CostShare> {
    let scale = 100.0 / dearest(&scene.decision).max(f64::MIN_POSITIVE);
    let mut x = 0.0;
    let terms = candidate.terms.iter().zip(["prefill", "decode", "load"]);
    let part = |(term, class): (&warmpath_core::router::Term, _)| {
        let width = (term.weight * term.value * scale).max(0.0);
        let part = CostShare { class, x, width };
        x += width;
        part
    };
    terms.map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::Playground;

    #[test]
    fn bars_share_a_scale() {
        let mut fleet = Playground::new(2, 2);
        fleet.active = vec![0, 50];
        let rows = rows(&fleet.look("a b c d"));
        let long = |row: &CostRow| row.bar.iter().map(|part| part.width).sum::<f64>();
        assert!((long(&rows[1]) - 100.0).abs() < 0.01, "{rows:?}");
        assert!(long(&rows[0]) < 100.0 && rows[0].wins && !rows[1].wins);
        // Each part begins where the one before it ends.
        assert!(
            rows[1]
                .bar
                .windows(2)
                .all(|two| (two[0].x + two[0].width - two[1].x).abs() < 1e-9)
        );
    }
}
