//! What stands between clients and routers: the limits on connections and requests, the waiting line and its order, and which
//! tenant and class a request belongs to.
//!
//! Everything here is off by default. The connection limit is uvicorn's ([`Connections`]), the endpoint's limits are those that
//! FakeAI's tuning guides set ([`EndpointLimit`]). The waiting line ([`Queue`]) holds requests back for one of two reasons: as many as the
//! scenario's `in_flight_limit` allows are in the fleet already, or a rule of [`Hold`] says that the fleet has enough. Tenants and
//! classes come from a file's columns, or from shares of the conversations ([`groups`]).

pub mod groups;

pub use groups::{ClassShare, Groups, TenantShare};

use core::fmt;

use super::piece::{PartError, Piece};
use crate::limit::line::{ORDERS, Order};
use crate::nearest::nearest;
use crate::replica::Gather;
use crate::units::VirtualTime;

/// How many connections a server takes.
///
/// uvicorn answers 503 when as many connections are open as its `--limit-concurrency` says, the one that asks among them,
/// so one less than the limit is served. The kernel keeps connections that came and were not taken yet up to `--backlog`;
/// the event loop takes all of them whenever it turns, so the backlog only counts for those that come at one moment. Beyond
/// it the first packet is dropped, and sent again 1, 2, 3 and 4 s later, as Linux does; after 5 s the client gives up
/// connecting, as httpx does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// The number of open connections at which the server refuses, counting the connection that it refuses.
    pub limit: u32,
    /// The most connections that may arrive at one moment; beyond it their first packet is dropped.
    pub backlog: u32,
}

/// The requests that one endpoint takes, over all API keys together: two buckets that refill continuously.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointLimit {
    /// The most requests per minute, over all API keys.
    pub per_minute: u32,
    /// The most requests per hour, over all API keys.
    pub per_hour: u32,
}

/// How long the line may grow, and how long a request may stand in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queue {
    /// The most requests that wait in the line; one more is refused (status 429).
    pub most: u32,
    /// The longest that a request waits before it is refused \[s\]; infinite: it waits as long as it takes.
    pub time_s: f64,
}

/// When requests are held back though the fleet could take more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Hold {
    /// Never: routers send at once, which is the default of llm-d and Dynamo.
    #[default]
    Never,
    /// llm-d's flow control with its utilization detector: while the mean over replicas of
    /// max(waiting / `queue`, KV use / `kv`) is 1 or more. A replica's share is not clamped, so one long queue can stop
    /// all. Figures are read each 50 ms.
    Saturation {
        /// The number of waiting requests at which a replica counts as full (llm-d: 5).
        queue: f64,
        /// The share of its KV pool in use at which a replica counts as full (llm-d: 0.8).
        kv: f64,
    },
    /// Dynamo's queue threshold: while every replica that may be chosen has more prompt tokens to compute, as the router
    /// counts them, than this many times `batch-tokens` (Dynamo: 16, formerly 4; the newest documents say off).
    Prefill {
        /// The threshold, as a multiple of the most tokens of a batch.
        times: f64,
    },
}

impl Hold {
    /// llm-d's detector with the values that it ships with.
    pub const SATURATION: Self = Self::Saturation {
        queue: 5.0,
        kv: 0.8,
    };
    /// Dynamo's threshold with the value that it shipped with before it was off.
    pub const PREFILL: Self = Self::Prefill { times: 16.0 };
}

/// What stands between clients and routers. See the [module](self).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entrance {
    /// How many connections the server takes; `None`: any number.
    pub connections: Option<Connections>,
    /// How many requests the endpoint takes; `None`: any number.
    pub endpoint: Option<EndpointLimit>,
    /// The waiting line; `None`: there is none, and a request that cannot go on fails.
    pub queue: Option<Queue>,
    /// The rule by which the line holds requests back.
    pub hold: Hold,
    /// The order in which requests leave the line.
    pub order: Order,
    /// While requests are held back, those of this priority number and above are refused (status 429); `None`: none are.
    pub shed: Option<i32>,
    /// Tenants and their shares of the conversations; empty: as the file says, or one.
    pub tenants: Vec<TenantShare>,
    /// Classes and their shares of the conversations; empty: as the file says, or one.
    pub classes: Vec<ClassShare>,
}

impl Entrance {
    /// Whether there is a waiting line.
    pub fn has_line(&self) -> bool {
        self.queue.is_some()
    }

    /// Whether any of these limits or rules is on.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }

    /// What does not go together, in a sentence. `capped`: the scenario has an in-flight limit.
    pub(super) fn conflict(&self, capped: bool) -> Option<String> {
        let held = self.hold != Hold::Never;
        if self.queue.is_some() && !capped && !held {
            return Some(
                "queue is given, but nothing makes requests wait; give in-flight-limit, or hold saturation or prefill"
                    .to_owned(),
            );
        }
        if self.queue.is_none() {
            let needs = match () {
                () if held => "hold",
                () if self.order != Order::Fcfs => "order",
                () if self.shed.is_some() => "shed",
                () => return None,
            };
            return Some(format!(
                "{needs} is given, but there is no line to wait in; give queue, as queue 100/60"
            ));
        }
        None
    }

