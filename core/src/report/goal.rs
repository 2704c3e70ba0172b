//! Whether the goal was met, for people: a sentence per policy, and a row per limit. The verdicts themselves are computed
//! by [`crate::metrics::verdict`].

use super::decision::{count, headed};
use super::document::{Cell, Table};
use super::{Point, Report};
use crate::goal::{Goal, Latency, Limit, Measure, Statistic};
use crate::metrics::verdict::{FoundValue, LimitKept, Verdict, shown, spared as words};
use crate::words::grouped;

/// The goal of the report's scenario; `None` if there is none, or no summary has a verdict.
pub(super) fn of(report: &Report) -> Option<&Goal> {
    let judged = report.summaries.iter().any(|it| it.verdict.is_some());
    report.scenario.goal.as_ref().filter(|_| judged)
}

/// Every verdict of the report with the name of its row: the policy, with its point of a sweep or its stage of a ladder.
fn verdicts(report: &Report) -> Vec<(String, &Verdict)> {
    let mut all = Vec::new();
    for (summary, point) in report.rows() {
        let place = point.map_or(String::new(), |Point { rate, replicas }| {
            let arriving = report.arriving.words();
            let at = arriving.map_or_else(|| format!("at {rate} req/s"), str::to_owned);
            format!(
                " {at} with {}",
                count(replicas.into(), "replica", "replicas")
            )
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
    let line = |(name, verdict): &(String, &Verdict)| format!("{name} {}", sentence(goal, verdict));
    verdicts(report).iter().map(line).collect()
}

/// The verdict as part of a sentence, "meets the goal …" or "misses it …", with the limit that decides and its distance.
pub fn sentence(goal: &Goal, verdict: &Verdict) -> String {
    let at = verdict.binding();
    let pair = goal.limits().get(at).zip(verdict.found.get(at));
    let Some((limit, found)) = pair else {
        return String::new();
    };
    let distance = match found.value {
        value if value.is_finite() || found.standing == LimitKept::Met => format!(
            "found {}, {}",
            shown(limit.measure.kind(), value),
            spared(limit, found)
        ),
        value if value.is_nan() => match limit.measure {
            Measure::Times(Statistic::Percentile(_), latency) if latency != Latency::Itl => {
                "there is no such request".to_owned()
            }
            Measure::Times(..) => "none of the requests that it counts was answered".to_owned(),
            _ => "there is nothing to measure".to_owned(),
        },
        _ => "out of reach, since too few requests were answered".to_owned(),
    };
    let decides = format!("the limit that decides is {}: {distance}", limit.words());
    let mut out = match verdict.standing() {
        LimitKept::Met => format!("meets the goal; {decides}"),
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
            format!("misses the goal{badly}; {decides}{others}")
        }
    };
    if verdict.unanswered > 0 {
        out += &format!(
            "; {} of {} requests were not answered",
            grouped(verdict.unanswered),
            grouped(verdict.requests)
        );
        if goal.limits().iter().any(|it| it.measure.is_of_all()) {
            out += " and count as misses";
        }
    }
    out
}

/// The distance from the limit, in words.
pub fn spared(limit: &Limit, found: &FoundValue) -> String {
    // A value equal to a limit that has to be undercut spares nothing, and misses.
    match found.margin {
        0.0 if found.standing != LimitKept::Met => "just not within it".to_owned(),
        margin => words(margin, limit.allowance()),
    }
}

/// What was found for each limit of each verdict, a row a limit; without rows if there is no goal.
pub fn table(report: &Report) -> Table {
    let columns = [
        ("policy", "policy"),
        ("limit", "limit"),
        ("value", "found"),
        ("margin", "to spare, or over"),
        ("verdict", "verdict"),
    ];
    let row = |name: &str, limit: &Limit, found: &FoundValue| {
        vec![
            Cell::text(name),
            Cell::Text(limit.words()),
            Cell::Measured(found.value, limit.measure.kind()),
            Cell::Spare(found.margin, limit.allowance()),
            Cell::text(found.standing.word()),
        ]
    };
    let mut rows = Vec::new();
    if let Some(goal) = of(report) {
        for (name, verdict) in verdicts(report) {
            let limits = goal.limits().iter().zip(&verdict.found);
            rows.extend(limits.map(|(limit, found)| row(&name, limit, found)));
        }
    }
    Table {
        key: "limits",
        title: "Limit by limit; that with the least to spare decides".to_owned(),
        columns: headed(&columns),
        names: 2,
        rows,
        detail: false,
    }
}
