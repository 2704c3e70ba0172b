//! A pair of buckets for each key, and the order in which a request meets them.

use crate::limit::{Bucket, Headers, Limits};
use crate::units::Map;
use core::hash::Hash;

/// A rate limiter over keys of any kind. Times are seconds on any clock, the same throughout.
#[derive(Clone, Debug)]
pub struct Keyed<K> {
    limits: Limits,
    keys: Map<K, Pair>,
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    requests: Bucket,
    tokens: Bucket,
}

/// The result of a check, with the headers of the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// The `Retry-After` header of a refusal \[whole s\]; `None` if the request is admitted.
    pub refused: Option<u64>,
    /// The headers, taken before a request refused for its tokens is given back.
    pub headers: Headers,
    /// The requests left in the bucket afterwards, with fractions.
    pub requests_left: f64,
    /// The tokens left in the bucket afterwards, with fractions.
    pub tokens_left: f64,
}

impl<K: Clone + Eq + Hash> Keyed<K> {
    /// A limiter that gives every new key `limits`.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            keys: Map::default(),
        }
    }

    /// Gives keys first seen from now on `limits`; a key that has buckets keeps them until [`Self::reset`].
    pub fn configure(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Forgets one key, or all.
    pub fn reset(&mut self, key: Option<&K>) {
        match key {
            Some(key) => drop(self.keys.remove(key)),
            None => self.keys.clear(),
        }
    }

    /// Counts a request of `tokens` at `now` \[s\].
    ///
    /// As in FakeAI a request refused for the request limit still burns its tokens, while one refused for its tokens
    /// gets its place among the requests back.
    pub fn check(&mut self, key: &K, tokens: f64, now: f64) -> Check {
        let pair = self.pair(key, now);
        let by_requests = pair.requests.consume(1.0, now);
        let by_tokens = pair.tokens.consume(tokens, now);
        let headers = Headers::of(&mut pair.requests, &mut pair.tokens, now);
        let wait = match (by_requests, by_tokens) {
            (Ok(()), Ok(())) => None,
            (Err(wait), _) => Some(wait),
            (Ok(()), Err(wait)) => {
                pair.requests.give_back(1.0);
                Some(wait)
            }
        };
        Check {
            // Cut, then one more: never too early, up to a second too late.
            refused: wait.map(|seconds| (seconds as u64).saturating_add(1)),
            headers,
            requests_left: pair.requests.level(),
            tokens_left: pair.tokens.level(),
        }
    }

    /// The headers of `key` at `now` \[s\], without counting anything. (A new key gets its buckets.)
    pub fn headers(&mut self, key: &K, now: f64) -> Headers {
        let pair = self.pair(key, now);
        Headers::of(&mut pair.requests, &mut pair.tokens, now)
    }

    fn pair(&mut self, key: &K, now: f64) -> &mut Pair {
        let limits = self.limits;
        self.keys.entry_ref(key).or_insert_with(|| Pair {
            requests: Bucket::per_minute(f64::from(limits.requests), now),
            tokens: Bucket::per_minute(f64::from(limits.tokens), now),
        })
    }
}
