//! Routers in a fleet: what they know, how old it is, and where hits are lost.

#[path = "policies/fleet.rs"]
mod fleet;

use fleet::{Summed, chat, run, summed};

#[test]
fn events_at_once_are_the_truth() {
    let workload = chat(60, 5, 512, 120, 80);
    let query = |policy: &str| format!("r=4&rate=6&kv=9000&p={policy}");
    let truth = run(&query("smart@truth"), &workload);
    let events = run(&query("smart@events:0ms"), &workload);
    assert_eq!(truth.records, events.records);
    // A nanosecond late, which puts the router's own index to work: the same run but for decisions in that nanosecond.
    let late = run(&query("smart@events:0.000001ms"), &workload);
    let (at_once, late) = (summed(&events), summed(&late));
    assert!((at_once.found - late.found).abs() / at_once.found < 0.02);
}

#[test]
fn every_block_is_found_or_lost_somewhere() {
    let workload = chat(80, 6, 512, 120, 80);
    for policy in [
        "round-robin",
        "smart",
        "smart@nothing",
        "smart@routed",
        "smart@routed:20s",
        "smart@routed:lru",
        "smart@events:2000ms,loss=0.1",
    ] {
        let run = run(&format!("r=4&rate=8&kv=9000&p={policy}"), &workload);
        for (n, record) in run.records.iter().enumerate() {
            let asked = workload.requests[n].prompt.depth;
            let told = record.hit_blocks
                + record.lost_elsewhere
                + record.lost_evicted
                + record.lost_unknown;
            assert!(
                told <= asked,
                "{policy}, request {n}: {record:?} of {asked}"
            );
        }
        let sums: Summed = summed(&run);
        assert!(sums.found > 0.0 && sums.evicted > 0.0, "{policy}: {sums:?}");
        let knows_all = !policy.contains('@');
        assert_eq!(sums.unknown == 0.0, knows_all, "{policy}: {sums:?}");
    }
}

#[test]
fn what_a_router_does_not_know_it_loses() {
    let workload = chat(80, 6, 512, 120, 80);
    let sums = |policy: &str| {
        let run = run(&format!("r=4&rate=30&kv=30000&p={policy}"), &workload);
        summed(&run)
    };
    let unknown = ["smart@truth", "smart@events:500ms", "smart@events:5000ms"]
        .map(|policy| sums(policy).unknown);
    assert!(
        unknown[0] < unknown[1] && unknown[1] < unknown[2],
        "{unknown:?}"
    );
    // What was routed long enough ago to be forgotten is unknown; what is remembered for ever may be gone.
    let (remembered, forgotten) = (sums("smart@routed"), sums("smart@routed:0.5s"));
    assert!(
        remembered.unknown < forgotten.unknown,
        "{remembered:?}, {forgotten:?}"
    );
    assert!(remembered.false_hits > 0.0);
}

#[test]
fn several_routers_see_only_their_own_requests() {
    let workload = chat(60, 4, 512, 120, 80);
    let one = run("r=4&rate=8&p=least-load", &workload);
    let four = run("r=4&rate=8&routers=4&p=least-load", &workload);
    assert!(one.records.iter().all(|record| record.router == 0));
    for (router, share) in (0..4).map(|router| {
        let its = four.records.iter().filter(|record| record.router == router);
        (router, its.count())
    }) {
        assert_eq!(share, 60, "router {router}");
    }
    assert_ne!(one.records, four.records);
    // Each of them takes turns of its own.
    let turns = run("r=4&rate=8&routers=2&p=round-robin", &workload);
    let mut order: Vec<_> = turns.records.iter().collect();
    order.sort_by_key(|record| record.sent);
    let replicas: Vec<u16> = order[..8].iter().map(|record| record.replica).collect();
    assert_eq!(replicas, [0, 0, 1, 1, 2, 2, 3, 3]);
}
