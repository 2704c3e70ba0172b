//! The charts of a sweep over rates and replicas, of a ladder of rates, or over a policy's parameter, and the answer to "how many GPUs?".

use super::parameter::{Parameter, Setting};
use super::trade_off::{Curve, Point, TradeOff};
use super::{Chart, Content, Table};
use crate::format;
use warmpath_core::metrics::{FIGURES, Figures, PLACES, Summary};
use warmpath_core::report::{self, Report};
use warmpath_core::router::PolicySpec;

/// The charts that a report itself can show, besides those of its runs' courses.
pub fn of_report(report: &Report) -> Vec<Chart> {
    let ladder = report.summaries.iter().any(|it| !it.stages.is_empty());
    let trade_off = (ladder || !report.points.is_empty()).then(|| trade_off(report));
    let parameter = parameter(report).map(Content::Parameter);
    let contents = trade_off
        .map(Content::TradeOff)
        .into_iter()
        .chain(parameter);
    contents.map(Chart::new).collect()
}

/// The first and the last point's parts that differ.
fn varied(report: &Report) -> (bool, bool) {
    let differ = |of: fn(&report::Point) -> f64| {
        report
            .points
            .windows(2)
            .any(|pair| of(&pair[0]) != of(&pair[1]))
    };
    (differ(|p| p.rate), differ(|p| f64::from(p.replicas)))
}

fn trade_off(report: &Report) -> TradeOff {
    let (rates, replicas) = varied(report);
    let mut curves: Vec<Curve> = Vec::new();
    let mut add = |name: String, point: Point| match curves.iter_mut().find(|it| it.name == name) {
        Some(curve) => curve.points.push(point),
        None => curves.push(Curve {
            name,
            points: vec![point],
        }),
    };
    for (summary, point) in report.rows() {
        // A ladder has all its rates in one run.
        for stage in &summary.stages {
            let setting = format!("{} arrivals/s", format::setting(stage.rate));
            let name = match point {
                Some(at) if replicas => {
                    let count = format::plural(at.replicas.into(), "replica");
                    format!("{}, {count}", summary.policy)
                }
                _ => summary.policy.clone(),
            };
            add(name, place(setting, &stage.values));
        }
        let (Some(at), true) = (point, summary.stages.is_empty()) else {
            continue;
        };
        let count = format::plural(at.replicas.into(), "replica");
        let rate = format!("{} arrivals/s", format::setting(at.rate));
        // A curve runs over the rates; over the replicas where only those vary.
        let (name, setting) = match (rates, replicas) {
            (true, true) => (format!("{}, {count}", summary.policy), rate),
            (false, true) => (summary.policy.clone(), count),
            _ => (summary.policy.clone(), rate),
        };
        add(name, place(setting, &summary.values));
    }
    let limit = report.scenario.ttft_slo_ms.map(|ms| ms / 1e3);
    TradeOff { curves, limit }
}

fn place(setting: String, values: &Figures) -> Point {
    Point {
        setting,
        throughput: values.request_throughput,
        ttft: values.mean_ttft_ms / 1e3,
        count: values.completed as u64,
    }
}

/// The parameter in which three or more entries of one policy differ, if they differ in nothing else.
fn parameter(report: &Report) -> Option<Parameter> {
    let policies = &report.scenario.policies;
    let (first, rest) = policies.split_first()?;
    let same =
        |it: &PolicySpec| it.entry().name == first.entry().name && it.knowledge == first.knowledge;
    if policies.len() < 3 || !report.points.is_empty() || !rest.iter().all(same) {
        return None;
    }
    let names = first.entry().parameters.iter().map(|it| it.name);
    let varied: Vec<&str> = names
        .filter(|name| rest.iter().any(|it| it.value(name) != first.value(name)))
        .collect();
    let [name] = varied[..] else { return None };
    let setting = |(spec, summary): (&PolicySpec, &Summary)| {
        let median = summary.values.mean_ttft_ms / 1e3;
        let range = summary.ranges.map(|ranges| ranges.mean_ttft_ms);
        Some(Setting {
            value: spec.value(name)?,
            median,
            range: range.map_or((median, median), |range| (range.0 / 1e3, range.1 / 1e3)),
        })
    };
    let pairs = policies.iter().zip(&report.summaries);
    let mut settings: Vec<Setting> = pairs.filter_map(setting).collect();
    warmpath_core::order::by(&mut settings, |a, b| a.value.total_cmp(&b.value));
    Some(Parameter {
        policy: first.entry().name.to_owned(),
        name: name.to_owned(),
        settings,
        seeds: report.summaries.first()?.seeds,
    })
}

