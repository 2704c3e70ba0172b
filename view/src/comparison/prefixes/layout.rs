//! Places the nodes of a tree of prefixes in a picture: each level is a column, and prompts lie below each other.
//!
//! Nodes that would be lower than [`LEAST`] are drawn together with their neighbours, as one bar per level, which shows how
//! much of them is there but not of which. The length of a node in blocks is not drawn: a question of eight blocks after a
//! document of five hundred could not be seen. All edges are at whole pixels, so that all bars are equally sharp; a bar
//! that has no height left between two others is not drawn.

use super::Node;

/// The least height of a node that is drawn by itself \[px\].
pub const LEAST: f64 = 3.0;

/// A bar of the picture: one node, or several of one level that are too low to be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The column of the bar, from 0 at the left.
    pub level: u32,
    /// The upper edge of the bar \[px\].
    pub top: u32,
    /// The height of the bar \[px\].
    pub height: u32,
    /// The number of blocks of all its nodes.
    pub blocks: u32,
    /// The number of its first node.
    pub first: u32,
    /// The number of its nodes.
    pub nodes: u32,
}

/// The bars of all nodes, and the size of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The number of columns.
    pub levels: u32,
    /// The bars, in the order of their first nodes.
    pub places: Vec<Place>,
    /// The place of each node in `places`, by node.
    of: Vec<u32>,
    /// The number of prompts above each node, by node.
    above: Vec<u32>,
    /// The height of one prompt \[px\], which may be less than a pixel.
    each: f64,
}

impl Layout {
    /// Places the nodes in a picture of a height \[px\].
    pub fn new(nodes: &[Node], height: u32) -> Self {
        let above = above(nodes);
        let all = nodes.iter().zip(&above);
        let prompts = all.map(|(it, above)| above + it.prompts).max();
        let deepest = nodes.iter().map(|it| it.level).max();
        let mut layout = Self {
            levels: deepest.map_or(0, |it| it + 1),
            places: Vec::new(),
            of: vec![0; nodes.len()],
            above,
            each: f64::from(height) / f64::from(prompts.unwrap_or(1).max(1)),
        };
        let mut at = 0;
        while at < nodes.len() {
            at = layout.place(nodes, at);
        }
        layout
    }

    /// Places the node at `at`, together with its neighbours if it is low; returns the number of the next node to place.
    fn place(&mut self, nodes: &[Node], at: usize) -> usize {
        let node = &nodes[at];
        let least = libm::ceil(LEAST / self.each) as u32;
        let stop = match low(nodes, at, least) {
            // The node is high enough by itself, so its children are placed next.
            (stop, _) if stop == at => at + 1,
            // If too little is left for a bar of its own, it is joined with this one.
            (stop, _) => match low(nodes, stop, least) {
                (end, rest) if rest < least && end > stop && nodes[stop].level == node.level => end,
                _ => stop,
            },
        };
        let edge = |prompts: u32| libm::round(f64::from(prompts) * self.each) as u32;
        let all = nodes[at..stop].iter().zip(&self.above[at..stop]);
        let below = all.map(|(it, above)| above + it.prompts).max();
        let top = edge(self.above[at]);
        let height = edge(below.unwrap_or(0)) - top;
        let base = self.places.len();
        for (here, it) in (at..stop).zip(&nodes[at..stop]) {
            let down = (it.level - node.level) as usize;
            if self.places.len() == base + down {
                self.places.push(Place {
                    level: it.level,
                    top,
                    height,
                    blocks: 0,
                    first: here as u32,
                    nodes: 0,
                });
            }
            let place = &mut self.places[base + down];
            place.blocks += it.blocks;
            place.nodes += 1;
            self.of[here] = (base + down) as u32;
        }
        stop
    }

    /// The place of a node's bar in `places`; `None` if it is not drawn.
    pub fn of(&self, node: usize) -> Option<usize> {
        self.of.get(node).map(|at| *at as usize)
    }

    /// The node of a level at a height \[px\]; in a bar of several nodes, the one whose prompts lie there.
    pub fn at(&self, level: u32, y: f64) -> Option<usize> {
        let holds = |it: &Place| {
            let (top, height) = (f64::from(it.top), f64::from(it.height));
            it.level == level && (top..top + height).contains(&y)
        };
        let place = self.places.iter().position(holds)? as u32;
        let prompt = (y / self.each) as u32;
        let mut found = None;
        for (node, of) in self.of.iter().enumerate() {
            let fits = found.is_none() || self.above[node] <= prompt;
            if *of == place && fits {
                found = Some(node);
            }
        }
        found
    }
}

/// From the node at `at` on, its neighbours that are lower than `least`, until they are high enough together; returns the
/// next node after them, and the number of their prompts.
fn low(nodes: &[Node], at: usize, least: u32) -> (usize, u32) {
    let level = nodes.get(at).map(|it| it.level);
    let (mut stop, mut prompts) = (at, 0);
    while let Some(it) = nodes.get(stop)
        && Some(it.level) == level
        && it.prompts < least
        && prompts < least
    {
        prompts += it.prompts;
        stop = it.end as usize;
    }
    (stop, prompts)
}

/// The number of prompts above each node. A node's own prompts begin with its first child's.
fn above(nodes: &[Node]) -> Vec<u32> {
    // For each level, the first prompt of the open node and that of the next node.
    let mut open: Vec<(u32, u32)> = Vec::new();
    let place = |node: &Node| {
        let level = node.level as usize;
        let here = match (open.get(level), level.checked_sub(1)) {
            (Some((_, next)), _) => *next,
            (None, Some(parent)) => open.get(parent).map_or(0, |it| it.0),
            (None, None) => 0,
        };
        open.truncate(level);
        open.push((here, here + node.prompts));
        here
    };
    nodes.iter().map(place).collect()
}

#[cfg(test)]
mod tests;
