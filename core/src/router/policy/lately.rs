//! How many requests each replica was sent within the last minute, as vLLM's production-stack counts them.
//!
//! Its routers fall back to this where nothing else tells two replicas apart: the first replica that was never sent a request, else
//! the one with the fewest requests in the window, of equal ones the first. Read: vllm-project/production-stack at a6c01db0,
//! src/vllm_router/routers/routing_logic.py and stats/request_stats.py; 60 s is the default of its command line.

use std::collections::VecDeque;

use super::{View, grow};
use crate::units::{ReplicaId, VirtualTime};

/// How long a request counts for the rate of requests.
const WINDOW: VirtualTime = VirtualTime(60_000_000_000);

/// The requests of the window, by replica.
#[derive(Clone, Default)]
pub(super) struct Lately {
    /// When the requests of the window were sent, and to which replica, the oldest first.
    recent: VecDeque<(VirtualTime, ReplicaId)>,
    /// The number of requests in the window for each replica; `None` for one that was never sent any.
    counts: Vec<Option<u32>>,
}

impl Lately {
    /// The candidate that was sent the fewest requests.
    pub(super) fn fewest(&mut self, view: &View<'_>) -> ReplicaId {
        self.expire(view.ask.now);
        let count = |it: ReplicaId| self.counts[it.index()].map_or(-1, i64::from);
        view.all().min_by_key(|&it| count(it)).unwrap_or_default()
    }

    /// Counts a request that goes to `replica` at `now`.
    pub(super) fn sent(&mut self, now: VirtualTime, replica: ReplicaId) {
        self.expire(now);
        self.recent.push_back((now, replica));
        *self.counts[replica.index()].get_or_insert(0) += 1;
    }

    pub(super) fn joined(&mut self, replicas: &[ReplicaId]) {
        grow(&mut self.counts, replicas);
    }

    /// Removes a replica that is gone; if it comes back, it counts as never sent a request.
    pub(super) fn left(&mut self, replica: ReplicaId) {
        self.recent.retain(|&(_, at)| at != replica);
        self.counts[replica.index()] = None;
    }

    fn expire(&mut self, now: VirtualTime) {
        while let Some(&(at, replica)) = self.recent.front()
            && now - at > WINDOW
        {
            self.recent.pop_front();
            if let Some(count) = &mut self.counts[replica.index()] {
                *count -= 1;
            }
        }
    }
}
