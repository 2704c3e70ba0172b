//! Earliest deadline first: llm-d's `edf` and `slo-deadline` orderings within a flow.

use super::Key;
use crate::units::VirtualTime;

/// The earlier the deadline, the sooner; those without one behind all others, the first that came first.
pub(super) fn key(deadline: VirtualTime, joined: u64) -> Key {
    (deadline.0, joined)
}
