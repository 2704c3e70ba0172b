//! Warmpath's index as one of the peers that are timed.

use warmpath_core::block::{ROOT, chain_hashes};
use warmpath_core::radix::{Depths, Index};
use warmpath_core::units::{BlockId, ReplicaId, VirtualTime};

use super::Peer;
use crate::trace::Trace;

pub struct Ours {
    pub index: Index,
    depths: Depths,
    ids: Vec<BlockId>,
}

impl Ours {
    pub fn new(index: Index) -> Self {
        Self {
            index,
            depths: Depths::new(),
            ids: Vec::new(),
        }
    }
}

/// An empty index that enters every block in its table of places from now on, which is its worst case: it has been asked so
/// often to remove a block it does not hold that looking for them one by one would have cost more.
pub fn entered(replicas: u32) -> Index {
    let (replica, only) = (ReplicaId(0), [BlockId(1)]);
    let mut index = Index::new(replicas);
    index
        .store(replica, ROOT, &only)
        .expect("the root is known");
    for _ in 0..10_000 {
        index.remove(replica, &[BlockId(2)]);
    }
    index.remove(replica, &only);
    index
}

pub struct Stored {
    time: VirtualTime,
    replica: ReplicaId,
    parent: BlockId,
    locals: Box<[u64]>,
}

impl Peer for Ours {
    type Query = Box<[u64]>;
    type Stored = Stored;
    type Removed = (ReplicaId, Vec<BlockId>);

    fn query(trace: &Trace, turn: usize) -> Self::Query {
        trace.prompt(&trace.turns[turn]).into()
    }

    fn stored(trace: &Trace, at: usize) -> Stored {
        let turn = &trace.turns[at];
        Stored {
            time: VirtualTime(at as u64),
            replica: ReplicaId(turn.replica),
            parent: trace.parent(turn),
            locals: trace.new_blocks(turn).into(),
        }
    }

    fn removed(trace: &Trace, turn: usize) -> Self::Removed {
        let turn = &trace.turns[turn];
        let ids = trace.new_ids(turn).iter().rev().copied().collect();
        (ReplicaId(turn.replica), ids)
    }

    fn find(&mut self, query: &mut Self::Query) -> u64 {
        self.index
            .matches_hashes(query, &mut self.ids, &mut self.depths);
        self.depths.as_slice()[0] as u64
    }

    fn depths(&mut self, query: &mut Self::Query, _: u32) -> Vec<u32> {
        self.find(query);
        self.depths.as_slice().to_vec()
    }

    fn store(&mut self, event: &mut Stored) {
        self.ids.clear();
        chain_hashes(event.parent, &event.locals, &mut self.ids);
        self.index.advance(event.time);
        let stored = self.index.store(event.replica, event.parent, &self.ids);
        assert_eq!(stored, Ok(self.ids.len()));
    }

    fn remove(&mut self, (replica, ids): &mut Self::Removed) {
        assert_eq!(self.index.remove(*replica, ids), ids.len());
    }
}
