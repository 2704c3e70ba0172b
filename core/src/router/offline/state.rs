//! An offline router as JSON: the requests that came, where they went, and which were completed, in order, as hashes and without
//! any text.
//!
//! To resume, the requests are routed once more. So what the policy remembers and the random numbers that it draws are as they
//! were, and the router goes on as if it had never been stored. Another policy may be put in its place: it is shown where requests
//! went, but not asked for those choices.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{KeptRequest, OfflineError, OfflineRouter, Replicas, Step};
use crate::request::{Arrival, Chain, Request, TextKeys};
use crate::router::{ASSUMED_OUTPUT, PolicySpec, Unit};
use crate::units::{BlockId, ReplicaId};

/// The value of `schema` in this version of the format.
const SCHEMA: &str = "warmpath.desk/1";

/// A router as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredRouter {
    schema: String,
    /// The policy, as a scenario writes it.
    pub policy: String,
    /// How many replicas the router chooses among.
    pub replicas: u32,
    /// The number of tokens of a block \[tokens\].
    pub block_size: u32,
    /// The size of a replica's KV pool \[blocks\]; `None` in files of earlier versions.
    #[serde(default)]
    pub pool_blocks: Option<u32>,
    /// The seed of the draws that break ties, and of the policy's hashes.
    pub seed: u64,
    steps: Vec<StepState>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum StepState {
    Sent {
        /// The number of the replica that it went to; `None`: the policy rejected it.
        replica: Option<u32>,
        prompt_tokens: u32,
        max_tokens: Option<u32>,
        /// The chained ids of the prompt's full blocks.
        blocks: Vec<Hex>,
        /// The chained ids of the 128-character chunks of its text.
        chunks: Vec<Hex>,
        /// The chained ids of its characters or tokens, for a policy whose product matches these; empty where it matches blocks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pieces: Vec<Hex>,
        /// For policies that hash the beginning of a prompt, as in [`TextKeys`].
        chars_100: Hex,
        /// The hash of its first 256 tokens, for policies as `chars_100` is.
        tokens_256: Hex,
    },
    /// The request of this number was completed.
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

/// Why a stored state cannot be resumed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum StateError {
    /// The text is not JSON, or lacks a field, or has one of another type.
    #[error("line {line}, column {column}: {detail}")]
    Json {
        /// The line of the fault, counted from 1.
        line: usize,
        /// The column of the fault, counted from 1.
        column: usize,
        /// The fault, in the words of the JSON parser.
        detail: String,
    },
    /// The JSON is of another schema or version.
    #[error("schema is {found:?}, {SCHEMA:?} expected")]
    Schema {
        /// The schema that the text names.
        found: String,
    },
    /// A step that cannot follow from those before it.
    #[error("step {step}: {detail}")]
    Step {
        /// The number of the step, counted from 1.
        step: usize,
        /// What is wrong with it, in words.
        detail: String,
    },
    /// The policy or the replicas are such that there can be no such router.
    #[error(transparent)]
    Router(#[from] OfflineError),
}

/// The parser's message without the place at its end, as the error gives the place before it.
fn detail(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

impl StoredRouter {
    /// Reads a state.
    ///
    /// # Errors
    /// Where the JSON is wrong; the schema that it names, if that is another.
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

    /// The state as JSON on one line, with a final newline.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl OfflineRouter {
    /// The router's state, to be stored.
    pub fn state(&self) -> StoredRouter {
        let mut kept = self.kept.iter();
        let hex = |ids: &[BlockId]| ids.iter().map(|id| Hex(id.0)).collect();
        let steps = self.steps.iter().filter_map(|step| match *step {
            Step::Completed(number) => Some(StepState::Completed(number)),
            Step::Sent(to) => kept.next().map(|kept| StepState::Sent {
                replica: to.map(|replica| replica.0),
                prompt_tokens: kept.request.prompt_tokens,
                max_tokens: kept.request.max_tokens,
                blocks: hex(&kept.blocks),
                chunks: hex(&kept.chunks),
                pieces: hex(&kept.pieces),
                chars_100: Hex(kept.request.keys.map_or(0, |keys| keys.chars_100)),
                tokens_256: Hex(kept.request.keys.map_or(0, |keys| keys.tokens_256)),
            }),
        });
        StoredRouter {
            schema: SCHEMA.to_owned(),
            policy: self.spec.to_string(),
            replicas: self.replicas.count,
            block_size: self.replicas.block_size,
            pool_blocks: Some(self.replicas.pool_blocks),
            seed: self.seed,
            steps: steps.collect(),
        }
    }

    /// The stored router, which goes on under `policy`. `pool_blocks` is the size of a replica's pool where the state does not say
    /// it.
    ///
    /// # Errors
    /// The first step that contradicts those before it; a policy that needs a clock.
    pub fn resume(
        state: &StoredRouter,
        policy: PolicySpec,
        pool_blocks: u32,
    ) -> Result<Self, StateError> {
        let same = policy.to_string() == state.policy;
        let replicas = Replicas {
            count: state.replicas,
            block_size: state.block_size,
            pool_blocks: state.pool_blocks.unwrap_or(pool_blocks),
        };
        let mut router = Self::new(policy, replicas, state.seed)?;
        let unit = PolicySpec::parse(&state.policy).map(|it| it.reads().unit);
        let lacks_pieces = |step: &StepState| match step {
            StepState::Sent {
                pieces,
                prompt_tokens,
                ..
            } => pieces.is_empty() && *prompt_tokens > 0,
            StepState::Completed(_) => false,
        };
        // Pieces of another unit, or of no unit, say nothing to this policy. The blocks are always there.
        let same_unit = unit.is_ok_and(|unit| unit == router.prompts.unit);
        if !same_unit || state.steps.iter().any(lacks_pieces) {
            router.prompts.unit = Unit::Blocks;
        }
        for (at, step) in state.steps.iter().enumerate() {
            let wrong = |detail: String| StateError::Step {
                step: at + 1,
                detail,
            };
            match step {
                StepState::Completed(number) => {
                    if !router.complete(*number) {
                        return Err(wrong(format!("request {number} is not active")));
                    }
                }
                StepState::Sent {
                    replica,
                    prompt_tokens,
                    max_tokens,
                    blocks,
                    chunks,
                    pieces,
                    chars_100,
                    tokens_256,
                } => {
                    if let Some(replica) = replica.filter(|&replica| replica >= state.replicas) {
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
                    let ids = |hex: &[Hex]| hex.iter().map(|id| BlockId(id.0)).collect::<Vec<_>>();
                    let kept = KeptRequest {
                        request: Request {
                            served_by: None,
                            conversation: router.kept.len() as u32,
                            turn: 0,
                            prompt_tokens: *prompt_tokens,
                            output_tokens: max_tokens.unwrap_or(ASSUMED_OUTPUT),
                            max_tokens: *max_tokens,
                            prompt: Chain::default(),
                            answered: Chain::default(),
                            arrival: Arrival::Open,
                            keys: Some(TextKeys {
                                chars_100: chars_100.0,
                                head: 0,
                                tokens_256: tokens_256.0,
                                ..TextKeys::default()
                            }),
                            label: Default::default(),
                        },
                        blocks: ids(blocks).into(),
                        chunks: ids(chunks).into(),
                        pieces: ids(pieces).into(),
                        text: None,
                    };
                    router.follow(&[kept], &[Step::Sent(replica.map(ReplicaId))], same);
                }
            }
        }
        Ok(router)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(n: u32) -> String {
        format!("shared words at the start, then number {} and {}", n % 3, n)
    }

    const REPLICAS: Replicas = Replicas {
        count: 5,
        block_size: 4,
        pool_blocks: 500,
    };

    #[test]
    fn a_resumed_router_goes_on_as_if_never_stored() {
        for policy in crate::router::POLICIES {
            let spec = PolicySpec::parse(policy.name).unwrap();
            let mut router = match OfflineRouter::new(spec.clone(), REPLICAS, 3) {
                Err(OfflineError::Latency { .. }) => continue,
                router => router.unwrap(),
            };
            for n in 0..40 {
                let number = router.send(&prompt(n), (n % 2 == 0).then_some(n)).number;
                if n % 3 > 0 {
                    router.complete(number);
                }
            }
            let text = router.state().to_json();
            let state = StoredRouter::from_json(&text).unwrap();
            let mut again = OfflineRouter::resume(&state, spec, 1).unwrap();
            assert_eq!(again.state().to_json(), text, "{}", policy.name);
            for n in 40..80 {
                let (a, b) = (router.send(&prompt(n), None), again.send(&prompt(n), None));
                assert_eq!(a, b, "{}", policy.name);
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let replicas = Replicas {
            count: 2,
            block_size: 2,
            pool_blocks: 9,
        };
        let smart = PolicySpec::parse("smart").unwrap();
        let mut router = OfflineRouter::new(smart, replicas, 1).unwrap();
        router.send("a b c d", None);
        let good = router.state().to_json();
        let says = |text: String, what: &str| {
            let error = StoredRouter::from_json(&text)
                .and_then(|state| {
                    OfflineRouter::resume(&state, PolicySpec::parse("smart").unwrap(), 9)
                })
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
