//! Laws of the fleet, numbered as in docs/invariants.md.

use std::sync::Arc;

use proptest::prelude::*;
use warmpath_core::fleet::{Outcome, Record, Replay, Run, Simulation};
use warmpath_core::report::{Report, json};
use warmpath_core::request::{Arrival, Chain, Corpus, Heads, Request};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Workload;

/// Conversations that share a system prompt, every turn repeating all before it.
fn chat(conversations: u32, turns: u32, system: u32, ask: u32, answer: u32) -> Arc<Workload> {
    let size = 16;
    let mut corpus = Corpus::default();
    let shared = corpus.extend(Chain::default(), system / size);
    let mut requests = Vec::new();
    for conversation in 0..conversations {
        let (mut tokens, mut chain) = (system, shared);
        for turn in 0..turns {
            let prompt_tokens = tokens + ask + conversation % 7;
            let output_tokens = answer + (conversation * 3 + turn) % 11 + 1;
            let prompt = corpus.extend(chain, prompt_tokens / size - chain.depth);
            let answered = corpus.extend(
                prompt,
                (prompt_tokens + output_tokens) / size - prompt.depth,
            );
            let arrival = if turn == 0 {
                Arrival::Open
            } else {
                Arrival::AfterPrevious(None)
            };
            requests.push(Request {
                conversation,
                turn,
                prompt_tokens,
                output_tokens,
                max_tokens: Some(output_tokens),
                prompt,
                answered,
                arrival,
                keys: None,
                served_by: None,
                label: Default::default(),
            });
            (tokens, chain) = (prompt_tokens + output_tokens, answered);
        }
    }
    Arc::new(Workload {
        name: "chat".into(),
        block_size: size,
        corpus,
        chunks: Corpus::default(),
        characters: Corpus::default(),
        tokens: Corpus::default(),
        heads: Heads::default(),
        count: requests.len() as u32,
        requests,
        labels: Default::default(),
        notes: Vec::new(),
    })
}

fn run(query: &str, workload: &Arc<Workload>) -> Vec<Run> {
    let scenario = Scenario::from_query(query).unwrap();
    Replay::new(scenario, Arc::clone(workload), true)
        .unwrap()
        .finish()
        .unwrap()
}

fn report(query: &str, workload: &Arc<Workload>) -> String {
    let scenario = Scenario::from_query(query).unwrap();
    json::write(&Report::new(&scenario, workload, &run(query, workload)))
}

fn check(run: &Run, workload: &Workload) {
    let ended = run
        .records
        .iter()
        .filter(|r| r.outcome != Outcome::Pending)
        .count();
    assert_eq!(ended, run.records.len(), "I-1: a request was lost");
    for (n, record) in run
        .records
        .iter()
        .enumerate()
        .filter(|(_, r)| r.outcome == Outcome::Completed)
    {
        let request = &workload.requests[n % workload.requests.len()];
        assert!(
            record.due <= record.sent && record.sent < record.first_token,
            "I-4: time runs back: {record:?}"
        );
        assert!(
            record.first_token <= record.done,
            "I-4: time runs back: {record:?}"
        );
        assert!(
            record.hit_tokens < request.prompt_tokens,
            "I-6: the last token is always computed"
        );
        assert_eq!(
            record.first_token == record.done,
            request.output_tokens == 1
        );
    }
    for replica in &run.replicas {
        let steps = replica.steps.as_ref().unwrap();
        for pair in steps.windows(2) {
            assert!(pair[0].end <= pair[1].start, "I-4: steps overlap");
        }
        assert!(
            steps
                .iter()
                .all(|s| s.referenced_blocks <= replica.pool_blocks),
            "I-2: more blocks than there are"
        );
    }
    let generated: u64 = run.replicas.iter().map(|r| r.tally.generated_tokens).sum();
    let asked: u64 = run
        .records
        .iter()
        .enumerate()
        .filter(|(_, r)| r.outcome == Outcome::Completed)
        .map(|(n, _)| u64::from(workload.requests[n % workload.requests.len()].output_tokens))
        .sum();
    assert_eq!(
        generated, asked,
        "I-3: tokens generated are tokens asked for"
    );
}

#[test]
fn i5_smart_reuses_more_than_round_robin() {
    let workload = chat(60, 5, 512, 120, 80);
    let runs = run("r=4&rate=3&seed=7&p=round-robin,smart", &workload);
    runs.iter().for_each(|run| check(run, &workload));
    let reuse = |run: &Run| {
        run.records
            .iter()
            .map(|r: &Record| u64::from(r.hit_tokens))
            .sum::<u64>()
    };
    assert!(reuse(&runs[1]) > reuse(&runs[0]));
}

#[test]
fn i7_the_same_scenario_gives_the_same_bytes() {
    let workload = chat(40, 4, 512, 120, 80);
    let query = "r=3&rate=5&seed=3&kv=9000&p=smart,least-load,chwbl,random";
    assert_eq!(report(query, &workload), report(query, &workload));
}

