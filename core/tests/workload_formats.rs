//! Every format: what it gives, what is refused, and the trace that any of them can be written as.

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
            format!("ends inside line {lines}; {} requests read", read)
        );
    }
    let azure = read(&AZURE[..AZURE.len() - 5], 16).unwrap();
    assert_eq!(azure.notes[0], "ends inside line 4; 2 requests read");
    let text = trace::write(&read(AZURE, 16).unwrap());
    assert_eq!(
        why(&text[..text.len() - 10]),
        "line 1: field `requests` is 2, 1, as there are in the file, expected"
    );
}

#[test]
fn wrong_fields_are_named_with_what_would_be_right() {
    let of = |file: &str, from: &str, to: &str| why(&file.replacen(from, to, 1));
    for (error, says) in [
        (
            of(MOONCAKE, "1100", "-4"),
            "line 1: field `input_length` is -4, a whole number from 0 to 1e9 expected",
        ),
        (
            of(MOONCAKE, "1536", "3000000000"),
            "line 2: field `input_length` is 3000000000, a whole",
        ),
        (
            of(MOONCAKE, "\"output_length\": 7, ", ""),
            "line 3: field `output_length` is missing",
        ),
        (
            of(MOONCAKE, "[46, 50]", "[]"),
            "line 3: field `hash_ids` is a list of 0, 2 ids for 600 tokens expected",
        ),
        (
            of(MOONCAKE, "[46, 50]", "7"),
            "line 3: field `hash_ids` is 7, a list of block ids expected",
        ),
        (
            of(MOONCAKE, "50]", "-50]"),
            "line 3: field `hash_ids` is -50, a whole number, not negative expected",
        ),
        (
            of(MOONCAKE, "30535", "\"soon\""),
            "line 2: field `timestamp` is \"soon\", milliseconds from 0",
        ),
        (of(MOONCAKE, "30535", "30535]"), "line 2: "),
        (
            of(BAILIAN, "\"chat_id\": 3", "\"chat\": 3"),
            "line 3: field `chat_id` is missing",
        ),
        (
            of(AZURE, "2023-11-17", "yesterday"),
            "line 3: field `TIMESTAMP` is \"yesterday 00:00:00.0319600\", a date",
        ),
        (
            of(AZURE, "3180,", ""),
            "line 3: 2 columns found, 3 expected",
        ),
        (
            of(AZURE, "3180", "many"),
            "line 3: field `ContextTokens` is \"many\", a whole number",
        ),
        (
            of(BURST, "1087", ""),
            "line 3: field `Request tokens` is missing",
        ),
        (
            of(BURST, "45.5", "-45.5"),
            "line 3: field `Timestamp` is -45.5, seconds from 0 to a hundred years",
        ),
        (
            of(SESSIONS, "1445", "1400"),
            "line 1, step 2: field `input` is 1400, 1445 (input and output of the step",
        ),
        (
            of(SESSIONS, "\"gap\": 9.127", "\"gap\": null"),
            "line 1, step 2: field `gap` is null, seconds from 0",
        ),
        (
            of(SESSIONS, "\"steps\": [", "\"steps\": 1, \"x\": ["),
            "line 1: field `steps` is 1, a list of steps expected",
        ),
        (
            why("{\"hash_ids\": 1"),
            "line 1: the JSON object does not end in its line",
        ),
        (
            why("TIMESTAMP,ContextTokens,GeneratedTokens\n"),
            "no request can be made of the file's records",
        ),
        (why("[]"), "the array has no conversation"),
        (
            why("[1, 2]"),
            "conversation 1: '1' found, an object with `conversations` expected",
        ),
        (
            why("[{\"conversations\": [{\"fr"),
            "the file breaks off before a whole conversation was read",
        ),
        (
            why("[{\"conversations\": []}]"),
            "no prompt can be made of 1 conversations (1 conversation is empty)",
        ),
        (
            why("[{\"prompt\": \"a\"}]"),
            "conversation 1: an object with `prompt` found, an object with `conversations`",
        ),
    ] {
        assert!(error.starts_with(says), "{error}\n{says}");
    }
    let mut bytes = MOONCAKE.as_bytes().to_vec();
    bytes[120] = 0xff;
    let error = read_with(&bytes, ReadOptions::default(), 50).unwrap_err();
    assert_eq!(error, WorkloadError::NotUtf8 { offset: 120 });
}

#[test]
fn wrong_traces_are_refused() {
    let text = trace::write(&read(SHAREGPT, 2).unwrap());
    let of = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}: {text}");
        read(&text.replacen(from, to, 1), 2)
            .expect_err(to)
            .to_string()
    };
    for (error, says) in [
        (
            of("trace/1", "trace/2"),
            "line 1: field `schema` is \"warmpath.trace/2\", \"warmpath.trace/1\" expected",
        ),
        (
            of("\"block_size\":2", "\"block_size\":0"),
            "line 1: field `block_size` is 0, 1 to 4096 expected",
        ),
        (
            of("\"notes\"", "\"nodes\""),
            "line 1: a field `nodes` found, nothing but `schema`",
        ),
        (
            of("conversation,turn", "turn,conversation"),
            "line 2: \"turn,conversation,prompt",
        ),
        (
            of("+4/+4", "+5/+4"),
            "line 3: field `blocks` is +5/+4, a prefix of 4 blocks expected",
        ),
        (
            of("+4/+4", "9+3/+4"),
            "line 3: field `blocks` is 9+3/+4, a prefix of 4 blocks expected",
        ),
        (
            of("+4/+4", "+4/+7"),
            "line 3: field `blocks` is +4/+7, an answer that goes on from its prompt, 8 blocks",
        ),
        (
            of("+4/+4", "+4/0"),
            "line 3: field `blocks` is +4/0, an answer",
        ),
        (
            of("0,0,9,", "0,0,-9,"),
            "line 3: field `prompt` is -9, a whole number from 0",
        ),
        (
            of(",=,+,8", ",=,+-1,8"),
            "line 4: field `arrival` is -1, empty, nanoseconds",
        ),
    ] {
        assert!(error.starts_with(says), "{error}\n{says}");
    }
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
