//! The formats that a run can be reported in, as data: the command line's `--format` and the page's exports both read this
//! table.

use super::html::Picture;
use super::{Report, csv, html, json, markdown, perfetto, prometheus, requests, text};
use core::fmt;

use crate::fleet::{Keep, Run};
use crate::scenario::Scenario;
use crate::workload::{Workload, trace};

/// What a format is written from, which decides what a run has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatSource {
    /// Written from the figures.
    Report,
    /// Written from the figures and the charts.
    Pictures,
    /// Written from the runs, whose steps and log must have been kept.
    Runs,
    /// Written from the runs, of which each request's stay at its replica must have been kept.
    Requests,
    /// Written from the workload without its text; nothing has to be run.
    Workload,
}

/// The function that writes a format, by what it needs.
#[derive(Clone, Copy)]
pub enum Writer {
    /// Writes the format from the figures.
    Report(fn(&Report) -> String),
    /// Writes the figures and the charts.
    Pictured(fn(&Report, &[Picture]) -> String),
    /// Writes the format from the runs.
    Runs(fn(&Scenario, &Workload, &[Run]) -> String),
    /// Writes the runs row by row, so that no more than one row is in memory.
    Rows(fn(&Workload, &[Run], &mut dyn fmt::Write) -> fmt::Result),
    /// Writes the format from the workload.
    Workload(fn(&Workload) -> String),
}

#[derive(Clone, Copy)]
enum WriterKind {
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

/// A format that runs can be reported in.
#[derive(Clone, Copy)]
pub struct Format {
    /// The name of the format on the command line.
    pub name: &'static str,
    /// A description of the format in a few words.
    pub about: &'static str,
    /// The ending of its files' names.
    pub ending: &'static str,
    /// The media type (MIME) of its files.
    pub media: &'static str,
    /// What the format is written from.
    pub of: FormatSource,
    kind: WriterKind,
}

impl FormatSource {
    /// What runs must keep so that the format can be written.
    pub fn keeps(self) -> Keep {
        match self {
            Self::Report | Self::Pictures | Self::Workload => Keep::Figures,
            Self::Requests => Keep::Stays,
            Self::Runs => Keep::Log,
        }
    }
}

impl Format {
    /// The function that writes the format. It is not a field, so that a program that only lists formats does not contain
    /// the writers.
    pub fn writer(&self) -> Writer {
        match self.kind {
            WriterKind::Text => Writer::Report(text::write),
            WriterKind::Json => Writer::Report(json::write),
            WriterKind::Csv => Writer::Report(csv::write),
            WriterKind::Markdown => Writer::Report(markdown::write),
            WriterKind::Html => Writer::Pictured(html::write),
            WriterKind::Prometheus => Writer::Report(prometheus::write),
            WriterKind::Perfetto => Writer::Runs(perfetto::write),
            WriterKind::Requests => Writer::Rows(requests::csv),
            WriterKind::RequestLines => Writer::Rows(requests::jsonl),
            WriterKind::Trace => Writer::Workload(trace::write),
        }
    }
}

const fn format(
    name: &'static str,
    about: &'static str,
    ending: &'static str,
    media: &'static str,
    of: FormatSource,
    kind: WriterKind,
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

/// All formats, the default first.
pub static FORMATS: [Format; 10] = [
    format(
        "text",
        "the comparison as plain text",
        "txt",
        "text/plain",
        FormatSource::Report,
        WriterKind::Text,
    ),
    format(
        "json",
        "every figure, in the keys of vLLM's benchmark",
        "json",
        "application/json",
        FormatSource::Report,
        WriterKind::Json,
    ),
    format(
        "csv",
        "every figure, a line a policy",
        "csv",
        "text/csv",
        FormatSource::Report,
        WriterKind::Csv,
    ),
    format(
        "markdown",
        "the comparison as a table",
        "md",
        "text/markdown",
        FormatSource::Report,
        WriterKind::Markdown,
    ),
    format(
        "html",
        "a report with tables and charts in one file",
        "html",
        "text/html",
        FormatSource::Pictures,
        WriterKind::Html,
    ),
    format(
        "prometheus",
        "every figure as a metric",
        "prom",
        "text/plain",
        FormatSource::Report,
        WriterKind::Prometheus,
    ),
    format(
        "perfetto",
        "every request on its replica, for ui.perfetto.dev",
        "perfetto.json",
        "application/json",
        FormatSource::Runs,
        WriterKind::Perfetto,
    ),
    format(
        "requests",
        "every request: times, place, tokens, hits and losses",
        "requests.csv",
        "text/csv",
        FormatSource::Requests,
        WriterKind::Requests,
    ),
    format(
        "requests-jsonl",
        "the same, a JSON object a line",
        "requests.jsonl",
        "application/x-ndjson",
        FormatSource::Requests,
        WriterKind::RequestLines,
    ),
    format(
        "trace",
        "the workload itself, without any text",
        "trace",
        "text/plain",
        FormatSource::Workload,
        WriterKind::Trace,
    ),
];

/// The format with this name; `None` if there is none.
pub fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A name for the file: that of the workload, with a hyphen for what is no letter, digit or point, then the ending.
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
            let source = match format.writer() {
                Writer::Report(_) => FormatSource::Report,
                Writer::Pictured(_) => FormatSource::Pictures,
                Writer::Runs(_) => FormatSource::Runs,
                Writer::Rows(_) => FormatSource::Requests,
                Writer::Workload(_) => FormatSource::Workload,
            };
            assert_eq!(source, format.of, "{}", format.name);
        }
    }
}
