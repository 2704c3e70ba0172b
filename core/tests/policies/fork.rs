//! Fork and rerun: the law, the alternatives, and what there is no fork of.

use std::sync::Arc;

use warmpath_core::fleet::{Fork, ForkError, Outcome, Record, Run, Simulation};
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::Scenario;
use warmpath_core::units::ReplicaId;
use warmpath_core::workload::{Named, Workload};

use crate::fleet::chat;

fn simulation(query: &str, workload: &Arc<Workload>) -> Simulation {
    let scenario = Scenario::from_query(query).unwrap();
    let spec = &scenario.policies[0];
    Simulation::new(&scenario, spec, Arc::clone(workload), 1, false).unwrap()
}

fn to_the_end(mut simulation: Simulation) -> Run {
    while simulation.run(1 << 16) {}
    simulation.finish()
}

fn finished(mut fork: Fork, slice: u32) -> Result<Fork, ForkError> {
    while !fork.advance(slice)?.finished {}
    Ok(fork)
}

/// The same, but for floats, compared as they are printed.
fn same(a: &Run, b: &Run) -> bool {
    let figures = |run: &Run| (run.end, run.refusals, run.replicas.clone());
    a.records == b.records && figures(a) == figures(b)
}

#[test]
fn a_fork_without_a_change_is_the_original() {
    let workload = chat(40, 5, 512, 120, 80);
    for entry in POLICIES {
        for how in ["", "&routers=3&age=100", "&conc=9&client=python"] {
            let query = format!("r=4&rate=20&kv=9000{how}&p={}", entry.name);
            let original = to_the_end(simulation(&query, &workload));
            let mut fork = Fork::new(simulation(&query, &workload), 57).unwrap();
            while fork.original().is_none() {
                fork.advance(500).unwrap();
            }
            let chosen = fork.decided().unwrap().chosen.unwrap();
            let again = to_the_end(fork.diverted(chosen).unwrap());
            assert!(same(&original, &again), "{query}");
        }
    }
}

#[test]
fn every_alternative_is_what_the_policy_would_have_lived_with() {
    let workload = chat(40, 5, 512, 120, 80);
    for policy in [
        "smart",
        "prefix-aware",
        "preble",
        "smetric",
        "fakeai-hybrid",
        "vllm-dp",
    ] {
        let query = format!("r=4&rate=20&kv=9000&p={policy}");
        let fork = Fork::new(simulation(&query, &workload), 31).unwrap();
        let fork = finished(fork.keeping_runs(), 1000).unwrap();
        let original = fork.original().unwrap();
        assert_eq!(fork.effects().len(), 4);
        let decided = fork.decided().unwrap();
        assert_eq!(decided.decision.replica, decided.chosen.unwrap().0);
        for (replica, effect) in (0..).zip(fork.effects()) {
            assert_eq!(effect.replica, Some(replica), "{policy}");
            assert_eq!(
                effect.against(original).is_none(),
                original.replica == Some(replica)
            );
        }
        // The runs agree with what the fork says of them, and are the original up to the decision.
        let runs = fork.runs();
        assert_eq!(runs.len(), 4);
        for run in &runs[1..] {
            let at = run.records[31].replica;
            assert_ne!(Some(u32::from(at)), original.replica);
            let effect = fork.effects()[usize::from(at)];
            assert_eq!(effect.hit_tokens, run.records[31].hit_tokens);
            for (there, here) in run.records.iter().zip(&runs[0].records) {
                if here.sent < decided.at {
                    assert_eq!((there.sent, there.replica), (here.sent, here.replica));
                }
            }
        }
    }
}

#[test]
fn what_a_policy_remembers_is_where_the_request_went() {
    // The trie of prefix-aware knows only what was sent: overruled at its first request, it follows the overruling.
    let workload = chat(1, 6, 512, 120, 80);
    let query = "r=4&rate=20&p=prefix-aware";
    let mut fork = Fork::new(simulation(query, &workload), 0).unwrap();
    while fork.decided().is_none() {
        fork.advance(10).unwrap();
    }
    for replica in 0..4 {
        let run = to_the_end(fork.diverted(ReplicaId(replica)).unwrap());
        let at: Vec<u32> = run.records.iter().map(|r| u32::from(r.replica)).collect();
        assert_eq!(at, vec![replica; 6]);
    }
}

