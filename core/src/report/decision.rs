//! The results of searches as documents: the highest load, the cheapest fleet, the best parameters.

mod capacity;
mod fleets;
mod tune;

pub use capacity::capacity;
pub use fleets::fleets;
pub use tune::tune;

use super::{notes, provenance};
use crate::goal::{Allowance, Goal, Latency, Limit, Measure};
use crate::metrics::Verdict;
use crate::metrics::verdict::{digits, shown};
use crate::plan::TrialOutcome;
use crate::plan::capacity::{Broke, Capacity, Probe, Unit};
use crate::report::document::Cell;
use crate::scenario::Scenario;
use crate::words::grouped;
use crate::workload::Workload;

/// The notes, the provenance and the scenario's query string, as every report of this scenario has them.
fn common(scenario: &Scenario, workload: &Workload) -> (Vec<String>, String, String) {
    (
        notes(scenario, workload),
        provenance(scenario),
        scenario.to_query(),
    )
}

/// Why a level failed, for a cell of a table; `None` if it passed.
fn broke(goal: Option<&Goal>, probe: Option<&Probe>, steady: bool) -> Option<String> {
    Some(match probe?.broke(steady)? {
        Broke::Limit(at) => goal?.limits().get(at)?.to_string(),
        Broke::Backlog(growth) => format!("backlog +{} %", libm::round(growth * 100.0)),
        Broke::TooShort(share) => format!("too short, {} % active", above_half(share)),
        Broke::Refused(reason) => reason,
    })
}

/// A share above a half in per cent, with as many decimals, one at least, as show that it is above.
fn above_half(share: f64) -> String {
    let rounded = |part: f64| libm::round(share * 100.0 * part) / part;
    let shown = [10.0, 100.0, 1_000.0].map(rounded);
    digits(shown.into_iter().find(|it| *it > 50.0).unwrap_or(shown[2]))
}

/// Why a level failed, for the middle of a sentence; `None` if it passed.
fn broke_in_words(goal: Option<&Goal>, probe: Option<&Probe>, steady: bool) -> Option<String> {
    Some(match probe?.broke(steady)? {
        Broke::Backlog(growth) => format!(
            "active requests grow by {} % over the last half of the arrivals, so it is overloaded, or the run too short to tell",
            libm::round(growth * 100.0)
        ),
        Broke::TooShort(share) => format!(
            "more than half of the requests that had come ({} %) were still active, on the mean over the last half of the arrivals, so the run is too short to tell",
            above_half(share)
        ),
        Broke::Limit(at) => format!("{} is missed", goal?.limits().get(at)?.words()),
        Broke::Refused(reason) => reason,
    })
}

/// The answer of a search in which every load failed.
const NONE: &str = "at no load";

/// That a policy meets the goal at no load, with the reason as far as the lowest load that was tried shows it.
fn no_load(found: &Capacity, unit: &Unit) -> String {
    if let Some(short) = unit.short() {
        return too_little(found, unit, short);
    }
    let lowest = unit.failing().and_then(|level| unit.probe(level));
    let Some((probe, goal)) = lowest.zip(found.goal()) else {
        return NONE.to_owned();
    };
    let Some(Broke::Limit(at)) = probe.broke(found.search.steady) else {
        let why = broke_in_words(Some(goal), Some(probe), found.search.steady);
        return why.map_or(NONE.to_owned(), |why| {
            format!("{NONE} ({why} at {})", found.words(probe.level))
        });
    };
    let mut outcomes = probe.outcomes.iter();
    let failed = outcomes.find(|it| !it.is_met(found.search.steady));
    let verdict = failed.and_then(|it| it.verdict.as_ref());
    let value = verdict.and_then(|it| it.found.get(at));
    let Some((limit, value)) = goal.limits().get(at).zip(value) else {
        return NONE.to_owned();
    };
    if let Some(reason) = verdict.and_then(|it| refusals(limit, it, value.value)) {
        return format!("{}{reason}", missed(found, probe, limit, value.value));
    }
    // Requests that hardly ever meet do not wait for each other, so a time that is too long even there is their own; but not the
    // wait for the cap, which is a queue.
    let queues = |latency| latency == Latency::ClientWait;
    let taken = match &limit.measure {
        Measure::Times(_, latency) if !queues(*latency) => Some(value.value),
        Measure::Attainment(parts) if !parts.iter().any(|it| queues(it.latency)) => {
            failed.map(|it| it.p95_ttft_ms)
        }
        _ => None,
    };
    let alone = taken.is_some_and(|ms| found.load.is_alone(found.scenario(), probe.level, ms));
    let reason = match alone && !unit.lost {
        true => {
            ": requests hardly ever meet there, so what a request takes by itself is too long for it"
        }
        false => "",
    };
    format!("{}{reason}", missed(found, probe, limit, value.value))
}

