//! The formats a run can be told in, as data: the command line's `--format` and the page's exports both read this table.

use super::html::Picture;
use super::{Report, csv, html, json, markdown, perfetto, prometheus, text};
use crate::fleet::Run;
use crate::scenario::Scenario;
use crate::workload::{Workload, trace};

/// What a format is written from.
#[derive(Clone, Copy)]
pub enum Writer {
    /// The figures.
    Report(fn(&Report) -> String),
    /// The figures and the charts.
    Pictured(fn(&Report, &[Picture]) -> String),
    /// The runs, their steps and marks kept.
    Runs(fn(&Scenario, &Workload, &[Run]) -> String),
    /// What is run, without any text; nothing has to be run for it.
    Workload(fn(&Workload) -> String),
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
    /// What writes it.
    pub writer: Writer,
}

const fn format(
    name: &'static str,
    about: &'static str,
    ending: &'static str,
    media: &'static str,
    writer: Writer,
) -> Format {
    Format {
        name,
        about,
        ending,
        media,
        writer,
    }
}

/// All formats.
pub const FORMATS: [Format; 8] = [
    format(
        "text",
        "the comparison as plain text",
        "txt",
        "text/plain",
        Writer::Report(text::write),
    ),
    format(
        "json",
        "every figure, in the keys of vLLM's benchmark",
        "json",
        "application/json",
        Writer::Report(json::write),
    ),
    format(
        "csv",
        "every figure, a line a policy",
        "csv",
        "text/csv",
        Writer::Report(csv::write),
    ),
    format(
        "markdown",
        "the comparison as a table",
        "md",
        "text/markdown",
        Writer::Report(markdown::write),
    ),
    format(
        "html",
        "a report with tables and charts in one file",
        "html",
        "text/html",
        Writer::Pictured(html::write),
    ),
    format(
        "prometheus",
        "every figure as a metric",
        "prom",
        "text/plain",
        Writer::Report(prometheus::write),
    ),
    format(
        "perfetto",
        "every request on its replica, for ui.perfetto.dev",
        "perfetto.json",
        "application/json",
        Writer::Runs(perfetto::write),
    ),
    format(
        "trace",
        "the workload itself, without any text",
        "trace",
        "text/plain",
        Writer::Workload(trace::write),
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
