//! The answers as rows on one axis: prefill as a bar, each decode step as a tick, and below them, as an outline, the time
//! that the prefill would have taken longer with nothing in the cache.

use super::{Answer, Ask, cold_prefill, shown};
use crate::chart::scale::Scale;
use crate::format;
use crate::playback::markup::controls;
use core::fmt::Write as _;
use warmpath_core::units::VirtualTime;

/// A row's width in units; the style sheets stretch it to its place.
const WIDTH: f64 = 1000.0;
/// A row's height.
const HEIGHT: f64 = 26.0;
/// Between two decode steps, where there is room for it.
const GAP: f64 = 1.5;

/// Places of the rows and of what is under way, and the controls of their playback.
pub fn frame() -> String {
    format!(
        "<div class=\"figure-keys\" role=\"group\" aria-label=\"The answers, played\" tabindex=\"0\">\
         <div class=\"race field\"></div>{}<p class=\"now soft\"></p></div>",
        controls()
    )
}

/// All rows and the axis below them.
pub fn rows(answers: &[Answer]) -> String {
    let scale = scale(answers);
    let mut out = String::from("<ol class=\"sends\">");
    let cold = cold_prefill(answers);
    for (at, answer) in shown(answers) {
        let _ = write!(
            out,
            "<li><span class=\"what\"><b>{}</b> <span class=\"facts\">{}</span></span>{}{}</li>",
            title(at, answer.ask),
            facts(answer),
            bar(answer, scale),
            spared(answer, cold, scale)
        );
    }
    let _ = write!(out, "</ol>{}", axis(scale, 5));
    out
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

fn bar(answer: &Answer, scale: Scale) -> String {
    let mut out = format!(
        "<svg class=\"strip\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
    );
    for step in &answer.steps {
        let from = scale.place(step.start.secs()) * WIDTH;
        let width = scale.place(step.end.secs()) * WIDTH - from;
        let width = if width > 2.0 * GAP {
            width - GAP
        } else {
            width
        };
        // What is found in the cache takes no time: a step that computes any of the prompt is computing all the while.
        let class = if step.prefill_tokens > 0 {
            "cold"
        } else {
            "decode"
        };
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{from:.1}\" y=\"0\" width=\"{width:.1}\" height=\"{HEIGHT}\"/>"
        );
    }
    out.push_str("</svg>");
    out
}

/// An outline from where the prefill ended to where it would have ended with nothing in the cache; nothing where that is
/// the same. A lane of its own, for the answer is there already.
fn spared(answer: &Answer, cold: VirtualTime, scale: Scale) -> String {
    let (from, to) = (answer.prefill().secs(), cold.secs());
    let (x, end) = (scale.place(from) * 100.0, scale.place(to) * 100.0);
    if answer.hit_tokens == 0 || end - x < LEAST_SPARED {
        return String::new();
    }
    // Within the outline if it is long enough, else behind it.
    let (at, shift) = if end - x > ROOMY { (x, 8) } else { (end, 6) };
    format!(
        "<svg class=\"spared\" aria-hidden=\"true\"><rect x=\"{x:.2}%\" y=\"1\" width=\"{:.2}%\" height=\"18\" rx=\"3\"/>\
         <text x=\"{at:.2}%\" dx=\"{shift}\" y=\"14\">not computed again<tspan>: {} sooner</tspan></text></svg>",
        end - x,
        format::seconds(to - from)
    )
}

/// The shortest outline that is drawn, and the shortest with words in it \[% of the axis\].
const LEAST_SPARED: f64 = 0.5;
const ROOMY: f64 = 42.0;

/// The time axis of strips, with a unit at every number.
pub fn axis(scale: Scale, wanted: usize) -> String {
    let mut out = String::from("<svg class=\"axis\" aria-hidden=\"true\">");
    for tick in scale.ticks(wanted) {
        let x = scale.place(tick) * 100.0;
        // A name centred at the edge would be cut off.
        let anchor = match x {
            x if x < 4.0 => "start",
            x if x > 96.0 => "end",
            _ => "middle",
        };
        let _ = write!(
            out,
            "<line x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"0\" y2=\"4\"/><text class=\"{anchor}\" x=\"{x:.2}%\" y=\"17\">{}</text>",
            round(tick)
        );
    }
    out.push_str("</svg>");
    out
}

/// A round number of seconds as short as it is.
fn round(seconds: f64) -> String {
    format!("{}{}s", format::setting(seconds), format::GAP)
}
