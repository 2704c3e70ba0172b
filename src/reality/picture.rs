//! The comparison as a picture: rows of SVG paths that are stretched to the width while their marks stay round.

use crate::figure::rich::{bold, span};
use crate::figure::{nodes, percent};
use leptos::prelude::*;
use warmpath_view::reality::picture::{FigureLine, HEIGHT, Picture, ToleranceGroup, WIDTH};

/// The classes of a mark and of its hole, by size, the smallest first.
const SIZES: [(&str, &str); 4] = [
    ("mark small", "hole small"),
    ("mark middling", "hole middling"),
    ("mark large", "hole large"),
    ("mark largest", "hole largest"),
];

/// The classes of the marks in the key to these sizes.
const KEYS: [&str; 4] = ["key size-1", "key size-2", "key size-3", "key size-4"];

/// The elements of the picture.
pub(super) fn picture(of: Picture) -> AnyView {
    let last = of.sizes.len().saturating_sub(1);
    let sizes = of.sizes.into_iter().zip(KEYS).enumerate();
    let size = |(at, (size, class)): (usize, (String, &'static str))| {
        let unit = if at == last { " requests at once" } else { "" };
        span(class, [&size, unit].concat())
    };
    let sizes: Vec<_> = sizes.map(size).collect();
    // A row whose marks are the names of what they belong to.
    let levels = of.levels.map(|it| span("level", it.to_owned()));
    let levels: Vec<_> = levels.into_iter().collect();
    view! {
        <p class="keys" aria-hidden="true">
            {span("key fitted", "the model was fitted to this row".to_owned())}
            {span("key predicted", "predicted".to_owned())}
            {span("key held", "near enough".to_owned())}
        </p>
        <p class="keys" aria-hidden="true">{sizes}</p>
        <p class="levels">{bold(None, "each row, from above".to_owned())} " " {levels}</p>
        {of.groups.into_iter().map(group).collect::<Vec<_>>()}
    }
    .into_any()
}

fn tick(x: f64, text: String) -> AnyView {
    let anchor = match x {
        x if x < 6.0 => "start",
        x if x > 94.0 => "end",
        _ => "middle",
    };
    view! { <text class=anchor x=percent(x) y="15">{text}</text> }.into_any()
}

/// A group with its title.
fn group(of: ToleranceGroup) -> AnyView {
    let lines: Vec<_> = of.lines.into_iter().map(line).collect();
    let far = of.far.into_iter().map(|it| span("far-off", it));
    let ticks = of.ticks.into_iter().map(|(x, text)| tick(x, text));
    view! {
        <div class="range">
            <h3>{nodes(&of.title)}</h3>
            <ul>{lines}</ul>
            <svg class="axis" aria-hidden="true">{ticks.collect::<Vec<_>>()}</svg>
            {far.collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

fn line(of: FigureLine) -> AnyView {
    let size = format!("0 0 {WIDTH} {HEIGHT}");
    let path = |class: &'static str, d: String| view! { <path class=class d=d /> }.into_any();
    let mut paths = vec![
        path("held", of.band),
        path("rules", of.rules),
        path("even", format!("M{} 0v{HEIGHT}", WIDTH / 2.0)),
    ];
    // The largest below the others. A hollow point is a larger one in ink below a smaller one in the card's colour.
    for (size, (predicted, fitted)) in SIZES
        .iter()
        .zip(of.predicted.into_iter().zip(of.fitted))
        .rev()
    {
        paths.push(path(size.0, predicted.clone()));
        paths.push(path(size.1, predicted));
        paths.push(path(size.0, fitted));
    }
    view! {
        <li>
            {bold(None, of.name)} {span("told", of.near)}
            <svg class="ratio" aria-hidden="true">
                <svg viewBox=size preserveAspectRatio="none">{paths}</svg>
            </svg>
        </li>
    }
    .into_any()
}
