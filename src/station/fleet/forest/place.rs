//! The elements of a side's trees: the texts above and below them, and the canvas that they are drawn on.

use super::super::super::sides::NAMES;
use super::super::stage::FleetState;
use super::super::texts::Holdings;
use super::point::Pointed;
use super::{Count, Shared};
use crate::figure::signal::{attribute, parts, text, when};
use crate::figure::{nodes, rows, scroller, square};
use leptos::html::Div;
use leptos::prelude::*;
use std::rc::Rc;
use warmpath_view::comparison::trees::counts::HINT;
use warmpath_view::comparison::trees::words::{Holder, NodeText};

/// The element of side `which`, counted from 0; hidden if there are fewer sides. `asks` is changed when a reader asks for more
/// than is shown: points at another prefix, or opens the table.
pub(in super::super) fn trees(
    which: usize,
    stage: FleetState,
    holdings: Holdings,
    forest: &Shared,
    asks: RwSignal<()>,
) -> AnyView {
    let shown = forest.borrow().shown;
    let id = move |name: &str| format!("fleet-{name}-{which}");
    let field = NodeRef::<Div>::new();
    let pointed = Pointed {
        forest: Rc::clone(forest),
        field,
        stage,
        asks,
    };
    let table_rows = move || {
        let shown = shown.table.read();
        let rows = (!shown.0.is_empty()).then(|| rows(&shown.1));
        rows.into_iter().collect()
    };
    let table = view! { <table class="beside numbers">{parts(table_rows)}</table> };
    let frame = |[x, y, width, height]: &[f64; 4]| {
        let [x, y, width, height] = [x, y, width, height].map(f64::to_string);
        view! { <rect x=x y=y width=width height=height /> }.into_any()
    };
    let number = |(y, number): &(u32, u32)| {
        view! { <text x="12" y=y.to_string()>{number.to_string()}</text> }.into_any()
    };
    view! {
        <div id=id("trees") hidden=when(move || stage.compared.policy(which).is_none())>
            <p class="told-trees" id=id("told")>{parts(holdings.words())}</p>
            <table class="beside holds" id=id("holds")>{parts(holdings.table())}</table>
            <ol class="forest-heads" id=id("heads") aria-hidden="true">
                {parts(move || heads(&shown.heads.read()))}
            </ol>
            <div class="forest">
                <svg class="forest-rows" id=id("rows") aria-hidden="true">
                    {parts(move || shown.rows.read().iter().map(number).collect())}
                </svg>
                <div
                    class="forest-field"
                    data-side=which.to_string()
                    tabindex="0"
                    role="group"
                    aria-describedby=id("node")
                    aria-label=format!("{} policy: its trees; the arrow keys go from prefix to prefix", NAMES[which])
                    node_ref=field
                    on:pointermove=pointed.on(|it, _, event| it.over(event))
                    on:pointerdown=pointed.on(|it, _, event| it.keep(event))
                    on:pointerleave=pointed.on(|it, _, _| it.leave())
                    on:blur=pointed.on(|it, _, _| it.let_go())
                    on:keydown=pointed.on(|it, comparison, event| it.walk(comparison, event))
                >
                    <canvas
                        class="prefixes"
                        id=id("prefixes")
                        role="img"
                        aria-label=text(move || shown.label.get())
                        node_ref=shown.canvas
                    ></canvas>
                    <svg
                        class="forest-mark"
                        id=id("mark")
                        aria-hidden="true"
                        visibility=attribute(move || shown.frames.read().is_empty().then(|| "hidden".to_owned()))
                    >
                        {parts(move || shown.frames.read().iter().map(frame).collect())}
                    </svg>
                </div>
            </div>
            <p class="forest-keys" id=id("keys")>
                {parts(move || shown.keys.read().iter().map(key).collect())}
            </p>
            <p class="forest-node" id=id("node") aria-live="polite">
                {parts(move || vec![match &*shown.node.read() {
                    Some(text) => node(text),
                    None => view! { <span class="soft">{HINT}</span> }.into_any(),
                }])}
            </p>
            <details
                class="told prefixes-told"
                id=id("prefixes-told")
                node_ref=shown.details
                on:toggle=move |_| asks.set(())
            >
                <summary>"The trees as a table"</summary>
                <p class="soft">{text(move || shown.table.read().0.clone())}</p>
                {scroller("The trees as a table".to_owned(), table.into_any())}
            </details>
        </div>
    }
    .into_any()
}

/// The headings above the trees: each replica's square, and how much it holds.
fn heads(counts: &[Count]) -> Vec<AnyView> {
    let head = |(replica, count): (u32, &Count)| {
        let count = count.clone();
        view! {
            <li>
                {square(replica)}
                <span><b>{text(move || count.get())}</b> " " <i>"blocks"</i></span>
            </li>
        }
        .into_any()
    };
    (0..).zip(counts).map(head).collect()
}

/// The entry of a shape in the key: its meaning, and its number of blocks.
fn key((class, means, count): &(&'static str, &'static str, Count)) -> AnyView {
    let (means, count) = (*means, count.clone());
    view! { <span class=format!("key {class}")><b>{text(move || count.get())}</b> " " {means}</span> }
        .into_any()
}

/// The text on a node: what it is and which replicas have it.
fn node(of: &NodeText) -> AnyView {
    view! {
        {nodes(&of.what)}
        {holders(&of.held)}
        {of.belief.clone()}
        {holders(&of.believed)}
    }
    .into_any()
}

/// A list of replicas as numbered squares, with how much each has if that is not all.
fn holders(of: &[Holder]) -> Vec<AnyView> {
    let holder = |(at, of): (usize, &Holder)| {
        let part = of.part.clone().unwrap_or_default();
        view! {
            {if at > 0 { " " } else { "" }}
            <span class="holder">
                {square(of.replica)}
                <span class="unseen">{format!("replica {}", of.replica)}</span>
                {part}
                {of.end}
            </span>
        }
        .into_any()
    };
    of.iter().enumerate().map(holder).collect()
}
