//! ShareGPT files: turns, faults, and the benchmark's recipe.

use warmpath_core::request::{Arrival, Request};
use warmpath_core::token::Tokenizer;
use warmpath_core::workload::reading::Tokenization;
use warmpath_core::workload::{Prompts, ReadOptions, Reader, Workload, WorkloadError};

/// Invented conversations with the faults of real files: empty ones, one that begins with an answer, unknown roles,
/// half a surrogate pair, and an end in the middle of a message.
const FAULTS: &str = include_str!("data/sharegpt-faults.json");

fn read(file: &str, options: ReadOptions, piece: usize) -> Result<Workload, WorkloadError> {
    let mut reader = Reader::new("dir/faults.json", options);
    for piece in file.as_bytes().chunks(piece) {
        reader.push(piece)?;
    }
    reader.finish()
}

/// Counted in FakeAI's words, which are easily counted by hand.
fn words() -> ReadOptions {
    let mut options = ReadOptions::default();
    options.reading.tokenizer = Tokenization::Words;
    options
}

fn blocks_of(size: u32) -> ReadOptions {
    ReadOptions {
        block_size: size,
        ..words()
    }
}

fn tokens(texts: &[&str]) -> u32 {
    let (mut tokenizer, mut ids) = (Tokenizer::default(), Vec::new());
    for text in texts {
        tokenizer.encode(text, &mut ids);
    }
    ids.len() as u32
}

#[test]
fn every_question_is_a_turn_with_all_that_was_said() {
    let workload = read(FAULTS, blocks_of(2), 4096).unwrap();
    let turn = |r: &Request| {
        let think = match r.arrival {
            Arrival::Open => "open",
            Arrival::AfterPrevious(None) => "after",
            _ => "other",
        };
        (
            r.conversation,
            r.turn,
            r.prompt_tokens,
            r.output_tokens,
            r.max_tokens,
            think,
        )
    };
    let of = |conversation, number, prompt: &[&str], reply: &[&str], arrival| {
        let output = tokens(reply).max(1);
        (
            conversation,
            number,
            tokens(prompt),
            output,
            Some(output),
            arrival,
        )
    };
    let unanswered = |conversation, prompt| (conversation, 0, tokens(prompt), 100, None, "open");
    let starter = "How do I keep a sourdough starter alive?";
    let feed = "Feed it flour and water every day.";
    let fridge = "And in the fridge?";
    let tide = "{\"tide\": \"low\"}";
    let expected = [
        of(0, 0, &[starter], &[feed], "open"),
        of(
            0,
            1,
            &[starter, feed, fridge],
            &["Once a week is enough. 🍞 Let it wake up \"slowly\"."],
            "after",
        ),
        of(
            1,
            0,
            &["Who lit it again?"],
            &["The keeper's daughter."],
            "open",
        ),
        of(
            2,
            0,
            &["Answer in one word.", "Capital of Iceland?"],
            &["Reykjavík"],
            "open",
        ),
        unanswered(3, &["Wait."]),
        of(
            3,
            1,
            &["Wait.", "What is a fjord?"],
            &["A drowned glacial valley.", "Norway has many."],
            "after",
        ),
        of(4, 0, &["Tide at noon?", tide], &["Low tide."], "open"),
        of(
            4,
            1,
            &["Tide at noon?", tide, "Low tide.", "Thanks!"],
            &[""],
            "after",
        ),
        unanswered(5, &["Is anyone there?"]),
        of(6, 0, &["A torn \u{fffd} face"], &["Whole 😀."], "open"),
    ];
    assert_eq!(
        workload.requests.iter().map(turn).collect::<Vec<_>>(),
        expected
    );
    assert_eq!(workload.count, 10);
}

#[test]
fn a_later_prompt_contains_the_answer_before_it() {
    let options = ReadOptions {
        beginnings: true,
        ..blocks_of(2)
    };
    let workload = read(FAULTS, options, 4096).unwrap();
    let [first, second] = [&workload.requests[0], &workload.requests[1]];
    for r in &workload.requests {
        assert_eq!(r.prompt.depth, r.prompt_tokens / 2);
        // No reply, or one without a token, leaves no block behind.
        match (r.max_tokens, (r.conversation, r.turn)) {
            (None, _) | (_, (4, 1)) => assert_eq!(r.answered, r.prompt),
            _ => assert_eq!(r.answered.depth, (r.prompt_tokens + r.output_tokens) / 2),
        }
    }
    let mut ids = [Vec::new(), Vec::new()];
    workload.corpus.ids(first.answered, &mut ids[0]);
    workload.corpus.ids(second.prompt, &mut ids[1]);
    assert!(ids[1].starts_with(&ids[0]));
    // Texts that go on share their chunks but the last, and the first question with its key of any length.
    let keys = |r: &Request| r.keys.unwrap();
    assert_eq!(keys(first).chars_100, keys(second).chars_100);
    assert_eq!(keys(first).head, keys(second).head);
    let heads = &workload.heads;
    assert_eq!(
        heads.get(keys(second).head),
        Some("How do I keep a sourdough starter alive?")
    );
    assert_eq!(
        heads.key(keys(first).head, 100),
        Some(keys(first).chars_100)
    );
    assert_ne!(keys(first).tokens_256, keys(second).tokens_256);
    let other = workload
        .requests
        .iter()
        .find(|r| r.conversation != first.conversation);
    assert_ne!(keys(first).chars_100, keys(other.unwrap()).chars_100);
    assert!(keys(second).chunks.depth >= 1);
}

