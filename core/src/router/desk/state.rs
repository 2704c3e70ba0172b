//! A desk as JSON: what was sent where and what was completed, in order, as hashes and without any text.
//!
//! Resuming replays it, so that the desk goes on as if it had never been put away, a policy's own memory and the breaking
//! of ties included. Under another policy the replicas hold and run the same, and the policy begins afresh.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Desk, DeskError, Sent, Step};
use crate::request::{Arrival, Request, TextKeys};
use crate::router::PolicySpec;
use crate::units::{BlockId, ReplicaId};

/// What `schema` says.
const SCHEMA: &str = "warmpath.desk/1";

/// A desk put away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    schema: String,
    /// The policy.
    pub policy: String,
    /// Replicas.
    pub replicas: u32,
    /// Tokens a block.
    pub block_size: u32,
    /// The seed of ties and hashes.
    pub seed: u64,
    steps: Vec<StepState>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum StepState {
    Sent {
        replica: u32,
        prompt_tokens: u32,
        max_tokens: Option<u32>,
        blocks: Vec<Hex>,
        chunks: Vec<Hex>,
        chars_100: Hex,
        tokens_256: Hex,
    },
    Completed(u32),
}

/// 64 bits as 16 hexadecimal digits: JSON numbers hold only 53.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Hex(u64);

impl Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || {
            serde::de::Error::custom(format_args!(
                "{text:?} found, 16 hexadecimal digits expected"
            ))
        };
        if text.len() != 16 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        u64::from_str_radix(&text, 16).map(Hex).map_err(|_| wrong())
    }
}

/// Why a state cannot be resumed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum StateError {
    /// Not this JSON.
    #[error("line {line}, column {column}: {detail}")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What the parser says.
        detail: String,
    },
    /// Another schema or version.
    #[error("schema is {found:?}, {SCHEMA:?} expected")]
    Schema {
        /// What was found.
        found: String,
    },
    /// A step that cannot be.
    #[error("step {step}: {detail}")]
    Step {
        /// Counted from 1.
        step: usize,
        /// What is wrong.
        detail: String,
    },
    /// There is no such desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// What the parser says, without the place, which stands before it.
