//! `reproduce FILE`: compares what a log recorded with what the simulation gives.

use std::sync::Arc;

use clap::ArgMatches;
use serde_json::{Value, json};
use warmpath_core::fleet::Run;
use warmpath_core::metrics::{Summary, summarise};
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{Recorded, Workload};
use warmpath_view::chart::ecdf::Sample;
use warmpath_view::chart::{Chart, Content, course};
use warmpath_view::measured;

use super::simulate;
use crate::command::fields;
use crate::command::replay::{attached, charts};
use crate::failure::Failure;
use crate::source;
use crate::table::{Table, pretty};

/// Simulates the requests of a file and compares.
pub(super) fn compare(matches: &ArgMatches, file: &str, format: &str) -> Result<String, Failure> {
    let mut scenario = Scenario {
        workload: file.to_owned(),
        ..Scenario::default()
    };
    fields::apply(matches, &mut scenario, &[])?;
    attached::read(&mut scenario)?;
    let (workload, origin) = source::understood(file, scenario.read_options())?;
    let recorded = &origin.recorded;
    if recorded.is_empty() {
        return Err(Failure::file(
            file,
            "the file records no time to first token, latency, replica or cached tokens; name their columns: --map \
             'ttft=…;e2e=…;replica=…;cached=…'",
        ));
    }
    // If the log names its replicas and no number is given, the fleet has as many.
    if fields::given(matches, "replicas").is_none() && !recorded.replicas.is_empty() {
        scenario.replicas = u32::try_from(recorded.replicas.len())
            .unwrap_or(u32::MAX)
            .min(1024);
    }
    // Figures can be compared replica by replica only under the routing that the log recorded.
    if fields::given(matches, "policy").is_none() && !recorded.replicas.is_empty() {
        let own = core::mem::take(&mut scenario.policies);
        scenario.policies = PolicySpec::parse_list("recorded").map_err(Failure::usage)?;
        scenario.policies.extend(own);
    }
    scenario.check()?;
    scenario.workload.clone_from(&workload.name);
    let workload = Arc::new(workload);
    let runs = simulate(&[scenario.clone()], &[Arc::clone(&workload)])?;
    let summaries = summarise(&scenario, &workload, &runs[0]);
    let mut notes = workload.notes.clone();
    if recorded.unit_inferred {
        notes.push(measured::UNIT_INFERRED.to_owned());
    }
    if let Some(directory) = charts::directory(matches)? {
        charts::write(
            directory,
            &[curves(recorded, &scenario, &workload, &runs[0])],
        )?;
    }
    let figures = table(recorded, &summaries);
    Ok(match format {
        "json" => pretty(&json!({
            "schema": "warmpath.reproduce-file/1",
            "workload": workload.name,
            "scenario": scenario.to_query(),
            "notes": notes,
            "figures": figures,
            "replicas": replicas(recorded, &workload, &runs[0]),
        })),
        "markdown" => format!(
            "{}\n{}\n{}",
            figures.markdown(),
            replicas(recorded, &workload, &runs[0]).markdown(),
            lines(&notes)
        ),
        _ => format!(
            "{}\n{}\n{}",
            figures.text(),
            replicas(recorded, &workload, &runs[0]).text(),
            lines(&notes)
        ),
    })
}

fn lines(notes: &[String]) -> String {
    notes.iter().map(|note| format!("note: {note}\n")).collect()
}

/// The table of measured and simulated figures: a row per figure and policy.
fn table(recorded: &Recorded, summaries: &[Summary]) -> Table {
    let mut table = Table::new(
        "figures",
        "Measured and simulated",
        &[
            ("figure", "figure"),
            ("measured", "measured"),
            ("policy", "policy"),
            ("simulated", "simulated"),
            ("error", "error %"),
        ],
    );
    for it in measured::figures(recorded, summaries) {
        table.rows.push(vec![
            json!(it.figure),
            rounded(Some(it.measured)),
            json!(it.policy),
            rounded(it.simulated),
            rounded(it.error),
        ]);
    }
    table
}

/// The chart with measured and simulated times to first token.
fn curves(recorded: &Recorded, scenario: &Scenario, workload: &Workload, runs: &[Run]) -> Chart {
    let mut samples = vec![measured::sample(recorded)];
    samples.extend(
        course::of_runs(scenario, workload, runs)
            .into_iter()
            .map(|it| Sample {
                name: it.policy,
                sorted: it.ttft,
                within: it.within,
                count: it.completed,
            }),
    );
    Chart {
        content: Content::Shares(samples),
        foot: format!("{}; measured beside simulated", workload.name),
        drawn: (scenario.seeds > 1).then_some((scenario.seed, scenario.seeds)),
        pale: None,
    }
}

/// The table of what each replica served.
fn replicas(recorded: &Recorded, workload: &Workload, runs: &[Run]) -> Table {
    let mut table = Table::new(
        "replicas",
        "Requests of each replica",
        &[
            ("replica", "replica"),
            ("measured", "measured"),
            ("measured_ttft_ms", "mean TTFT ms"),
            ("policy", "policy"),
            ("simulated", "simulated"),
            ("simulated_ttft_ms", "mean TTFT ms"),
        ],
    );
    for it in measured::replicas(recorded, workload, runs) {
        table.rows.push(vec![
            json!(it.name),
            json!(it.requests),
            rounded(it.ttft_ms),
            json!(it.policy),
            json!(it.simulated),
            rounded(it.simulated_ttft_ms),
        ]);
    }
    table
}

fn rounded(value: Option<f64>) -> Value {
    value.map_or(Value::Null, |value| json!((value * 1e4).round() / 1e4))
}