/// That a policy meets the goal at no load where less falls short of it: what is missed on either side, or at the end of the range.
fn too_little(found: &Capacity, unit: &Unit, short: f64) -> String {
    let why = |level: f64| {
        let broke = broke_in_words(found.goal(), unit.probe(level), found.search.steady);
        format!("at {} {}", found.words(level), broke.unwrap_or_default())
    };
    match unit.failing() {
        Some(failing) => format!("{NONE}: {}, and {}", why(short), why(failing)),
        None => format!(
            "{NONE}: even {}, and that is the highest that is tried",
            why(short)
        ),
    }
}

/// That a limit is missed even at the lowest load, by which value.
fn missed(found: &Capacity, probe: &Probe, limit: &Limit, value: f64) -> String {
    format!(
        "{NONE}, since even at {}, the lowest that is tried, {} is missed ({}{})",
        found.words(probe.level),
        limit.words(),
        if value.is_nan() { "" } else { "found " },
        shown(limit.measure.kind(), value)
    )
}

/// That a limit on all requests is missed for those without an answer alone; `None` if it is not.
fn refusals(limit: &Limit, verdict: &Verdict, value: f64) -> Option<String> {
    let (unanswered, all) = (verdict.unanswered, verdict.requests);
    let alone = match limit.measure {
        Measure::Times(..) => !value.is_finite(),
        // Had they all been answered in time.
        Measure::Attainment(_) => {
            let kept = libm::round(value * all as f64) + unanswered as f64;
            limit.side.keeps(kept / all as f64, limit.value())
        }
        _ => false,
    };
    (alone && unanswered > 0 && limit.of.is_none()).then(|| {
        format!(
            ": {} of {} requests were not answered, which misses it by itself",
            grouped(unanswered),
            grouped(all)
        )
    })
}

/// A cell with the distance from the limit that decides, of the worst of some runs; empty if there is none.
fn distance<'a>(
    goal: Option<&Goal>,
    outcomes: impl Iterator<Item = &'a TrialOutcome> + Clone,
) -> Cell {
    let worst = worst(outcomes.clone());
    let allowance = allowance(goal, worst.into_iter());
    let allowance = match outcomes.clone().any(|it| it.gave_up.is_some()) {
        true => Allowance::Stopped,
        false => allowance,
    };
    worst.map_or(Cell::None, |it| Cell::Spare(it.margin(), allowance))
}

/// The run that is furthest from the goal, the first of equals; `None` of none.
fn worst<'a>(outcomes: impl Iterator<Item = &'a TrialOutcome>) -> Option<&'a TrialOutcome> {
    outcomes.reduce(|a, b| match b.margin() < a.margin() {
        true => b,
        false => a,
    })
}

/// What the distance from the limits that decide is measured by, in runs that have ended.
pub fn allowance<'a>(
    goal: Option<&Goal>,
    outcomes: impl Iterator<Item = &'a TrialOutcome>,
) -> Allowance {
    let deciding = outcomes.filter_map(|it| it.verdict.as_ref());
    let deciding = deciding.map(Verdict::binding);
    goal.map_or(Allowance::Several, |goal| goal.allowance(deciding))
}

/// The columns of a table, each with its key and its heading.
pub(super) fn headed(columns: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let each = columns.iter();
    each.map(|&(key, heading)| (key, heading.to_owned()))
        .collect()
}

/// A number of seeds in words: "one seed", "each of 4 seeds".
pub(super) fn seeds(count: u32) -> String {
    match count {
        1 => "one seed".to_owned(),
        many => format!("each of {many} seeds"),
    }
}

/// A sum of money in US$ with two decimals, below 0.1 with about four digits.
fn usd(value: f64) -> String {
    match value {
        value if value >= 0.1 => format!("${value:.2}"),
        value => format!("${}", digits(value)),
    }
}

/// A count with its noun in the singular or plural.
pub(super) fn count(number: u64, one: &str, more: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { more }
    )
}
