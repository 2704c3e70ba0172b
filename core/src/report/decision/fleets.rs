//! The document of a search for the cheapest fleet that meets a goal ([`crate::plan::fleets`]): the answer, the frontier,
//! every fleet that was run, and how much load the answer bears.

use super::capacity::{level, limited_by};
use super::{
    allowance, broke, broke_in_words, common, count, distance, headed, no_load, seeds, usd, worst,
};
use crate::goal::{Allowance, NumberKind};
use crate::metrics::verdict::{digits, span, spared};
use crate::plan::capacity::{Capacity, Probe};
use crate::plan::fleets::{Fleet, Fleets};
use crate::report::document::{Cell, Document, Table};
use crate::report::provenance;
use crate::workload::Workload;

/// Writes the result of the search as a document.
pub fn fleets(found: &Fleets, workload: &Workload) -> Document {
    let scenario = found.scenario();
    let best = found.best.map(|at| &found.fleets[at]);
    // Without an answer the fleet that the sentence names.
    let shown = best.or_else(|| closest(found)).or_else(|| largest(found));
    let shown = shown.map_or_else(|| scenario.clone(), |fleet| fleet.scenario(scenario));
    let (mut notes, _, _) = common(&shown, workload);
    for price in &found.prices {
        let date = match price.date {
            "" => String::new(),
            date => format!(", {date}"),
        };
        notes.push(format!(
            "price of {}: {} per GPU and hour ({}{date})",
            price.gpu,
            usd(price.usd_per_hour),
            price.source
        ));
    }
    if found.prices.is_empty() {
        notes.push(
            "no price of this gpu is known, so fleets are compared by their GPUs; --price gives one"
                .to_owned(),
        );
    }
    for unfit in &found.unfit {
        let of = match unfit.replicas[..] {
            [] => String::new(),
            [only] => format!(" and {}", count(only.into(), "replica", "replicas")),
            [first, .., last] => format!(" and {first} to {last} replicas"),
        };
        notes.push(format!(
            "{} with tp {}{of} is left out: {}",
            unfit.gpu.title, unfit.tensor_parallel, unfit.reason
        ));
    }
    let (all, asked) = found.runs();
    notes.push(format!(
        "the grid has {} in {}; {} were made and {} spared: fleets are run from the cheapest on, one that fails on a seed is not run on \
         the others, and once an answer is found none is begun that is dearer than the frontier goes",
        count(found.fleets.len() as u64, "fleet", "fleets"),
        count(all, "run", "runs"),
        crate::words::grouped(asked),
        crate::words::grouped(all - asked)
    ));
    let goal = scenario
        .goal
        .as_ref()
        .map_or(String::new(), ToString::to_string);
    let mut facts = vec![
        ("goal", Cell::Text(goal.clone())),
        ("seeds", Cell::Whole(scenario.seeds.into())),
        ("runs", Cell::Whole(asked)),
        ("runs_spared", Cell::Whole(all - asked)),
        ("met", Cell::Flag(best.is_some())),
    ];
    if let Some(best) = best {
        facts.push(("cheapest", Cell::Text(named(best))));
        facts.push(("deploy", Cell::Text(best.policy.to_string())));
    }
    Document {
        schema: "warmpath.plan/1",
        title: "Plan".to_owned(),
        facts,
        sentences: sentences(found, best, &goal),
        tables: vec![frontier(found), room(found), run(found)],
        notes,
        provenance: sources(found),
        scenario: shown.to_query(),
    }
}

fn named(fleet: &Fleet) -> String {
    let each = match fleet.tensor_parallel {
        1 => String::new(),
        tp => format!(" of {tp} GPUs"),
    };
    format!(
        "{}{each}, {} in all, under {}",
        count(fleet.replicas.into(), "replica", "replicas"),
        count(fleet.gpus().into(), fleet.gpu.title, fleet.gpu.title),
        fleet.policy
    )
}

/// The fleet whose runs have all ended and that misses the goal by least.
fn closest(found: &Fleets) -> Option<&Fleet> {
    let ended =
        |it: &&Fleet| !it.outcomes.is_empty() && it.outcomes.iter().all(|it| it.verdict.is_some());
    let ended = found.fleets.iter().filter(ended);
    ended.max_by(|a, b| a.margin().total_cmp(&b.margin()))
}

