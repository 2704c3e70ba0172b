//! The results of searches as documents: the highest load, the cheapest fleet, the best parameters.

mod capacity;
mod fleets;
mod tune;

pub use capacity::capacity;
pub use fleets::fleets;
pub use tune::tune;

use super::{notes, provenance};
use crate::goal::Goal;
use crate::metrics::verdict::digits;
use crate::plan::capacity::{Broke, Probe};
use crate::scenario::Scenario;
use crate::words::grouped;
use crate::workload::Workload;

/// The notes, the provenance and the scenario's query string, as every report of this scenario has them.
fn common(scenario: &Scenario, workload: &Workload) -> (Vec<String>, String, String) {
    (
        notes(scenario, workload),
        provenance(scenario),
        scenario.to_query(),
    )
}

/// Why a level failed, for a cell of a table; `None` if it passed.
fn broke(goal: Option<&Goal>, probe: Option<&Probe>, steady: bool) -> Option<String> {
    Some(match probe?.broke(steady)? {
        Broke::Limit(at) => goal?.limits().get(at)?.to_string(),
        Broke::Backlog(growth) => format!("backlog +{} %", libm::round(growth * 100.0)),
        Broke::Refused(reason) => reason,
    })
}

/// Why a level failed, for the middle of a sentence; `None` if it passed.
fn broke_in_words(goal: Option<&Goal>, probe: Option<&Probe>, steady: bool) -> Option<String> {
    Some(match probe?.broke(steady)? {
        Broke::Backlog(growth) => format!(
            "requests under way grow by {} % over the last half of the arrivals, so it is overloaded, or the run too short to tell",
            libm::round(growth * 100.0)
        ),
        _ => format!("{} breaks", broke(goal, probe, steady)?),
    })
}

/// A number of seeds in words: "one seed", "each of 4 seeds".
pub(super) fn seeds(count: u32) -> String {
    match count {
        1 => "one seed".to_owned(),
        many => format!("each of {many} seeds"),
    }
}

/// A sum of money in US$ with two decimals, below 0.1 with about four digits.
fn usd(value: f64) -> String {
    match value {
        value if value >= 0.1 => format!("${value:.2}"),
        value => format!("${}", digits(value)),
    }
}

/// A count with its noun in the singular or plural.
pub(super) fn count(number: u64, one: &str, more: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { more }
    )
}
