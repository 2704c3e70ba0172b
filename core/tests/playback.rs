//! Any moment of a finished run (I-23): the same from anywhere, and the same as the run itself was then.

#[path = "named/workload.rs"]
mod workload;

use std::sync::Arc;

use proptest::prelude::*;
use warmpath_core::fleet::{Fact, Playback, Replay, Run, Simulation, Watch, WatchedEvents, What};
use warmpath_core::scenario::{Attached, Scenario, Warm};
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::Workload;

use workload::named;

/// Policies that differ in what they know and when they forget it, under pools that are too small.
const POLICIES: [&str; 11] = [
    "least-load",
    "smart",
    "smart@routed",
    "smart@routed:2s",
    "smart@events:300ms",
    "smart@events:300ms,loss=0.05",
    "cache-aware",
    "dynamo",
    "dynamo:predicted_ttl=1",
    "smart@routed:lru=4000",
    "endpoint-picker",
];

fn scenario(policy: usize, workload: usize, seed: u32, more: &str) -> (Scenario, Arc<Workload>) {
    let (policy, load) = (
        POLICIES[policy % POLICIES.len()],
        ["w=rag&n=120&rate=6", "w=multi-turn&n=120&rate=8&kv=9000"][workload % 2],
    );
    let query = format!("v=2&{load}&r=3&seed={seed}&p={policy}{more}");
    let scenario = Scenario::from_query(&query).unwrap();
    let workload = named(&scenario);
    (scenario, workload)
}

fn run(scenario: &Scenario, workload: &Arc<Workload>) -> Run {
    let replay = Replay::new(scenario.clone(), Arc::clone(workload), true).unwrap();
    replay.finish().unwrap().remove(0)
}

fn playback(scenario: &Scenario, workload: &Arc<Workload>) -> Playback {
    let run = run(scenario, workload);
    Playback::new(scenario, workload, &run).unwrap().unwrap()
}

/// What a playback shows of every seventh request: how much of its prompt each replica holds, and is believed to hold.
fn shown(playback: &Playback) -> Vec<[Vec<u32>; 2]> {
    let shown = |n| [playback.held(n), playback.believed(0, n)];
    (0..120).step_by(7).map(shown).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn i23_any_moment_is_the_same_from_anywhere(
        policy in 0usize..11, workload in 0usize..2, seed in 1u32..50,
        moments in prop::collection::vec(0.0f64..1.1, 1..8),
    ) {
        let (scenario, workload) = scenario(policy, workload, seed, "");
        let mut cursor = playback(&scenario, &workload);
        let end = cursor.facts().last().unwrap().at;
        for part in moments {
            let at = VirtualTime::from_secs(end.secs() * part);
            cursor.seek(at);
            // From the start, fact by fact, without frames.
            let mut anew = cursor.clone();
            anew.seek(VirtualTime::ZERO);
            while anew.facts().get(anew.past()).is_some_and(|fact| fact.at <= at) {
                anew.step();
            }
            anew.seek(at);
            prop_assert_eq!(shown(&cursor), shown(&anew));
        }
    }
}

/// A replica dies and comes back, routers forget what it held in between, and a router restarts with nothing.
const TROUBLES: &str = "&ev=4s:kill%3D1;12s:restart-router%3D0&health=ray:purge%3D2&mttr=6";

/// The caches hold something when the run begins.
const WARM: &str = "&warm=random:1";
/// They hold what an earlier run left, which the routers remember.
const LEFT: &str = "&think=0";

/// The scenario, beginning with what a run of it leaves.
fn after_a_run(scenario: &Scenario, workload: &Arc<Workload>) -> Scenario {
    let mut replay = Replay::new(scenario.clone(), Arc::clone(workload), false).unwrap();
    replay.keep_caches();
    while !replay.run(u32::MAX).unwrap().finished {}
    let left = replay.caches()[0].clone();
    let file = Attached::new("left.cache", left.write().as_bytes(), left);
    Scenario {
        warm: Warm::Left(file),
        ..scenario.clone()
    }
}

