//! A router's decision as a table with this request's numbers filled in, and the weight at which it would flip.
//!
//! The terms come from [`warmpath_core::router::Decision`]. Every cost is a sum of weight × value, so over one weight it is
//! a straight line, and the weight at which two lines cross is solved exactly, not searched for.

pub mod plane;
pub mod rows;
pub mod waterfall;

use warmpath_core::router::{Candidate, Decision};

/// A weight at which the choice flips if only this weight is changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// The weight at which another replica costs the same as the chosen one.
    pub weight: f64,
    /// The number of the replica that is chosen beyond it.
    pub winner: u32,
}

/// The nearest flips below and above the present weight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flips {
    /// The first flip when the weight is lowered to 0; `None` if there is none.
    pub below: Option<Flip>,
    /// The first flip when the weight is raised to the largest; `None` if there is none.
    pub above: Option<Flip>,
}

/// Solves for the flips of `decision` along the weight of the term `name`, between 0 and `largest`.
///
/// A replica that costs the same at the present weight and less beyond it flips the choice right there. Among replicas
/// that cross at the same weight the one that falls fastest wins, then the lowest-numbered.
pub fn flips(decision: &Decision, name: &str, largest: f64) -> Flips {
    let Some(chosen) = decision
        .candidates
        .iter()
        .find(|c| c.replica == decision.replica)
    else {
        return Flips::default();
    };
    let Some((weight, slope)) = line(chosen, name) else {
        return Flips::default();
    };
    // The weight at which the lines cross, how much faster the other line falls on the way there, and the replica.
    let mut below: Option<(f64, f64, u32)> = None;
    let mut above: Option<(f64, f64, u32)> = None;
    for other in &decision.candidates {
        let Some((_, other_slope)) = line(other, name) else {
            continue;
        };
        let steeper = other_slope - slope;
        if other.replica == decision.replica || steeper == 0.0 {
            continue;
        }
        let cross = (rest(chosen, name) - rest(other, name)) / steeper;
        let here = (cross, steeper.abs(), other.replica);
        if steeper > 0.0 {
            let first =
                |best: (f64, f64, u32)| (-here.0, -here.1, here.2) < (-best.0, -best.1, best.2);
            if below.is_none_or(first) {
                below = Some(here);
            }
        } else if above.is_none_or(|best| (here.0, -here.1, here.2) < (best.0, -best.1, best.2)) {
            above = Some(here);
        }
    }
    // Rounding may put a crossing slightly on the wrong side of the present weight.
    let flip = |(cross, _, winner): (f64, f64, u32)| Flip {
        weight: cross,
        winner,
    };
    Flips {
        below: below
            .map(|it| flip((it.0.min(weight), it.1, it.2)))
            .filter(|flip| flip.weight >= 0.0),
        above: above
            .map(|it| flip((it.0.max(weight), it.1, it.2)))
            .filter(|flip| flip.weight <= largest),
    }
}

/// The present weight of the term `name`, which is the same for all candidates; 0 if they have none.
pub fn weight(decision: &Decision, name: &str) -> f64 {
    let first = decision.candidates.first();
    first
        .and_then(|it| line(it, name))
        .map_or(0.0, |(weight, _)| weight)
}

/// The replicas beside the chosen one that cost as much as it does if the term `name` weighs `weight`, in their order.
pub fn level(decision: &Decision, name: &str, weight: f64) -> Vec<u32> {
    let cost = |it: &Candidate| rest(it, name) + weight * value(it, name);
    let candidates = || decision.candidates.iter();
    let chosen = candidates().find(|it| it.replica == decision.replica);
    let chosen = chosen.map_or(f64::NAN, cost);
    // A crossing is solved for, so that the last digit may differ.
    let is_level =
        |it: &&Candidate| it.replica != decision.replica && (cost(it) - chosen).abs() < 1e-9;
    candidates().filter(is_level).map(|it| it.replica).collect()
}

/// A candidate's cost without the term `name`.
fn rest(candidate: &Candidate, name: &str) -> f64 {
    let others = candidate.terms.iter().filter(|term| term.name != name);
    others.map(|term| term.weight * term.value).sum()
}

/// The weight of a candidate's term `name`, and the slope of its cost over that weight.
fn line(candidate: &Candidate, name: &str) -> Option<(f64, f64)> {
    let term = candidate.terms.iter().find(|term| term.name == name)?;
    Some((term.weight, term.value))
}

/// The cheapest of the candidates that were not chosen, of equals the lowest-numbered; `None` with one candidate.
pub fn runner_up(decision: &Decision) -> Option<&Candidate> {
    decision
        .candidates
        .iter()
        .filter(|c| c.replica != decision.replica)
        .min_by(|a, b| a.cost.total_cmp(&b.cost))
}

/// The value of a candidate's term `name`, 0 if it has none.
pub fn value(candidate: &Candidate, name: &str) -> f64 {
    line(candidate, name).map_or(0.0, |(_, value)| value)
}

#[cfg(test)]
mod tests;
