//! Files of the kinds that people have: other programs' names, units, separators and frames.

use super::*;
use std::io::Write as _;
use warmpath_core::workload::reading::{
    ChatTemplate, ColumnMap, SessionRows, TimeUnit, Tokenization,
};

fn options(set: impl FnOnce(&mut ReadOptions)) -> ReadOptions {
    let mut options = ReadOptions::default();
    set(&mut options);
    options
}

fn with(file: &str, options: ReadOptions) -> Workload {
    read_with(file.as_bytes(), options, 50).expect(file)
}

/// Read as it is.
fn plain(file: &str) -> Workload {
    with(file, ReadOptions::default())
}

fn notes(workload: &Workload) -> String {
    workload.notes.join("; ")
}

fn places(workload: &Workload) -> Vec<(u32, u32)> {
    let requests = workload.requests.iter();
    requests.map(|r| (r.conversation, r.turn)).collect()
}

/// Rows of a trace with these times and other fields.
fn rows(times: &[&str], rest: &[&str]) -> String {
    let rows = times.iter().zip(rest);
    rows.map(|(time, rest)| format!("{{\"timestamp\": {time}, {rest}}}\n"))
        .collect()
}

const IDS: [&str; 3] = [
    r#""input_length": 1030, "output_length": 9, "hash_ids": [7, 8, 9]"#,
    r#""input_length": 1030, "output_length": 9, "hash_ids": [7, 8, 10]"#,
    r#""input_length": 500, "output_length": 9, "hash_ids": [7]"#,
];

#[test]
fn times_are_read_in_the_unit_that_they_are_in() {
    let seconds = plain(&rows(&["0.0", "2.5", "8.0"], &IDS));
    assert_eq!(times(&seconds), [0.0, 2500.0, 8000.0]);
    assert!(
        notes(&seconds).contains("times (`timestamp`) are read as seconds"),
        "{}",
        notes(&seconds)
    );
    let millis = plain(&rows(&["0", "2500", "8000"], &IDS));
    assert_eq!(times(&millis), times(&seconds));
    assert!(!notes(&millis).contains("times"));
    for (unit, written) in [
        ("seconds", ["1777312800", "1777312802.5", "1777312808"]),
        (
            "milliseconds",
            ["1777312800000.0", "1777312802500", "1777312808000.0"],
        ),
        (
            "microseconds",
            ["1777312800000000", "1777312802500000", "1777312808000000"],
        ),
        (
            "nanoseconds",
            [
                "1777312800000000000",
                "1777312802500000000",
                "1777312808000000000",
            ],
        ),
        (
            "dates",
            [
                "\"2026-04-27T18:00:00Z\"",
                "\"2026-04-27 18:00:02.5\"",
                "\"2026-04-27T20:00:08+02:00\"",
            ],
        ),
    ] {
        let workload = plain(&rows(&written, &IDS));
        assert_eq!(times(&workload), times(&seconds), "{unit}");
    }
    let text = plain(&rows(&["\"0\"", "\"2500\"", "\"8000\""], &IDS));
    assert_eq!(times(&text), times(&seconds));
    // Where both units are plausible, it asks; an option answers.
    let either = rows(&["0.5", "100.25", "300.5"], &IDS);
    let error = why(&either);
    assert!(
        error.contains("may be seconds") && error.ends_with("--time-unit s or --time-unit ms"),
        "{error}"
    );
    let in_seconds = with(
        &either,
        options(|o| o.reading.time_unit = Some(TimeUnit::Seconds)),
    );
    assert_eq!(times(&in_seconds), [0.0, 99_750.0, 300_000.0]);
    // Whole milliseconds at a pace that nobody serves are kept, and doubted.
    let fast = plain(&rows(&["0", "1", "2"], &IDS));
    assert_eq!(times(&fast), [0.0, 1.0, 2.0]);
    assert!(
        notes(&fast).contains("1,000 requests a second; --time-unit s if they are seconds"),
        "{}",
        notes(&fast)
    );
}

