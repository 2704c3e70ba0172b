//! One GPU that is asked several times: what it computes each time, and when the first token comes.
//!
//! The engine is `core`'s own, set up as the default scenario sets up each of its replicas; a prompt is sent when the
//! answer before it is complete. Left out, because they are the same each time: the network, and the API server's work
//! before the engine has the prompt.

use crate::format;
use crate::playback::Marks;
use warmpath_core::replica::{Engine, EngineOutput, Pool, Sequence, StepReport, Timing};
use warmpath_core::request::{Chain, Corpus};
use warmpath_core::scenario::standard;
use warmpath_core::units::{RequestId, VirtualTime};

pub mod rows;
pub mod sentences;

/// The length of a question, which follows the document \[tokens\].
pub const QUESTION: u32 = 64;
/// The length of an answer \[tokens\].
pub const ANSWER: u32 = 24;
/// The length of the document when the page opens \[tokens\].
pub const DOCUMENT: u32 = 4096;
/// The longest document that the page offers \[tokens\].
pub const LONGEST: u32 = 12_288;
/// The largest number of answers that are shown.
const SHOWN: usize = 5;

/// A request that a reader can send to the GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptChoice {
    /// The same prompt again, word for word; the first time, a document and a question about it.
    Same,
    /// Another question about the same document.
    OtherQuestion,
    /// Another document, and a question about it.
    OtherDocument,
    /// The very first prompt again, whatever was sent since.
    First,
}

/// The answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The request that was answered.
    pub ask: PromptChoice,
    /// Length of the prompt \[tokens\].
    pub prompt_tokens: u32,
    /// Prompt tokens that were found in the cache.
    pub hit_tokens: u32,
    /// Prompt tokens that the cache had held and no longer does: they were evicted.
    pub evicted_tokens: u32,
    /// The time from sending the request to its first token.
    pub ttft: VirtualTime,
    /// The engine's steps, with times counted from the sending of the request.
    pub steps: Vec<StepReport>,
}

impl Answer {
    /// Prompt tokens that were computed.
    pub fn computed(&self) -> u32 {
        self.prompt_tokens - self.hit_tokens
    }

    /// The time from sending the request to the end of the last step that computed some of the prompt.
    pub fn prefill(&self) -> VirtualTime {
        let computes = |step: &&StepReport| step.prefill_tokens > 0;
        let last = self.steps.iter().rfind(computes);
        last.map_or(VirtualTime::ZERO, |step| step.end)
    }

    /// The time from sending the request to the end of the last step.
    pub fn length(&self) -> VirtualTime {
        self.steps.last().map_or(VirtualTime::ZERO, |step| step.end)
    }
}

/// The names of the GPU and the model, how much the cache holds, and the lengths of a question and an answer.
pub fn machine() -> String {
    let machine = standard::MACHINE;
    format!(
        "{}, {} in {}; room for {} tokens in the cache; a question of {QUESTION} tokens, an answer of {ANSWER} tokens",
        machine.gpu.title,
        machine.llm.title,
        machine.dtype.name(),
        format::count(room().into())
    )
}

/// The tokens that the cache has room for.
pub fn room() -> u32 {
    standard::pool_blocks() * standard::BLOCK_SIZE
}

/// Sends requests one after the other to an empty GPU, about documents of `document_tokens` tokens.
pub fn play(document_tokens: u32, asks: &[PromptChoice]) -> Vec<Answer> {
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
    // What a cache that never runs out would hold.
    let (mut documents, mut prompts) = (Vec::new(), Vec::new());
    let mut now = VirtualTime::ZERO;
    let mut answers = Vec::with_capacity(asks.len());
    for (number, ask) in asks.iter().enumerate() {
        let first = number == 0;
        if first || *ask == PromptChoice::OtherDocument {
            document = corpus.extend(Chain::default(), blocks(document_tokens));
        }
        if first
            || matches!(
                ask,
                PromptChoice::OtherQuestion | PromptChoice::OtherDocument
            )
        {
            prompt = corpus.extend(document, blocks(prompt_tokens) - document.depth);
        }
        if first {
            begun = (document, prompt);
        }
        if *ask == PromptChoice::First {
            (document, prompt) = begun;
        }
        let sequence = Sequence {
            request: RequestId(number as u32),
            prompt_tokens,
            output_tokens: ANSWER,
            prompt,
            answered: prompt,
        };
        // The block with the last token is computed each time.
        let ever = match () {
            () if prompts.contains(&prompt) => prompt_tokens - size,
            () if documents.contains(&document) => blocks(document_tokens) * size,
            () => 0,
        };
        prompts.push(prompt);
        documents.push(document);
        let mut outputs = Vec::new();
        engine.enqueue(&corpus, sequence, now, &mut outputs);
        engine.advance(&corpus, VirtualTime::NEVER, &mut outputs);
        let mut answer = Answer {
            ask: *ask,
            prompt_tokens,
            hit_tokens: 0,
            evicted_tokens: 0,
            ttft: VirtualTime::ZERO,
            steps: engine.steps.replace(Vec::new()).unwrap_or_default(),
        };
        for output in outputs {
            match output {
                EngineOutput::Admitted(_, _, found) => answer.hit_tokens = found.hit_tokens,
                EngineOutput::FirstToken(_, at) => answer.ttft = at - now,
                _ => {}
            }
        }
        answer.evicted_tokens = ever.saturating_sub(answer.hit_tokens);
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

/// The answers that are shown, each with its number: the first, which the others are compared with, and the latest.
fn shown(answers: &[Answer]) -> impl Iterator<Item = (usize, &Answer)> {
    let latest = (answers.len() + 1).saturating_sub(SHOWN);
    let numbered = answers.iter().enumerate();
    numbered.filter(move |(at, _)| *at == 0 || *at >= latest)
}

/// The moments at which playing the answers can stop: the end of every step, and every first token.
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

/// The time that the prefill takes with nothing in the cache: that of the first answer that found nothing. All prompts that
/// are played together have the same length.
pub fn cold_prefill(answers: &[Answer]) -> VirtualTime {
    let cold = answers.iter().find(|answer| answer.hit_tokens == 0);
    cold.map_or(VirtualTime::ZERO, Answer::prefill)
}

#[cfg(test)]
mod tests;
