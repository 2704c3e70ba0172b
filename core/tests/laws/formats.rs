//! A report says the same in every format (I-29), and however its runs were driven: one after the other, as on the command line,
//! or abreast, as on the page, which advances all policies in turn by slices of a few events.

use std::collections::BTreeSet;
use std::sync::Arc;

use warmpath_core::fleet::Run;
use warmpath_core::metrics::FIGURES;
use warmpath_core::report::format::{FORMATS, FormatSource, Writer, named};
use warmpath_core::report::number::{number, readable};
use warmpath_core::report::{Report, json};
use warmpath_core::session::{Abreast, Pace, Session, SessionState};

use super::sections;
use super::whole::Ready;

/// Reads every format back and compares it with the report's figures.
pub(crate) fn say_the_same(ready: &Ready, runs: &[Run]) -> Result<(), String> {
    let report = Report::new(&ready.scenario, &ready.workload, runs);
    for format in FORMATS
        .iter()
        .filter(|format| format.of == FormatSource::Report)
    {
        let text = match format.writer() {
            Writer::Report(write) => write(&report),
            _ => return Err(format!("{} is not written from a report", format.name)),
        };
        let outcome = match format.name {
            "json" => in_json(&text, &report),
            "csv" => in_csv(&text, &report),
            "prometheus" => in_prometheus(&text, &report),
            // For people: rounded, a line a figure.
            "text" | "markdown" => in_lines(&text, &report),
            other => Err(format!("no reader for the format {other} in this test")),
        };
        outcome.map_err(|why| format!("{}: {why}\n{text}", format.name))?;
    }
    if let Some(Writer::Pictured(write)) = named("html").map(|it| it.writer()) {
        in_html(&write(&report, &[]), &report).map_err(|why| format!("html: {why}"))?;
    }
    sections::say_the_same(&report, &mut BTreeSet::new())?;
    in_requests(ready, runs)
}

/// A figure's value; `None` for NaN, which no request and no run has.
fn known(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

fn in_json(text: &str, report: &Report) -> Result<(), String> {
    let whole: serde_json::Value = serde_json::from_str(text).map_err(|it| it.to_string())?;
    for (at, summary) in report.summaries.iter().enumerate() {
        let policy = &whole["policies"][at];
        for (figure, &value) in FIGURES.iter().zip(summary.values.iter()) {
            if policy[figure.key].as_f64() != known(value) {
                return Err(format!(
                    "{} is {}, not {value}",
                    figure.key, policy[figure.key]
                ));
            }
        }
    }
    Ok(())
}

/// The cells of a line of CSV, without their quotes.
pub(super) fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("there is one").push(c),
        }
    }
    cells
}

fn in_csv(text: &str, report: &Report) -> Result<(), String> {
    let mut lines = text.split("\r\n").map(cells);
    let head = lines.next().unwrap_or_default();
    let stage = head.iter().position(|name| name == "stage");
    let mut rows = lines.filter(|row| row.len() > 1 && stage.is_none_or(|at| row[at].is_empty()));
    for summary in &report.summaries {
        let row = rows.next().ok_or("a policy has no line")?;
        if row.len() != head.len() {
            return Err(format!("{} cells under {} names", row.len(), head.len()));
        }
        for (figure, &value) in FIGURES.iter().zip(summary.values.iter()) {
            let at = head.iter().position(|name| name == figure.key);
            let found = at.and_then(|at| row[at].parse().ok());
            if at.is_none() || found != known(value) {
                return Err(format!("{} is {found:?}, not {value}", figure.key));
            }
        }
    }
    Ok(())
}

fn in_prometheus(text: &str, report: &Report) -> Result<(), String> {
    let mut lines = text.lines().filter(|line| {
        !line.starts_with('#') && !line.starts_with("warmpath_note") && !line.contains("stage=\"")
    });
    for (at, figure) in FIGURES.iter().enumerate() {
        // Times are in seconds there.
        let factor = if figure.key.ends_with("_ms") {
            1e-3
        } else {
            1.0
        };
        for summary in &report.summaries {
            if known(summary.values[at]).is_none() {
                continue;
            }
            let line = lines.next().ok_or("a figure has no line")?;
            let found = line
                .rsplit(' ')
                .next()
                .and_then(|it| it.parse::<f64>().ok());
            if found != Some(summary.values[at] * factor) {
                return Err(format!("{} of {}: {line}", figure.key, summary.policy));
            }
        }
    }
    Ok(())
}

