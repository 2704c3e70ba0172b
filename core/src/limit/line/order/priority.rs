//! By priority, the lowest number first, then first come: vLLM's `--scheduling-policy priority`, here in the line before the
//! routers. (llm-d counts the other way round, its highest number first.)
//!
//! No ageing, as in vLLM and in llm-d's bands: under overload the last class starves.

use super::Key;

/// The lower the number, the sooner; of equals the first that came.
pub(super) fn key(priority: i32, joined: u64) -> Key {
    ((i64::from(priority) - i64::from(i32::MIN)) as u64, joined)
}
