//! One HTML file that needs nothing else: the comparison, the replicas, the notes.

use super::text::{change, number};
use super::{Report, sweep};
use crate::metrics::{Better, FIGURES, Summary};

/// The style sheet: light and dark, numbers right-aligned in tabular figures.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c1d20;--soft:#62656d;--paper:#fbfaf8;--rule:#dcdad5;--good:#1b7a3d;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e9e8e5;--soft:#a2a5ad;--paper:#17181b;--rule:#35373d;--good:#6ccf8e;--bad:#f28b82}}
body{margin:2rem auto;max-width:70rem;padding:0 1rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left;color:var(--soft)}
th,td{padding:.2rem .8rem .2rem 0;border-bottom:1px solid var(--rule);text-align:right;vertical-align:baseline;white-space:nowrap}
th{font-weight:600}.l{text-align:left}figure{margin:0}svg{max-width:100%;height:auto}figcaption,.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}code{overflow-wrap:anywhere}";

/// A picture for the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// What it shows, in a few words.
    pub title: String,
    /// What it shows, in a sentence with numbers.
    pub caption: String,
    /// A whole `<svg>` element.
    pub svg: String,
}

/// The report as a whole HTML page, with pictures.
pub fn write(report: &Report, pictures: &[Picture]) -> String {
    let policies: Vec<&str> = report.summaries.iter().map(|s| s.policy.as_str()).collect();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Warmpath: {}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>Warmpath report</h1>\n",
        escaped(&report.scenario.workload)
    );
    let scenario = &report.scenario;
    out += &format!(
        "<p>Workload {}, {} × {} with {} in {}, seed {}.</p>\n",
        escaped(&scenario.workload),
        scenario.replicas,
        escaped(scenario.gpu.title),
        escaped(scenario.model.title),
        scenario.dtype.name(),
        scenario.seed
    );
    if report.points.is_empty() {
        out += &compared(&report.summaries);
        let stages = sweep::stages(report);
        if !stages.is_empty() {
            out += &places(
                "Stages, each begun when the one before had drained",
                &stages,
            );
        }
        out += &drawn(pictures);
        for (policy, summary) in policies.iter().zip(&report.summaries) {
            out += &replicas(policy, summary);
        }
    } else {
        out += &places("Sweep", &sweep::table(report));
        out += &drawn(pictures);
    }
    for note in &report.notes {
        out += &format!("<p>Note: {}</p>\n", escaped(note));
    }
    out += &format!("<p class=\"soft\">{}.</p>\n", escaped(&report.provenance));
    out += &format!(
        "<p class=\"soft\">Scenario: <code>{}</code></p>\n</body>\n</html>\n",
        escaped(&scenario.to_query())
    );
    out
}

fn drawn(pictures: &[Picture]) -> String {
    let figure = |picture: &Picture| {
        format!(
            "<figure><h2>{}</h2>\n{}\n<figcaption>{}</figcaption></figure>\n",
            escaped(&picture.title),
            picture.svg,
            escaped(&picture.caption)
        )
    };
    pictures.iter().map(figure).collect()
}

fn compared(summaries: &[Summary]) -> String {
    let mut out = String::from(
        "<h2>Policies</h2>\n<div class=\"scroll\"><table>\n<caption>Change against the first policy; \
         ▲ better, ▼ worse</caption>\n<thead><tr><th class=\"l\" scope=\"col\">figure</th>\
         <th class=\"l\" scope=\"col\">unit</th>",
    );
    for (column, summary) in summaries.iter().enumerate() {
        out += &format!("<th scope=\"col\">{}</th>", escaped(&summary.policy));
        if column > 0 {
            out += "<th scope=\"col\">change</th>";
        }
    }
    out += "</tr></thead>\n<tbody>\n";
    for (at, figure) in FIGURES.iter().enumerate() {
        out += &format!(
            "<tr><th class=\"l\" scope=\"row\">{}</th><td class=\"l soft\">{}</td>",
            escaped(figure.title),
            escaped(figure.unit)
        );
        for (column, summary) in summaries.iter().enumerate() {
            let value = summary.values[at];
            out += &format!("<td>{}", number(figure, value));
            if let Some(&(least, most)) = summary.ranges.get(at) {
                let (least, most) = (number(figure, least), number(figure, most));
                out += &format!(" <span class=\"soft\">{least} to {most}</span>");
            }
            out += "</td>";
            if column > 0 {
                out += &delta(figure.better, summaries[0].values[at], value);
            }
        }
        out += "</tr>\n";
    }
    out + "</tbody></table></div>\n"
}

/// A change, with a mark and a colour for better or worse.
fn delta(better: Better, first: f64, value: f64) -> String {
    let improved = match better {
        Better::Lower => value < first,
        Better::Higher => value > first,
        Better::Neither => false,
    };
    let (class, mark) = if better == Better::Neither || first == value {
        ("soft", "")
    } else if improved {
        ("good", " ▲")
    } else {
        ("bad", " ▼")
    };
    format!("<td class=\"{class}\">{}{mark}</td>", change(first, value))
}

fn replicas(policy: &str, summary: &Summary) -> String {
    const COLUMNS: [&str; 8] = [
        "replica",
        "requests",
        "tokens prefilled",
        "tokens generated",
        "mean waiting",
        "peak KV use",
        "blocks evicted",
        "preemptions",
    ];
    let heads: String = COLUMNS
        .iter()
        .map(|column| format!("<th scope=\"col\">{column}</th>"))
        .collect();
    let mut out = format!(
        "<h2>Replicas under {}</h2>\n<div class=\"scroll\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n",
        escaped(policy)
    );
    for (id, replica) in summary.replicas.iter().enumerate() {
        out += &format!(
            "<tr><td>{id}</td><td>{}</td><td>{}</td><td>{}</td><td>{:.3}</td><td>{:.1} %</td><td>{}</td><td>{}</td></tr>\n",
            replica.requests,
            replica.prefilled_tokens,
            replica.generated_tokens,
            replica.mean_waiting,
            replica.peak_kv_usage * 100.0,
            replica.evicted_blocks,
            replica.preemptions
        );
    }
    out + "</tbody></table></div>\n"
}

fn places(title: &str, rows: &[Vec<String>]) -> String {
    let mut out = format!("<h2>{title}</h2>\n<div class=\"scroll\"><table>\n");
    for (at, row) in rows.iter().enumerate() {
        out += if at == 0 { "<thead><tr>" } else { "<tr>" };
        for (column, cell) in row.iter().enumerate() {
            let class = if column == sweep::PLACES - 1 {
                " class=\"l\""
            } else {
                ""
            };
            out += &if at == 0 {
                format!("<th{class} scope=\"col\">{}</th>", escaped(cell))
            } else {
                format!("<td{class}>{}</td>", escaped(cell))
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

/// Text that stays text in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
