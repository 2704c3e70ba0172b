//! Command lines and query strings: fields of the table with values of every kind.

use super::chance::Chance;
use super::process::{FILE, Input};
use warmpath_core::hardware::GPUS;
use warmpath_core::llm::MODELS;
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::{FIELDS, Field, PRESETS, Scenario};

/// Values that are of no field's kind, or at the edge of some.
const VALUES: [&str; 58] = [
    "",
    " ",
    "0",
    "1",
    "2",
    "7",
    "16",
    "100",
    "1024",
    "1025",
    "4096",
    "4097",
    "65536",
    "1e6",
    "1e9",
    "1e-6",
    "1e-7",
    "0.5",
    "1.5",
    "-1",
    "-0",
    "-inf",
    "inf",
    "nan",
    "NaN",
    "1e400",
    "1e-400",
    "18446744073709551615",
    "18446744073709551616",
    "1,000",
    "1 000",
    "1.000",
    "1,2",
    "1,2,",
    ",",
    "1_000",
    "0x10",
    "007",
    "+3",
    "٣",
    "½",
    "none",
    "auto",
    "constant",
    "gamma:0.01",
    "gamma:11",
    "all-at-once",
    "recorded",
    "random:3",
    "step",
    "python",
    "dynamo",
    "true",
    "\u{1b}[31m",
    "a\nb",
    "\u{feff}1",
    "../../etc/passwd",
    "/dev/null",
];

/// Policies, their parameters, knowledge and formulas, right and wrong.
const SPECS: [&str; 22] = [
    "smart",
    "smart@nothing",
    "smart@truth",
    "smart@routed:120s",
    "smart@routed:lru",
    "smart@events:50ms,loss=0.01",
    "smart@events:-1ms",
    "smart@events:1ms,loss=2",
    "smart:load_balance_weight=2",
    "smart:load_balance_weight=1e309",
    "smart:;",
    "smart:=",
    "smart@",
    "chwbl:load_factor=1;load_factor=2",
    "mine=1/0",
    "mine=((((((1))))))",
    "mine=",
    "a=waiting*2+running",
    "smart,smart",
    ",smart",
    "smart;chwbl",
    "random@routed:99999999999999999999s",
];

const WORKLOADS: [&str; 12] = [
    "shared-system",
    "rag",
    "rag:contexts=4;skew=0",
    "rag:contexts=0",
    "template",
    "unique:prompt=5",
    "multi-turn",
    "multi-turn:turns=3",
    "kubeai",
    "rag:",
    "rag:contexts=1;contexts=2",
    "nosuch",
];

/// Options beside the fields.
const OTHERS: [&[&str]; 14] = [
    &["--format", "json"],
    &["--format", "csv"],
    &["--format", "markdown"],
    &["--format", "html"],
    &["--format", "prometheus"],
    &["--format", "perfetto"],
    &["--format", "trace"],
    &["--format", "nosuch"],
    &["--fork", "3"],
    &["--fork", "-1"],
    &["--race"],
    &["--race=nan"],
    &["--save-cache", "left.cache"],
    &["--out", "/nowhere/at/all"],
];

/// A value for a field: mostly of its own kind.
fn value(chance: &mut Chance, field: &Field) -> String {
    // A run for each seed is no more than was asked for, and may take as long.
    if field.flag == "seeds" {
        let values = ["1", "3", "0", "1001", "-1", "1.5", "x", ""];
        return chance.pick(&values).to_owned();
    }
    if chance.one_in(3) {
        let value = chance.pick(&VALUES);
        // Not too often, for they are long to write and to read.
        return match chance.one_in(40) {
            true => value.repeat(5000),
            false => value.to_owned(),
        };
    }
    let name =
        |chance: &mut Chance, names: Vec<&'static str>| names[chance.below(names.len())].to_owned();
    match field.flag {
        "gpu" => name(chance, GPUS.iter().map(|gpu| gpu.name).collect()),
        "model" => name(chance, MODELS.iter().map(|model| model.name).collect()),
        "dtype" | "kv-dtype" => chance.pick(&["bf16", "fp8", "int4", "fp4"]).to_owned(),
        "policy" if chance.one_in(2) => {
            name(chance, POLICIES.iter().map(|policy| policy.name).collect())
        }
        "policy" => chance.pick(&SPECS).to_owned(),
        "workload" => chance.pick(&WORKLOADS).to_owned(),
        "warm" | "calibration" => chance
            .pick(&[FILE, "none", "random:2", "nosuch.json"])
            .to_owned(),
        "stages" => chance
            .pick(&["1,2", "0.000001,1e6", "1", "1,2,3,x", "5,5"])
            .to_owned(),
        "off" => chance
            .pick(&["prefix-cache", "preemption,mixed", "prefix-cache,", "all"])
            .to_owned(),
        _ => {
            let default = field.get(&Scenario::default());
            let small = ["1", "2", "3", "8", "64", "1000"];
            match default.is_empty() || chance.one_in(2) {
                true => chance.pick(&small).to_owned(),
                false => default,
            }
        }
    }
}

