//! `--fork`: what every alternative to one routing decision would have led to.

use std::sync::Arc;

use clap::{Arg, ArgMatches};
use serde_json::{Value, json};
use warmpath_core::decimal::whole;
use warmpath_core::fleet::fork::{Change, Effect, ForkError};
use warmpath_core::fleet::{Fork, Simulation};
use warmpath_core::scenario::Scenario;
use warmpath_core::words::excerpt;
use warmpath_core::workload::Workload;

use super::extra::{Extra, SectionPart, ms, rounded};
use crate::command::fields;
use crate::failure::Failure;
use crate::table::Table;
use crate::terminal::drive;

pub(super) fn arg() -> Arg {
    Arg::new("fork")
        .long("fork")
        .value_name("REQUEST")
        .allow_negative_numbers(true)
        .help(
            "under each policy, go back to the decision over this request (numbered from 0, in the workload's order), send it \
             to each replica in turn, run to the end, and tell what really happens: its TTFT, the fleet's mean and P99, \
             prompt tokens recomputed",
        )
}

/// The request whose decision is forked; `None` if none is asked for.
pub(super) fn wanted(matches: &ArgMatches) -> Result<Option<u32>, Failure> {
    let Some(text) = fields::given(matches, "fork") else {
        return Ok(None);
    };
    let request = whole(text).and_then(|request| u32::try_from(request).ok());
    request.map(Some).ok_or_else(|| {
        Failure::usage(format!(
            "fork is \"{}\", but must be a request's number, counted from 0",
            excerpt(text)
        ))
    })
}

/// Forks the decision under every policy of the scenario, with the first seed.
pub(super) fn section(
    scenario: &Scenario,
    workload: &Arc<Workload>,
    request: u32,
) -> Result<Extra, Failure> {
    let mut json = Vec::new();
    let mut parts = vec![SectionPart::Heading(format!(
        "Fork at request {request}: what each alternative really leads to"
    ))];
    for spec in &scenario.policies {
        let simulation =
            Simulation::new(scenario, spec, Arc::clone(workload), scenario.seed, false)?;
        let fork = run(simulation, request)?;
        let (value, sentence, table) = tell(&spec.to_string(), &fork)
            .ok_or_else(|| Failure::run("a fork has ended without a decision"))?;
        json.push(value);
        parts.push(SectionPart::Text(sentence));
        parts.push(SectionPart::Table(table));
    }
    Ok(Extra {
        key: "fork",
        json: Value::Array(json),
        parts,
    })
}

fn run(simulation: Simulation, request: u32) -> Result<Fork, Failure> {
    let fork = Fork::new(simulation, request).map_err(Failure::usage)?;
    drive(fork, "forking").map_err(|error| match error {
        ForkError::Clock(_) => Failure::run(error),
        _ => Failure::usage(error),
    })
}

fn tell(policy: &str, fork: &Fork) -> Option<(Value, String, Table)> {
    let (decided, original) = (fork.decided()?, fork.original()?);
    let columns = [
        ("replica", "replica"),
        ("chosen", "chosen"),
        ("cost", "cost"),
        ("ttft_ms", "TTFT (ms)"),
        ("ttft_change", "change"),
        ("hit_tokens", "found"),
        ("mean_ttft_ms", "fleet's mean TTFT (ms)"),
        ("mean_change", "change"),
        ("p99_ttft_ms", "P99 (ms)"),
        ("p99_change", "change"),
        ("recomputed_tokens", "tokens recomputed"),
    ];
    let mut table = Table::new("fork", "Fork", &columns);
    let mut alternatives = Vec::new();
    for (effect, candidate) in fork.effects().iter().zip(&decided.decision.candidates) {
        let change = effect.against(original);
        let of = |get: fn(&Change) -> f64| rounded(change.as_ref().map(get), 1);
        // A policy that computes no cost has none to show.
        let cost = (!candidate.terms.is_empty()).then_some(candidate.cost);
        table.rows.push(vec![
            json!(effect.replica),
            json!(if change.is_none() { "*" } else { "" }),
            rounded(cost, 3),
            rounded(effect.ttft_ms, 1),
            rounded(change.and_then(|change| change.ttft_ms), 1),
            json!(effect.hit_tokens),
            rounded(effect.mean_ttft_ms, 1),
            of(|change| change.mean_ttft_ms),
            rounded(effect.p99_ttft_ms, 1),
            of(|change| change.p99_ttft_ms),
            json!(change.map(|change| change.recomputed_tokens)),
        ]);
        alternatives.push(json!({
            "replica": effect.replica,
            "cost": cost,
            "overlap_blocks": candidate.overlap_blocks,
            "ttft_ms": effect.ttft_ms,
            "hit_tokens": effect.hit_tokens,
            "mean_ttft_ms": effect.mean_ttft_ms,
            "p99_ttft_ms": effect.p99_ttft_ms,
            "prefilled_tokens": effect.prefilled_tokens,
            "change": change,
        }));
    }
    let json = json!({
        "policy": policy,
        "request": fork.request(),
        "at_s": decided.at.secs(),
        "router": decided.router,
        "original": original,
        "alternatives": alternatives,
    });
    let sentence = sentence(policy, decided.at.secs(), original, fork.effects());
    Some((json, sentence, table))
}

/// A sentence on whether an alternative would have been better.
fn sentence(policy: &str, at: f64, original: &Effect, effects: &[Effect]) -> String {
    let went = match original.replica {
        Some(replica) => format!("sent it to replica {replica}"),
        None => "turned it away".to_owned(),
    };
    let best = |value: fn(&Effect) -> Option<f64>| {
        let mine = value(original)?;
        let better = effects
            .iter()
            .filter_map(|effect| Some((effect.replica?, value(effect)?)))
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        (better.1 < mine).then_some((better.0, mine - better.1))
    };
    let own = match (original.ttft_ms, best(|effect| effect.ttft_ms)) {
        (None, _) => "it was not answered".to_owned(),
        (_, None) => "no other would have answered it sooner".to_owned(),
        (_, Some((replica, sooner))) => {
            format!(
                "replica {replica} would have answered it {} sooner",
                ms(sooner)
            )
        }
    };
    let fleet = match best(|effect| Some(effect.mean_ttft_ms).filter(|ms| !ms.is_nan())) {
        None => "none would have been better for the fleet's mean".to_owned(),
        Some((replica, better)) => format!(
            "the fleet's mean would have been {} less with replica {replica}",
            ms(better)
        ),
    };
    format!("{policy} {went} after {at:.3} s: {own}; {fleet}.")
}
