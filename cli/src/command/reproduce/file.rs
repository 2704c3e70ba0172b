//! `reproduce FILE`: what a log says happened, beside what the simulation says.

use std::sync::Arc;

use clap::ArgMatches;
use serde_json::{Value, json};
use warmpath_core::histogram::percentile;
use warmpath_core::metrics::{FIGURES, Summary, summarise};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Recorded;

use super::simulate;
use crate::command::fields;
use crate::command::replay::attached;
use crate::failure::Failure;
use crate::source;
use crate::table::{Table, pretty};

/// Simulates the file's requests and compares.
pub(super) fn compare(matches: &ArgMatches, file: &str, format: &str) -> Result<String, Failure> {
    let mut scenario = Scenario {
        workload: file.to_owned(),
        ..Scenario::default()
    };
    fields::apply(matches, &mut scenario, &[])?;
    attached::read(&mut scenario)?;
    let (workload, origin) = source::understood(file, source::options(&scenario))?;
    let recorded = &origin.recorded;
    if recorded.is_empty() {
        return Err(Failure::file(
            file,
            "the file records no time to first token, latency, replica or cached tokens; name their columns: --map \
             'ttft=…;e2e=…;replica=…;cached=…'",
        ));
    }
    // The fleet that served, where the log names it and nobody says otherwise.
    if fields::given(matches, "replicas").is_none() && !recorded.replicas.is_empty() {
        scenario.replicas = u32::try_from(recorded.replicas.len())
            .unwrap_or(u32::MAX)
            .min(1024);
    }
    scenario.check()?;
    scenario.workload.clone_from(&workload.name);
    let workload = Arc::new(workload);
    let runs = simulate(&[scenario.clone()], &[Arc::clone(&workload)])?;
    let summaries = summarise(&scenario, &workload, &runs[0]);
    let mut notes = workload.notes.clone();
    if recorded.unit_inferred {
        notes.push(
            "measured times have no unit in their names: they are read as seconds if all are at most 600, else as \
             milliseconds; --time-unit says otherwise"
                .to_owned(),
        );
    }
    let figures = table(recorded, &summaries);
    Ok(match format {
        "json" => pretty(&json!({
            "schema": "warmpath.reproduce-file/1",
            "workload": workload.name,
            "scenario": scenario.to_query(),
            "notes": notes,
            "figures": figures,
            "replicas": replicas(recorded, &summaries),
        })),
        "markdown" => format!(
            "{}\n{}\n{}",
            figures.markdown(),
            replicas(recorded, &summaries).markdown(),
            lines(&notes)
        ),
        _ => format!(
            "{}\n{}\n{}",
            figures.text(),
            replicas(recorded, &summaries).text(),
            lines(&notes)
        ),
    })
}

fn lines(notes: &[String]) -> String {
    notes.iter().map(|note| format!("note: {note}\n")).collect()
}

/// A figure by its key.
fn value(summary: &Summary, key: &str) -> f64 {
    let each = summary.values.each();
    let at = FIGURES.iter().position(|figure| figure.key == key);
    at.map_or(f64::NAN, |at| *each[at])
}

/// Measured and simulated, a row a figure, a pair of columns a policy.
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
    let mut add = |figure: &str, measured: f64, key: &str| {
        for summary in summaries {
            let simulated = value(summary, key);
            let error = (measured > 0.0).then(|| (simulated / measured - 1.0) * 100.0);
            table.rows.push(vec![
                json!(figure),
                rounded(Some(measured)),
                json!(summary.policy),
                rounded(Some(simulated)),
                rounded(error),
            ]);
        }
    };
    for (name, list, key) in [
        ("TTFT", &recorded.ttft_ms, "ttft"),
        ("E2E", &recorded.e2e_ms, "e2el"),
    ] {
        if list.is_empty() {
            continue;
        }
        let mut sorted = list.clone();
        sorted.sort_by(f64::total_cmp);
        let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
        add(&format!("mean {name} ms"), mean, &format!("mean_{key}_ms"));
        for (word, q) in [
            ("median", 50.0),
            ("p90", 90.0),
            ("p95", 95.0),
            ("p99", 99.0),
        ] {
            add(
                &format!("{word} {name} ms"),
                percentile(&sorted, q),
                &format!("{word}_{key}_ms"),
            );
        }
    }
    if let Some((cached, all)) = recorded.cached {
        let share = if all > 0 {
            cached as f64 / all as f64
        } else {
            0.0
        };
        add("prompt tokens reused, share", share, "token_reuse_rate");
    }
    table
}

/// Requests of each replica: measured by name, simulated by number, both from the most to the least.
fn replicas(recorded: &Recorded, summaries: &[Summary]) -> Table {
    let mut table = Table::new(
        "replicas",
        "Requests of each replica",
        &[
            ("rank", "rank"),
            ("replica", "replica"),
            ("measured", "measured"),
            ("policy", "policy"),
            ("simulated", "simulated"),
        ],
    );
    let mut measured = recorded.replicas.clone();
    measured.sort_by_key(|it| core::cmp::Reverse(it.1));
    for summary in summaries {
        let mut simulated: Vec<u64> = summary
            .replicas
            .iter()
            .map(|it| it.requests as u64)
            .collect();
        simulated.sort_by_key(|it| core::cmp::Reverse(*it));
        for (rank, (name, count)) in measured.iter().enumerate() {
            table.rows.push(vec![
                json!(rank + 1),
                json!(name),
                json!(count),
                json!(summary.policy),
                json!(simulated.get(rank)),
            ]);
        }
    }
    table
}

fn rounded(value: Option<f64>) -> Value {
    value.map_or(Value::Null, |value| json!((value * 1e4).round() / 1e4))
}
