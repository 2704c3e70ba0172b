//! The prefix tree: SVG where there is room, an indented list on a narrow screen (the style sheets choose).

use crate::figure::signal::text;
use crate::figure::{each, square};
use leptos::prelude::*;
use warmpath_core::decimal::fixed;
use warmpath_view::tree::drawing::{DrawnNode, DrawnRow, boxes, edge, rows, summary};
use warmpath_view::tree::{Edge, Node, Picture, Room, layout, short};

/// The font size of the words \[units of the picture\]; `styles/tokens.css` sets the same for the tree.
const WORDS: f64 = 13.0;

/// The prefix tree, in both forms. Boxes and lines that stay the same are left alone.
#[component]
pub fn TreePicture(
    /// The tree's nodes, parents before their children.
    #[prop(into)]
    nodes: Signal<Vec<Node>>,
) -> impl IntoView {
    let picture = Memo::new(move |_| layout(&nodes.read(), Room::default()));
    let of = move |of: fn(&Picture) -> String| text(move || of(&picture.read()));
    let (frame, width) = (of(frame), of(width));
    let (x, y) = (of(|it| short(it.root.0)), of(|it| short(it.root.1)));
    view! {
        <div class="sheet">
            <div class="tree">
                <svg role="list" aria-label=text(move || summary(&nodes.read())) viewBox=frame width=width>
                    {each(move || edges(&picture.read()), line)}
                    <circle class=text(move || root(&nodes.read()).to_owned()) cx=x cy=y r="6" />
                    {each(move || boxes(&nodes.read(), &picture.read()), node)}
                </svg>
                <ul class="rows">{each(move || rows(&nodes.read()), row)}</ul>
            </div>
        </div>
    }
}

/// A tree that does not change, in both forms.
pub fn tree(nodes: &[Node]) -> AnyView {
    let picture = layout(nodes, Room::default());
    let edges: Vec<AnyView> = edges(&picture).iter().map(line).collect();
    let boxes: Vec<AnyView> = boxes(nodes, &picture).iter().map(node).collect();
    let (x, y) = (short(picture.root.0), short(picture.root.1));
    view! {
        <div class="tree">
            <svg role="list" aria-label=summary(nodes) viewBox=frame(&picture) width=width(&picture)>
                {edges}
                <circle class=root(nodes) cx=x cy=y r="6" />
                {boxes}
            </svg>
            {indented(nodes)}
        </div>
    }
    .into_any()
}

/// The tree as an indented list, for narrow screens.
pub fn indented(nodes: &[Node]) -> AnyView {
    let rows: Vec<AnyView> = rows(nodes).iter().map(row).collect();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

/// The `viewBox` of the picture's `<svg>`: the whole picture, without a margin.
fn frame(picture: &Picture) -> String {
    format!("0 0 {} {}", short(picture.width), short(picture.height))
}

/// The picture's width as a multiple of its font size, so that the picture grows with the words where those are set larger.
fn width(picture: &Picture) -> String {
    format!("{}em", fixed(picture.width / WORDS, 3))
}

/// The lines in the order in which they are drawn: those that the prompt takes lie on top.
fn edges(picture: &Picture) -> Vec<Edge> {
    let edges = |lit: bool| picture.edges.iter().filter(move |it| it.lit == lit);
    edges(false).chain(edges(true)).cloned().collect()
}

fn line(of: &Edge) -> AnyView {
    view! { <path class=edge(of) d=of.path.clone() /> }.into_any()
}

/// The class of the root's dot.
fn root(nodes: &[Node]) -> &'static str {
    match nodes.iter().any(|node| node.lit > 0) {
        true => "root lit",
        false => "root",
    }
}

fn row(of: &DrawnRow) -> AnyView {
    let holders: Vec<AnyView> = of.holders.iter().map(|it| square(*it)).collect();
    view! {
        <li class=of.class.clone()>
            <span class="words">{of.words.clone()}</span>
            <span class="size">{of.length.clone()}</span>
            <span class="holders">{holders}</span>
        </li>
    }
    .into_any()
}

fn node(of: &DrawnNode) -> AnyView {
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
    let left = of.at.0 + 11.0;
    let words = of.words.iter().zip(of.lines());
    parts.extend(words.map(|(line, y)| text("words", (left, y), line.clone())));
    parts.push(text("size", (left, of.last_line()), of.length.clone()));
    parts.extend(of.holders.iter().map(holder));
    view! {
        <g class=format!("node {}", of.class) tabindex="0" role="listitem" aria-label=of.spoken.clone()>
            <title>{of.title.clone()}</title>
            <rect class="body" x=short(of.at.0) y=short(of.at.1) width=short(of.size.0) height=short(of.size.1) rx="7" />
            {parts}
        </g>
    }
    .into_any()
}
