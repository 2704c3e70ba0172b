//! What arrived: a request as the fleet carries it, lengths and blocks, no text.

pub mod corpus;
pub(crate) mod heads;
pub(crate) mod keys;
mod label;
pub(crate) mod pieces;

pub use corpus::{Chain, Corpus, SegmentId};
pub use heads::{HEAD_CHARS, Heads};
pub use label::Label;

use crate::units::VirtualTime;

/// When a request arrives, or after what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrival {
    /// The trace gives the time \[ns since its start\].
    At(VirtualTime),
    /// The scenario's arrival process gives the time.
    Open,
    /// It arrives this long after the previous turn of its conversation was answered (think time); `None`: after the scenario's think
    /// time.
    AfterPrevious(Option<VirtualTime>),
}

/// What policies that look at the text may see of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TextKeys {
    /// XXH64 of the first user message's first 100 characters; of a generated one, which has no text, a name of its first 25 tokens.
    pub chars_100: u64,
    /// The beginning of the first user message, by its number in [`crate::workload::Workload::heads`]; 0: not kept.
    pub head: u32,
    /// XXH3 of the first 256 tokens; of a generated prompt a name of them.
    pub tokens_256: u64,
    /// The text's 128-character chunks, as a chain in [`crate::workload::Workload::chunks`].
    pub chunks: Chain,
    /// The text's characters, as a chain in [`crate::workload::Workload::characters`]; empty where those are not kept.
    pub characters: Chain,
    /// The prompt's tokens, as a chain in [`crate::workload::Workload::tokens`]; empty where those are not kept.
    pub tokens: Chain,
}

/// One request of a workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The conversation it belongs to, counted from 0.
    pub conversation: u32,
    /// Its place in the conversation, counted from 0.
    pub turn: u32,
    /// The length of the prompt \[tokens\].
    pub prompt_tokens: u32,
    /// How many tokens it will generate, at least 1 \[tokens\].
    pub output_tokens: u32,
    /// The output limit that the client asked for, which the router may see \[tokens\]; `None` if it gave none.
    pub max_tokens: Option<u32>,
    /// The chain of the prompt's full blocks.
    pub prompt: Chain,
    /// The full blocks of prompt and answer together, where the answer's text is known, so that a later prompt may
    /// contain it; else the same as `prompt`.
    pub answered: Chain,
    /// The time at which the request arrives, or what it follows.
    pub arrival: Arrival,
    /// The text keys; `None` where the workload has none.
    pub keys: Option<TextKeys>,
    /// The replica that served it in a log that names it: the place of its name among all names in order, from 0; `None` otherwise.
    pub served_by: Option<u16>,
    /// The tenant, the class and the deadline, where a file gives them.
    pub label: Label,
}

impl Request {
    /// A request without prompt, which stands where there is none.
    pub(crate) const NONE: Self = Self {
        conversation: 0,
        turn: 0,
        prompt_tokens: 0,
        output_tokens: 1,
        max_tokens: None,
        prompt: Chain {
            leaf: SegmentId(0),
            depth: 0,
        },
        answered: Chain {
            leaf: SegmentId(0),
            depth: 0,
        },
        arrival: Arrival::Open,
        keys: None,
        served_by: None,
        label: Label {
            tenant: 0,
            class: 0,
            deadline_ms: 0,
        },
    };
}
