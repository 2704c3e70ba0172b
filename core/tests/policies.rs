//! Routers in a fleet: what they know, how old it is, and where hits are lost.

#[path = "policies/characters.rs"]
mod characters;
#[path = "policies/fleet.rs"]
mod fleet;
#[path = "policies/fork.rs"]
mod fork;
#[path = "policies/golden.rs"]
mod golden;
#[path = "policies/race.rs"]
mod race;

use std::sync::Arc;

use fleet::{Summed, chat, run, summed};
use warmpath_core::fleet::{Record, Simulation};
use warmpath_core::report::Report;
use warmpath_core::request::Arrival;
use warmpath_core::router::{POLICIES, Provenance};
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;

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
            let counted = record.hit_blocks
                + record.lost_elsewhere
                + record.lost_evicted
                + record.lost_forgotten
                + record.lost_unknown
                + record.lost_never;
            assert!(
                counted == asked,
                "{policy}, request {n}: {record:?} of {asked}"
            );
        }
        let sums: Summed = summed(&run);
        assert!(sums.found > 0.0 && sums.evicted > 0.0, "{policy}: {sums:?}");
        let knows_all = !policy.contains('@');
        assert_eq!(sums.unknown == 0.0, knows_all, "{policy}: {sums:?}");
        let forgets = policy.contains("routed:");
        assert!(forgets || sums.forgotten == 0.0, "{policy}: {sums:?}");
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
    // What was routed long enough ago is forgotten; what is remembered for ever may be gone.
    let (remembered, forgotten) = (sums("smart@routed"), sums("smart@routed:0.5s"));
    assert!(
        remembered.forgotten == 0.0 && forgotten.forgotten > 0.0,
        "{remembered:?}, {forgotten:?}"
    );
    assert!(remembered.false_hits > 0.0);
}

