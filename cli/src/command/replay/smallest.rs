//! `--smallest-fleet`: compares a fleet that grows and shrinks with the smallest fleet of fixed size that would have met
//! the goal.
//!
//! The goal is met if every request is answered and P95 of TTFT is at most `--ttft-slo` (2,000 ms without one). More
//! replicas rarely do worse, so the search doubles from one and then halves the gap; it reports a fleet that met the goal
//! while one replica fewer did not.

use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches};
use serde_json::json;
use warmpath_core::fleet::Replay;
use warmpath_core::metrics::{ScalingFigures, Summary, summarise};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Workload;

use super::extra::{Extra, SectionPart, rounded};
use crate::failure::Failure;
use crate::table::Table;
use crate::terminal::drive;

pub(super) fn arg() -> Arg {
    Arg::new("smallest-fleet")
        .long("smallest-fleet")
        .action(ArgAction::SetTrue)
        .help(
            "with --autoscale: under each policy, search the smallest fleet that stays as it is and answers every request with P95 of \
             TTFT within --ttft-slo (2,000 ms), and tell what it pays beside what was paid",
        )
}

/// Whether the option was given.
pub(super) fn wanted(matches: &ArgMatches) -> bool {
    matches.get_flag("smallest-fleet")
}

/// Runs a scenario and summarises the runs of its first policy.
fn run_once(scenario: &Scenario, workload: &Arc<Workload>) -> Result<Option<Summary>, Failure> {
    let replay = Replay::new(scenario.clone(), Arc::clone(workload), false)?;
    let replay = drive(replay, "searching")?;
    Ok(summarise(scenario, workload, replay.runs())
        .into_iter()
        .next())
}

/// A fleet of fixed size, with the results of its run.
struct Fixed {
    replicas: u32,
    keeps: bool,
    summary: Summary,
}

fn fixed(
    scenario: &Scenario,
    replicas: u32,
    goal_ms: f64,
    workload: &Arc<Workload>,
) -> Result<Option<Fixed>, Failure> {
    let still = Scenario {
        replicas,
        autoscale: None,
        ..scenario.clone()
    };
    let summary = run_once(&still, workload)?;
    Ok(summary.map(|summary| {
        let cut = summary.life.as_ref().map_or(0, |life| life.outcomes[3]);
        let values = &summary.values;
        let all = values.failed + values.rejected + cut as f64 == 0.0;
        Fixed {
            replicas,
            keeps: all && values.p95_ttft_ms <= goal_ms,
            summary,
        }
    }))
}

/// The smallest fleet that meets the goal; `None` if even `most` replicas do not.
fn search(
    scenario: &Scenario,
    goal_ms: f64,
    workload: &Arc<Workload>,
) -> Result<Option<Fixed>, Failure> {
    let most = scenario.autoscale.as_ref().map_or(1, |it| it.max);
    let (mut fails, mut replicas) = (0, 1);
    let mut best = loop {
        match fixed(scenario, replicas, goal_ms, workload)? {
            Some(found) if found.keeps => break found,
            _ if replicas >= most => return Ok(None),
            _ => (fails, replicas) = (replicas, (replicas * 2).min(most)),
        }
    };
    while best.replicas > fails + 1 {
        let middle = fails + (best.replicas - fails) / 2;
        match fixed(scenario, middle, goal_ms, workload)? {
            Some(found) if found.keeps => best = found,
            _ => fails = middle,
        }
    }
    Ok(Some(best))
}

/// The section on each policy's smallest fleet, with the scenario's first seed.
pub(super) fn section(scenario: &Scenario, workload: &Arc<Workload>) -> Result<Extra, Failure> {
    let Some(scale) = &scenario.autoscale else {
        return Err(Failure::usage(
            "smallest-fleet goes with --autoscale, and the fleet stays as it is (warmpath plan searches fleets for a goal)",
        ));
    };
    let columns = [
        ("policy", "policy"),
        ("fleet", "fleet"),
        ("paid_replica_s", "paid (replica s)"),
        ("p95_ttft_ms", "P95 TTFT (ms)"),
        ("beyond_s", "paid beyond the smallest (replica s)"),
    ];
    let mut table = Table::new("smallest_fleet", "The smallest fleet", &columns);
    let (mut json, mut goal) = (Vec::new(), 0.0);
    for policy in &scenario.policies {
        let alone = Scenario {
            seeds: 1,
            policies: vec![policy.clone()],
            ..scenario.clone()
        };
        let Some(scaled) = run_once(&alone, workload)? else {
            continue;
        };
        let scaling: ScalingFigures = scaled.scaling.clone().unwrap_or_default();
        goal = scaling.goal_ms;
        let found = search(&alone, goal, workload)?;
        let paid = |it: &Fixed| f64::from(it.replicas) * it.summary.values.duration;
        let beyond = found.as_ref().map(|it| scaling.paid_s - paid(it));
        table.rows.push(vec![
            json!(scaled.policy),
            json!(scale.to_string()),
            rounded(scaling.paid_s, 0),
            rounded(scaled.values.p95_ttft_ms, 1),
            rounded(beyond, 0),
        ]);
        table.rows.push(vec![
            json!(scaled.policy),
            json!(found.as_ref().map_or_else(
                || format!("none of up to {} keeps it", scale.max),
                |it| format!("{} that stay", it.replicas)
            )),
            rounded(found.as_ref().map(paid), 0),
            rounded(found.as_ref().map(|it| it.summary.values.p95_ttft_ms), 1),
            rounded(None, 0),
        ]);
        json.push(json!({
            "policy": scaled.policy,
            "replicas": found.as_ref().map(|it| it.replicas),
            "paid_replica_s": found.as_ref().map(paid),
            "scaled_paid_replica_s": scaling.paid_s,
            "overshoot_replica_s": beyond,
        }));
    }
    Ok(Extra {
        key: "smallest_fleet",
        json: json!({ "goal_ms": goal, "policies": json }),
        parts: vec![
            SectionPart::Heading(format!(
                "The smallest fleet that answers all with P95 of TTFT within {goal} ms"
            )),
            SectionPart::Text(
                "Of a fleet that stays, each replica is paid from the first request to the last answer.".to_owned(),
            ),
            SectionPart::Table(table),
        ],
    })
}