#[test]
fn faults_are_counted_and_noted() {
    let workload = read(FAULTS, words(), 4096).unwrap();
    assert_eq!(
        workload.notes,
        [
            "ends inside conversation 10; 9 read",
            "1 conversation is empty",
            "2 conversations begin with an answer, which is dropped",
            "1 conversation has no question",
            "1 conversation has half of a surrogate pair, read as U+FFFD",
            "2 of 10 questions have no reply; 100 output tokens each",
            "text is counted with the tokenizer words",
        ]
    );
}

#[test]
fn fewer_requests_are_a_prefix_and_the_whole_file_is_still_checked() {
    let all = read(FAULTS, words(), 4096).unwrap();
    for wanted in 1..=10 {
        let options = ReadOptions {
            requests: Some(wanted),
            ..words()
        };
        let some = read(FAULTS, options, 4096).unwrap();
        assert_eq!(some.count, wanted);
        let shape = |r: &Request| (r.conversation, r.turn, r.prompt_tokens, r.output_tokens);
        assert!(
            some.requests.iter().map(shape).eq(all
                .requests
                .iter()
                .take(wanted as usize)
                .map(shape))
        );
        assert_eq!(some.name, all.name);
        assert_eq!(some.notes[..4], all.notes[..4]);
    }
    let more = ReadOptions {
        requests: Some(2000),
        ..words()
    };
    let more = read(FAULTS, more, 4096).unwrap();
    assert_eq!(more.count, 10);
    assert_eq!(
        more.notes.last().unwrap(),
        "2,000 requests asked for; the file has 10"
    );
}

#[test]
fn pieces_do_not_matter() {
    let whole = read(FAULTS, blocks_of(4), FAULTS.len()).unwrap();
    let hash = xxhash_rust::xxh3::xxh3_64(FAULTS.as_bytes());
    assert_eq!(whole.name, format!("faults.json~{hash:016x}"));
    for piece in [1, 2, 3, 7, 64, 1000] {
        assert_eq!(read(FAULTS, blocks_of(4), piece).unwrap(), whole);
    }
}

#[test]
fn every_break_is_an_end_inside_or_after_a_conversation() {
    let mut offset = 0;
    while offset < FAULTS.len() {
        let cut = &FAULTS.as_bytes()[..offset];
        let mut reader = Reader::new("cut", words());
        let result = reader.push(cut).and_then(|()| reader.finish());
        match result {
            Ok(workload) => assert!(workload.notes[0].starts_with("ends "), "{offset}"),
            Err(WorkloadError::Nothing(_) | WorkloadError::Empty) => assert!(offset < 800),
            Err(error) => panic!("{offset}: {error}"),
        }
        offset += 11;
    }
}

#[test]
fn the_benchmark_recipe_takes_long_conversations_only() {
    let message = |i: usize| {
        let from = if i.is_multiple_of(2) { "human" } else { "gpt" };
        format!("{{\"from\": \"{from}\", \"value\": \"one two three {i}\"}}")
    };
    let conversation = |n: usize| {
        let messages: Vec<String> = (0..n).map(message).collect();
        format!("{{\"conversations\": [{}]}}", messages.join(","))
    };
    let file = format!("[{},{}]", conversation(16), conversation(17));
    let options = ReadOptions {
        prompts: Prompts::KubeAi,
        ..blocks_of(4)
    };
    let workload = read(&file, options, 100).unwrap();
    assert_eq!(workload.count, 8000);
    // Nine prompts, the last without a reply.
    assert_eq!(workload.requests.len(), 8);
    let mut turns: Vec<u32> = workload.requests.iter().map(|r| r.turn).collect();
    assert_ne!(turns, [0, 1, 2, 3, 4, 5, 6, 7]);
    turns.sort_unstable();
    assert_eq!(turns, [0, 1, 2, 3, 4, 5, 6, 7]);
    for r in &workload.requests {
        // "User", ":" and four words a message; a reply of four and the begin-of-text token.
        assert_eq!(r.prompt_tokens, 6 * (2 * r.turn + 1));
        assert_eq!((r.output_tokens, r.arrival), (5, Arrival::Open));
        assert_eq!(r.answered, r.prompt);
    }
}
