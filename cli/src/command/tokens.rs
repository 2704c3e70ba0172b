//! `tokens`: what a text becomes: tokens, their ids, and blocks.

use clap::{Arg, ArgMatches, Command};
use serde::Serialize;
use serde_json::{Value, json};
use warmpath_core::block;
use warmpath_core::scenario::Scenario;
use warmpath_core::text::SETTINGS;
use warmpath_core::token::{Tokenizer, spans};

use super::fields;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::table::{Table, pretty};
use crate::whole::Whole;

/// A text's tokens and blocks as JSON.
#[derive(Serialize)]
struct Told {
    schema: &'static str,
    block_size: u32,
    tokens: Table,
    blocks: Table,
}

pub(super) fn command() -> Command {
    Command::new("tokens")
        .about("Show the tokens, ids and blocks of a text")
        .arg(
            Arg::new("text")
                .value_name("TEXT")
                .required(true)
                .allow_hyphen_values(true)
                .help("the text; - for standard input"),
        )
        .args(fields::some(&["block-size"]))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .help("one of text, json"),
        )
        .arg(output::arg())
        .after_help(
            "The last block is not cacheable unless it is full. A block's id names the block and everything before it.\n\n\
             Example: warmpath tokens 'What is machine learning?' --block-size 2",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let mut scenario = Scenario::default();
    fields::apply(matches, &mut scenario, &[])?;
    let given = fields::given(matches, "text").unwrap_or_default();
    let format = fields::given(matches, "format").unwrap_or("text");
    if !["text", "json"].contains(&format) {
        return Err(super::unknown(
            "format",
            format,
            ["text", "json"].into_iter(),
        ));
    }
    let text = match given {
        "-" => Whole::standard_input(SETTINGS)?.text().to_owned(),
        text => text.to_owned(),
    };
    let size = scenario.block_size;
    let (tokens, blocks) = tables(&text, size as usize);
    let told = match format {
        "json" => pretty(&Told {
            schema: "warmpath.tokens/1",
            block_size: size,
            tokens,
            blocks,
        }),
        _ => format!("{}\n{}", tokens.text(), blocks.text()),
    };
    output.write(told.as_bytes())
}

fn tables(text: &str, size: usize) -> (Table, Table) {
    let mut ids = Vec::new();
    Tokenizer::default().encode(text, &mut ids);
    let spans: Vec<_> = spans(text).collect();
    let mut tokens = Table::new(
        "tokens",
        "Tokens",
        &[
            ("token", "token"),
            ("text", "text"),
            ("id", "id"),
            ("start", "from byte"),
            ("end", "to byte"),
            ("block", "block"),
        ],
    );
    for (at, (span, id)) in spans.iter().zip(&ids).enumerate() {
        tokens.rows.push(vec![
            json!(at),
            json!(text[span.clone()]),
            json!(id),
            json!(span.start),
            json!(span.end),
            json!(at / size),
        ]);
    }
    let mut blocks = Table::new(
        "blocks",
        "Blocks",
        &[
            ("block", "block"),
            ("id", "id"),
            ("tokens", "tokens"),
            ("cacheable", "cacheable"),
            ("text", "text"),
        ],
    );
    let chain = block::chained(&ids, size as u32);
    for (at, run) in spans.chunks(size).enumerate() {
        let id = chain.get(at).map(|id| format!("{:016x}", id.0));
        let from = run.first().map_or(0, |span| span.start);
        let to = run.last().map_or(0, |span| span.end);
        blocks.rows.push(vec![
            json!(at),
            json!(id),
            json!(run.len()),
            if id.is_some() {
                json!("yes")
            } else {
                json!("no, not full")
            },
            Value::from(text[from..to].replace(['\n', '\r', '\t'], " ")),
        ]);
    }
    (tokens, blocks)
}
