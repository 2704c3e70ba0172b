//! Workloads made of lengths alone: prompts are rows of parts, and two prompts share what their first parts share.
//!
//! Lengths that vary are gamma distributed around their mean, rounded, at least 1. A text has 4 characters a token, for
//! the keys of policies that look at text: 100 characters are 25 tokens, a 128-character chunk is 32. A system prompt is a
//! message of its own; contexts and templates are part of the user's.

mod parts;

use super::named::Named;
use super::{Workload, WorkloadError};
use crate::block;
use crate::request::{Arrival, Heads, Request};
use crate::rng::Rng;
use crate::units::VirtualTime;
use parts::{Parts, Passage, Row, Shared};

/// The most tokens that a part may have; longer draws are cut to it \[tokens\].
const LONGEST: f64 = 1e6;

/// The number of requests for which memory is reserved at once: as many as a named workload has at most.
const MOST_RESERVED: usize = 1_000_000;

/// The requests of `named`, a generated workload.
pub(super) fn generate(
    named: &Named,
    block_size: u32,
    seed: u64,
    requests: Option<u32>,
) -> Result<Workload, WorkloadError> {
    if !block::SIZES.contains(&block_size) {
        return Err(WorkloadError::block_size(block_size));
    }
    let count = requests.unwrap_or_else(|| named.requests()).max(1);
    let mut maker = Maker {
        named,
        lengths: Rng::new(seed, "workload lengths"),
        choices: Rng::new(seed, "workload choices"),
        parts: Parts::new(block_size),
        requests: Vec::with_capacity((count as usize).min(MOST_RESERVED)),
    };
    match named.info().name {
        "shared-system" => maker.shared_system(count),
        "rag" => maker.rag(count),
        "template" => maker.template(count),
        "multi-turn" => maker.multi_turn(count),
        "rounds" => maker.rounds(count),
        _ => maker.unique(count),
    }
    let requests = maker.requests;
    // Blocks and chunks are numbered in the order of the requests, each once: as a reader of its trace would number them.
    let (corpus, chunks) = maker.parts.finish();
    Ok(Workload {
        name: named.to_string(),
        block_size,
        corpus,
        chunks,
        characters: Default::default(),
        tokens: Default::default(),
        heads: Heads::default(),
        requests,
        count,
        labels: Default::default(),
        notes: Vec::new(),
    })
}

struct Maker<'a> {
    named: &'a Named,
    lengths: Rng,
    choices: Rng,
    parts: Parts,
    requests: Vec<Request>,
}

