//! Why a figure is what it is, and not zero or not one: a few questions per section, each with its answer.
//!
//! A figure in an answer is that of the run or the picture that the section opens with, computed by the same functions that
//! draw it; figures that need a run are taken from a run ([`query`], [`of_run`]). Published figures are read from `core`'s
//! rows.

mod blocks;
pub mod ends;
mod failure;
mod fleet;
mod lab;
pub mod lines;
mod one_gpu;
pub mod reality;
mod router;
mod tree;

#[cfg(test)]
mod tests;

use crate::chart::Course;
use crate::failure::choice::Choice;
use crate::rich::{RichText, Tone, compose};
use warmpath_core::metrics::Summary;

/// A question about a figure, and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// The question, as a reader would ask it.
    pub question: &'static str,
    /// Its answer, with the figures that it rests on.
    pub answer: RichText,
}

fn why<const N: usize>(question: &'static str, pattern: &str, values: [String; N]) -> Why {
    let values = values.map(|it| (Tone::Strong, it));
    Why {
        question,
        answer: compose(pattern, values),
    }
}

/// The sections whose questions need no run, in the order of the page, by their ids.
pub const STATIONS: [&str; 4] = ["one-gpu", "blocks", "tree", "router"];
/// The sections whose questions need a run, by their ids.
pub const PLAYED: [&str; 3] = ["fleet", "failure", "lab"];

/// The questions of one of [`STATIONS`]; empty for another section.
pub fn of(section: &str) -> Vec<Why> {
    match section {
        "one-gpu" => one_gpu::of(),
        "blocks" => blocks::of(),
        "tree" => tree::of(),
        "router" => router::of(),
        _ => Vec::new(),
    }
}

/// The run that the questions of one of [`PLAYED`] are about, as a query string; empty for another section.
pub fn query(section: &str) -> String {
    match section {
        "fleet" => crate::comparison::opening_query(),
        "failure" => Choice::default().query(),
        "lab" => crate::controls::OPENING.to_owned(),
        _ => String::new(),
    }
}

/// The questions of one of [`PLAYED`], answered with the figures and courses of its run.
pub fn of_run(section: &str, summaries: &[Summary], courses: &[Course]) -> Vec<Why> {
    let [least, smart, ..] = summaries else {
        return Vec::new();
    };
    match section {
        "fleet" => fleet::of(least, smart),
        "failure" => failure::of(least, smart, courses),
        // Its baseline is another policy.
        "lab" => lab::of(least, smart),
        _ => Vec::new(),
    }
}
