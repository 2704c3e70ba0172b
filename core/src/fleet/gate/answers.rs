//! A cache of whole answers before the routers: a request that asks what was asked before gets the earlier answer.
//!
//! Two prompts are the same if they have the same full blocks and the same length; where the workload has texts, also the same
//! chunks of 128 characters, including the unfinished one at the end. Without texts a prompt shorter than a block is the same as no
//! other. An answer is kept for a fixed time from when it leaves, whether or not it is read, and there is room for all.
//!
//! What else a request says is not looked at: temperature, tools and the tenant are left out, and an answer from the cache counts
//! as many tokens as its request would have had.

use crate::request::Request;
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;

/// What makes two prompts the same: the id of the last full block, the length, the id of the last chunk.
type Name = (u64, u32, u64);

/// The answers that are kept.
#[derive(Clone)]
pub(in crate::fleet) struct Answers {
    /// How long an answer is kept, from when it leaves.
    keep: VirtualTime,
    /// The time until which the answer to each prompt is kept.
    known: Map<Name, VirtualTime>,
}

fn name(workload: &Workload, request: &Request) -> Option<Name> {
    let block = workload.corpus.last_id(request.prompt);
    let chunk = request
        .keys
        .map(|keys| workload.chunks.last_id(keys.chunks));
    let chunk = chunk.map_or(0, |id| id.0);
    (block.0 != 0 || chunk != 0).then_some((block.0, request.prompt_tokens, chunk))
}

impl Answers {
    /// A cache that holds no answer yet.
    pub(in crate::fleet) fn new(seconds: f64) -> Self {
        Self {
            keep: VirtualTime::from_secs(seconds),
            known: Map::default(),
        }
    }

    /// Whether there is an answer.
    #[inline(never)] // for runs with such a cache
    pub(super) fn has(&self, workload: &Workload, request: &Request, now: VirtualTime) -> bool {
        let name = name(workload, request);
        let until = name.and_then(|name| self.known.get(&name));
        until.is_some_and(|&until| now < until)
    }

    /// Keeps the answer to a request, which leaves at `now`; nothing for a prompt too short to have a name.
    #[inline(never)] // for runs with such a cache
    pub(super) fn keep(&mut self, workload: &Workload, request: &Request, now: VirtualTime) {
        if let Some(name) = name(workload, request) {
            self.known.insert(name, now + self.keep);
        }
    }
}