impl Maker<'_> {
    fn shared_system(&mut self, count: u32) {
        let mut system = Shared::Ahead(self.fixed("system"));
        for _ in 0..count {
            let question = self.varied("question");
            let system = self.parts.shared(&mut system).as_system_prompt();
            self.alone(system, &[question]);
        }
    }

    fn rag(&mut self, count: u32) {
        let mut contexts: Vec<Shared> = (0..self.named.value("contexts") as u32)
            .map(|_| Shared::Ahead(self.varied("context")))
            .collect();
        // Up to each context, the sum of popularities.
        let skew = self.named.value("skew");
        let mut sum = 0.0;
        let up_to: Vec<f64> = (1..=contexts.len())
            .map(|n| {
                sum += libm::pow(n as f64, -skew);
                sum
            })
            .collect();
        for _ in 0..count {
            let draw = self.choices.uniform() * sum;
            let chosen = up_to.partition_point(|&end| end <= draw);
            let question = self.varied("question");
            let last = contexts.len() - 1;
            let context = self.parts.shared(&mut contexts[chosen.min(last)]);
            self.alone(context, &[question]);
        }
    }

    fn template(&mut self, count: u32) {
        let mut templates: Vec<(Shared, Passage)> = (0..self.named.value("templates") as u32)
            .map(|_| (Shared::Ahead(self.fixed("head")), self.fixed("tail")))
            .collect();
        for _ in 0..count {
            let chosen = self.choices.below(templates.len() as u32) as usize;
            let field = self.varied("field");
            let (head, tail) = &mut templates[chosen];
            let (head, tail) = (self.parts.shared(head), *tail);
            self.alone(head, &[field, tail]);
        }
    }

    fn unique(&mut self, count: u32) {
        for _ in 0..count {
            let prompt = self.varied("prompt");
            self.alone(Row::default(), &[prompt]);
        }
    }

    /// Makes requests round after round, in each round ending after ending, and with each ending every beginning: a beginning comes
    /// again after all the others.
    fn rounds(&mut self, count: u32) {
        let mut prefixes: Vec<Shared> = (0..self.named.value("prefixes") as u32)
            .map(|_| Shared::Ahead(self.varied("prefix")))
            .collect();
        let suffixes = self.named.value("suffixes") as usize;
        let prompts = prefixes.len() * suffixes;
        for n in 0..count as usize {
            let Some(again) = self.requests.get(n % prompts).filter(|_| n >= prompts) else {
                let suffix = self.varied("suffix");
                let at = n % prefixes.len();
                let prefix = self.parts.shared(&mut prefixes[at]);
                self.alone(prefix, &[suffix]);
                continue;
            };
            let mut request = again.clone();
            let answer = self.varied("output").tokens;
            (request.output_tokens, request.max_tokens) = (answer, Some(answer));
            request.conversation = n as u32;
            self.requests.push(request);
        }
    }

    fn multi_turn(&mut self, count: u32) {
        let mut system = Shared::Ahead(self.fixed("system"));
        let turns = self.named.value("turns") as u32;
        let pause = self.named.value("pause");
        let mut history = Row::default();
        for n in 0..count {
            let turn = n % turns;
            if turn == 0 {
                history = self.parts.shared(&mut system).as_system_prompt();
            }
            let question = self.varied("question");
            history = self.parts.append(history, question).asked();
            let arrival = match turn {
                0 => Arrival::Open,
                _ if pause == 0.0 => Arrival::AfterPrevious(None),
                _ => {
                    let gap = pause * self.choices.exponential();
                    Arrival::AfterPrevious(Some(VirtualTime::from_secs(gap)))
                }
            };
            let answer = self.varied("output");
            let mut request = self.request(&mut history, answer, arrival);
            history = self.parts.append(history, answer);
            request.answered = history.blocks;
            (request.conversation, request.turn) = (n / turns, turn);
            self.requests.push(request);
        }
    }

    /// Makes a request that no other follows: its answer is in no later prompt.
    fn alone(&mut self, begin: Row, rest: &[Passage]) {
        let answer = self.varied("output");
        let parts = rest.iter();
        let mut prompt = parts.fold(begin, |row, &part| self.parts.append(row, part));
        let request = self.request(&mut prompt, answer, Arrival::Open);
        self.requests.push(request);
    }

    fn request(&mut self, prompt: &mut Row, answer: Passage, arrival: Arrival) -> Request {
        Request {
            conversation: self.requests.len() as u32,
            turn: 0,
            prompt_tokens: prompt.tokens,
            output_tokens: answer.tokens,
            max_tokens: Some(answer.tokens),
            prompt: prompt.blocks,
            answered: prompt.blocks,
            arrival,
            keys: Some(self.parts.keys(prompt)),
            served_by: None,
            label: Default::default(),
        }
    }

    /// A new part whose length the parameter gives.
    fn fixed(&mut self, param: &str) -> Passage {
        self.parts.part(self.named.value(param) as u32)
    }

    /// A new part whose mean length the parameter gives.
    fn varied(&mut self, param: &str) -> Passage {
        let (mean, spread) = (self.named.value(param), self.named.value("spread"));
        let length = match spread {
            0.0 => mean,
            spread => mean * self.lengths.gamma(1.0 / (spread * spread)),
        };
        self.parts
            .part(libm::round(length).clamp(1.0, LONGEST) as u32)
    }
}

#[cfg(test)]
mod tests;
