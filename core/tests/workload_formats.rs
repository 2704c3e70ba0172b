//! Every format: what it gives, what is refused, and the trace that any of them can be written as.

#[path = "workload_formats/refused.rs"]
mod refused;

use proptest::prelude::*;
use warmpath_core::request::Arrival;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{ReadOptions, Reader, Workload, WorkloadError, trace};

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
fn mooncake_ids_are_split_or_joined_and_times_start_at_zero() {
    for (block, ab, ac) in [(16, 64, 32), (512, 2, 1), (1024, 1, 0)] {
        let workload = read(MOONCAKE, block).unwrap();
        // Sorted by time: the third line is the second request.
        assert_eq!(lengths(&workload), [(1100, 30), (600, 7), (1536, 5)]);
        assert_eq!(times(&workload), [0.0, 2518.0, 3053.0]);
        assert_eq!(
            workload.notes,
            ["1 rows are out of time order; sorted by time"]
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
            "1 rows without prompt or output tokens are left out",
            "1 rows follow a chat that is not in the file; each begins a conversation",
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
            ["1 rows without prompt or output tokens are left out"]
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

#[test]
fn a_trace_reads_as_what_was_written() {
    for (i, file) in ALL.into_iter().enumerate() {
        let mut workload = read(file, 16).unwrap();
        if i == 1 {
            workload.count = 100; // repeated
        }
        let text = trace::write(&workload);
        for piece in [1, 33, 100_000] {
            let mut again = read_with(text.as_bytes(), ReadOptions::default(), piece).unwrap();
            again.name.clone_from(&workload.name);
            assert_eq!(again, workload, "{text}");
        }
        assert_eq!(
            trace::write(&read(&text, 16).unwrap())
                .lines()
                .skip(1)
                .collect::<Vec<_>>(),
            text.lines().skip(1).collect::<Vec<_>>()
        );
        // Larger blocks give what the file itself gives with them.
        let (mut joined, direct) = (read(&text, 64).unwrap(), read(file, 64).unwrap());
        joined.name.clone_from(&direct.name);
        joined.count = direct.count;
        assert_eq!(joined, direct);
        let refused = read(&text, 24).unwrap_err().to_string();
        assert!(refused.ends_with(
            "allowed: multiples of 16, such as 16, 32, 64, 128, 256, 512, 1024, 2048, 4096"
        ));
    }
}

#[test]
fn fewer_requests_are_the_first_rows() {
    for file in &ALL[1..] {
        let all = read(file, 16).unwrap();
        let options = ReadOptions {
            requests: Some(1),
            ..ReadOptions::default()
        };
        let first = read_with(file.as_bytes(), options, 7).unwrap();
        assert_eq!((first.count, &first.name), (1, &all.name));
        assert_eq!(lengths(&first)[0], lengths(&all)[0]);
    }
}

#[test]
fn a_last_line_that_breaks_off_is_noted() {
    for file in [MOONCAKE, BAILIAN, SESSIONS] {
        let lines = file.lines().count();
        let whole = read(file, 16).unwrap();
        let cut = &file[..file.len() - 3];
        let workload = read(cut, 16).unwrap();
        let read = workload.requests.len();
        assert!(read < whole.requests.len());
        assert_eq!(
            workload.notes[0],
            match read {
                1 => format!("ends inside line {lines}, which is left out; 1 request read"),
                _ => format!("ends inside line {lines}, which is left out; {read} requests read"),
            }
        );
    }
    let azure = read(&AZURE[..AZURE.len() - 5], 16).unwrap();
    assert_eq!(
        azure.notes[0],
        "ends inside line 4, which is left out; 2 requests read"
    );
    let text = trace::write(&read(AZURE, 16).unwrap());
    // A number that breaks off is a number: a last line without an end is told.
    let open = |file: &str| read(file, 16).unwrap().notes.join("; ");
    let told = "has no line end: what it ends with may be cut short";
    assert!(!open(AZURE).contains(told) && !open(&text).contains(told));
    assert!(open(AZURE.trim_end()).starts_with(&format!("line 4 {told}")));
    assert!(open(text.trim_end()).starts_with(&format!("line 4 {told}")));
    // What BurstGPT's rows end with is not read.
    assert!(!open(BURST.trim_end()).contains(told));
    assert_eq!(
        why(&text[..text.len() - 10]),
        "the file breaks off: line 1 promises 2 requests, 1 are there"
    );
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let traces = ALL.map(|file| trace::write(&read(file, 16).unwrap()));
    let files: Vec<Vec<u8>> = ALL
        .into_iter()
        .map(str::to_owned)
        .chain(traces)
        .map(String::into_bytes)
        .collect();
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 0..6);
    (
        prop::sample::select(files),
        edits,
        any::<prop::sample::Index>(),
        any::<bool>(),
    )
        .prop_map(|(mut file, edits, end, cut)| {
            for (at, byte, kind) in edits {
                let at = at.index(file.len().max(1));
                match kind {
                    0 if !file.is_empty() => file[at] = byte,
                    1 if !file.is_empty() => drop(file.remove(at)),
                    // Digits make numbers that are wrong rather than text that is.
                    2 => file.insert(at, b'0' + byte % 10),
                    _ => file.insert(at, b"{}[],:\"\\+-/=\n"[byte as usize % 13]),
                }
            }
            if cut {
                file.truncate(end.index(file.len() + 1));
            }
            file
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_file_makes_it_panic_and_pieces_never_matter(
        file in mutated(),
        cuts in prop::collection::vec(1..200usize, 1..20),
        size in prop::sample::select(vec![1u32, 16, 64]),
        requests in prop::option::of(0..9u32),
    ) {
        let options = ReadOptions { block_size: size, requests, ..ReadOptions::default() };
        let whole = read_with(&file, options, usize::MAX);
        let (mut reader, mut rest, mut result) = (Reader::new("file", options), &file[..], Ok(()));
        for cut in cuts.iter().cycle() {
            if rest.is_empty() || result.is_err() {
                break;
            }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            result = reader.push(piece);
            rest = after;
        }
        let pieces = result.and_then(|()| reader.finish());
        match (whole, pieces) {
            (Ok(whole), Ok(pieces)) => {
                for r in &whole.requests {
                    prop_assert_eq!(r.prompt.depth, r.prompt_tokens / size);
                    prop_assert!(r.output_tokens > 0);
                    prop_assert!(r.answered.depth <= (r.prompt_tokens + r.output_tokens) / size);
                    prop_assert_eq!(whole.corpus.prefix(r.answered, r.prompt.depth), r.prompt);
                }
                prop_assert!(whole.count > 0 && !whole.requests.is_empty());
                let mut again = read(&trace::write(&whole), size).unwrap();
                again.name.clone_from(&whole.name);
                prop_assert_eq!(&again, &whole);
                prop_assert_eq!(whole, pieces);
            }
            (whole, pieces) => prop_assert_eq!(whole.err().map(|e| e.to_string()), pieces.err().map(|e| e.to_string())),
        }
    }
}

/// A trace of so many rows that go round a list of three, the last of them changed.
fn rounds(rows: u32, last: &str) -> Vec<u8> {
    let list = ["0,0,40,9,,,+2,,,", "1,0,70,5,,,1+3,,,", "2,0,16,1,,,1,,,"];
    let mut text = format!(
        "{{\"schema\":\"warmpath.trace/1\",\"block_size\":16,\"count\":{rows},\"requests\":{rows}}}\n\
         conversation,turn,prompt,output,max,arrival,blocks,chars_100,tokens_256,chunks\n"
    );
    for row in 0..rows as usize - 1 {
        // The first round brings the blocks, later ones name them.
        let later = ["0,0,40,9,,,2,,,", "1,0,70,5,,,5,,,", "2,0,16,1,,,1,,,"];
        let line = list.get(row).unwrap_or(&later[row % 3]);
        text += &format!("{line}\n");
    }
    text += &format!("{last}\n");
    text.into_bytes()
}

#[test]
fn rows_that_say_the_same_list_again_and_again_are_held_once() {
    let read_some = |bytes: &[u8], requests| {
        let options = ReadOptions {
            requests,
            ..ReadOptions::default()
        };
        let mut reader = Reader::new("rounds", options);
        reader.push(bytes).unwrap();
        reader.finish().unwrap()
    };
    let folded = read_some(&rounds(100, "0,0,40,9,,,2,,,"), None);
    assert_eq!((folded.requests.len(), folded.count), (3, 100));
    let some = read_some(&rounds(100, "0,0,40,9,,,2,,,"), Some(50));
    assert_eq!((some.requests.len(), some.count), (3, 50));
    let more = read_some(&rounds(100, "0,0,40,9,,,2,,,"), Some(500));
    assert_eq!(more.count, 100);
    assert!(more.notes[0].contains("the file has 100"));
    // One row that differs, at the very end: all rows stand for themselves.
    let whole = read_some(&rounds(100, "0,0,40,8,,,2,,,"), None);
    assert_eq!((whole.requests.len(), whole.count), (100, 100));
    for (n, request) in whole.requests.iter().enumerate().take(99) {
        assert_eq!(*request, folded.requests[n % 3]);
    }
    assert_eq!(whole.requests[99].output_tokens, 8);
    // Turns depend on what came before, so nothing is folded.
    let turns = String::from_utf8(rounds(100, "0,0,40,9,,,2,,,")).unwrap();
    let turns = read_some(turns.replace(",9,,,", ",9,,+,").as_bytes(), None);
    assert_eq!(turns.requests.len(), 100);
}
