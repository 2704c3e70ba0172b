//! Where hits were lost.
//!
//! A prompt's full blocks that were not found at admission are counted by cause, from the first on: those that another replica
//! holds (up to the deepest match that the router believed in they count as *elsewhere*; beyond that, what it had once sent
//! somewhere itself it has *forgotten*, and of the rest it *did not know*), those cached once and evicted everywhere since, and
//! those never cached until then, also if another replica is computing them. Other replicas are looked at as of their last event.

use std::sync::Arc;

use super::holders::SegmentHolders;
use crate::fleet::ever::EverCached;
use crate::fleet::fact::{Believed, Fact, What};
use crate::fleet::record::Record;
use crate::replica::Pool;
use crate::request::Chain;
use crate::units::Map;
use crate::workload::Workload;

/// The counts of lost hits of a run so far.
#[derive(Clone)]
pub(in crate::fleet) struct Losses {
    workload: Arc<Workload>,
    block_size: u32,
    replicas: u32,
    /// The blocks that were ever cached on any replica.
    ever: EverCached,
    /// These, and those that are being computed for the first time: no other can be held anywhere.
    begun: EverCached,
    /// For each request on its way into a batch, what its router believed, if it looks at caches.
    beliefs: Map<u32, Believed>,
    holders: SegmentHolders,
    /// Whether nothing is ever cached.
    cacheless: bool,
    /// Whether nothing is ever lost.
    endless: bool,
}

impl Losses {
    /// The fold before the first fact.
    pub(in crate::fleet) fn new(
        workload: Arc<Workload>,
        block_size: u32,
        replicas: u32,
        (cacheless, endless): (bool, bool),
    ) -> Self {
        Self {
            ever: EverCached::new(&workload.corpus),
            begun: EverCached::new(&workload.corpus),
            holders: SegmentHolders::new(workload.corpus.len(), replicas),
            workload,
            block_size,
            replicas,
            beliefs: Map::default(),
            cacheless,
            endless,
        }
    }

    /// Notes that a chain is, or was, cached somewhere.
    pub(in crate::fleet) fn cached(&mut self, chain: Chain) {
        if !self.cacheless {
            self.ever.add(&self.workload.corpus, chain);
            self.begun.add(&self.workload.corpus, chain);
        }
    }

    /// Notes what a replica's pool holds at the beginning.
    pub(in crate::fleet) fn begins_with(&mut self, pool: &Pool, replica: usize) {
        self.holders.mark_pool(pool, replica);
    }

    /// Takes in a fact. `record` is that of its request, which has taken in the fact already; `pool` gives a replica's pool.
    #[inline(never)] // of a request's facts few; all others are to go by quickly
    pub(in crate::fleet) fn apply<'a>(
        &mut self,
        fact: &Fact,
        record: &mut Record,
        pool: impl Fn(usize) -> &'a Pool,
    ) {
        match fact.what {
            What::Routed {
                request,
                belief: Some(belief),
                ..
            } => {
                self.beliefs.insert(request, belief);
            }
            What::Admitted { request, .. } => self.admitted(request, record, pool),
            // Until then its prefill may still run, and what is being computed for the first time was never cached.
            What::FirstToken { request } => self.cached(self.workload.request(request).prompt),
            What::Left { request } => {
                // The last token generated is never computed, so a block that ends with it is not cached.
                let asked = self.workload.request(request);
                let computed = u64::from(asked.prompt_tokens) + u64::from(asked.output_tokens) - 1;
                let full = computed / u64::from(self.block_size);
                let full = u32::try_from(full).unwrap_or(u32::MAX);
                let chain = self.workload.corpus.prefix(asked.answered, full);
                self.cached(chain);
            }
            What::Broke {
                request, replica, ..
            } if u32::from(replica) < self.replicas => {
                // What there is of its answer stays cached, as far as it was computed.
                let answered = self.workload.request(request).answered;
                let corpus = &self.workload.corpus;
                let held = pool(usize::from(replica)).matched(corpus, answered);
                let chain = corpus.prefix(answered, held);
                self.cached(chain);
            }
            _ => {}
        }
    }

    /// Counts by cause the blocks of an admitted prompt that were not found.
    fn admitted<'a>(
        &mut self,
        request: u32,
        record: &mut Record,
        pool: impl Fn(usize) -> &'a Pool,
    ) {
        let corpus = &self.workload.corpus;
        let asked = self.workload.request(request);
        let mut ever = self.ever.depth(corpus, asked.prompt);
        let begun = self.begun.depth(corpus, asked.prompt);
        if !self.cacheless {
            self.begun.add(corpus, asked.prompt);
        }
        let believed = self.beliefs.remove(&request);
        let (found, own) = (record.hit_blocks, usize::from(record.replica));
        if self.endless {
            // Blocks that were never anywhere were never computed.
            record.lost_never = asked.prompt.depth.saturating_sub(found);
            return;
        }
        if begun > found {
            let elsewhere = self.holders.deepest(corpus, asked.prompt, found, own, pool);
            // A router that looks at no cache cannot know, so its losses count as elsewhere.
            let [known, once] = match believed {
                None => [elsewhere; 2],
                Some(Believed { deepest, once, .. }) => {
                    [deepest, once].map(|depth| elsewhere.min(depth).max(found))
                }
            };
            record.lost_elsewhere = known - found;
            record.lost_forgotten = once - known;
            record.lost_unknown = elsewhere - once;
            ever = ever.max(elsewhere);
            record.lost_evicted = ever - elsewhere;
        }
        // What an answer has put into a cache is there before the answer leaves, which is when it is noted: what is found counts
        // as cached. This is counted by itself, so that the losses' adding up to all that was asked for is a check on each of them.
        record.lost_never = asked.prompt.depth.saturating_sub(ever.max(found));
        self.holders.mark(corpus, asked.answered, own);
    }
}
