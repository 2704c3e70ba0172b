//! What stands behind the `@`.

use core::fmt;

use super::{SpecError, number};
use crate::units::VirtualTime;
use crate::words::excerpt;

/// What a router knows of the replicas' caches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Knowledge {
    /// Nothing.
    Nothing,
    /// What it sent where.
    Routed {
        /// When it forgets.
        forget: Forget,
    },
    /// What replicas say they stored and evicted.
    Events {
        /// How much later it hears of it.
        delay: VirtualTime,
        /// The share of messages that are lost, 0 to 1.
        loss: f64,
    },
    /// What is: for lines no real router can reach.
    Truth,
}

/// When a router forgets what it sent where.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Forget {
    /// Never.
    #[default]
    Never,
    /// What was not sent again for so long.
    After(VirtualTime),
    /// The least recently sent beyond a replica's capacity.
    Lru {
        /// That capacity \[tokens\]; `None`: the replica's pool.
        tokens: Option<u32>,
        /// How often it looks; zero: with every request.
        every: VirtualTime,
        /// Whether the capacity is that of all replicas together, and the least recently sent goes whoever holds it.
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
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let bad = || SpecError::Knowledge {
            found: excerpt(text),
        };
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
                forget: forget(rest).ok_or_else(bad)?,
            }),
            ("events", None) => Ok(Self::Events {
                delay: VirtualTime::ZERO,
                loss: 0.0,
            }),
            ("events", Some(rest)) => {
                let (delay, loss) = match rest.split_once(",loss=") {
                    Some((delay, loss)) => (delay, number(loss, 0.0, 1.0).ok_or_else(bad)?),
                    None => (rest, 0.0),
                };
                let delay =
                    number(delay.strip_suffix("ms").ok_or_else(bad)?, 0.0, 1e9).ok_or_else(bad)?;
                Ok(Self::Events {
                    delay: VirtualTime::from_millis(delay),
                    loss,
                })
            }
            _ => Err(bad()),
        }
    }
}

/// What stands behind `routed:`.
fn forget(text: &str) -> Option<Forget> {
    let Some(rest) = text.strip_prefix("lru") else {
        let ttl = number(text.strip_suffix('s')?, 0.0, 1e6)?;
        return Some(Forget::After(VirtualTime::from_secs(ttl)));
    };
    let (rest, shared) = match rest.strip_suffix(",shared") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (tokens, every) = match rest.split_once(",every=") {
        Some((tokens, every)) => (tokens, number(every.strip_suffix('s')?, 0.0, 1e6)?),
        None => (rest, 0.0),
    };
    let tokens = match tokens {
        "" => None,
        _ => Some(tokens.strip_prefix('=')?.parse().ok()?),
    };
    Some(Forget::Lru {
        tokens,
        every: VirtualTime::from_secs(every),
        shared,
    })
}
