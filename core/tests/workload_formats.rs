//! Every format and what it gives; beside it what is refused, what of a broken file is used, and the trace that any of them can
//! be written as; and files that claim, hide or garble.

#[path = "workload_formats/broken.rs"]
mod broken;
#[path = "workload_formats/generated.rs"]
mod generated;
#[path = "workload_formats/hostile.rs"]
mod hostile;
#[path = "workload_formats/kinds.rs"]
mod kinds;
#[path = "workload_formats/later.rs"]
mod later;
#[path = "workload_formats/names.rs"]
mod names;
#[path = "workload_formats/refused.rs"]
mod refused;
#[path = "workload_formats/results.rs"]
mod results;
#[path = "workload_formats/tables.rs"]
mod tables;
#[path = "workload_formats/written.rs"]
mod written;

use warmpath_core::request::Arrival;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{ReadOptions, Reader, Workload, WorkloadError};

const SHAREGPT: &str = include_str!("data/sharegpt-faults.json");

/// Ids of 512 tokens: the second prompt shares two, the third one.
const MOONCAKE: &str = r#"{"timestamp": 27482, "input_length": 1100, "output_length": 30, "hash_ids": [46, 47, 48]}
{"timestamp": 30535, "input_length": 1536, "output_length": 5, "hash_ids": [46, 47, 49], "priority": 1}
{"timestamp": 30000, "input_length": 600, "output_length": 7, "hash_ids": [46, 50]}
"#;

/// Ids of 16 tokens; the third chat goes on from the first.
const BAILIAN: &str = r#"{"chat_id": 1, "parent_chat_id": -1, "timestamp": 61.114, "input_length": 40, "output_length": 13, "type": "text", "turn": 1, "hash_ids": [1, 2, 3]}
{"chat_id": 2, "parent_chat_id": -1, "timestamp": 61.5, "input_length": 16, "output_length": 0, "type": "text", "turn": 1, "hash_ids": [9]}
{"chat_id": 3, "parent_chat_id": 1, "timestamp": 75.25, "input_length": 64, "output_length": 20, "type": "text", "turn": 2, "hash_ids": [1, 2, 4, 5]}
{"chat_id": 4, "parent_chat_id": 77, "timestamp": 80, "input_length": 16, "output_length": 20, "type": "text", "turn": 2, "hash_ids": [1]}
"#;

const AZURE: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\r
2023-11-16 23:59:59.9799600,4808,10\r
2023-11-17 00:00:00.0319600,3180,8\r
2023-11-17 00:00:01,110,0\r
";

const BURST: &str =
    "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type
5,s1,,ChatGPT,472,18,490,Conversation log
45.5,,,GPT-4,1087,230,1317,API log
118,s1,,GPT-4,417,276,693,Conversation log
120,s2,,GPT-4,417,0,417,Conversation log
";

const SESSIONS: &str = r#"{"id": "s0", "steps": [{"input": 875, "new": 875, "output": 341, "gap": 0.0}, {"input": 1445, "new": 229, "output": 180, "gap": 9.127}]}
{"id": "s1", "steps": [{"input": 20, "new": 20, "output": 8, "gap": 0.0}]}
"#;

const ALL: [&str; 6] = [SHAREGPT, MOONCAKE, BAILIAN, AZURE, BURST, SESSIONS];

fn read_with(file: &[u8], options: ReadOptions, piece: usize) -> Result<Workload, WorkloadError> {
    let mut reader = Reader::new("file", options);
    for piece in file.chunks(piece) {
        reader.push(piece)?;
    }
    reader.finish()
}

fn read(file: &str, block_size: u32) -> Result<Workload, WorkloadError> {
    let options = ReadOptions {
        block_size,
        ..ReadOptions::default()
    };
    read_with(file.as_bytes(), options, 100)
}

fn why(file: &str) -> String {
    read(file, 16).expect_err(file).to_string()
}

/// Blocks that requests `a` and `b` have in common.
fn shared(workload: &Workload, a: usize, b: usize) -> usize {
    let mut ids = [Vec::new(), Vec::new()];
    workload
        .corpus
        .ids(workload.requests[a].prompt, &mut ids[0]);
    workload
        .corpus
        .ids(workload.requests[b].prompt, &mut ids[1]);
    ids[0]
        .iter()
        .zip(&ids[1])
        .take_while(|(x, y)| x == y)
        .count()
}

fn lengths(workload: &Workload) -> Vec<(u32, u32)> {
    let requests = workload.requests.iter();
    requests
        .map(|r| (r.prompt_tokens, r.output_tokens))
        .collect()
}

