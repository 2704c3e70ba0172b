//! A replica's life drawn over its lane, and the number of replicas over the same time. The style sheets stretch both to
//! their places.

use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::lives::draw::{Block, Drawing, TICKS};
use warmpath_view::lives::scaling::{Curve, SIZE, Scaling};

/// What is drawn over a lane; empty for a replica that just serves.
pub fn life(drawing: Drawing) -> AnyView {
    let is_empty = drawing.blocks.is_empty() && drawing.wrong.is_empty();
    if is_empty && drawing.cuts.is_empty() && drawing.ticks.is_empty() {
        return ().into_any();
    }
    let blocks = drawing
        .blocks
        .into_iter()
        .map(|it| block(it, "0", "100%", "20"));
    let wrong = drawing
        .wrong
        .into_iter()
        .map(|it| block(it, "38", "6", "44"));
    let ticks = (!drawing.ticks.is_empty()).then(|| {
        let size = format!("0 0 {TICKS} 8");
        view! {
            <svg class="ticks" viewBox=size preserveAspectRatio="none" aria-hidden="true">
                <path d=drawing.ticks />
            </svg>
        }
    });
    let cut = |(x, count): (f64, u32)| {
        let x = format!("{x:.2}%");
        view! {
            <svg class="cut" x=x overflow="visible">
                <path d="M4 -3l8 8M12 -3l-8 8" />
                <text x="15" y="4">{count.to_string()}</text>
            </svg>
        }
    };
    view! {
        <svg class="life" aria-hidden="true">
            {blocks.collect::<Vec<_>>()}
            {wrong.collect::<Vec<_>>()}
            {drawing.cuts.into_iter().map(cut).collect::<Vec<_>>()}
        </svg>
        {ticks}
    }
    .into_any()
}

/// A block, with its name on a line of its own.
fn block(it: Block, y: &'static str, height: &'static str, line: &'static str) -> AnyView {
    let [x, width, name] = [it.x, it.width, it.name_x].map(|it| format!("{it:.2}%"));
    view! {
        <rect class=it.class x=x width=width y=y height=height />
        <text x=name dx="5" y=line>{it.name}</text>
    }
    .into_any()
}

/// The number of replicas and of requests in the line over time; empty if neither changed.
pub fn scaling(scaling: &Scaling, end: VirtualTime, (replicas, waiting): (u32, u32)) -> AnyView {
    if scaling.is_empty() {
        return ().into_any();
    }
    let curves = scaling.curves(end, replicas, waiting);
    let key = |it: &Curve| {
        let most = if it.class == "line" {
            waiting
        } else {
            replicas
        };
        let class = format!("key {}", it.class);
        view! { <span class=class>{it.name} ", full height " {most.to_string()}</span> }.into_any()
    };
    let keys: Vec<AnyView> = curves.iter().map(key).collect();
    let path = |it: Curve| view! { <path class=it.class d=it.path /> }.into_any();
    let paths: Vec<AnyView> = curves.into_iter().map(path).collect();
    let size = format!("0 0 {} {}", SIZE.0, SIZE.1);
    view! {
        <div class="scaling">
            <svg viewBox=size preserveAspectRatio="none" aria-hidden="true">{paths}</svg>
            <p class="keys">{keys}</p>
        </div>
    }
    .into_any()
}
