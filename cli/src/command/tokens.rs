//! `tokens`: shows how a text is cut into tokens and blocks, with their ids.

use std::ops::Range;

use clap::{Arg, ArgMatches, Command};
use serde::Serialize;
use serde_json::{Value, json};
use warmpath_core::block;
use warmpath_core::scenario::Scenario;
use warmpath_core::text::SETTINGS;
use warmpath_core::token::{Tokenizer, spans};
use warmpath_core::workload::reading::Tokenization;

use super::fields;
use super::replay::attached;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::table::{Table, pretty};
use crate::whole::Whole;

/// The tokens and blocks of a text, as JSON.
#[derive(Serialize)]
struct TokensJson {
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
            Arg::new("tokenizer")
                .long("tokenizer")
                .value_name("words|o200k|cl100k|FILE")
                .default_value("words")
                .help("FakeAI's words, published byte pairs, or a model's tokenizer.json"),
        )
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
    // By default typed texts are counted as FakeAI does.
    fields::apply(matches, &mut scenario, &[])?;
    attached::tokenizer(&mut scenario)?;
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
    let pieces = pieces(&scenario.reading.tokenizer, &text)?;
    let (tokens, blocks) = tables(&text, &pieces, size as usize);
    let written = match format {
        "json" => pretty(&TokensJson {
            schema: "warmpath.tokens/1",
            block_size: size,
            tokens,
            blocks,
        }),
        _ => format!("{}\n{}", tokens.text(), blocks.text()),
    };
    output.write(written.as_bytes())
}

/// A token of the text.
struct Piece {
    text: String,
    id: u32,
    start: usize,
    end: usize,
}

/// The tokens of a text. A token of a byte-pair tokenizer may be part of a character, which is shown as U+FFFD.
fn pieces(tokenizer: &Tokenization, text: &str) -> Result<Vec<Piece>, Failure> {
    let piece = |span: Range<usize>, id, bytes: &[u8]| Piece {
        text: String::from_utf8_lossy(bytes).into_owned(),
        id,
        start: span.start,
        end: span.end,
    };
    let tables = tokenizer.tables().map_err(Failure::run)?;
    Ok(match tables {
        Some(bpe) => {
            let spans = bpe.spans(text).into_iter();
            spans
                .map(|(span, id)| piece(span, id, bpe.bytes(id)))
                .collect()
        }
        None => {
            let mut ids = Vec::new();
            Tokenizer::default().encode(text, &mut ids);
            let spans = spans(text).zip(ids);
            spans
                .map(|(span, id)| piece(span.clone(), id, text[span].as_bytes()))
                .collect()
        }
    })
}

fn tables(text: &str, pieces: &[Piece], size: usize) -> (Table, Table) {
    let ids: Vec<u32> = pieces.iter().map(|piece| piece.id).collect();
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
    for (at, piece) in pieces.iter().enumerate() {
        tokens.rows.push(vec![
            json!(at),
            json!(piece.text),
            json!(piece.id),
            json!(piece.start),
            json!(piece.end),
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
    for (at, run) in pieces.chunks(size).enumerate() {
        let id = chain.get(at).map(|id| format!("{:016x}", id.0));
        let text = whole(text, run);
        blocks.rows.push(vec![
            json!(at),
            json!(id),
            json!(run.len()),
            if id.is_some() {
                json!("yes")
            } else {
                json!("no, not full")
            },
            Value::from(text.replace(['\n', '\r', '\t'], " ")),
        ]);
    }
    (tokens, blocks)
}

/// The text of some tokens; if they begin or end inside a character, with U+FFFD for each of its parts.
fn whole(text: &str, run: &[Piece]) -> String {
    let from = run.first().map_or(0, |piece| piece.start);
    let to = run.last().map_or(0, |piece| piece.end);
    match text.get(from..to) {
        Some(text) => text.to_owned(),
        None => run.iter().map(|piece| piece.text.as_str()).collect(),
    }
}