/// The largest fleet that was run.
fn largest(found: &Fleets) -> Option<&Fleet> {
    let run = found.fleets.iter().filter(|it| !it.outcomes.is_empty());
    run.max_by_key(|it| it.gpus())
}

/// Which fleet comes closest to the goal, and by how much it misses the limit that decides; if all were stopped early, what the
/// largest one misses.
fn nearest(found: &Fleets) -> String {
    let goal = found.scenario().goal.as_ref();
    let why = |fleet: &Fleet| broke_in_words(goal, Some(&probe(fleet)), found.search.steady);
    if let Some(fleet) = closest(found) {
        // Where the goal itself is met, the backlog is the reason.
        let grows = fleet.outcomes.iter().all(|it| it.is_met(false));
        let by = why(fleet).filter(|_| grows);
        let by = by.unwrap_or_else(|| spared(fleet.margin(), decides(found, fleet)));
        return format!("; the one that comes closest is {}: {by}", named(fleet));
    }
    let Some(largest) = largest(found) else {
        return String::new();
    };
    let why = why(largest).map_or(String::new(), |why| format!(" ({why})"));
    format!(
        "; every run was stopped when it was certain to miss it, so which comes closest is not known. The largest is {}{why}",
        named(largest)
    )
}

/// Where the step times come from, of each GPU on which a fleet was run.
fn sources(found: &Fleets) -> String {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for fleet in found.fleets.iter().filter(|it| !it.outcomes.is_empty()) {
        let of = provenance(&fleet.scenario(found.scenario()));
        let name = match fleet.tensor_parallel {
            1 => fleet.gpu.title.to_owned(),
            tp => format!("{} with tp {tp}", fleet.gpu.title),
        };
        match all.iter_mut().find(|it| it.0 == of) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => all.push((of, vec![name])),
        }
    }
    let several = all.len() > 1;
    let each = all.into_iter().map(|(of, names)| match several {
        true => format!("{}: {of}", names.join(", ")),
        false => of,
    });
    each.collect::<Vec<_>>().join("; ")
}

/// What the distance from the limit that decides is measured by, in the worst of a fleet's runs.
fn decides(found: &Fleets, fleet: &Fleet) -> Allowance {
    let goal = found.scenario().goal.as_ref();
    allowance(goal, worst(fleet.outcomes.iter()).into_iter())
}

/// The runs of a fleet as those of a level of load.
fn probe(fleet: &Fleet) -> Probe {
    Probe {
        level: 0.0,
        outcomes: fleet.outcomes.clone(),
        passed: false,
        piled: false,
    }
}

fn sentences(found: &Fleets, best: Option<&Fleet>, goal: &str) -> Vec<String> {
    let seeds = seeds(found.scenario().seeds);
    let Some(best) = best else {
        return vec![format!(
            "No fleet of the grid meets {goal} on {seeds}{}.",
            nearest(found)
        )];
    };
    let tokens = best.per_million_tokens();
    let cost = match (found.prices.is_empty(), tokens.is_finite()) {
        (true, _) => String::new(),
        (false, false) => format!(", {} an hour", usd(best.cost)),
        (false, true) => format!(
            ", {} an hour, {} per million output tokens at this load",
            usd(best.cost),
            usd(tokens)
        ),
    };
    let ttft = best.p95_ttft_ms();
    let ttft = match ttft.is_finite() {
        true => format!("P95 TTFT {}", span(ttft / 1e3)),
        false if found.scenario().seeds == 1 => "nobody was answered".to_owned(),
        false => "nobody was answered with one of the seeds".to_owned(),
    };
    let mut all = vec![format!(
        "Cheapest fleet that meets {goal} on {seeds}: {}{cost}; {ttft}, {} at the limit that decides.",
        named(best),
        spared(best.margin(), decides(found, best))
    )];
    if let Some(room) = &found.room {
        let own = room.own_level();
        for unit in &room.units {
            let who = match unit.lost {
                true => "With one replica lost it",
                false => "It",
            };
            all.push(match unit.passing() {
                None => format!("{who} meets the goal {}.", no_load(room, unit)),
                Some(level) => format!(
                    "{who} bears {}, {} times the load that was asked{}.",
                    room.words(level),
                    times(level / own),
                    match unit.failing() {
                        None => limited_by(room, unit),
                        Some(_) => String::new(),
                    }
                ),
            });
        }
        if let Some(reason) = room.without_loss {
            all.push(format!("With one replica lost it was not tried: {reason}."));
        }
    }
    if let Some(reason) = &found.without_room {
        all.push(format!("How much load it bears was not tried: {reason}."));
    }
    all
}

