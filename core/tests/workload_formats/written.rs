//! The trace that any format can be written as, read again; and how much of a file is read and held.

use super::*;
use warmpath_core::workload::reading::SessionRows;
use warmpath_core::workload::trace;

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
            assert_eq!(again, workload.clone().without_texts(), "{text}");
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
        assert_eq!(joined, direct.without_texts());
        let refused = read(&text, 24).unwrap_err().to_string();
        assert!(refused.ends_with(
            "allowed: multiples of 16, such as 16, 32, 64, 128, 256, 512, 1024, 2048, 4096"
        ));
    }
}

/// Where rows hold what is new in a session, they go on from one another in order of time, wherever they stand in the file.
#[test]
fn rows_of_what_is_new_go_on_in_order_of_time() {
    let delta = |rows: [&str; 3]| {
        let mut options = ReadOptions::default();
        options.reading.session_rows = SessionRows::Delta;
        let mut reader = Reader::new("file", options);
        reader.push(rows.join("\n").as_bytes()).unwrap();
        let workload = reader.finish().unwrap();
        let requests = workload.requests.iter();
        requests
            .map(|it| (it.turn, it.prompt_tokens, it.prompt.depth))
            .collect::<Vec<_>>()
    };
    for ids in ["", ", \"hash_ids\": [1]", ", \"hash_ids\": [2]"] {
        let row = |at: u32| {
            format!(
                "{{\"timestamp_ms\": {at}, \"input_length\": 512, \"output_length\": 32, \"session_id\": \"a\"{ids}}}"
            )
        };
        let [first, second, third] = [0, 10_000, 20_000].map(row);
        let wanted = [(0, 512, 32), (1, 1056, 66), (2, 1600, 100)];
        assert_eq!(delta([&first, &second, &third]), wanted, "{ids}");
        assert_eq!(delta([&second, &third, &first]), wanted, "{ids}");
    }
}

/// A limit of no token is none, in a trace of the file too.
#[test]
fn a_limit_of_nothing_is_no_limit() {
    let file = "{\"input_tokens\": 5, \"output_tokens\": 9, \"max_tokens\": 0}\n";
    let workload = read(file, 16).unwrap();
    assert_eq!(workload.requests[0].max_tokens, None);
    let mut again = read(&trace::write(&workload), 16).unwrap();
    again.name.clone_from(&workload.name);
    assert_eq!(again, workload);
}

/// Whose rows were all left out is nobody; the others keep their names.
#[test]
fn a_tenant_without_a_request_is_none() {
    let row = |output: u32, tenant: &str, priority: i32| {
        format!(
            "{{\"input_length\": 10, \"output_length\": {output}, \"tenant\": \"{tenant}\", \"priority\": {priority}}}\n"
        )
    };
    let file = [
        row(5, "a", 9),
        row(0, "z", 3),
        row(5, "b", 1),
        row(5, "a", 1),
    ]
    .concat();
    let workload = read(&file, 16).unwrap();
    assert_eq!(workload.labels.tenants, ["a", "b"]);
    assert_eq!(workload.labels.priorities, [1, 9]);
    let labels = workload
        .requests
        .iter()
        .map(|it| (it.label.tenant, it.label.class));
    assert_eq!(labels.collect::<Vec<_>>(), [(0, 1), (1, 0), (0, 0)]);
    // In a trace a class's number is its place among the priorities.
    let trace = trace::write(&workload);
    assert!(read(&trace, 16).is_ok());
    let turned = trace.replace("\"priorities\":[1,9]", "\"priorities\":[9,1]");
    let error = read(&turned, 16).unwrap_err().to_string();
    assert!(error.contains("each larger than the one before"), "{error}");
}

#[test]
fn a_column_called_session_says_which_conversation_a_row_is_of() {
    let table = "time_s,input_tokens,output_tokens,session\n0,100,10,a\n1,200,10,b\n2,300,10,a\n";
    let workload = read(table, 16).unwrap();
    let of = workload
        .requests
        .iter()
        .map(|it| (it.conversation, it.turn));
    assert_eq!(of.collect::<Vec<_>>(), [(0, 0), (1, 0), (0, 1)]);
}

/// Replicas are numbered by their names, in which a number counts as a number.
#[test]
fn the_tenth_replica_comes_after_the_second() {
    for name in ["\"pod-#\"", "#"] {
        let row = |(at, number): (usize, &str)| {
            let replica = name.replace('#', number);
            format!(
                "{{\"timestamp\": {at}, \"input_length\": 40, \"output_length\": 5, \"replica\": {replica}}}\n"
            )
        };
        let file: String = ["10", "2", "1", "10"]
            .into_iter()
            .enumerate()
            .map(row)
            .collect();
        let workload = read(&file, 16).unwrap();
        let served = workload.requests.iter().map(|it| it.served_by);
        let served: Vec<_> = served.collect();
        assert_eq!(served, [Some(2), Some(1), Some(0), Some(2)], "{name}");
    }
}

/// A conversation whose later turns have no times of their own stands where it began, before what was sent after that.
#[test]
fn what_follows_stands_where_its_conversation_began() {
    let said = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
    let user = |text: &str| format!("{{\"role\": \"user\", \"content\": \"{text}\"}}");
    let answer = |text: &str| format!("{{\"role\": \"assistant\", \"content\": \"{text}\"}}");
    let late = format!(
        "{{\"arrival_ms\": 9000, \"messages\": [{}]}}",
        user(&format!("{said} {said} And?"))
    );
    let chat = [
        user(said),
        answer(&format!(" {said}")),
        user(" Go on."),
        answer(" No."),
    ];
    let early = format!("{{\"arrival_ms\": 0, \"messages\": [{}]}}", chat.join(", "));
    let workload = read(&format!("{late}\n{early}\n"), 16).unwrap();
    let order = workload
        .requests
        .iter()
        .map(|it| (it.conversation, it.turn));
    assert_eq!(order.collect::<Vec<_>>(), [(1, 0), (1, 1), (0, 0)]);
    assert!(
        workload
            .notes
            .iter()
            .any(|it| it.contains("1 row is earlier than the row before")),
        "{:?}",
        workload.notes
    );
}

#[test]
fn a_trace_keeps_who_served_a_request_and_when_it_was_due() {
    let replicas = [
        "\"replica\": \"pod-b\"",
        "\"replica\": \"pod-a\"",
        "\"delay\": 0",
    ];
    let tenants = ["\"tenant\": \"a\"", "\"delay\": 0"];
    let due = ["\"deadline\": 2", "\"delay\": 0"];
    for (replica, tenant, deadline) in [
        (true, false, false),
        (true, true, true),
        (false, false, true),
    ] {
        let mut file = String::new();
        for at in 0..12usize {
            let mut more = String::new();
            for (fields, there) in [
                (&replicas[..], replica),
                (&tenants, tenant),
                (&due, deadline),
            ] {
                if there {
                    more += &format!(", {}", fields[at % fields.len()]);
                }
            }
            file += &format!(
                "{{\"timestamp\": {at}, \"input_length\": 40, \"output_length\": 5{more}}}\n"
            );
        }
        let workload = read(&file, 16).unwrap();
        assert_eq!(workload.requests[0].served_by, replica.then_some(1));
        assert_eq!(
            workload.requests[0].label.deadline_ms,
            2000 * u32::from(deadline)
        );
        let mut again = read(&trace::write(&workload), 16).unwrap();
        again.name.clone_from(&workload.name);
        assert_eq!(again, workload);
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

/// A trace of this many rows that go round a list of three, the last of them changed.
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
