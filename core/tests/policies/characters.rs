//! Products whose trees are over characters or single tokens: where a workload has texts, the beginning of the question after a
//! shared system prompt says who is a candidate.

use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::report::Report;
use warmpath_core::router::PolicySpec;
use warmpath_core::router::offline::{OfflineRouter, Replicas, StoredRouter};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{ReadOptions, Reader, Workload};

const SYSTEM: &str = "You are brief, and you answer in the language that you are asked in. ";

/// One row a question, each after the system prompt; its characters and tokens are kept or not.
fn asked(questions: &[&str], kept: bool) -> Arc<Workload> {
    let options = ReadOptions {
        characters: kept,
        tokens: kept,
        ..ReadOptions::default()
    };
    let mut reader = Reader::new("chats.jsonl", options);
    for question in questions {
        let row = serde_json::json!({
            "messages": [
                { "role": "system", "content": SYSTEM },
                { "role": "user", "content": question },
            ],
            "max_tokens": 500,
        });
        reader.push(format!("{row}\n").as_bytes()).unwrap();
    }
    Arc::new(reader.finish().unwrap())
}

/// Who got each, of two replicas, if all are asked at once; and what the report notes.
fn sent(policy: &str, workload: &Arc<Workload>) -> (Vec<u16>, Vec<String>) {
    let query = format!("v=2&w=x&r=2&arr=all-at-once&rate=1&p={policy}");
    let scenario = Scenario::from_query(&query).unwrap();
    assert!(scenario.matches_characters() != scenario.matches_tokens());
    let replay = Replay::new(scenario.clone(), Arc::clone(workload), false).unwrap();
    let runs = replay.finish().unwrap();
    let notes = Report::new(&scenario, workload, &runs).notes;
    let sent = runs[0].records.iter().map(|record| record.replica);
    (sent.collect(), notes)
}

/// An uneven load sends the second question to the other replica, so both hold the system prompt; the third begins as one of
/// them does.
const POLICIES: [&str; 3] = [
    "cache-aware:balance_abs%3D0",
    "cache-aware-original:balance_abs%3D0;balance_rel%3D1",
    "ray:imbalance%3D0",
];

#[test]
fn questions_that_begin_with_the_same_letter_go_to_the_same_replica() {
    for policy in POLICIES {
        for seed in 0..8 {
            let policy = format!("{policy}&seed={seed}");
            for (third, with) in [("Berries in May?", 1), ("Acorns in May?", 0)] {
                let workload = asked(&["Apples or pears?", "Beans?", third], true);
                let (to, notes) = sent(&policy, &workload);
                assert_ne!(to[0], to[1], "{policy}");
                assert_eq!(to[2], to[with], "{policy}: {third}");
                assert!(
                    !notes.iter().any(|it| it.contains("characters")),
                    "{notes:?}"
                );
            }
        }
    }
}

const BY_TOKEN: &str = "cache-aware-vllm:balance_abs%3D0;balance_rel%3D1";

#[test]
fn questions_that_begin_with_the_same_token_go_to_the_same_replica() {
    for (third, with) in [("Beans in May?", 1), ("Apples in May?", 0)] {
        let workload = asked(&["Apples or pears?", "Beans?", third], true);
        let (to, notes) = sent(BY_TOKEN, &workload);
        assert_eq!((to[0], to[1], to[2]), (0, 1, with), "{third}");
        assert!(
            !notes.iter().any(|it| it.contains("tokens stand")),
            "{notes:?}"
        );
    }
    // "Berries" is another token, so both hold as much of it, and the first takes it.
    let (to, _) = sent(
        BY_TOKEN,
        &asked(&["Apples or pears?", "Beans?", "Berries in May?"], true),
    );
    assert_eq!(to, [0, 1, 0]);
    let (_, notes) = sent(
        BY_TOKEN,
        &asked(&["Apples or pears?", "Beans?", "Beans in May?"], false),
    );
    let note = "cache-aware-vllm: the product matches single tokens; here full blocks of 16 tokens stand in for them";
    assert!(notes.iter().any(|it| it == note), "{notes:?}");
}

/// `route` has texts, so it matches as a run of texts does, also after its state was stored and resumed.
#[test]
fn a_router_without_a_fleet_matches_the_same_pieces() {
    let by_letter = [("Berries in May?", 1), ("Acorns in May?", 0)];
    let by_token = [("Beans in May?", 1), ("Apples in May?", 0)];
    let policies = POLICIES
        .iter()
        .map(|it| (*it, by_letter))
        .chain([(BY_TOKEN, by_token)]);
    for (policy, thirds) in policies {
        let spec = PolicySpec::parse(&policy.replace("%3D", "=")).unwrap();
        let replicas = Replicas {
            count: 2,
            block_size: 16,
            pool_blocks: 1000,
        };
        let mut router = OfflineRouter::new(spec.clone(), replicas, 3).unwrap();
        let first = router
            .send(&format!("{SYSTEM}Apples or pears?"), None)
            .decision
            .replica;
        let second = router
            .send(&format!("{SYSTEM}Beans?"), None)
            .decision
            .replica;
        assert_ne!(first, second, "{policy}");
        let stored = StoredRouter::from_json(&router.state().to_json()).unwrap();
        let mut resumed = OfflineRouter::resume(&stored, spec.clone(), 1000).unwrap();
        assert!(!router.stands_in() && !resumed.stands_in());
        for (third, with) in thirds {
            let with = [first, second][with];
            for router in [&mut router, &mut resumed] {
                let routed = router.look(&format!("{SYSTEM}{third}"), None);
                assert_eq!(routed.decision.replica, with, "{policy}: {third}");
            }
        }
        // Another policy has no hashes of its own pieces in that state.
        let plain = OfflineRouter::new(PolicySpec::parse("smart").unwrap(), replicas, 3).unwrap();
        let mut plain = plain.clone();
        plain.send(SYSTEM, None);
        let stored = StoredRouter::from_json(&plain.state().to_json()).unwrap();
        assert!(
            OfflineRouter::resume(&stored, spec.clone(), 1000)
                .unwrap()
                .stands_in()
        );
        // One that runs has the texts.
        plain.set_policy(spec).unwrap();
        assert!(!plain.stands_in());
    }
}

#[test]
fn without_characters_the_report_says_what_stands_in_for_them() {
    for policy in POLICIES {
        let workload = asked(&["Apples or pears?", "Beans?", "Berries in May?"], false);
        let (to, notes) = sent(policy, &workload);
        if policy.starts_with("cache-aware-original") {
            // Nobody matches more than a third in full blocks, so the third goes to the first of equals.
            assert_eq!(to, [0, 1, 0]);
        }
        let name = policy.split(':').next().unwrap();
        let note = format!("{name}: the product matches characters; here full blocks");
        assert!(notes.iter().any(|it| it.starts_with(&note)), "{notes:?}");
    }
}
