//! By priority, the lowest number first, then first come: vLLM's `--scheduling-policy priority`, here in the line before the
//! routers. (llm-d counts the other way round, its highest number first.)
//!
//! No ageing, as in vLLM and in llm-d's bands: under overload the last class starves.

use super::Key;

/// A key that is less, the lower the priority number; of equal ones, the earlier the request joined.
pub(super) fn key(priority: i32, joined: u64) -> Key {
    ((i64::from(priority) - i64::from(i32::MIN)) as u64, joined)
}
