//! Places the nodes of a prefix tree: boxes in columns with edges between them, or an indented list on a narrow screen.
//!
//! A node is a run of blocks that nothing branches off. The layout is the plain tidy one: leaves get a row each in order, a
//! parent is at the middle height of its children, the depth is the column. It takes one pass down and one up, so it is
//! linear in the nodes. Nothing is measured; labels are cut by the estimate in [`crate::text`].
//!
//! ```
//! use warmpath_view::tree::{Node, Room, layout};
//! let nodes = [
//!     Node { label: "You are a".into(), blocks: 4, lit: 4, ..Node::default() },
//!     Node { parent: Some(0), label: "refund".into(), blocks: 3, lit: 1, ..Node::default() },
//!     Node { parent: Some(0), label: "invoice".into(), blocks: 2, ..Node::default() },
//! ];
//! let picture = layout(&nodes, Room::default());
//! assert_eq!(picture.boxes[0].column, 1);
//! assert!(picture.boxes[1].y < picture.boxes[2].y);
//! ```

pub mod drawing;

use crate::format;
use crate::text;

/// A node of the tree, parents before children.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// The number in the list of the node that it continues; `None` if it begins at the root.
    pub parent: Option<usize>,
    /// The id of its first block, which identifies the node from one picture to the next.
    pub key: u64,
    /// The words of its blocks.
    pub label: String,
    /// How many blocks the node holds.
    pub blocks: u32,
    /// The number of its blocks that the prompt shares, from the first on; above 0 only if the parent's are all shared.
    pub lit: u32,
    /// The replicas that hold all of it, a bit for each; 0 if there is only one replica and this need not be
    /// shown.
    pub replicas: u64,
    /// Whether it does not exist yet: the blocks that the prompt would add.
    pub ghost: bool,
}

impl Node {
    /// The numbers of the replicas that hold it, in ascending order.
    pub fn holders(&self) -> impl Iterator<Item = u32> + use<> {
        let set = self.replicas;
        (0..64).filter(move |bit| set >> bit & 1 == 1)
    }

    /// Its length, and how much of it the prompt shares, in words.
    pub fn size(&self) -> String {
        match (self.ghost, self.lit) {
            (true, _) => format!("+{}{}new", format::blocks(self.blocks), format::GAP),
            (false, lit) if lit > 0 && lit < self.blocks => {
                format::of(lit, format::blocks(self.blocks))
            }
            _ => format::blocks(self.blocks),
        }
    }

    /// The text on the node for screen readers.
    pub fn spoken(&self) -> String {
        if self.ghost {
            return format!(
                "{} will be stored here: {}",
                format::blocks(self.blocks),
                self.label
            );
        }
        let state = match self.lit {
            0 => "not on the path",
            lit if lit == self.blocks => "on the path",
            _ => "partly on the path",
        };
        let holders: Vec<String> = self.holders().map(|r| r.to_string()).collect();
        let held = match holders.len() {
            0 => String::new(),
            1 => format!(", held by replica {}", holders[0]),
            _ => format!(", held by replicas {}", holders.join(", ")),
        };
        format!("{}, {}, {state}{held}", self.label, self.size())
    }
}

/// The room for a picture \[px\].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// The width available. A tree with many columns takes more, and is scrolled.
    pub width: f64,
    /// The height of a row, including the gap.
    pub row: f64,
    /// The height of a box.
    pub box_height: f64,
    /// The gap between columns, in which the edges run.
    pub gap: f64,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            width: 1170.0,
            row: 76.0,
            box_height: 64.0,
            gap: 56.0,
        }
    }
}

/// The range of a box's width \[px\].
const BOX_WIDTH: core::ops::RangeInclusive<f64> = 148.0..=300.0;
/// The centre of the root's dot, and the room that it takes \[px\].
const ROOT_X: f64 = 10.0;
/// The font size of a label, and the padding beside it \[px\].
const LABEL: (f64, f64) = (13.0, 11.0);
/// The largest number of lines of a label.
const LINES: usize = 2;

/// The place of a node's box in the picture \[px\].
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The number of the node in the list.
    pub node: usize,
    /// Its column, from 1; the root's is 0.
    pub column: u32,
    /// The box's left edge.
    pub x: f64,
    /// The upper edge of the box \[px\].
    pub y: f64,
    /// The label in lines, cut to fit into the box.
    pub label: Vec<String>,
    /// The share of the box that is filled, from 0 to 1: what the prompt shares of it.
    pub warmth: f64,
}

/// A line from a parent to a child.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The number of the child in the list.
    pub node: usize,
    /// The line from the parent to the node, as an SVG path.
    pub path: String,
    /// Whether the prompt takes the line.
    pub lit: bool,
    /// Whether the line leads to blocks that do not exist yet.
    pub ghost: bool,
}

/// A tree with a place for each of its nodes and lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The width of the picture \[px\].
    pub width: f64,
    /// The height of the picture \[px\].
    pub height: f64,
    /// The width of every box.
    pub box_width: f64,
    /// The height of every box.
    pub box_height: f64,
    /// The centre of the root's dot.
    pub root: (f64, f64),
    /// The boxes, in the order of the nodes.
    pub boxes: Vec<Placed>,
    /// The edges, in the order of the nodes; lit ones should be drawn last.
    pub edges: Vec<Edge>,
}