#[test]
fn i23_a_moment_is_what_the_run_was_then() {
    for (policy, name) in POLICIES.into_iter().enumerate() {
        for (load, more) in [(0, ""), (1, ""), (0, TROUBLES), (1, TROUBLES), (0, WARM)] {
            let (scenario, workload) = scenario(policy, load, 3, more);
            let mut cursor = playback(&scenario, &workload);
            let new = Simulation::new(
                &scenario,
                &scenario.policies[0],
                Arc::clone(&workload),
                3,
                false,
            );
            let mut running = new.unwrap();
            let (mut compared, mut something, mut goes_on) = (0, 0, true);
            while goes_on {
                goes_on = running.run(5);
                let mut asked = running.clone();
                goes_on &= running.run(1);
                if running.now() == asked.now() {
                    continue; // more happens at that moment
                }
                cursor.seek(asked.now());
                for n in (0..120).step_by(11) {
                    let believed = asked.believed(n);
                    something += believed.iter().sum::<u32>();
                    assert_eq!(
                        [cursor.held(n), cursor.believed(0, n)],
                        [asked.held(n), believed],
                        "{name} at {} s, request {n}",
                        asked.now().secs()
                    );
                }
                compared += 1;
            }
            assert!(compared > 40, "{compared}");
            let forgets = |whom: bool| {
                let is_it = |fact: &&Fact| matches!(fact.what, What::Forgot { replica, .. } if replica.is_some() == whom);
                cursor.facts().iter().filter(is_it).count() > 0
            };
            assert_eq!([forgets(true), forgets(false)], [more == TROUBLES; 2]);
            assert_eq!(something > 0, policy > 0, "{name}");
        }
    }
}

/// What the log says of a belief's changes is, at any moment, what asking at that moment says: also between two things that
/// happen, where something grows too old or arrives late.
#[test]
fn i23_a_belief_that_is_followed_is_exact_at_any_moment() {
    let mut between = 0;
    for (policy, name) in POLICIES.into_iter().enumerate() {
        for (load, more) in [(0, ""), (1, ""), (0, TROUBLES), (0, WARM), (1, LEFT)] {
            let (mut scenario, workload) = scenario(policy, load, 5, more);
            if more == LEFT {
                scenario = after_a_run(&scenario, &workload);
            }
            let run = run(&scenario, &workload);
            let cursor = Playback::new(&scenario, &workload, &run).unwrap();
            let mut cursor = cursor.unwrap();
            let requests: Vec<u32> = (0..120).step_by(5).collect();
            let watch = Watch::new(&scenario, &workload, &run, 0, requests.clone());
            let seen: Vec<WatchedEvents> = watch.unwrap().unwrap().collect();
            let facts = seen
                .iter()
                .filter(|it| matches!(it, WatchedEvents::Fact(_)));
            assert_eq!(facts.count(), cursor.facts().len());
            let mut known = vec![vec![0; 3]; 120];
            let mut next = 0;
            for part in 0..=60 {
                let at = VirtualTime::from_secs(run.end.secs() * f64::from(part) / 60.0);
                while let Some(seen) = seen.get(next) {
                    let (when, believed) = match seen {
                        WatchedEvents::Fact(fact) => (fact.at, None),
                        WatchedEvents::Believed {
                            at,
                            request,
                            depths,
                        } => (*at, Some((request, depths))),
                    };
                    if when > at {
                        break;
                    }
                    if let Some((request, depths)) = believed {
                        known[*request as usize].clone_from(depths);
                        between += u32::from(cursor.facts().iter().all(|fact| fact.at != when));
                    }
                    next += 1;
                }
                cursor.seek(at);
                let mut asked = cursor.belief(0);
                for &request in &requests {
                    let believed = asked.believed(request);
                    let expected = &known[request as usize];
                    assert_eq!(
                        expected,
                        &believed,
                        "{name}, request {request}, {} s",
                        at.secs()
                    );
                }
            }
        }
    }
    assert!(between > 100, "{between}");
}

#[test]
fn what_was_not_kept_cannot_be_played_back() {
    let (scenario, workload) = scenario(1, 0, 1, "");
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
    let run = replay.finish().unwrap().remove(0);
    let playback = Playback::new(&scenario, &workload, &run).unwrap();
    assert!(playback.is_none());
}
