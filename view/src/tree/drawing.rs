//! The tree as it is drawn: where each part of a box stands, and what a row of the indented list says that narrow screens show
//! instead.

use super::{Node, Picture, Placed, list, short};
use crate::format::GAP;

/// The side of a replica's square, and the distance from one to the next \[px\].
const SQUARE: (f64, f64) = (16.0, 19.0);

/// The box of a node. All coordinates are those of the picture: a transform for each box and square would be a browser
/// layer of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnNode {
    /// Its class in the page's styles.
    pub class: &'static str,
    /// The text for screen readers.
    pub spoken: String,
    /// The words of the node in full.
    pub title: String,
    /// The left and upper edge of the box \[px\].
    pub at: (f64, f64),
    /// Its width and height \[px\].
    pub size: (f64, f64),
    /// The part of the box that the prompt shares, as an SVG path; `None` if that is nothing or all of it.
    pub part: Option<String>,
    /// The words of the node in lines, cut to the room.
    pub words: Vec<String>,
    /// The length of the node, and whether it is still to be computed.
    pub length: String,
    /// The replicas that hold it, each with the left edge of its square.
    pub holders: Vec<(u32, f64)>,
}

impl DrawnNode {
    /// The baselines of the words' lines \[px\].
    pub fn lines(&self) -> impl Iterator<Item = f64> {
        let top = self.at.1;
        (0..self.words.len()).map(move |line| top + 19.0 + 15.0 * line as f64)
    }

    /// The baseline of the length \[px\].
    pub fn last_line(&self) -> f64 {
        self.at.1 + self.size.1 - 13.0
    }

    /// The upper edge of the replicas' squares \[px\].
    pub fn squares(&self) -> f64 {
        self.at.1 + self.size.1 - 9.0 - SQUARE.0
    }
}

/// The class of an edge.
pub fn edge(edge: &super::Edge) -> &'static str {
    match (edge.lit, edge.ghost) {
        (true, _) => "edge lit",
        (_, true) => "edge ghost",
        _ => "edge",
    }
}

/// The boxes in the order of the picture.
pub fn boxes(nodes: &[Node], picture: &Picture) -> Vec<DrawnNode> {
    let drawn = |placed: &Placed| drawn(&nodes[placed.node], picture, placed);
    picture.boxes.iter().map(drawn).collect()
}

fn drawn(node: &Node, picture: &Picture, placed: &Placed) -> DrawnNode {
    let (left, top) = (placed.x, placed.y);
    let (width, height) = (picture.box_width, picture.box_height);
    let part = (placed.warmth > 0.0 && placed.warmth < 1.0).then(|| {
        // From the left corner, rounded with a radius of 6, to where the warm part ends, down, and back.
        let (x, y) = (short(left + 1.0), short(top + 7.0));
        let (end, down) = (short(left + width * placed.warmth), short(height - 2.0));
        let straight = short(left + 7.0);
        format!("M{x} {y}a6 6 0 0 1 6 -6H{end}v{down}H{straight}a6 6 0 0 1 -6 -6z")
    });
    let holders: Vec<u32> = node.holders().collect();
    let first = left + width - 9.0 - SQUARE.1 * holders.len() as f64 + (SQUARE.1 - SQUARE.0);
    let holders = holders.into_iter().enumerate();
    DrawnNode {
        class: class(node),
        spoken: node.spoken(),
        title: node.label.clone(),
        at: (left, top),
        size: (width, height),
        part,
        words: placed.label.clone(),
        length: length(node),
        holders: holders
            .map(|(at, replica)| (replica, first + SQUARE.1 * at as f64))
            .collect(),
    }
}

/// The length of a node, and whether it is still to be computed.
fn length(node: &Node) -> String {
    let note = match node.ghost {
        true => format!("{GAP}to compute"),
        false => String::new(),
    };
    node.size() + &note
}

/// A row of the indented list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnRow {
    /// Its classes in the page's styles.
    pub class: String,
    /// The words of the node in full.
    pub words: String,
    /// The length of the node, and whether it is still to be computed.
    pub length: String,
    /// The replicas that hold it.
    pub holders: Vec<u32>,
}

/// The rows of the indented list.
pub fn rows(nodes: &[Node]) -> Vec<DrawnRow> {
    let row = |row: super::TreeRow| {
        let node = &nodes[row.node];
        DrawnRow {
            class: format!("row {} in-{}", class(node), row.indent.min(7)),
            words: node.label.clone(),
            length: length(node),
            holders: node.holders().collect(),
        }
    };
    list(nodes).into_iter().map(row).collect()
}

/// A node's class in the style sheets.
fn class(node: &Node) -> &'static str {
    match (node.ghost, node.lit) {
        (true, _) => "ghost",
        (_, 0) => "dark",
        (_, lit) if lit < node.blocks => "lit partly",
        _ => "lit",
    }
}

/// What the picture shows, in a sentence that is its accessible name.
pub fn summary(nodes: &[Node]) -> String {
    let stored = nodes.iter().filter(|node| !node.ghost);
    let blocks: u32 = stored.clone().map(|node| node.blocks).sum();
    let lit: u32 = nodes.iter().map(|node| node.lit).sum();
    format!(
        "Tree of cached prefixes: {} in {}; the prompt's path is {} long",
        crate::format::blocks(blocks),
        crate::format::plural(stored.count() as u64, "run"),
        crate::format::blocks(lit)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::samples::{SAMPLES, router};
    use crate::tree::{Room, layout};

    #[test]
    fn every_box_and_every_row_is_there_with_its_holders() {
        let look = router(4).look(&SAMPLES[0].prompt());
        let picture = layout(&look.nodes, Room::default());
        let boxes = boxes(&look.nodes, &picture);
        assert_eq!(boxes.len(), look.nodes.len());
        let lit = picture.edges.iter().filter(|it| edge(it) == "edge lit");
        let on_path = look.nodes.iter().filter(|node| node.lit > 0);
        assert_eq!(lit.count(), on_path.count());
        assert_eq!(rows(&look.nodes).len(), look.nodes.len());
        assert!(
            boxes
                .iter()
                .any(|it| it.spoken.contains("held by replicas 0, 1, 2, 3"))
        );
        assert!(boxes.iter().any(|it| it.holders.len() == 4));
        // What is to be stored is one text.
        let ghost = boxes
            .iter()
            .find(|it| it.class == "ghost")
            .expect("new blocks");
        assert_eq!(ghost.length.replace(GAP, " "), "+2 blocks new to compute");
        // There is room for all that a node says of itself, and each line stands within its box.
        for of in &boxes {
            assert_eq!(of.words.join(" "), of.title);
            let last = of.lines().last().expect("a line");
            assert!(last < of.last_line() && of.last_line() < of.at.1 + of.size.1);
        }
    }
}
