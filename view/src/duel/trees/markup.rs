//! The places of a side's trees, what stands above and below them, and the numbers of the bars that are high enough for one.

use super::super::prefixes::layout::Layout;
use super::super::standing::Parts;
use super::super::{Duel, MOST_REPLICAS, Side};
use crate::format;
use crate::markup::square;
use core::fmt::Write as _;

/// The picture's height \[px\].
pub const HEIGHT: u32 = 160;
/// Pictures that are drawn at a turn: as many as there are replicas in most of what is shown.
pub const AT_A_TURN: usize = 4;
/// The least height of a bar with a number beside it \[px\].
const NUMBERED: u32 = 13;
/// What is told while nothing is pointed at.
pub const HINT: &str = "Who holds a prefix: point at it, or walk there with the arrow keys.";

/// Side `which`: what a router believes and what the replicas hold, in figures, and every prefix as a picture. `of` says whose
/// trees they are; `hidden` is the attribute where they are not to be seen yet.
pub fn frame(which: usize, of: &str, hidden: &str) -> String {
    let marks = "<rect/>".repeat(MOST_REPLICAS as usize);
    format!(
        "<div id=\"fleet-trees-{which}\"{hidden}><p class=\"told-trees\" id=\"fleet-told-{which}\"></p>\
         <table class=\"beside holds\" id=\"fleet-holds-{which}\"></table>\
         <ol class=\"forest-heads\" id=\"fleet-heads-{which}\" aria-hidden=\"true\"></ol>\
         <div class=\"forest\"><svg class=\"forest-rows\" id=\"fleet-rows-{which}\" aria-hidden=\"true\"></svg>\
         <div class=\"forest-field\" data-side=\"{which}\" tabindex=\"0\" role=\"group\" aria-describedby=\"fleet-node-{which}\" \
         aria-label=\"{of}: its trees; the arrow keys go from prefix to prefix\">\
         <canvas class=\"prefixes\" id=\"fleet-prefixes-{which}\" role=\"img\" aria-label=\"Being replayed\"></canvas>\
         <svg class=\"forest-mark\" id=\"fleet-mark-{which}\" aria-hidden=\"true\" visibility=\"hidden\">{marks}</svg></div></div>\
         <p class=\"forest-keys\" id=\"fleet-keys-{which}\"></p>\
         <p class=\"forest-node\" id=\"fleet-node-{which}\" aria-live=\"polite\"><span class=\"soft\">{HINT}</span></p>\
         <details class=\"told prefixes-told\" id=\"fleet-prefixes-told-{which}\"><summary>The trees as a table</summary>\
         <p class=\"soft\"></p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The trees as a table\">\
         <table class=\"beside numbers\"></table></div></details></div>"
    )
}

/// Above each tree: its replica, and how much it holds.
pub fn heads(sums: &[Parts]) -> String {
    let mut out = String::new();
    for (replica, count) in (0u32..).zip(held(sums)) {
        let _ = write!(
            out,
            "<li>{}<span><b>{count}</b> <i>blocks</i></span></li>",
            square(replica)
        );
    }
    out
}

/// The numbers in [`heads`].
pub fn held(sums: &[Parts]) -> Vec<String> {
    let held = sums.iter().map(|it| u64::from(it.held()));
    held.map(format::count).collect()
}

/// A shape: its class, what it means, and how many blocks of it a replica has.
type Shape = (&'static str, &'static str, fn(&Parts) -> u32);

/// The shapes that a side's trees have.
fn shapes(side: &Side) -> &'static [Shape] {
    match side.looks {
        true => &[
            ("known", "blocks held, known", |it| it.known),
            ("missed", "held, unknown", |it| it.missed),
            ("gone", "believed, gone", |it| it.gone),
        ],
        false => &[("known", "blocks held", |it| it.held())],
    }
}

/// What the shapes mean, each with how many blocks it stands for.
pub fn keys(side: &Side, sums: &[Parts]) -> String {
    let mut out = String::new();
    for ((class, means, _), count) in shapes(side).iter().zip(meant(side, sums)) {
        let _ = write!(
            out,
            "<span class=\"key {class}\"><b>{count}</b> {means}</span>"
        );
    }
    out
}

/// The numbers in [`keys`].
pub fn meant(side: &Side, sums: &[Parts]) -> Vec<String> {
    let sum = |of: fn(&Parts) -> u32| sums.iter().map(|it| u64::from(of(it))).sum();
    let counts = shapes(side).iter().map(|(.., of)| sum(*of));
    counts.map(format::count).collect()
}

/// Numbers beside the bars of the first level, as in the table.
pub fn rows(duel: &Duel, layout: &Layout) -> String {
    let mut out = String::new();
    let roots = layout.places.iter().filter(|it| it.level == 0);
    for (place, number) in roots.zip(1u32..) {
        // A single one needs no number; after a bar of several the numbers would be others.
        if place.nodes > 1
            || duel
                .nodes
                .first()
                .is_some_and(|it| it.end as usize == duel.nodes.len())
        {
            return out;
        }
        if place.height >= NUMBERED {
            let y = place.top + place.height / 2 + 3;
            let _ = write!(out, "<text x=\"12\" y=\"{y}\">{number}</text>");
        }
    }
    out
}
