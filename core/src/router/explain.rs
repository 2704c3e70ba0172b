//! A choice explained: every candidate's terms, the policy's conditions, the tie, and what would have changed the choice.
//!
//! Every cost is a sum of weight × value, so along one weight it is a straight line, and the weight at which another candidate
//! would cost the same is solved, not searched.

use serde::Serialize;

use crate::units::ReplicaId;

/// One term of a candidate's cost: a value that the policy weighs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// What the value measures, in words.
    pub name: &'static str,
    /// The weight; the term adds weight × value to the cost.
    pub weight: f64,
    /// The value for this candidate, in `unit`.
    pub value: f64,
    /// The unit of the value, in words.
    pub unit: &'static str,
}

/// One replica in a decision, with its cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Candidate {
    /// The candidate's number in the fleet, from 0.
    pub replica: u32,
    /// Leading full blocks of the prompt that the router believes are cached there \[blocks\].
    pub overlap_blocks: u32,
    /// The terms of its cost; empty for a policy that computes no cost.
    pub terms: Vec<Term>,
    /// The sum of the terms; the lowest cost wins.
    pub cost: f64,
    /// Why it must not be chosen, in words; `None` if it may be.
    pub excluded: Option<&'static str>,
}

/// A condition that decides which of a policy's rules applies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// What the condition asks, in words.
    pub name: &'static str,
    /// The value that was measured, in `unit`.
    pub value: f64,
    /// The threshold that the value is compared with, in `unit`.
    pub threshold: f64,
    /// The unit of the value and the threshold, in words.
    pub unit: &'static str,
    /// Whether the condition holds: the value is beyond the threshold.
    pub fired: bool,
    /// What the policy does if the condition holds, in words.
    pub effect: &'static str,
}

/// The smallest change of one weight that would flip the choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// The name of the term whose weight would change.
    pub term: &'static str,
    /// The weight that the term has now.
    pub weight: f64,
    /// The weight at which the chosen replica and `replica` cost the same; beyond it the latter wins.
    pub at: f64,
    /// The number of the replica that wins beyond that weight.
    pub replica: u32,
}

/// A choice and how it came about.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Decision {
    /// The number of the chosen replica.
    pub replica: u32,
    /// Every candidate, in the order of their numbers.
    pub candidates: Vec<Candidate>,
    /// The replicas that cost as much as the chosen one, itself included; a single entry if there is no tie.
    pub tied: Vec<u32>,
    /// How the policy breaks a tie, in words.
    pub tie_rule: &'static str,
    /// How much more the cheapest of the other candidates costs in the choice; `None` if there is no other, or the policy computes no cost.
    /// Negative where the policy does not take the least cost: it draws, walks a ring, or has a rule beside the cost.
    pub margin: Option<f64>,
    /// The conditions that the policy asked, in order.
    pub gates: Vec<Gate>,
    /// For each term the smallest change of its weight alone that would flip the choice to another replica, where a weight of at
    /// least 0 does that. Empty where the least cost was not taken.
    pub flips: Vec<Flip>,
}

/// The explanation of choosing `replica` among these candidates. In the choice, costs below `floor` counted as `floor`.
pub(super) fn decision(
    candidates: Vec<Candidate>,
    gates: Vec<Gate>,
    tie_rule: &'static str,
    replica: ReplicaId,
    floor: f64,
) -> Decision {
    let chosen = &candidates[replica.index()];
    let computes = candidates.iter().any(|c| !c.terms.is_empty());
    let others = || {
        let others = candidates.iter().filter(|c| c.replica != replica.0);
        others.filter(|c| computes && c.excluded.is_none())
    };
    let mut tied: Vec<u32> = others()
        .filter(|c| c.cost.max(floor) == chosen.cost.max(floor))
        .map(|c| c.replica)
        .collect();
    tied.push(replica.0);
    crate::order::few(&mut tied);
    let margin = others()
        .map(|c| c.cost.max(floor) - chosen.cost.max(floor))
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

/// The nearest weight of the chosen candidate's term `at` at which another candidate costs the same; of several candidates at the
/// same weight, the one with the lowest number.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Costs that count as the same in the choice are a tie, and no other candidate is then the better one.
    #[test]
    fn costs_below_the_floor_are_a_tie() {
        let of = |replica, value| Candidate {
            replica,
            overlap_blocks: 0,
            terms: vec![Term {
                name: "load",
                weight: 1.0,
                value,
                unit: "requests",
            }],
            cost: value,
            excluded: None,
        };
        let near = vec![of(0, 1.0 + 1e-10), of(1, 1.0), of(2, 3.0)];
        let decision = |floor| decision(near.clone(), Vec::new(), "", ReplicaId(0), floor);
        let floored = decision(1.0 + 1e-9);
        assert_eq!(floored.tied, [0, 1]);
        assert_eq!(floored.margin, Some(0.0));
        assert!(!floored.flips.is_empty());
        let bare = decision(f64::NEG_INFINITY);
        assert_eq!(bare.tied, [0]);
        assert!(bare.margin < Some(0.0));
    }
}
