//! Where the nodes of a tree of prefixes stand in a picture: each level is a column, and prompts lie below each other.
//!
//! What would be lower than [`LEAST`] is drawn together with its neighbours as one bar a level, which then says how much of
//! them is there, not of which. A node's length in blocks is not drawn: a question of eight blocks after a document of five
//! hundred could not be seen. All edges are whole pixels, so a bar is as sharp as its neighbours; what then has no height
//! between two that stand alone is not drawn.

use super::Node;

/// The least height of what is drawn by itself \[px\].
pub const LEAST: f64 = 3.0;

/// A bar in a picture: one node, or several of a level that are too low to be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The node's column, from 0 at the left.
    pub level: u32,
    /// The upper edge of the node's box \[px\].
    pub top: u32,
    /// The height of the node's box \[px\].
    pub height: u32,
    /// Blocks of all its nodes.
    pub blocks: u32,
    /// The first of its nodes.
    pub first: u32,
    /// How many nodes it stands for.
    pub nodes: u32,
}

/// The places of all nodes, and the size of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// How many columns there are.
    pub levels: u32,
    /// The bars, in the order of their first nodes.
    pub places: Vec<Place>,
    /// By node: its place.
    of: Vec<u32>,
    /// By node: how many prompts lie above it.
    above: Vec<u32>,
    /// A prompt's height \[px\].
    each: f64,
}

impl Layout {
    /// Where the nodes stand in a picture of that height \[px\].
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

    /// Places the node at `at`, with those beside it if it is low; the next to place.
    fn place(&mut self, nodes: &[Node], at: usize) -> usize {
        let node = &nodes[at];
        let least = libm::ceil(LEAST / self.each) as u32;
        let stop = match low(nodes, at, least) {
            // High enough by itself: what goes on from it comes next.
            (stop, _) if stop == at => at + 1,
            // A rest that is too little for a bar of its own goes with this one.
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

    /// The place of a node.
    pub fn of(&self, node: usize) -> Option<usize> {
        self.of.get(node).map(|at| *at as usize)
    }

    /// The node of a level at a height \[px\]; in a bar of several, the one whose prompts lie there.
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

/// From the node at `at` on: its neighbours that are lower than `least`, with all below them, until they are high enough
/// together; the next node, and how many prompts they are.
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

/// By node: how many prompts lie above it. A node's own begin with its first child's.
fn above(nodes: &[Node]) -> Vec<u32> {
    // By level: where the open node and the next of its level begin.
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