#[test]
fn what_was_forgotten_is_told_from_what_was_never_known() {
    // Two turns, ten seconds apart; whoever got fewer is next, so the second goes to the other replica. Its prompt: 8 blocks
    // of the first prompt, 2 of the answer and 4 new ones.
    let mut workload = chat(1, 2, 64, 64, 32);
    let requests = &mut Arc::make_mut(&mut workload).requests;
    requests[1].arrival = Arrival::AfterPrevious(Some(VirtualTime::from_secs(10.0)));
    let lost = |how: &str| {
        let run = run(
            &format!("r=2&p=mine%3D0*uncached_tokens%2Bsent{how}"),
            &workload,
        );
        let [first, second] = run.records.as_slice() else {
            panic!("{} records", run.records.len());
        };
        assert_eq!(
            (first.replica, second.replica, second.hit_blocks),
            (0, 1, 0)
        );
        assert_eq!(
            (second.lost_evicted, workload.requests[1].prompt.depth),
            (0, 14)
        );
        [
            second.lost_elsewhere,
            second.lost_forgotten,
            second.lost_unknown,
        ]
    };
    assert_eq!(lost("@truth"), [10, 0, 0]);
    assert_eq!(lost("@routed"), [8, 0, 2]);
    assert_eq!(lost("@routed:30s"), [8, 0, 2]);
    assert_eq!(lost("@routed:2s"), [0, 8, 2]);
    assert_eq!(lost("@routed:lru=48"), [3, 5, 2]);
    assert_eq!(lost("@events:20000ms"), [0, 0, 10]);
    assert_eq!(lost("@nothing"), [0, 0, 10]);
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

/// What engines report is as old as the scenario says, and no older where a router has no other reason to look at them.
#[test]
fn engines_are_brought_up_before_they_are_read_whatever_the_router_knows() {
    let workload = chat(60, 4, 512, 120, 80);
    let by = |age: &str, rule: &str| {
        let query = format!("r=4&rate=12&age={age}&p=mine%3D{rule}");
        run(&query, &workload).records
    };
    let load = "queue*2%2Brunning%2Bkv_usage";
    for age in ["0", "step", "100", "step%2B50ms"] {
        let looks = format!("{load}%2Boverlap_blocks*0@truth");
        let same = |(a, b): (&Record, &Record)| (a.replica, a.done) == (b.replica, b.done);
        let (plain, looking) = (by(age, load), by(age, &looks));
        assert!(plain.iter().zip(&looking).all(same), "{age}");
    }
    // Each of the four is another view of the same engines.
    for [one, other] in [
        ["0", "step"],
        ["step", "step%2B50ms"],
        ["50", "step%2B50ms"],
    ] {
        assert_ne!(by(one, load), by(other, load), "{one} and {other}");
    }
}

#[test]
fn every_policy_serves_every_request_whatever_it_sees() {
    let workload = chat(40, 4, 512, 120, 80);
    for entry in POLICIES {
        for how in ["", "&age=100", "&age=step&routers=3", "&age=step%2B50ms"] {
            let query = format!("r=3&rate=20&kv=9000{how}&p={}", entry.name);
            let (a, b) = (run(&query, &workload), run(&query, &workload));
            assert!(a.records == b.records, "{query} differs from itself");
        }
    }
}

#[test]
fn nobody_reuses_more_than_infinite_memory() {
    let workload = chat(60, 5, 512, 120, 80);
    for load in ["rate=2", "rate=20&kv=9000", "arr=all-at-once"] {
        let found = |name: &str| summed(&run(&format!("r=4&{load}&p={name}"), &workload)).found;
        let bound = found("infinite-cache");
        for entry in POLICIES {
            let found = found(entry.name);
            assert!(
                found <= bound,
                "{load}: {} found {found} of {bound}",
                entry.name
            );
        }
    }
}

/// A long prompt, then one of two blocks, twice: while these wait behind the long one, nobody has computed them.
#[test]
fn what_waits_is_not_in_the_infinite_cache() {
    let workload = fleet::prompts_of_blocks(&[(0, 2_000), (1, 40), (1, 40)]);
    for replicas in 1..=3 {
        let found: u32 = run(&format!("r={replicas}&p=infinite-cache"), &workload)
            .records
            .iter()
            .map(|record| record.hit_blocks)
            .sum();
        assert_eq!(found, 40, "{replicas} replicas");
    }
}

/// Every distinct block is computed once and found ever after, however requests queue.
#[test]
fn the_infinite_cache_misses_every_block_once() {
    let prompts: Vec<(u32, u32)> = (0..200)
        .map(|n| n * 7 % 13)
        .map(|name| (name, 20 * (name + 1)))
        .collect();
    let workload = fleet::prompts_of_blocks(&prompts);
    let asked: u32 = prompts.iter().map(|&(_, blocks)| blocks).sum();
    let distinct: u32 = (0..13).map(|name| 20 * (name + 1)).sum();
    for replicas in [1, 2, 5] {
        let run = run(&format!("r={replicas}&p=infinite-cache"), &workload);
        let found: u32 = run.records.iter().map(|record| record.hit_blocks).sum();
        assert_eq!(asked - found, distinct, "{replicas} replicas");
    }
}

/// Where a policy takes the least cost, the explanation says who that is, and each flip holds.
#[test]
fn explanations_agree_with_choices() {
    let draws = ["power-of-two", "smg-power-of-two", "chwbl", "prefix-hash"];
    let workload = chat(60, 4, 512, 120, 80);
    for entry in POLICIES {
        let scenario = Scenario::from_query(&format!("r=4&rate=25&kv=9000&p={}", entry.name));
        let scenario = scenario.unwrap();
        let spec = &scenario.policies[0];
        let mut simulation =
            Simulation::new(&scenario, spec, Arc::clone(&workload), 1, false).unwrap();
        let mut flips = 0;
        for n in 0..120 {
            simulation.run(7);
            let decision = simulation.explain(n);
            let chosen = &decision.candidates[decision.replica as usize];
            assert_eq!(decision.candidates.len(), 4);
            let computes = !chosen.terms.is_empty() && !draws.contains(&entry.name);
            if !computes
                || decision
                    .candidates
                    .iter()
                    .all(|c| c.replica == decision.replica || c.excluded.is_some())
            {
                continue;
            }
            assert_eq!(chosen.excluded, None, "{}: {decision:?}", entry.name);
            let margin = decision.margin.unwrap();
            assert!(margin >= -1e-9, "{}: {decision:?}", entry.name);
            for flip in &decision.flips {
                assert!(flip.at >= 0.0, "{}: {flip:?}", entry.name);
                flips += 1;
                let step = if flip.at == flip.weight {
                    0.0
                } else {
                    (flip.at - flip.weight).signum()
                };
                let beyond = flip.at + step * 1e-6 * flip.at.abs().max(1.0);
                let at = |replica: u32| {
                    let terms = decision.candidates[replica as usize].terms.iter();
                    let weighed = terms.map(|term| {
                        let weight = if term.name == flip.term {
                            beyond
                        } else {
                            term.weight
                        };
                        weight * term.value
                    });
                    weighed.sum::<f64>()
                };
                assert!(
                    at(flip.replica) <= at(decision.replica) + 1e-9,
                    "{}: {flip:?}",
                    entry.name
                );
            }
        }
        if ["smart", "dynamo", "load-aware"].contains(&entry.name) {
            assert!(flips > 20, "{}: {flips}", entry.name);
        }
    }
}

#[test]
fn a_report_says_what_stood_in_for_text() {
    let workload = chat(2, 1, 64, 20, 8);
    let notes = |policies: &str| {
        let scenario = Scenario::from_query(&format!("r=2&p={policies}")).unwrap();
        Report::new(&scenario, &workload, &[]).notes
    };
    let noted = notes("smart,chwbl,prefix-aware,infinite-cache");
    assert_eq!(noted.len(), 2, "{noted:?}");
    assert!(noted[0].contains("chwbl, prefix-aware") && noted[0].contains("approximated"));
    assert!(noted[1].contains("infinite-cache") && noted[1].contains("not a router"));
    assert_eq!(notes("smart"), Vec::<String>::new());
}

#[test]
fn a_formula_of_ones_own_does_what_the_policy_does() {
    let workload = chat(60, 5, 512, 120, 80);
    let query = |policy: &str| format!("r=4&rate=20&kv=9000&p={policy}");
    let own =
        "mine%3Duncached_tokens%20/%2016%20%2B%20output_tokens%20/%2016%20%2B%200.5%20*%20active";
    let (smart, mine) = (run(&query("smart"), &workload), run(&query(own), &workload));
    assert!(smart.records == mine.records);
    assert_eq!(
        mine.policy.to_string(),
        "mine=uncached_tokens / 16 + output_tokens / 16 + 0.5 * active"
    );
}

#[test]
fn a_run_that_follows_another_is_the_same_without_asking_anybody() {
    let workload = chat(60, 5, 512, 120, 80);
    for policy in ["random", "smart", "smart@routed", "vllm-dp"] {
        let query = format!("r=4&rate=20&kv=9000&tier=custom:400/400000&p={policy}");
        let scenario = Scenario::from_query(&query).unwrap();
        let spec = &scenario.policies[0];
        let begun = || Simulation::new(&scenario, spec, Arc::clone(&workload), 1, false).unwrap();
        let mut asked = begun();
        asked.run(u32::MAX);
        let asked = asked.finish();
        let mut led = begun();
        led.follow(&asked);
        led.run(u32::MAX);
        let led = led.finish();
        assert_eq!(led.work.looks, 0, "{policy}");
        for (a, b) in asked.records.iter().zip(&led.records) {
            let times = |r: &Record| (r.due, r.sent, r.first_token, r.done, r.outcome);
            assert_eq!(times(a), times(b), "{policy}");
            let blocks = |r: &Record| (r.replica, r.router, r.hit_tokens, r.lost_evicted);
            assert_eq!(blocks(a), blocks(b), "{policy}");
        }
    }
}

#[test]
fn every_policy_says_what_it_was_read_in() {
    let is_date = |text: &str| {
        let parts: Vec<&str> = text.split('-').collect();
        parts.iter().map(|part| part.len()).collect::<Vec<_>>() == [4, 2, 2]
            && parts.iter().all(|part| part.parse::<u32>().is_ok())
    };
    for entry in POLICIES {
        let read = entry.provenance();
        assert!(!read.product.is_empty(), "{}", entry.name);
        assert!(!read.version.is_empty(), "{}", entry.name);
        assert!(!read.left_out.is_empty(), "{}", entry.name);
        let own = *read == Provenance::OWN;
        assert!(own || is_date(read.read), "{}: {}", entry.name, read.read);
        // A rule with a version was read in a file of that version.
        let versioned = read.version.starts_with(|c: char| c.is_ascii_digit());
        assert!(!versioned || !read.files.is_empty(), "{}", entry.name);
    }
}
