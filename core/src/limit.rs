//! May it come in? Rate limits per API key, in requests and in tokens a minute.
//!
//! Each key has two token buckets that refill continuously: one holds requests, one tokens. The buckets, the order of
//! the checks, the headers and the body of a refusal are FakeAI 0.3.2's; the limits come from one of three published
//! tables or are one's own ([`Tier`]). What a refused client does is [`Retry`].
//!
//! Not a sliding window: a key that rested may spend a whole minute's allowance at once.
//!
//! ```
//! use warmpath_core::limit::{Limiter, Tier, LimitDecision};
//! use warmpath_core::units::VirtualTime;
//! let mut limiter = Limiter::new(Tier::parse("fakeai:free").unwrap().limits()); // 3 requests a minute
//! let mut check = |s| limiter.check(7, 100, VirtualTime::from_secs(s));
//! assert_eq!([check(0.0), check(0.0), check(0.0)], [LimitDecision::Admitted; 3]);
//! // Refilled at one request every 20 s; the wait is given in whole seconds, one more than it takes.
//! assert_eq!(check(5.0), LimitDecision::Refused { retry_after: VirtualTime::from_secs(16.0) });
//! assert_eq!(check(21.0), LimitDecision::Admitted);
//! ```

pub mod breaker;
pub mod line;

mod bucket;
mod headers;
mod keyed;
mod retry;
mod tier;

pub use bucket::Bucket;
pub use headers::{Headers, REFUSAL_BODY};
pub use keyed::{Check, Keyed};
pub use retry::Retry;
pub use tier::{Limits, Table, Tier, TierError};

use crate::units::VirtualTime;

/// The limiter's decision on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitDecision {
    /// The request may come in: both buckets had enough.
    Admitted,
    /// The request is refused with status 429.
    Refused {
        /// The `Retry-After` header: a span of whole seconds, finite even for a request that can never pass.
        retry_after: VirtualTime,
    },
}

/// The limiter of a run: one set of limits, keys by number, time in virtual seconds.
#[derive(Clone, Debug)]
pub struct Limiter(Keyed<u32>);

impl Limiter {
    /// A limiter that gives every key `limits`, with full buckets when the key is first seen.
    pub fn new(limits: Limits) -> Self {
        Self(Keyed::new(limits))
    }

    /// Counts a request of `key` that costs `tokens` against both limits.
    pub fn check(&mut self, key: u32, tokens: u32, now: VirtualTime) -> LimitDecision {
        match self.0.check(&key, f64::from(tokens), now.secs()).refused {
            None => LimitDecision::Admitted,
            Some(seconds) => LimitDecision::Refused {
                retry_after: VirtualTime(seconds.saturating_mul(1_000_000_000)),
            },
        }
    }

    /// The headers an answer to `key` would carry; its reset times are seconds since the run began.
    pub fn headers(&mut self, key: u32, now: VirtualTime) -> Headers {
        self.0.headers(&key, now.secs())
    }
}
