//! Last come, first served: Dynamo's key plus the arrival. Under overload the few that are served are quick, and the others
//! wait until their time is over.

use super::Key;

/// A key that is less, the later the request joined.
pub(super) fn key(joined: u64) -> Key {
    (0, u64::MAX - joined)
}