/// A factor as text, rounded to two decimals; a factor that rounds to zero is "less than 0.01".
fn times(of: f64) -> String {
    match libm::round(of * 100.0) / 100.0 {
        0.0 => "less than 0.01".to_owned(),
        times => digits(times),
    }
}

const COLUMNS: [(&str, &str); 11] = [
    ("gpu", "GPU"),
    ("policy", "policy"),
    ("replicas", "replicas"),
    ("tp", "GPUs per replica"),
    ("gpus", "GPUs"),
    ("usd_per_hour", "US$/h"),
    ("usd_per_million_output_tokens", "US$ per M output tokens"),
    ("p95_ttft_ms", "P95 TTFT"),
    ("output_throughput", "output tok/s"),
    ("margin", "to spare, or over"),
    ("met", "meets the goal"),
];

fn row(found: &Fleets, fleet: &Fleet) -> Vec<Cell> {
    let priced = !found.prices.is_empty();
    let whole = fleet.outcomes.iter().all(|it| it.verdict.is_some());
    let figure = |value: f64| (whole && !fleet.outcomes.is_empty()).then_some(value);
    vec![
        Cell::text(fleet.gpu.name),
        Cell::Text(fleet.policy.to_string()),
        Cell::Whole(fleet.replicas.into()),
        Cell::Whole(fleet.tensor_parallel.into()),
        Cell::Whole(fleet.gpus().into()),
        Cell::real(priced.then_some(fleet.cost), 2),
        Cell::real(figure(fleet.per_million_tokens()).filter(|_| priced), 3),
        Cell::millis(figure(fleet.p95_ttft_ms())),
        Cell::real(figure(fleet.output_throughput()), 1),
        distance(found.scenario().goal.as_ref(), fleet.outcomes.iter()),
        Cell::Flag(found.is_met(fleet)),
    ]
}

fn frontier(found: &Fleets) -> Table {
    let met = found.on_the_frontier();
    Table {
        key: "frontier",
        title:
            "What more money buys: fleets that meet the goal and are quicker than every cheaper one"
                .to_owned(),
        columns: headed(&COLUMNS),
        names: 2,
        rows: met.into_iter().map(|fleet| row(found, fleet)).collect(),
        detail: false,
    }
}

fn run(found: &Fleets) -> Table {
    let run = found.fleets.iter().filter(|it| !it.outcomes.is_empty());
    let mut columns = headed(&COLUMNS);
    columns.push(("broke", "what broke".to_owned()));
    let goal = found.scenario().goal.as_ref();
    let row = |fleet: &Fleet| {
        let mut cells = row(found, fleet);
        cells.push(
            broke(goal, Some(&probe(fleet)), found.search.steady).map_or(Cell::None, Cell::Text),
        );
        cells
    };
    Table {
        key: "fleets",
        title: "Fleets that were run, the cheapest first (without figures: stopped when certain to miss the goal)"
            .to_owned(),
        columns,
        names: 2,
        rows: run.map(row).collect(),
        detail: false,
    }
}

/// The table with the highest load that the cheapest fleet bears.
fn room(found: &Fleets) -> Table {
    let columns = [
        ("fleet", "the cheapest fleet"),
        ("passing", "highest passing"),
        ("failing", "lowest failing"),
        ("of_asked", "times the load asked"),
        ("broke", "what broke"),
    ];
    let rows = |room: &Capacity| {
        let own = room.own_level();
        let row = |unit: &crate::plan::capacity::Unit| {
            let failing = unit.failing().and_then(|level| unit.probe(level));
            vec![
                Cell::text(if unit.lost {
                    "one replica lost"
                } else {
                    "whole"
                }),
                level(room, unit.passing()),
                level(room, unit.failing()),
                match unit.passing() {
                    Some(level) => Cell::Measured(level / own, NumberKind::Plain),
                    None => Cell::None,
                },
                broke(room.goal(), failing, room.search.steady).map_or(Cell::None, Cell::Text),
            ]
        };
        room.units.iter().map(row).collect()
    };
    let title = found.room.as_ref().map_or("load", |room| room.load.title());
    Table {
        key: "headroom",
        title: format!("Head-room: {title}"),
        columns: headed(&columns),
        names: 1,
        rows: found.room.as_ref().map_or_else(Vec::new, rows),
        detail: false,
    }
}
