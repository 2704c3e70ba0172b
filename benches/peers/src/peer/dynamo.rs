//! Dynamo's single-threaded `RadixTree`, as the router keeps it: fed with events of stores and removals, asked for overlaps.

use dynamo_kv_router::RadixTree;
use dynamo_kv_router::protocols::{
    ExternalSequenceBlockHash as Hash, KvCacheEvent, KvCacheEventData, KvCacheRemoveData,
    KvCacheStoreData, KvCacheStoredBlockData, LocalBlockHash, RouterEvent,
};
use warmpath_core::block::{ROOT, chain_hash};

use super::Peer;
use crate::trace::Trace;

pub struct Dynamo(RadixTree);

impl Dynamo {
    pub fn new() -> Self {
        Self(RadixTree::new())
    }
}

fn event(replica: u32, turn: usize, data: KvCacheEventData) -> Option<RouterEvent> {
    let event = KvCacheEvent {
        event_id: turn as u64,
        data,
        dp_rank: 0,
    };
    Some(RouterEvent::new(replica.into(), event))
}

impl Peer for Dynamo {
    type Query = Vec<LocalBlockHash>;
    /// Taken out when it is applied, as `RadixTree` owns its events.
    type Stored = Option<RouterEvent>;
    type Removed = Option<RouterEvent>;

    fn query(trace: &Trace, turn: usize) -> Self::Query {
        let prompt = trace.prompt(&trace.turns[turn]);
        prompt.iter().copied().map(LocalBlockHash).collect()
    }

    fn stored(trace: &Trace, at: usize) -> Option<RouterEvent> {
        let turn = &trace.turns[at];
        let parent = trace.parent(turn);
        let block = |&local| KvCacheStoredBlockData {
            block_hash: Hash(0),
            tokens_hash: LocalBlockHash(local),
            mm_extra_info: None,
        };
        let data = KvCacheStoreData {
            parent_hash: (parent != ROOT).then_some(Hash(parent.0)),
            start_position: None,
            blocks: trace.new_blocks(turn).iter().map(block).collect(),
        };
        event(turn.replica, at, KvCacheEventData::Stored(data))
    }

    fn removed(trace: &Trace, at: usize) -> Option<RouterEvent> {
        let turn = &trace.turns[at];
        let ids = trace.new_ids(turn).iter().rev();
        let data = KvCacheRemoveData {
            block_hashes: ids.map(|id| Hash(id.0)).collect(),
        };
        event(turn.replica, at, KvCacheEventData::Removed(data))
    }

    fn find(&mut self, query: &mut Self::Query) -> u64 {
        self.0
            .find_matches(std::mem::take(query), false)
            .scores
            .len() as u64
    }

    fn depths(&mut self, query: &mut Self::Query, replicas: u32) -> Vec<u32> {
        let mut depths = vec![0; replicas as usize];
        for (worker, depth) in self.0.find_matches(std::mem::take(query), false).scores {
            depths[worker.worker_id as usize] = depth;
        }
        depths
    }

    fn store(&mut self, event: &mut Self::Stored) {
        let mut event = event.take().expect("an event is applied once");
        if let KvCacheEventData::Stored(data) = &mut event.event.data {
            let mut last = data.parent_hash.map_or(ROOT.0, |hash| hash.0);
            for block in &mut data.blocks {
                let parent = warmpath_core::units::BlockId(last);
                last = chain_hash(parent, block.tokens_hash.0).0;
                block.block_hash = Hash(last);
            }
        }
        self.0.apply_event(event).expect("stored");
    }

    fn remove(&mut self, event: &mut Self::Removed) {
        let event = event.take().expect("an event is applied once");
        self.0.apply_event(event).expect("removed");
    }
}