/// A sweep's rows: where each stands, and the figures that matter there.
pub fn table(report: &Report) -> Table {
    const SHOWN: [(usize, &str); 7] = [
        (PLACES.completed, "completed"),
        (PLACES.request_throughput, "requests/s"),
        (PLACES.mean_ttft_ms, "mean TTFT"),
        (PLACES.p95_ttft_ms, "P95 TTFT"),
        (PLACES.p99_ttft_ms, "P99 TTFT"),
        (PLACES.mean_tpot_ms, "mean TPOT"),
        (PLACES.token_reuse_rate, "tokens reused"),
    ];
    let row = |(summary, point): (&Summary, Option<report::Point>)| {
        let place = point.map(|at| {
            let count = format::plural(at.replicas.into(), "replica");
            format!(", {} arrivals/s, {count}", format::setting(at.rate))
        });
        let title = format!("{}{}", summary.policy, place.unwrap_or_default());
        let cell = |&(at, _): &(usize, &str)| {
            let value = summary.values[at];
            match FIGURES[at].key {
                "completed" => format::count(value as u64),
                "token_reuse_rate" => format::share(value),
                key if key.ends_with("_ms") => format::millis(value),
                _ => format::figure(value),
            }
        };
        core::iter::once(title)
            .chain(SHOWN.iter().map(cell))
            .collect()
    };
    let head = SHOWN.iter().map(|(_, title)| (*title).to_owned());
    Table {
        head: core::iter::once(String::new()).chain(head).collect(),
        rows: report.rows().map(row).collect(),
    }
}

/// How many GPUs are needed, and how much load they bear, to keep the scenario's limit on TTFT at p95: a sentence a
/// policy, and one that asks for a limit where there is none. Nothing if it is no sweep.
pub fn verdict(report: &Report) -> Vec<String> {
    if report.points.is_empty() {
        return Vec::new();
    }
    let Some(limit) = report.scenario.ttft_slo_ms else {
        return vec![
            "Set a limit on TTFT (ttft-slo) to read here how many GPUs it takes to keep it."
                .to_owned(),
        ];
    };
    let keeps =
        |summary: &Summary| summary.values.completed > 0.0 && summary.values.p95_ttft_ms <= limit;
    let (rates, replicas) = varied(report);
    let mut policies: Vec<&str> = Vec::new();
    for summary in &report.summaries {
        if !policies.contains(&summary.policy.as_str()) {
            policies.push(&summary.policy);
        }
    }
    let bound = format!(
        "give 95{}% of requests their first token within {}",
        format::GAP,
        format::millis(limit)
    );
    let mut said = Vec::new();
    for policy in policies {
        let rows = || {
            let mine = report
                .rows()
                .filter(move |(summary, _)| summary.policy == policy);
            mine.filter_map(|(summary, point)| Some((summary, point?)))
        };
        if replicas {
            let mut at: Vec<f64> = Vec::new();
            for (_, point) in rows() {
                if !at.contains(&point.rate) {
                    at.push(point.rate);
                }
            }
            for rate in at {
                let mine = || rows().filter(|(_, point)| point.rate == rate);
                let fewest = mine()
                    .filter(|(summary, _)| keeps(summary))
                    .map(|(_, point)| point.replicas)
                    .min();
                let load = format!("{} arrivals/s", format::setting(rate));
                said.push(match fewest {
                    Some(count) => format!(
                        "{policy} at {load}: {} ({}) are enough to {bound}.",
                        format::plural(count.into(), "replica"),
                        gpus(report, count)
                    ),
                    None => format!(
                        "{policy} at {load}: even {} ({}) do not {bound}.",
                        format::plural(largest(mine()).into(), "replica"),
                        gpus(report, largest(mine()))
                    ),
                });
            }
        } else if rates {
            let most = rows()
                .filter(|(summary, _)| keeps(summary))
                .map(|(_, point)| point.rate)
                .fold(f64::NEG_INFINITY, f64::max);
            let count = largest(rows());
            let fleet = format!(
                "{} ({})",
                format::plural(count.into(), "replica"),
                gpus(report, count)
            );
            said.push(if most > 0.0 {
                format!(
                    "{policy}: {fleet} {bound} up to {} arrivals/s.",
                    format::setting(most)
                )
            } else {
                format!("{policy}: {fleet} do not {bound} at any of these rates.")
            });
        }
    }
    said
}

fn largest<'a>(rows: impl Iterator<Item = (&'a Summary, report::Point)>) -> u32 {
    rows.map(|(_, point)| point.replicas).max().unwrap_or(0)
}

fn gpus(report: &Report, replicas: u32) -> String {
    let each = report.scenario.tensor_parallel;
    let all = u64::from(replicas) * u64::from(each);
    let name = report.scenario.gpu.title;
    format!("{} {name}", format::count(all))
}

#[cfg(test)]
mod tests;
