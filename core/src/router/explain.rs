//! A choice laid out: every candidate's terms, the gates, the tie, and what would have changed it.
//!
//! Every cost is a sum of weight × value, so along one weight it is a straight line, and the weight at which another
//! candidate would cost the same is solved, not searched.

use serde::Serialize;

use crate::units::ReplicaId;

/// A weighted part of a candidate's cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// What it measures.
    pub name: &'static str,
    /// Weight times value is what it adds.
    pub weight: f64,
    /// The value.
    pub value: f64,
    /// The value's unit.
    pub unit: &'static str,
}

/// One replica in a decision.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Candidate {
    /// Which.
    pub replica: u32,
    /// Full prompt blocks the router believes it holds.
    pub overlap_blocks: u32,
    /// The parts of its cost; empty for a policy that computes none.
    pub terms: Vec<Term>,
    /// Their sum: lowest wins.
    pub cost: f64,
    /// Why it was not considered, if it was not.
    pub excluded: Option<&'static str>,
}

/// A condition that decides which of a policy's rules applies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// What it asks.
    pub name: &'static str,
    /// What was measured.
    pub value: f64,
    /// What it is compared with.
    pub threshold: f64,
    /// The unit of both.
    pub unit: &'static str,
    /// Whether the value is beyond the threshold.
    pub fired: bool,
    /// What follows.
    pub effect: &'static str,
}

/// The smallest change of one weight that would flip the choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// The term.
    pub term: &'static str,
    /// Its weight.
    pub weight: f64,
    /// The weight at which the two cost the same; beyond it the other wins.
    pub at: f64,
    /// Who wins then.
    pub replica: u32,
}

/// A choice, explained.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Decision {
    /// The chosen replica.
    pub replica: u32,
    /// Every candidate, by replica.
    pub candidates: Vec<Candidate>,
    /// Replicas whose cost equals the chosen one's, the chosen one included; one entry: no tie.
    pub tied: Vec<u32>,
    /// How a tie is broken.
    pub tie_rule: &'static str,
    /// How much more the best of the others costs; `None` with one candidate. Negative: the policy does not take the
    /// least cost (it draws, or walks a ring).
    pub margin: Option<f64>,
    /// The conditions asked, in order.
    pub gates: Vec<Gate>,
    /// By term: the smallest change of its weight alone that would flip the choice, where one to a weight of at least 0
    /// does. Empty where the least cost was not taken.
    pub flips: Vec<Flip>,
}

/// The choice of `replica` among these.
pub(super) fn decision(
    candidates: Vec<Candidate>,
    gates: Vec<Gate>,
    tie_rule: &'static str,
    replica: ReplicaId,
) -> Decision {
    let chosen = &candidates[replica.index()];
    let computes = candidates.iter().any(|c| !c.terms.is_empty());
    let others = || {
        let others = candidates.iter().filter(|c| c.replica != replica.0);
        others.filter(|c| computes && c.excluded.is_none())
    };
    let mut tied: Vec<u32> = others()
        .filter(|c| c.cost == chosen.cost)
        .map(|c| c.replica)
        .collect();
    tied.push(replica.0);
    crate::order::few(&mut tied);
    let margin = others()
        .map(|c| c.cost - chosen.cost)
        .min_by(f64::total_cmp);
    let flips = match margin {
        Some(margin) if margin >= 0.0 => {
            let terms = chosen.terms.iter().enumerate();
            terms
                .filter_map(|(at, term)| flip(at, term, chosen, others()))
                .collect()
        }
        _ => Vec::new(),
    };
    Decision {
        replica: replica.0,
        tied,
        tie_rule,
        margin,
        gates,
        flips,
        candidates,
    }
}

/// The nearest weight of the chosen one's term `at` where another's line crosses; ties to the lowest replica.
fn flip<'a>(
    at: usize,
    term: &Term,
    chosen: &Candidate,
    others: impl Iterator<Item = &'a Candidate>,
) -> Option<Flip> {
    let mut nearest: Option<(f64, f64, u32)> = None;
    for other in others {
        let Some(its) = other.terms.get(at).filter(|t| t.name == term.name) else {
            continue;
        };
        let steeper = its.value - term.value;
        if steeper == 0.0 {
            continue;
        }
        let weight = term.weight - (other.cost - chosen.cost) / steeper;
        let change = (weight - term.weight).abs();
        if weight >= 0.0 && weight.is_finite() && nearest.is_none_or(|best| change < best.0) {
            nearest = Some((change, weight, other.replica));
        }
    }
    nearest.map(|(_, weight, replica)| Flip {
        term: term.name,
        weight: term.weight,
        at: weight,
        replica,
    })
}
