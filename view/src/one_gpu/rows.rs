//! The answers as rows on one axis: prefill as a bar, each decode step as a tick, and below them, as an outline, the
//! further time that the prefill would have taken with nothing in the cache.

use super::{Answer, PromptChoice, cold_prefill, shown};
use crate::chart::scale::Scale;
use crate::format;
use crate::lanes::axis::{Tick, ticks};
use warmpath_core::units::VirtualTime;

/// The width of a row in the units of its drawing; the style sheets stretch it to its place.
pub const WIDTH: f64 = 1000.0;
/// The height of a row's strip, in the units of its drawing.
pub const HEIGHT: f64 = 26.0;
/// The gap between two decode steps, where there is room for it, in units of [`WIDTH`].
const GAP: f64 = 1.5;
/// The shortest outline that is drawn, and the shortest with words in it \[% of the axis\].
const LEAST_SPARED: f64 = 0.5;
const ROOMY: f64 = 42.0;

/// The row of one answer: what was sent, and the steps that answered it.
#[derive(Clone, Debug, PartialEq)]
pub struct TermRow {
    /// The number of the answer, and what was sent.
    pub title: String,
    /// How much was computed, and when the first token came.
    pub facts: String,
    /// The engine's steps for this answer, in order.
    pub steps: Vec<Step>,
    /// The time that the cache spared; `None` if it is too short for an outline.
    pub spared: Option<Spared>,
}

/// A step of the engine, in units of [`WIDTH`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Whether the step computed some of the prompt.
    pub prefill: bool,
    /// The left edge of the step, in units of [`WIDTH`].
    pub x: f64,
    /// The length of the step, in units of [`WIDTH`].
    pub width: f64,
}

/// The time that the cache spared, as an outline on the axis \[% of its width\].
#[derive(Clone, Debug, PartialEq)]
pub struct Spared {
    /// The left edge: where the prefill ended.
    pub x: f64,
    /// The length: how much later it would have ended without the cache.
    pub width: f64,
    /// The place of the words: within the outline if it is long enough, else behind it.
    pub words: f64,
    /// The distance of the words from that place \[px\].
    pub shift: u32,
    /// The words: how much sooner the prefill ended.
    pub sooner: String,
}

/// All rows, and the axis below them.
pub fn rows(answers: &[Answer]) -> (Vec<TermRow>, Vec<Tick>) {
    let scale = scale(answers);
    let cold = cold_prefill(answers);
    let row = |(at, answer): (usize, &Answer)| TermRow {
        title: title(at, answer.ask),
        facts: facts(answer),
        steps: steps(answer, scale),
        spared: spared(answer, cold, scale),
    };
    (shown(answers).map(row).collect(), ticks(scale, 5))
}

fn scale(answers: &[Answer]) -> Scale {
    let lengths = shown(answers).map(|(_, answer)| answer.length().secs());
    Scale::Linear {
        from: 0.0,
        // Without any answer the axis is a second long.
        to: lengths.reduce(f64::max).unwrap_or(1.0),
    }
}

fn title(at: usize, ask: PromptChoice) -> String {
    let what = match ask {
        _ if at == 0 => "a document and a question",
        PromptChoice::Same => "the same again",
        PromptChoice::OtherQuestion => "another question",
        PromptChoice::OtherDocument => "another document",
        PromptChoice::First => "the first prompt again",
    };
    format!("{} · {what}", at + 1)
}

fn facts(answer: &Answer) -> String {
    format!(
        "{}\u{a0}of\u{a0}{} computed · first token after {}",
        format::count(u64::from(answer.computed())),
        format::plural(u64::from(answer.prompt_tokens), "token"),
        format::seconds(answer.ttft.secs())
    )
}

fn steps(answer: &Answer, scale: Scale) -> Vec<Step> {
    let step = |step: &warmpath_core::replica::StepReport| {
        let x = scale.place(step.start.secs()) * WIDTH;
        let width = scale.place(step.end.secs()) * WIDTH - x;
        Step {
            // Cached tokens take no time, so a step that computes any of the prompt counts as prefill throughout.
            prefill: step.prefill_tokens > 0,
            x,
            width: if width > 2.0 * GAP {
                width - GAP
            } else {
                width
            },
        }
    };
    answer.steps.iter().map(step).collect()
}

/// The outline from where the prefill ended to where it would have ended with nothing in the cache. It has a lane of its
/// own, because the answer's steps are at the same time.
fn spared(answer: &Answer, cold: VirtualTime, scale: Scale) -> Option<Spared> {
    let (from, to) = (answer.prefill().secs(), cold.secs());
    let (x, end) = (scale.place(from) * 100.0, scale.place(to) * 100.0);
    if answer.hit_tokens == 0 || end - x < LEAST_SPARED {
        return None;
    }
    let (words, shift) = if end - x > ROOMY { (x, 8) } else { (end, 6) };
    Some(Spared {
        x,
        width: end - x,
        words,
        shift,
        sooner: format::seconds(to - from),
    })
}
