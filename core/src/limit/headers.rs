//! What a rate-limited answer says of the limits: six headers, and the body of a refusal.

use crate::limit::Bucket;

/// The JSON body of an HTTP 429, as FakeAI sends it.
pub const REFUSAL_BODY: &str = concat!(
    r#"{"error":{"message":"Rate limit exceeded. Please retry after the specified time.","#,
    r#""type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}"#
);

/// The `x-ratelimit-*` headers as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headers {
    /// The limit of requests a minute.
    pub limit_requests: i64,
    /// The limit of tokens a minute.
    pub limit_tokens: i64,
    /// How many whole requests are left.
    pub remaining_requests: i64,
    /// How many whole tokens are left.
    pub remaining_tokens: i64,
    /// When the request bucket will be full; if it is full, when the clock's minute ends. A point on the limiter's clock, not a
    /// span, and always later than now \[whole s\].
    pub reset_requests: i64,
    /// The same of the token bucket \[whole s\].
    pub reset_tokens: i64,
}

impl Headers {
    pub(super) fn of(requests: &mut Bucket, tokens: &mut Bucket, now: f64) -> Self {
        let reset = |bucket: &mut Bucket| {
            // Cut towards 0, but never a moment that has come already.
            let (reset, now) = (bucket.reset_time(now) as i64, now as i64);
            if reset <= now {
                now.saturating_add(1)
            } else {
                reset
            }
        };
        Self {
            limit_requests: requests.capacity() as i64,
            limit_tokens: tokens.capacity() as i64,
            remaining_requests: requests.remaining(now),
            remaining_tokens: tokens.remaining(now),
            reset_requests: reset(requests),
            reset_tokens: reset(tokens),
        }
    }

    /// The names and values of the headers as they are sent; `retry_after` \[whole s\] adds `retry-after`.
    pub fn lines(self, retry_after: Option<u64>) -> impl Iterator<Item = (&'static str, String)> {
        [
            ("x-ratelimit-limit-requests", self.limit_requests),
            ("x-ratelimit-limit-tokens", self.limit_tokens),
            ("x-ratelimit-remaining-requests", self.remaining_requests),
            ("x-ratelimit-remaining-tokens", self.remaining_tokens),
            ("x-ratelimit-reset-requests", self.reset_requests),
            ("x-ratelimit-reset-tokens", self.reset_tokens),
        ]
        .into_iter()
        .map(|(name, value)| (name, value.to_string()))
        .chain(retry_after.map(|seconds| ("retry-after", seconds.to_string())))
    }
}
