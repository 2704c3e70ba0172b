//! What a summary of a file says is what the simulation finds.

use std::sync::Arc;

use proptest::prelude::*;
use warmpath_core::fleet::Replay;
use warmpath_core::metrics::FIGURES;
use warmpath_core::report::Report;
use warmpath_core::request::Chain;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::inspect::{Bin, Inspection};
use warmpath_core::workload::{Origin, ReadOptions, Reader, Workload};

fn read(file: &[u8]) -> (Workload, Origin) {
    let mut reader = Reader::new("file", ReadOptions::default());
    reader.push(file).unwrap();
    reader.understood().unwrap()
}

/// What `infinite-cache` reuses, one request at a time: of tokens and of blocks.
fn simulated(workload: &Workload) -> [f64; 2] {
    let query = "v=2&r=1&conc=1&p=infinite-cache";
    let scenario = Scenario::from_query(query).unwrap();
    let workload = Arc::new(workload.clone());
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
    let runs = replay.finish().unwrap();
    let report = Report::new(&scenario, &workload, &runs);
    ["token_reuse_rate", "cache_hit_rate"].map(|key| {
        let at = FIGURES.iter().position(|figure| figure.key == key).unwrap();
        *report.summaries[0].values.each()[at]
    })
}

/// By how many requests ago somebody had it, each block that an earlier request had: block by block, in a map.
fn distances(workload: &Workload) -> Vec<Bin> {
    let mut last = std::collections::BTreeMap::new();
    let mut counts = [0_u64; 33];
    for (now, request) in workload.requests.iter().enumerate() {
        let ids = |chain: Chain| -> Vec<u64> {
            let depths = 1..=chain.depth;
            depths
                .map(|depth| {
                    workload
                        .corpus
                        .last_id(workload.corpus.prefix(chain, depth))
                        .0
                })
                .collect()
        };
        for id in ids(request.prompt) {
            let Some(before) = last.get(&id) else { break };
            let distance = (now - before) as u64;
            counts[(u64::BITS - distance.leading_zeros()) as usize] += 1;
        }
        let computed = request.prompt_tokens + request.output_tokens - 1;
        let depth = computed / workload.block_size;
        for id in ids(workload.corpus.prefix(request.answered, depth)) {
            last.insert(id, now);
        }
    }
    let bin = |at: usize| Bin {
        from: 1 << (at - 1),
        to: (1 << at) - 1,
        count: counts[at],
    };
    let some = |at: &usize| counts[*at] > 0;
    let first = (1..33).find(some).unwrap_or(33);
    let end = (1..33).rev().find(some).map_or(0, |it| it + 1);
    (first..end).map(bin).collect()
}

fn same(file: &[u8]) {
    let (workload, origin) = read(file);
    let inspection = Inspection::new(&workload, &origin);
    let at_most = inspection.at_most;
    assert_eq!(inspection.picture.reuse, distances(&workload));
    let counted: u64 = inspection.picture.reuse.iter().map(|it| it.count).sum();
    assert_eq!(counted, at_most.found_blocks);
    // Of no tokens, or of no full blocks, there is no share.
    let share = |it: f64| (!it.is_nan()).then_some(it);
    let rates = [at_most.token_reuse_rate, at_most.cache_hit_rate];
    assert_eq!(
        rates.map(share),
        simulated(&workload).map(share),
        "{}",
        String::from_utf8_lossy(&file[..file.len().min(300)])
    );
}

#[test]
fn what_can_be_reused_at_most_is_what_a_cache_without_end_finds() {
    same(include_bytes!("data/mooncake.jsonl"));
    same(include_bytes!("data/bailian.jsonl"));
    same(include_bytes!("data/azure.csv"));
    same(include_bytes!("data/burstgpt.csv"));
    same(include_bytes!("data/sessions.jsonl"));
    same(include_bytes!("data/sharegpt-faults.json"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn of_any_rows(rows in prop::collection::vec((1..2000u32, 0..40u64, 0..4u64, 1..20u32), 1..20)) {
        let mut time = 0;
        let mut file = String::new();
        for (tokens, gap, from, output) in rows {
            time += gap * 100;
            let ids: Vec<String> = (0..u64::from(tokens.div_ceil(512))).map(|at| (from.min(at + 1) * 100 + at).to_string()).collect();
            file += &format!("{{\"timestamp\": {time}, \"input_length\": {tokens}, \"output_length\": {output}, \"hash_ids\": [{}]}}\n", ids.join(","));
        }
        same(file.as_bytes());
    }

    #[test]
    fn of_any_chats(chats in prop::collection::vec(prop::collection::vec((0..3usize, 1..30usize), 1..6), 1..6)) {
        let words = ["river ", "lake ", "sea "];
        let chats: Vec<String> = chats.iter().map(|chat| {
            let messages: Vec<String> = chat.iter().enumerate().map(|(at, (word, count))| {
                let from = if at % 2 == 0 { "human" } else { "gpt" };
                format!("{{\"from\": \"{from}\", \"value\": \"{}\"}}", words[*word].repeat(*count))
            }).collect();
            format!("{{\"conversations\": [{}]}}", messages.join(","))
        }).collect();
        same(format!("[{}]", chats.join(",")).as_bytes());
    }
}
