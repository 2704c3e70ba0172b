//! That a file is what all of its records say, whichever stands first; and what of them counts.

use super::*;
use warmpath_core::workload::Origin;
use warmpath_core::workload::reading::ColumnMap;

/// A file read with columns named by `map`, at most so many requests of it, and what was understood.
fn understood_of(
    file: &str,
    map: &str,
    requests: Option<u32>,
) -> Result<(Workload, Origin), WorkloadError> {
    let mut options = ReadOptions {
        requests,
        ..ReadOptions::default()
    };
    options.reading.map = ColumnMap::parse(map).unwrap();
    let mut reader = Reader::new("file", options);
    for piece in file.as_bytes().chunks(50) {
        reader.push(piece)?;
    }
    reader.understood()
}

fn understood(file: &str) -> (Workload, Origin) {
    understood_of(file, "", None).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn notes(workload: &Workload) -> String {
    workload.notes.join("; ")
}

/// The records as lines, as an array over several lines, and as the list in an object.
fn framed(lines: &str) -> [String; 3] {
    let records: Vec<&str> = lines.lines().collect();
    let list = format!("[\n{}\n]", records.join(",\n"));
    [
        lines.to_owned(),
        list.clone(),
        format!("{{\"data\":\n{list}}}\n"),
    ]
}

fn taken(origin: &Origin, what: &str) -> Option<String> {
    let found = origin.inferred.iter().find(|it| it.0 == what);
    found.map(|it| it.1.clone())
}

#[test]
fn ids_count_wherever_they_begin() {
    let row =
        |ids: &str| format!("{{\"timestamp\":0,\"input_length\":1024,\"output_length\":5{ids}}}\n");
    let ids = row(",\"hash_ids\":[1,2]");
    for first in ["", ",\"hash_ids\":null", ",\"hash_ids\":[]"] {
        for order in [
            [&row(first), &ids, &ids],
            [&ids, &row(first), &ids],
            [&ids, &ids, &row(first)],
        ] {
            for file in framed(&order.map(String::as_str).concat()) {
                let (workload, origin) = understood(&file);
                let none = order.iter().position(|it| *it != &ids).unwrap();
                let with: Vec<usize> = (0..3).filter(|at| *at != none).collect();
                assert_eq!(shared(&workload, with[0], with[1]), 64, "{file}");
                assert_eq!(shared(&workload, with[0], none), 0, "{file}");
                assert_eq!(workload.requests[none].prompt.depth, 64);
                assert_eq!(
                    notes(&workload),
                    "1 row has no ids; it shares nothing",
                    "{file}"
                );
                assert_eq!(taken(&origin, "tokens per id").as_deref(), Some("512"));
                assert_eq!(origin.format, "Mooncake trace");
            }
        }
        // Nowhere an id.
        let (workload, origin) = understood(&row(first).repeat(2));
        assert!(notes(&workload).contains("does not say which prompts share"));
        assert_eq!(origin.format, "Mooncake trace without ids");
    }
    // An empty list where others say that ids stand for fewer tokens than the prompt has.
    let (workload, _) = understood(&(row(",\"hash_ids\":[]") + &ids));
    assert_eq!(workload.requests.len(), 2);
    // What the format is documented to use is known by ids.
    let late = "{\"timestamp\":0,\"input_tokens\":40,\"output_tokens\":5}\n\
                {\"timestamp\":5000,\"input_tokens\":1024,\"output_tokens\":5,\"hash_ids\":[1,2]}\n";
    assert_eq!(times(&understood(late).0), [0.0, 5000.0]);
}

#[test]
fn measurements_count_wherever_they_begin() {
    let file = "{\"arrival_ms\":0,\"input_tokens\":40,\"output_tokens\":5}\n\
                {\"arrival_ms\":5,\"input_tokens\":40,\"output_tokens\":5,\"ttft_ms\":50,\"replica\":\"a\"}\n\
                {\"arrival_ms\":9,\"input_tokens\":40,\"output_tokens\":5,\"ttft_ms\":60,\"replica\":\"a\"}\n";
    for file in framed(file) {
        let (workload, origin) = understood(&file);
        assert_eq!(origin.recorded.ttft_ms, [50.0, 60.0]);
        let served: Vec<_> = workload.requests.iter().map(|it| it.served_by).collect();
        assert_eq!(served, [None, Some(0), Some(0)]);
    }
}

#[test]
fn times_are_read_by_their_own_name_wherever_they_begin() {
    let row = |time: &str| format!("{{{time}\"input_tokens\":40,\"output_tokens\":5}}\n");
    let of = |name: &str, times: [&str; 3]| {
        let rows = times.map(|it| match it {
            "" => row(""),
            time => row(&format!("\"{name}\":{time},")),
        });
        let (workload, origin) = understood(&rows.concat());
        let arrivals: Vec<_> = workload.requests.iter().map(|it| it.arrival).collect();
        (arrivals, taken(&origin, "times"), notes(&workload))
    };
    let at = |ms: u64| Arrival::At(VirtualTime(ms * 1_000_000));
    for first in ["null", ""] {
        let (arrivals, unit, said) = of("arrival_ms", [first, "5", "1500"]);
        assert_eq!(arrivals, [Arrival::Open, at(0), at(1495)]);
        assert!(said.contains("1 request has no time beside others that have one"));
        assert_eq!(unit.as_deref(), Some("milliseconds (the field's name)"));
    }
    let (arrivals, unit, said) = of("timestamp", ["", "0.5", "1.5"]);
    assert_eq!(arrivals, [Arrival::Open, at(0), at(1000)]);
    assert!(unit.unwrap().starts_with("seconds"));
    assert!(
        said.contains("times (`timestamp`) are read as seconds"),
        "{said}"
    );
}

const EVENT: &str = "{\"schema\":\"dynamo.request.trace.v1\",\"event_type\":\"request_start\",\"request\":{\"request_id\":\"r\"}}\n";

#[test]
fn records_that_are_no_requests_decide_nothing_and_are_counted() {
    let end = |ms: u32| {
        format!(
            "{{\"schema\":\"dynamo.request.trace.v1\",\"event_type\":\"request_end\",\"request\":{{\"request_received_ms\":{ms},\
             \"input_tokens\":64,\"output_tokens\":5,\"replay\":{{\"trace_block_size\":64,\"input_sequence_hashes\":[1]}}}}}}\n"
        )
    };
    let span = "{\"id\":\"b\",\"trace_id\":\"t\",\"type\":\"SPAN\",\"start_time\":\"2024-05-29T13:46:20.963Z\",\"input\":\"x\"}\n";
    let generation = "{\"id\":\"a\",\"trace_id\":\"t\",\"type\":\"GENERATION\",\"start_time\":\"2024-05-29T13:46:19.963Z\",\
         \"end_time\":\"2024-05-29T13:46:21.963Z\",\"completion_start_time\":\"2024-05-29T13:46:20.163Z\",\"input\":\"Hi there\",\"output\":\"Hello\"}\n";
    let camel = |text: &str| {
        text.replace("trace_id", "traceId")
            .replace("start_time", "startTime")
            .replace("end_time", "endTime")
            .replace("completion_start_time", "completionStartTime")
    };
    let with_lengths = EVENT.replace("\"r\"", "\"r\",\"input_tokens\":5");
    for (first, requests, format, why) in [
        (
            EVENT.to_owned(),
            end(100) + &end(5100),
            "Dynamo request trace",
            "an event that is not the end of a request",
        ),
        (
            with_lengths,
            end(100) + &end(5100),
            "Dynamo request trace",
            "an event that is not the end of a request",
        ),
        (
            span.to_owned(),
            generation.repeat(2),
            "prompts",
            "a span that is no generation",
        ),
        (
            camel(span),
            camel(generation).repeat(2),
            "prompts",
            "a span that is no generation",
        ),
    ] {
        let (alone, of_alone) = understood(&requests);
        for (first, last) in [(&first, &requests), (&requests, &first)] {
            for (at, file) in framed(&format!("{first}{last}")).into_iter().enumerate() {
                let (workload, origin) = understood(&file);
                assert_eq!(workload.requests, alone.requests, "{file}");
                assert_eq!(origin.recorded, of_alone.recorded, "{file}");
                assert_eq!(origin.format, format);
                assert_eq!(origin.rows, 3);
                let n = if last == &requests { 1 } else { 3 };
                let place = if at == 0 { "line" } else { "conversation" };
                let skipped = origin
                    .skipped
                    .iter()
                    .map(|it| (it.0, it.1.as_str(), it.2.unwrap().to_string()));
                assert_eq!(
                    skipped.collect::<Vec<_>>(),
                    [(1, why, format!("{place} {n}"))]
                );
                let note = format!("1 record is left out: {why} (the first: {place} {n})");
                assert!(workload.notes.contains(&note), "{}", notes(&workload));
            }
        }
        assert!(format != "prompts" || of_alone.recorded.ttft_ms.len() == 2);
        let error = why_all(&first.repeat(2));
        assert!(
            error.contains(&format!(
                "no record is a request (2 records are left out: {why}"
            )),
            "{error}"
        );
    }
    let table = "id,traceId,type,startTime,input,output\nb,t,SPAN,2024-05-29T13:46:19.963Z,x,y\na,t,GENERATION,2024-05-29T13:46:19.963Z,Hi there,Hello\n";
    assert_eq!(understood(table).0.requests.len(), 1);
}

fn why_all(file: &str) -> String {
    understood_of(file, "", None).expect_err(file).to_string()
}

#[test]
fn columns_of_a_table_are_what_most_of_the_first_rows_say() {
    // A prompt may be a number, also the first.
    let numbered = "prompt,prompt_tokens,output_tokens\n42,1,5\nhello there,2,5\nand more,2,5\n";
    let (workload, origin) = understood(numbered);
    assert_eq!(origin.format, "prompts");
    let prompts: Vec<u32> = workload
        .requests
        .iter()
        .map(|it| it.prompt_tokens)
        .collect();
    assert_eq!(prompts, [1, 2, 2]);
    assert_eq!(
        understood("input,output\n12,5\nhello there,yes\n")
            .0
            .requests
            .len(),
        2
    );
    // A word among numbers makes no text of them.
    let costs = "prompt,prompt_tokens,output_tokens\n0.5,100,5\nfree,200,5\n0.25,300,5\n";
    assert_eq!(understood(costs).1.format, "lengths");
    assert_eq!(
        why_all("input,output\n12,5\n13,5\nmany,5\n"),
        "line 4: field `input` is \"many\", a whole number from 0 to 1e9 expected"
    );
    // More rows than show it, one that is cut, and a text over several lines before it is decided.
    let many = format!(
        "input,output\n\"a\nb\",5\n{}9",
        "hello there,5\n".repeat(300)
    );
    let (workload, _) = understood(&many);
    assert_eq!(workload.requests.len(), 301);
    assert!(
        notes(&workload).contains("ends inside line 304, which is left out; 301 requests read")
    );
    let (workload, _) = understood("input,output\n12,5\n13,5\n9");
    assert!(notes(&workload).contains("ends inside line 4, which is left out; 2 requests read"));
    let first = understood_of(&many, "", Some(3)).unwrap().0;
    assert_eq!(first.requests.len(), 3);
}

#[test]
fn no_more_requests_are_read_than_are_wanted() {
    let rows = [(9000, 40), (10, 50), (20, 60)].map(|(ms, tokens)| {
        format!("{{\"arrival_ms\":{ms},\"input_tokens\":{tokens},\"output_tokens\":5,\"ttft_ms\":{tokens}}}\n")
    });
    for file in framed(&rows.concat()) {
        let (workload, origin) = understood_of(&file, "", Some(2)).unwrap();
        assert_eq!(lengths(&workload), [(50, 5), (40, 5)], "{file}");
        assert_eq!(origin.recorded.ttft_ms, [40.0, 50.0], "{file}");
    }
    let texts = [0, 1, 2].map(|n| {
        format!("{{\"arrival_ms\":{n},\"messages\":[{{\"role\":\"user\",\"content\":\"Hi\"}}],\"ttft_ms\":{n}}}\n")
    });
    let (_, origin) = understood_of(&texts.concat(), "", Some(2)).unwrap();
    assert_eq!(origin.recorded.ttft_ms, [0.0, 1.0]);
    // What is left out is not measured.
    let blank = texts[1].replace("\"Hi\"", "null");
    let (_, origin) = understood(&(texts[0].clone() + &blank + &texts[2]));
    assert_eq!(origin.recorded.ttft_ms, [0.0, 2.0]);
    let lists =
        "{\"input_lens\": [40, 50, 60], \"output_lens\": [5, 5, 5], \"ttfts\": [0.4, 0.5, 0.6]}\n";
    let (workload, origin) = understood_of(lists, "", Some(2)).unwrap();
    assert_eq!(
        (workload.requests.len(), origin.recorded.ttft_ms.len()),
        (2, 2)
    );
}

#[test]
fn an_empty_name_is_none() {
    let places = |file: &str| {
        let (workload, _) = understood(file);
        let requests = workload.requests.iter();
        requests
            .map(|it| (it.conversation, it.turn))
            .collect::<Vec<_>>()
    };
    let text = "{\"session_id\":\"\",\"prompt\":\"a b\",\"output_tokens\":5}\n";
    assert_eq!(places(&text.repeat(2)), [(0, 0), (1, 0)]);
    let chat = "{\"chat_id\":1,\"parent_chat_id\":\"\",\"timestamp\":0,\"input_length\":40,\"output_length\":5}\n";
    assert_eq!(places(chat), [(0, 0)]);
    let replica = "{\"input_tokens\":40,\"output_tokens\":5,\"replica\":\"\",\"tenant\":\" \"}\n";
    let (workload, origin) = understood(replica);
    assert_eq!(origin.recorded.replicas, []);
    assert_eq!(workload.requests[0].served_by, None);
    assert!(workload.labels.is_empty());
}

#[test]
fn a_session_of_an_agent_is_whose_it_says() {
    let session = |who: &str| {
        format!(
            "{{\"arrival_time_ns\":0,{who}\"sub_requests\":[{{\"input_toks\":40,\"output_toks\":5,\"tool_duration_ns\":5}},\
             {{\"input_toks\":60,\"output_toks\":5}}]}}\n"
        )
    };
    let of = |file: &str, map: &str| {
        let (workload, _) = understood_of(file, map, None).unwrap();
        let tenants = workload.requests.iter().map(|it| {
            let names = &workload.labels.tenants;
            names
                .get(usize::from(it.label.tenant))
                .cloned()
                .unwrap_or_default()
        });
        (
            tenants.collect::<Vec<_>>(),
            workload.labels.priorities.clone(),
        )
    };
    let alone = session("\"tenant\":\"a\",\"priority\":3,") + &session("\"tenant\":\"b\",");
    assert_eq!(
        of(&alone, ""),
        (["a", "a", "b", "b"].map(String::from).to_vec(), vec![0, 3])
    );
    let mapped = session("\"who\":\"a\",") + &session("\"who\":\"b\",");
    assert_eq!(of(&mapped, "tenant=who").0, ["a", "a", "b", "b"]);
    // In order of time, each in the unit that its name gives.
    let row = "{\"arrival_ms\":5,\"input_tokens\":40,\"output_tokens\":5,\"tenant\":\"x\"}\n";
    let late = |who: &str| session(who).replace("_ns\":0", "_ns\":9000000");
    let named = late("\"tenant\":\"a\",");
    assert_eq!(of(&(row.to_owned() + &named), "").0, ["x", "a", "a"]);
    assert_eq!(of(&(named.clone() + row), "").0, ["x", "a", "a"]);
    assert_eq!(
        of(&(row.to_owned() + &late("")), "").0,
        ["x", "(none)", "(none)"]
    );
    let both = [row.to_owned() + &named, named + row].map(|it| understood(&it).0);
    for workload in both {
        let first = workload.requests[..2].iter().map(|it| it.arrival);
        let [begun, later] = [0, 4_000_000].map(|ns| Arrival::At(VirtualTime(ns)));
        assert_eq!(first.collect::<Vec<_>>(), [begun, later]);
    }
    let mixed = "{\"arrival_ms\":5,\"input_tokens\":4,\"output_tokens\":5}\n{\"arrival_s\":0.25,\"input_tokens\":4,\"output_tokens\":5}\n";
    assert_eq!(times(&understood(mixed).0), [0.0, 245.0]);
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let step = "{\"arrival_time_ns\":0,\"sub_requests\":[{\"input_toks\":40,\"output_toks\":5},{\"input_toks\":60}]}";
    let whole = "{\"arrival_time_ns\":0,\"sub_requests\":[{\"input_toks\":40,\"output_toks\":5}]}";
    let [ask, bare] = [
        r#"{"role":"user","content":"Hi"}"#,
        r#"{"role":"assistant"}"#,
    ];
    for (file, says) in [
        (
            format!("[\n\n{whole},\n{step}]\n"),
            "conversation 2, step 2: field `output_toks` is missing",
        ),
        (
            format!("{whole}\n{step}\n"),
            "line 2, step 2: field `output_toks` is missing",
        ),
        (
            format!("[{ask},{bare}]"),
            "line 1: field `content` is missing",
        ),
        (
            format!("[\n{ask},\n{bare}\n]\n"),
            "conversation 1, message 2: field `content` is missing",
        ),
        (
            r#"{"date":"x","input_lens":[40,50],"output_lens":[5],"ttfts":[0.1]}"#.to_owned(),
            "`input_lens` has 2 numbers and `output_lens` 1: of each there must be one for each request",
        ),
        (
            r#"{"prompt":["a","b"]}"#.to_owned() + "\n{\"prompt\":[1,2]}\n",
            "no request can be made of the file's records (2 records are left out: several prompts, or token ids, in one record (the first: line 1))",
        ),
    ] {
        let error = why_all(&file);
        assert!(error.starts_with(says), "{error}");
    }
}

#[test]
fn a_first_record_that_is_left_out_says_nothing_of_the_others() {
    for first in [
        r#"{"prompt":["a","b"]}"#,
        r#"{"prompt":[5,6]}"#,
        r#"{"body":{"prompt":["a"]}}"#,
    ] {
        for file in framed(&format!("{first}\n{{\"prompt\":\"Hi there\"}}\n")) {
            let (workload, origin) = understood(&file);
            assert_eq!((workload.requests.len(), origin.rows), (1, 2), "{file}");
            assert_eq!(
                origin.skipped[0].1,
                "several prompts, or token ids, in one record"
            );
        }
    }
    // Token ids beside lengths are passed over.
    let ids = "{\"prompt\":[5,6],\"prompt_tokens\":40,\"completion_tokens\":5}\n";
    assert_eq!(lengths(&understood(ids).0), [(40, 5)]);
    // A benchmark's first request may have failed.
    let failed = r#"{"metadata":{"request_start_ns":1759813207000000000,"benchmark_phase":"profiling"},"error":{"code":500}}"#;
    let answered = r#"{"metadata":{"request_start_ns":1759813208000000000},"metrics":{"input_sequence_length":{"value":40,"unit":"tokens"},"output_sequence_length":{"value":5,"unit":"tokens"}}}"#;
    let (workload, origin) = understood(&format!("{failed}\n{answered}\n"));
    assert_eq!((lengths(&workload), origin.rows), (vec![(40, 5)], 2));
    assert_eq!(origin.format, "AIPerf records");
}

#[test]
fn notes_count_one_as_one() {
    let two = "{\"arrival_time_ns\":0,\"sub_requests\":[{\"input_toks\":10,\"output_toks\":2},{\"input_toks\":5,\"output_toks\":2}]}\n";
    assert_eq!(
        // Prompts below a block have none to share; nothing is amiss.
        notes(&understood(two).0),
        "1 request has a shorter prompt than what was said before; it shares nothing"
    );
    let one = "{\"prompt\":\"Hi\"}\n";
    assert!(notes(&understood(one).0).contains("1 of 1 questions has no reply"));
    let short = understood("{\"prompt\":\"Hi\",\"input_tokens\":5,\"output_tokens\":5}\n").0;
    assert!(notes(&short).contains("from their text, 1 token in all; the file records 5"));
    let many = "{\"timestamp\":0,\"input_length\":16,\"output_length\":5,\"hash_ids\":[1,2,3]}\n";
    let mut options = ReadOptions::default();
    options.reading.tokens_per_id = Some(16);
    let error = read_with(many.as_bytes(), options, 50).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("a list of 3, 1 id for 16 tokens, at 16 tokens an id"),
        "{error}"
    );
    let slow = "{\"timestamp\":0.5,\"input_tokens\":4,\"output_tokens\":5}\n{\"timestamp\":3000.25,\"input_tokens\":4,\"output_tokens\":5}\n";
    let error = why_all(slow);
    assert!(
        error.contains(
            "may be seconds (0.000333 requests a second) or milliseconds (0.333 a second)"
        ),
        "{error}"
    );
}

#[test]
fn texts_that_begin_late_are_said_not_to_be_read() {
    let row = |text: &str| format!("{{\"input_tokens\":40,\"output_tokens\":5{text}}}\n");
    let texts = [
        ",\"prompt\":\"Hi\"",
        ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]",
    ];
    for text in texts {
        let (workload, _) = understood(&(row("") + &row(text) + &row(text) + &row("")));
        assert_eq!(lengths(&workload), [(40, 5); 4]);
        assert!(
            notes(&workload)
                .contains("2 rows have texts, which are not read: the first row has none")
        );
        // Among ids it is said of the first record that its text is not read.
        let ids = row(&format!("{text},\"hash_ids\":[1]"));
        assert!(!notes(&understood(&ids.repeat(2)).0).contains("not read"));
    }
}
