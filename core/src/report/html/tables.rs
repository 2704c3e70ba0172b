//! The tables of an HTML report: the comparison of policies, the replicas, and the tables shared with other formats.

use super::escaped;
use crate::metrics::{Better, FIGURES, Figure, ReplicaFigures, Summary};
use crate::report::number::{change, number, readable, unit};
use crate::report::sweep;

/// The opening tags of a table. It may be wider than the screen and is then scrolled, by keys as well.
pub(super) fn begun(name: &str) -> String {
    let name = escaped(name);
    format!("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{name}\"><table>\n")
}

/// The table with the policies side by side, a row per figure. Figures that are zero for all of them are only listed by
/// name.
pub(super) fn compared(summaries: &[Summary]) -> String {
    let seeds = summaries.iter().map(|s| s.seeds).max().unwrap_or(1);
    let mut out = format!(
        "<h2>Policies</h2>\n{}<caption>Change against the first policy; ▲ better, ▼ worse{}</caption>\n\
         <thead><tr><th class=\"l\" scope=\"col\">figure</th>",
        begun("The policies' figures"),
        match seeds {
            ..=1 => String::new(),
            many => format!("; of {many} seeds the median, below it least to most"),
        }
    );
    for (column, summary) in summaries.iter().enumerate() {
        out += &format!("<th scope=\"col\">{}</th>", escaped(&summary.policy));
        if column > 0 {
            out += "<th scope=\"col\">change</th>";
        }
    }
    out += "</tr></thead>\n<tbody>\n";
    let mut zeros: Vec<&str> = Vec::new();
    for (at, figure) in FIGURES.iter().enumerate() {
        if summaries.iter().all(|it| is_zero(it, at)) {
            zeros.push(figure.title);
            continue;
        }
        out += &format!(
            "<tr><th class=\"l\" scope=\"row\">{} <span class=\"soft\">{}</span></th>",
            escaped(figure.title),
            escaped(unit(figure))
        );
        for (column, summary) in summaries.iter().enumerate() {
            let text = |value| readable(&number(figure, value));
            let value = summary.values[at];
            out += &format!("<td>{}", text(value));
            // There is no range to show if all seeds agree.
            let range = summary.ranges.map(|ranges| ranges[at]);
            let range = range.map(|(least, most)| (text(least), text(most)));
            if let Some((least, most)) = range.filter(|(least, most)| least != most) {
                out += &format!(" <span class=\"range\">{least} to {most}</span>");
            }
            out += "</td>";
            if column > 0 {
                out += &delta(figure, summaries[0].values[at], value);
            }
        }
        out += "</tr>\n";
    }
    out += "</tbody></table></div>\n";
    if !zeros.is_empty() {
        let zeros = escaped(&zeros.join("; "));
        out += &format!("<p class=\"soft\">Zero under every policy: {zeros}.</p>\n");
    }
    out
}

/// Whether a figure is zero in every run.
fn is_zero(summary: &Summary, at: usize) -> bool {
    let range = summary.ranges.map(|ranges| ranges[at]);
    summary.values[at] == 0.0 && range.is_none_or(|range| range == (0.0, 0.0))
}

/// The change of a figure, with a mark and a colour for better or worse.
fn delta(figure: &Figure, first: f64, value: f64) -> String {
    let better = figure.better;
    let improved = match better {
        Better::Lower => value < first,
        Better::Higher => value > first,
        Better::Neither => false,
    };
    let alike = first == value || first.is_nan() || value.is_nan();
    let (class, mark) = if better == Better::Neither || alike {
        ("soft", "")
    } else if improved {
        ("good", " ▲")
    } else {
        ("bad", " ▼")
    };
    let change = readable(&change(figure, first, value));
    format!("<td class=\"{class}\">{change}{mark}</td>")
}

