//! Any valid file, written by a generator in each format, reads back to the same requests; and cut anywhere, or with a byte
//! changed, it gives requests or a clear error.

use super::*;
use proptest::prelude::*;
use warmpath_core::token::Encoder;
use warmpath_core::workload::reading::Tokenization;

/// A request that the files below write down.
#[derive(Clone, Debug)]
struct Made {
    /// When it arrives \[ms\].
    at: u64,
    input: u32,
    output: u32,
    /// The earlier request whose first ids its prompt shares (counted round and round), and how many of them.
    shares: (usize, usize),
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let one = (
        10..4000u64,
        1..3000u32,
        1..500u32,
        (any::<usize>(), 0..6usize),
    );
    prop::collection::vec(one, 1..12).prop_map(|all| {
        let mut at = 0;
        all.into_iter()
            .map(|(gap, input, output, shares)| {
                at += gap;
                Made {
                    at,
                    input,
                    output,
                    shares,
                }
            })
            .collect()
    })
}

/// Ids of `unit` tokens for all prompts.
fn ids(all: &[Made], unit: u32) -> Vec<Vec<u64>> {
    let mut lists: Vec<Vec<u64>> = Vec::new();
    let mut next = 1;
    for made in all {
        let count = made.input.div_ceil(unit) as usize;
        let (from, shared) = made.shares;
        let mut list: Vec<u64> = match lists.len() {
            0 => Vec::new(),
            n => lists[from % n]
                .iter()
                .copied()
                .take(shared.min(count))
                .collect(),
        };
        while list.len() < count {
            list.push(next);
            next += 1;
        }
        lists.push(list);
    }
    lists
}

/// What must come out: lengths and times since the first.
fn expected(all: &[Made]) -> (Vec<(u32, u32)>, Vec<f64>) {
    let first = all[0].at;
    (
        all.iter().map(|it| (it.input, it.output)).collect(),
        all.iter().map(|it| (it.at - first) as f64).collect(),
    )
}

fn found(workload: &Workload) -> (Vec<(u32, u32)>, Vec<f64>) {
    (lengths(workload), times(workload))
}

