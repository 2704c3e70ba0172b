//! First come, first served: llm-d's ordering within a flow and Dynamo's default key (minus the arrival).

use super::Key;

/// A key that is less, the earlier the request joined.
pub(super) fn key(joined: u64) -> Key {
    (0, joined)
}
