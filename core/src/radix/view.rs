//! The contents of the index: statistics, and the nodes for drawing.

use core::ops::Range;

use super::Index;
use super::tree::{NONE, Node};
use crate::units::{BlockId, ReplicaId};

/// The number of a node, which stays the same as long as the node is there; a freed number is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// The size of an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// The number of nodes, that is of runs of blocks.
    pub nodes: usize,
    /// How many distinct blocks the index holds.
    pub blocks: usize,
    /// The sum, over the replicas, of the blocks that they hold.
    pub pairs: usize,
    /// The heap in use \[bytes\]; what forks share is counted in each.
    pub heap_bytes: usize,
}

/// One node: a run of blocks and the replicas that hold them.
#[derive(Clone, Copy, Debug)]
pub struct NodeView<'a> {
    index: &'a Index,
    id: u32,
    node: &'a Node,
}

impl<'a> NodeView<'a> {
    /// The node's id, which stays its own for as long as the node is there.
    pub fn id(&self) -> NodeId {
        NodeId(self.id)
    }

    /// The node that it goes on from; `None` for a node that begins a prompt.
    pub fn parent(&self) -> Option<NodeId> {
        (self.node.parent != NONE).then_some(NodeId(self.node.parent))
    }

    /// The number of blocks before it on the way from the root.
    pub fn depth(&self) -> u32 {
        self.node.start
    }

    /// How many blocks the node holds.
    pub fn len(&self) -> u32 {
        self.node.len as u32
    }

    /// Always `false`: a node has at least one block.
    pub fn is_empty(&self) -> bool {
        self.node.len == 0
    }

    /// How many nodes go on from it.
    pub fn children(&self) -> u32 {
        self.node.children
    }

    /// The ids of its blocks, in order.
    pub fn blocks(&self) -> impl Iterator<Item = BlockId> + use<'a> {
        let (index, node) = (self.index, self.node);
        (0..node.len).map(move |at| index.tree.id(node, at))
    }

    /// The replicas that hold blocks of it: each with the blocks, counted from the node's first. Usually these are the first so
    /// many; a replica that evicted from the middle comes several times.
    pub fn holders(&self) -> impl Iterator<Item = (ReplicaId, Range<u32>)> + use<'a> {
        self.node
            .holders
            .iter(self.node.len)
            .map(|span| (ReplicaId(span.replica), span.from as u32..span.to as u32))
    }
}

impl Index {
    /// The size of the index.
    pub fn stats(&self) -> Stats {
        Stats {
            nodes: self.tree.nodes.used(),
            blocks: self.tree.blocks,
            pairs: self.pairs,
            heap_bytes: self.tree.heap_bytes()
                + self.held.capacity() * size_of::<usize>()
                + self.lru.as_ref().map_or(0, |lru| lru.heap_bytes()),
        }
    }

    /// How many blocks `replica` holds, of all prompts.
    pub fn held(&self, replica: ReplicaId) -> usize {
        self.held.get(replica.index()).copied().unwrap_or(0)
    }

    /// All nodes, in no particular order but the same one on every run.
    pub fn nodes(&self) -> impl Iterator<Item = NodeView<'_>> {
        self.tree.live().map(|(id, node)| NodeView {
            index: self,
            id,
            node,
        })
    }
}