    /// Reads `LIMIT[/BACKLOG]`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse_connections(text: &str) -> Result<Connections, PartError> {
        let (limit, backlog) = Piece::whole("connections", text).split('/');
        let wanted = "a whole number from 2 to 1,000,000, as 1000/2048";
        Ok(Connections {
            limit: limit.count(2, 1_000_000, wanted)? as u32,
            backlog: match backlog {
                Some(backlog) => {
                    backlog.count(1, 1_000_000, "a whole number from 1 to 1,000,000")? as u32
                }
                None => 2048,
            },
        })
    }

    /// Reads `PER_MINUTE/PER_HOUR`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse_endpoint(text: &str) -> Result<EndpointLimit, PartError> {
        let whole = Piece::whole("endpoint-limit", text);
        let (minute, hour) = whole.split('/');
        let wanted = "a whole number from 1 to 4,294,967,295";
        let hour = hour.ok_or_else(|| whole.wrong("PER_MINUTE/PER_HOUR, as 500/50000"))?;
        let most = u64::from(u32::MAX);
        Ok(EndpointLimit {
            per_minute: minute.count(1, most, wanted)? as u32,
            per_hour: hour.count(1, most, wanted)? as u32,
        })
    }

    /// Reads `N[/SECONDS]`, `N/none` for no time limit.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse_queue(text: &str) -> Result<Queue, PartError> {
        let (most, time) = Piece::whole("queue", text).split('/');
        Ok(Queue {
            most: most.count(
                0,
                1_000_000,
                "a whole number from 0 to 1,000,000, as 100/60",
            )? as u32,
            time_s: match time {
                Some(time) if time.text == "none" => f64::INFINITY,
                Some(time) => time.real(0.001, 1e6, "seconds from 0.001 to 1,000,000, or none")?,
                None => 60.0,
            },
        })
    }

    /// Reads `none`, `saturation[:queue=5;kv=0.8]` or `prefill[:times=16]`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse_hold(text: &str) -> Result<Hold, PartError> {
        let (name, rest) = Piece::whole("hold", text).split(':');
        let mut hold = match name.text {
            "none" => Hold::Never,
            "saturation" => Hold::SATURATION,
            "prefill" => Hold::PREFILL,
            _ => {
                let names = ["none", "saturation", "prefill"];
                return Err(name.among("one of none, saturation, prefill", &names));
            }
        };
        let mut given = Vec::new();
        for part in rest.into_iter().flat_map(|rest| rest.pieces(';')) {
            part.given_once(&mut given)?;
            let (key, value) = part.split('=');
            let value = value.unwrap_or(key);
            match (&mut hold, key.text) {
                (Hold::Saturation { queue, .. }, "queue") => {
                    *queue = value.real(0.1, 1e6, "a number from 0.1 to 1,000,000")?;
                }
                (Hold::Saturation { kv, .. }, "kv") => {
                    *kv = value.real(0.01, 1.0, "a share from 0.01 to 1")?;
                }
                (Hold::Prefill { times }, "times") => {
                    *times = value.real(0.0, 1e6, "a number from 0 to 1,000,000")?;
                }
                (Hold::Saturation { .. }, _) => {
                    return Err(key.among("queue or kv", &["queue", "kv"]));
                }
                (Hold::Prefill { .. }, _) => return Err(key.among("times", &["times"])),
                (Hold::Never, _) => return Err(key.wrong("nothing after none")),
            }
        }
        Ok(hold)
    }

    /// Reads `continuous` or `static:N,TIME`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse_batching(text: &str) -> Result<Option<Gather>, PartError> {
        let whole = Piece::whole("batching", text);
        let (name, rest) = whole.split(':');
        match (name.text, rest) {
            ("continuous", None) => Ok(None),
            ("continuous", Some(rest)) => Err(rest.wrong("nothing after continuous")),
            ("static", rest) => {
                let wanted = "static:N,TIME, as static:64,10ms";
                let (most, wait) = rest.ok_or_else(|| whole.wrong(wanted))?.split(',');
                let wait = wait.ok_or_else(|| whole.wrong(wanted))?;
                let (digits, scale) = match wait.text.strip_suffix("ms") {
                    Some(digits) => (digits, 1.0),
                    None => (wait.text.strip_suffix('s').unwrap_or(wait.text), 1000.0),
                };
                let millis = crate::decimal::real(digits.trim_end()).map(|it| it * scale);
                let millis = millis.filter(|it| (0.0..=1e6).contains(it));
                Ok(Some(Gather {
                    most: most.count(1, 65_536, "a whole number from 1 to 65,536")? as u32,
                    wait: VirtualTime::from_millis(
                        millis
                            .ok_or_else(|| wait.wrong("a time from 0 to 1,000 s, as 10ms or 1s"))?,
                    ),
                }))
            }
            _ => Err(name.among("continuous or static", &["continuous", "static"])),
        }
    }

    /// Reads an order's name.
    ///
    /// # Errors
    /// What is wrong, with the nearest name.
    pub fn parse_order(text: &str) -> Result<Order, PartError> {
        Order::named(text).ok_or_else(|| {
            let names = ORDERS.map(|(name, ..)| name);
            let hint = nearest(text, names);
            let wanted = format!("one of {}", names.join(", "));
            Piece::whole("order", text).unknown(&wanted, hint)
        })
    }
}

impl fmt::Display for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.limit, self.backlog)
    }
}

impl fmt::Display for EndpointLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.per_minute, self.per_hour)
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.time_s.is_finite() {
            true => write!(f, "{}/{}", self.most, self.time_s),
            false => write!(f, "{}/none", self.most),
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("none"),
            it if *it == Self::SATURATION => f.write_str("saturation"),
            it if *it == Self::PREFILL => f.write_str("prefill"),
            Self::Saturation { queue, kv } => write!(f, "saturation:queue={queue};kv={kv}"),
            Self::Prefill { times } => write!(f, "prefill:times={times}"),
        }
    }
}

#[cfg(test)]
mod tests;
