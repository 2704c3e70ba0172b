//! `--race`: where the decisions of policies first differ, and how far the policies are from the reference lines.

use std::sync::Arc;

use clap::{Arg, ArgMatches};
use serde_json::{Value, json};
use warmpath_core::fleet::race::{COSTLY, Pair, Parting, Race};
use warmpath_core::fleet::{Replay, Run};
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use warmpath_core::words::excerpt;
use warmpath_core::workload::Workload;

use super::extra::{Extra, SectionPart, ms, rounded};
use crate::command::fields;
use crate::failure::Failure;
use crate::table::Table;
use crate::terminal::drive;

/// The reference lines: policies that no real router can follow, which are run beside the others.
const LINES: [&str; 2] = ["infinite-cache", "oracle"];

pub(super) fn arg() -> Arg {
    Arg::new("race")
        .long("race")
        .value_name("MS")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("100")
        .help(
            "tell where each pair of policies parts: the first request sent elsewhere, and the first whose own TTFT differs by \
             at least MS [default: 100]; and how far each is from what infinite memory reuses and from the oracle's TTFT",
        )
}

/// The difference in latency that counts as costly; `None` if no race is asked for.
pub(super) fn wanted(matches: &ArgMatches) -> Result<Option<VirtualTime>, Failure> {
    let Some(text) = fields::given(matches, "race") else {
        return Ok(None);
    };
    let ms = text.parse().ok().filter(|ms| (0.0..=1e9).contains(ms));
    ms.map(|ms| Some(VirtualTime::from_millis(ms)))
        .ok_or_else(|| {
            Failure::usage(format!(
                "race is \"{}\", but must be a number of milliseconds from 0 to 1e9, such as {}",
                excerpt(text),
                COSTLY.millis()
            ))
        })
}

/// The runs of the reference lines that are not among the scenario's policies.
pub(super) struct Lines {
    runs: Vec<Run>,
    seed: u64,
    costly: VirtualTime,
}

impl Lines {
    /// Runs the reference lines with the scenario's first seed.
    pub(super) fn run(
        scenario: &Scenario,
        workload: &Arc<Workload>,
        costly: VirtualTime,
    ) -> Result<Self, Failure> {
        let there = |name: &str| {
            let mut names = scenario.policies.iter().map(|spec| spec.entry().name);
            names.any(|there| there == name)
        };
        let missing = LINES.into_iter().filter(|name| !there(name));
        let policies: Result<Vec<PolicySpec>, _> = missing.map(PolicySpec::named).collect();
        let policies = policies.map_err(Failure::usage)?;
        let runs = match policies.is_empty() {
            true => Vec::new(),
            false => {
                let scenario = Scenario {
                    policies,
                    seeds: 1,
                    ..scenario.clone()
                };
                let replay = Replay::new(scenario, Arc::clone(workload), false)?;
                drive(replay, "the lines")?.finish()?
            }
        };
        let seed = scenario.seed;
        Ok(Self { runs, seed, costly })
    }

    /// The section on the race of a scenario's runs, with the first seed.
    pub(super) fn section(&self, runs: &[Run], workload: &Workload) -> Extra {
        let first: Vec<&Run> = runs.iter().filter(|run| run.seed == self.seed).collect();
        let race = Race::new(&first, &self.runs, workload, self.costly);
        let mut parts = vec![
            SectionPart::Heading("Race".to_owned()),
            SectionPart::Text(lines(&race)),
            SectionPart::Table(standings(&race)),
        ];
        parts.extend(race.pairs.iter().map(|&(a, b, pair)| {
            let name = |at: usize| race.standings[at].policy.as_str();
            SectionPart::Text(sentence(name(a), name(b), &pair, race.costly_ms))
        }));
        Extra {
            key: "race",
            json: race_json(&race),
            parts,
        }
    }
}

fn lines(race: &Race) -> String {
    let reusable = race.reusable.map_or_else(String::new, |reuse| {
        format!(
            "Infinite memory reuses {:.1} % of prompt tokens. A policy that answers every request reuses at most a block a request more: \
             which prompts are found whole, whose last block is computed again, depends on the order. ",
            reuse * 100.0
        )
    });
    let oracle = race.oracle_ttft_ms.map_or_else(String::new, |ttft| {
        format!(
            "The oracle, greedy and no bound, has a mean TTFT of {}.",
            ms(ttft)
        )
    });
    reusable + &oracle
}

fn standings(race: &Race) -> Table {
    let columns = [
        ("policy", "policy"),
        ("token_reuse_rate", "reused (%)"),
        ("of_reusable", "of what can be (%)"),
        ("mean_ttft_ms", "mean TTFT (ms)"),
        ("of_oracle", "times the oracle's"),
    ];
    let mut table = Table::new("standings", "Standings", &columns);
    for standing in &race.standings {
        table.rows.push(vec![
            json!(standing.policy),
            rounded(standing.token_reuse_rate * 100.0, 1),
            rounded(standing.of_reusable.map(|share| share * 100.0), 1),
            rounded(standing.mean_ttft_ms, 1),
            rounded(standing.of_oracle, 2),
        ]);
    }
    table
}

fn sentence(a: &str, b: &str, pair: &Pair, costly_ms: f64) -> String {
    let Some(first) = pair.first else {
        return format!("{a} and {b} make the same choices.");
    };
    let costly = match pair.costly {
        None => format!("nowhere does that cost a request {} or more", ms(costly_ms)),
        Some(costly) if costly.request == first.request => "that is costly".to_owned(),
        Some(costly) => format!("the first costly one is {}", parting(&costly)),
    };
    format!(
        "{a} and {b} send {} elsewhere, first {}; {costly}.",
        match pair.elsewhere {
            1 => "1 request".to_owned(),
            more => format!("{more} requests"),
        },
        parting(&first)
    )
}

fn parting(parting: &Parting) -> String {
    let side = |at: usize| match (parting.replicas[at], parting.ttft_ms[at]) {
        (Some(replica), Some(ttft)) => format!("replica {replica}, TTFT {}", ms(ttft)),
        (Some(replica), None) => format!("replica {replica}, not answered"),
        (None, Some(ttft)) => format!("no replica, TTFT {}", ms(ttft)),
        (None, None) => "not answered".to_owned(),
    };
    format!(
        "request {} after {:.3} s ({}; {})",
        parting.request,
        parting.at_s,
        side(0),
        side(1)
    )
}

fn race_json(race: &Race) -> Value {
    let pairs = race.pairs.iter().map(|(a, b, pair)| {
        json!({
            "policies": [race.standings[*a].policy, race.standings[*b].policy],
            "elsewhere": pair.elsewhere,
            "first": pair.first,
            "costly": pair.costly,
        })
    });
    json!({
        "costly_ms": race.costly_ms,
        "reusable": race.reusable,
        "oracle_ttft_ms": race.oracle_ttft_ms,
        "standings": race.standings,
        "pairs": pairs.collect::<Vec<_>>(),
    })
}
