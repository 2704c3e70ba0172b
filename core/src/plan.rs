//! Searches that answer "What should I run?": for the load, the fleet and the parameters that meet a goal.
//!
//! A search asks for [`Trial`]s (one policy, one seed) in rounds and is handed their [`TrialOutcome`]s in the same order. What
//! it asks next depends on those outcomes alone, so its result is the same whatever program runs the trials, on however
//! many cores, and whether an outcome was computed now or stored before. This is what running in parallel, resuming after a
//! break and splitting a search over machines rest on: the program that drives a search stores outcomes by the trial's
//! [key](Trial::key).
//!
//! - [`capacity`]: the highest load that meets the goal;
//! - [`fleets`]: the cheapest fleet that meets it;
//! - [`tune`]: the parameters of a policy that meet it best;
//! - [`options`]: the options of each search, read from text.
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
pub use trial::{Begun, GaveUp, Trial, TrialOutcome};

use crate::scenario::ScenarioError;

/// A search for something that meets a goal. See the [module](self).
pub trait Search {
    /// The trials of the next round; empty when the search has ended.
    fn wanted(&mut self) -> Vec<Trial>;

    /// Takes the outcomes of the round's trials, in the same order.
    fn take(&mut self, outcomes: Vec<TrialOutcome>);

    /// About how many trials the search will have asked for by its end.
    fn expected(&self) -> u64;

    /// Whether the trials it asks for now depend on the outcomes of all parts, so that only the program that merges the
    /// parts can run them.
    fn is_beyond_parts(&self) -> bool {
        false
    }

    /// Restricts the search to one part: the independent pieces whose number leaves the remainder `part` when divided by
    /// `parts`. The result of one part is incomplete, but the outcomes of all parts together are those that the whole
    /// search asks for.
    fn only(&mut self, part: usize, parts: usize);
}

/// Why a search cannot begin.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PlanError {
    /// The scenario has no goal.
    #[error("there is no goal; give one, such as --goal 'p95_ttft<500ms;errors<1%'")]
    NoGoal,
    /// The load cannot be increased; the text says why.
    #[error("{0}")]
    Load(String),
    /// An option is out of range (an empty or too long list, a GPU without a price, a policy without parameters); the text
    /// says which.
    #[error("{0}")]
    Range(String),
    /// The scenario itself is refused.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// A number rounded to this many significant digits, so that a level that a search found is short enough to be typed.
fn rounded(value: f64, digits: usize) -> f64 {
    let text = format!("{value:.*e}", digits - 1);
    crate::decimal::real(&text).unwrap_or(value)
}
