//! All prefixes of a workload as one compact tree.
//!
//! A node is a run of blocks within which no prompt ends and none branches off, so a chain of single blocks is one node.
//! Nodes are in the order of a walk that takes earlier requests first, so a subtree is a range, and everything here takes
//! linear time.
//!
//! [`layout`] places them in a picture.

use warmpath_core::order;
use warmpath_core::request::corpus::SegmentId;
use warmpath_core::units::Map;
use warmpath_core::workload::Workload;

pub mod layout;
pub mod names;
pub mod walk;

/// A node of the tree: a run of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The number of blocks before the node on its path.
    pub from: u32,
    /// How many blocks the node itself holds.
    pub blocks: u32,
    /// The number of nodes before it on its path.
    pub level: u32,
    /// The first request whose prompt contains the node.
    pub request: u32,
    /// The first request of the node that is reached by following first children from here; what is believed of its prompt
    /// says what is believed of this node.
    pub deepest: u32,
    /// The number of different prompts that begin with the node's path.
    pub prompts: u32,
    /// One more than the number of the last node in its subtree.
    pub end: u32,
}

/// The tree of a workload's first `count` prompts.
pub fn tree(workload: &Workload, count: usize) -> Vec<Node> {
    let corpus = &workload.corpus;
    let requests = &workload.requests[..count.min(workload.requests.len())];
    // The places at which each segment is cut: where prompts end in it or branch off \[blocks from the root\].
    let mut cuts: Map<SegmentId, Vec<u32>> = Map::default();
    for request in requests {
        for (segment, covered) in corpus.runs(request.prompt) {
            let end = corpus.segment(segment).before + covered;
            cuts.entry(segment).or_default().push(end);
        }
    }
    // A segment comes after the one that it branches off from, so the parent of a part exists before it.
    let segments = order::by_key(cuts.into_iter().collect(), |cut| u64::from(cut.0.0));
    let mut parts: Vec<UnorderedNode> = Vec::new();
    let mut ending: Map<(SegmentId, u32), usize> = Map::default();
    for (segment, mut ends) in segments {
        order::whole(&mut ends);
        ends.dedup();
        let here = corpus.segment(segment);
        let mut parent = ending.get(&(here.parent, here.before)).copied();
        let mut from = here.before;
        for end in ends {
            ending.insert((segment, end), parts.len());
            parts.push(UnorderedNode {
                parent,
                from,
                blocks: end - from,
                request: u32::MAX,
                ends: false,
                prompts: 0,
                children: Vec::new(),
            });
            (parent, from) = (Some(parts.len() - 1), end);
        }
    }
    let mut first = Vec::new();
    for (request, n) in requests.iter().zip(0u32..) {
        let chain = request.prompt;
        let mut at = ending.get(&(chain.leaf, chain.depth)).copied();
        if let Some(last) = at {
            parts[last].ends = true;
        }
        while let Some(here) = at.filter(|&here| parts[here].request == u32::MAX) {
            parts[here].request = n;
            at = parts[here].parent;
        }
    }
    for at in (0..parts.len()).rev() {
        parts[at].prompts += u32::from(parts[at].ends);
        let prompts = parts[at].prompts;
        if let Some(parent) = parts[at].parent {
            parts[parent].prompts += prompts;
        }
    }
    for at in 0..parts.len() {
        match parts[at].parent {
            Some(parent) => parts[parent].children.push(at),
            None => first.push(at),
        }
    }
    walk(&mut parts, first)
}

/// A node before the nodes are put in the order of the walk.
struct UnorderedNode {
    parent: Option<usize>,
    from: u32,
    blocks: u32,
    request: u32,
    /// Whether a prompt ends with it; a repeated prompt does not count again.
    ends: bool,
    prompts: u32,
    children: Vec<usize>,
}

/// Puts the nodes in the order of a walk that takes earlier requests first.
fn walk(parts: &mut [UnorderedNode], mut first: Vec<usize>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(parts.len());
    let later = |parts: &[UnorderedNode], of: &mut Vec<usize>| {
        *of = order::by_key(core::mem::take(of), |&at| !u64::from(parts[at].request));
    };
    later(parts, &mut first);
    // `Err`: the subtree of that node has been walked.
    let mut ahead: Vec<Result<usize, usize>> = first.into_iter().map(Ok).collect();
    let mut level = 0;
    while let Some(next) = ahead.pop() {
        match next {
            Err(walked) => {
                nodes[walked].end = nodes.len() as u32;
                level -= 1;
            }
            Ok(at) => {
                let mut children = core::mem::take(&mut parts[at].children);
                later(parts, &mut children);
                ahead.push(Err(nodes.len()));
                ahead.extend(children.into_iter().map(Ok));
                let part = &parts[at];
                nodes.push(Node {
                    from: part.from,
                    blocks: part.blocks,
                    level,
                    request: part.request,
                    deepest: part.request,
                    prompts: part.prompts,
                    end: 0,
                });
                level += 1;
            }
        }
    }
    // A node's first child comes right after it.
    for at in (1..nodes.len()).rev() {
        if nodes[at].level > nodes[at - 1].level {
            nodes[at - 1].deepest = nodes[at].deepest;
        }
    }
    nodes
}

#[cfg(test)]
mod tests;
