//! The answers as rows on one axis: prefill as a bar, each decode step as a tick.

use super::{Answer, Ask, shown};
use crate::chart::scale::Scale;
use crate::format;
use crate::playback::markup::controls;
use core::fmt::Write as _;

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
    for (at, answer) in shown(answers) {
        let _ = write!(
            out,
            "<li><span class=\"what\"><b>{}</b> <span class=\"facts\">{}</span></span>{}</li>",
            title(at, answer.ask),
            facts(answer),
            bar(answer, scale)
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
    let warm = f64::from(answer.hit_tokens) / f64::from(answer.prompt_tokens.max(1)) * HEIGHT;
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
        let mut rect = |class, y: f64, height: f64| {
            if height > 0.0 {
                let _ = write!(
                    out,
                    "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
                );
            }
        };
        if step.prefill_tokens > 0 {
            rect("warm", 0.0, warm);
            rect("cold", warm, HEIGHT - warm);
        } else {
            rect("decode", 0.0, HEIGHT);
        }
    }
    out.push_str("</svg>");
    out
}

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
