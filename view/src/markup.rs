//! Markup that needs no document: the same text fills the page's figures and the picture before the wasm arrives.
//!
//! No inline styles, so that it stands under a strict content security policy; every text is escaped.

use crate::chips::Block;
use crate::cost::dearest;
use crate::format::{self, GAP};
use crate::lint::Note;
use crate::playground::Scene;
use crate::say::{Said, Tone};
use core::fmt::Write as _;
use warmpath_core::router::Candidate;

/// A text as it may stand in markup, in an attribute too.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A sentence.
pub fn said(said: &Said) -> String {
    said.iter().fold(String::new(), |mut out, (tone, text)| {
        let text = escape(text);
        // Writing to a string cannot fail.
        let _ = match tone {
            Tone::Plain => write!(out, "{text}"),
            Tone::Strong => write!(out, "<b>{text}</b>"),
            Tone::Warm => write!(out, "<b class=\"warm\">{text}</b>"),
        };
        out
    })
}

/// Notes on a prompt, numbered as at its tokens, as a list's inside.
pub fn notes(notes: &[Note]) -> String {
    notes.iter().fold(String::new(), |mut out, note| {
        let _ = write!(out, "<li>{}</li>", said(&note.said));
        out
    })
}

/// What stands inside a block: its number, its tokens, and its id.
fn block(block: &Block) -> String {
    let mut out = format!("<i>{}</i>", block.number);
    for (at, chip) in block.chips.iter().enumerate() {
        let chip = escape(chip);
        let numbers = block.notes.iter().filter(|(token, _)| *token == at);
        let numbers = numbers.fold(String::new(), |out, (_, number)| {
            format!("{out}<sup>{number}</sup>")
        });
        let _ = match numbers.is_empty() {
            true => write!(out, "<b>{chip}</b>"),
            false => write!(out, "<b class=\"noted\">{chip}{numbers}</b>"),
        };
    }
    let id = match block.id {
        Some(id) => format!("<code>{}</code>", format::short_id(id.0)),
        None => "<code>no id</code>".to_owned(),
    };
    let _ = write!(
        out,
        "{id}<span class=\"unseen\">, {}; </span>",
        block.warmth.words()
    );
    out
}

/// A block as an element of the list, with more classes (each with a space before it).
pub fn block_item(it: &Block, mark: &str) -> String {
    format!(
        "<li class=\"block {}{mark}\">{}</li>",
        it.warmth.class(),
        block(it)
    )
}

/// All blocks of a prompt.
pub fn chips(blocks: &[Block]) -> String {
    blocks.iter().map(|it| block_item(it, "")).collect()
}

/// A replica's numbered square.
pub fn square(replica: u32) -> String {
    format!(
        "<svg class=\"square\" width=\"18\" height=\"18\" viewBox=\"0 0 18 18\" aria-hidden=\"true\">\
         <rect class=\"replica-{}\" width=\"18\" height=\"18\" rx=\"4\"/>\
         <text x=\"9\" y=\"13\">{replica}</text></svg>",
        replica % 8
    )
}

/// The three parts of a candidate's cost as a bar; all bars of a decision share a scale.
pub fn bar(scene: &Scene, candidate: &Candidate) -> String {
    let scale = 100.0 / dearest(&scene.decision).max(f64::MIN_POSITIVE);
    let mut x = 0.0;
    let mut out = String::from(
        "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
    );
    for (term, class) in candidate.terms.iter().zip(["prefill", "decode", "load"]) {
        let width = (term.weight * term.value * scale).max(0.0);
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{x:.3}\" width=\"{width:.3}\" height=\"10\"/>"
        );
        x += width;
    }
    out.push_str("</svg>");
    out
}

/// The cells of a candidate's row that only show: overlap, prefill, decode.
pub fn known_cells(scene: &Scene, candidate: &Candidate) -> [String; 3] {
    let full = scene.prompt.full_blocks();
    let product = |at: usize| {
        let term = &candidate.terms[at];
        format!(
            "{}{GAP}×{GAP}{}",
            format::setting(term.weight),
            format::setting(term.value)
        )
    };
    [
        format!("{} of {full}", candidate.overlap_blocks),
        product(0),
        format::setting(candidate.terms[1].value),
    ]
}

/// The cost table without its controls.
pub fn cost_table(scene: &Scene) -> String {
    let mut out = String::from(COST_HEAD);
    out.push_str("<tbody>");
    for candidate in &scene.decision.candidates {
        let wins = candidate.replica == scene.decision.replica;
        let [overlap, prefill, decode] = known_cells(scene, candidate);
        let load = &candidate.terms[2];
        let _ = write!(
            out,
            "<tr{}><th scope=\"row\">{} replica {}{}</th><td data-name=\"overlap\">{overlap}</td>\
             <td data-name=\"prefill\">{prefill}</td><td data-name=\"decode\">{decode}</td>\
             <td data-name=\"active\">{}{GAP}×{GAP}{}</td><td class=\"bars\">{}</td>\
             <td class=\"total\" data-name=\"cost\">{}</td></tr>",
            if wins { " class=\"wins\"" } else { "" },
            square(candidate.replica),
            candidate.replica,
            if wins { CHOSEN } else { "" },
            format::setting(load.weight),
            format::setting(load.value),
            bar(scene, candidate),
            format::fixed(candidate.cost, 2),
        );
    }
    out.push_str("</tbody>");
    out
}

/// Marks the chosen row for those who do not see its colour.
pub const CHOSEN: &str = "<span class=\"chosen\">chosen</span>";

/// The cost table's head.
pub const COST_HEAD: &str = "<thead><tr><th scope=\"col\">candidate</th><th scope=\"col\">overlap</th>\
    <th scope=\"col\">prefill blocks</th><th scope=\"col\">decode</th><th scope=\"col\">active</th>\
    <th scope=\"col\" class=\"bars\"><span class=\"key prefill\">prefill</span> <span class=\"key decode\">decode</span> \
    <span class=\"key load\">load</span></th><th scope=\"col\" class=\"total\">cost</th></tr></thead>";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::Playground;

    #[test]
    fn what_a_reader_types_is_text() {
        let mut fleet = Playground::new(1, 2);
        let prompt = fleet.read("<script> \"x\" & 'y'");
        let out = chips(&prompt.blocks(0));
        assert!(!out.contains("<script") && out.contains("&lt;"), "{out}");
        assert_eq!(
            escape("a<b>\"c\"&'d'"),
            "a&lt;b&gt;&quot;c&quot;&amp;&#39;d&#39;"
        );
    }

    #[test]
    fn bars_share_a_scale() {
        let mut fleet = Playground::new(2, 2);
        fleet.active = vec![0, 50];
        let scene = fleet.look("a b c d");
        let dearest = bar(&scene, &scene.decision.candidates[1]);
        let widths: f64 = dearest
            .split(" width=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok())
            .sum();
        assert!((widths - 100.0).abs() < 0.01, "{dearest}");
    }
}