fn times(workload: &Workload) -> Vec<f64> {
    let requests = workload.requests.iter();
    requests
        .map(|r| match r.arrival {
            Arrival::At(time) => time.millis(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn every_format_says_what_it_is() {
    for file in ALL {
        let mut reader = Reader::new("file", ReadOptions::default());
        reader.push(file.as_bytes()).unwrap();
        let (_, origin) = reader.understood().unwrap();
        assert!(!origin.format.is_empty() && origin.rows > 0, "{file}");
    }
}

#[test]
fn mooncake_ids_are_split_or_joined_and_times_start_at_zero() {
    for (block, ab, ac) in [(16, 64, 32), (512, 2, 1), (1024, 1, 0)] {
        let workload = read(MOONCAKE, block).unwrap();
        // Sorted by time: the third line is the second request.
        assert_eq!(lengths(&workload), [(1100, 30), (600, 7), (1536, 5)]);
        assert_eq!(times(&workload), [0.0, 2518.0, 3053.0]);
        assert_eq!(
            workload.notes,
            [
                "requests without a priority that can be read have priority 0: 2 of 3",
                "1 row is earlier than the row before; sorted by time"
            ]
        );
        assert_eq!((shared(&workload, 0, 2), shared(&workload, 0, 1)), (ab, ac));
        for r in &workload.requests {
            assert_eq!(
                (r.prompt.depth, r.answered),
                (r.prompt_tokens / block, r.prompt)
            );
        }
    }
    let refused = read(MOONCAKE, 48).unwrap_err().to_string();
    assert!(
        refused.starts_with(
            "block size 48 does not fit a trace with ids of 512 tokens; allowed: 1, 2,"
        )
    );
}

#[test]
fn bailian_chats_follow_their_parents() {
    let workload = read(BAILIAN, 16).unwrap();
    assert_eq!(lengths(&workload), [(40, 13), (64, 20), (16, 20)]);
    assert_eq!(times(&workload), [0.0, 14_136.0, 18_886.0]);
    let turns: Vec<_> = workload
        .requests
        .iter()
        .map(|r| (r.conversation, r.turn))
        .collect();
    assert_eq!(turns, [(0, 0), (0, 1), (2, 0)]);
    assert_eq!(shared(&workload, 0, 1), 2);
    assert_eq!(
        workload.notes,
        [
            "1 row without prompt or output tokens is left out",
            "1 row follows a chat that is not in the file; it begins a conversation",
        ]
    );
}

#[test]
fn azure_and_burstgpt_give_lengths_and_times_only() {
    let azure = read(AZURE, 16).unwrap();
    assert_eq!(lengths(&azure), [(4808, 10), (3180, 8)]);
    assert_eq!(times(&azure), [0.0, 52.0]);
    let burst = read(BURST, 16).unwrap();
    assert_eq!(lengths(&burst), [(472, 18), (1087, 230), (417, 276)]);
    assert_eq!(times(&burst), [0.0, 40_500.0, 113_000.0]);
    let turns: Vec<_> = burst
        .requests
        .iter()
        .map(|r| (r.conversation, r.turn))
        .collect();
    assert_eq!(turns, [(0, 0), (1, 0), (0, 1)]);
    for workload in [azure, burst] {
        assert_eq!(
            workload.notes,
            [
                "1 row without prompt or output tokens is left out",
                "reuse is 0 because the file does not say which prompts share a beginning",
            ]
        );
        let own: u64 = workload
            .requests
            .iter()
            .map(|r| u64::from(r.prompt.depth))
            .sum();
        assert_eq!(workload.corpus.blocks(), own);
        assert!(
            workload
                .requests
                .iter()
                .all(|r| r.prompt.depth == r.prompt_tokens / 16)
        );
    }
}

#[test]
fn session_turns_contain_the_turn_before_and_follow_it_after_its_gap() {
    let workload = read(SESSIONS, 16).unwrap();
    assert_eq!(lengths(&workload), [(875, 341), (1445, 180), (20, 8)]);
    let [a, b, c] = [0, 1, 2].map(|i| workload.requests[i].clone());
    assert_eq!(a.answered.depth, (875 + 341) / 16);
    assert_eq!(
        workload.corpus.prefix(b.prompt, a.answered.depth),
        a.answered
    );
    assert_eq!(a.arrival, Arrival::Open);
    assert_eq!(
        b.arrival,
        Arrival::AfterPrevious(Some(VirtualTime(9_127_000_000)))
    );
    assert_eq!((c.conversation, c.turn), (1, 0));
}
