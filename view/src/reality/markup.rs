//! The comparison as tables.

use super::{POLICIES, ROUTED, Reality, SEEDS, WhatIf, levels, named, near, value};
use crate::format;
use crate::markup::said;
use core::fmt::Write as _;
use warmpath_core::metrics::{FIGURES, PLACES, figure};
use warmpath_core::reference::Cell;
use warmpath_core::reference::kubeai::{KEYS, Role, Row, tolerance};
use warmpath_core::reference::told::Compared;

/// The figures that are shown first.
const FIRST: [&str; 4] = [
    "mean_ttft_ms",
    "p99_ttft_ms",
    "mean_tpot_ms",
    "request_throughput",
];

/// The tables of KubeAI's policies side by side, and below them the rows that came later: by chance, and fewer at once.
pub fn tables(reality: &Reality) -> String {
    let rows = reality.rows();
    let (later, known): (Vec<_>, Vec<_>) =
        rows.iter().partition(|(row, _)| row.role == Role::Later);
    let at = |row: &Row| format!("{} at once", format::count(u64::from(row.concurrency)));
    let mut out = String::from("<div class=\"sides\">");
    for policy in ROUTED {
        let rows = known.iter().filter(|(row, _)| row.policy == policy);
        table(&mut out, named(policy), rows, &|row| {
            let role = match row.role {
                Role::Fitted => "the model was fitted to this row",
                _ => "predicted",
            };
            format!("{} <small>{role}</small>", at(row))
        });
    }
    out.push_str(
        "</div><h3>Rows put beside the model when it was finished</h3><div class=\"sides\">",
    );
    // Fewer at once than in any row of the model's making; by chance at those rows' levels.
    let fewer = |row: &Row| {
        known
            .iter()
            .all(|(it, _)| it.concurrency != row.concurrency)
    };
    let (fewer, chance): (Vec<_>, Vec<_>) = later.into_iter().partition(|(row, _)| fewer(row));
    table(&mut out, named(POLICIES[2]), chance.iter(), &|row| at(row));
    let title = fewer.first().map_or(String::new(), |(row, _)| at(row));
    table(&mut out, &title, fewer.iter(), &|row| {
        named(row.policy).to_owned()
    });
    out + "</div>"
}

/// Rows as a table, a part each, which `name` names.
fn table<'a>(
    out: &mut String,
    title: &str,
    rows: impl Iterator<Item = &'a &'a Compared>,
    name: &dyn Fn(&Row) -> String,
) {
    let _ = write!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Measured and simulated, {title}\">\
         <table class=\"beside\"><thead><tr><th scope=\"col\">{title}</th><th scope=\"col\">measured</th>\
         <th scope=\"col\">simulated</th><th scope=\"col\">error</th></tr></thead>",
    );
    for (row, cells) in rows {
        let _ = write!(
            out,
            "<tbody><tr class=\"level\"><th scope=\"rowgroup\" colspan=\"4\">{}</th></tr>",
            name(row)
        );
        for key in FIRST {
            let cells = cells.iter().filter(|cell| cell.key() == key);
            out.extend(cells.map(|cell| line(row, cell)));
        }
        out.push_str("</tbody>");
    }
    out.push_str("</table></div>");
}

/// A figure's name.
fn title(key: &str) -> &'static str {
    match key {
        "request_throughput" => "Requests a second",
        key => figure(key).map_or("", |at| FIGURES[at].title),
    }
}

fn line(row: &Row, cell: &Cell) -> String {
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
        title(cell.key()),
        number(cell.key(), cell.measured),
        number(cell.key(), cell.simulated),
        error(row, cell)
    )
}

fn number(key: &str, value: f64) -> String {
    if key.ends_with("_ms") {
        return format::millis(value);
    }
    format::figure(value)
}

/// The error, and a mark that says without colour whether it is near enough.
fn error(row: &Row, cell: &Cell) -> String {
    let (class, mark, words) = match near(row, cell) {
        true if cell.error().abs() <= tolerance(cell.key()) => ("near", "✓", "near enough"),
        // Where luck decides, a wider measure holds.
        true => ("near wide", "≤2×", "within a factor of two"),
        false => ("far", "far", ""),
    };
    format!(
        "<span class=\"{class}\">{} <i>{mark}</i><span class=\"unseen\">{words}</span></span>",
        format::delta(cell.simulated, cell.measured)
    )
}

