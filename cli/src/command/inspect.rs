//! `inspect`: what a file holds, how it is read, and how much can be reused at most, before anything is run.

use clap::{Arg, ArgMatches, Command};
use serde::Serialize;
use serde_json::json;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::inspect::{Inspection, Lengths};
use warmpath_view::format::{self, GAP};
use warmpath_view::lab::summary::pictures;

use super::fields;
use super::replay::attached;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::source;
use crate::table::{Table, pretty};

/// The summary as JSON.
#[derive(Serialize)]
struct SummaryJson<'a> {
    schema: &'static str,
    workload: &'a str,
    block_size: u32,
    #[serde(flatten)]
    inspection: &'a Inspection,
}

pub(super) fn command() -> Command {
    Command::new("inspect")
        .about("Say what a file holds, how it is read, and what can be reused at most")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .help("the file, whose format is recognised; - for standard input"),
        )
        .args(fields::some(&fields::READING))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .help("one of text, json"),
        )
        .arg(output::arg())
        .after_help(
            "What can be reused at most is what a cache of unlimited size finds where each request comes after the answer to the \
             one before, as under infinite-cache at --concurrency 1.\n\n\
             Examples:\n  \
             warmpath inspect sharegpt.json\n  \
             warmpath inspect log.csv --map 'time=when;input=prompt_len;output=gen_len' --time-unit s\n  \
             warmpath inspect chats.jsonl --tokenizer tokenizer.json --chat-template llama3 --format json",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let mut scenario = Scenario::default();
    fields::apply(matches, &mut scenario, &[])?;
    attached::tokenizer(&mut scenario)?;
    let format = fields::given(matches, "format").unwrap_or("text");
    if !["text", "json"].contains(&format) {
        return Err(super::unknown(
            "format",
            format,
            ["text", "json"].into_iter(),
        ));
    }
    let file = fields::given(matches, "file").unwrap_or_default();
    let (workload, origin) = source::understood(file, scenario.read_options())?;
    let inspection = Inspection::new(&workload, &origin);
    match format {
        "json" => {
            let written = pretty(&SummaryJson {
                schema: "warmpath.inspect/1",
                workload: &workload.name,
                block_size: workload.block_size,
                inspection: &inspection,
            });
            output.write(written.as_bytes())
        }
        _ => output.write_text(&text(&workload.name, &inspection)),
    }
}

fn text(name: &str, it: &Inspection) -> String {
    let mut out = format!(
        "{name}: {}, {} read\n",
        it.format,
        plural(it.rows, "record")
    );
    for skipped in &it.skipped {
        let first = skipped
            .first
            .as_ref()
            .map(|place| format!(" (the first: {place})"));
        let first = first.unwrap_or_default();
        out += &format!(
            "left out       {}: {}{first}\n",
            count(skipped.count),
            skipped.reason
        );
    }
    out += &format!(
        "requests       {} in {}\n",
        count(it.requests),
        plural(it.conversations, "conversation")
    );
    out += &match (it.span_s, it.rate) {
        (Some(span), Some(rate)) => {
            let span = format::seconds(span).replace(GAP, " ");
            format!(
                "recorded       {span}, {} arrivals a second\n",
                format::figure(rate)
            )
        }
        (Some(_), None) => "recorded       all at one time\n".to_owned(),
        _ => "recorded       no times; requests arrive at the scenario's rate\n".to_owned(),
    };
    let lengths = |it: &Lengths| {
        format!(
            "{} in all; mean {:.1}, least {}, median {}, 90 % {}, 99 % {}, most {}",
            count(it.total),
            it.mean,
            it.least,
            it.median,
            it.p90,
            it.p99,
            it.most
        )
    };
    out += &format!("input tokens   {}\n", lengths(&it.input));
    out += &format!("output tokens  {}\n", lengths(&it.output));
    if it.repeats() {
        out += &format!(
            "lengths        of the file's {}, each once; a run repeats them\n",
            plural(it.recorded, "request")
        );
    }
    let reuse = &it.at_most;
    let part = |share: f64, what: &str, found: u64, all: u64| match all {
        0 => format!("no {what}, as no prompt fills one"),
        _ => format!(
            "{:.2} % of prompt {what} ({} of {})",
            share * 100.0,
            count(found),
            count(all)
        ),
    };
    out += &format!(
        "reuse at most  {}, {}\n",
        part(
            reuse.token_reuse_rate,
            "tokens",
            reuse.reused_tokens,
            reuse.prompt_tokens
        ),
        part(
            reuse.cache_hit_rate,
            "blocks",
            reuse.found_blocks,
            reuse.prompt_blocks
        )
    );
    for bars in pictures(it) {
        let (line, sentence) = (bars.line(), bars.sentence.replace(GAP, " "));
        out += &format!("{:<14} {line} {sentence}\n", short(&bars.title));
    }
    for inferred in &it.inferred {
        out += &format!(
            "{:<14} {} (--{})\n",
            inferred.what, inferred.taken, inferred.option
        );
    }
    if !it.unread.is_empty() {
        out += &format!(
            "not read       {} (--map says what a field holds)\n",
            it.unread.join(", ")
        );
    }
    for note in &it.notes {
        out += &format!("note           {note}\n");
    }
    let mut first = Table::new(
        "first",
        "First requests",
        &[
            ("conversation", "conversation"),
            ("turn", "turn"),
            ("input", "input"),
            ("output", "output"),
            ("shared", "blocks seen before"),
            ("arrival", "arrives"),
        ],
    );
    for request in &it.first {
        first.rows.push(vec![
            json!(request.conversation),
            json!(request.turn),
            json!(request.input),
            json!(request.output),
            json!(request.shared_blocks),
            json!(request.arrival),
        ]);
    }
    out + "\nThe first requests:\n" + &first.text()
}

/// The title of a picture as the first column has it: in lower case, without "by distance" at its end.
fn short(title: &str) -> String {
    let title = title.to_lowercase();
    title
        .strip_suffix(" by distance")
        .unwrap_or(&title)
        .to_owned()
}

/// A count with its noun in the singular or plural.
fn plural(n: u64, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s}", count(n))
}

/// A count with thousands grouped.
fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
