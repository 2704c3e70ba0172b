//! The prefix tree: SVG where there is room, an indented list on a narrow screen (the style sheets choose).

use crate::figure::sheet;
use leptos::prelude::*;
use warmpath_view::tree::{Node, Room, layout, markup, short};

/// The tree's places.
const FRAME: &str = "<div class=\"tree\"><svg role=\"list\"></svg><ul class=\"rows\"></ul></div>";

/// The tree of these nodes.
#[component]
pub fn TreePicture(
    /// What to show.
    #[prop(into)]
    nodes: Signal<Vec<Node>>,
) -> impl IntoView {
    sheet(FRAME.to_owned(), move |sheet| {
        sheet.follow(move |sheet| {
            let nodes = nodes.read();
            let picture = layout(&nodes, Room::default());
            let (width, height) = (short(picture.width), short(picture.height));
            let svg = ".tree > svg";
            sheet.mark(svg, "aria-label", Some(&markup::summary(&nodes)));
            sheet.mark(svg, "viewBox", Some(&format!("0 0 {width} {height}")));
            sheet.mark(svg, "width", Some(&width));
            sheet.mark(svg, "height", Some(&height));
            sheet.fill(svg, &markup::svg(&nodes, &picture));
            sheet.fill(".rows", &markup::rows(&nodes));
        });
    })
}