fn in_lines(text: &str, report: &Report) -> Result<(), String> {
    for (at, figure) in FIGURES.iter().enumerate() {
        let all = |line: &&str| {
            let begins = line
                .trim_start_matches(['|', ' '])
                .starts_with(figure.title);
            let mut words = line.split_whitespace();
            begins
                && report.summaries.iter().all(|summary| {
                    let shown = number(figure, summary.values[at]);
                    words.any(|word| word == shown)
                })
        };
        if text.lines().find(all).is_none() {
            return Err(format!("no line says {}", figure.title));
        }
    }
    Ok(())
}

fn in_html(text: &str, report: &Report) -> Result<(), String> {
    for (at, figure) in FIGURES.iter().enumerate() {
        for summary in &report.summaries {
            let shown = readable(&number(figure, summary.values[at]));
            let found = text
                .lines()
                .any(|line| line.contains(&format!("<td>{shown}")));
            let zero = summary.values[at] == 0.0 && text.contains("Zero under every policy");
            if !found && !zero {
                return Err(format!(
                    "{} of {} is not {shown}",
                    figure.title, summary.policy
                ));
            }
        }
    }
    Ok(())
}

/// The formats with a row per request have a row for each request of each run, and say the same in both.
fn in_requests(ready: &Ready, runs: &[Run]) -> Result<(), String> {
    let written = |name| match named(name).map(|it| it.writer()) {
        Some(Writer::Rows(write)) => {
            let mut out = String::new();
            match write(&ready.workload, runs, &mut out) {
                Ok(()) => Ok(out),
                Err(_) => Err(format!("{name} cannot be written")),
            }
        }
        _ => Err(format!("{name} is not written row by row")),
    };
    let (csv, lines) = (written("requests")?, written("requests-jsonl")?);
    let all: usize = runs.iter().map(|run| run.records.len()).sum();
    let mut rows = csv.split("\r\n").filter(|line| !line.is_empty()).map(cells);
    let head = rows.next().unwrap_or_default();
    let rows: Vec<_> = rows.collect();
    if (rows.len(), lines.lines().count()) != (all, all) {
        return Err(format!("{} rows of {all} requests", rows.len()));
    }
    for (row, line) in rows.iter().zip(lines.lines()) {
        let object: serde_json::Value = serde_json::from_str(line).map_err(|it| it.to_string())?;
        for (name, cell) in head.iter().zip(row) {
            let same = match &object[name] {
                serde_json::Value::Null => cell.is_empty(),
                serde_json::Value::String(text) => text.replace('"', "") == *cell,
                value => cell.parse::<f64>().ok() == value.as_f64(),
            };
            if !same {
                return Err(format!("requests: {name} is {cell}, and {}", object[name]));
            }
        }
    }
    Ok(())
}

/// Runs the scenario as the page does, its policies abreast, and compares the report.
pub(crate) fn is_the_same_abreast(ready: &Ready, runs: &[Run]) -> Result<(), String> {
    let whole = json::write(&Report::new(&ready.scenario, &ready.workload, runs));
    for events in [3, 1000] {
        let (scenario, workload) = (ready.scenario.clone(), Arc::clone(&ready.workload));
        let abreast = Abreast::new(scenario, workload, false).map_err(|it| it.to_string())?;
        let mut session = Session::new(abreast, Pace::untimed(events));
        loop {
            let state = session.slice(&|| 0.0, &|| true, &mut |_, _| {});
            match state.map_err(|it| it.to_string())? {
                SessionState::GoesOn => {}
                SessionState::Finished => break,
                SessionState::Cancelled => return Err("cancelled by nobody".to_owned()),
            }
        }
        let (scenario, workload, runs) =
            session.into_work().finish().map_err(|it| it.to_string())?;
        if json::write(&Report::new(&scenario, &workload, &runs)) != whole {
            return Err(format!(
                "abreast, {events} events at once, it is another report"
            ));
        }
    }
    Ok(())
}
