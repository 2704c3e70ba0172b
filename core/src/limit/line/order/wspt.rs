//! Weighted shortest processing time: Dynamo's key 1 / max(1, uncached tokens on the best worker), the larger the sooner.
//!
//! Uncached tokens are counted once, when the request joins, as Dynamo counts them when it enqueues; what caches learn or
//! lose while it waits does not change its place.

use super::Key;

/// A key that is less, the fewer tokens are to be computed; of equal ones, the earlier the request joined.
pub(super) fn key(uncached_tokens: u32, joined: u64) -> Key {
    (u64::from(uncached_tokens.max(1)), joined)
}
