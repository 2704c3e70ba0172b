//! A workload of conversations, and runs of one policy over it.

use std::collections::BTreeMap;
use std::sync::Arc;

use warmpath_core::fleet::{Outcome, Replay, Run};
use warmpath_core::request::{Arrival, Chain, Corpus, Heads, Request};
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::Workload;

/// Conversations that share a system prompt, every turn repeating all before it.
pub(crate) fn chat(
    conversations: u32,
    turns: u32,
    system: u32,
    ask: u32,
    answer: u32,
) -> Arc<Workload> {
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
            let all = (prompt_tokens + output_tokens) / size;
            let answered = corpus.extend(prompt, all - prompt.depth);
            requests.push(Request {
                conversation,
                turn,
                prompt_tokens,
                output_tokens,
                max_tokens: Some(output_tokens),
                prompt,
                answered,
                arrival: match turn {
                    0 => Arrival::Open,
                    _ => Arrival::AfterPrevious(None),
                },
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

/// Prompts of this many blocks of 16 and one token, a millisecond apart; those with one name are the same.
pub(crate) fn prompts_of_blocks(prompts: &[(u32, u32)]) -> Arc<Workload> {
    let mut corpus = Corpus::default();
    let mut named: BTreeMap<u32, Chain> = BTreeMap::new();
    let request = |(at, &(name, blocks)): (usize, &(u32, u32))| {
        let chain = named.entry(name);
        let prompt = *chain.or_insert_with(|| corpus.extend(Chain::default(), blocks));
        Request {
            conversation: at as u32,
            turn: 0,
            prompt_tokens: blocks * 16 + 1,
            output_tokens: 3,
            max_tokens: None,
            prompt,
            answered: prompt,
            arrival: Arrival::At(VirtualTime::from_millis(at as f64)),
            keys: None,
            served_by: None,
            label: Default::default(),
        }
    };
    let requests: Vec<Request> = prompts.iter().enumerate().map(request).collect();
    Arc::new(Workload {
        name: "prompts".into(),
        block_size: 16,
        corpus,
        chunks: Corpus::default(),
        characters: Corpus::default(),
        tokens: Corpus::default(),
        heads: Default::default(),
        count: requests.len() as u32,
        requests,
        labels: Default::default(),
        notes: Vec::new(),
    })
}

/// The one policy of the scenario, run to its end; every request is answered.
pub(crate) fn run(query: &str, workload: &Arc<Workload>) -> Run {
    let scenario = Scenario::from_query(query).unwrap();
    let replay = Replay::new(scenario, Arc::clone(workload), false).unwrap();
    let run = replay.finish().unwrap().remove(0);
    let ended = |outcome| outcome == Outcome::Completed;
    assert!(run.records.iter().all(|record| ended(record.outcome)));
    run
}

/// Prompt blocks of a run, by what became of them.
#[derive(Debug)]
pub(crate) struct Summed {
    pub(crate) found: f64,
    pub(crate) evicted: f64,
    pub(crate) forgotten: f64,
    pub(crate) unknown: f64,
    pub(crate) false_hits: f64,
}

pub(crate) fn summed(run: &Run) -> Summed {
    let sum = |of: fn(&warmpath_core::fleet::Record) -> u32| {
        run.records.iter().map(|record| f64::from(of(record))).sum()
    };
    Summed {
        found: sum(|r| r.hit_blocks),
        evicted: sum(|r| r.lost_evicted),
        forgotten: sum(|r| r.lost_forgotten),
        unknown: sum(|r| r.lost_unknown),
        false_hits: sum(|r| r.believed_blocks.saturating_sub(r.hit_blocks)),
    }
}
