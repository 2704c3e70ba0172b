//! What a router knows of the replicas' caches, as text: what stands behind the `@` of a policy.

use core::fmt;

use super::{SpecError, number};
use crate::units::VirtualTime;
use crate::words::excerpt;

/// Where a router's belief about the replicas' caches comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Knowledge {
    /// The router knows nothing of caches.
    Nothing,
    /// The router takes the prompts that it sent to a replica for cached there (approximate).
    Routed {
        /// When it forgets what it sent.
        forget: Forget,
    },
    /// The router hears from the replicas which blocks they stored and evicted (precise).
    Events {
        /// The delay from the moment when a replica says it until the router knows it.
        delay: VirtualTime,
        /// The share of the messages that are lost, from 0 to 1.
        loss: f64,
    },
    /// The router knows what the caches hold at this moment, which no real router can; for reference lines.
    Truth,
}

/// When a router forgets what it sent to which replica.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Forget {
    /// It never forgets, whatever it has sent.
    #[default]
    Never,
    /// It forgets what was not sent again for this long.
    After(VirtualTime),
    /// Of each replica it remembers as much as a capacity, and forgets the least recently sent beyond it.
    Lru {
        /// The capacity \[tokens\]; `None`: that of the replica's KV pool, or as many blocks as that has for a router with blocks of
        /// its own.
        tokens: Option<u32>,
        /// How often it cuts its memory to the capacity; zero: with every request.
        every: VirtualTime,
        /// Whether the capacity is that of all replicas together, and the least recently sent is forgotten whichever replica it
        /// went to.
        shared: bool,
    },
}

impl fmt::Display for Forget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => Ok(()),
            Self::After(ttl) => write!(f, ":{}s", ttl.secs()),
            Self::Lru {
                tokens,
                every,
                shared,
            } => {
                write!(f, ":lru")?;
                if let Some(tokens) = tokens {
                    write!(f, "={tokens}")?;
                }
                if *every > VirtualTime::ZERO {
                    write!(f, ",every={}s", every.secs())?;
                }
                if *shared {
                    write!(f, ",shared")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Knowledge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, "nothing"),
            Self::Truth => write!(f, "truth"),
            Self::Routed { forget } => write!(f, "routed{forget}"),
            Self::Events { delay, loss } => {
                write!(f, "events:{}ms", delay.millis())?;
                if *loss > 0.0 {
                    write!(f, ",loss={loss}")
                } else {
                    Ok(())
                }
            }
        }
    }
}

impl Knowledge {
    /// Parses what stands behind the `@`.
    ///
    /// # Errors
    /// There is no such knowledge; or which of its figures is wrong, and what it may be.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let (name, rest) = match text.split_once(':') {
            Some((name, rest)) => (name, Some(rest)),
            None => (text, None),
        };
        match (name, rest) {
            ("nothing", None) => Ok(Self::Nothing),
            ("truth", None) => Ok(Self::Truth),
            ("routed", None) => Ok(Self::Routed {
                forget: Forget::Never,
            }),
            ("routed", Some(rest)) => Ok(Self::Routed {
                forget: forget(text, rest)?,
            }),
            ("events", None) => Ok(Self::Events {
                delay: VirtualTime::ZERO,
                loss: 0.0,
            }),
            ("events", Some(rest)) => {
                let (delay, loss) = match rest.split_once(",loss=") {
                    Some((delay, loss)) => (delay, LOSS.read(text, loss)?),
                    None => (rest, 0.0),
                };
                Ok(Self::Events {
                    delay: VirtualTime::from_millis(DELAY.read(text, delay)?),
                    loss,
                })
            }
            _ => Err(unknown(text)),
        }
    }
}

fn unknown(text: &str) -> SpecError {
    SpecError::Knowledge {
        found: excerpt(text),
    }
}

/// A number in the text of a knowledge, with its range.
struct KnowledgeNumber {
    name: &'static str,
    /// The unit that is written behind it, such as `s`; empty if there is none.
    unit: &'static str,
    min: f64,
    max: f64,
    whole: bool,
}

const DELAY: KnowledgeNumber = KnowledgeNumber::new("delay", "ms", 1e9);
const LOSS: KnowledgeNumber = KnowledgeNumber::new("share of lost messages", "", 1.0);
const TTL: KnowledgeNumber = KnowledgeNumber::new("time to live", "s", 1e6);
const EVERY: KnowledgeNumber = KnowledgeNumber::new("time between two looks", "s", 1e6);
const CAPACITY: KnowledgeNumber = KnowledgeNumber {
    whole: true,
    ..KnowledgeNumber::new("capacity in tokens", "", u32::MAX as f64)
};

impl KnowledgeNumber {
    /// A figure that may be a real number from 0 to `max`.
    const fn new(name: &'static str, unit: &'static str, max: f64) -> Self {
        Self {
            name,
            unit,
            min: 0.0,
            max,
            whole: false,
        }
    }

    /// Its value in `text`, which is part of `knowledge`. A text that does not end with the unit is no such figure; a number out of
    /// range is an error that says so.
    fn read(&self, knowledge: &str, text: &str) -> Result<f64, SpecError> {
        let digits = text.strip_suffix(self.unit);
        let value = digits.and_then(|digits| number(digits, self.min, self.max));
        match value {
            Some(value) if !self.whole || value == libm::trunc(value) => Ok(value),
            _ => Err(SpecError::KnowledgeValue {
                knowledge: excerpt(knowledge),
                name: self.name,
                found: excerpt(text),
                min: self.min,
                max: self.max,
                whole: self.whole,
                unit: self.unit,
            }),
        }
    }
}

/// Reads what stands behind `routed:` in `knowledge`.
fn forget(knowledge: &str, text: &str) -> Result<Forget, SpecError> {
    let Some(rest) = text.strip_prefix("lru") else {
        let ttl = TTL.read(knowledge, text)?;
        return Ok(Forget::After(VirtualTime::from_secs(ttl)));
    };
    let (rest, shared) = match rest.strip_suffix(",shared") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (tokens, every) = match rest.split_once(",every=") {
        Some((tokens, every)) => (tokens, EVERY.read(knowledge, every)?),
        None => (rest, 0.0),
    };
    let tokens = match tokens.strip_prefix('=') {
        Some(tokens) => Some(CAPACITY.read(knowledge, tokens)? as u32),
        None if tokens.is_empty() => None,
        None => return Err(unknown(knowledge)),
    };
    Ok(Forget::Lru {
        tokens,
        every: VirtualTime::from_secs(every),
        shared,
    })
}
