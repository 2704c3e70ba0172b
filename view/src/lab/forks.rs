//! Fork and rerun: the slowest requests of a policy, any other by its number, and what each alternative would have led to.

use super::{cells, heads};
use crate::fork::{CELLS, Pick, rows, say};
use crate::format;
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::fleet::Effect;

/// The choices and the places of what comes of them.
pub fn frame() -> String {
    format!(
        "<details class=\"group\" id=\"lab-forks\"><summary><b>What if a request had gone elsewhere?</b> \
         <span class=\"soft\">fork and rerun</span></summary><div class=\"abreast\">\
         <div class=\"field\"><label for=\"fork-policy\">policy</label><select id=\"fork-policy\"></select></div>\
         <div class=\"field\"><label for=\"fork-number\">any request, by number</label>\
         <input type=\"text\" inputmode=\"numeric\" id=\"fork-number\" autocomplete=\"off\"></div>\
         <button type=\"button\" id=\"fork-any\">Fork it</button></div>\
         <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"The slowest requests\">\
         <table class=\"numbers\" id=\"fork-picks\">\
         <caption class=\"soft\">The requests that waited longest for their first token</caption>\
         <thead><tr><td></td>{}<td></td></tr></thead><tbody></tbody></table></div>\
         <p class=\"say\" role=\"status\" id=\"fork-said\" hidden></p>\
         <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Every alternative\" id=\"fork-alternatives\" hidden></div></details>",
        heads([
            "sent at",
            "prompt, tokens",
            "found, tokens",
            "replica",
            "TTFT"
        ])
    )
}

/// The policies to choose from, by their places.
pub fn policies<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (at, name) in names.into_iter().enumerate() {
        super::option(&mut out, &at.to_string(), name, "");
    }
    out
}

/// A row a request, with a button that carries its number in `data-request`.
pub fn picks(picks: &[Pick]) -> String {
    picks.iter().fold(String::new(), |mut out, it| {
        let request = it.request;
        let values = [
            format::seconds(it.sent),
            format::count(it.prompt.into()),
            format::count(it.found.into()),
            it.replica.to_string(),
            format::seconds(it.ttft),
        ];
        let _ = write!(
            out,
            "<tr><th scope=\"row\">request {}</th>{}<td><button type=\"button\" class=\"small\" data-request=\"{request}\" \
             aria-label=\"Fork request {request}\">Fork</button></td></tr>",
            format::count(request.into()),
            cells("<td>", "</td>", values.iter().map(String::as_str))
        );
        out
    })
}

/// What came of a fork: in sentences, and as a table with a row a replica.
pub fn told(policy: &str, request: u32, original: &Effect, effects: &[Effect]) -> [String; 2] {
    let mut out = format!(
        "<table class=\"numbers\" id=\"fork-table\"><thead><tr><td></td>{}</tr></thead><tbody>",
        heads(CELLS)
    );
    for row in rows(original, effects) {
        let mark = match row.chosen {
            true => "<span class=\"chosen\">chosen</span>",
            false => "",
        };
        let _ = write!(
            out,
            "<tr><th scope=\"row\">replica {}{mark}</th>",
            escape(&row.replica)
        );
        for (value, change) in &row.cells {
            let _ = write!(
                out,
                "<td>{} <small>{}</small></td>",
                escape(value),
                escape(change)
            );
        }
        out.push_str("</tr>");
    }
    [
        escape(&say(policy, request, original, effects)),
        out + "</tbody></table>",
    ]
}