/// Places the nodes, each to the right of its parent, in the room available.
pub fn layout(nodes: &[Node], room: Room) -> Picture {
    let columns = columns(nodes);
    let deepest = columns.iter().copied().max().unwrap_or(0).max(1);
    let free = room.width - 2.0 * ROOT_X - f64::from(deepest) * room.gap;
    let box_width = (free / f64::from(deepest)).clamp(*BOX_WIDTH.start(), *BOX_WIDTH.end());
    let column_x = |column: u32| {
        2.0 * ROOT_X
            + f64::from(column) * room.gap
            + f64::from(column.saturating_sub(1)) * box_width
    };
    let (middles, root_y, rows) = rows(nodes, room.row);

    let boxes: Vec<Placed> = nodes
        .iter()
        .enumerate()
        .map(|(node, it)| Placed {
            node,
            column: columns[node],
            x: column_x(columns[node]),
            y: middles[node] - room.box_height / 2.0,
            label: text::lines(&it.label, LABEL.0, box_width - 2.0 * LABEL.1, LINES),
            warmth: if it.ghost || it.blocks == 0 {
                0.0
            } else {
                f64::from(it.lit) / f64::from(it.blocks)
            },
        })
        .collect();
    let edges = nodes
        .iter()
        .enumerate()
        .map(|(node, it)| {
            let from = match it.parent {
                None => (ROOT_X, root_y),
                Some(parent) => (boxes[parent].x + box_width, middles[parent]),
            };
            Edge {
                node,
                path: curve(from, (boxes[node].x, middles[node])),
                lit: it.lit > 0,
                ghost: it.ghost,
            }
        })
        .collect();
    Picture {
        width: (column_x(deepest) + box_width + 2.0).max(room.width),
        height: rows * room.row,
        box_width,
        box_height: room.box_height,
        root: (ROOT_X, root_y),
        boxes,
        edges,
    }
}

/// The column of each node: the number of nodes on its path, itself included.
fn columns(nodes: &[Node]) -> Vec<u32> {
    let mut columns = Vec::with_capacity(nodes.len());
    for node in nodes {
        columns.push(node.parent.map_or(1, |parent| columns[parent] + 1));
    }
    columns
}

/// The middle of each node's row, the middle of the root, and the number of rows.
fn rows(nodes: &[Node], row: f64) -> (Vec<f64>, f64, f64) {
    let order = Order::of(nodes);
    // The middles of the first and last child, for each node and, at the end, for the root.
    let mut span = vec![None::<(f64, f64)>; nodes.len() + 1];
    let mut middles = vec![0.0; nodes.len()];
    let mut next = row / 2.0;
    // Going down the depth-first order, leaves get their rows; going back up, parents get the middle of their children.
    for &node in &order.depth_first {
        if order.first[node].is_none() {
            middles[node] = next;
            next += row;
        }
    }
    for &node in order.depth_first.iter().rev() {
        if let Some((first, last)) = span[node] {
            middles[node] = (first + last) / 2.0;
        }
        let parent = nodes[node].parent.unwrap_or(nodes.len());
        let seen = span[parent].get_or_insert((middles[node], middles[node]));
        seen.0 = seen.0.min(middles[node]);
        seen.1 = seen.1.max(middles[node]);
    }
    let root = span[nodes.len()].map_or(row / 2.0, |(first, last)| (first + last) / 2.0);
    (middles, root, libm::floor(next / row).max(1.0))
}

/// Iterates over the nodes depth first, with children in the order of the list.
struct Order {
    depth_first: Vec<usize>,
    /// Each node's first child.
    first: Vec<Option<usize>>,
}

impl Order {
    fn of(nodes: &[Node]) -> Self {
        let root = nodes.len();
        let mut first = vec![None; nodes.len() + 1];
        let mut next = vec![None; nodes.len()];
        // From the back, so that each list of siblings comes out in order.
        for (node, it) in nodes.iter().enumerate().rev() {
            let parent = it.parent.unwrap_or(root);
            next[node] = first[parent];
            first[parent] = Some(node);
        }
        let mut depth_first = Vec::with_capacity(nodes.len());
        let mut open: Vec<usize> = first[root].into_iter().collect();
        while let Some(node) = open.pop() {
            depth_first.push(node);
            open.extend(next[node]);
            open.extend(first[node]);
        }
        Self { depth_first, first }
    }
}

/// A curve whose ends are horizontal, as an SVG path.
fn curve(from: (f64, f64), to: (f64, f64)) -> String {
    let middle = (from.0 + to.0) / 2.0;
    let [x0, y0, m, x1, y1] = [from.0, from.1, middle, to.0, to.1].map(short);
    if y0 == y1 {
        return format!("M{x0} {y0}H{x1}");
    }
    format!("M{x0} {y0}C{m} {y0} {m} {y1} {x1} {y1}")
}

/// A coordinate to a tenth of a pixel, without a needless ".0".
pub fn short(x: f64) -> String {
    warmpath_core::decimal::short(x, 1)
}

/// A row of the indented list, for narrow screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeRow {
    /// The number of the node in the list.
    pub node: usize,
    /// The level of indentation, from 0.
    pub indent: u32,
}

/// The nodes as rows of an indented list, depth first.
pub fn list(nodes: &[Node]) -> Vec<TreeRow> {
    let columns = columns(nodes);
    Order::of(nodes)
        .depth_first
        .into_iter()
        .map(|node| TreeRow {
            node,
            indent: columns[node] - 1,
        })
        .collect()
}

#[cfg(test)]
mod tests;
