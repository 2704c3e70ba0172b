//! Traces of lengths and times in CSV: Azure's and BurstGPT's. Columns are found by the names in the first line.
//!
//! Azure LLM inference traces 2023 and 2024: `TIMESTAMP` (date and time), `ContextTokens`, `GeneratedTokens`.
//! BurstGPT: `Timestamp` \[s\], `Session ID` (in newer files), `Request tokens`, `Response tokens`.
//!
//! Nothing is known of the prompts' texts, so nothing is shared: a session of BurstGPT is a conversation whose turns
//! have no prefix in common. Rows without prompt or output tokens (BurstGPT: failed requests) are left out and counted.

mod date;

use super::cells::Cells;
use super::draft::Draft;
use super::field::{Field, cell, unquoted};
use super::lines::{Fault, Records};
use super::mooncake::skipped;
use super::reader::ReadOptions;
use super::{Place, WorkloadError};
use crate::json::Value;
use crate::request::{Arrival, Chain, Corpus, Request};
use crate::units::{Map, VirtualTime};

/// The most columns a file may have; more is no table of requests.
const MOST_COLUMNS: usize = 1000;

/// The parser of either.
pub(super) struct Csv {
    kind: Kind,
    columns: usize,
    time: usize,
    prompt: usize,
    output: usize,
    session: Option<usize>,
    header: bool,
    wanted: usize,
    block_size: u32,
    corpus: Corpus,
    requests: Vec<Request>,
    /// Conversation and next turn of each session.
    sessions: Map<u64, (u32, u32)>,
    skipped: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Azure,
    BurstGpt,
}

impl Kind {
    /// Names of the columns of time, prompt and output.
    fn names(self) -> [&'static str; 3] {
        match self {
            Kind::Azure => ["TIMESTAMP", "ContextTokens", "GeneratedTokens"],
            Kind::BurstGpt => ["Timestamp", "Request tokens", "Response tokens"],
        }
    }
}

impl Csv {
    /// The parser for a file with this first line, if it is one of the two.
    pub(super) fn recognise(header: &str, options: &ReadOptions) -> Option<Self> {
        let names = Cells::of(header).take(MOST_COLUMNS + 1);
        let names: Vec<&str> = names.collect::<Result<_, _>>().ok()?;
        if names.len() > MOST_COLUMNS {
            return None;
        }
        let names: Vec<&str> = names.into_iter().map(unquoted).collect();
        let column = |name: &str| names.iter().position(|n| n.eq_ignore_ascii_case(name));
        [Kind::Azure, Kind::BurstGpt].into_iter().find_map(|kind| {
            let [time, prompt, output] = kind.names().map(column);
            Some(Self {
                kind,
                columns: names.len(),
                time: time?,
                prompt: prompt?,
                output: output?,
                session: column("Session ID").filter(|_| kind == Kind::BurstGpt),
                header: true,
                wanted: options.requests.unwrap_or(u32::MAX) as usize,
                block_size: options.block_size,
                corpus: Corpus::default(),
                requests: Vec::new(),
                sessions: Map::default(),
                skipped: 0,
            })
        })
    }

    fn time(&self, place: Place, text: &str) -> Result<VirtualTime, WorkloadError> {
        let value = cell(text);
        let field = Field::new(place, self.kind.names()[0], value.as_ref());
        match self.kind {
            Kind::BurstGpt => field.time(1.0),
            Kind::Azure => date::parse(unquoted(text)).ok_or_else(|| {
                field.wrong("a date and time from 1970 to 2069 like 2023-11-16 18:17:03.9799600")
            }),
        }
    }

    /// Conversation and turn of a row.
    fn turn(&mut self, place: Place, cells: &[&str]) -> Result<(u32, u32), WorkloadError> {
        let alone = (self.requests.len() as u32, 0);
        let Some(column) = self.session else {
            return Ok(alone);
        };
        let session = match cell(cells[column]) {
            // Newer files leave it empty where a request belongs to no session.
            None => return Ok(alone),
            Some(Value::Integer(id)) => id,
            Some(Value::Text(name)) => xxhash_rust::xxh3::xxh3_64(name.read().as_bytes()),
            other => {
                let field = Field::new(place, "Session ID", other.as_ref());
                return Err(field.wrong("a name or a number, not negative"));
            }
        };
        // Counted by requests, as for rows without a session, so that no two share a number.
        let (conversation, turn) = self.sessions.entry(session).or_insert(alone);
        let here = (*conversation, *turn);
        *turn = turn.saturating_add(1);
        Ok(here)
    }
}

impl Records for Csv {
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        if core::mem::take(&mut self.header) {
            return Ok(());
        }
        let cells = Cells::of(line).in_columns(self.columns, place)?;
        let [_, prompt, output] = self.kind.names();
        let time = self.time(place, cells[self.time])?;
        let count = |name, text| Field::new(place, name, cell(text).as_ref()).count(0);
        let prompt_tokens = count(prompt, cells[self.prompt])?;
        let output_tokens = count(output, cells[self.output])?;
        if prompt_tokens == 0 || output_tokens == 0 {
            self.skipped += 1;
            return Ok(());
        }
        let (conversation, turn) = self.turn(place, &cells)?;
        let prompt = self
            .corpus
            .extend(Chain::default(), prompt_tokens / self.block_size);
        self.requests.push(Request {
            conversation,
            turn,
            prompt_tokens,
            output_tokens,
            max_tokens: None,
            prompt,
            answered: prompt,
            arrival: Arrival::At(time),
            keys: None,
        });
        Ok(())
    }

    fn full(&self) -> bool {
        self.requests.len() >= self.wanted
    }

    fn read(&self) -> u64 {
        self.requests.len() as u64
    }

    fn open_ended(&self) -> bool {
        let last = self.columns - 1;
        [self.time, self.prompt, self.output].contains(&last)
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        Ok(Draft {
            corpus: self.corpus,
            requests: self.requests,
            notes: skipped(self.skipped),
            ..Draft::default()
        })
    }
}
