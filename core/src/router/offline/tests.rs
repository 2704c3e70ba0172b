use super::*;

fn before(count: u32, block_size: u32) -> Replicas {
    Replicas {
        count,
        block_size,
        pool_blocks: 100,
    }
}

fn router(policy: &str) -> OfflineRouter {
    OfflineRouter::new(PolicySpec::parse(policy).unwrap(), before(3, 4), 7).unwrap()
}

const LONG: &str = "one two three four five six seven eight nine ten eleven twelve thirteen";

#[test]
fn only_what_was_completed_is_held() {
    let mut router = router("smart");
    let first = router.send(LONG, None);
    assert_eq!(
        (first.number, first.tokens.len(), first.blocks.len()),
        (0, 13, 3)
    );
    assert_eq!(router.look(LONG, None).overlaps, [0, 0, 0]);
    assert_eq!(router.signals().active[0], 1);
    assert!(router.complete(0) && !router.complete(0) && !router.complete(9));
    assert_eq!(router.signals().active[0], 0);
    let second = router.look(LONG, Some(8));
    assert_eq!(second.overlaps, [3, 0, 0]);
    // (13 - 3 × 4) / 4 to prefill and 8 / 4 to decode.
    assert_eq!(second.decision.candidates[0].cost, 0.25 + 2.0);
    assert_eq!(second.decision.candidates[1].cost, 13.0 / 4.0 + 2.0);
    assert_eq!(second.decision.margin, Some(3.0));
}

#[test]
fn looking_changes_nothing() {
    let mut router = router("round-robin");
    let replicas: Vec<u32> = (0..4)
        .map(|_| {
            router.look("elsewhere", None);
            router.send(LONG, None).decision.replica
        })
        .collect();
    assert_eq!(replicas, [0, 1, 2, 0]);
    assert_eq!(router.active().count(), 4);
    router.reset().unwrap();
    assert_eq!(router.active().count(), 0);
    assert_eq!(router.send(LONG, None).decision.replica, 0);
}

#[test]
fn a_policy_that_knows_nothing_is_shown_nothing() {
    let mut router = router("chwbl");
    let first = router.send(LONG, None);
    router.complete(first.number);
    let second = router.send(LONG, None);
    assert_eq!(second.overlaps[first.decision.replica as usize], 3);
    assert!(
        second
            .decision
            .candidates
            .iter()
            .all(|c| c.overlap_blocks == 0)
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let make = |policy: &str, replicas, size| {
        OfflineRouter::new(
            PolicySpec::parse(policy).unwrap(),
            before(replicas, size),
            1,
        )
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
    };
    assert!(make("smart", 0, 16).contains("1 to 1024"));
    assert!(make("smart", 4, 0).contains("1 to 4096"));
    assert!(make("smart@routed:120s", 4, 16).contains("no time passes"));
    assert_eq!(make("smart@truth", 4, 16), "");
    for policy in ["fakeai-learned", "mine=ttft + active"] {
        assert!(make(policy, 4, 16).contains("how long requests took"));
    }
}

/// Two replicas, blocks of 16, and a prompt of 64 tokens that is sent and held, then asked for again.
fn after_one_of_64_tokens(policy: &str) -> Routed {
    let spec = PolicySpec::parse(policy).unwrap();
    let mut router = OfflineRouter::new(spec, before(2, 16), 1).unwrap();
    let text = "word ".repeat(64);
    let first = router.send(&text, None);
    assert_eq!(first.tokens.len(), 64);
    let second = router.look(&text, None);
    match first.decision.replica {
        0 => second,
        // The first was a tie; it is entered as if it had gone to replica 0.
        _ => Routed {
            decision: Decision {
                replica: 1 - second.decision.replica,
                candidates: second.decision.candidates.into_iter().rev().collect(),
                ..second.decision
            },
            ..second
        },
    }
}

#[test]
fn a_held_request_is_in_the_ledger() {
    let costs = |policy: &str| {
        let routed = after_one_of_64_tokens(policy);
        let candidates = routed.decision.candidates;
        (
            routed.decision.replica,
            [candidates[0].cost, candidates[1].cost],
        )
    };
    // (64 + 64) / 16 blocks to prefill and 4 to decode; 4 and 4 where nothing runs.
    assert_eq!(costs("dynamo"), (1, [12.0, 8.0]));
    assert_eq!(costs("least-tokens").0, 1);
    let (replica, [there, other]) = costs("conductor");
    assert!(replica == 1 && there > other);
}

#[test]
fn what_was_sent_is_believed_where_a_router_believes_what_it_sent() {
    // The replicas hold nothing yet, but the prompt was sent there.
    for policy in ["ray", "endpoint-picker", "preble"] {
        let routed = after_one_of_64_tokens(policy);
        let believed: Vec<u32> = routed
            .decision
            .candidates
            .iter()
            .map(|candidate| candidate.overlap_blocks)
            .collect();
        assert_eq!(believed, [4, 0], "{policy}");
        assert_eq!(routed.overlaps, [0, 0], "{policy}");
        assert_eq!(routed.decision.replica, 0, "{policy}");
    }
}

#[test]
fn engines_report_what_runs_and_how_full_they_are() {
    let mut router = router("mine=running * 1000 + kv_usage + queue");
    let costs = |router: &mut OfflineRouter| {
        let decision = router.look(LONG, None).decision;
        let costs = decision.candidates.iter().map(|candidate| candidate.cost);
        costs.collect::<Vec<_>>()
    };
    router.send(LONG, None);
    // 3 full blocks of 100.
    assert_eq!(costs(&mut router), [1000.03, 0.0, 0.0]);
    router.complete(0);
    assert_eq!(costs(&mut router), [0.0; 3]);
}

#[test]
fn a_rejected_request_is_forgotten() {
    let mut router = router("conductor:slo_s=0.003");
    // 13 tokens at 0.2 ms each are in time, 26 are not; each replica takes one.
    let admitted: Vec<bool> = (0..5).map(|_| router.send(LONG, None).admitted).collect();
    assert_eq!(admitted, [true, true, true, false, false]);
    assert_eq!(router.active().count(), 3);
    assert!(!router.complete(3) && router.complete(1));
    let next = router.send(LONG, None);
    assert_eq!(
        (next.number, next.admitted, next.decision.replica),
        (5, true, 1)
    );
}

#[test]
fn another_policy_has_seen_what_was_sent() {
    let mut router = router("round-robin");
    let first = router.send(LONG, None);
    router
        .set_policy(PolicySpec::parse("dynamo").unwrap())
        .unwrap();
    let costs = router.look(LONG, None).decision.candidates;
    assert!(costs[first.decision.replica as usize].cost > costs[1].cost);
    assert_eq!(router.active().count(), 1);
    assert!(
        router
            .set_policy(PolicySpec::parse("fakeai-learned").unwrap())
            .is_err()
    );
    assert_eq!(router.spec().to_string(), "dynamo");
}
