//! How it is told: a [`Report`] and one file per format.

pub mod csv;
pub mod format;
pub mod html;
pub mod json;
mod life;
pub mod markdown;
pub mod number;
pub mod perfetto;
pub mod prometheus;
mod sweep;
pub mod text;

use crate::fleet::Run;
use crate::metrics::{Summary, summarise};
use crate::router::{Entry, PolicySpec};
use crate::scenario::{Scenario, TimingChoice};
use crate::workload::Workload;

/// A combination of a sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Arrivals a second.
    pub rate: f64,
    /// Replicas.
    pub replicas: u32,
}

/// A scenario's outcome, ready to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The scenario.
    pub scenario: Scenario,
    /// The policies' figures; in a sweep, those of every combination, one after the other.
    pub summaries: Vec<Summary>,
    /// In a sweep: where each of `summaries` stands. Empty otherwise.
    pub points: Vec<Point>,
    /// What was skipped or repaired in the workload.
    pub notes: Vec<String>,
    /// Where step times come from, in a sentence.
    pub provenance: String,
}

/// What a reader must know: what the workload lacks, what stood in for text, which lines are no routers.
fn notes(scenario: &Scenario, workload: &Workload) -> Vec<String> {
    let mut notes = workload.notes.clone();
    let names = |which: fn(&Entry) -> bool| {
        let mut names: Vec<&str> = Vec::new();
        for entry in scenario.policies.iter().map(PolicySpec::entry) {
            if which(entry) && !names.contains(&entry.name) {
                names.push(entry.name);
            }
        }
        names.join(", ")
    };
    let text = names(|entry| entry.text);
    if !text.is_empty()
        && workload
            .requests
            .iter()
            .any(|request| request.keys.is_none())
    {
        notes.push(format!(
            "{text}: approximated, the workload has no text; full blocks stand in for it, at 4 characters a token"
        ));
    }
    let mut characters: Vec<&str> = Vec::new();
    for spec in &scenario.policies {
        let name = spec.entry().name;
        if spec.build(1, 0).matches_characters() && !characters.contains(&name) {
            characters.push(name);
        }
    }
    if !characters.is_empty() {
        notes.push(format!(
            "{}: the product matches characters; here full blocks of {} tokens stand in for them",
            characters.join(", "),
            scenario.block_size
        ));
    }
    let lines = names(|entry| entry.reference);
    if !lines.is_empty() {
        notes.push(format!("{lines}: a line to compare with, not a router"));
    }
    notes
}

impl Report {
    /// Sums up a scenario's runs.
    pub fn new(scenario: &Scenario, workload: &Workload, runs: &[Run]) -> Self {
        let provenance = match scenario.timing {
            TimingChoice::Dynamo => "step times: the curves of Dynamo's replay".to_owned(),
            TimingChoice::Roofline if let Some(own) = scenario.own_calibration() => {
                format!("step times: by your own calibration ({})", own.about)
            }
            TimingChoice::Roofline if scenario.roofline().calibrated() => format!(
                "step times: calibrated for {} with {} in {}",
                scenario.gpu.title,
                scenario.model.title,
                scenario.dtype.name()
            ),
            TimingChoice::Roofline => {
                let (e, _) = scenario.efficiency();
                format!(
                    "step times: uncalibrated; assumed {:.0} % of bandwidth and {:.0} % of peak arithmetic",
                    e.weight_bandwidth * 100.0,
                    e.gemm * 100.0
                )
            }
        };
        let without = scenario.off.to_string().replace(',', ", ");
        let provenance = match without.as_str() {
            "" => provenance,
            without => format!("{provenance}; without {without}"),
        };
        Self {
            scenario: scenario.clone(),
            summaries: summarise(scenario, workload, runs),
            points: Vec::new(),
            notes: notes(scenario, workload),
            provenance,
        }
    }

    /// Puts the reports of a sweep together, in order. The scenario told is the first one's. `None` of none.
    pub fn sweep(reports: Vec<Self>) -> Option<Self> {
        let mut whole = None;
        for report in reports {
            Self::join(&mut whole, report);
        }
        whole
    }

    /// Puts the report of a sweep's next point to those before; `None`: it is the first.
    pub fn join(whole: &mut Option<Self>, next: Self) {
        let point = Point {
            rate: next.scenario.rate,
            replicas: next.scenario.replicas,
        };
        let count = next.summaries.len();
        let whole = match whole {
            None => whole.insert(next),
            Some(whole) => {
                whole.summaries.extend(next.summaries);
                whole
            }
        };
        whole.points.extend(core::iter::repeat_n(point, count));
    }

    /// The policies' figures, each with its place in the sweep.
    pub fn rows(&self) -> impl Iterator<Item = (&Summary, Option<Point>)> {
        let points = self.points.iter().copied().map(Some);
        self.summaries
            .iter()
            .zip(points.chain(core::iter::repeat(None)))
    }
}
