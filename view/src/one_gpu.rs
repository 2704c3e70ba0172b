//! One GPU that is asked again and again: what it computes each time, and when the first token comes.
//!
//! The engine is `core`'s own, set up as a fleet of the default scenario sets up each of its replicas; a prompt is sent
//! when the answer before it is done. Left out, as they are the same every time: the network, and the API server's work
//! before the engine has the prompt.

use crate::playback::Marks;
use warmpath_core::replica::{Engine, Output, Pool, Sequence, StepReport, Timing};
use warmpath_core::request::{Chain, Corpus};
use warmpath_core::scenario::standard;
use warmpath_core::units::{RequestId, VirtualTime};

pub mod rows;
pub mod say;

/// Tokens of a question, behind the document.
pub const QUESTION: u32 = 64;
/// Tokens of an answer.
pub const ANSWER: u32 = 24;
/// Tokens of the document to begin with.
pub const DOCUMENT: u32 = 4096;
/// The longest document that the page offers \[tokens\].
pub const LONGEST: u32 = 12_288;
/// The most answers shown.
const SHOWN: usize = 5;

/// A request that a reader can send to the GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The last prompt to the letter; the first time, a document and a question about it.
    Same,
    /// Another question about the same document.
    OtherQuestion,
    /// Another document, and a question about it.
    OtherDocument,
    /// The very first prompt, whatever was sent since.
    First,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The request that was answered.
    pub ask: Ask,
    /// Length of the prompt \[tokens\].
    pub prompt_tokens: u32,
    /// Of these, found in the cache.
    pub hit_tokens: u32,
    /// From sending to the first token.
    pub ttft: VirtualTime,
    /// The engine's steps; time counts from sending.
    pub steps: Vec<StepReport>,
}

impl Answer {
    /// Prompt tokens that were computed.
    pub fn computed(&self) -> u32 {
        self.prompt_tokens - self.hit_tokens
    }

    /// From sending to the end of the last step that computed some of the prompt.
    pub fn prefill(&self) -> VirtualTime {
        let computes = |step: &&StepReport| step.prefill_tokens > 0;
        let last = self.steps.iter().rfind(computes);
        last.map_or(VirtualTime::ZERO, |step| step.end)
    }

    /// From sending to the last step's end.
    pub fn length(&self) -> VirtualTime {
        self.steps.last().map_or(VirtualTime::ZERO, |step| step.end)
    }
}

/// What the GPU and the model are called.
pub fn machine() -> String {
    let machine = standard::MACHINE;
    format!(
        "{}, {} in {}",
        machine.gpu.title,
        machine.llm.title,
        machine.dtype.name()
    )
}

/// Sends `asks` one after the other to an empty GPU, about documents of so many tokens.
pub fn play(document_tokens: u32, asks: &[Ask]) -> Vec<Answer> {
    let size = standard::BLOCK_SIZE;
    let mut engine = Engine::new(
        Timing::Roofline(standard::roofline()),
        standard::limits(),
        Pool::new(standard::pool_blocks(), false),
        VirtualTime::from_secs(standard::EFFICIENCY.api_token_s),
        true,
    );
    let mut corpus = Corpus::default();
    let prompt_tokens = document_tokens + QUESTION;
    let blocks = |tokens: u32| tokens / size;
    let (mut document, mut prompt) = (Chain::default(), Chain::default());
    let mut begun = (document, prompt);
    let mut now = VirtualTime::ZERO;
    let mut answers = Vec::with_capacity(asks.len());
    for (number, ask) in asks.iter().enumerate() {
        let first = number == 0;
        if first || *ask == Ask::OtherDocument {
            document = corpus.extend(Chain::default(), blocks(document_tokens));
        }
        if first || matches!(ask, Ask::OtherQuestion | Ask::OtherDocument) {
            prompt = corpus.extend(document, blocks(prompt_tokens) - document.depth);
        }
        if first {
            begun = (document, prompt);
        }
        if *ask == Ask::First {
            (document, prompt) = begun;
        }
        let sequence = Sequence {
            request: RequestId(number as u32),
            prompt_tokens,
            output_tokens: ANSWER,
            prompt,
            answered: prompt,
        };
        let mut outputs = Vec::new();
        engine.enqueue(&corpus, sequence, now, &mut outputs);
        engine.advance(&corpus, VirtualTime::NEVER, &mut outputs);
        let mut answer = Answer {
            ask: *ask,
            prompt_tokens,
            hit_tokens: 0,
            ttft: VirtualTime::ZERO,
            steps: engine.steps.replace(Vec::new()).unwrap_or_default(),
        };
        for output in outputs {
            match output {
                Output::Admitted(_, _, found) => answer.hit_tokens = found.hit_tokens,
                Output::FirstToken(_, at) => answer.ttft = at - now,
                _ => {}
            }
        }
        let sent = now;
        for step in &mut answer.steps {
            now = now.max(step.end);
            step.start = step.start - sent;
            step.end = step.end - sent;
        }
        answers.push(answer);
    }
    answers
}

/// The answers shown, each with its number: the first, which the others are held against, and the latest.
fn shown(answers: &[Answer]) -> impl Iterator<Item = (usize, &Answer)> {
    let latest = (answers.len() + 1).saturating_sub(SHOWN);
    let numbered = answers.iter().enumerate();
    numbered.filter(move |(at, _)| *at == 0 || *at >= latest)
}

/// Where a playback of the answers shown can stop: at every step's end, and where a first token comes.
pub fn marks(answers: &[Answer]) -> Marks {
    let sorted = |mut moments: Vec<VirtualTime>| {
        warmpath_core::order::by(&mut moments, Ord::cmp);
        moments.dedup();
        moments
    };
    let steps = shown(answers).flat_map(|(_, answer)| &answer.steps);
    let events = sorted(steps.map(|step| step.end).collect());
    Marks {
        end: events.last().copied().unwrap_or_default(),
        events,
        requests: sorted(shown(answers).map(|(_, answer)| answer.ttft).collect()),
    }
}

/// How long the prefill takes with nothing in the cache: that of the first of these that found nothing. Prompts that are
/// played together are all of one length.
pub fn cold_prefill(answers: &[Answer]) -> VirtualTime {
    let cold = answers.iter().find(|answer| answer.hit_tokens == 0);
    cold.map_or(VirtualTime::ZERO, Answer::prefill)
}

#[cfg(test)]
mod tests;
