//! Conversations as turns: every question with all that was said before it.

use super::UNANSWERED;
use super::message::{Message, Role};
use crate::block;
use crate::request::keys::Growing;
use crate::request::{Arrival, Request, corpus::Interner, heads::HeadMaker};
use crate::token::Tokenizer;
use crate::units::BlockId;
use crate::words::{excerpt, grouped};
use crate::workload::draft::Draft;
use crate::workload::reader::ReadOptions;

/// Makes turns.
pub(super) struct Turns {
    block_size: usize,
    /// How many requests are wanted.
    wanted: usize,
    tokenizer: Tokenizer,
    prompts: Interner,
    chunks: Interner,
    heads: HeadMaker,
    requests: Vec<Request>,
    conversations: u32,
    said: Said,
    unanswered: u64,
    /// Prompts without a token.
    blank: u64,
    /// Messages of roles nobody knows, and the first such roles.
    unknown: u64,
    unknown_roles: Vec<String>,
}

/// What a text is of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A chat's message of the user.
    Asked,
    /// A chat's message of somebody else.
    Other,
    /// More of a prompt that is one user message as a whole.
    Continued,
}

/// What was said so far in the conversation.
#[derive(Default)]
pub(super) struct Said {
    pub(super) tokens: Vec<u32>,
    pub(super) blocks: Vec<BlockId>,
    pub(super) keys: Growing,
}

impl Said {
    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        self.blocks.clear();
        self.keys.clear();
    }

    pub(super) fn add(
        &mut self,
        text: &str,
        part: Part,
        block_size: usize,
        tokenizer: &mut Tokenizer,
    ) {
        tokenizer.encode(text, &mut self.tokens);
        match part {
            Part::Asked => self.keys.push_message(text, true),
            Part::Other => self.keys.push_message(text, false),
            Part::Continued => self.keys.push(text),
        }
        let known = self.blocks.len();
        let mut parent = self.blocks.last().copied().unwrap_or(block::ROOT);
        for tokens in self.tokens[known * block_size..].chunks_exact(block_size) {
            parent = block::chain(parent, tokens);
            self.blocks.push(parent);
        }
    }

    pub(super) fn token_count(&self) -> u32 {
        u32::try_from(self.tokens.len()).unwrap_or(u32::MAX)
    }
}

/// Roles named in the note about unknown ones.
const ROLES_NAMED: usize = 4;

impl Turns {
    pub(super) fn new(options: &ReadOptions) -> Self {
        Self {
            block_size: options.block_size as usize,
            wanted: options.requests.unwrap_or(u32::MAX) as usize,
            tokenizer: Tokenizer::default(),
            prompts: Interner::default(),
            chunks: Interner::default(),
            heads: HeadMaker::default(),
            requests: Vec::new(),
            conversations: 0,
            said: Said::default(),
            unanswered: 0,
            blank: 0,
            unknown: 0,
            unknown_roles: Vec::new(),
        }
    }

    /// Whether there are as many requests as wanted.
    pub(super) fn full(&self) -> bool {
        self.requests.len() >= self.wanted
    }

    pub(super) fn conversation(&mut self, messages: &[Message]) {
        self.said.clear();
        let mut turn = 0;
        let mut at = 0;
        while at < messages.len() && !self.full() {
            match messages[at].role {
                Role::Ask => {
                    at = self.turn(messages, at, turn);
                    turn += 1;
                }
                // Before the first question there is nothing it could answer.
                Role::Answer if turn == 0 => at += 1,
                Role::Answer | Role::Other => {
                    self.add(&messages[at]);
                    at += 1;
                }
            }
        }
        self.conversations += u32::from(turn > 0);
    }

    /// The turn that begins with the question at `at`; returns where it ends.
    fn turn(&mut self, messages: &[Message], at: usize, turn: u32) -> usize {
        let role = |i: usize| messages.get(i).map(|message| message.role);
        self.add(&messages[at]);
        let mut end = at + 1;
        while role(end) == Some(Role::Other) {
            end += 1;
        }
        let answered = role(end) == Some(Role::Answer);
        if answered {
            for message in &messages[at + 1..end] {
                self.add(message);
            }
        } else {
            end = at + 1;
        }
        let prompt_tokens = self.said.token_count();
        self.blank += u64::from(prompt_tokens == 0);
        let prompt = self.prompts.intern(&self.said.blocks);
        let keys = self
            .said
            .keys
            .keys(&self.said.tokens, &mut self.chunks, &mut self.heads);
        while role(end) == Some(Role::Answer) {
            self.add(&messages[end]);
            end += 1;
        }
        let reply = (self.said.token_count() - prompt_tokens).max(1);
        self.unanswered += u64::from(!answered);
        self.requests.push(Request {
            conversation: self.conversations,
            turn,
            prompt_tokens,
            output_tokens: if answered { reply } else { UNANSWERED },
            max_tokens: answered.then_some(reply),
            prompt,
            answered: self.prompts.intern(&self.said.blocks),
            arrival: match turn {
                0 => Arrival::Open,
                _ => Arrival::AfterPrevious(None),
            },
            keys: Some(keys),
        });
        end
    }

    fn add(&mut self, message: &Message) {
        let part = match message.role {
            Role::Ask => Part::Asked,
            Role::Answer | Role::Other => Part::Other,
        };
        self.said.add(
            &message.value.read(),
            part,
            self.block_size,
            &mut self.tokenizer,
        );
        let from = message.from.read();
        if message.role == Role::Other && from != "system" {
            self.unknown += 1;
            let role = excerpt(&from);
            if self.unknown_roles.len() < ROLES_NAMED && !self.unknown_roles.contains(&role) {
                self.unknown_roles.push(role);
            }
        }
    }

    pub(super) fn finish(self) -> Draft {
        let mut notes = Vec::new();
        if self.unanswered > 0 {
            notes.push(format!(
                "{} of {} questions have no reply; {UNANSWERED} output tokens each",
                grouped(self.unanswered),
                grouped(self.requests.len() as u64)
            ));
        }
        if self.blank > 0 {
            let blank = grouped(self.blank);
            notes.push(match self.blank {
                1 => "1 prompt has no token".to_owned(),
                _ => format!("{blank} prompts have no token"),
            });
        }
        if self.unknown > 0 {
            let roles = self.unknown_roles.join(", ");
            notes.push(match self.unknown {
                1 => format!("1 message of an unknown role ({roles}) counts as prompt"),
                n => format!(
                    "{} messages of unknown roles ({roles}) count as prompt",
                    grouped(n)
                ),
            });
        }
        Draft {
            rows: None,
            corpus: self.prompts.finish(),
            chunks: self.chunks.finish(),
            heads: self.heads.finish(),
            requests: self.requests,
            join: 1,
            repeated: None,
            notes,
        }
    }
}
