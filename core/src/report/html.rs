//! The report as one HTML file that needs neither another file nor a script: the notes, the goal, the comparison, the sections,
//! charts, the replicas, the terms, the scenario.

mod style;
mod tables;
mod terms;

use super::section::contents;
use super::{Report, goal, sweep};
use crate::scenario::{FIELDS, Scenario};
use crate::words::visible;
use style::STYLE;
use tables::{begun, compared, places, replicas};

/// A chart to be put into the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// What the chart shows, in a few words.
    pub title: String,
    /// What the chart shows, in sentences with numbers.
    pub caption: Vec<String>,
    /// The chart as a whole `<svg>` element.
    pub svg: String,
}

/// The report as a whole HTML page, with charts.
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
        "<p>{}: {}, {} with {} in {}, {}; {}.</p>\n",
        escaped(&scenario.workload),
        each_once(&policies),
        fleet(report),
        escaped(scenario.model.title),
        scenario.dtype.name(),
        seeds(scenario),
        escaped(&report.provenance)
    );
    out += &listed(" class=\"notes\"", &report.notes);
    if let Some(asked) = goal::of(report) {
        out += &format!(
            "<h2>Goal</h2>\n<p><code>{}</code></p>\n",
            escaped(&asked.to_string())
        );
        out += &listed("", &goal::sentences(report));
        let limits = goal::table(report);
        out += &tables::plain("Limits", &limits.readable(), limits.names);
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
        for section in contents(report) {
            out += &format!("<h2>{}</h2>\n", escaped(section.title));
            out += &listed("", &section.sentences);
            for table in section.tables {
                if table.title != section.title {
                    out += &format!("<h2>{}</h2>\n", escaped(&table.title));
                }
                out += &tables::rows(&table.title, &table.readable(), table.names);
            }
        }
        out += &drawn(pictures);
        for (policy, summary) in policies.iter().zip(&report.summaries) {
            out += &replicas(policy, summary);
        }
    } else {
        out += &places("Sweep", &sweep::table(report));
        out += &drawn(pictures);
    }
    out += &terms::list();
    out += &asked(report);
    out += "</body>\n</html>\n";
    out
}

/// A section of a page: its heading, sentences, tables (title, rows with a heading, how many columns are names), pictures,
/// notes.
pub(super) struct Section<'a> {
    pub(super) title: &'a str,
    pub(super) sentences: &'a [String],
    pub(super) tables: Vec<(String, Vec<Vec<String>>, usize)>,
    pub(super) pictures: &'a [Picture],
    pub(super) notes: &'a [String],
}

/// A page of sections. The first section's title is the page's title.
pub(super) fn page(sections: &[Section<'_>], (provenance, scenario): (&str, &str)) -> String {
    let title = escaped(sections.first().map_or("", |it| it.title));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Warmpath: {title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n"
    );
    for (at, section) in sections.iter().enumerate() {
        let apart = if at > 0 {
            " style=\"margin-top:3.5rem\""
        } else {
            ""
        };
        out += &format!("<h1{apart}>{}</h1>\n", escaped(section.title));
        out += &listed("", section.sentences);
        for (title, rows, names) in &section.tables {
            out += &tables::plain(title, rows, *names);
        }
        out += &drawn(section.pictures);
        out += &listed(" class=\"notes\"", section.notes);
    }
    out += &format!(
        "<p class=\"soft\">{}. Scenario: <code>{}</code></p>\n</body>\n</html>\n",
        escaped(provenance),
        escaped(scenario)
    );
    out
}

/// A list of sentences; nothing if there are none.
fn listed(class: &str, lines: &[String]) -> String {
    let line = |line: &String| format!("<li>{}</li>\n", escaped(line));
    match lines.is_empty() {
        true => String::new(),
        false => format!(
            "<ul{class}>\n{}</ul>\n",
            lines.iter().map(line).collect::<String>()
        ),
    }
}

/// The fleet in words; of a sweep over replicas, each number of them.
fn fleet(report: &Report) -> String {
    let mut counts: Vec<u32> = report.points.iter().map(|point| point.replicas).collect();
    crate::order::few(&mut counts);
    counts.dedup();
    let scenario = &report.scenario;
    if counts.is_empty() || !scenario.mix.kinds.is_empty() {
        return escaped(&scenario.fleet_title());
    }
    let counts: Vec<String> = counts.iter().map(u32::to_string).collect();
    let gpu = match scenario.tensor_parallel {
        1 => escaped(scenario.gpu.title),
        tp => format!("({tp} × {})", escaped(scenario.gpu.title)),
    };
    format!("{} × {gpu}", counts.join(", "))
}

/// The seed of the runs in words, or the first of several and their number.
fn seeds(scenario: &Scenario) -> String {
    match scenario.seeds {
        ..=1 => format!("seed {}", scenario.seed),
        many => format!("{many} seeds from {} on", scenario.seed),
    }
}

/// The names of the policies with commas between them, each once.
fn each_once(policies: &[&str]) -> String {
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

/// The scenario's options that differ from the defaults, as a table, and its query string.
fn asked(report: &Report) -> String {
    let sweep = report.asked();
    let default = Scenario::default();
    let mut out = format!(
        "<h2>Scenario</h2>\n{}<caption>What differs from the defaults</caption>\n\
         <thead><tr><th class=\"l\" scope=\"col\">option</th><th class=\"l\" scope=\"col\">value</th>\
         <th class=\"l\" scope=\"col\">what it is</th></tr></thead>\n<tbody>\n",
        begun("Scenario")
    );
    for field in FIELDS {
        let value = sweep.value(field);
        if value != field.get(&default) {
            out += &format!(
                "<tr><th class=\"l\" scope=\"row\">{}</th><td class=\"w\">{} {}</td><td class=\"w soft\">{}</td></tr>\n",
                field.flag,
                escaped(&value),
                escaped(field.unit),
                escaped(field.words().about)
            );
        }
    }
    let query = escaped(&sweep.to_query());
    out + &format!(
        "</tbody></table></div>\n<p class=\"soft\">The same again: <code>warmpath replay '{query}'</code></p>\n"
    )
}

/// Escapes a text for HTML; control characters are made visible.
fn escaped(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