fn joined<T: ToString>(list: &[T]) -> String {
    list.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The same rows as traces of several programs write them; those of 512 tokens per id, then those of 16.
fn traces(all: &[Made]) -> Vec<(u32, String)> {
    let wide = ids(all, 512);
    let narrow = ids(all, 16);
    let rows = |row: &dyn Fn(usize, &Made) -> String| {
        all.iter()
            .enumerate()
            .map(|(at, it)| row(at, it) + "\n")
            .collect::<String>()
    };
    let epoch = 1_777_312_800_000u64;
    vec![
        (
            512,
            rows(&|i, it| {
                format!(
                    "{{\"timestamp\": {}, \"input_length\": {}, \"output_length\": {}, \"hash_ids\": [{}]}}",
                    it.at,
                    it.input,
                    it.output,
                    joined(&wide[i])
                )
            }),
        ),
        (
            512,
            rows(&|i, it| {
                format!(
                    "{{\"created_time\": {}, \"input_tokens\": {}, \"output_tokens\": {}, \"hash_ids\": [\"{}\"]}}",
                    it.at + epoch,
                    it.input,
                    it.output,
                    joined(&wide[i]).replace(", ", "\", \"")
                )
            }),
        ),
        (
            16,
            rows(&|i, it| {
                format!(
                    "{{\"chat_id\": {i}, \"parent_chat_id\": -1, \"timestamp\": {}.{:03}, \"input_length\": {}, \"output_length\": {}, \
             \"type\": \"text\", \"turn\": 1, \"hash_ids\": [{}]}}",
                    it.at / 1000,
                    it.at % 1000,
                    it.input,
                    it.output,
                    joined(&narrow[i])
                )
            }),
        ),
        (
            16,
            rows(&|i, it| {
                format!(
                    "{{\"schema\": \"dynamo.request.trace.v1\", \"event_type\": \"request_end\", \"request\": {{\"request_received_ms\": {}, \
             \"output_tokens\": {}, \"replay\": {{\"trace_block_size\": 16, \"input_length\": {}, \"input_sequence_hashes\": [{}]}}}}}}",
                    it.at + epoch,
                    it.output,
                    it.input,
                    joined(&narrow[i])
                )
            }),
        ),
    ]
}

/// The same rows as tables of lengths.
fn tables(all: &[Made]) -> Vec<String> {
    let table = |header: &str, row: &dyn Fn(&Made) -> String| {
        all.iter()
            .fold(header.to_owned(), |out, it| out + "\n" + &row(it))
    };
    let date = |at: u64| {
        format!(
            "2023-11-16 18:{:02}:{:02}.{:03}0000",
            at / 60_000,
            at / 1000 % 60,
            at % 1000
        )
    };
    let seconds = |at: u64| format!("{}.{:03}", at / 1000, at % 1000);
    vec![
        table("TIMESTAMP,ContextTokens,GeneratedTokens", &|it| {
            format!("{},{},{}", date(it.at), it.input, it.output)
        }),
        table("timestamp;context_tokens;generated_tokens", &|it| {
            format!("\"{}\";{};{}", date(it.at), it.input, it.output)
        }) + "\n",
        table("arrived_at\tnum_prefill_tokens\tnum_decode_tokens", &|it| {
            format!("{}\t{}\t{}", seconds(it.at), it.input, it.output)
        }),
        table(
            "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type",
            &|it| {
                format!(
                    "{},GPT-4,{},{},{},API log",
                    seconds(it.at),
                    it.input,
                    it.output,
                    it.input + it.output
                )
            },
        ),
    ]
}

/// The same rows in the forms in which benchmarks write their results.
fn results(all: &[Made]) -> Vec<String> {
    let seconds = |at: u64| format!("{}.{:03}", 1_759_813_207 + at / 1000, at % 1000);
    let list = |of: &dyn Fn(&Made) -> String| {
        let each: Vec<String> = all.iter().map(of).collect();
        each.join(", ")
    };
    let requests = list(&|it| {
        format!(
            "{{\"request_id\": \"a\", \"request_start_time\": {}, \"prompt_tokens\": {}, \"output_tokens\": {}, \
             \"request_latency\": 2.5, \"time_to_first_token_ms\": 40.5}}",
            seconds(it.at),
            it.input,
            it.output
        )
    });
    let guidellm = format!(
        "{{\"metadata\": {{}}, \"benchmarks\": [{{\"requests\": {{\"successful\": [{requests}], \"errored\": [{{}}]}}}}]}}"
    );
    let aiperf = all.iter().map(|it| {
        format!(
            "{{\"metadata\": {{\"x_correlation_id\": \"s{}\", \"request_start_ns\": {}, \"benchmark_phase\": \"profiling\"}}, \"metrics\": \
             {{\"input_sequence_length\": {{\"value\": {}, \"unit\": \"tokens\"}}, \"output_sequence_length\": {{\"value\": {}, \"unit\": \
             \"tokens\"}}, \"time_to_first_token\": {{\"value\": 40.5, \"unit\": \"ms\"}}}}, \"error\": null}}\n",
            it.at,
            1_759_813_207_000_000_000 + it.at * 1_000_000,
            it.input,
            it.output
        )
    });
    let vllm = format!(
        "{{\"input_lens\": [{}], \"output_lens\": [{}], \"ttfts\": [{}], \"itls\": [{}], \"start_times\": [{}]}}",
        list(&|it| it.input.to_string()),
        list(&|it| it.output.to_string()),
        list(&|_| "0.0405".to_owned()),
        list(&|_| "[0.5, 0.25]".to_owned()),
        list(&|it| format!("{}.{:03}", 5_000 + it.at / 1000, it.at % 1000)),
    );
    vec![
        guidellm.replace(", ", ",\n"),
        guidellm,
        aiperf.collect(),
        vllm,
    ]
}

const WORDS: [&str; 8] = [
    "river",
    " lake,",
    "\\n",
    "我们 ",
    " \\\"x\\\"",
    " 12.5",
    "é",
    " the sea",
];

fn chats() -> impl Strategy<Value = Vec<Vec<String>>> {
    let text = prop::collection::vec(prop::sample::select(&WORDS[..]), 1..12)
        .prop_map(|words| words.concat());
    prop::collection::vec(prop::collection::vec(text, 2..7), 1..6)
}

/// Chats in the forms that programs write.
fn written(chats: &[Vec<String>]) -> Vec<String> {
    let list = |chat: &[String], who: [&str; 2], names: [&str; 2]| {
        let message = |(at, text): (usize, &String)| {
            format!(
                "{{\"{}\": \"{}\", \"{}\": \"{text}\"}}",
                names[0],
                who[at % 2],
                names[1]
            )
        };
        // Whole exchanges: a question, an answer.
        let whole = &chat[..chat.len() / 2 * 2];
        whole
            .iter()
            .enumerate()
            .map(message)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let sharegpt = (["human", "gpt"], ["from", "value"]);
    let openai = (["user", "assistant"], ["role", "content"]);
    let each = |(who, names): ([&str; 2], [&str; 2]), field: &str| -> Vec<String> {
        chats
            .iter()
            .map(|chat| format!("{{\"id\": 1, \"{field}\": [{}]}}", list(chat, who, names)))
            .collect()
    };
    vec![
        format!("[{}]", each(sharegpt, "conversations").join(",\n ")),
        each(openai, "messages").join("\n") + "\n",
        format!(
            "{{\n\"data\": [\n{}\n]}}",
            each(openai, "conversation").join(",\n")
        ),
        chats
            .iter()
            .map(|chat| format!("[{}]\n", list(chat, openai.0, openai.1)))
            .collect(),
    ]
}

/// Lengths of prompts and answers, turn by turn.
fn counted(chats: &[Vec<String>], encoder: &mut Encoder) -> Vec<(u32, u32)> {
    let mut out = Vec::new();
    for chat in chats {
        let mut tokens = Vec::new();
        for pair in chat.chunks_exact(2) {
            let plain = |text: &str| text.replace("\\n", "\n").replace("\\\"", "\"");
            encoder.encode(&plain(&pair[0]), &mut tokens);
            let prompt = tokens.len();
            encoder.encode(&plain(&pair[1]), &mut tokens);
            out.push((prompt as u32, (tokens.len() - prompt) as u32));
        }
    }
    out
}

/// Requests or a clear error, however the file is cut or changed.
fn survives(file: &str, at: prop::sample::Index, byte: u8, cut: bool) {
    let mut bytes = file.as_bytes().to_vec();
    let at = at.index(bytes.len());
    match cut {
        true => bytes.truncate(at),
        false => bytes[at] = byte,
    }
    match read_with(&bytes, ReadOptions::default(), 97) {
        Ok(workload) => assert!(!workload.requests.is_empty()),
        Err(error) => assert!(error.to_string().len() > 10, "{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn traces_read_back(all in made(), at: prop::sample::Index, byte: u8, cut: bool) {
        for (unit, file) in traces(&all) {
            let options = ReadOptions {
                reading: warmpath_core::workload::reading::Reading { tokens_per_id: Some(unit), ..Default::default() },
                ..ReadOptions::default()
            };
            let workload = read_with(file.as_bytes(), options, 97).expect(&file);
            prop_assert_eq!(found(&workload), expected(&all), "{}", file);
            let lists = ids(&all, unit);
            for (a, b) in (0..all.len()).zip(1..all.len()) {
                let same = lists[a].iter().zip(&lists[b]).take_while(|(x, y)| x == y).count() as u32;
                let whole = (same * unit).min(all[a].input).min(all[b].input) / 16;
                prop_assert_eq!(shared(&workload, a, b) as u32, whole, "{}", file);
            }
            survives(&file, at, byte, cut);
        }
    }

    #[test]
    fn tables_read_back(all in made(), at: prop::sample::Index, byte: u8, cut: bool) {
        for file in tables(&all) {
            let workload = read_with(file.as_bytes(), ReadOptions::default(), 97).expect(&file);
            prop_assert_eq!(found(&workload), expected(&all), "{}", file);
            survives(&file, at, byte, cut);
        }
    }

    #[test]
    fn results_of_benchmarks_read_back(all in made(), at: prop::sample::Index, byte: u8, cut: bool) {
        for file in results(&all) {
            let mut reader = Reader::new("file", ReadOptions::default());
            for piece in file.as_bytes().chunks(97) {
                reader.push(piece).expect(&file);
            }
            let (workload, origin) = reader.understood().expect(&file);
            let (lengths, times) = found(&workload);
            // Seconds since 1970 as a real number are exact to the microsecond only.
            let times = times.iter().map(|ms| (ms * 1e3).round() / 1e3).collect();
            prop_assert_eq!((lengths, times), expected(&all), "{}", file);
            prop_assert_eq!(origin.recorded.ttft_ms, vec![40.5; all.len()], "{}", file);
            survives(&file, at, byte, cut);
        }
    }

    #[test]
    fn copied_chats_read_back(chats in chats(), at: prop::sample::Index, byte: u8, cut: bool) {
        let mut encoder = Tokenization::default().encoder().unwrap();
        let plain = |text: &String| text.replace("\\n", "\n").replace("\\\"", "\"").trim().to_owned();
        let chat: Vec<String> = chats[0].iter().map(plain).collect();
        prop_assume!(chat.iter().all(|text| !text.is_empty()));
        let whole = vec![chat[..chat.len() / 2 * 2].to_vec()];
        for who in [["User: ", "Assistant: "], ["**Human:** ", "**Claude:** "], ["You said:\n", "ChatGPT said:\n\n"]] {
            let written = whole[0].iter().enumerate();
            let file: String = written.map(|(at, text)| format!("{}{text}\n\n", who[at % 2])).collect();
            let workload = read_with(file.as_bytes(), ReadOptions::default(), 97).expect(&file);
            prop_assert_eq!(lengths(&workload), counted(&whole, &mut encoder), "{}", file);
            survives(&file, at, byte, cut);
        }
    }

    #[test]
    fn chats_read_back(chats in chats(), at: prop::sample::Index, byte: u8, cut: bool) {
        let mut encoder = Tokenization::default().encoder().unwrap();
        let expected = counted(&chats, &mut encoder);
        for file in written(&chats) {
            let workload = read_with(file.as_bytes(), ReadOptions::default(), 97).expect(&file);
            prop_assert_eq!(lengths(&workload), expected.clone(), "{}", file);
            survives(&file, at, byte, cut);
        }
    }
}
