//! How it is told: a [`Report`] and one file per format.

pub mod csv;
pub mod json;
pub mod markdown;
pub mod text;

use crate::fleet::Run;
use crate::metrics::{Summary, summarise};
use crate::scenario::{Scenario, TimingChoice};
use crate::workload::Workload;

/// A scenario's outcome, ready to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The scenario.
    pub scenario: Scenario,
    /// The policies' figures.
    pub summaries: Vec<Summary>,
    /// What was skipped or repaired in the workload.
    pub notes: Vec<String>,
    /// Where step times come from, in a sentence.
    pub provenance: String,
}

impl Report {
    /// Sums up a scenario's runs.
    pub fn new(scenario: &Scenario, workload: &Workload, runs: &[Run]) -> Self {
        let provenance = match scenario.timing {
            TimingChoice::Dynamo => "step times: the curves of Dynamo's replay".to_owned(),
            TimingChoice::Roofline if scenario.roofline().calibrated() => format!(
                "step times: calibrated for {} with {} in {}",
                scenario.gpu.title,
                scenario.model.title,
                scenario.dtype.name()
            ),
            TimingChoice::Roofline => {
                let e = *scenario.roofline().efficiency();
                format!(
                    "step times: uncalibrated; assumed {:.0} % of bandwidth and {:.0} % of peak arithmetic",
                    e.weight_bandwidth * 100.0,
                    e.gemm * 100.0
                )
            }
        };
        Self {
            scenario: scenario.clone(),
            summaries: summarise(scenario, workload, runs),
            notes: workload.notes.clone(),
            provenance,
        }
    }
}
