//! The prefix tree: SVG where there is room, an indented list on a narrow screen (the style sheets choose).

use crate::figure::signal::parts;
use crate::figure::square;
use leptos::prelude::*;
use warmpath_view::tree::drawing::{Drawn, DrawnRow, boxes, edge, rows, summary};
use warmpath_view::tree::{Edge, Node, Room, layout, short};

/// The prefix tree, in the form that fits the screen.
#[component]
pub fn TreePicture(
    /// The tree's nodes, parents before their children.
    #[prop(into)]
    nodes: Signal<Vec<Node>>,
) -> impl IntoView {
    view! { <div class="sheet">{parts(move || vec![tree(&nodes.read())])}</div> }
}

/// The tree in both forms. Boxes keep their elements while the tree changes.
pub fn tree(nodes: &[Node]) -> AnyView {
    let picture = layout(nodes, Room::default());
    let (width, height) = (short(picture.width), short(picture.height));
    // The highlighted edges lie on top.
    let of = |lit: bool| picture.edges.iter().filter(move |it| it.lit == lit);
    let line = |it: &Edge| view! { <path class=edge(it) d=it.path.clone() /> };
    let edges: Vec<_> = of(false).chain(of(true)).map(line).collect();
    let root = match nodes.iter().any(|node| node.lit > 0) {
        true => "root lit",
        false => "root",
    };
    let (x, y) = (short(picture.root.0), short(picture.root.1));
    let boxes: Vec<AnyView> = boxes(nodes, &picture).into_iter().map(node).collect();
    view! {
        <div class="tree">
            <svg
                role="list"
                aria-label=summary(nodes)
                viewBox=format!("0 0 {width} {height}")
                width=width.clone()
                height=height.clone()
            >
                {edges}
                <circle class=root cx=x cy=y r="6" />
                {boxes}
            </svg>
            {indented(nodes)}
        </div>
    }
    .into_any()
}

/// The tree as an indented list, for narrow screens.
pub fn indented(nodes: &[Node]) -> AnyView {
    let row = |row: DrawnRow| {
        let holders: Vec<AnyView> = row.holders.into_iter().map(square).collect();
        view! {
            <li class=row.class>
                <span class="words">{row.words}</span>
                <span class="size">{row.length}</span>
                <span class="holders">{holders}</span>
            </li>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = rows(nodes).into_iter().map(row).collect();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

fn node(of: Drawn) -> AnyView {
    let text = |class: &'static str, (x, y): (f64, f64), text: String| {
        view! { <text class=class x=short(x) y=short(y)>{text}</text> }.into_any()
    };
    let squares = of.squares();
    let holder = |&(replica, left): &(u32, f64)| {
        let class = format!("replica-{}", replica % 8);
        let number = text("number", (left + 8.0, squares + 12.0), replica.to_string());
        view! {
            <rect class=class x=short(left) y=short(squares) width="16" height="16" rx="4" />
            {number}
        }
        .into_any()
    };
    let mut parts: Vec<AnyView> = Vec::new();
    if let Some(part) = &of.part {
        parts.push(view! { <path class="part" d=part.clone() /> }.into_any());
    }
    let (left, right) = (of.at.0 + 11.0, of.at.0 + of.size.0 - 11.0);
    parts.push(text("words", (left, of.first_line()), of.words.clone()));
    parts.push(text("size", (left, of.second_line()), of.length.clone()));
    parts.extend(of.holders.iter().map(holder));
    if of.ghost {
        parts.push(text(
            "size end",
            (right, of.second_line()),
            "to store".to_owned(),
        ));
    }
    view! {
        <g class=format!("node {}", of.class) tabindex="0" role="listitem" aria-label=of.spoken>
            <title>{of.title}</title>
            <rect class="body" x=short(of.at.0) y=short(of.at.1) width=short(of.size.0) height=short(of.size.1) rx="7" />
            {parts}
        </g>
    }
    .into_any()
}
