//! `reproduce FILE`: what a log says happened, beside what the simulation says.

use std::sync::Arc;

use clap::ArgMatches;
use serde_json::{Value, json};
use warmpath_core::fleet::{Outcome, Run};
use warmpath_core::histogram::percentile;
use warmpath_core::metrics::{FIGURES, Summary, summarise};
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{Recorded, Workload};
use warmpath_view::chart::ecdf::{SHARES, Sample};
use warmpath_view::chart::{Chart, Content, course};

use super::simulate;
use crate::command::fields;
use crate::command::replay::{attached, charts};
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
    // What can be compared replica by replica is the routing that was.
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
        notes.push(
            "measured times have no unit in their names: they are read as seconds if all are at most 600, else as \
             milliseconds; --time-unit says otherwise"
                .to_owned(),
        );
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

/// Times to first token, measured and simulated, as curves of one chart.
fn curves(recorded: &Recorded, scenario: &Scenario, workload: &Workload, runs: &[Run]) -> Chart {
    let mut sorted: Vec<f64> = recorded.ttft_ms.iter().map(|ms| ms / 1e3).collect();
    sorted.sort_by(f64::total_cmp);
    let measured = Sample {
        name: "measured".to_owned(),
        within: SHARES.map(|share| percentile(&sorted, share * 100.0)),
        count: sorted.len() as u64,
        sorted,
    };
    let mut samples = vec![measured];
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
    }
}

/// What each replica served. Under `recorded` a replica is its namesake; under another policy the busiest stands beside the
/// busiest, since a router's numbers are not the log's names.
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
    for run in runs {
        let mut simulated = served(run, workload);
        let mut measured: Vec<_> = recorded.replicas.iter().collect();
        let policy = run.policy.to_string();
        if policy != "recorded" {
            measured.sort_by_key(|it| core::cmp::Reverse(it.requests));
            simulated.sort_by_key(|it| core::cmp::Reverse(it.0));
        }
        for (at, it) in measured.into_iter().enumerate() {
            let (requests, ttft) = simulated.get(at).copied().unwrap_or_default();
            table.rows.push(vec![
                json!(it.name),
                json!(it.requests),
                rounded(it.mean_ttft_ms),
                json!(policy),
                json!(requests),
                rounded(ttft),
            ]);
        }
    }
    table
}

/// By replica: the requests it answered, and their mean time to first token \[ms\].
fn served(run: &Run, workload: &Workload) -> Vec<(u64, Option<f64>)> {
    let mut sums = vec![(0_u64, 0.0); run.replicas.len()];
    let records = run.records.iter().take(workload.count as usize);
    for record in records.filter(|it| it.outcome == Outcome::Completed) {
        if let (Some(sum), Some(ttft)) = (sums.get_mut(usize::from(record.replica)), record.ttft())
        {
            sum.0 += 1;
            sum.1 += ttft.millis();
        }
    }
    let mean = |(count, sum): (u64, f64)| (count, (count > 0).then(|| sum / count as f64));
    sums.into_iter().map(mean).collect()
}

fn rounded(value: Option<f64>) -> Value {
    value.map_or(Value::Null, |value| json!((value * 1e4).round() / 1e4))
}
