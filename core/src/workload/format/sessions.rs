//! Multi-turn sessions of lengths, one a JSON line: `{"id", "steps": [{"input", "new", "output", "gap"}]}`.
//!
//! `input` is the whole prompt of a step, `new` what the user adds to the prompt and answer before it (so `input` =
//! `input` + `output` of the step before + `new`), `output` the answer, all in tokens; `gap` the pause after the
//! previous answer \[s\]. The first step's gap is ignored: sessions start at the scenario's rate. Sessions share nothing
//! with each other.

use super::lines::{Fault, Records, parse};
use super::origin::Origin;
use crate::json::Value;
use crate::request::{Arrival, Chain, Corpus, Request};
use crate::workload::draft::Draft;
use crate::workload::field::Field;
use crate::workload::reader::ReadOptions;
use crate::workload::{Place, WorkloadError};

/// The parser of sessions, fed line by line.
pub(super) struct Sessions {
    wanted: usize,
    block_size: u32,
    corpus: Corpus,
    requests: Vec<Request>,
    sessions: u32,
}

impl Sessions {
    pub(super) fn new(options: &ReadOptions) -> Self {
        Self {
            wanted: options.requests.unwrap_or(u32::MAX) as usize,
            block_size: options.block_size,
            corpus: Corpus::default(),
            requests: Vec::new(),
            sessions: 0,
        }
    }

    /// Adds a step, whose prompt goes on from the request of the step before.
    fn step(&mut self, place: Place, turn: u32, step: &Value<'_>) -> Result<(), WorkloadError> {
        let field = |name| Field::of(place, step, name);
        let prompt_tokens = field("input").count(1)?;
        let new = field("new").count(0)?;
        let output_tokens = field("output").count(1)?;
        let last = match turn {
            0 => None,
            _ => self.requests.last(),
        };
        let before = last.map_or(0, |r| {
            u64::from(r.prompt_tokens) + u64::from(r.output_tokens)
        });
        let expected = before + u64::from(new);
        if u64::from(prompt_tokens) != expected {
            return Err(WorkloadError::Value {
                place,
                field: "input".into(),
                found: prompt_tokens.to_string(),
                expected: format!("{expected} (input and output of the step before, and new)"),
            });
        }
        let arrival = match turn {
            0 => Arrival::Open,
            _ => Arrival::AfterPrevious(Some(field("gap").seconds()?)),
        };
        let history = last.map_or(Chain::default(), |r| r.answered);
        let prompt = self.extend(history, prompt_tokens);
        let answered = self.extend(prompt, prompt_tokens + output_tokens);
        self.requests.push(Request {
            conversation: self.sessions,
            turn,
            prompt_tokens,
            output_tokens,
            max_tokens: None,
            prompt,
            answered,
            arrival,
            keys: None,
            served_by: None,
            label: Default::default(),
        });
        Ok(())
    }

    /// The chain continued to the full blocks of `tokens`.
    fn extend(&mut self, chain: Chain, tokens: u32) -> Chain {
        self.corpus
            .extend(chain, tokens / self.block_size - chain.depth)
    }
}

impl Records for Sessions {
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        let row = parse(place, line)?;
        let Some(Value::List(steps)) = row.get("steps") else {
            return Err(Field::of(place, &row, "steps")
                .wrong("a list of steps")
                .into());
        };
        let Place::Line(line) = place else {
            return Ok(());
        };
        for (turn, step) in steps.iter().enumerate() {
            if self.full() {
                break;
            }
            self.step(Place::Step(line, turn as u64 + 1), turn as u32, step)?;
        }
        self.sessions += 1;
        Ok(())
    }

    fn full(&self) -> bool {
        self.requests.len() >= self.wanted
    }

    fn read(&self) -> u64 {
        self.requests.len() as u64
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        Ok(Draft {
            corpus: self.corpus,
            requests: self.requests,
            origin: Origin {
                format: "generated sessions".to_owned(),
                rows: self.sessions.into(),
                ..Origin::default()
            },
            ..Draft::default()
        })
    }
}
