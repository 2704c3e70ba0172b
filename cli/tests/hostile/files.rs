//! Files of every format that the binary reads, small and right, and what becomes of them.

use super::chance::Chance;
use super::mutate::mutate;
use super::process::{FILE, Input};
use warmpath_core::workload::{ReadOptions, Reader, trace};

/// A right file of each format.
pub(crate) struct Seeds {
    /// Traces in each format that `--workload` reads.
    workloads: Vec<Vec<u8>>,
    calibration: Vec<u8>,
    cache: Vec<u8>,
}

const SHAREGPT: &str = r#"[{"id": "a", "conversations": [{"from": "human", "value": "Where does the river end?"},
  {"from": "gpt", "value": "In the sea, as far as anyone knows."}, {"from": "human", "value": "Which \u00e9\ud83e\udd80?"},
  {"from": "gpt", "value": "The nearest \"one\"."}]},
 {"id": "b", "conversations": []},
 {"id": "c", "conversations": [{"from": "system", "value": "Be short."}, {"from": "user", "value": "Hi"}]}]
"#;

const MOONCAKE: &str = r#"{"timestamp": 0, "input_length": 1100, "output_length": 30, "hash_ids": [46, 47, 48]}
{"timestamp": 3053, "input_length": 1536, "output_length": 5, "hash_ids": [46, 47, 49]}
{"timestamp": 3000, "input_length": 600, "output_length": 7, "hash_ids": [46, 50]}
"#;

const BAILIAN: &str = r#"{"chat_id": 1, "parent_chat_id": -1, "timestamp": 61.1, "input_length": 40, "output_length": 13, "type": "text", "turn": 1, "hash_ids": [1, 2, 3]}
{"chat_id": 3, "parent_chat_id": 1, "timestamp": 75.25, "input_length": 64, "output_length": 20, "type": "text", "turn": 2, "hash_ids": [1, 2, 4, 5]}
"#;

const AZURE: &str = "TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 23:59:59.9799600,4808,10
2023-11-17 00:00:00.0319600,3180,8
2023-11-17 00:00:01,110,0
";

const BURST: &str =
    "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type
5,s1,,ChatGPT,472,18,490,Conversation log
45.5,,,\"GPT-4\",1087,230,1317,API log
118,s1,,GPT-4,417,276,693,Conversation log
";

const SESSIONS: &str = r#"{"id": "s0", "steps": [{"input": 875, "new": 875, "output": 341, "gap": 0.0}, {"input": 1445, "new": 229, "output": 180, "gap": 9.127}]}
{"id": "s1", "steps": [{"input": 20, "new": 20, "output": 8, "gap": 0.0}]}
"#;

const SCENARIO: &str = r#"{"workload": "rag", "replicas": 3, "requests": 20,
 "policy": ["round-robin", "chwbl:load_factor=2"], "ttft-slo": 300.5}
"#;

const PROMPTS: &str = "{\"prompt\": \"You are helpful. Hi!\", \"max_tokens\": 5}
{\"prompt\": \"You are helpful. Bye!\"}
";

const DESK: &str = r#"{"schema":"warmpath.desk/1","policy":"smart","replicas":2,"block_size":2,"seed":1,"steps":[{"sent":{"replica":0,"prompt_tokens":4,"max_tokens":null,"blocks":["00000000000000a1","00000000000000a2"],"chunks":["00000000000000b1"],"chars_100":"00000000000000c1","tokens_256":"00000000000000d1"}},{"completed":0}]}
"#;

impl Seeds {
    pub(crate) fn new() -> Self {
        let texts = [SHAREGPT, MOONCAKE, BAILIAN, AZURE, BURST, SESSIONS];
        let mut workloads: Vec<Vec<u8>> =
            texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        for text in [SHAREGPT, BAILIAN, SESSIONS] {
            let mut reader = Reader::new("seed", ReadOptions::default());
            reader.push(text.as_bytes()).expect("a right file");
            let workload = reader.finish().expect("a right file");
            workloads.push(trace::write(&workload).into_bytes());
        }
        workloads.extend(samples());
        let calibration = include_str!("../../../core/data/calibration-l4-llama-3.1-8b-fp8.json");
        Self {
            workloads,
            calibration: calibration.as_bytes().to_vec(),
            cache: cache(),
        }
    }
}

/// The files that the formats' own tests read, so that a new format is tried here too.
fn samples() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/data");
    let files = std::fs::read_dir(folder).expect(folder);
    let mut paths: Vec<_> = files.map(|file| file.expect(folder).path()).collect();
    // The same inputs follow from the same seed on every machine.
    paths.sort();
    let read = |path| std::fs::read(path).expect(folder);
    paths.iter().map(read).collect()
}

/// What the binary itself leaves.
fn cache() -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile.cache");
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_warmpath"))
        .args([
            "replay",
            "v=2&w=rag&n=20&r=2&p=smart",
            "--out",
            "/dev/null",
            "--save-cache",
        ])
        .arg(&path)
        .status()
        .expect("the binary");
    assert!(ended.success());
    std::fs::read(path).expect("a cache state")
}

fn words(text: &str) -> Vec<String> {
    text.split(' ')
        .map(|word| word.replace("FILE", FILE))
        .collect()
}

/// A workload's file, replayed or imported, by its path or through standard input.
pub(crate) fn workload(chance: &mut Chance, seeds: &Seeds) -> Input {
    let seed = &seeds.workloads[chance.below(seeds.workloads.len())];
    let bytes = match chance.one_in(20) {
        // One format after another.
        true => [
            &seed[..],
            &seeds.workloads[chance.below(seeds.workloads.len())],
        ]
        .concat(),
        false => mutate(chance, seed),
    };
    let policies = "round-robin,smart,prefix-aware,infinite-cache";
    let mut args = words(match chance.below(6) {
        0 => "import FILE",
        1 => "import FILE --block-size 1",
        2 => "import FILE --requests 2",
        3 => "replay --workload FILE --requests 50 --format json",
        4 => "replay --workload FILE --requests 50 --block-size 512 --time-scale 1000",
        _ => "replay --workload FILE --requests 50 --replicas 2",
    });
    if args[0] == "replay" {
        args.extend(["--policy".to_owned(), policies.to_owned()]);
    }
    if chance.one_in(4) {
        let args = args.iter().map(|arg| arg.replace(FILE, "-")).collect();
        return Input {
            args,
            stdin: bytes,
            ..Input::default()
        };
    }
    Input {
        args,
        file: Some(bytes),
        ..Input::default()
    }
}

/// A file beside a workload, or what `route` and `tokens` read.
pub(crate) fn beside(chance: &mut Chance, seeds: &Seeds) -> Input {
    let (line, seed): (&str, &[u8]) = match chance.below(6) {
        0 => (
            "replay rag --requests 10 --calibration FILE",
            &seeds.calibration,
        ),
        1 => (
            "replay v=2&w=rag&n=20&r=2&p=smart --warm FILE",
            &seeds.cache,
        ),
        2 => ("replay FILE", SCENARIO.as_bytes()),
        3 => ("route --state FILE", DESK.as_bytes()),
        4 => ("route --explain --replicas 3", PROMPTS.as_bytes()),
        _ => ("tokens - --block-size 3", SHAREGPT.as_bytes()),
    };
    let bytes = mutate(chance, seed);
    let args = words(line);
    match line.contains("FILE") {
        true => Input {
            args,
            file: Some(bytes),
            stdin: b"a b c d\n".to_vec(),
            ..Input::default()
        },
        false => Input {
            args,
            stdin: bytes,
            ..Input::default()
        },
    }
}
