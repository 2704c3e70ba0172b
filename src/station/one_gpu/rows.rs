//! The rows of the answers on one axis, both as they are in the page at first and as they are played.

use crate::figure::{axis, percent};
use leptos::prelude::*;
use warmpath_core::decimal::fixed;
use warmpath_view::one_gpu::Answer;
use warmpath_view::one_gpu::rows::{HEIGHT, Spared, Step, TermRow, WIDTH, rows as laid};

/// All rows, and the axis below them.
pub(super) fn rows(answers: &[Answer]) -> AnyView {
    let (rows, ticks) = laid(answers);
    let rows: Vec<AnyView> = rows.into_iter().map(row).collect();
    view! {
        <ol class="sends">{rows}</ol>
        {axis(ticks)}
    }
    .into_any()
}

fn row(of: TermRow) -> AnyView {
    let step = |step: Step| {
        let class = if step.prefill { "cold" } else { "decode" };
        let [x, width] = [step.x, step.width].map(|it| fixed(it, 1));
        view! { <rect class=class x=x y="0" width=width height=fixed(HEIGHT, 0) /> }
    };
    let steps = of.steps.into_iter().map(step).collect_view();
    view! {
        <li>
            <span class="what"><b>{of.title}</b> " " <span class="facts">{of.facts}</span></span>
            <svg class="strip" viewBox=format!("0 0 {} {}", fixed(WIDTH, 0), fixed(HEIGHT, 0)) preserveAspectRatio="none" aria-hidden="true">{steps}</svg>
            {of.spared.map(spared)}
        </li>
    }
    .into_any()
}

/// What follows the words on the time that was spared, where there is room. It is no literal in the view: Leptos puts an element
/// of an SVG that never changes into a `<g>`, and within a `<text>` no `<g>` is drawn.
const WHY: &str = ": not computed again";

fn spared(of: Spared) -> AnyView {
    let [x, width, words] = [of.x, of.width, of.words].map(percent);
    view! {
        <svg class="spared" aria-hidden="true">
            <rect x=x y="1" width=width height="18" rx="3" />
            // In the middle of its lane, however large type is before a projector.
            <text x=words dx=of.shift.to_string() y="50%" dominant-baseline="central">
                {format!("{} sooner", of.sooner)}
                <tspan>{WHY}</tspan>
            </text>
        </svg>
    }
    .into_any()
}
