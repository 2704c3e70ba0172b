//! The document of a search for the highest load that meets a goal ([`crate::plan::capacity`]): the answer for each policy,
//! and every level that was tried.

use super::{broke, broke_in_words, common, distance, headed, no_load, seeds};
use crate::goal::NumberKind;
use crate::metrics::verdict::digits;
use crate::plan::Load;
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
        "the highest load is searched to {} %{}",
        digits(found.search.tolerance * 100.0),
        match found.search.steady {
            // A closed loop waits for answers, so nothing piles up.
            _ if found.load == Load::Concurrency => "",
            true =>
                "; active requests that grow over the last half of the arrivals are a miss (backlog), and so is a run too short to show it",
            false => "; each run is judged as it is, however short, though its backlog may grow",
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
            ("tolerance", Cell::Real(found.search.tolerance, 4)),
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
        let lost = after.next().map_or(String::new(), |it| {
            let level = match it.passing() {
                Some(level) => found.words(level),
                None => no_load(found, it),
            };
            format!("; with one replica lost, {level}")
        });
        let level = match unit.passing() {
            Some(level) => format!("{}{}", found.words(level), limited_by(found, unit)),
            None => no_load(found, unit),
        };
        all.push(format!("{}: {level}{lost}", unit.policy));
    }
    for unit in &found.units {
        if let Some(short) = unit.short().filter(|_| unit.passing().is_some()) {
            let broke = broke_in_words(found.goal(), unit.probe(short), found.search.steady);
            all.push(format!(
                "{}: at {} {}, for too little load",
                name(unit),
                found.words(short),
                broke.unwrap_or_default()
            ));
        }
        if let Some((failed, passed)) = unit.failing().zip(unit.out_of_order()) {
            let name = name(unit);
            all.push(format!(
                "{name}: {} failed though {} passed; the answer is the highest load below every one that failed",
                found.words(failed),
                found.words(passed)
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

/// What limits the load, in brackets.
pub(super) fn limited_by(found: &Capacity, unit: &Unit) -> String {
    let Some(failing) = unit.failing() else {
        let end = match found.all_there_are() {
            Some(all) => format!("as many as there are {all}, so more cannot be tried"),
            None => "the end of the range that is tried".to_owned(),
        };
        let nothing = match unit.short() {
            None => "nothing failed",
            Some(_) => "only less load failed",
        };
        return format!(" ({end}; {nothing})");
    };
    let broke = broke_in_words(found.goal(), unit.probe(failing), found.search.steady);
    broke.map_or(String::new(), |broke| {
        format!(" (at {} {broke})", found.near(failing))
    })
}

/// A cell with a level of load, with the digits that the search has found.
pub(super) fn level(found: &Capacity, level: Option<f64>) -> Cell {
    match level {
        None => Cell::None,
        Some(level) if found.is_fine() => Cell::Real(level, 6),
        Some(level) => Cell::Measured(level, NumberKind::Plain),
    }
}

fn summary(found: &Capacity) -> Table {
    let columns = [
        ("policy", "policy"),
        ("lost", "one replica lost"),
        ("passing", "highest passing"),
        ("failing", "lowest failing"),
        ("broke", "what broke"),
        ("margin", "to spare at the highest"),
        ("p95_ttft_ms", "P95 TTFT there"),
        ("request_throughput", "req/s"),
        ("output_throughput", "output tok/s"),
        ("probes", "loads tried"),
        ("monotone", "none passed above a failure"),
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
            level(found, unit.passing()),
            level(found, unit.failing()),
            broke(found.goal(), failing, found.search.steady).map_or(Cell::None, Cell::Text),
            distance(found.goal(), at.into_iter().flat_map(|it| &it.outcomes)),
            Cell::millis(worst(|it| it.p95_ttft_ms, true)),
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

/// The table of all levels that were tried.
fn probes(found: &Capacity) -> Table {
    let columns = [
        ("policy", "policy"),
        ("lost", "one replica lost"),
        ("level", found.load.title()),
        ("passed", "passed"),
        ("seeds", "seeds run"),
        ("broke", "what broke"),
        ("margin", "to spare, or over"),
        ("p95_ttft_ms", "P95 TTFT"),
    ];
    let mut rows = Vec::new();
    for unit in &found.units {
        let mut probes: Vec<_> = unit.probes.iter().collect();
        crate::order::by(&mut probes, |a, b| a.level.total_cmp(&b.level));
        for probe in probes {
            let whole = probe.outcomes.iter().filter(|it| it.verdict.is_some());
            rows.push(vec![
                Cell::Text(unit.policy.to_string()),
                Cell::Flag(unit.lost),
                level(found, Some(probe.level)),
                Cell::Flag(probe.passed),
                Cell::Whole(probe.outcomes.len() as u64),
                broke(found.goal(), Some(probe), found.search.steady)
                    .map_or(Cell::None, Cell::Text),
                distance(found.goal(), probe.outcomes.iter()),
                Cell::millis(whole.map(|it| it.p95_ttft_ms).reduce(f64::max)),
            ]);
        }
    }
    Table {
        key: "levels",
        title: "Loads tried (a run stops when it is certain to miss the goal, so by how much is not known)"
            .to_owned(),
        columns: headed(&columns),
        names: 1,
        rows,
        detail: true,
    }
}
