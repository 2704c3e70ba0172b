//! The formats a run can be told in, as data: the command line's `--format` and the page's exports both read this table.

use super::html::Picture;
use super::{Report, csv, html, json, markdown, perfetto, prometheus, requests, text};
use core::fmt;

use crate::fleet::{Keep, Run};
use crate::scenario::Scenario;
use crate::workload::{Workload, trace};

/// What a format is written from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The figures.
    Report,
    /// The figures and the charts.
    Pictures,
    /// The runs, their steps and their log kept.
    Runs,
    /// The runs, each request's stay at its replica kept.
    Requests,
    /// What is run, without any text; nothing has to be run for it.
    Workload,
}

/// What writes a format.
#[derive(Clone, Copy)]
pub enum Writer {
    /// From the figures.
    Report(fn(&Report) -> String),
    /// From the figures and the charts.
    Pictured(fn(&Report, &[Picture]) -> String),
    /// From the runs.
    Runs(fn(&Scenario, &Workload, &[Run]) -> String),
    /// From the runs, row by row, so that no more than a row is held.
    Rows(fn(&Workload, &[Run], &mut dyn fmt::Write) -> fmt::Result),
    /// From what is run.
    Workload(fn(&Workload) -> String),
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Json,
    Csv,
    Markdown,
    Html,
    Prometheus,
    Perfetto,
    Requests,
    RequestLines,
    Trace,
}

/// A format.
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// How its files' names end.
    pub ending: &'static str,
    /// Its media type.
    pub media: &'static str,
    /// What it is written from.
    pub of: Of,
    kind: Kind,
}

impl Of {
    /// What runs must keep for it.
    pub fn keeps(self) -> Keep {
        match self {
            Self::Report | Self::Pictures | Self::Workload => Keep::Figures,
            Self::Requests => Keep::Stays,
            Self::Runs => Keep::Log,
        }
    }
}

impl Format {
    /// What writes it. Not in the table, so that a program that lists formats does not hold their writers.
    pub fn writer(&self) -> Writer {
        match self.kind {
            Kind::Text => Writer::Report(text::write),
            Kind::Json => Writer::Report(json::write),
            Kind::Csv => Writer::Report(csv::write),
            Kind::Markdown => Writer::Report(markdown::write),
            Kind::Html => Writer::Pictured(html::write),
            Kind::Prometheus => Writer::Report(prometheus::write),
            Kind::Perfetto => Writer::Runs(perfetto::write),
            Kind::Requests => Writer::Rows(requests::csv),
            Kind::RequestLines => Writer::Rows(requests::jsonl),
            Kind::Trace => Writer::Workload(trace::write),
        }
    }
}

const fn format(
    name: &'static str,
    about: &'static str,
    ending: &'static str,
    media: &'static str,
    of: Of,
    kind: Kind,
) -> Format {
    Format {
        name,
        about,
        ending,
        media,
        of,
        kind,
    }
}

/// All formats.
pub static FORMATS: [Format; 10] = [
    format(
        "text",
        "the comparison as plain text",
        "txt",
        "text/plain",
        Of::Report,
        Kind::Text,
    ),
    format(
        "json",
        "every figure, in the keys of vLLM's benchmark",
        "json",
        "application/json",
        Of::Report,
        Kind::Json,
    ),
    format(
        "csv",
        "every figure, a line a policy",
        "csv",
        "text/csv",
        Of::Report,
        Kind::Csv,
    ),
    format(
        "markdown",
        "the comparison as a table",
        "md",
        "text/markdown",
        Of::Report,
        Kind::Markdown,
    ),
    format(
        "html",
        "a report with tables and charts in one file",
        "html",
        "text/html",
        Of::Pictures,
        Kind::Html,
    ),
    format(
        "prometheus",
        "every figure as a metric",
        "prom",
        "text/plain",
        Of::Report,
        Kind::Prometheus,
    ),
    format(
        "perfetto",
        "every request on its replica, for ui.perfetto.dev",
        "perfetto.json",
        "application/json",
        Of::Runs,
        Kind::Perfetto,
    ),
    format(
        "requests",
        "every request: times, place, tokens, hits and losses",
        "requests.csv",
        "text/csv",
        Of::Requests,
        Kind::Requests,
    ),
    format(
        "requests-jsonl",
        "the same, a JSON object a line",
        "requests.jsonl",
        "application/x-ndjson",
        Of::Requests,
        Kind::RequestLines,
    ),
    format(
        "trace",
        "the workload itself, without any text",
        "trace",
        "text/plain",
        Of::Workload,
        Kind::Trace,
    ),
];

/// The format of that name.
pub fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A name for the file: the workload's, without what is no letter, digit or point, then the ending.
///
/// ```
/// use warmpath_core::report::format::{file_name, named};
/// let csv = named("csv").unwrap();
/// assert_eq!(file_name("shared-system:users=8", csv), "warmpath-shared-system-users-8.csv");
/// assert_eq!(file_name("chats.json~0123456789abcdef", csv), "warmpath-chats.json-0123456789abcdef.csv");
/// ```
pub fn file_name(workload: &str, format: &Format) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    let workload: String = workload.chars().map(safe).collect();
    format!(
        "warmpath-{}.{}",
        workload.trim_matches(['-', '.']),
        format.ending
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_written_from_what_the_table_says() {
        for format in FORMATS {
            let of = match format.writer() {
                Writer::Report(_) => Of::Report,
                Writer::Pictured(_) => Of::Pictures,
                Writer::Runs(_) => Of::Runs,
                Writer::Rows(_) => Of::Requests,
                Writer::Workload(_) => Of::Workload,
            };
            assert_eq!(of, format.of, "{}", format.name);
        }
    }
}
