//! Workloads made of lengths alone: prompts are rows of parts, and two prompts share what their first parts share.
//!
//! Lengths that vary are gamma distributed around their mean, rounded, at least 1. A text has 4 characters a token, for
//! the keys of policies that look at text: 100 characters are 25 tokens, a 128-character chunk is 32. A system prompt is a
//! message of its own; contexts and templates are part of the user's.

mod parts;

use super::draft::Draft;
use super::named::Named;
use super::{Workload, WorkloadError};
use crate::block;
use crate::request::{Arrival, Request};
use crate::rng::Rng;
use crate::units::VirtualTime;
use parts::{Part, Parts};

/// The longest part \[tokens\].
const LONGEST: f64 = 1e6;

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
        requests: Vec::new(),
    };
    match named.info().name {
        "shared-system" => maker.shared_system(count),
        "rag" => maker.rag(count),
        "template" => maker.template(count),
        "multi-turn" => maker.multi_turn(count),
        _ => maker.unique(count),
    }
    let (corpus, chunks) = maker.parts.finish();
    let draft = Draft {
        corpus,
        chunks,
        join: 1,
        requests: maker.requests,
        ..Draft::default()
    };
    draft.finish(named.to_string(), block_size, None)
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
        let system = self.fixed("system");
        for _ in 0..count {
            let question = self.varied("question");
            self.alone(&[system, question], &[question]);
        }
    }

    fn rag(&mut self, count: u32) {
        let contexts: Vec<Part> = (0..self.named.value("contexts") as u32)
            .map(|_| self.varied("context"))
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
            let context = contexts[chosen.min(contexts.len() - 1)];
            let question = self.varied("question");
            self.alone(&[context, question], &[context, question]);
        }
    }

    fn template(&mut self, count: u32) {
        let templates: Vec<[Part; 2]> = (0..self.named.value("templates") as u32)
            .map(|_| [self.fixed("head"), self.fixed("tail")])
            .collect();
        for _ in 0..count {
            let [head, tail] = templates[self.choices.below(templates.len() as u32) as usize];
            let field = self.varied("field");
            self.alone(&[head, field, tail], &[head, field, tail]);
        }
    }

    fn unique(&mut self, count: u32) {
        for _ in 0..count {
            let prompt = self.varied("prompt");
            self.alone(&[prompt], &[prompt]);
        }
    }

    fn multi_turn(&mut self, count: u32) {
        let system = self.fixed("system");
        let turns = self.named.value("turns") as u32;
        let pause = self.named.value("pause");
        let mut said = Vec::new();
        for n in 0..count {
            let turn = n % turns;
            if turn == 0 {
                said.clear();
                said.push(system);
            }
            said.push(self.varied("question"));
            let arrival = match turn {
                0 => Arrival::Open,
                _ if pause == 0.0 => Arrival::AfterPrevious(None),
                _ => {
                    let gap = pause * self.choices.exponential();
                    Arrival::AfterPrevious(Some(VirtualTime::from_secs(gap)))
                }
            };
            let answer = self.varied("output");
            let first = [said[1]];
            let mut request = self.request(&said, &first, answer, arrival);
            said.push(answer);
            request.answered = self.parts.blocks(&said);
            (request.conversation, request.turn) = (n / turns, turn);
            self.requests.push(request);
        }
    }

    /// A request that nothing follows: what it generates is in no later prompt.
    fn alone(&mut self, prompt: &[Part], user: &[Part]) {
        let answer = self.varied("output");
        let request = self.request(prompt, user, answer, Arrival::Open);
        self.requests.push(request);
    }

    /// A request whose first user message is made of the parts `user`.
    fn request(
        &mut self,
        prompt: &[Part],
        user: &[Part],
        answer: Part,
        arrival: Arrival,
    ) -> Request {
        let blocks = self.parts.blocks(prompt);
        Request {
            conversation: self.requests.len() as u32,
            turn: 0,
            prompt_tokens: prompt.iter().map(|part| part.tokens).sum(),
            output_tokens: answer.tokens,
            max_tokens: Some(answer.tokens),
            prompt: blocks,
            answered: blocks,
            arrival,
            keys: Some(self.parts.keys(prompt, user)),
        }
    }

    /// A new part as long as the parameter says.
    fn fixed(&mut self, param: &str) -> Part {
        self.parts.part(self.named.value(param) as u32)
    }

    /// A new part whose mean length the parameter says.
    fn varied(&mut self, param: &str) -> Part {
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
