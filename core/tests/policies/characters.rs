//! Products whose trees are over characters: where a workload has texts, the first letters of the question after a shared system
//! prompt say who is a candidate.

use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::report::Report;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{ReadOptions, Reader, Workload};

const SYSTEM: &str = "You are brief, and you answer in the language that you are asked in. ";

/// One row a question, each after the system prompt; its characters are kept or not.
fn asked(questions: &[&str], characters: bool) -> Arc<Workload> {
    let options = ReadOptions {
        characters,
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
    let query = format!("v=1&w=x&r=2&arr=all-at-once&rate=1&p={policy}");
    let scenario = Scenario::from_query(&query).unwrap();
    assert!(scenario.matches_characters());
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
