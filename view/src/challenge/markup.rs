//! A challenge as a card.

use super::{CHALLENGES, Challenge, Verdict};
use crate::markup::escape;
use core::fmt::Write as _;

/// What stands in a card before anything has been run: title, goal and hint.
pub fn words(challenge: &Challenge) -> String {
    format!(
        "<h3>{}</h3><p>{}</p><details><summary>A hint</summary><p>{}</p></details>",
        escape(challenge.title),
        escape(challenge.goal),
        escape(challenge.hint)
    )
}

/// The conditions as a list, each with a mark that needs no colour.
pub fn conditions(verdict: &Verdict) -> String {
    verdict.conditions.iter().fold(String::new(), |mut out, it| {
        let (class, mark, words) = match it.met {
            true => ("near", "✓", "met: "),
            false => ("open", "·", "not met: "),
        };
        let _ = write!(
            out,
            "<li class=\"{class}\"><i aria-hidden=\"true\">{mark}</i><span><span class=\"unseen\">{words}</span>{}</span></li>",
            escape(&it.told)
        );
        out
    })
}

/// All cards, each with the places of its state and conditions, and the button that sets the laboratory to its start.
pub fn cards() -> String {
    let mut out = String::from("<ol class=\"dares\">");
    for challenge in &CHALLENGES {
        let _ = write!(
            out,
            "<li class=\"card dare\" id=\"dare-{id}\"><p class=\"state\">Open</p><div>{}</div>\
             <ul class=\"conditions\" hidden></ul><button type=\"button\" data-challenge=\"{id}\">Set the lab to its start</button></li>",
            words(challenge),
            id = challenge.id
        );
    }
    out + "</ol>"
}

/// The challenge that is tried, beside the laboratory: the places of its words, conditions and state.
pub const TRIED: &str = "<div class=\"tried\" role=\"group\" aria-label=\"The challenge that is tried\" hidden>\
    <details><summary></summary><p class=\"words\"></p><p class=\"ways\"><a href=\"#challenges\">All challenges</a>\
    <button type=\"button\" class=\"small\">Put it away</button></p></details>\
    <ul class=\"conditions\" hidden></ul><p class=\"state\" role=\"status\"></p></div>";

/// What is to be done: in a line, and in a sentence or two.
pub fn goal(challenge: &Challenge) -> [String; 2] {
    [challenge.title, challenge.goal].map(escape)
}

/// How the challenge that is tried stands.
pub fn state(verdict: Option<&Verdict>) -> &'static str {
    match verdict {
        None => "Run it as it is, then change it.",
        Some(verdict) if verdict.solved => "Solved.",
        Some(_) => "Not yet.",
    }
}

/// All cards before the wasm arrives.
pub fn opening() -> String {
    let mut out = String::from("<ol class=\"dares\">");
    for challenge in &CHALLENGES {
        let _ = write!(out, "<li class=\"card dare\">{}</li>", words(challenge));
    }
    out + "</ol>"
}
