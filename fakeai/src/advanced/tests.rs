use super::*;

fn router(strategy: Strategy, workers: usize) -> AdvancedRouter {
    AdvancedRouter::new(AdvancedConfig {
        strategy,
        workers,
        block_size: 2,
        ..AdvancedConfig::default()
    })
}

#[test]
fn round_robin_begins_with_the_second() {
    let mut router = router(Strategy::RoundRobin, 3);
    let mut next = || router.route(&[1], 100, Affinity::default()).unwrap().worker;
    assert_eq!(
        [next(), next(), next(), next()],
        ["worker-1", "worker-2", "worker-0", "worker-1"]
    );
}

#[test]
fn one_failure_makes_unhealthy_and_ten_successes_may_not_be_enough() {
    let mut router = router(Strategy::LeastLoaded, 2);
    router.update_health("worker-0", false, 10.0, false);
    assert_eq!(router.healthy(), [1]);
    for _ in 0..8 {
        router.update_health("worker-0", true, 10.0, false);
    }
    assert_eq!(
        router.workers[0].health.status(),
        "degraded",
        "8 of 9 is below 90 %"
    );
    assert_eq!(router.healthy(), [1], "degraded does not restore healthy");
    router.update_health("worker-0", true, 10.0, false);
    assert_eq!(
        router.healthy(),
        [1],
        "9 of 10 would do, but they are nine in a row"
    );
    router.update_health("worker-0", true, 10.0, false);
    assert_eq!(router.workers[0].health.status(), "healthy");
    router.update_health("worker-1", false, 10.0, false);
    router.update_health("worker-0", false, 1e9, false);
    assert_eq!(router.healthy(), [0, 1], "if none is healthy all are asked");
}

#[test]
fn a_timed_out_success_is_a_failure_that_helps_to_recover() {
    let mut router = router(Strategy::Hybrid, 1);
    router.update_health("worker-0", true, 10.0, true);
    let health = &router.workers[0].health;
    assert_eq!(
        (health.success_rate(), health.timeout_rate(), health.healthy),
        (0.0, 1.0, false)
    );
    router.update_health("nobody", true, 10.0, true);
    assert_eq!(router.workers[0].health.count, 1);
}

#[test]
fn a_conversation_stays_where_it_was() {
    let mut router = router(Strategy::Hybrid, 2);
    let asker = Affinity {
        conversation: Some("c"),
        user: Some(""),
        model: None,
    };
    assert_eq!(
        router.route(&[1, 2], 100, asker).unwrap().worker,
        "worker-0"
    );
    for _ in 0..5 {
        router.start("worker-0").unwrap();
    }
    assert_eq!(
        router.route(&[1, 2], 100, asker).unwrap().worker,
        "worker-0"
    );
    assert_eq!(
        router
            .route(&[1, 2], 100, Affinity::default())
            .unwrap()
            .worker,
        "worker-1"
    );
    assert_eq!(
        router.report().affinity.tracked_users,
        0,
        "an empty name is nobody"
    );
}

#[test]
fn without_workers_there_is_an_error() {
    for strategy in Strategy::ALL {
        let mut router = router(strategy, 0);
        assert_eq!(
            router.route(&[1], 1, Affinity::default()),
            Err(RouteError::NoWorkers)
        );
        assert_eq!(
            router.explain(&[1], 1, Affinity::default()).selected_worker,
            None
        );
        assert_eq!(
            router.optimize().suggestions.len(),
            1,
            "their cache is little used"
        );
    }
}
