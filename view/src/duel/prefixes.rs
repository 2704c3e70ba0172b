//! Every prefix of a workload as one compact tree, and where its parts stand in a picture.
//!
//! A node is a run of blocks that no prompt ends in and no other leaves, so single blocks never stand alone. Nodes are in
//! the order of a walk that takes earlier requests first, so a subtree is a range, and all of this is linear.
//!
//! In a picture each level is a column and prompts lie below each other. What would be lower than [`LEAST`] is drawn together
//! with what stands beside it as one bar, which then says how much of it is there, not what. A node's length in blocks is
//! not drawn: a question of eight blocks after a document of five hundred could not be seen.

use warmpath_core::request::corpus::SegmentId;
use warmpath_core::units::Map;
use warmpath_core::workload::Workload;

/// The least height of what is drawn by itself \[px\].
pub const LEAST: f64 = 3.0;

/// A run of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Blocks before it.
    pub from: u32,
    /// Its own blocks.
    pub blocks: u32,
    /// Nodes before it.
    pub level: u32,
    /// The first request that has it.
    pub request: u32,
    /// A request that goes on from it as far as its first prompts go: what is there of that one's prompt tells what is there
    /// of this node.
    pub deepest: u32,
    /// Different prompts that begin with it.
    pub prompts: u32,
    /// One past the last node of its subtree.
    pub end: u32,
}

/// The tree of a workload's prompts.
pub fn tree(workload: &Workload) -> Vec<Node> {
    let corpus = &workload.corpus;
    // Where each segment is cut: where prompts end in it or leave it \[blocks from the root\].
    let mut cuts: Map<SegmentId, Vec<u32>> = Map::default();
    for request in &workload.requests {
        for (segment, covered) in corpus.runs(request.prompt) {
            let end = corpus.segment(segment).before + covered;
            cuts.entry(segment).or_default().push(end);
        }
    }
    // Segments after those they leave, so a part's parent is there before it.
    let mut segments: Vec<_> = cuts.into_iter().collect();
    segments.sort_by_key(|(segment, _)| *segment);
    let mut parts: Vec<Part> = Vec::new();
    let mut ending: Map<(SegmentId, u32), usize> = Map::default();
    for (segment, mut ends) in segments {
        ends.sort_unstable();
        ends.dedup();
        let here = corpus.segment(segment);
        let mut parent = ending.get(&(here.parent, here.before)).copied();
        let mut from = here.before;
        for end in ends {
            ending.insert((segment, end), parts.len());
            parts.push(Part {
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
    for (request, n) in workload.requests.iter().zip(0u32..) {
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

/// A node before the walk.
struct Part {
    parent: Option<usize>,
    from: u32,
    blocks: u32,
    request: u32,
    /// Whether a prompt ends with it. One sent again is no other prompt.
    ends: bool,
    prompts: u32,
    children: Vec<usize>,
}

/// The nodes in the order of a walk, earlier requests first.
fn walk(parts: &mut [Part], mut first: Vec<usize>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(parts.len());
    let later = |parts: &[Part], of: &mut Vec<usize>| {
        of.sort_by_key(|&at| core::cmp::Reverse(parts[at].request));
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

/// A place in a picture: one node, or several that are too low to be told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The nodes.
    pub nodes: core::ops::Range<usize>,
    /// Left edge, as a share of the width.
    pub left: f64,
    /// Its width, as a share of the width.
    pub width: f64,
    /// Upper edge \[px\].
    pub top: f64,
    /// Its height \[px\].
    pub height: f64,
}

impl Place {
    /// Whether it stands for several nodes.
    pub fn is_bar(&self) -> bool {
        self.nodes.len() > 1
    }
}

/// Where the nodes stand in a picture of that height \[px\].
pub fn layout(nodes: &[Node], height: f64) -> Vec<Place> {
    let deepest = nodes.iter().map(|it| it.level).max();
    let across = 1.0 / f64::from(deepest.unwrap_or(0) + 1);
    let mut prompts = 0;
    let mut at = 0;
    while at < nodes.len() {
        prompts += nodes[at].prompts;
        at = nodes[at].end as usize;
    }
    let each = height / f64::from(prompts.max(1));
    let mut places: Vec<Place> = Vec::new();
    // Where each open subtree ends, and how far down it is filled.
    let mut open: Vec<(usize, f64)> = vec![(nodes.len(), 0.0)];
    let mut at = 0;
    while at < nodes.len() {
        while open.len() > 1 && open.last().is_some_and(|(end, _)| *end <= at) {
            open.pop();
        }
        let node = &nodes[at];
        let Some((end, filled)) = open.last_mut() else {
            break;
        };
        let (top, end) = (*filled, *end);
        let high = each * f64::from(node.prompts);
        if high >= LEAST {
            *filled += high;
            places.push(Place {
                nodes: at..at + 1,
                left: f64::from(node.level) * across,
                width: across,
                top,
                height: high,
            });
            open.push((node.end as usize, top));
            at += 1;
            continue;
        }
        // Neighbours too low to stand alone, with all below them, until they are high enough together.
        let (mut stop, mut high, mut deep) = (at, 0.0, node.level);
        while stop < end && high < LEAST && each * f64::from(nodes[stop].prompts) < LEAST {
            let subtree = &nodes[stop..nodes[stop].end as usize];
            deep = subtree.iter().fold(deep, |deep, it| deep.max(it.level));
            high += each * f64::from(nodes[stop].prompts);
            stop = nodes[stop].end as usize;
        }
        *filled += high;
        places.push(Place {
            nodes: at..stop,
            left: f64::from(node.level) * across,
            width: f64::from(deep + 1 - node.level) * across,
            top,
            height: high,
        });
        at = stop;
    }
    places
}

#[cfg(test)]
mod tests;