#[test]
fn tokens_of_an_id_follow_from_ids_and_lengths() {
    let ids = |tokens: u32, unit: u32, own: u32| {
        let count = tokens.div_ceil(unit);
        let ids: Vec<String> = (0..count)
            .map(|i| (if i * 2 < count { i } else { own + i }).to_string())
            .collect();
        format!(
            "\"input_length\": {tokens}, \"output_length\": 4, \"hash_ids\": [{}]",
            ids.join(", ")
        )
    };
    for unit in [16u32, 64, 256, 512] {
        let rest = [ids(unit * 6 - 3, unit, 100), ids(unit * 6 - 3, unit, 200)];
        let file = rows(&["0", "500"], &[&rest[0], &rest[1]]);
        let workload = plain(&file);
        assert_eq!(shared(&workload, 0, 1) as u32, 3 * unit / 16, "{unit}");
        let given = with(&file, options(|o| o.reading.tokens_per_id = Some(unit)));
        assert_eq!(given.requests, workload.requests);
    }
    let file = rows(&["0", "500"], &[&ids(600, 100, 9), &ids(640, 10, 9)]);
    assert!(why(&file).starts_with("line 2: field `hash_ids` is a list of 64, 7 or 8 ids for 640 tokens, at 86 tokens an id as the rows before have at least"), "{}", why(&file));
    let file = rows(
        &["0"],
        &[r#""input_length": 1024, "output_length": 4, "hash_ids": ["9f86d0818", "60303ae22"]"#],
    );
    assert_eq!(plain(&file).requests[0].prompt.depth, 64);
}

#[test]
fn sessions_are_conversations_however_they_are_written() {
    let row = |session: &str, ids: &str, tokens: u32, when: &str| {
        format!(
            "{{\"session_id\": \"{session}\", \"input_length\": {tokens}, \"output_length\": 50, \"hash_ids\": [{ids}], {when}}}\n"
        )
    };
    let file = [
        row("a", "1, 2", 1024, "\"timestamp\": 0"),
        row("a", "1, 2, 3, 4", 2048, "\"delay\": 2000"),
        row("b", "5, 6", 1024, "\"timestamp\": 1000"),
        row("b", "5, 6, 7", 1536, "\"delay_ms\": 500"),
    ]
    .concat();
    let workload = plain(&file);
    assert_eq!(places(&workload), [(0, 0), (0, 1), (1, 0), (1, 1)]);
    assert_eq!(
        workload
            .requests
            .iter()
            .map(|r| r.arrival)
            .collect::<Vec<_>>(),
        [
            Arrival::At(VirtualTime(0)),
            Arrival::AfterPrevious(Some(VirtualTime(2_000_000_000))),
            Arrival::At(VirtualTime(1_000_000_000)),
            Arrival::AfterPrevious(Some(VirtualTime(500_000_000))),
        ]
    );
    assert_eq!(shared(&workload, 0, 1), 64);
    // With times each, in any order.
    let file = [
        row("a", "1, 2, 3, 4", 2048, "\"timestamp\": 9000"),
        row("b", "5, 6", 1024, "\"timestamp\": 500"),
        row("a", "1, 2", 1024, "\"timestamp\": 0"),
    ]
    .concat();
    let workload = plain(&file);
    assert_eq!(places(&workload), [(0, 0), (1, 0), (0, 1)]);
    // Rows that hold only what is new go on from the answer before.
    let file = [
        row("a", "1, 2", 1024, "\"timestamp\": 0"),
        row("a", "3", 462, "\"delay\": 2000"),
    ]
    .concat();
    let workload = with(
        &file,
        options(|o| o.reading.session_rows = SessionRows::Delta),
    );
    assert_eq!(lengths(&workload), [(1024, 50), (1024 + 50 + 462, 50)]);
    assert_eq!(shared(&workload, 0, 1), 64);
    assert_eq!(workload.requests[0].answered.depth, (1024 + 50) / 16);
}

/// Pauses are in milliseconds, whatever the unit of the times, unless their name says otherwise.
#[test]
fn the_unit_of_times_is_not_that_of_pauses() {
    let file = r#"{"session_id": "a", "timestamp": 0, "input_length": 40, "output_length": 5}
{"session_id": "a", "delay": 2000, "input_length": 60, "output_length": 5}
"#;
    for unit in [None, Some(TimeUnit::Seconds), Some(TimeUnit::Micros)] {
        let pause = |file: &str| {
            let workload = with(file, options(|o| o.reading.time_unit = unit));
            workload.requests[1].arrival
        };
        let after = |secs| Arrival::AfterPrevious(Some(VirtualTime::from_secs(secs)));
        assert_eq!(pause(file), after(2.0), "{unit:?}");
        assert_eq!(pause(&file.replace("delay", "delay_s")), after(2000.0));
    }
}

/// Rows of text are read as whole prompts, and whoever says otherwise is told.
#[test]
fn rows_of_text_that_are_said_to_hold_what_is_new_have_a_note() {
    let file = "{\"session_id\": \"a\", \"prompt\": \"one\", \"response\": \"two\"}\n";
    let said = |rows| notes(&with(file, options(|o| o.reading.session_rows = rows)));
    let note = "rows of text are taken for whole prompts";
    assert!(said(SessionRows::Delta).contains(note));
    assert!(!said(SessionRows::Full).contains(note));
}

#[test]
fn a_chat_may_stand_before_the_one_it_follows() {
    let mut lines: Vec<&str> = BAILIAN.lines().collect();
    lines.swap(0, 2);
    let workload = plain(&(lines.join("\n") + "\n"));
    let ordered = plain(BAILIAN);
    assert_eq!(lengths(&workload), lengths(&ordered));
    assert_eq!(places(&workload), places(&ordered));
    assert_eq!(
        notes(&workload).replace("1 row is earlier than the row before; sorted by time", ""),
        notes(&ordered) + "; "
    );
    // A circle is told apart from a chat, and ends.
    let circle = r#"{"chat_id": 1, "parent_chat_id": 2, "timestamp": 0.5, "input_length": 40, "output_length": 8, "hash_ids": [1, 2, 3]}
{"chat_id": 2, "parent_chat_id": 1, "timestamp": 1.5, "input_length": 40, "output_length": 8, "hash_ids": [1, 2, 4]}
"#;
    assert_eq!(plain(circle).requests.len(), 2);
}

#[test]
fn lengths_alone_are_read_and_said_to_share_nothing() {
    let says = "reuse is 0 because the file does not say which prompts share a beginning";
    let none = rows(
        &["0", "1500"],
        &[
            r#""input_length": 1100, "output_length": 20"#,
            r#""input_length": 7, "output_length": 2"#,
        ],
    );
    let tables = [
        "timestamp,context_tokens,generated_tokens\n2023-11-16 18:15:46.5,1100,20\n2023-11-16 18:15:48,7,2\n",
        "\u{feff}TIMESTAMP;ContextTokens;GeneratedTokens\r\n2023-11-16 18:15:46.5;1100;20\r\n2023-11-16 18:15:48;7;2",
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.5,\"1,100\",20\n2023-11-16 18:15:48,7,2\n",
        "arrived_at,num_prefill_tokens,num_decode_tokens\n0.0,1100,20\n1.5,7,2\n",
        "request_id,timestamp,input_tokens,output_tokens\n0,0.013,1100,20\n1,1.513,7,2\n",
        "request_id\ttimestamp\tinput_tokens\toutput_tokens\n0\t0.013\t1100\t20\n1\t1.513\t7\t2\n",
        &none,
    ];
    for file in tables {
        let workload = plain(file);
        assert_eq!(lengths(&workload), [(1100, 20), (7, 2)], "{file}");
        assert_eq!(times(&workload), [0.0, 1500.0], "{file}");
        assert!(notes(&workload).contains(says), "{file}");
        assert!(
            !notes(&workload).contains("cut short"),
            "{}",
            notes(&workload)
        );
    }
    let map = ColumnMap::parse("time=when;input=p;output=g").unwrap();
    let file = "when|p|g\n2023-11-16T18:15:46.5Z|1100|20\n2023-11-16T20:15:48+02:00|7|2\n";
    assert!(why(file).contains("no known format"));
    let workload = with(file, options(|o| o.reading.map = map));
    assert_eq!(
        (lengths(&workload), times(&workload)),
        (vec![(1100, 20), (7, 2)], vec![0.0, 1500.0])
    );
    let map = ColumnMap::parse("time=at.ms;input=size.in;output=size.out").unwrap();
    let file = "{\"at\": {\"ms\": 1777312800000}, \"size\": {\"in\": 1100, \"out\": 20}}\n";
    assert!(why(file).contains("--map"));
    assert_eq!(
        lengths(&with(file, options(|o| o.reading.map = map))),
        [(1100, 20)]
    );
    for wrong in ["time", "time=", "colour=x", "time=a;time=b"] {
        assert!(
            ColumnMap::parse(wrong)
                .unwrap_err()
                .starts_with("pairs like time="),
            "{wrong}"
        );
    }
}

#[test]
fn other_names_and_frames_give_the_same_requests() {
    let expected = plain(MOONCAKE).requests;
    let aliases = MOONCAKE
        .replace("\"timestamp\"", "\"created_time\"")
        .replace("input_length", "input_tokens")
        .replace("output_length", "output_tokens");
    let array = format!("[{}]", MOONCAKE.trim().replace('\n', ",\n"));
    let spread = array.replace(", ", ",\n  ").replace('{', "{\n ");
    let object = format!("{{\n\"data\":\n{spread}\n}}\n");
    for file in [aliases, array, spread, object] {
        assert_eq!(plain(&file).requests, expected, "{file}");
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(MOONCAKE.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    for piece in [1, 3, 1 << 20] {
        assert_eq!(
            read_with(&packed, ReadOptions::default(), piece)
                .unwrap()
                .requests,
            expected
        );
    }
    let cut = read_with(&packed[..packed.len() - 9], ReadOptions::default(), 7);
    assert!(cut.is_ok_and(|cut| cut.notes[0] == "the gzip archive breaks off"));
    let mut damaged = packed.clone();
    damaged[20] ^= 0xff;
    let error = read_with(&damaged, ReadOptions::default(), 7).unwrap_err();
    assert!(!error.to_string().is_empty());
    let dynamo = r#"{"schema": "dynamo.request.trace.v1", "event_type": "request_end", "event_time_unix_ms": 1777312801000, "request": {"request_id": "r", "request_received_ms": 1777312800000, "output_tokens": 16, "replay": {"trace_block_size": 64, "input_length": 128, "input_sequence_hashes": [14879255164371896291, 274632075616497421]}}}
{"schema": "dynamo.request.trace.v1", "event_type": "tool_end", "event_time_unix_ms": 1777312801500}
{"schema": "dynamo.request.trace.v1", "event_type": "request_end", "event_time_unix_ms": 1777312803000, "request": {"request_id": "s", "request_received_ms": 1777312802000, "output_tokens": 16, "replay": {"trace_block_size": 64, "input_length": 128, "input_sequence_hashes": [14879255164371896291, 5]}}}
"#;
    let workload = plain(dynamo);
    assert_eq!(
        (lengths(&workload), times(&workload)),
        (vec![(128, 16); 2], vec![0.0, 2000.0])
    );
    assert_eq!(shared(&workload, 0, 1), 4);
}

/// Tokens of texts by o200k.
fn tokens(texts: &[&str]) -> u32 {
    let mut encoder = Tokenization::default().encoder().unwrap();
    let mut out = Vec::new();
    for text in texts {
        encoder.encode(text, &mut out);
    }
    out.len() as u32
}

const ASK: &str = "Which rivers flow north?";
const REPLY: &str = "The Nile and the Yenisei do.";
const MORE: &str = "And which are longest?";

#[test]
fn chats_are_read_however_their_messages_are_written() {
    let of = |who: [&str; 2], names: [&str; 2], list: &str| {
        let message = |at: usize, text: &str| {
            format!(
                "{{\"{}\": \"{}\", \"{}\": \"{text}\"}}",
                names[0], who[at], names[1]
            )
        };
        let messages = [
            message(0, ASK),
            message(1, REPLY),
            message(0, MORE),
            message(1, REPLY),
        ]
        .join(", ");
        format!("{{\"id\": \"x\", \"{list}\": [{messages}]}}")
    };
    let expected = vec![
        (tokens(&[ASK]), tokens(&[REPLY])),
        (tokens(&[ASK, REPLY, MORE]), tokens(&[REPLY])),
    ];
    let openai = (["user", "assistant"], ["role", "content"]);
    for record in [
        of(["human", "gpt"], ["from", "value"], "conversations"),
        of(["user", "assistant"], ["from", "value"], "conversations"),
        of(["User", "Assistant"], ["from", "value"], "conversation"),
        of(openai.0, openai.1, "messages"),
        of(openai.0, openai.1, "conversation"),
    ] {
        for file in [
            format!("[{record}]"),
            format!("{record}\n"),
            record.replace(", ", ",\n"),
        ] {
            let workload = plain(&file);
            assert_eq!(lengths(&workload), expected, "{file}");
            assert_eq!(places(&workload), [(0, 0), (0, 1)]);
            assert!(notes(&workload).ends_with("text is counted with the tokenizer o200k"));
        }
    }
    // A chat alone, pasted.
    let alone = of(openai.0, openai.1, "messages");
    let alone = &alone[alone.find('[').unwrap()..=alone.rfind(']').unwrap()];
    for file in [
        alone.to_owned(),
        alone.replace(", ", ",\n"),
        format!("{alone}\n{alone}\n"),
    ] {
        assert_eq!(lengths(&plain(&file))[..2], expected, "{file}");
    }
    let words = with(
        &format!("[{}]", of(openai.0, openai.1, "messages")),
        options(|o| o.reading.tokenizer = Tokenization::Words),
    );
    assert_eq!(words.requests[0].prompt_tokens, 5);
}

#[test]
fn what_a_client_sent_is_one_request_and_the_next_goes_on_from_it() {
    let line = |messages: &[(&str, &str)], more: &str| {
        let messages: Vec<String> = messages
            .iter()
            .map(|(role, text)| format!("{{\"role\": \"{role}\", \"content\": \"{text}\"}}"))
            .collect();
        format!(
            "{{\"model\": \"m\", \"messages\": [{}]{more}}}\n",
            messages.join(", ")
        )
    };
    let system = ("system", "You are brief.");
    let first = line(&[system, ("user", ASK)], ", \"max_tokens\": 64");
    let next = line(
        &[system, ("user", ASK), ("assistant", REPLY), ("user", MORE)],
        ", \"max_tokens\": 8",
    );
    let other = line(&[system, ("user", "Why is the sky blue?")], "");
    let workload = plain(&[first.clone(), next, other].concat());
    assert_eq!(
        lengths(&workload),
        [
            (tokens(&["You are brief.", ASK]), 64),
            (tokens(&["You are brief.", ASK, REPLY, MORE]), 8),
            (tokens(&["You are brief.", "Why is the sky blue?"]), 100),
        ]
    );
    assert_eq!(places(&workload), [(0, 0), (0, 1), (1, 0)]);
    // A list called a conversation is recorded, in whatever case: a turn for each question, the last without an answer.
    let asked = line(&[("user", ASK), ("assistant", REPLY), ("user", MORE)], "");
    for (name, turns) in [
        ("messages", 1),
        ("conversations", 2),
        ("Conversations", 2),
        ("CONVERSATION", 2),
    ] {
        let workload = plain(&asked.replace("messages", name));
        assert_eq!(workload.requests.len(), turns, "{name}");
    }
    let batch = format!(
        "{{\"custom_id\": \"1\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", \"body\": {}}}\n",
        first.trim()
    );
    assert_eq!(
        lengths(&plain(&batch)),
        [(tokens(&["You are brief.", ASK]), 64)]
    );
    let parts = first.replace(&format!("\"{ASK}\""), &format!(
        "[{{\"type\": \"text\", \"text\": \"{ASK}\"}}, {{\"type\": \"image_url\", \"image_url\": {{\"url\": \"data:\"}}}}]"
    ));
    let workload = plain(&parts);
    assert_eq!(lengths(&workload), [(tokens(&["You are brief.", ASK]), 64)]);
    assert!(notes(&workload).contains("1 part of a message that is no text"));
}

#[test]
fn prompts_and_logs_are_single_requests() {
    let jsonl =
        format!("{{\"prompt\": \"{ASK}\"}}\n{{\"prompt\": \"{MORE}\", \"output_tokens\": 20}}\n");
    let csv = format!("prompt,output_tokens_count\n\"{ASK}\",5\n\"And so,\n\"\"which\"\"?\",3\n");
    let text = format!("{ASK}\n{MORE}\n");
    assert_eq!(
        lengths(&plain(&jsonl)),
        [(tokens(&[ASK]), 100), (tokens(&[MORE]), 20)]
    );
    assert_eq!(
        lengths(&plain(&csv)),
        [(tokens(&[ASK]), 5), (tokens(&["And so,\n\"which\"?"]), 3)]
    );
    let workload = plain(&text);
    assert_eq!(
        lengths(&workload),
        [(tokens(&[ASK]), 100), (tokens(&[MORE]), 100)]
    );
    assert_eq!(
        workload.notes[0],
        "read as plain text: every line is a prompt"
    );
    let mooncake = rows(
        &["0", "100"],
        &[
            &format!("\"text_input\": \"{ASK}\", \"output_length\": 4"),
            &format!("\"text_input\": \"{MORE}\", \"output_length\": 4"),
        ],
    );
    let workload = plain(&mooncake);
    assert_eq!(
        (lengths(&workload), times(&workload)),
        (
            vec![(tokens(&[ASK]), 4), (tokens(&[MORE]), 4)],
            vec![0.0, 100.0]
        )
    );
    let langfuse = format!(
        "{{\"id\": \"o1\", \"trace_id\": \"t1\", \"session_id\": \"s1\", \"type\": \"GENERATION\", \"start_time\": \
         \"2024-05-29 13:46:19.963000\", \"usage_details\": {{\"input\": 100, \"output\": 20}}, \"input\": [{{\"role\": \
         \"user\", \"content\": \"{ASK}\"}}], \"output\": \"{REPLY}\"}}\n{{\"id\": \"o2\", \"trace_id\": \"t1\", \"type\": \"SPAN\"}}\n"
    );
    let workload = plain(&langfuse);
    assert_eq!(
        (lengths(&workload), times(&workload)),
        (vec![(tokens(&[ASK]), 20)], vec![0.0])
    );
    assert!(notes(&workload).contains("the file records 100"));
    let aiperf = format!(
        "{{\"session_id\": \"s1\", \"turns\": [{{\"text\": \"{ASK}\"}}, {{\"text\": \"{MORE}\", \"delay\": 1000}}]}}\n"
    );
    let workload = plain(&aiperf);
    assert_eq!(
        lengths(&workload),
        [(tokens(&[ASK]), 100), (tokens(&[ASK, MORE]), 100)]
    );
    assert_eq!(
        workload.requests[1].arrival,
        Arrival::AfterPrevious(Some(VirtualTime(1_000_000_000)))
    );
    let agents = r#"{"arrival_time_ns": 5000000000, "sub_requests": [{"input_toks": 100, "output_toks": 20, "tool_duration_ns": 7000}, {"input_toks": 140, "output_toks": 9}]}
"#;
    let workload = plain(agents);
    assert_eq!(lengths(&workload), [(100, 20), (140, 9)]);
    assert_eq!(
        workload.requests[1].arrival,
        Arrival::AfterPrevious(Some(VirtualTime(7000)))
    );
    assert_eq!(shared(&workload, 0, 1), 6);
    // Ids beside a session's requests are not its prompts.
    let named = agents.replace("\"sub_requests\"", "\"hash_ids\": [5], \"sub_requests\"");
    assert_eq!(lengths(&plain(&named)), [(100, 20), (140, 9)]);
    // Among prompts of ids a session is a record without a prompt.
    let first = r#"{"timestamp": 0, "input_length": 512, "output_length": 5, "hash_ids": [1]}"#;
    let mut read = Reader::new("mixed.jsonl", ReadOptions::default());
    let both = format!("{first}\n{agents}");
    let refused = read.push(both.as_bytes()).err();
    let refused = refused.or_else(|| read.finish().err());
    assert!(refused.is_some(), "a session among prompts of ids");
}

#[test]
fn a_message_without_text_costs_its_conversation_and_nothing_else() {
    let file = format!(
        "[{{\"conversations\": [{{\"from\": \"human\", \"value\": null}}, {{\"from\": \"gpt\", \"value\": \"Yes.\"}}]}},\n\
         {{\"conversations\": [{{\"from\": \"human\", \"value\": \"{ASK}\"}}, {{\"from\": \"gpt\", \"value\": \"{REPLY}\"}}]}}]"
    );
    let workload = plain(&file);
    assert_eq!(lengths(&workload), [(tokens(&[ASK]), tokens(&[REPLY]))]);
    assert_eq!(
        workload.notes[0],
        "1 conversation with a message without text is left out (the first: conversation 1, message 1)"
    );
}

#[test]
fn chinese_counts_as_a_model_counts_it() {
    let line = "春天来了，花园里的树都开始发芽，我们去公园散步吧。".repeat(60);
    let file = format!("[{{\"conversations\": [{{\"from\": \"human\", \"value\": \"{line}\"}}]}}]");
    let of = |name: &str| {
        with(
            &file,
            options(|o| o.reading.tokenizer = Tokenization::named(name)),
        )
        .requests[0]
            .prompt_tokens
    };
    let characters = line.chars().count() as f64;
    let (o200k, cl100k, words) = (of("o200k"), of("cl100k"), of("words"));
    assert!(
        f64::from(o200k) > characters * 0.5 && f64::from(o200k) < characters,
        "{o200k}"
    );
    assert!(
        o200k < cl100k && words < o200k / 3,
        "{o200k} {cl100k} {words}"
    );
}

#[test]
fn a_chat_that_was_copied_is_a_conversation() {
    let chat = "User: What is a lamp?\nA short answer, please.\n\nAssistant: A light.\nUser: Why: because it glows?\nAssistant: So it does.\n";
    let (lamp, why) = (
        "What is a lamp?\nA short answer, please.",
        "Why: because it glows?",
    );
    let json = format!(
        "[{{\"role\": \"user\", \"content\": {lamp:?}}}, {{\"role\": \"assistant\", \"content\": \"A light.\"}}, \
         {{\"role\": \"user\", \"content\": {why:?}}}, {{\"role\": \"assistant\", \"content\": \"So it does.\"}}]"
    );
    let listed = plain(&json);
    assert_eq!(lengths(&listed).len(), 2);
    for other in [
        chat.to_owned(),
        chat.replace("User:", "**User:**")
            .replace("Assistant:", "### Assistant:"),
        chat.replace("User: ", "You said:\n")
            .replace("Assistant: ", "ChatGPT said:\n\n"),
        format!("\n{}", chat.replace('\n', "\r\n")).replace("lamp?\r", "lamp?"),
    ] {
        let other = plain(&other);
        assert_eq!(lengths(&other), lengths(&listed));
        assert_eq!(other.corpus, listed.corpus);
        assert!(
            other.notes[0].starts_with("read as a chat"),
            "{:?}",
            other.notes
        );
    }
    // Nobody answers: prompts, a line each, as they stand.
    let prompts = "User: What is a lamp?\nUser: What is a light?\n";
    let of_lines = with(
        prompts,
        options(|o| o.reading.map = ColumnMap::parse("prompt=line").unwrap()),
    );
    assert_eq!(lengths(&plain(prompts)), lengths(&of_lines));
    assert_eq!(
        plain(prompts).notes[0],
        "read as plain text: every line is a prompt"
    );
}

#[test]
fn a_chat_template_counts_in_every_prompt_and_answer() {
    let chat = "[{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"What is a lamp?\"}, \
         {\"role\": \"assistant\", \"content\": \"A light.\"}, {\"role\": \"user\", \"content\": \"Why?\"}, {\"role\": \"assistant\", \"content\": \"It glows.\"}]";
    let of = |template| {
        let read = with(chat, options(|o| o.reading.chat_template = template));
        // Both prompts, and how many of the first one's full blocks the second one has.
        (lengths(&read), shared(&read, 0, 1))
    };
    // The texts alone: 3 + 5; with the answer's 3 and the question's 2 it is 13; the last answer is "It", " glow", "s", ".".
    assert_eq!(of(ChatTemplate::None), (vec![(8, 3), (13, 4)], 0));
    // A message costs 5 more, what opens the answer 3, and an answer ends with a token of the template: 8 + 10 + 3 = 21, and
    // with 3 + 2 and 3 + 2 + 2 + 3 more 36.
    assert_eq!(of(ChatTemplate::ChatMl), (vec![(21, 4), (36, 5)], 1));
    // One token before all, 5 a message, 4 before the answer: 1 + 8 + 10 + 4 = 23, and 3 + 1 and 4 + 2 + 1 + 4 more.
    assert_eq!(of(ChatTemplate::Llama3), (vec![(23, 4), (38, 5)], 1));
}

#[test]
fn what_is_wrong_is_named() {
    let nan = MOONCAKE.replacen("\"output_length\": 5", "\"output_length\": NaN", 1);
    let error = why(&nan);
    assert!(
        error.starts_with("line 2, column ") && error.contains("NaN is no number"),
        "{error}"
    );
    let comma = MOONCAKE.replacen("49]", "49,]", 1);
    assert!(
        why(&comma).contains("expected no comma before the end"),
        "{}",
        why(&comma)
    );
}

#[test]
fn what_a_benchmark_or_a_log_measured_is_read_with_its_requests() {
    let measured = |file: &str, map: &str| {
        let mut reader = Reader::new(
            "file",
            options(|o| o.reading.map = ColumnMap::parse(map).unwrap()),
        );
        reader.push(file.as_bytes()).unwrap();
        reader.understood().unwrap()
    };
    let vllm = r#"{"date": "x", "num_prompts": 2, "input_lens": [100, 20], "output_lens": [30, 4], "ttfts": [0.125, 0.25]}"#;
    let (workload, origin) = measured(vllm, "");
    assert_eq!(lengths(&workload), [(100, 30), (20, 4)]);
    assert_eq!(origin.recorded.ttft_ms, [125.0, 250.0]);
    let litellm = r#"{"startTime": 1777312800.25, "endTime": 1777312802.75, "completionStartTime": 1777312801.0, "prompt_tokens": 20, "completion_tokens": 10, "response": {"usage": {"prompt_tokens_details": {"cached_tokens": 16}}}, "pod": "a"}
"#;
    let (_, origin) = measured(litellm, "");
    let recorded = origin.recorded;
    assert_eq!(
        (recorded.ttft_ms, recorded.e2e_ms),
        (vec![750.0], vec![2500.0])
    );
    assert_eq!(recorded.cached, Some((16, 20)));
    let served = &recorded.replicas[0];
    assert_eq!((&*served.name, served.requests), ("a", 1));
    assert_eq!(
        (served.mean_ttft_ms, served.mean_e2e_ms),
        (Some(750.0), Some(2500.0))
    );
    let nginx = "{\"time_local\": \"10/Oct/2025:13:55:36 -0700\", \"request_time\": \"0.250\", \"in\": \"100\", \"out\": \"5\", \"upstream_addr\": \"10.0.0.1\"}\n";
    let (workload, origin) = measured(
        nginx,
        "time=time_local;input=in;output=out;e2e=request_time;replica=upstream_addr",
    );
    assert_eq!(lengths(&workload), [(100, 5)]);
    assert_eq!(origin.recorded.e2e_ms, [250.0]);
}

/// What the model is told besides the question counts as prompt, whatever field it stands in, and comes first or last.
#[test]
fn what_stands_beside_a_prompt_is_part_of_it() {
    for (file, texts) in [
        // Anthropic's interface; ShareGPT with a system prompt; OpenOrca; Alpaca; Dolly.
        (
            r#"{"system": "You are kind.", "messages": [{"role": "user", "content": "hi"}]}"#,
            vec!["You are kind.", "hi"],
        ),
        (
            r#"{"system": [{"type": "text", "text": "You are kind."}], "messages": [{"role": "user", "content": "hi"}]}"#,
            vec!["You are kind.", "hi"],
        ),
        (
            r#"{"system": "You are kind.", "conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "yo"}]}"#,
            vec!["You are kind.", "hi"],
        ),
        (
            r#"{"system_prompt": "You are kind.", "question": "hi", "response": "yo"}"#,
            vec!["You are kind.", "hi"],
        ),
        (
            r#"{"input": "one two", "instruction": "Add them up", "output": "three"}"#,
            vec!["Add them up\none two"],
        ),
        (
            r#"{"instruction": "Add them up", "input": "", "output": "three"}"#,
            vec!["Add them up"],
        ),
        (
            r#"{"instruction": "When?", "context": "It was in 1999.", "response": "1999"}"#,
            vec!["When?\nIt was in 1999."],
        ),
        (
            r#"{"input": "one two", "output": "three"}"#,
            vec!["one two"],
        ),
    ] {
        let workload = plain(&format!("{file}\n"));
        assert_eq!(workload.requests.len(), 1, "{file}");
        assert_eq!(workload.requests[0].prompt_tokens, tokens(&texts), "{file}");
    }
    // It is said once: a list that begins with it has it already.
    let twice = r#"{"system": "You are kind.", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}]}"#;
    assert_eq!(
        plain(&format!("{twice}\n")).requests[0].prompt_tokens,
        tokens(&["Be brief.", "hi"])
    );
}

/// An agent asks the model again with what its tool gave back.
#[test]
fn every_answer_to_a_tool_is_a_request() {
    let call = r#"{"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "weather", "arguments": "Oslo"}}]}"#;
    let openai = format!(
        r#"{{"messages": [{{"role": "user", "content": "how is it?"}}, {call}, {{"role": "tool", "content": "sun"}}, {{"role": "tool", "content": "wind"}}, {{"role": "assistant", "content": "Fine."}}, {{"role": "user", "content": "thanks"}}, {{"role": "assistant", "content": "Welcome."}}]}}"#
    );
    let sharegpt = r#"{"conversations": [{"from": "human", "value": "how is it?"}, {"from": "function_call", "value": "weatherOslo"}, {"from": "observation", "value": "sun"}, {"from": "observation", "value": "wind"}, {"from": "gpt", "value": "Fine."}, {"from": "human", "value": "thanks"}, {"from": "gpt", "value": "Welcome."}]}"#;
    for file in [openai.as_str(), sharegpt] {
        let workload = plain(&format!("{file}\n"));
        assert_eq!(places(&workload), [(0, 0), (0, 1), (0, 2)], "{file}");
        let all = [
            "how is it?",
            "weatherOslo",
            "sun",
            "wind",
            "Fine.",
            "thanks",
        ];
        let prompts: Vec<u32> = workload
            .requests
            .iter()
            .map(|it| it.prompt_tokens)
            .collect();
        assert_eq!(
            prompts,
            [1, 4, 6].map(|texts| tokens(&all[..texts])),
            "{file}"
        );
        assert_eq!(workload.requests[0].output_tokens, tokens(&["weatherOslo"]));
        assert!(
            !notes(&workload).contains("unknown role"),
            "{}",
            notes(&workload)
        );
    }
    // What nobody answered is no request.
    let open = openai.replace(r#", {"role": "assistant", "content": "Fine."}, {"role": "user", "content": "thanks"}, {"role": "assistant", "content": "Welcome."}"#, "");
    let open = open.replace("messages", "conversation");
    assert_eq!(places(&plain(&format!("{open}\n"))), [(0, 0)]);
}

/// Tables hold chats as JSON in their cells, and units in their names.
#[test]
fn tables_of_gateways_are_read() {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let asked = cell(
        r#"[{"role": "system", "content": "You are kind."}, {"role": "user", "content": "hi"}]"#,
    );
    let inside = cell(
        r#"{"messages": [{"role": "system", "content": "You are kind."}, {"role": "user", "content": "hi"}]}"#,
    );
    let answer = cell(r#"{"role": "assistant", "content": "hello there"}"#);
    for asked in [asked, inside] {
        let file = format!(
            "id,startTime,input,output,promptTokens,completionTokens\na,2024-01-01T00:00:00Z,{asked},{answer},12,0\n"
        );
        let request = &plain(&file).requests[0];
        assert_eq!(
            request.prompt_tokens,
            tokens(&["You are kind.", "hi"]),
            "{file}"
        );
        assert_eq!(request.output_tokens, tokens(&["hello there"]), "{file}");
    }
    let lengths =
        "Arrival [ms],Input Length (tokens),Output Length (tokens)\n500,100,20\n1500,200,30\n";
    let workload = plain(lengths);
    assert_eq!(workload.requests[1].prompt_tokens, 200);
    assert!(
        notes(&workload).contains("reuse is 0"),
        "{}",
        notes(&workload)
    );
    // OpenTelemetry's names for what a model was asked.
    let span = r#"{"name": "chat", "start_time": "2024-01-01T00:00:00Z", "attributes": {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20}}"#;
    let request = &plain(&format!("{span}\n")).requests[0];
    assert_eq!((request.prompt_tokens, request.output_tokens), (100, 20));
}
