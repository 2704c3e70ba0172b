//! What the names of columns say: which of them hold what, in which unit, and what is said where they hold nothing that is read.

use super::*;
use warmpath_core::workload::Origin;
use warmpath_core::workload::reading::{ColumnMap, TimeUnit};

/// A file with columns named by `map`, and what was understood of it.
fn understood(file: &str, map: &str) -> Result<(Workload, Origin), WorkloadError> {
    let mut options = ReadOptions::default();
    options.reading.map = ColumnMap::parse(map).unwrap();
    let mut reader = Reader::new("file", options);
    reader.push(file.as_bytes())?;
    reader.understood()
}

fn read(file: &str) -> (Workload, Origin) {
    understood(file, "").unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn refused(file: &str, map: &str) -> String {
    understood(file, map).expect_err(file).to_string()
}

fn prompts(workload: &Workload) -> Vec<u32> {
    let requests = workload.requests.iter();
    requests.map(|it| it.prompt_tokens).collect()
}

/// When each request arrives \[ms\], in the order of the file; fails on one that has no time.
fn arrivals(workload: &Workload) -> Vec<f64> {
    let time = |it: &warmpath_core::request::Request| match it.arrival {
        Arrival::At(time) => time.millis(),
        other => panic!("{other:?}"),
    };
    workload.requests.iter().map(time).collect()
}

#[test]
fn what_stands_in_brackets_is_part_of_a_name_unless_it_is_a_unit() {
    for (file, expected, unread) in [
        (
            "Prompt tokens (cached),Prompt tokens,Completion tokens\n900,1000,20\n",
            [(1000, 20)],
            vec!["Prompt tokens (cached)"],
        ),
        (
            "input_tokens (cached),input_tokens,output_tokens (per s),output_tokens\n5,100,33,20\n",
            [(100, 20)],
            vec!["input_tokens (cached)", "output_tokens (per s)"],
        ),
        (
            "{\"input_tokens (cached)\": 5, \"input_tokens\": 100, \"output_tokens\": 20}\n",
            [(100, 20)],
            vec!["input_tokens (cached)"],
        ),
        (
            "prompt len [tok],gen_len (tokens)\n100,20\n",
            [(100, 20)],
            vec![],
        ),
        (
            "Prompt (tokens),Completion (tokens)\n100,20\n",
            [(100, 20)],
            vec![],
        ),
        (
            "input_tokens,output_tokens,latency (average)\n100,20,3\n",
            [(100, 20)],
            vec!["latency (average)"],
        ),
    ] {
        let (workload, origin) = read(file);
        let lengths: Vec<_> = workload
            .requests
            .iter()
            .map(|it| (it.prompt_tokens, it.output_tokens))
            .collect();
        assert_eq!(lengths, expected, "{file}");
        assert_eq!(origin.unread, unread, "{file}");
    }
}

#[test]
fn a_unit_that_a_name_states_is_the_unit_that_is_read() {
    for (name, written, millis) in [
        ("time (minutes)", ["0.5", "1.5", "2.25"], [0.0, 60e3, 105e3]),
        ("Time (min)", ["0.5", "1.5", "2.25"], [0.0, 60e3, 105e3]),
        ("Time (hours)", ["1", "2", "2.5"], [0.0, 3600e3, 5400e3]),
        ("Arrival [h]", ["1", "2", "2.5"], [0.0, 3600e3, 5400e3]),
        ("Time (MS)", ["0.5", "100.5", "300.5"], [0.0, 100.0, 300.0]),
        ("Time (Sec)", ["0.5", "100.5", "300.5"], [0.0, 100e3, 300e3]),
        ("time (µs)", ["500", "1500", "2500"], [0.0, 1.0, 2.0]),
        ("time_µs", ["500", "1500", "2500"], [0.0, 1.0, 2.0]),
        ("time_us", ["500", "1500", "2500"], [0.0, 1.0, 2.0]),
        (
            "timestamp_s",
            ["0.5", "100.5", "300.5"],
            [0.0, 100e3, 300e3],
        ),
    ] {
        let rows = written.map(|time| format!("{time},100,20\n")).concat();
        let file = format!("{name},input_tokens,output_tokens\n{rows}");
        assert_eq!(arrivals(&read(&file).0), millis, "{name}");
    }
    // A column that --map names says its unit as well.
    let file = "Sent (ms),input_tokens,output_tokens\n0.5,100,20\n100.5,100,20\n";
    let (workload, _) = understood(file, "time=Sent (ms)").unwrap();
    assert_eq!(arrivals(&workload), [0.0, 100.0]);
}

#[test]
fn a_unit_that_nobody_knows_is_refused_by_its_name() {
    let of = |name: &str| format!("{name},input_tokens,output_tokens\n0.5,100,20\n1.5,100,20\n");
    for map in ["", "time=Time (fortnights)"] {
        let error = refused(&of("Time (fortnights)"), map);
        assert_eq!(
            error,
            "the unit of the times in `Time (fortnights)` is none of s, ms, us, ns, min, h; \
             say which with --time-unit"
        );
    }
    // The option says it.
    let mut options = ReadOptions::default();
    options.reading.time_unit = TimeUnit::parse("h");
    let workload = read_with(of("Time (fortnights)").as_bytes(), options, 50).unwrap();
    assert_eq!(arrivals(&workload), [0.0, 3600e3]);
    // Dates need none.
    let dates = "Time (UTC),input_tokens,output_tokens\n2024-01-01T00:00:00Z,100,20\n2024-01-01T00:00:01Z,100,20\n";
    assert_eq!(arrivals(&read(dates).0), [0.0, 1000.0]);
    for (field, says) in [
        (
            "delay (days)",
            "line 1: field `delay (days)` is 5, a unit of s, ms, us, ns, min or h in the brackets of its name expected",
        ),
        (
            "deadline (days)",
            "line 1: field `deadline (days)` is 5, a unit of s, ms, us, ns, min or h in the brackets of its name expected",
        ),
    ] {
        let file = format!("{{\"input_tokens\": 100, \"output_tokens\": 20, \"{field}\": 5}}\n");
        assert_eq!(refused(&file, ""), says);
    }
}

#[test]
fn a_number_beside_a_count_is_no_text() {
    let costs = "timestamp,prompt_tokens,completion_tokens,input,output\n0.5,100,20,0.0012,0.0003\n1.5,200,30,0.0024,\n";
    let (workload, origin) = read(costs);
    assert_eq!(prompts(&workload), [100, 200]);
    assert_eq!(workload.requests[0].output_tokens, 20);
    assert_eq!(origin.unread, ["input", "output"]);
    // The first row may lack them.
    let later = "prompt_tokens,completion_tokens,input,output\n100,20,,\n200,30,0.0024,0.5\n";
    assert_eq!(prompts(&read(later).0), [100, 200]);
    for json in [
        "{\"prompt_tokens\": 100, \"completion_tokens\": 20, \"input\": 0.0012, \"output\": 0.0003}\n",
        "{\"prompt_tokens\": 100, \"completion_tokens\": 20, \"prompt\": 0.0012, \"completion\": 0.0003}\n",
    ] {
        assert_eq!(prompts(&read(json).0), [100]);
    }
    let named = "prompt_tokens,completion_tokens,prompt,completion\n100,20,0.0012,0.0003\n";
    assert_eq!(prompts(&read(named).0), [100]);
    // Texts beside counts are texts, also one that is a number.
    let texts = "prompt_tokens,completion_tokens,input,output\n2,1,hello there,yo\n1,1,42,yo\n";
    let (workload, _) = read(texts);
    assert_eq!(prompts(&workload), [2, 1]);
    assert!(workload.notes.iter().any(|note| note.contains("o200k")));
    // Without a count by its own name a prompt may be a number.
    let alpaca = "instruction,input,output\n42,,yo\nhello,there,yo\n";
    assert_eq!(prompts(&read(alpaca).0)[0], 1);
}

#[test]
fn text_that_is_no_part_of_a_prompt_is_said_to_be_not_read() {
    let messages = r#""messages": [{"role": "user", "content": "hi"}]"#;
    for (file, tokens, unread) in [
        (
            format!(r#"{{{messages}, "context": "some long context"}}"#),
            1,
            vec!["context"],
        ),
        (
            format!(r#"{{{messages}, "prompt": "some long prompt"}}"#),
            1,
            vec!["prompt"],
        ),
        (
            r#"{"input_tokens": 9, "output_tokens": 2, "system": "You are kind.", "context": "c", "response": "r"}"#.to_owned(),
            9,
            vec!["system", "context", "response"],
        ),
        (
            r#"{"timestamp": 0, "input_length": 9, "output_length": 2, "hash_ids": [1], "prompt": "some text"}"#.to_owned(),
            9,
            vec!["prompt"],
        ),
        (
            r#"{"prompt": "hello there", "input": "hello there"}"#.to_owned(),
            2,
            vec!["input"],
        ),
        (
            r#"{"prompt": "hello there", "metadata": "m", "parent_chat_id": 3}"#.to_owned(),
            2,
            vec!["metadata", "parent_chat_id"],
        ),
    ] {
        let (workload, origin) = read(&format!("{file}\n"));
        assert_eq!(prompts(&workload), [tokens], "{file}");
        assert_eq!(origin.unread, unread, "{file}");
    }
    // What is told before a session's turns is part of its prompts.
    let of = |system: &str| {
        let file = format!(r#"{{"session_id": "a", {system}"turns": ["hi", "hi"]}}"#);
        prompts(&read(&file).0)
    };
    let (bare, kind) = (of(""), of(r#""system": "hello there", "#));
    assert_eq!(kind, [bare[0] + 2, bare[1] + 2]);
}

#[test]
fn columns_that_are_named_are_read_or_refused() {
    let texts = "p,b,input\nhello,5,one two three\nthere,6,one two three\n";
    // Nothing else is taken for what the prompt is about.
    let (workload, origin) = understood(texts, "prompt=p").unwrap();
    assert_eq!(prompts(&workload), [1, 1]);
    assert_eq!(origin.unread, ["b", "input"]);
    let (workload, _) = understood(texts, "prompt=p;context=input").unwrap();
    assert!(prompts(&workload)[0] >= 4, "{:?}", prompts(&workload));
    // With messages, it follows the last question.
    let chat = r#"{"messages": [{"role": "user", "content": "hi"}], "about": "one two three"}"#;
    let (workload, origin) = understood(chat, "context=about").unwrap();
    assert!(prompts(&workload)[0] >= 4, "{:?}", prompts(&workload));
    assert!(origin.unread.is_empty());

    let nope = refused(texts, "prompt=p;context=nope");
    assert_eq!(
        nope,
        "no record has `nope`, which --map says holds context; the first is an object with `p`, `b`, `input`"
    );
    let lengths = "{\"input_tokens\": 9, \"output_tokens\": 2}\n";
    assert!(refused(lengths, "tenant=who").contains("`who`, which --map says holds tenant"));
    for (map, says) in [
        ("context=b", "line 1: field `b` is 5, text expected"),
        ("system=b", "line 1: field `b` is 5, text expected"),
        ("prompt=b", "line 1: field `b` is 5, text expected"),
        ("reply=b", "line 1: field `b` is 5, text expected"),
        ("output=c", "line 1: field `c` is \"many\", a whole number"),
    ] {
        let file = "{\"text\": \"hello\", \"b\": 5, \"c\": \"many\"}\n";
        let error = refused(file, map);
        assert!(error.starts_with(says), "{map}: {error}");
    }
}

#[test]
fn the_help_of_map_names_all_that_a_column_may_hold() {
    let fields = warmpath_core::scenario::FIELDS;
    let map = fields.iter().find(|field| field.flag == "map");
    let about = map.unwrap().words().about;
    let words: Vec<&str> = about.split([' ', ',', ';', '=']).collect();
    for role in warmpath_core::workload::reading::Role::ALL {
        assert!(words.contains(&role.word()), "{}", role.word());
    }
}

#[test]
fn a_chat_about_the_web_is_no_access_log() {
    let chat = "user: what does \"GET /x HTTP/1.1\" mean?\nassistant: It asks for /x.\n";
    let (workload, origin) = read(chat);
    assert_eq!(workload.requests.len(), 1);
    assert_eq!(origin.format, "a chat as text");
    let line = "what does \"GET /x HTTP/1.1\" mean?\nand a status of 200 behind it?\n";
    assert_eq!(read(line).0.requests.len(), 2);
    for log in [
        "10.0.0.1 - - [10/Oct/2025:13:55:36 -0700] \"GET /x HTTP/1.1\" 200 2326\n",
        "Oct 10 13:55:36 lb haproxy[1]: 10.0.0.1:3 [10/Oct/2025:13:55:36.1] in out/a 0/0/1/2/3 200 750 - - ---- 1/1/1/1/0 0/0 \"POST /v1 HTTP/1.1\"\n",
    ] {
        assert!(refused(log, "").contains("an access log"), "{log}");
    }
}

/// Messages that tools gave back are read as fast as others: the time does not grow with their square.
#[test]
fn many_answers_of_tools_are_read_at_once() {
    const MANY: usize = 40_000;
    let message = |role: &str| format!(r#"{{"role": "{role}", "content": "a"}}"#);
    let [user, answer] = ["user", "assistant"].map(message);
    let best = |role: &str| {
        let between = vec![message(role); MANY].join(", ");
        let file = format!(r#"{{"messages": [{user}, {answer}, {between}, {user}, {answer}]}}"#);
        let once = || {
            let begun = cpu_time::ThreadTime::now();
            let (workload, _) = read(&file);
            assert_eq!(prompts(&workload), [1, MANY as u32 + 3]);
            begun.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap()
    };
    let (tools, others) = (best("tool"), best("system"));
    assert!(tools < 8 * others, "{tools:?} beside {others:?}");
}

/// In a table a name is the text of its cell, whatever number it looks like.
#[test]
fn a_name_is_how_it_is_written() {
    let head = "start_time,input_tokens,output_tokens,ttft_ms";
    let names = ["1e5", "1.10", "1.1", "007", "7"];
    let table = |column: &str| {
        let rows = names.iter().zip(0..);
        let rows = rows.map(|(name, at)| format!("{at}.5,10,2,50,{name}\n"));
        format!("{head},{column}\n{}", rows.collect::<String>())
    };
    let (workload, _) = read(&table("tenant"));
    assert_eq!(workload.labels.tenants, names);
    let (_, origin) = read(&table("replica"));
    let mut replicas: Vec<_> = origin
        .recorded
        .replicas
        .iter()
        .map(|it| &*it.name)
        .collect();
    replicas.sort();
    let mut sorted = names;
    sorted.sort();
    assert_eq!(replicas, sorted);
    let (workload, _) = read(&table("session_id"));
    let turns: Vec<u32> = workload.requests.iter().map(|it| it.turn).collect();
    assert_eq!(turns, [0; 5]);
    // A chat without one before it, and one with.
    let chats = "chat_id,parent_chat_id,timestamp,input_length,output_length\n01,-1,0,10,2\n1,-1,1,10,2\n2,01,2,20,2\n3,,3,10,2\n";
    let (workload, _) = read(chats);
    let places: Vec<_> = workload
        .requests
        .iter()
        .map(|it| (it.conversation, it.turn))
        .collect();
    assert_eq!(places, [(0, 0), (1, 0), (0, 1), (2, 0)]);
    // As in a line of JSON.
    let json = "{\"input_tokens\": 9, \"output_tokens\": 2, \"tenant\": 1.10}\n";
    assert_eq!(read(json).0.labels.tenants, ["1.10"]);
}

#[test]
fn what_map_names_comes_before_usual_names() {
    let beside = r#"{"messages": [{"role": "user", "content": "hi"}], "q": "one two three four"}"#;
    let (workload, origin) = understood(beside, "prompt=q").unwrap();
    assert_eq!(prompts(&workload), [4]);
    assert_eq!(origin.unread, ["messages"]);
    // A path leads into a field that so is read.
    let nested =
        r#"{"t": {"start_ms": 5}, "u": {"start_ms": 5}, "input_tokens": 9, "output_tokens": 2}"#;
    assert_eq!(
        understood(nested, "time=t.start_ms").unwrap().1.unread,
        ["u"]
    );
    // A column may have several roles, in any order.
    for map in [
        "input=a_ms;output=b;time=a_ms",
        "time=a_ms;input=a_ms;output=b",
        "time=a_ms;output=b;input=a_ms",
    ] {
        let (workload, _) = understood("a_ms,b\n100,20\n200,30\n", map).unwrap();
        assert_eq!(prompts(&workload), [100, 200], "{map}");
        assert_eq!(arrivals(&workload), [0.0, 100.0], "{map}");
    }
    // Messages as text in a cell, under any name.
    let cell = |name: &str, text: &str| format!("id,{name}\n1,\"{}\"\n", text.replace('"', "\"\""));
    let list = r#"[{"role": "user", "content": "hi"}]"#;
    let (usual, _) = read(&cell("messages", list));
    let (named, _) = understood(&cell("m", list), "messages=m").unwrap();
    assert_eq!(named.requests, usual.requests);
    let error = refused(&cell("m", "hi"), "messages=m");
    assert!(
        error.contains("`m` of text found, a list of messages"),
        "{error}"
    );
}

#[test]
fn columns_are_named_in_vain_where_there_are_none() {
    let steps = "{\"id\": \"s0\", \"steps\": [{\"input\": 20, \"new\": 20, \"output\": 8, \"gap\": 0.0}]}\n";
    let trace = warmpath_core::workload::trace::write(&read(steps).0);
    for (file, says) in [
        (
            steps,
            "a file of generated sessions has no column `q`, which --map says holds tenant",
        ),
        (
            &*trace,
            "a Warmpath trace has no column `q`, which --map says holds tenant",
        ),
        (
            "hello there\nyou\n",
            "no record has `q`, which --map says holds tenant",
        ),
    ] {
        let error = refused(file, "tenant=q");
        assert!(error.starts_with(says), "{error}");
        assert!(read(file).0.requests.len() < 3);
    }
}

/// What an option says is plain text is read as such, whatever it begins with.
#[test]
fn plain_text_may_begin_with_brackets() {
    let chat = r#"[{"role": "user", "content": "hi"}]"#;
    for first in [
        "[INST] What is up?",
        "{{name}}, hello",
        "[",
        "Hello, how are you?",
        "One",
        "你好世界",
        chat,
    ] {
        let file = format!("{first}\nWhat is up?\n");
        let (workload, origin) = understood(&file, "prompt=line").unwrap();
        assert_eq!(workload.requests.len(), 2, "{first}");
        assert_eq!(origin.unread, [""; 0]);
        assert!(workload.notes[0].contains("read as plain text"));
        let tokens = |text: &str| {
            prompts(&read(&format!("prompt\n\"{}\"\n", text.replace('"', "\"\""))).0)[0]
        };
        if first != chat {
            assert_eq!(prompts(&workload)[0], tokens(first));
        } else {
            // As text it is longer than what it says.
            assert!(prompts(&workload)[0] > 8);
        }
    }
    // A record may have a field of that name.
    let lines = "{\"line\": \"hello there\", \"output_tokens\": 7}\n";
    assert_eq!(
        understood(lines, "prompt=line").unwrap().0.requests[0].output_tokens,
        7
    );
    // Where it is not recognised, the option is told of.
    for file in ["Hello, how are you?\n", "One\n", "你好世界\n"] {
        let error = refused(file, "");
        assert!(
            error.ends_with("--map prompt=line reads every line as a prompt"),
            "{error}"
        );
    }
}

#[test]
fn a_pasted_chat_may_begin_with_an_answer() {
    for first in [
        "Assistant: Hello, how can I help?",
        "Assistant: Hello there",
    ] {
        let chat = format!("{first}\nUser: What is up?\nAssistant: Not much.\n");
        let (workload, origin) = read(&chat);
        assert_eq!(
            (workload.requests.len(), &*origin.format),
            (1, "a chat as text"),
            "{first}"
        );
        assert_eq!(prompts(&workload), [4]);
        // Without a question its lines are prompts.
        let alone = format!("{first}\nAssistant: Not much.\n");
        assert_eq!(read(&alone).0.requests.len(), 2);
    }
}
