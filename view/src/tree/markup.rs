//! The tree as SVG, and as the indented list that narrow screens show instead.

use super::{Node, Picture, list, short};
use crate::format::GAP;
use crate::markup::escape;
use core::fmt::Write as _;

/// A replica's square in a box, and the step to the next \[px\].
const SQUARE: (f64, f64) = (16.0, 19.0);

/// What stands inside the `<svg>`: edges, the lit ones on top, then boxes.
pub fn svg(nodes: &[Node], picture: &Picture) -> String {
    let mut out = String::new();
    for pass in [false, true] {
        for edge in picture.edges.iter().filter(|edge| edge.lit == pass) {
            let class = match (edge.lit, edge.ghost) {
                (true, _) => "edge lit",
                (_, true) => "edge ghost",
                _ => "edge",
            };
            let _ = write!(out, "<path class=\"{class}\" d=\"{}\"/>", edge.path);
        }
    }
    let lit = if nodes.iter().any(|node| node.lit > 0) {
        " lit"
    } else {
        ""
    };
    let (x, y) = (short(picture.root.0), short(picture.root.1));
    let _ = write!(
        out,
        "<circle class=\"root{lit}\" cx=\"{x}\" cy=\"{y}\" r=\"6\"/>"
    );
    for placed in &picture.boxes {
        node(&mut out, &nodes[placed.node], picture, placed);
    }
    out
}

// Every coordinate is the picture's: a transform would be a layer of its own to the browser, for each box and square.
fn node(out: &mut String, node: &Node, picture: &Picture, placed: &super::Placed) {
    let (left, top) = (placed.x, placed.y);
    let (width, height) = (picture.box_width, picture.box_height);
    let _ = write!(
        out,
        "<g class=\"node {}\" tabindex=\"0\" role=\"listitem\" aria-label=\"{}\">\
         <title>{}</title><rect class=\"body\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"7\"/>",
        class(node),
        escape(&node.spoken()),
        escape(&node.label),
        short(left),
        short(top),
        short(width),
        short(height),
    );
    if placed.warmth > 0.0 && placed.warmth < 1.0 {
        let _ = write!(
            out,
            "<path class=\"part\" d=\"M{} {}a6 6 0 0 1 6 -6H{}v{}H{}a6 6 0 0 1 -6 -6z\"/>",
            short(left + 1.0),
            short(top + 7.0),
            short(left + width * placed.warmth),
            short(height - 2.0),
            short(left + 7.0),
        );
    }
    let second = short(top + height - 13.0);
    let _ = write!(
        out,
        "<text class=\"words\" x=\"{x}\" y=\"{}\">{}</text><text class=\"size\" x=\"{x}\" y=\"{second}\">{}</text>",
        short(top + 19.0),
        escape(&placed.label),
        escape(&node.size()),
        x = short(left + 11.0),
    );
    let holders: Vec<u32> = node.holders().collect();
    let mut x = left + width - 9.0 - SQUARE.1 * holders.len() as f64 + (SQUARE.1 - SQUARE.0);
    let y = top + height - 9.0 - SQUARE.0;
    for replica in holders {
        let _ = write!(
            out,
            "<rect class=\"replica-{}\" x=\"{}\" y=\"{}\" width=\"16\" height=\"16\" rx=\"4\"/>\
             <text class=\"number\" x=\"{}\" y=\"{}\">{replica}</text>",
            replica % 8,
            short(x),
            short(y),
            short(x + 8.0),
            short(y + 12.0),
        );
        x += SQUARE.1;
    }
    if node.ghost {
        let x = short(left + width - 11.0);
        let _ = write!(
            out,
            "<text class=\"size end\" x=\"{x}\" y=\"{second}\">to store</text>"
        );
    }
    out.push_str("</g>");
}

/// The rows of the indented list.
pub fn rows(nodes: &[Node]) -> String {
    let mut out = String::new();
    for row in list(nodes) {
        let node = &nodes[row.node];
        let squares = node
            .holders()
            .fold(String::new(), |all, r| all + &crate::markup::square(r));
        let note = if node.ghost {
            format!("{GAP}to store")
        } else {
            String::new()
        };
        let _ = write!(
            out,
            "<li class=\"row {} in-{}\"><span class=\"words\">{}</span><span class=\"size\">{}{note}</span>\
             <span class=\"holders\">{squares}</span></li>",
            class(node),
            row.indent.min(7),
            escape(&node.label),
            escape(&node.size()),
        );
    }
    out
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

/// What the picture shows, in a sentence, for its accessible name.
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
        let scene = router(4).look(&SAMPLES[0].prompt());
        let picture = layout(&scene.nodes, Room::default());
        let svg = svg(&scene.nodes, &picture);
        assert_eq!(svg.matches("<g class=\"node").count(), scene.nodes.len());
        assert_eq!(
            svg.matches("class=\"edge lit\"").count(),
            scene.nodes.iter().filter(|n| n.lit > 0).count()
        );
        assert_eq!(rows(&scene.nodes).matches("<li").count(), scene.nodes.len());
        assert!(!svg.contains("style="));
        assert!(svg.contains("held by replicas 0, 1, 2, 3"));
    }
}
