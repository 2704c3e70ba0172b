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

/// All cards before the wasm arrives.
pub fn opening() -> String {
    let mut out = String::from("<ol class=\"dares\">");
    for challenge in &CHALLENGES {
        let _ = write!(out, "<li class=\"card dare\">{}</li>", words(challenge));
    }
    out + "</ol>"
}
