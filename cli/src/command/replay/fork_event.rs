//! `--fork-event`: compares the run with the run without one of its events.

use std::sync::Arc;

use clap::{Arg, ArgMatches};
use serde_json::{Value, json};
use warmpath_core::decimal::whole;
use warmpath_core::fleet::{Replay, Run};
use warmpath_core::metrics::{PLACES, Summary, summarise};
use warmpath_core::scenario::Scenario;
use warmpath_core::words::excerpt;
use warmpath_core::workload::Workload;

use super::extra::{Extra, SectionPart, rounded};
use crate::command::fields;
use crate::failure::Failure;
use crate::table::Table;
use crate::terminal::drive;

pub(super) fn arg() -> Arg {
    Arg::new("fork-event")
        .long("fork-event")
        .value_name("EVENT")
        .allow_negative_numbers(true)
        .help(
            "under each policy, run once more without this one of --events (numbered from 0, in the order written), and \
             tell what it cost",
        )
}

/// The event that is left out; `None` if none is asked for.
pub(super) fn wanted(matches: &ArgMatches) -> Result<Option<usize>, Failure> {
    let Some(text) = fields::given(matches, "fork-event") else {
        return Ok(None);
    };
    let event = whole(text).and_then(|event| usize::try_from(event).ok());
    event.map(Some).ok_or_else(|| {
        Failure::usage(format!(
            "fork-event is \"{}\", but must be an event's number, counted from 0",
            excerpt(text)
        ))
    })
}

fn run(scenario: Scenario, workload: &Arc<Workload>) -> Result<Vec<Run>, Failure> {
    let replay = Replay::new(scenario, Arc::clone(workload), false)?;
    Ok(drive(replay, "forking")?.runs().to_vec())
}

/// A figure: its key, its heading, and a function that takes its value.
type Figure = (&'static str, &'static str, fn(&Summary) -> f64);

const FIGURES: [Figure; 7] = [
    ("completed", "completed", |it| it.values.completed),
    ("failed", "failed", |it| it.values.failed),
    ("cut", "cut", |it| {
        it.life.as_ref().map_or(0.0, |life| life.outcomes[3] as f64)
    }),
    ("cache_hit_rate", "blocks found (share)", |it| {
        it.values[PLACES.cache_hit_rate]
    }),
    ("mean_ttft_ms", "mean TTFT (ms)", |it| {
        it.values.mean_ttft_ms
    }),
    ("p95_ttft_ms", "P95 TTFT (ms)", |it| it.values.p95_ttft_ms),
    ("prefilled_tokens", "prompt tokens computed", |it| {
        it.replicas.iter().map(|it| it.prefilled_tokens).sum()
    }),
];

/// Compares each policy with and without the event, with the scenario's first seed.
pub(super) fn section(
    scenario: &Scenario,
    workload: &Arc<Workload>,
    event: usize,
) -> Result<Extra, Failure> {
    let events = &scenario.troubles.events.all;
    let Some(gone) = events.get(event) else {
        return Err(Failure::usage(match events.len() {
            0 => "fork-event goes with --events, and there are none".to_owned(),
            count => format!(
                "there is no event {event}; the scenario has events 0 to {}",
                count - 1
            ),
        }));
    };
    let with = Scenario {
        seeds: 1,
        ..scenario.clone()
    };
    let mut without = with.clone();
    without.troubles.events.all.remove(event);
    let runs = |scenario: &Scenario| -> Result<Vec<Summary>, Failure> {
        let runs = run(scenario.clone(), workload)?;
        Ok(summarise(scenario, workload, &runs))
    };
    let both = runs(&with)?.into_iter().zip(runs(&without)?);
    let mut columns = vec![("policy", "policy"), ("event", "event")];
    columns.extend(FIGURES.map(|(key, heading, _)| (key, heading)));
    let mut table = Table::new("fork_event", "Fork", &columns);
    let mut json = Vec::new();
    for (with, without) in both {
        let figures = |it: &Summary| -> Vec<Value> {
            let value = FIGURES.iter().map(|(_, _, of)| rounded(of(it), 3));
            value.collect()
        };
        let named = |it: &Summary| -> Value {
            let named = FIGURES
                .iter()
                .map(|(key, _, of)| ((*key).to_owned(), json!(of(it))));
            Value::Object(named.collect())
        };
        for (name, it) in [("with", &with), ("without", &without)] {
            let mut row = vec![json!(it.policy), json!(name)];
            row.extend(figures(it));
            table.rows.push(row);
        }
        json.push(json!({
            "policy": with.policy,
            "with": named(&with),
            "without": named(&without),
        }));
    }
    Ok(Extra {
        key: "fork_event",
        json: json!({ "event": gone.to_string(), "policies": json }),
        parts: vec![
            SectionPart::Heading(format!(
                "Fork at event {event}: {gone}, and as if it had not been"
            )),
            SectionPart::Table(table),
        ],
    })
}
