//! Traces with prefix ids, one request a JSON line: Mooncake's and Bailian's.
//!
//! Mooncake: `{"timestamp": ms, "input_length", "output_length", "hash_ids"}`, an id for every 512 tokens of the prompt.
//! Bailian: `{"chat_id", "parent_chat_id", "timestamp": s, "input_length", "output_length", "type", "turn", "hash_ids"}`,
//! an id for every 16; parent -1 starts a conversation. In both, an id stands for its block and everything before it,
//! and the last one may be for a part of a block. Other fields are ignored.
//!
//! What an answer holds is not recorded, so no later prompt is taken to contain it: reuse is that of prompts, as the
//! papers count it. Lines without prompt or output are left out and counted.

use super::draft::Draft;
use super::field::Field;
use super::ids::IdChains;
use super::lines::{Fault, Records, parse};
use super::reader::ReadOptions;
use super::{Place, WorkloadError};
use crate::json::Value;
use crate::request::{Arrival, Request};
use crate::units::Map;
use crate::words::grouped;

/// Tokens of a Mooncake id.
const MOONCAKE_UNIT: u32 = 512;
/// Tokens of a Bailian id.
const BAILIAN_UNIT: u32 = 16;

/// The parser of either.
pub(super) struct Mooncake {
    wanted: usize,
    chains: IdChains,
    requests: Vec<Request>,
    ids: Vec<u64>,
    /// Conversations of Bailian chats, by chat id.
    chats: Option<Chats>,
    skipped: u64,
}

#[derive(Default)]
struct Chats {
    /// Conversation and turn.
    known: Map<u64, (u32, u32)>,
    conversations: u32,
    orphans: u64,
}

impl Mooncake {
    pub(super) fn with_units_of_512(options: &ReadOptions) -> Result<Self, WorkloadError> {
        Self::new(options, MOONCAKE_UNIT, None)
    }

    pub(super) fn with_chats(options: &ReadOptions) -> Result<Self, WorkloadError> {
        Self::new(options, BAILIAN_UNIT, Some(Chats::default()))
    }

    fn new(options: &ReadOptions, unit: u32, chats: Option<Chats>) -> Result<Self, WorkloadError> {
        Ok(Self {
            wanted: options.requests.unwrap_or(u32::MAX) as usize,
            chains: IdChains::new(unit, options.block_size)?,
            requests: Vec::new(),
            ids: Vec::new(),
            chats,
            skipped: 0,
        })
    }

    fn read_ids(
        &mut self,
        place: Place,
        row: &Value<'_>,
        prompt_tokens: u32,
    ) -> Result<(), WorkloadError> {
        let Some(Value::List(ids)) = row.get("hash_ids") else {
            return Err(Field::of(place, row, "hash_ids").wrong("a list of block ids"));
        };
        let right = self.chains.ids_of(prompt_tokens);
        if !right.contains(&u32::try_from(ids.len()).unwrap_or(u32::MAX)) {
            return Err(WorkloadError::Value {
                place,
                field: "hash_ids",
                found: format!("a list of {}", grouped(ids.len() as u64)),
                expected: format!(
                    "{} ids for {} tokens",
                    grouped((*right.end()).into()),
                    grouped(prompt_tokens.into())
                ),
            });
        }
        self.ids.clear();
        for id in ids {
            self.ids.push(Field::new(place, "hash_ids", Some(id)).id()?);
        }
        Ok(())
    }
}

impl Chats {
    /// Conversation and turn of a row.
    fn place(&mut self, place: Place, row: &Value<'_>) -> Result<(u32, u32), WorkloadError> {
        let chat = Field::of(place, row, "chat_id").id()?;
        let parent = match row.get("parent_chat_id") {
            Some(Value::Negative(-1)) => None,
            _ => Some(Field::of(place, row, "parent_chat_id").id()?),
        };
        let before = parent.and_then(|parent| self.known.get(&parent));
        self.orphans += u64::from(parent.is_some() && before.is_none());
        let here = match before {
            Some(&(conversation, turn)) => (conversation, turn.saturating_add(1)),
            None => {
                self.conversations += 1;
                (self.conversations - 1, 0)
            }
        };
        self.known.insert(chat, here);
        Ok(here)
    }
}

impl Records for Mooncake {
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        let row = parse(place, line)?;
        let field = |name| Field::of(place, &row, name);
        let per_second = if self.chats.is_some() { 1.0 } else { 1e3 };
        let time = field("timestamp").time(per_second)?;
        let prompt_tokens = field("input_length").count(0)?;
        let output_tokens = field("output_length").count(0)?;
        self.read_ids(place, &row, prompt_tokens)?;
        let (conversation, turn) = match &mut self.chats {
            Some(chats) => chats.place(place, &row)?,
            None => (self.requests.len() as u32, 0),
        };
        if prompt_tokens == 0 || output_tokens == 0 {
            self.skipped += 1;
            return Ok(());
        }
        let prompt = self.chains.intern(&self.ids, prompt_tokens);
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

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        let (corpus, join) = self.chains.finish();
        let mut notes = skipped(self.skipped);
        if let Some(Chats { orphans: 1.., .. }) = &self.chats {
            let orphans = self.chats.map_or(0, |chats| chats.orphans);
            notes.push(format!(
                "{} rows follow a chat that is not in the file; each begins a conversation",
                grouped(orphans)
            ));
        }
        Ok(Draft {
            corpus,
            join,
            requests: self.requests,
            notes,
            ..Draft::default()
        })
    }
}

/// The note about rows left out.
pub(super) fn skipped(rows: u64) -> Vec<String> {
    let note = format!(
        "{} rows without prompt or output tokens are left out",
        grouped(rows)
    );
    (rows > 0).then_some(note).into_iter().collect()
}
