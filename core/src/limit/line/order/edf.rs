//! Earliest deadline first: llm-d's `edf` and `slo-deadline` orderings within a flow.

use super::Key;
use crate::units::VirtualTime;

/// A key that is less, the earlier the deadline; requests without one come behind all others, in the order in which they joined.
pub(super) fn key(deadline: VirtualTime, joined: u64) -> Key {
    (deadline.0, joined)
}