/// The table of the replicas of the first run; a column that is zero for all of them is left out.
pub(super) fn replicas(policy: &str, summary: &Summary) -> String {
    type Column = (&'static str, fn(&ReplicaFigures) -> f64, fn(f64) -> String);
    let count: fn(f64) -> String = |value| readable(&format!("{value:.0}"));
    let columns: [Column; 7] = [
        ("requests", |it| it.requests, count),
        ("tokens prefilled", |it| it.prefilled_tokens, count),
        ("tokens generated", |it| it.generated_tokens, count),
        (
            "mean requests waiting",
            |it| it.mean_waiting,
            |value| format!("{value:.3}"),
        ),
        (
            "peak KV use, %",
            |it| it.peak_kv_usage,
            |value| format!("{:.1}", value * 100.0),
        ),
        ("blocks evicted", |it| it.evicted_blocks, count),
        ("preemptions", |it| it.preemptions, count),
    ];
    let some = |(_, of, _): &&Column| summary.replicas.iter().any(|it| of(it) != 0.0);
    let shown: Vec<&Column> = columns.iter().filter(some).collect();
    let none: Vec<&str> = (columns.iter().filter(|column| !some(column)))
        .map(|column| column.0)
        .collect();
    let mut about = match summary.seeds {
        ..=1 => String::new(),
        _ => "Of the first seed. ".to_owned(),
    };
    if !none.is_empty() {
        about += &format!("On none: {}.", none.join(", "));
    }
    if !about.is_empty() {
        about = format!("<caption>{}</caption>\n", about.trim_end());
    }
    let heads: String = shown
        .iter()
        .map(|(title, ..)| format!("<th scope=\"col\">{title}</th>"))
        .collect();
    let mut out = format!(
        "<h2>Replicas under {}</h2>\n{}{about}<thead><tr><th scope=\"col\">replica</th>{heads}</tr></thead>\n<tbody>\n",
        escaped(policy),
        begun(&format!("Replicas under {policy}"))
    );
    for (id, replica) in summary.replicas.iter().enumerate() {
        out += &format!("<tr><th class=\"l\" scope=\"row\">{id}</th>");
        for (_, of, as_text) in &shown {
            out += &format!("<td>{}</td>", as_text(of(replica)));
        }
        out += "</tr>\n";
    }
    out + "</tbody></table></div>\n"
}

/// A table below its title, with a row of headings. This many columns, the first ones, are names.
pub(super) fn plain(title: &str, lines: &[Vec<String>], names: usize) -> String {
    format!("<h2>{}</h2>\n{}", escaped(title), rows(title, lines, names))
}

/// A table with a row of headings. This many columns, the first ones, are names.
pub(super) fn rows(name: &str, rows: &[Vec<String>], names: usize) -> String {
    let mut out = begun(name);
    for (at, row) in rows.iter().enumerate() {
        out += if at == 0 { "<thead><tr>" } else { "<tr>" };
        for (column, cell) in row.iter().enumerate() {
            let class = if column < names { " class=\"l\"" } else { "" };
            let cell = escaped(cell);
            out += &match at {
                0 => format!("<th{class} scope=\"col\">{cell}</th>"),
                _ => format!("<td{class}>{cell}</td>"),
            };
        }
        out += if at == 0 {
            "</tr></thead>\n<tbody>\n"
        } else {
            "</tr>\n"
        };
    }
    out + "</tbody></table></div>\n"
}

/// A table with a row per point of a sweep or stage of a ladder.
pub(super) fn places(title: &str, rows: &[Vec<String>]) -> String {
    let mut out = format!("<h2>{title}</h2>\n{}", begun(title));
    for (at, row) in rows.iter().enumerate() {
        out += if at == 0 { "<thead><tr>" } else { "<tr>" };
        for (column, cell) in row.iter().enumerate() {
            let class = if column == sweep::NAMES - 1 {
                " class=\"l\""
            } else {
                ""
            };
            out += &if at == 0 {
                format!("<th{class} scope=\"col\">{}</th>", escaped(cell))
            } else {
                format!("<td{class}>{}</td>", escaped(&readable_cell(column, cell)))
            };
        }
        out += if at == 0 {
            "</tr></thead>\n<tbody>\n"
        } else {
            "</tr>\n"
        };
    }
    out + "</tbody></table></div>\n"
}

/// A cell of a sweep's table: numbers as people read them, names as they are.
fn readable_cell(column: usize, cell: &str) -> String {
    if column == sweep::NAMES - 1 {
        return cell.to_owned();
    }
    readable(cell)
}