#[test]
fn i8_slices_and_forks_change_nothing() {
    let workload = chat(40, 4, 512, 120, 80);
    let scenario = Scenario::from_query("r=3&rate=5&kv=9000&p=smart").unwrap();
    let new = || {
        Simulation::new(
            &scenario,
            &scenario.policies[0],
            Arc::clone(&workload),
            1,
            true,
        )
        .unwrap()
    };
    let (mut whole, mut sliced) = (new(), new());
    while whole.run(u32::MAX) {}
    sliced.run(777);
    let mut fork = sliced.clone();
    while fork.run(1) {}
    while sliced.run(13) {}
    let (whole, sliced, fork) = (whole.finish(), sliced.finish(), fork.finish());
    assert_eq!(whole.records, sliced.records);
    assert_eq!(whole.records, fork.records);
    assert_eq!(whole.replicas, fork.replicas);
}

#[test]
fn i9_with_one_replica_every_policy_is_the_same() {
    let workload = chat(30, 3, 256, 100, 50);
    let query = "r=1&conc=1&p=round-robin,random,least-load,smart,chwbl";
    let runs = run(query, &workload);
    // All but what the router believed.
    let served = |run: &Run| {
        let records = run.records.iter().map(|record| Record {
            believed_blocks: 0,
            ..*record
        });
        records.collect::<Vec<_>>()
    };
    for other in &runs[1..] {
        assert!(served(&runs[0]) == served(other), "{}", other.policy);
    }
}

#[test]
fn a_prompt_beyond_the_context_is_rejected_and_its_conversation_goes_on() {
    let workload = chat(5, 6, 512, 200, 100);
    let runs = run("r=2&ctx=1500&p=smart", &workload);
    let count = |outcome| {
        runs[0]
            .records
            .iter()
            .filter(|r| r.outcome == outcome)
            .count()
    };
    assert_eq!(count(Outcome::Completed) + count(Outcome::Rejected), 30);
    assert!(count(Outcome::Rejected) >= 10 && count(Outcome::Completed) >= 10);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// I-1 to I-4 and I-6 whatever the load and however small the pool.
    #[test]
    fn laws_hold_under_pressure(
        conversations in 1u32..40, turns in 1u32..5, ask in 1u32..300, answer in 0u32..200,
        replicas in 1u32..5, rate in 1u32..200, pool in 2200u64..6000, seqs in 1u32..40, batch in 40u32..2000,
        seed in 0u64..100, cap in 1u32..60,
    ) {
        let workload = chat(conversations, turns, 256, ask, answer);
        let query = format!(
            "r={replicas}&rate={rate}&kv={pool}&seqs={seqs}&batch={batch}&seed={seed}&conc={cap}&p=smart,least-load"
        );
        for run in run(&query, &workload) {
            check(&run, &workload);
        }
    }
}

#[test]
fn a_tier_refuses_in_virtual_time_and_clients_retry_then_give_up() {
    let workload = chat(40, 2, 256, 100, 20);
    // 20 requests a minute and key, 40 conversations at 10 a second over two keys.
    let query = "r=2&rate=10&tier=custom%3A20%2F1000000&keys=2&retries=2&p=smart";
    let scenario = Scenario::from_query(query).unwrap();
    let runs = run(query, &workload);
    check(&runs[0], &workload);
    let refusals = runs[0].refusals;
    assert!(
        refusals.refused > 0 && refusals.given_up > 0,
        "{refusals:?}"
    );
    assert_eq!(
        refusals.refused,
        refusals.retried + refusals.given_up,
        "I-12"
    );
    let report = Report::new(&scenario, &workload, &runs);
    let values = &report.summaries[0].values;
    assert_eq!(values.completed + values.rejected, 80.0);
    assert_eq!(values.rejected, values.given_up);
    // Without the two retries, of at least 1 s and 2 s, all would be over with the last arrival's answer.
    assert!(runs[0].end.secs() > 3.0);
}

/// How many requests came to each end.
fn ends(run: &Run) -> [usize; 4] {
    use Outcome::{Completed, Failed, Pending, Rejected};
    [Completed, Rejected, Failed, Pending]
        .map(|outcome| run.records.iter().filter(|r| r.outcome == outcome).count())
}

#[test]
fn i1_whoever_is_turned_away_after_a_retry_makes_room_for_the_next() {
    let workload = chat(20, 1, 512, 120, 80);
    // One at a time, and one a minute: all but the first try again. The first is turned away by its router at once.
    let line = "r=2&arr=all-at-once&conc=1&tier=custom:1/100000000";
    let turned_away = run(&format!("{line}&p=conductor:slo_s=0.000001"), &workload);
    assert_eq!(ends(&turned_away[0]), [0, 20, 0, 0]);
    // Of several at once, whoever comes in when the fleet is full fails.
    let full = run(
        "r=1&arr=all-at-once&conc=3&inflight=1&retries=9&tier=custom:60/100000000&p=smart",
        &workload,
    );
    let [completed, rejected, failed, pending] = ends(&full[0]);
    assert_eq!((completed + rejected + failed, pending), (20, 0));
    assert!(failed > 0, "{:?}", ends(&full[0]));
}

#[test]
fn i1_refusals_at_once_take_no_stack() {
    let workload = chat(20_000, 1, 16, 10, 1);
    let query = "r=4&arr=all-at-once&conc=1&tier=custom:1/100000000&retries=0&p=round-robin";
    let runs = run(query, &workload);
    let [completed, rejected, failed, pending] = ends(&runs[0]);
    assert_eq!((completed + rejected, failed, pending), (20_000, 0, 0));
    assert!(completed > 0 && rejected > 10_000);
}
