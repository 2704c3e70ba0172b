//! Races: where two policies part, and how far they are from the lines.

use std::num::NonZeroU16;
use std::sync::Arc;

use warmpath_core::fleet::race::{COSTLY, Race, pair};
use warmpath_core::fleet::{Outcome, Record, Run};
use warmpath_core::metrics::summarise;
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;

use crate::fleet::{chat, run};

/// A run of this many requests, sent a second apart, all to replica 0 and answered after 100 ms.
fn plain(requests: u64) -> Run {
    let mut run = run("r=2&p=round-robin", &chat(1, 1, 64, 20, 8));
    let record = |n: u64| Record {
        sent: VirtualTime(n * 1_000_000_000),
        first_token: VirtualTime(n * 1_000_000_000 + 100_000_000),
        outcome: Outcome::Completed,
        first: NonZeroU16::new(1),
        ..Record::default()
    };
    run.records = (0..requests).map(record).collect();
    run
}

#[test]
fn the_first_parting_and_the_first_that_costs() {
    let a = plain(6);
    let mut b = a.clone();
    assert_eq!(pair(&a, &b, COSTLY), Default::default());
    // Later, but of a lower number: order is by time.
    b.records[1].replica = 1;
    b.records[1].first = NonZeroU16::new(2);
    b.records[1].sent = VirtualTime(9_000_000_000);
    b.records[1].first_token = VirtualTime(9_199_999_999);
    let mut a = a;
    a.records[1].sent = VirtualTime(8_000_000_000);
    a.records[1].first_token = VirtualTime(8_100_000_000);
    b.records[3].replica = 1;
    b.records[3].first = NonZeroU16::new(2);
    b.records[4].replica = 1;
    b.records[4].first = NonZeroU16::new(2);
    b.records[4].first_token += VirtualTime(100_000_000);
    // Slower by as much, but where it went before: no parting.
    b.records[2].first_token += VirtualTime(500_000_000);
    let found = pair(&a, &b, COSTLY);
    assert_eq!(found.elsewhere, 3);
    let first = found.first.unwrap();
    assert_eq!((first.request, first.at_s), (3, 3.0));
    assert_eq!(first.replicas, [Some(0), Some(1)]);
    let costly = found.costly.unwrap();
    assert_eq!(
        (costly.request, costly.ttft_ms),
        (4, [Some(100.0), Some(200.0)])
    );
    // Just short of it, request 1 is next.
    b.records[4].first_token = VirtualTime(b.records[4].first_token.0 - 1);
    assert_eq!(pair(&a, &b, COSTLY).costly, None);
    let nanosecond_less = VirtualTime(COSTLY.0 - 1);
    assert_eq!(pair(&a, &b, nanosecond_less).costly.unwrap().request, 4);
    // One answered it not, where the other sent it too (its replica died): they do not part there.
    b.records[5].outcome = Outcome::Failed;
    assert_eq!(pair(&a, &b, COSTLY).costly, None);
    assert_eq!(pair(&a, &b, COSTLY).elsewhere, 3);
    // Sent nowhere by one of them: that costs.
    b.records[5].outcome = Outcome::Rejected;
    b.records[5].first = None;
    let costly = pair(&a, &b, COSTLY).costly.unwrap();
    assert_eq!((costly.request, costly.replicas), (5, [Some(0), None]));
    // The same from the other side.
    let turned = pair(&b, &a, COSTLY).costly.unwrap();
    assert_eq!((turned.request, turned.replicas), (5, [None, Some(0)]));
    // Elsewhere, and answered by neither: they part, but nobody waited less.
    a.records[5].outcome = Outcome::Failed;
    assert_eq!(pair(&a, &b, COSTLY).costly, None);
    assert_eq!(pair(&a, &b, COSTLY).elsewhere, 4);
}

#[test]
fn until_they_part_two_runs_are_one() {
    let workload = chat(60, 4, 512, 120, 80);
    let run = |policy: &str| run(&format!("r=4&rate=12&kv=9000&p={policy}"), &workload);
    let smart = run("smart");
    for other in [
        "least-load",
        "chwbl",
        "dynamo",
        "cache-aware",
        "smart@events:500ms",
    ] {
        let other = run(other);
        let found = pair(&smart, &other, COSTLY);
        let first = found.first.expect("they differ");
        for (a, b) in smart.records.iter().zip(&other.records) {
            if a.sent.secs() < first.at_s {
                assert_eq!((a.sent, a.replica), (b.sent, b.replica));
            }
        }
        if let Some(costly) = found.costly {
            assert!(costly.at_s >= first.at_s);
        }
    }
}

#[test]
fn the_lines_are_the_reports() {
    let workload = chat(60, 5, 512, 120, 80);
    let names = POLICIES.iter().map(|entry| entry.name);
    let names: Vec<&str> = names.filter(|&name| name != "oracle").collect();
    let query = format!("r=4&rate=20&kv=9000&p={}", names.join(","));
    let scenario = Scenario::from_query(&query).unwrap();
    let replay = warmpath_core::fleet::Replay::new(scenario.clone(), Arc::clone(&workload), false);
    let runs = replay.unwrap().finish().unwrap();
    let oracle = run("r=4&rate=20&kv=9000&p=oracle", &workload);
    let all: Vec<&Run> = runs.iter().collect();
    let race = Race::new(&all, &[oracle], &workload, COSTLY);
    let summaries = summarise(&scenario, &workload, &runs);
    for (standing, summary) in race.standings.iter().zip(&summaries) {
        assert_eq!(standing.policy, summary.policy);
        assert_eq!(standing.token_reuse_rate, summary.values.token_reuse_rate);
        assert_eq!(standing.mean_ttft_ms, summary.values.mean_ttft_ms);
        assert!(standing.of_reusable.unwrap() <= 1.0, "{standing:?}");
        assert!(standing.of_oracle.unwrap() > 0.0);
    }
    assert_eq!(race.pairs.len(), names.len() * (names.len() - 1) / 2);
    let without = Race::new(&all[..2], &[], &workload, COSTLY);
    assert_eq!((without.reusable, without.oracle_ttft_ms), (None, None));
    assert_eq!(without.standings[0].of_reusable, None);
}
