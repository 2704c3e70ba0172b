//! Sections that are added to a report, such as a fork or a race.

use clap::ArgMatches;
use serde_json::Value;
use warmpath_core::report::{self, Report};

use crate::command::fields;
use crate::failure::Failure;
use crate::table::Table;

/// A section of a report with more than the figures of a run.
pub(super) struct Extra {
    /// The section's key in JSON.
    pub(super) key: &'static str,
    /// The section's value in JSON.
    pub(super) json: Value,
    /// The section for people: sentences and tables, in order.
    pub(super) parts: Vec<SectionPart>,
}

/// A part of a section.
pub(super) enum SectionPart {
    Heading(String),
    Text(String),
    Table(Table),
}

/// The formats that can have such sections.
const FORMATS: [&str; 3] = ["text", "json", "markdown"];

/// Refuses a section with a format that has none, or with a sweep.
pub(super) fn check(
    matches: &ArgMatches,
    wanted: &[(&str, bool)],
    swept: bool,
) -> Result<(), Failure> {
    let Some((flag, _)) = wanted.iter().find(|(_, wanted)| *wanted) else {
        return Ok(());
    };
    let format = fields::given(matches, "format").unwrap_or_default();
    if !FORMATS.contains(&format) {
        return Err(Failure::usage(format!(
            "{flag} adds a section to the formats {}, but the format is \"{format}\"",
            FORMATS.join(", ")
        )));
    }
    if swept {
        return Err(Failure::usage(format!(
            "{flag} goes with one rate and one number of replicas, not with a list of them"
        )));
    }
    Ok(())
}

/// Writes the report with its further sections.
pub(super) fn write(matches: &ArgMatches, report: &Report, extras: &[Extra]) -> String {
    match fields::given(matches, "format") {
        Some("json") => {
            let more = extras.iter().map(|extra| (extra.key, &extra.json));
            report::json::with(report, &more.collect::<Vec<_>>())
        }
        Some("markdown") => {
            let parts = extras.iter().flat_map(|extra| &extra.parts);
            let texts = parts.map(|part| match part {
                SectionPart::Heading(text) => format!("\n## {text}\n"),
                SectionPart::Text(text) => format!("\n{text}\n"),
                SectionPart::Table(table) => format!("\n{}", table.markdown()),
            });
            report::markdown::write(report) + &texts.collect::<String>()
        }
        _ => {
            let parts = extras.iter().flat_map(|extra| &extra.parts);
            let texts = parts.map(|part| match part {
                SectionPart::Heading(text) => {
                    format!("\n{text}\n{}\n", "-".repeat(text.chars().count()))
                }
                SectionPart::Text(text) => format!("{text}\n"),
                SectionPart::Table(table) => table.text(),
            });
            report::text::write(report) + &texts.collect::<String>()
        }
    }
}

/// A number for a table, rounded to a number of decimals; null if there is none.
pub(super) fn rounded(value: impl Into<Option<f64>>, decimals: i32) -> Value {
    let Some(value) = value.into() else {
        return Value::Null;
    };
    let scale = 10f64.powi(decimals);
    let rounded = (value * scale).round() / scale;
    // Adding zero removes the sign of a negative zero.
    Value::from(rounded + 0.0)
}

/// A time \[ms\] in words.
pub(super) fn ms(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 => format!("{value:.1} ms"),
        small if small < 10_000.0 => format!("{value:.0} ms"),
        _ => format!("{:.1} s", value / 1e3),
    }
}
