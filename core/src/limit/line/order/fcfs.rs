//! First come, first served: llm-d's ordering within a flow and Dynamo's default key (minus the arrival).

use super::Key;

/// The earlier it joined, the sooner.
pub(super) fn key(joined: u64) -> Key {
    (0, joined)
}
