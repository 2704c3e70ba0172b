//! What should I run: searches for the load, the fleet and the parameters that meet a goal.
//!
//! A search asks for [`Trial`]s (one policy, one seed) in rounds and is handed their [`Outcome`]s in the same order. What it
//! asks next follows from what it was told and from nothing else, so it comes to the same whoever runs the trials, on however
//! many cores, and whether an outcome was computed now or kept from before. That is all there is to parallel runs, to going
//! on after a break, and to splitting a search over machines: whoever drives a search keeps outcomes by the trial's
//! [key](Trial::key).
//!
//! - [`capacity`]: the highest load that meets the goal;
//! - [`fleets`]: the cheapest fleet that meets it;
//! - [`tune`]: the numbers of a policy that meet it best;
//! - [`options`]: how each is asked for in words.
//!
//! A [`suite`] searches nothing: it runs fixed tests on a fleet and judges them by fixed thresholds.

pub mod capacity;
pub mod fleets;
pub mod options;
pub mod suite;
pub mod tune;

mod backlog;
mod bracket;
mod load;
mod trial;

use thiserror::Error;

pub use load::Load;
pub use trial::{Begun, GaveUp, Outcome, Trial};

use crate::scenario::ScenarioError;

/// A search for something that meets a goal. See the [module](self).
pub trait Search {
    /// The trials of the next round; none when it has come to its end.
    fn wanted(&mut self) -> Vec<Trial>;

    /// Their outcomes, in the same order.
    fn take(&mut self, outcomes: Vec<Outcome>);

    /// Trials that it will have asked for by its end, roughly.
    fn expected(&self) -> u64;

    /// Whether it asks for what no part could know of, since that follows from the outcomes of all: whoever merges runs it.
    fn is_beyond_parts(&self) -> bool {
        false
    }

    /// From now on only a part of it is searched: the independent pieces whose number leaves `part` when divided by `parts`. What
    /// it comes to is not whole, but the outcomes of all parts together are those that the whole search asks for.
    fn only(&mut self, part: usize, parts: usize);
}

/// Why there is nothing to search.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PlanError {
    /// The scenario has no goal.
    #[error("there is no goal; give one, such as --goal 'p95_ttft<500ms;errors<1%'")]
    NoGoal,
    /// The load cannot be changed.
    #[error("{0}")]
    Load(String),
    /// A list that is empty or too long, a GPU without a price, a policy without parameters.
    #[error("{0}")]
    Range(String),
    /// The scenario does not go together.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// A number with so many significant digits, so that a level that was searched for can be read and typed again.
fn rounded(value: f64, digits: usize) -> f64 {
    let text = format!("{value:.*e}", digits - 1);
    crate::decimal::real(&text).unwrap_or(value)
}
