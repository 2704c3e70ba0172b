//! ShareGPT: a JSON array of `{"id", "conversations": [{"from", "value"}]}`.
//!
//! A turn is a question (`human`, `user`) with everything before it: its prompt is the tokens of all earlier messages,
//! then its own, with no template between them, each message tokenized by itself. Its output is as long as the reply
//! (`gpt`, `chatgpt`, `bing`, `bard`; several in a row are one), at least one token, and so is the limit the client asks
//! for; without a reply it is [`UNANSWERED`] tokens and no limit. The reply's text is known, so the blocks of prompt and
//! reply are too. `system` and roles nobody knows count as prompt, of the question before them if the reply comes after
//! them. Every question is a turn, also one that follows another directly. Answers before the first question are
//! dropped. An empty first question is a prompt of no tokens.
//!
//! The file in common use ("unfiltered cleaned split") comes in copies that break off in the middle of a conversation.
//! Whole conversations before the break are used. Conversations beyond the requests asked for are checked and counted
//! but not tokenized. Each conversation is held by itself; memory grows only with what is used of them.

mod kubeai;
mod message;
mod scan;
mod turns;

use super::draft::{Draft, Format};
use super::reader::{Prompts, ReadOptions};
use super::{Place, WorkloadError};
use crate::words::grouped;
use message::{Conversation, Role};
use scan::{Ending, Position, Scanner};

/// Output of a question without a reply \[tokens\].
pub(super) const UNANSWERED: u32 = 100;

/// The parser.
pub(super) struct ShareGpt {
    scanner: Scanner,
    reading: Reading,
}

/// What becomes of the conversations.
struct Reading {
    prompts: Maker,
    /// Whole conversations so far.
    read: u64,
    empty: u64,
    answer_first: u64,
    questionless: u64,
    repaired: u64,
}

enum Maker {
    Turns(Box<turns::Turns>),
    KubeAi(Box<kubeai::KubeAi>),
}

impl ShareGpt {
    pub(super) fn new(options: &ReadOptions) -> Self {
        let prompts = match options.prompts {
            Prompts::Turns => Maker::Turns(Box::new(turns::Turns::new(options))),
            Prompts::KubeAi => Maker::KubeAi(Box::new(kubeai::KubeAi::new(options))),
        };
        Self {
            scanner: Scanner::default(),
            reading: Reading {
                prompts,
                read: 0,
                empty: 0,
                answer_first: 0,
                questionless: 0,
                repaired: 0,
            },
        }
    }
}

impl Reading {
    fn conversation(&mut self, json: &str, at: Position) -> Result<(), WorkloadError> {
        let conversation = message::read(json, self.read + 1, at)?;
        self.read += 1;
        self.count(&conversation);
        match &mut self.prompts {
            Maker::Turns(turns) if !turns.full() => turns.conversation(&conversation.messages),
            Maker::KubeAi(kubeai) if !kubeai.full() => kubeai.conversation(&conversation.messages),
            _ => {}
        }
        Ok(())
    }

    fn count(&mut self, conversation: &Conversation<'_>) {
        let first = conversation.first();
        self.repaired += u64::from(conversation.repaired);
        self.empty += u64::from(first.is_none());
        self.answer_first += u64::from(first == Some(Role::Answer));
        self.questionless += u64::from(first.is_some() && !conversation.asks());
    }
}

impl Format for ShareGpt {
    fn skip_lines(&mut self, lines: u64) {
        self.scanner.skip_lines(lines);
    }

    fn text(&mut self, piece: &str) -> Result<(), WorkloadError> {
        let reading = &mut self.reading;
        self.scanner
            .push(piece, |json, at| reading.conversation(json, at))
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        let Self { scanner, reading } = *self;
        let read = reading.read;
        let cut = match scanner.finish() {
            Ending::Whole => None,
            Ending::Inside => Some(format!("ends inside conversation {}", grouped(read + 1))),
            Ending::Between => Some(format!("ends after conversation {}", grouped(read))),
        };
        if read == 0 {
            return Err(WorkloadError::Nothing(match cut {
                Some(_) => "the file breaks off before a whole conversation was read".to_owned(),
                None => "the array has no conversation".to_owned(),
            }));
        }
        let mut notes: Vec<String> = Vec::new();
        if let Some(cut) = cut {
            notes.push(format!("{cut}; {} read", grouped(read)));
        }
        for (count, one, many) in [
            (
                reading.empty,
                "conversation is empty",
                "conversations are empty",
            ),
            (
                reading.answer_first,
                "conversation begins with an answer, which is dropped",
                "conversations begin with an answer, which is dropped",
            ),
            (
                reading.questionless,
                "conversation has no question",
                "conversations have no question",
            ),
            (
                reading.repaired,
                "conversation has half of a surrogate pair, read as U+FFFD",
                "conversations have halves of surrogate pairs, read as U+FFFD",
            ),
        ] {
            if count > 0 {
                let text = if count == 1 { one } else { many };
                notes.push(format!("{} {text}", grouped(count)));
            }
        }
        let mut draft = match reading.prompts {
            Maker::Turns(turns) => turns.finish(),
            Maker::KubeAi(kubeai) => kubeai.finish(),
        };
        notes.append(&mut draft.notes);
        draft.notes = notes;
        if draft.requests.is_empty() {
            return Err(WorkloadError::Nothing(format!(
                "no prompt can be made of {} conversations ({})",
                grouped(read),
                draft.notes.join("; ")
            )));
        }
        Ok(draft)
    }
}

/// Where a message of the `number`-th conversation stands.
fn place(number: u64, message: Option<usize>) -> Place {
    match message {
        Some(message) => Place::Message(number, message as u64 + 1),
        None => Place::Conversation(number),
    }
}
