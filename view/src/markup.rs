//! Markup that needs no document: the same text fills the page's figures and the picture before the wasm arrives.
//!
//! No inline styles, so that it stands under a strict content security policy; every text is escaped.

use crate::chips::Block;
use crate::cost::dearest;
use crate::format::{self, GAP};
use crate::lint::Note;
use crate::playground::Scene;
use crate::playground::samples::{SAMPLES, stored};
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
            Tone::Strong => write!(out, "<b>{text}</b>"),
            Tone::Warm => write!(out, "<b class=\"warm\">{text}</b>"),
            // Figures with other tones are no markup.
            _ => write!(out, "{text}"),
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

/// What stands inside a block: its number, its tokens, and its id if wanted.
fn block(block: &Block, ids: bool) -> String {
    let mut out = format!("<i>{}</i>", format::count(u64::from(block.number)));
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
        _ if !ids => String::new(),
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

/// A block as an element of the list, with more classes (each with a space before it) and, if wanted, its id.
pub fn block_item(it: &Block, mark: &str, ids: bool) -> String {
    format!(
        "<li class=\"block {}{mark}\">{}</li>",
        it.warmth.class(),
        block(it, ids)
    )
}

/// All blocks of a prompt, with their ids if wanted.
pub fn chips(blocks: &[Block], ids: bool) -> String {
    blocks.iter().map(|it| block_item(it, "", ids)).collect()
}

/// A button a sample prompt.
pub fn samples() -> String {
    let mut out =
        String::from("<div class=\"samples\" role=\"group\" aria-label=\"Sample prompts\">");
    for (at, sample) in SAMPLES.iter().enumerate() {
        let _ = write!(
            out,
            "<button type=\"button\" data-at=\"{at}\" aria-pressed=\"false\">{}</button>",
            sample.title
        );
    }
    out.push_str("</div>");
    out
}

/// The prompts stored in the tree besides the first: each may be taken out. Its length belongs in its `<small>`.
pub fn stored_prompts() -> String {
    let mut out = String::from(
        "<fieldset class=\"stored\"><legend>Asked in between, after the same system prompt</legend>",
    );
    for (at, text) in stored().enumerate() {
        let text = text.strip_prefix("Customer: ").unwrap_or(text);
        let _ = write!(
            out,
            "<label><input type=\"checkbox\" data-at=\"{at}\" checked><span>{}</span> <small></small></label>",
            escape(text)
        );
    }
    out.push_str("</fieldset>");
    out
}

/// A replica's numbered square. No picture of its own: each would be a layer to the browser, and a page has dozens.
pub fn square(replica: u32) -> String {
    format!(
        "<span class=\"square replica-{}\" aria-hidden=\"true\">{replica}</span>",
        replica % 8
    )
}

/// The three parts of a candidate's cost as a bar; all bars of a decision share a scale.
fn bar(scene: &Scene, candidate: &Candidate) -> String {
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
fn known_cells(scene: &Scene, candidate: &Candidate) -> [String; 3] {
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
        format!(
            "{} of {}",
            format::count(u64::from(candidate.overlap_blocks)),
            format::count(u64::from(full))
        ),
        product(0),
        format::setting(candidate.terms[1].value),
    ]
}

/// The cost table without its controls.
pub fn cost_table(scene: &Scene) -> String {
    cost_rows(scene, &|candidate| {
        let load = &candidate.terms[2];
        let (weight, value) = (format::setting(load.weight), format::setting(load.value));
        format!("{weight}{GAP}×{GAP}{value}")
    })
}

/// The cost table with buttons that change how many requests are active.
pub fn cost_controls(scene: &Scene) -> String {
    let table = cost_rows(scene, &|candidate| {
        let replica = candidate.replica;
        let button = |by: i32, word: &str, sign: &str| {
            format!(
                "<button type=\"button\" class=\"step\" data-replica=\"{replica}\" data-by=\"{by}\" \
                 aria-label=\"one request {word} active on replica {replica}\">{sign}</button>"
            )
        };
        format!(
            "<span class=\"stepper\"><span></span>{}<output></output>{}</span>",
            button(-1, "less", "−"),
            button(1, "more", "+")
        )
    });
    format!(
        "<table class=\"cost\"><caption class=\"unseen\">Cost of this prompt at each replica; the lowest wins</caption>{table}</table>"
    )
}

fn cost_rows(scene: &Scene, active: &dyn Fn(&Candidate) -> String) -> String {
    let mut out = String::from(COST_HEAD);
    out.push_str("<tbody>");
    for candidate in &scene.decision.candidates {
        let wins = candidate.replica == scene.decision.replica;
        let [overlap, prefill, decode] = known_cells(scene, candidate);
        let _ = write!(
            out,
            "<tr{}><th scope=\"row\">{}</th><td data-name=\"overlap\">{overlap}</td>\
             <td data-name=\"prefill\">{prefill}</td><td data-name=\"decode\">{decode}</td>\
             <td data-name=\"active\">{}</td><td class=\"bars\">{}</td>\
             <td class=\"total\" data-name=\"cost\">{}</td></tr>",
            if wins { " class=\"wins\"" } else { "" },
            candidate_name(scene, candidate),
            active(candidate),
            bar(scene, candidate),
            format::fixed(candidate.cost, 2),
        );
    }
    out.push_str("</tbody>");
    out
}

fn candidate_name(scene: &Scene, candidate: &Candidate) -> String {
    let replica = candidate.replica;
    let wins = replica == scene.decision.replica;
    let chosen = if wins { CHOSEN } else { "" };
    format!("{} replica {replica}{chosen}", square(replica))
}

/// What changes in a row of [`cost_controls`]: where in the row, and what stands there.
pub fn cost_cells(scene: &Scene, candidate: &Candidate) -> [(&'static str, String); 8] {
    let [overlap, prefill, decode] = known_cells(scene, candidate);
    let load = &candidate.terms[2];
    [
        ("th", candidate_name(scene, candidate)),
        ("[data-name=overlap]", overlap),
        ("[data-name=prefill]", prefill),
        ("[data-name=decode]", decode),
        (
            ".stepper > span",
            format!("{}{GAP}×", format::setting(load.weight)),
        ),
        ("output", format::setting(load.value)),
        (".bars", bar(scene, candidate)),
        (".total", format::fixed(candidate.cost, 2)),
    ]
}

/// Marks the chosen row for those who do not see its colour.
const CHOSEN: &str = "<span class=\"chosen\">chosen</span>";

/// The cost table's head.
const COST_HEAD: &str = "<thead><tr><th scope=\"col\">candidate</th><th scope=\"col\">overlap</th>\
    <th scope=\"col\">prefill blocks</th><th scope=\"col\">decode blocks</th><th scope=\"col\">active</th>\
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
        let out = chips(&prompt.blocks(0), true);
        assert!(!out.contains("<script") && out.contains("&lt;"), "{out}");
        assert_eq!(
            escape("a<b>\"c\"&'d'"),
            "a&lt;b&gt;&quot;c&quot;&amp;&#39;d&#39;"
        );
    }

    #[test]
    fn the_table_with_controls_is_the_same_once_its_cells_are_filled() {
        let scene = crate::playground::samples::router(4).look("a b c d e");
        let controls = cost_controls(&scene);
        let plain = cost_table(&scene);
        for candidate in &scene.decision.candidates {
            for (part, text) in cost_cells(&scene, candidate) {
                // The rest is in both tables, these two only where they can be changed.
                if !["output", ".stepper > span"].contains(&part) {
                    assert!(
                        controls.contains(&text) && plain.contains(&text),
                        "{part}: {text}"
                    );
                }
            }
        }
        assert_eq!(controls.matches("data-by=\"-1\"").count(), 4);
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
