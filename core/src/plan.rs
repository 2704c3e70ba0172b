//! What should I run: searches for the load, the fleet and the parameters that meet a goal.
//!
//! A search asks for [`Trial`]s (one policy, one seed) in rounds and gets their [`Outcome`]s in the same order. What it asks next
//! follows from these outcomes and from nothing else, so its result is the same wherever the trials are run, on however many cores,
//! and whether an outcome was computed now or kept from before. Runs in parallel, going on after a break, and splitting a search
//! over machines need nothing more: the driver of a search keeps outcomes by the trial's [key](Trial::key).
//!
//! - [`capacity`]: the highest load that meets the goal;
//! - [`fleets`]: the cheapest fleet that meets it;
//! - [`tune`]: the numbers of a policy that meet it best;
//! - [`options`]: how each search is described in words.
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
    /// The trials of the next round; empty when the search has ended.
    fn wanted(&mut self) -> Vec<Trial>;

    /// Takes the outcomes of the round's trials, in the same order.
    fn take(&mut self, outcomes: Vec<Outcome>);

    /// How many trials it will have asked for by its end, roughly.
    fn expected(&self) -> u64;

    /// Whether it asks for trials that follow from the outcomes of all parts, so that no part can run them; the search that merges
    /// the parts runs them.
    fn is_beyond_parts(&self) -> bool {
        false
    }

    /// Restricts it to a part: the independent pieces whose number leaves `part` when divided by `parts`. The result is then not
    /// that of the whole search, but the outcomes of all parts together are those that the whole search asks for.
    fn only(&mut self, part: usize, parts: usize);
}

/// Why a search cannot begin.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PlanError {
    /// The scenario has no goal.
    #[error("there is no goal; give one, such as --goal 'p95_ttft<500ms;errors<1%'")]
    NoGoal,
    /// The load cannot be changed, for the reason given.
    #[error("{0}")]
    Load(String),
    /// A list that is empty or too long, a GPU without a price, or a policy without parameters; the text says which.
    #[error("{0}")]
    Range(String),
    /// The scenario's parts do not go together.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// A number rounded to so many significant digits, so that a level that was searched for can be read and typed again.
fn rounded(value: f64, digits: usize) -> f64 {
    let text = format!("{value:.*e}", digits - 1);
    crate::decimal::real(&text).unwrap_or(value)
}
