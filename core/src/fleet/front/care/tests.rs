//! Routers hear of replicas that join and leave, and every policy goes on under any such changes. Nobody waits in vain, and retries
//! under way are counted.

use std::sync::Arc;

use proptest::prelude::*;

use crate::fleet::front::Front;
use crate::fleet::simulation::Simulation;
use crate::router::{POLICIES, PolicySpec};
use crate::scenario::Scenario;
use crate::scenario::life::Purge;
use crate::units::{ReplicaId, VirtualTime};
use crate::workload::Named;

/// An event as a scenario writes it, about one of the four replicas or about one of those that may be started later.
fn event() -> impl Strategy<Value = String> {
    let verb = prop_oneof![
        (0..6_u32).prop_map(|whom| format!("kill={whom}")),
        (0..6_u32).prop_map(|whom| format!("kill={whom}/stay")),
        (0..8_u32).prop_map(|whom| format!("start={whom}")),
        (0..6_u32).prop_map(|whom| format!("drain={whom}")),
        (0..6_u32).prop_map(|whom| format!("hang={whom}/5s")),
        (0..2_u32).prop_map(|whom| format!("restart-router={whom}")),
        (0..2_u32).prop_map(|whom| format!("restart-router={whom}/snapshot")),
    ];
    (1..40_u32, verb).prop_map(|(at, verb)| format!("{at}s:{verb}"))
}

fn health() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "&health=kubernetes",
        "&health=smg",
        "&health=kubernetes:purge%3D3",
        "&health=dynamo",
        "&health=kubeai",
        "&health=kubeai:period%3D3;fails%3D1&breaker=nginx&ctime=20",
        "&health=kubeai&breaker=smg-worker&ctime=20",
        "&health=dynamo&scale=knative:min%3D2;max%3D4",
    ])
}

fn retries() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "&rtries=1:exclude%3D1",
        "&rtries=3:backoff_ms%3D400;budget%3D0.01",
        "&rtries=2:exclude%3D1;backoff_ms%3D2000;budget%3D0.2",
        "&rtries=0",
    ])
}

/// A request that waits though its router may send it somewhere. (Where there are several routers, one that was never sent may wait
/// at any of them.)
fn waits_in_vain(front: &Front, now: VirtualTime) -> Option<u32> {
    let care = front.care.as_ref()?;
    let alone = (front.routers.len() == 1).then_some(0);
    let waiting = care.held.iter().map(|attempt| attempt.request);
    waiting.into_iter().find(|&request| {
        let router = care.router_of(request).or(alone);
        router.is_some_and(|router| care.out(router, request, now).any(|out| !out))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// A replica that is believed to be up is a member, and one that is down and forgotten at once is none, under every policy.
    #[test]
    fn routers_know_who_joined_and_who_left(
        events in prop::collection::vec(event(), 1..7),
        health in health(),
        policy in 0..POLICIES.len(),
        routers in 1..3_u32,
    ) {
        let events = events.join(";").replace('=', "%3D").replace(';', "%3B");
        let query = format!("v=2&w=rag&n=80&r=4&rate=3&ev={events}&routers={routers}{health}");
        // Not every combination is valid: an event may name a router that the scenario does not have. Such a one is no case.
        let scenario = Scenario::from_query(&query);
        prop_assume!(scenario.is_ok());
        let scenario = scenario.unwrap();
        let spec = PolicySpec::parse(POLICIES[policy].name).unwrap();
        let workload = Named::parse(&scenario.workload).unwrap().generate(scenario.block_size, 1, scenario.requests);
        let mut run = Simulation::new(&scenario, &spec, Arc::new(workload.unwrap()), 1, false).unwrap();
        let at_once = scenario.troubles.health.preset.purge == Purge::After(0.0);
        // Forgetting is a message of its own, delivered at the time at which the replica is found down: a member that is down may
        // linger until then, but not while time goes on.
        let mut without = VirtualTime::ZERO;
        while run.run(1) {
            let mut lingers = false;
            for (number, router) in run.front().routers.iter().enumerate() {
                let care = run.front().care.as_ref().unwrap();
                let members = router.members();
                prop_assert!(members.is_sorted() && members.len() <= care.found.len());
                for (id, &up) in (0..).map(ReplicaId).zip(&care.watchers[number].up) {
                    let member = members.binary_search(&id).is_ok();
                    prop_assert!(member || !up, "{id:?} is up and no member");
                    lingers |= member && at_once && !up;
                }
            }
            if !lingers {
                without = run.now();
            }
            prop_assert!(without == run.now(), "a replica that is down and to be forgotten at once is still a member");
        }
    }

    /// Whoever waits for a replica goes on at the moment at which its router may use one, and the retries that a budget bounds are
    /// those that are under way.
    #[test]
    fn nobody_waits_in_vain_and_retries_are_counted(
        events in prop::collection::vec(event(), 1..7),
        health in health(),
        retries in retries(),
        policy in 0..POLICIES.len(),
        (replicas, routers) in (1..5_u32, 1..3_u32),
    ) {
        let events = events.join(";").replace('=', "%3D").replace(';', "%3B");
        let query = format!("v=2&w=rag&n=80&r={replicas}&rate=3&ev={events}&routers={routers}{health}{retries}");
        let scenario = Scenario::from_query(&query);
        prop_assume!(scenario.is_ok());
        let scenario = scenario.unwrap();
        let spec = PolicySpec::parse(POLICIES[policy].name).unwrap();
        let workload = Named::parse(&scenario.workload).unwrap().generate(scenario.block_size, 1, scenario.requests);
        let mut run = Simulation::new(&scenario, &spec, Arc::new(workload.unwrap()), 1, false).unwrap();
        let (mut before, mut in_vain) = (VirtualTime::ZERO, None);
        while run.run(1) {
            let now = run.now();
            prop_assert!(now == before || in_vain.is_none(), "request {in_vain:?} waits in vain at {before:?}: {query}");
            (before, in_vain) = (now, waits_in_vain(run.front(), now));
            let care = run.front().care.as_ref().unwrap();
            let under_way = care.tries.values().filter(|it| it.retrying).count();
            prop_assert_eq!(care.retrying as usize, under_way);
        }
        // All have ended.
        let care = run.front().care.as_ref().unwrap();
        prop_assert!(care.tries.is_empty() && care.held.is_empty() && care.retrying == 0, "{query}");
    }
}
