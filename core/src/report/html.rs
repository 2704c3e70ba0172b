//! One HTML file that needs nothing else, no script either: the comparison, charts, the replicas, the scenario, the notes.

use super::number::{change, number};
use super::{Report, sweep};
use crate::metrics::{Better, FIGURES, Figure, Summary};
use crate::scenario::{FIELDS, Scenario};

/// The style sheet: ink on paper, numbers right-aligned in tabular figures, nothing torn apart by a page's end.
const STYLE: &str = "\
:root{--ink:#1d1b18;--soft:#6a655d;--rule:#ebe7df;--good:#1d7a5f;--bad:#a8320a}
body{margin:2.5rem auto;max-width:72rem;padding:0 1.25rem;background:#fff;color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:1.7rem;letter-spacing:-.02em;line-height:1.2;margin:0 0 .4rem}h2{font-size:1.1rem;margin:2.2rem 0 .5rem}p{max-width:46rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}caption{text-align:left;color:var(--soft);padding-bottom:.3rem}
th,td{padding:.22rem 0 .22rem 1rem;border-top:1px solid var(--rule);text-align:right;vertical-align:baseline;white-space:nowrap;font-weight:400}
thead th{border:0;font-weight:600}.l,th:first-child,td:first-child{text-align:left}th:first-child,td:first-child{padding-left:0}td.w{white-space:normal;text-align:left}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));gap:1rem 2rem}figure{margin:0;min-width:0;break-inside:avoid}svg{display:block;width:100%;height:auto}
figcaption,.soft,.notes{color:var(--soft);font-size:.85rem}figcaption p{margin:.1rem 0}ul{padding-left:1.1rem}.good{color:var(--good)}.bad{color:var(--bad)}code{overflow-wrap:anywhere}
@media print{@page{margin:14mm}body{margin:0;max-width:none;padding:0;font-size:10.5pt}.scroll{overflow:visible}table{font-size:7pt}th,td{padding-left:.5rem}tr{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}";

/// A picture for the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// What it shows, in a few words.
    pub title: String,
    /// What it shows, in sentences with numbers.
    pub caption: Vec<String>,
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
        "<p>{}: {}, {} × {} with {} in {}, seed {}; {}.</p>\n",
        escaped(&scenario.workload),
        told(&policies),
        fleet(report),
        escaped(scenario.gpu.title),
        escaped(scenario.model.title),
        scenario.dtype.name(),
        scenario.seed,
        escaped(&report.provenance)
    );
    if !report.notes.is_empty() {
        out += "<ul class=\"notes\">\n";
        for note in &report.notes {
            out += &format!("<li>{}</li>\n", escaped(note));
        }
        out += "</ul>\n";
    }
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
    out += &asked(scenario);
    out += "</body>\n</html>\n";
    out
}

/// How many replicas: one number, or a sweep's.
fn fleet(report: &Report) -> String {
    let mut counts: Vec<u32> = report.points.iter().map(|point| point.replicas).collect();
    crate::order::few(&mut counts);
    counts.dedup();
    match counts[..] {
        [] => report.scenario.replicas.to_string(),
        _ => counts
            .iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// The policies in words; of a sweep, each once.
fn told(policies: &[&str]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for policy in policies {
        if !names.contains(policy) {
            names.push(policy);
        }
    }
    escaped(&names.join(", "))
}

fn drawn(pictures: &[Picture]) -> String {
    if pictures.is_empty() {
        return String::new();
    }
    let figure = |picture: &Picture| {
        let sentence = |line: &String| format!("<p>{}</p>", escaped(line));
        let caption: String = picture.caption.iter().map(sentence).collect();
        format!(
            "<figure><h2>{}</h2>\n{}<figcaption>{caption}</figcaption></figure>\n",
            escaped(&picture.title),
            picture.svg
        )
    };
    let figures: String = pictures.iter().map(figure).collect();
    format!("<div class=\"charts\">\n{figures}</div>\n")
}

/// The scenario: what differs from the defaults, as a table and as the link's text.
fn asked(scenario: &Scenario) -> String {
    let default = Scenario::default();
    let mut out = String::from(
        "<h2>Scenario</h2>\n<div class=\"scroll\"><table>\n<caption>What differs from the defaults</caption>\n\
         <thead><tr><th class=\"l\" scope=\"col\">option</th><th class=\"l\" scope=\"col\">value</th>\
         <th class=\"l\" scope=\"col\">what it is</th></tr></thead>\n<tbody>\n",
    );
    for field in FIELDS {
        let value = field.get(scenario);
        if value != field.get(&default) {
            out += &format!(
                "<tr><th class=\"l\" scope=\"row\">{}</th><td class=\"w\">{} {}</td><td class=\"w soft\">{}</td></tr>\n",
                field.flag,
                escaped(&value),
                escaped(field.unit),
                escaped(field.about)
            );
        }
    }
    let query = escaped(&scenario.to_query());
    out + &format!(
        "</tbody></table></div>\n<p class=\"soft\">The same again: <code>warmpath replay '{query}'</code></p>\n"
    )
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
                out += &delta(figure, summaries[0].values[at], value);
            }
        }
        out += "</tr>\n";
    }
    out + "</tbody></table></div>\n"
}

/// A change, with a mark and a colour for better or worse.
fn delta(figure: &Figure, first: f64, value: f64) -> String {
    let better = figure.better;
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
    format!(
        "<td class=\"{class}\">{}{mark}</td>",
        change(figure, first, value)
    )
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
