//! The document of a search for the highest load that meets a goal ([`crate::plan::capacity`]): the answer for each policy,
//! and every level that was tried.

use super::{broke, broke_in_words, common, seeds};
use crate::metrics::verdict::digits;
use crate::plan::capacity::{Capacity, Unit};
use crate::report::document::{Cell, Document, Table};
use crate::workload::Workload;

/// Writes the result of the search as a document.
pub fn capacity(found: &Capacity, workload: &Workload) -> Document {
    let scenario = found.scenario();
    let (mut notes, provenance, query) = common(scenario, workload);
    if let Some(reason) = found.without_loss {
        notes.push(format!("with one replica lost: not searched, {reason}"));
    }
    notes.push(format!(
        "the highest load is searched to {} %; {}",
        digits(found.how.tolerance * 100.0),
        match found.how.steady {
            true => "requests under way that grow over the last half of the arrivals are a miss (backlog)",
            false => "each run is judged as it is, however short, though its backlog may grow",
        }
    ));
    let goal = found.goal().map_or(String::new(), ToString::to_string);
    Document {
        schema: "warmpath.capacity/1",
        title: "Capacity".to_owned(),
        facts: vec![
            ("goal", Cell::Text(goal.clone())),
            ("load", Cell::text(found.load.title())),
            ("seeds", Cell::Whole(scenario.seeds.into())),
            ("tolerance", Cell::Real(found.how.tolerance, 4)),
        ],
        sentences: sentences(found, &goal),
        tables: vec![summary(found), probes(found)],
        notes,
        provenance,
        scenario: query,
    }
}

fn sentences(found: &Capacity, goal: &str) -> Vec<String> {
    let mut all = vec![format!(
        "Highest load that meets {goal} on {}:",
        seeds(found.scenario().seeds)
    )];
    let whole = found.units.iter().filter(|unit| !unit.lost);
    for unit in whole {
        let after = found.units.iter();
        let mut after = after.filter(|it| it.lost && it.policy == unit.policy);
        let lost = match after.next().map(Unit::passing) {
            None => String::new(),
            Some(None) => "; with one replica lost, at no load".to_owned(),
            Some(Some(level)) => format!("; with one replica lost, {}", found.load.words(level)),
        };
        let why = why(found, unit).map_or(String::new(), |why| format!(" ({why})"));
        let level = match unit.passing() {
            Some(level) => found.load.words(level),
            None => "none that was tried".to_owned(),
        };
        all.push(format!("{}: {level}{why}{lost}", unit.policy));
    }
    for unit in &found.units {
        if let Some((failed, passed)) = unit.failing().zip(unit.out_of_order()) {
            let name = name(unit);
            all.push(format!(
                "{name}: not monotone, {} failed though {} passed; what is told is the highest below every failure",
                found.load.words(failed),
                found.load.words(passed)
            ));
        }
    }
    all
}

fn name(unit: &Unit) -> String {
    match unit.lost {
        true => format!("{} with one replica lost", unit.policy),
        false => unit.policy.to_string(),
    }
}

/// What limits the load, as the end of a sentence; `None` if no level was tried, or it is not known why one failed.
fn why(found: &Capacity, unit: &Unit) -> Option<String> {
    let Some(failing) = unit.failing() else {
        return unit.passing().map(|_| "the end of the range".to_owned());
    };
    let broke = broke_in_words(found.goal(), unit.probe(failing), found.how.steady)?;
    Some(format!("at {failing} {broke}"))
}

fn summary(found: &Capacity) -> Table {
    let columns = [
        ("policy", "policy"),
        ("lost", "one replica lost"),
        ("passing", "highest passing"),
        ("failing", "lowest failing"),
        ("broke", "what broke"),
        ("margin", "margin at the highest"),
        ("p95_ttft_ms", "P95 TTFT (ms)"),
        ("request_throughput", "req/s"),
        ("output_throughput", "output tok/s"),
        ("probes", "levels tried"),
        ("monotone", "monotone"),
    ];
    let row = |unit: &Unit| {
        let at = unit.passing().and_then(|level| unit.probe(level));
        let worst = |of: fn(&crate::plan::TrialOutcome) -> f64, high: bool| {
            let each = at?.outcomes.iter().map(of);
            each.reduce(if high { f64::max } else { f64::min })
        };
        let failing = unit.failing().and_then(|level| unit.probe(level));
        vec![
            Cell::Text(unit.policy.to_string()),
            Cell::Flag(unit.lost),
            Cell::real(unit.passing(), 3),
            Cell::real(unit.failing(), 3),
            broke(found.goal(), failing, found.how.steady).map_or(Cell::None, Cell::Text),
            Cell::real(worst(crate::plan::TrialOutcome::margin, false), 3),
            Cell::real(worst(|it| it.p95_ttft_ms, true), 1),
            Cell::real(worst(|it| it.request_throughput, false), 2),
            Cell::real(worst(|it| it.output_throughput, false), 1),
            Cell::Whole(unit.probes.len() as u64),
            Cell::Flag(unit.out_of_order().is_none()),
        ]
    };
    Table {
        key: "policies",
        title: format!("Highest {}", found.load.title()),
        columns: headed(&columns),
        names: 1,
        rows: found.units.iter().map(row).collect(),
        detail: false,
    }
}

pub(super) fn headed(columns: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let each = columns.iter();
    each.map(|&(key, heading)| (key, heading.to_owned()))
        .collect()
}

/// The table of all levels that were tried.
fn probes(found: &Capacity) -> Table {
    let columns = [
        ("policy", "policy"),
        ("lost", "one replica lost"),
        ("level", found.load.title()),
        ("passed", "passed"),
        ("seeds", "seeds run"),
        ("broke", "what broke"),
        ("margin", "margin"),
        ("p95_ttft_ms", "P95 TTFT (ms)"),
    ];
    let mut rows = Vec::new();
    for unit in &found.units {
        let mut probes: Vec<_> = unit.probes.iter().collect();
        crate::order::by(&mut probes, |a, b| a.level.total_cmp(&b.level));
        for probe in probes {
            let whole = probe.outcomes.iter().filter(|it| it.verdict.is_some());
            let margins = probe.outcomes.iter().map(crate::plan::TrialOutcome::margin);
            rows.push(vec![
                Cell::Text(unit.policy.to_string()),
                Cell::Flag(unit.lost),
                Cell::Real(probe.level, 3),
                Cell::Flag(probe.passed),
                Cell::Whole(probe.outcomes.len() as u64),
                broke(found.goal(), Some(probe), found.how.steady).map_or(Cell::None, Cell::Text),
                Cell::real(margins.reduce(f64::min), 3),
                Cell::real(whole.map(|it| it.p95_ttft_ms).reduce(f64::max), 1),
            ]);
        }
    }
    Table {
        key: "levels",
        title: "Levels tried (a run stops when it is certain to miss the goal: its margin is then the least it misses by, 0)"
            .to_owned(),
        columns: headed(&columns),
        names: 1,
        rows,
        detail: true,
    }
}