#[test]
fn slices_of_any_size_tell_the_same() {
    let workload = chat(40, 5, 512, 120, 80);
    let tell = |slice| {
        let fork = Fork::new(simulation("r=3&rate=20&kv=9000&p=dynamo", &workload), 150).unwrap();
        let fork = finished(fork, slice).unwrap();
        (fork.effects().to_vec(), fork.decided().cloned())
    };
    let whole = tell(u32::MAX);
    for slice in [1, 97, 4096, 5000] {
        assert_eq!(tell(slice), whole, "{slice} events a slice");
    }
    // From a simulation on its way as well.
    let mut later = simulation("r=3&rate=20&kv=9000&p=dynamo", &workload);
    later.run(100);
    let fork = finished(Fork::new(later, 150).unwrap(), 777).unwrap();
    assert_eq!(fork.effects(), whole.0);
}

#[test]
fn progress_ends_where_it_says() {
    let workload = chat(20, 3, 512, 120, 80);
    let mut fork = Fork::new(simulation("r=3&rate=20&p=smart", &workload), 50).unwrap();
    let mut before = fork.progress();
    assert_eq!(
        (before.done, before.total, before.finished),
        (0, 180, false)
    );
    loop {
        let progress = fork.advance(64).unwrap();
        assert!(
            progress.done >= before.done && progress.total == 180,
            "{progress:?}"
        );
        before = progress;
        if progress.finished {
            break;
        }
    }
    assert_eq!(before.done, 180);
}

