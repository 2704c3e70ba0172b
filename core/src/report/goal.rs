//! Whether the goal was met, for people: a sentence per policy, and a row per limit. The verdicts themselves are computed
//! by [`crate::metrics::verdict`].

use super::{Point, Report};
use crate::goal::{Goal, Limit};
use crate::metrics::verdict::{FoundValue, LimitKept, Verdict, digits, shown};
use crate::words::grouped;

/// The number of leading columns of [`rows`] that hold names.
pub const NAMES: usize = 2;

/// The goal of the report's scenario; `None` if there is none, or no summary has a verdict.
pub(super) fn of(report: &Report) -> Option<&Goal> {
    let judged = report.summaries.iter().any(|it| it.verdict.is_some());
    report.scenario.goal.as_ref().filter(|_| judged)
}

/// Every verdict of the report with the name of its row: the policy, with its point of a sweep or its stage of a ladder.
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

/// A sentence for each policy, each point of a sweep and each stage of a ladder; empty without a goal.
pub fn sentences(report: &Report) -> Vec<String> {
    let Some(goal) = of(report) else {
        return Vec::new();
    };
    let rendered =
        |(name, verdict): &(String, &Verdict)| format!("{name} {}", sentence(goal, verdict));
    each(report).iter().map(rendered).collect()
}

/// The verdict as part of a sentence, "meets the goal …" or "misses it …", with the margin and the binding limit.
pub fn sentence(goal: &Goal, verdict: &Verdict) -> String {
    let at = verdict.binding();
    let pair = goal.limits().get(at).zip(verdict.found.get(at));
    let Some((limit, found)) = pair else {
        return String::new();
    };
    let bound = format!("{} {}", limit.title(), shown(limit, found.value));
    let mut out = match verdict.standing() {
        LimitKept::Met => format!(
            "meets the goal; the limit that binds is {limit}: {bound}, {}",
            spared(found)
        ),
        standing => {
            let missed = verdict
                .found
                .iter()
                .filter(|it| it.standing != LimitKept::Met);
            let others = match missed.count() - 1 {
                0 => String::new(),
                1 => "; another limit is missed as well".to_owned(),
                more => format!("; {more} other limits are missed as well"),
            };
            let badly = match standing {
                LimitKept::Critical => " beyond the critical value",
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

/// The distance from the limit, in words.
pub fn spared(found: &FoundValue) -> String {
    let percent = digits(libm::round(found.margin.abs() * 1000.0) / 10.0);
    match found.margin {
        margin if margin.is_infinite() => "out of reach".to_owned(),
        margin if margin < 0.0 => format!("{percent} % beyond it"),
        _ if found.standing != LimitKept::Met => "just not within it".to_owned(),
        _ => format!("{percent} % to spare"),
    }
}

/// A row for each limit, below a row of headings; empty without a goal.
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

fn row(name: &str, limit: &Limit, found: &FoundValue) -> Vec<String> {
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
