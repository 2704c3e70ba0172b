//! Whether the goal was met, for people: a sentence a policy, and a row a limit.

use super::{Point, Report};
use crate::goal::{Goal, Limit};
use crate::metrics::verdict::{Found, Standing, Verdict, digits, shown};
use crate::words::grouped;

/// Columns of [`rows`] that are names.
pub const PLACES: usize = 2;

/// The goal, if there is one that the policies were held against.
pub(super) fn of(report: &Report) -> Option<&Goal> {
    let judged = report.summaries.iter().any(|it| it.verdict.is_some());
    report.scenario.goal.as_ref().filter(|_| judged)
}

/// Each verdict with what it is of: the policy, its place in a sweep, the stage of a ladder.
fn each(report: &Report) -> Vec<(String, &Verdict)> {
    let mut all = Vec::new();
    for (summary, point) in report.rows() {
        let place = point.map_or(String::new(), |Point { rate, replicas }| {
            format!(" at {rate} req/s with {replicas} replicas")
        });
        let whole = format!("{}{place}", summary.policy);
        all.extend(summary.verdict.iter().map(|it| (whole.clone(), it)));
        for stage in &summary.stages {
            let name = format!("{whole} in the stage of {} req/s", stage.rate);
            all.extend(stage.verdict.iter().map(|it| (name.clone(), it)));
        }
    }
    all
}

/// A sentence for each policy, each point of a sweep and each stage of a ladder; nothing without a goal.
pub fn sentences(report: &Report) -> Vec<String> {
    let Some(goal) = of(report) else {
        return Vec::new();
    };
    let told = |(name, verdict): &(String, &Verdict)| format!("{name} {}", sentence(goal, verdict));
    each(report).iter().map(told).collect()
}

/// "meets the goal …" or "misses it …": by how much, and which limit binds.
pub fn sentence(goal: &Goal, verdict: &Verdict) -> String {
    let at = verdict.binding();
    let pair = goal.limits().get(at).zip(verdict.found.get(at));
    let Some((limit, found)) = pair else {
        return String::new();
    };
    let bound = format!("{} {}", limit.title(), shown(limit, found.value));
    let mut out = match verdict.standing() {
        Standing::Met => format!(
            "meets the goal; the limit that binds is {limit}: {bound}, {}",
            spared(found)
        ),
        standing => {
            let missed = verdict
                .found
                .iter()
                .filter(|it| it.standing != Standing::Met);
            let others = match missed.count() - 1 {
                0 => String::new(),
                1 => "; another limit is missed as well".to_owned(),
                more => format!("; {more} other limits are missed as well"),
            };
            let badly = match standing {
                Standing::Critical => " beyond the critical value",
                _ => "",
            };
            format!(
                "misses the goal{badly}; the limit that binds is {limit}: {bound}, {}{others}",
                spared(found)
            )
        }
    };
    if verdict.unanswered > 0 {
        out += &format!(
            "; {} of {} requests were not answered and count as misses",
            grouped(verdict.unanswered),
            grouped(verdict.requests)
        );
    }
    out
}

/// How far from the limit, in words.
pub fn spared(found: &Found) -> String {
    let percent = digits(libm::round(found.margin.abs() * 1000.0) / 10.0);
    match found.margin {
        margin if margin.is_infinite() => "out of reach".to_owned(),
        margin if margin < 0.0 => format!("{percent} % beyond it"),
        _ if found.standing != Standing::Met => "just not within it".to_owned(),
        _ => format!("{percent} % to spare"),
    }
}

/// A row for each limit, under a heading.
pub fn rows(report: &Report) -> Vec<Vec<String>> {
    let head = ["policy", "limit", "found", "to spare", "verdict"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let Some(goal) = of(report) else {
        return rows;
    };
    for (name, verdict) in each(report) {
        let limits = goal.limits().iter().zip(&verdict.found);
        rows.extend(limits.map(|(limit, found)| row(&name, limit, found)));
    }
    rows
}

fn row(name: &str, limit: &Limit, found: &Found) -> Vec<String> {
    let margin = match found.margin.is_finite() {
        true => format!("{:.1} %", found.margin * 100.0 + 0.0),
        false => "–".to_owned(),
    };
    vec![
        name.to_owned(),
        limit.to_string(),
        shown(limit, found.value),
        margin,
        found.standing.word().to_owned(),
    ]
}
