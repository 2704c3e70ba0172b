//! The prompts of KubeAI's prefix-aware load-balancing benchmark, of any ShareGPT file.
//!
//! Conversations of more than 16 messages, in file order, give a prompt for every odd number of first messages: each
//! message's text after "User: " or "Assistant: " (by its place, whatever its role) and before a newline. The first 800
//! are shuffled as Python's `random.seed(12345)` does; then those without a reply, with under 4 or over 8,192 tokens, or
//! with a reply of under 4 are left out. Every prompt is a request by itself; the list is sent again and again, 8,000
//! requests in all unless asked otherwise. A reply generates exactly its tokens and one more, the begin-of-text token
//! that the benchmark counts too.
//!
//! The benchmark counted with Llama 3.1's tokenizer, this reader counts with FakeAI's; its exact lengths are the
//! workload named `kubeai`. Source: substratusai/kubeai, `benchmarks/`, and the published totals, which the recipe
//! meets to the token.

use super::conversation::ConversationTokens;
use crate::request::{Arrival, Request};
use crate::token::{Encoder, Tokenizer};
use crate::words::{counted, grouped};
use crate::workload::draft::Draft;
use crate::workload::format::message::Message;
use crate::workload::labels::LabelDraft;
use crate::workload::mersenne::MersenneTwister;
use crate::workload::reader::ReadOptions;
use crate::workload::reading::ChatTemplate;

/// The number of messages that a conversation must exceed.
const MESSAGES: usize = 16;
/// The number of prompts that are made before the shuffle.
const PROMPTS: usize = 800;
/// The number of requests of a run, unless another is asked for.
const REQUESTS: u32 = 8000;
/// The seed of the shuffle, as in the benchmark.
const SEED: u32 = 12345;
/// The lengths of prompts that are kept \[tokens\].
const PROMPT_TOKENS: core::ops::RangeInclusive<u32> = 4..=8192;
/// The length of the shortest reply that is kept \[tokens\].
const REPLY_TOKENS: u32 = 4;
/// The number of begin-of-text tokens that the benchmark counts with a prompt.
const BEGIN: u32 = 1;

/// The maker of the benchmark's prompts.
pub(super) struct KubeAi {
    tokenizer: Tokenizer,
    /// All prompts in file order; those left out are `None`.
    prompts: Vec<Option<Request>>,
    conversations: u32,
    history: ConversationTokens,
    reply: Vec<u32>,
}

impl KubeAi {
    pub(super) fn new(options: &ReadOptions) -> Self {
        Self {
            tokenizer: Tokenizer::default(),
            prompts: Vec::new(),
            conversations: 0,
            history: ConversationTokens::new(
                Encoder::default(),
                ChatTemplate::None,
                options.block_size,
                (options.characters, options.tokens, options.beginnings),
            ),
            reply: Vec::new(),
        }
    }

    /// Whether as many prompts were made as are wanted.
    pub(super) fn full(&self) -> bool {
        self.prompts.len() >= PROMPTS
    }

    pub(super) fn conversation(&mut self, messages: &[Message<'_>]) {
        if messages.len() <= MESSAGES {
            return;
        }
        self.history.clear();
        for (i, message) in messages.iter().enumerate() {
            let asks = i % 2 == 0;
            let line = format!(
                "{}: {}\n",
                if asks { "User" } else { "Assistant" },
                message.text
            );
            self.history.known_by(&line);
            self.history.text(&line);
            if asks && !self.full() {
                let prompt = self.prompt(i / 2, messages.get(i + 1));
                self.prompts.push(prompt);
            }
        }
        self.conversations += 1;
    }

    fn prompt(&mut self, turn: usize, reply: Option<&Message<'_>>) -> Option<Request> {
        self.reply.clear();
        self.tokenizer.encode(&reply?.text, &mut self.reply);
        let output_tokens = self.reply.len() as u32 + BEGIN;
        let prompt_tokens = self.history.token_count();
        if !PROMPT_TOKENS.contains(&(prompt_tokens + BEGIN)) || output_tokens < REPLY_TOKENS {
            return None;
        }
        let prompt = self.history.chain(u32::MAX);
        Some(Request {
            conversation: self.conversations,
            turn: turn as u32,
            prompt_tokens,
            output_tokens,
            max_tokens: Some(output_tokens),
            prompt,
            answered: prompt,
            arrival: Arrival::Open,
            keys: Some(self.history.keys()),
            served_by: None,
            // The benchmark knows no tenants, whatever the file says.
            label: LabelDraft::UNSAID,
        })
    }

    pub(super) fn finish(mut self) -> Draft {
        MersenneTwister::python(SEED).shuffle(&mut self.prompts);
        let made = self.prompts.len();
        let requests: Vec<Request> = self.prompts.into_iter().flatten().collect();
        let note = format!(
            "{} of {} with more than {MESSAGES} messages; {} kept",
            counted(made as u64, "prompt", "prompts"),
            counted(self.conversations.into(), "conversation", "conversations"),
            grouped(requests.len() as u64)
        );
        let ([corpus, chunks, characters, tokens], heads) = self.history.finish();
        Draft {
            corpus,
            chunks,
            characters,
            tokens,
            heads,
            requests,
            join: 1,
            repeated: Some(REQUESTS),
            notes: vec![note],
            ..Draft::default()
        }
    }
}