#[test]
fn what_was_never_routed_has_no_fork() {
    let workload = chat(20, 3, 512, 120, 80);
    let refusal = |query: &str, request| {
        let fork = Fork::new(simulation(query, &workload), request);
        let fork = fork.and_then(|fork| finished(fork, 1000));
        fork.err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert_eq!(
        refusal("r=2&p=smart", 60),
        "there is no request 60; the run has requests 0 to 59"
    );
    // The third turns are beyond the context.
    let error = refusal("r=2&ctx=1000&p=smart", 2);
    assert!(
        error.contains("request 2 was never routed: it is longer than the context"),
        "{error}"
    );
    assert!(
        error.ends_with("the nearest that was routed is request 1"),
        "{error}"
    );
    let error = refusal("r=2&arr=all-at-once&inflight=3&p=smart", 57);
    assert!(error.contains("for want of a place"), "{error}");
    let mut late = simulation("r=2&p=smart", &workload);
    while late.run(1000) {}
    let late = Fork::new(late, 3).and_then(|fork| finished(fork, 1000));
    assert_eq!(late.err(), Some(ForkError::TooLate { request: 3 }));
}

#[test]
fn what_the_policy_turned_away_can_be_sent_all_the_same() {
    let workload = chat(60, 3, 512, 120, 80);
    let query = "r=2&arr=all-at-once&p=conductor:slo_s=0.2";
    let run = to_the_end(simulation(query, &workload));
    let rejected = |record: &Record| record.outcome == Outcome::Rejected;
    let turned_away = run.records.iter().position(rejected);
    let request = turned_away.expect("one is turned away") as u32;
    let fork = Fork::new(simulation(query, &workload), request).unwrap();
    let fork = finished(fork, 1000).unwrap();
    let original = fork.original().unwrap();
    assert_eq!((original.replica, original.ttft_ms), (None, None));
    assert_eq!(fork.progress().done, fork.progress().total);
    for effect in fork.effects() {
        assert!(effect.ttft_ms.unwrap() > 0.0);
        assert_eq!(effect.against(original).unwrap().ttft_ms, None);
    }
}

fn of_scenario(query: &str, request: u32) -> Result<Fork, ForkError> {
    let scenario = Scenario::from_query(query).unwrap();
    let workload = Named::parse(&scenario.workload).unwrap();
    let workload = workload.generate(scenario.block_size, scenario.seed, scenario.requests);
    let simulation = simulation(query, &Arc::new(workload.unwrap()));
    finished(Fork::new(simulation, request)?, 1000)
}

/// A router tries again where its policy says: only the attempt that is forked is overruled, and it is the one that is told of.
#[test]
fn an_alternative_that_fails_is_tried_again_by_the_policy() {
    let query = "v=2&w=rag&n=40&r=3&rate=2&p=round-robin&ev=5s:kill%3D1&rtries=3";
    for request in [16, 18, 20] {
        let fork = of_scenario(query, request).unwrap();
        for (replica, effect) in (0..).zip(fork.effects()) {
            assert_eq!(effect.replica, Some(replica), "request {request}");
            assert!(effect.ttft_ms.is_some(), "request {request} to {replica}");
        }
        let original = fork.original().unwrap();
        let stars = fork.effects().iter();
        let stars = stars.filter(|effect| effect.against(original).is_none());
        assert_eq!(stars.count(), 1, "request {request}");
        assert_eq!(
            original.replica,
            fork.decided().unwrap().chosen.map(|it| it.0)
        );
    }
}

/// The decision is explained by what the router knows then, of replicas that are out as well.
#[test]
fn a_decision_leaves_out_what_the_router_has_heard_of() {
    let query = "v=2&w=unique:prompt%3D200;output%3D20&n=60&r=2&rate=1&arr=constant&p=round-robin\
        &ev=10.5s:kill%3D1/stay&health=smg:period%3D5;fails%3D1;oks%3D1&rtries=0&ctries=0&breaker=off";
    for request in 9..14 {
        let fork = of_scenario(query, request).unwrap();
        let chosen = fork.decided().unwrap().chosen.map(|it| it.0);
        assert_eq!(
            chosen,
            fork.original().unwrap().replica,
            "request {request}"
        );
        assert_eq!(fork.decided().unwrap().decision.replica, chosen.unwrap());
    }
}

/// Where the router knows that no replica is up there is nobody to lay out: every policy turns the request away, whatever its rule would
/// make of no candidate.
#[test]
fn nobody_is_chosen_where_nobody_is_up() {
    for entry in POLICIES {
        let query = format!(
            "v=2&w=shared-system&n=400&r=2&p={}&ev=5s:kill%3D0/stay;5s:kill%3D1/stay",
            entry.name
        );
        let fork = of_scenario(&query, 390).unwrap();
        let decided = fork.decided().unwrap();
        assert_eq!(decided.chosen, None, "{}", entry.name);
        let candidates = &decided.decision.candidates;
        assert!(
            candidates.iter().all(|it| it.excluded.is_some()),
            "{}",
            entry.name
        );
    }
}

/// Who never came to a router is told why, as far as the run tells, and who did is not called unrouted because it failed.
#[test]
fn the_reason_is_that_of_the_request() {
    let refusal = |query: &str, request| of_scenario(query, request).err().unwrap().to_string();
    let error = refusal("v=2&w=rounds&r=2&rate=0.1&rcache=72000&p=smart", 12);
    assert!(
        error.contains("12 was never routed: its answer came from the response cache"),
        "{error}"
    );
    let all = "v=2&w=rag&n=20&r=2&arr=all-at-once&p=smart";
    let error = refusal(&format!("{all}&conns=3/2048&ctries=0"), 12);
    assert!(
        error.contains("never routed: it found no connection"),
        "{error}"
    );
    assert!(
        error.ends_with("the nearest that was routed is request 1"),
        "{error}"
    );
    let error = refusal(&format!("{all}&endpoint=3/3&retries=0"), 12);
    assert!(error.contains("or was refused for good"), "{error}");
    // It was sent somewhere before it failed, so it is the nearest that was routed.
    let error = refusal(
        &format!("{all}&endpoint=3/3&retries=0&ev=0.01s:kill%3D100%25/stay&ctries=0&rtries=0"),
        12,
    );
    assert!(
        error.ends_with("the nearest that was routed is request 2"),
        "{error}"
    );
}
