//! What a request costs as the fleet grows: eight times the replicas with eight times the arrivals and requests.
//!
//! Events, block touches and probes are counted by the simulation itself and are the same on every machine. A policy
//! that looks at every replica has a loop that grows with them: a look into each replica's cache is counted apart, and
//! `random` has no loop at all.

use warmpath_core::fleet::{Replay, Work};
use warmpath_core::scenario::Scenario;

use crate::cpu;

const POLICIES: [&str; 4] = ["random", "least-load", "smart@events:0ms", "smart"];
/// Repeats, of which the median counts.
const REPEATS: usize = 5;

/// Prints the tables.
pub fn print() {
    for requests in [1, 10] {
        if let Some((_, count, micros)) = measure("smart", 1, requests) {
            println!("smart, 8 replicas, {count} requests: {micros:.2} µs of CPU a request");
        }
    }
    println!();
    println!(
        "| policy | replicas | requests | events | touches | probes | looks of the policy | CPU \\[µs\\] |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for policy in POLICIES {
        let mut before: Option<(Work, f64)> = None;
        for times in [1, 8] {
            let Some((work, requests, micros)) = measure(policy, times, times) else {
                println!("{policy}: not to be had");
                return;
            };
            let each = |count: u64| count as f64 / requests as f64;
            println!(
                "| {policy} | {} | {requests} | {:.2} | {:.2} | {:.2} | {:.0} | {micros:.2} |",
                8 * times,
                each(work.events),
                each(work.touches),
                each(work.probes),
                each(work.looks),
            );
            match before {
                None => before = Some((work, micros)),
                Some((few, once)) => println!(
                    "| {policy} | 8x | 8x | {:.2}x | {:.2}x | {:.2}x | | {:.2}x |",
                    work.events as f64 / few.events as f64 / 8.0,
                    work.touches as f64 / few.touches as f64 / 8.0,
                    work.probes as f64 / few.probes as f64 / 8.0,
                    micros / once,
                ),
            }
        }
    }
}

/// The work of a run on so many times the replicas and the requests, how many those are, and the median CPU time of one
/// \[µs\].
fn measure(policy: &str, replicas: u32, requests: u32) -> Option<(Work, u64, f64)> {
    let query = format!(
        "w=multi-turn&n={}&r={}&rate={}&timing=dynamo&kv=432000&p={policy}",
        12_000 * requests,
        8 * replicas,
        5 * replicas
    );
    let scenario = Scenario::from_query(&query).ok()?;
    let workload = crate::workload(&scenario)?;
    let mut micros = Vec::new();
    let mut told = None;
    for _ in 0..REPEATS {
        let start = cpu::seconds();
        let replay = Replay::new(scenario.clone(), workload.clone(), false).ok()?;
        let runs = replay.finish().ok()?;
        let run = runs.first()?;
        let requests = run.records.len() as u64;
        micros.push((cpu::seconds() - start) * 1e6 / requests as f64);
        told = Some((run.work, requests));
    }
    micros.sort_by(f64::total_cmp);
    let (work, requests) = told?;
    Some((work, requests, micros[REPEATS / 2]))
}
