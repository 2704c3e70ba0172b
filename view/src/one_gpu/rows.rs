//! The answers as rows on one axis: prefill as a bar, each decode step as a tick, and below them, as an outline, the time
//! that the prefill would have taken longer with nothing in the cache.

use super::{Answer, Ask, cold_prefill, shown};
use crate::chart::scale::Scale;
use crate::format;
use crate::lanes::axis::{Tick, ticks};
use warmpath_core::units::VirtualTime;

/// A row's width in units; the style sheets stretch it to its place.
pub const WIDTH: f64 = 1000.0;
/// The height of a row's strip, in the units of its drawing.
pub const HEIGHT: f64 = 26.0;
/// Between two decode steps, where there is room for it.
const GAP: f64 = 1.5;
/// The shortest outline that is drawn, and the shortest with words in it \[% of the axis\].
const LEAST_SPARED: f64 = 0.5;
const ROOMY: f64 = 42.0;

/// The row of one answer: what was sent, and the steps that answered it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number, and what was sent.
    pub title: String,
    /// What was computed of it, and when the first token came.
    pub facts: String,
    /// The engine's steps for this answer, in order.
    pub steps: Vec<Step>,
    /// What the cache spared; none where it spared nothing worth an outline.
    pub spared: Option<Spared>,
}

/// A step of the engine, of [`WIDTH`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Whether it computed some of the prompt.
    pub prefill: bool,
    /// Where the step begins, of [`WIDTH`].
    pub x: f64,
    /// How long it is.
    pub width: f64,
}

/// The time that was spared, as an outline on the axis \[% of its width\].
#[derive(Clone, Debug, PartialEq)]
pub struct Spared {
    /// Where the prefill ended.
    pub x: f64,
    /// How much later it would have ended.
    pub width: f64,
    /// Where the words stand: within the outline if it is long enough, else behind it.
    pub words: f64,
    /// How far from there \[px\].
    pub shift: u32,
    /// How much sooner it ended.
    pub sooner: String,
}

/// All rows, and the axis below them.
pub fn rows(answers: &[Answer]) -> (Vec<Row>, Vec<Tick>) {
    let scale = scale(answers);
    let cold = cold_prefill(answers);
    let row = |(at, answer): (usize, &Answer)| Row {
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
        // Without any: a second.
        to: lengths.reduce(f64::max).unwrap_or(1.0),
    }
}

fn title(at: usize, ask: Ask) -> String {
    let what = match ask {
        _ if at == 0 => "a document and a question",
        Ask::Same => "the same again",
        Ask::OtherQuestion => "another question",
        Ask::OtherDocument => "another document",
        Ask::First => "the first prompt again",
    };
    format!("{} · {what}", at + 1)
}

fn facts(answer: &Answer) -> String {
    format!(
        "{} of {} computed · first token after {}",
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
            // What is found in the cache takes no time: a step that computes any of the prompt is computing all the while.
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

/// From where the prefill ended to where it would have ended with nothing in the cache. A lane of its own, for the answer is
/// there already.
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