/// How many requests: enough to go round every part, few enough to end soon.
fn requests(chance: &mut Chance) -> &'static str {
    // Those of a hundred million are refused for want of memory, or of a number that is allowed.
    if chance.one_in(40) {
        return chance.pick(&["4000", "100000001", "1e9"]);
    }
    chance.pick(&["1", "3", "20", "60", "0", "-5", "1e1", "2.5", "x"])
}

/// A command line, or a query string.
pub(crate) fn input(chance: &mut Chance) -> Input {
    if chance.one_in(6) {
        return other(chance);
    }
    let count = requests(chance);
    let mut fields: Vec<(&Field, String)> = Vec::new();
    for _ in 0..chance.below(5) {
        let field = &FIELDS[chance.below(FIELDS.len())];
        if field.flag != "requests" {
            fields.push((field, value(chance, field)));
        }
    }
    let n = FIELDS.iter().find(|field| field.flag == "requests");
    fields.extend(n.map(|field| (field, count.to_owned())));
    let mut args = vec!["replay".to_owned()];
    let code = match chance.one_in(3) {
        true => query(chance, &fields, &mut args),
        false => options(chance, &fields, &mut args),
    };
    Input {
        args,
        file: Some(b"{\"about\": \"nothing\"}\n".to_vec()),
        code,
        ..Input::default()
    }
}

/// What the scenario's own table says of each value alone: wrong on the command line is exit code 2.
fn refused(fields: &[(&Field, String)]) -> bool {
    // Lists may be split, and a file's name is not its path.
    let list = |field: &Field| {
        let more = ["rate", "replicas", "policy", "warm", "calibration"];
        more.contains(&field.flag)
    };
    fields
        .iter()
        .filter(|(field, _)| !list(field))
        .any(|(field, value)| Scenario::default().set(field.flag, value).is_err())
}

fn options(
    chance: &mut Chance,
    fields: &[(&Field, String)],
    args: &mut Vec<String>,
) -> Option<i32> {
    if chance.one_in(3) {
        args.push(PRESETS[chance.below(PRESETS.len())].name.to_owned());
    }
    for (field, value) in fields {
        match chance.one_in(2) {
            true => args.push(format!("--{}={value}", field.flag)),
            false => args.extend([format!("--{}", field.flag), value.clone()]),
        }
    }
    if chance.one_in(3) {
        let more = OTHERS[chance.below(OTHERS.len())];
        args.extend(more.iter().map(|&arg| arg.to_owned()));
    }
    refused(fields).then_some(2)
}

fn query(chance: &mut Chance, fields: &[(&Field, String)], args: &mut Vec<String>) -> Option<i32> {
    let mut query = chance
        .pick(&[
            "v=1",
            "v=2",
            "?v=2",
            "v=3",
            "",
            "https://example.org/?v=2",
            "#v=2",
        ])
        .to_owned();
    for (field, value) in fields {
        let between = chance.pick(&["&", "&", "&", "&", "&&", "?", "#", ";"]);
        query += between;
        query += field.key;
        query += "=";
        for byte in value.bytes() {
            match byte.is_ascii_alphanumeric() || chance.one_in(30) && byte.is_ascii_graphic() {
                true => query.push(char::from(byte)),
                false => query += &format!("%{byte:02X}"),
            }
        }
    }
    args.push(query);
    // How often a key may stand, and what follows a fragment, is the query's own business.
    None
}

/// Another command, or none.
fn other(chance: &mut Chance) -> Input {
    let value = chance.pick(&VALUES);
    let args: &[&str] = match chance.below(9) {
        0 => &["list", value],
        1 => &["tokens", value, "--block-size", "2"],
        2 => &["deploy", chance.pick(&SPECS)],
        3 => &["deploy", POLICIES[chance.below(POLICIES.len())].name],
        4 => &[
            "route",
            "--replicas",
            value,
            "--policy",
            chance.pick(&SPECS),
        ],
        5 => &["import", value],
        6 => &["reproduce", value],
        7 => &["reproduce", "kubeai", "--policy", "nosuch", "--rate", value],
        _ => &[value],
    };
    Input {
        args: args.iter().map(|&arg| arg.to_owned()).collect(),
        stdin: b"You are helpful. Hi!\n".to_vec(),
        ..Input::default()
    }
}