/// The error of every figure of every row, as a table's inside.
pub fn errors(reality: &Reality) -> String {
    let rows = reality.rows();
    let mut out = String::from("<thead><tr><td class=\"corner\"></td>");
    for policy in POLICIES {
        let _ = write!(
            out,
            "<th scope=\"colgroup\" colspan=\"{}\">{}</th>",
            levels().len(),
            named(policy)
        );
    }
    out.push_str("</tr><tr><th scope=\"col\">simulated over measured</th>");
    for (_, level) in POLICIES
        .iter()
        .flat_map(|it| levels().into_iter().map(move |at| (it, at)))
    {
        let _ = write!(
            out,
            "<th scope=\"col\">{}</th>",
            format::count(u64::from(level))
        );
    }
    out.push_str("</tr></thead><tbody>");
    for key in KEYS {
        let mut title = "";
        let mut cells = String::new();
        for policy in POLICIES {
            for (row, all) in rows.iter().filter(|(row, _)| row.policy == policy) {
                for cell in all.iter().filter(|cell| cell.key() == key) {
                    title = FIGURES[cell.figure].title;
                    let _ = write!(cells, "<td>{}</td>", error(row, cell));
                }
            }
        }
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{title} <small>± {}</small></th>{cells}</tr>",
            format::share(tolerance(key))
        );
    }
    out + "</tbody>"
}

/// What a change does, as a table: both policies, before and after. Empty before it has been run.
pub fn what_if(reality: &Reality, what: WhatIf) -> String {
    let (Some(base), Some(now)) = (reality.base(what), reality.changed(what)) else {
        return String::new();
    };
    let level = levels().get(what.level()).copied().unwrap_or(0);
    let mut out = format!(
        "<table class=\"beside\"><caption class=\"soft\">The benchmark at {} at once → with the change; medians of {}</caption>\
         <thead><tr><td class=\"corner\"></td>",
        format::count(level.into()),
        format::plural(SEEDS.into(), "seed")
    );
    for policy in ROUTED {
        let _ = write!(out, "<th scope=\"col\">{}</th>", named(policy));
    }
    out.push_str("</tr></thead><tbody>");
    let keys = [
        ("Mean TTFT", PLACES.mean_ttft_ms),
        ("Requests a second", PLACES.request_throughput),
        ("Prompt tokens reused", PLACES.token_reuse_rate),
    ];
    for (title, at) in keys {
        let shown = |value: f64| match FIGURES[at].key {
            "token_reuse_rate" => format::share(value),
            key => number(key, value),
        };
        let _ = write!(out, "<tr><th scope=\"row\">{title}</th>");
        for policy in 0..ROUTED.len() {
            let _ = write!(
                out,
                "<td><span class=\"soft\">{} →</span> <b>{}</b></td>",
                shown(value(base, policy, at)),
                shown(value(now, policy, at))
            );
        }
        out.push_str("</tr>");
    }
    out + "</tbody></table>"
}

/// The section's tables and sentences before the wasm arrives; the controls find their place in it.
pub fn opening(reality: &Reality) -> String {
    format!(
        "<div id=\"reality-tables\">{}</div>\n<div class=\"controls\" id=\"reality-controls\"></div>\n\
         <p class=\"say\" id=\"reality-score\">{}</p>\n<p class=\"say\" id=\"reality-twins\">{}</p>\n<p class=\"say\" id=\"reality-why\">{}</p>\n\
         <details class=\"told\"><summary>All {} errors, figure by figure</summary>\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"All errors\">\
         <table id=\"reality-errors\">{}</table></div></details>",
        tables(reality),
        said(&super::say::score(reality)),
        said(&super::say::twins(reality)),
        said(&super::say::why(reality)),
        reality.rows().len() * KEYS.len(),
        errors(reality)
    )
}

/// The buttons that run the judged rows, how far they are, and what is said of it.
pub const CONTROLS: &str = "<button type=\"button\" id=\"reality-run\" class=\"go\">Run it here</button>\
    <button type=\"button\" id=\"reality-stop\" disabled>Stop</button>\
    <progress id=\"reality-progress\" max=\"1\" aria-label=\"Progress\" hidden></progress>\
    <span role=\"status\" class=\"soft\" id=\"reality-status\"></span>";

/// The two changes, each with its button and the places of what comes of it.
pub fn what_ifs() -> String {
    let mut out = String::from("<div class=\"two\">");
    for what in WhatIf::ALL {
        let _ = write!(
            out,
            "<div class=\"card\"><h3>{}</h3><p>{}</p><div class=\"controls\"><button type=\"button\" class=\"go what-if\" id=\"{id}\">{}</button>\
             <progress id=\"{id}-progress\" max=\"1\" aria-label=\"Progress\" hidden></progress>\
             <span class=\"soft\" role=\"status\" id=\"{id}-status\"></span></div>\
             <div class=\"scroll\" id=\"{id}-table\"></div><p class=\"say\" role=\"status\" id=\"{id}-said\" hidden></p></div>",
            what.question(),
            what.why(),
            what.title(),
            id = what.id()
        );
    }
    out + "</div>"
}

/// The two changes before the wasm arrives: no buttons, all there is to read.
pub fn opening_what_if(reality: &Reality) -> String {
    let mut out = String::from("<div class=\"two\">");
    for what in WhatIf::ALL {
        let _ = write!(
            out,
            "<div class=\"card\"><h3>{}</h3><p>{}</p><div class=\"scroll\">{}</div><p class=\"say\">{}</p></div>",
            what.question(),
            what.why(),
            what_if(reality, what),
            said(&super::say::what_if(reality, what))
        );
    }
    out + "</div>"
}