fn detail(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

impl State {
    /// Reads a state.
    ///
    /// # Errors
    /// Where the JSON is wrong, or that it is something else.
    pub fn from_json(text: &str) -> Result<Self, StateError> {
        let state: Self = serde_json::from_str(text).map_err(|error| StateError::Json {
            line: error.line(),
            column: error.column(),
            detail: detail(&error),
        })?;
        if state.schema != SCHEMA {
            return Err(StateError::Schema {
                found: state.schema,
            });
        }
        Ok(state)
    }

    /// As JSON, a line and a final newline.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Desk {
    /// The desk as it is, to be stored.
    pub fn state(&self) -> State {
        let mut sent = self.sent.iter();
        let hex = |ids: &[BlockId]| ids.iter().map(|id| Hex(id.0)).collect();
        let steps = self.steps.iter().filter_map(|step| match *step {
            Step::Completed(number) => Some(StepState::Completed(number)),
            Step::Sent(replica) => sent.next().map(|sent| StepState::Sent {
                replica: replica.0,
                prompt_tokens: sent.request.prompt_tokens,
                max_tokens: sent.request.max_tokens,
                blocks: hex(&sent.blocks),
                chunks: hex(&sent.chunks),
                chars_100: Hex(sent.request.keys.map_or(0, |keys| keys.chars_100)),
                tokens_256: Hex(sent.request.keys.map_or(0, |keys| keys.tokens_256)),
            }),
        });
        State {
            schema: SCHEMA.to_owned(),
            policy: self.spec.to_string(),
            replicas: self.replicas(),
            block_size: self.block_size,
            seed: self.seed,
            steps: steps.collect(),
        }
    }

    /// The desk that was put away, going on under `policy`.
    ///
    /// # Errors
    /// A step that cannot have been, or a policy that is not for a desk.
    pub fn resume(state: &State, policy: PolicySpec) -> Result<Self, StateError> {
        let same = policy.to_string() == state.policy;
        let mut desk = Self::new(policy, state.replicas, state.block_size, state.seed)?;
        for (at, step) in state.steps.iter().enumerate() {
            let wrong = |detail: String| StateError::Step {
                step: at + 1,
                detail,
            };
            match step {
                StepState::Completed(number) => {
                    if !desk.complete(*number) {
                        return Err(wrong(format!("request {number} is not active")));
                    }
                }
                StepState::Sent {
                    replica,
                    prompt_tokens,
                    blocks,
                    ..
                } => {
                    if *replica >= state.replicas {
                        let last = state.replicas - 1;
                        return Err(wrong(format!("replica is {replica}, 0 to {last} expected")));
                    }
                    if *prompt_tokens / state.block_size != blocks.len() as u32 {
                        return Err(wrong(format!(
                            "blocks has {} entries, {} expected for {prompt_tokens} prompt tokens",
                            blocks.len(),
                            prompt_tokens / state.block_size
                        )));
                    }
                    desk.resend(step, ReplicaId(*replica), same);
                }
            }
        }
        Ok(desk)
    }

    /// Puts a stored request where it was; the policy sees it go by if it is the one that sent it.
    fn resend(&mut self, step: &StepState, replica: ReplicaId, seen: bool) {
        let StepState::Sent {
            prompt_tokens,
            max_tokens,
            blocks,
            chunks,
            chars_100,
            tokens_256,
            ..
        } = step
        else {
            return;
        };
        let ids = |hex: &[Hex]| hex.iter().map(|id| BlockId(id.0)).collect::<Vec<_>>();
        let (blocks, chunks) = (ids(blocks), ids(chunks));
        let prompt = self.prompts.intern(&blocks);
        let keys = TextKeys {
            chars_100: chars_100.0,
            head: 0,
            tokens_256: tokens_256.0,
            chunks: self.chunks.intern(&chunks),
        };
        let sent = Sent {
            request: Request {
                conversation: self.sent.len() as u32,
                turn: 0,
                prompt_tokens: *prompt_tokens,
                output_tokens: max_tokens.unwrap_or(super::ASSUMED_OUTPUT),
                max_tokens: *max_tokens,
                prompt,
                answered: prompt,
                arrival: Arrival::Open,
                keys: Some(keys),
            },
            blocks: blocks.into(),
            chunks: chunks.into(),
        };
        if seen {
            let (mut policy, mut ties) = (self.policy.boxed(), self.ties.clone());
            self.decide(Vec::new(), &sent, policy.as_mut(), &mut ties);
            (self.policy, self.ties) = (policy, ties);
        }
        self.place(sent, replica);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(n: u32) -> String {
        format!("shared words at the start, then number {} and {}", n % 3, n)
    }

    #[test]
    fn a_resumed_desk_goes_on_as_if_never_put_away() {
        for policy in crate::router::POLICIES {
            let spec = PolicySpec::parse(policy.name).unwrap();
            let mut desk = Desk::new(spec.clone(), 5, 4, 3).unwrap();
            for n in 0..40 {
                let number = desk.send(&prompt(n), (n % 2 == 0).then_some(n)).number;
                if n % 3 > 0 {
                    desk.complete(number);
                }
            }
            let text = desk.state().to_json();
            let state = State::from_json(&text).unwrap();
            let mut again = Desk::resume(&state, spec).unwrap();
            assert_eq!(again.state().to_json(), text, "{}", policy.name);
            for n in 40..80 {
                let (a, b) = (desk.send(&prompt(n), None), again.send(&prompt(n), None));
                assert_eq!(a, b, "{}", policy.name);
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let mut desk = Desk::new(PolicySpec::parse("smart").unwrap(), 2, 2, 1).unwrap();
        desk.send("a b c d", None);
        let good = desk.state().to_json();
        let says = |text: String, what: &str| {
            let error = State::from_json(&text)
                .and_then(|state| Desk::resume(&state, PolicySpec::parse("smart").unwrap()))
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(error.contains(what), "{error}");
        };
        says(
            good.replace("desk/1", "desk/2"),
            "\"warmpath.desk/1\" expected",
        );
        says(
            good.replace("\"replica\":0", "\"replica\":2"),
            "step 1: replica is 2, 0 to 1",
        );
        says(
            good.replace("\"prompt_tokens\":4", "\"prompt_tokens\":9"),
            "4 expected",
        );
        says(
            good.replace("\"replicas\":2", "\"replicas\":0"),
            "1 to 1024",
        );
        says(
            good.replace("}]}", "},{\"completed\":4}]}"),
            "request 4 is not active",
        );
        says(
            good.replace("\"blocks\":[\"", "\"blocks\":[\"zz"),
            "hexadecimal digits expected",
        );
        says("{".to_owned(), "line 1, column 1");
    }
}
