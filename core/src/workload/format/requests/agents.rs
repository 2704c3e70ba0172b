//! Sessions of agents: a record whose requests follow each other, with the time that a tool took between them.
//!
//! LLMServingSim's form: `{"arrival_time_ns", "sub_requests": [{"input_toks", "output_toks", "tool_duration_ns"}]}`. A request
//! goes on from the answer before it if its prompt is at least as long as that prompt and answer; else it shares nothing, as
//! the file does not say what. Source: casys-kaist/LLMServingSim, its agentic trace format (2026).

use super::{FileTime, RequestFields, Requests};
use crate::json::Value;
use crate::request::Chain;
use crate::words::counted;
use crate::workload::field::Field;
use crate::workload::reading::TimeUnit;
use crate::workload::{Place, WorkloadError};

/// The requests of a session; `None` if the record is not a session.
pub(super) fn steps<'a, 'b>(record: &'a Value<'b>) -> Option<&'a [Value<'b>]> {
    match record.get("sub_requests") {
        Some(Value::List(steps)) => Some(steps),
        _ => None,
    }
}

/// The place of a step, counted from 1, in the session that stands at the place `session`.
fn step_place(session: Place, step: u64) -> Place {
    match session {
        Place::Line(line) => Place::Step(line, step),
        Place::Conversation(n) => Place::StepOf(n, step),
        other => other,
    }
}

impl Requests {
    /// Takes a session: each of its requests follows the one before.
    pub(super) fn steps(
        &mut self,
        place: Place,
        record: &Value<'_>,
        steps: &[Value<'_>],
    ) -> Result<(), WorkloadError> {
        self.agents = true;
        let size = self.options.block_size;
        let mut names = ["arrival_time_ns", "arrival_ns"].into_iter();
        let arrival = names.find_map(|name| Some((name, record.get(name)?)));
        let start = match arrival {
            Some((name, value)) => {
                let field = Field::new(place, name, Some(value));
                Some(FileTime::read(field, value, "nanoseconds")?)
            }
            None => None,
        };
        let expected = &mut self.expected;
        if expected.time.is_none() {
            expected.named = Some(TimeUnit::Nanos);
            expected.time = arrival.map(|(name, _)| name.to_owned());
        }
        let unit = expected.named.or(expected.documented);
        let unit = *expected.named.insert(unit.unwrap_or(TimeUnit::Nanos));
        let start = start.map(|it| it.rewritten(TimeUnit::Nanos, unit));
        let conversation = self.conversations;
        self.conversations += 1;
        let (mut before, mut history, mut pause) = (0u32, Chain::default(), None);
        for (turn, step) in (0..).zip(steps) {
            if self.requests.len() >= self.wanted {
                break;
            }
            let place = step_place(place, u64::from(turn) + 1);
            let field = |name| Field::of(place, step, name);
            let input = field("input_toks").count(1)?;
            let output = field("output_toks").count(1)?;
            if input < before {
                self.forgotten += 1;
                history = Chain::default();
            }
            let prompt = self.extend(history, input / size);
            let whole = input.saturating_add(output);
            history = self.extend(prompt, whole / size);
            before = whole;
            self.push(RequestFields {
                conversation,
                turn,
                prompt_tokens: input,
                output_tokens: output,
                max_tokens: None,
                prompt,
                answered: history,
                keys: None,
                time: start.filter(|_| turn == 0),
                delay: pause.filter(|_| turn > 0),
            });
            pause = match step
                .get("tool_duration_ns")
                .filter(|it| **it != Value::Null)
            {
                Some(value) => {
                    let moment = FileTime::read(field("tool_duration_ns"), value, "nanoseconds")?;
                    Some((moment, Some(TimeUnit::Nanos)))
                }
                None => Some((FileTime::Whole(0), Some(TimeUnit::Nanos))),
            };
        }
        Ok(())
    }

    fn extend(&mut self, chain: Chain, blocks: u32) -> Chain {
        self.corpus
            .extend(chain, blocks.saturating_sub(chain.depth))
    }

    /// The note about requests that begin anew within a session; `None` if there were none.
    pub(super) fn session_notes(&self) -> Option<String> {
        (self.forgotten > 0).then(|| {
            counted(
                self.forgotten,
                "request has a shorter prompt than what was said before; it shares nothing",
                "requests have shorter prompts than what was said before; they share nothing",
            )
        })
    }
}
