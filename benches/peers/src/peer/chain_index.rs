//! kv-index's `ChainIndex`, in the two ways it answers: a map, or a call per replica without allocation.

use kv_index::{ChainBlockMap, ChainIndex, ContentHash, SequenceHash, StoredBlock};
use warmpath_core::block::{ROOT, chain_hash};
use warmpath_core::units::BlockId;

use super::Peer;
use crate::trace::Trace;

/// With `SCORES` its look-up fills a slice through `score_into`, else it is `find_matches`.
pub struct Chain<const SCORES: bool> {
    index: ChainIndex,
    maps: Vec<ChainBlockMap>,
    scores: Vec<u32>,
}

impl<const SCORES: bool> Chain<SCORES> {
    pub fn new(replicas: u32) -> Self {
        let index = ChainIndex::with_max_workers(replicas as usize);
        for replica in 0..replicas {
            let id = index.intern_worker(&format!("replica-{replica}"));
            assert_eq!(id, Ok(replica));
        }
        let maps = (0..replicas).map(|_| ChainBlockMap::new()).collect();
        Self {
            index,
            maps,
            scores: vec![0; replicas as usize],
        }
    }
}

pub struct Stored {
    replica: u32,
    parent: Option<SequenceHash>,
    blocks: Vec<StoredBlock>,
}

impl<const SCORES: bool> Peer for Chain<SCORES> {
    type Query = Vec<ContentHash>;
    type Stored = Stored;
    type Removed = (u32, Vec<SequenceHash>);

    fn query(trace: &Trace, turn: usize) -> Self::Query {
        let prompt = trace.prompt(&trace.turns[turn]);
        prompt.iter().copied().map(ContentHash).collect()
    }

    fn stored(trace: &Trace, turn: usize) -> Stored {
        let turn = &trace.turns[turn];
        let parent = trace.parent(turn);
        let block = |&local| StoredBlock {
            seq_hash: SequenceHash(0),
            content_hash: ContentHash(local),
        };
        Stored {
            replica: turn.replica,
            parent: (parent != ROOT).then_some(SequenceHash(parent.0)),
            blocks: trace.new_blocks(turn).iter().map(block).collect(),
        }
    }

    fn removed(trace: &Trace, turn: usize) -> Self::Removed {
        let turn = &trace.turns[turn];
        let ids = trace.new_ids(turn).iter().rev();
        (turn.replica, ids.map(|id| SequenceHash(id.0)).collect())
    }

    fn find(&mut self, query: &mut Self::Query) -> u64 {
        if SCORES {
            let scores = &mut self.scores;
            scores.fill(0);
            let report = |replica: u32, depth| scores[replica as usize] = depth;
            self.index.score_into(query, |hash| hash.0, false, report);
            self.scores[0] as u64
        } else {
            self.index.find_matches(query, false).scores.len() as u64
        }
    }

    fn depths(&mut self, query: &mut Self::Query, replicas: u32) -> Vec<u32> {
        let mut depths = vec![0; replicas as usize];
        for (replica, depth) in self.index.find_matches(query, false).scores {
            depths[replica as usize] = depth;
        }
        if SCORES {
            self.find(query);
            assert_eq!(self.scores, depths);
        }
        depths
    }

    fn store(&mut self, event: &mut Stored) {
        let mut last = event.parent.map_or(ROOT, |hash| BlockId(hash.0));
        for block in &mut event.blocks {
            last = chain_hash(last, block.content_hash.0);
            block.seq_hash = SequenceHash(last.0);
        }
        let map = &mut self.maps[event.replica as usize];
        self.index
            .apply_stored(event.replica, &event.blocks, event.parent, map)
            .expect("stored");
    }

    fn remove(&mut self, (replica, ids): &mut Self::Removed) {
        let map = &mut self.maps[*replica as usize];
        self.index.apply_removed(*replica, ids, map);
    }
}
