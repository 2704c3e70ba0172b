//! A document of sentences and tables, which is written in any of the formats that decisions are asked for in.
//!
//! The result of a search is a document: its answer in sentences, its tables, its notes. Every format is written from the
//! same document: text, Markdown and HTML for people; JSON with the facts by name and the tables as lists of objects; CSV
//! with the first table alone that has rows.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::goal::{Allowance, NumberKind};
use crate::metrics::verdict;

use super::html::{Picture, Section, page};
use super::markdown;
use super::number::{NONE, readable};
use super::text::grid;
use crate::words::signed;

/// The value of a table's cell or of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value: an empty cell, or `null` in JSON.
    None,
    /// A text that is shown as it is.
    Text(String),
    /// A whole number that is not negative.
    Whole(u64),
    /// A number; people see it with this many decimals, JSON has all digits.
    Real(f64, usize),
    /// A truth value, `true` or `false` in JSON.
    Flag(bool),
    /// A number of this kind (shares from 0 to 1): people see its unit, JSON has the number.
    Measured(f64, NumberKind),
    /// The distance from a limit, as a share of what it allows: people see words, JSON has the number.
    Spare(f64, Allowance),
    /// A difference of two shares: people see it in points, with its sign, JSON has the number.
    Points(f64),
}

impl Cell {
    /// A cell with a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A cell with a number and its decimals, or an empty one.
    pub fn real(value: Option<f64>, decimals: usize) -> Self {
        value.map_or(Self::None, |value| Self::Real(value, decimals))
    }

    /// A cell with a time \[ms\], or an empty one.
    pub fn millis(value: Option<f64>) -> Self {
        value.map_or(Self::None, |ms| Self::Measured(ms, NumberKind::Millis))
    }

    fn shown(&self) -> String {
        match self {
            Self::None => NONE.to_owned(),
            Self::Text(text) => text.clone(),
            Self::Whole(number) => number.to_string(),
            Self::Real(value, decimals) if value.is_finite() => {
                format!("{:.*}", *decimals, value + 0.0)
            }
            Self::Real(..) => NONE.to_owned(),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Measured(value, kind) => verdict::shown(*kind, *value),
            Self::Spare(margin, of) => verdict::spared(*margin, *of),
            Self::Points(share) if share.is_finite() => signed(share * 100.0),
            Self::Points(_) => NONE.to_owned(),
        }
    }

    fn csv(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
            Self::Real(value, _)
            | Self::Measured(value, _)
            | Self::Spare(value, _)
            | Self::Points(value) => match value.is_finite() {
                true => value.to_string(),
                false => String::new(),
            },
            Self::Flag(flag) => flag.to_string(),
            Self::Whole(number) => number.to_string(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Whole(number) => serializer.serialize_u64(*number),
            Self::Real(value, _)
            | Self::Measured(value, _)
            | Self::Spare(value, _)
            | Self::Points(value) => serializer.serialize_f64(*value),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

/// A table with its headings.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The table's key in JSON.
    pub key: &'static str,
    /// The table's heading for people.
    pub title: String,
    /// The key and the heading of each column; the first `names` columns are names.
    pub columns: Vec<(&'static str, String)>,
    /// The number of leading columns that hold names and are aligned left.
    pub names: usize,
    /// The rows, each with a cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// Whether the table has more detail than most readers want: plain text leaves it out.
    pub detail: bool,
}

impl Table {
    /// The headings and the rows as plain text and Markdown have them.
    pub(super) fn cells(&self) -> Vec<Vec<String>> {
        let head = self.columns.iter().map(|(_, heading)| heading.clone());
        let rows = self.rows.iter();
        let rows = rows.map(|row| row.iter().map(Cell::shown).collect());
        core::iter::once(head.collect()).chain(rows).collect()
    }

    /// The headings and the rows as people read them, with thousands grouped in numbers (not in words such as "1200 % over").
    pub fn readable(&self) -> Vec<Vec<String>> {
        let mut rows = self.cells();
        for (row, cells) in rows.iter_mut().skip(1).zip(&self.rows) {
            for (text, cell) in row.iter_mut().zip(cells) {
                if matches!(
                    cell,
                    Cell::Whole(_) | Cell::Real(..) | Cell::Measured(..) | Cell::Points(_)
                ) {
                    *text = readable(text);
                }
            }
        }
        rows
    }
}

/// A row of a table, which serializes as an object with the columns' keys.
struct Row<'a>(&'a Table, &'a [Cell]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = self.0.columns.iter().map(|(key, _)| key);
        serializer.collect_map(keys.zip(self.1))
    }
}

/// The result of a search or a suite, independent of the format.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The name and version of the document's JSON form.
    pub schema: &'static str,
    /// The subject of the document, in a few words.
    pub title: String,
    /// Facts with their keys in JSON; for people the sentences say the same.
    pub facts: Vec<(&'static str, Cell)>,
    /// The answer, in paragraphs of one or two sentences.
    pub sentences: Vec<String>,
    /// The tables, the most important first.
    pub tables: Vec<Table>,
    /// Notes on the scenario and the workload that a reader must know.
    pub notes: Vec<String>,
    /// A sentence on where step times come from.
    pub provenance: String,
    /// The scenario as a query string.
    pub scenario: String,
}

/// A function that writes a document in one format.
type Writer = fn(&Document) -> String;

/// The names of the formats a document can be written in, each with its writer.
pub static FORMATS: [(&str, Writer); 5] = [
    ("text", text),
    ("json", json),
    ("csv", csv),
    ("markdown", markdown),
    ("html", html),
];

/// The document as plain text, with aligned columns and without the tables of detail.
pub fn text(document: &Document) -> String {
    let rule = "=".repeat(document.title.chars().count());
    let mut out = format!("{}\n{rule}\n", document.title);
    for sentence in &document.sentences {
        out += &format!("{sentence}\n");
    }
    let there = |table: &&Table| !table.rows.is_empty() && !table.detail;
    for table in document.tables.iter().filter(there) {
        out += &format!("\n{}:\n{}", table.title, grid(&table.cells(), table.names));
    }
    out.push('\n');
    for table in document.tables.iter().filter(|it| it.detail) {
        out += &format!(
            "note: {} are in --format json, markdown and html\n",
            table.key
        );
    }
    for note in &document.notes {
        out += &format!("note: {note}\n");
    }
    out += &format!("{}\nscenario: {}\n", document.provenance, document.scenario);
    out
}

/// The document as Markdown.
pub fn markdown(document: &Document) -> String {
    let mut out = format!("## {}\n\n", document.title);
    for sentence in &document.sentences {
        out += &format!("- {sentence}\n");
    }
    for table in document.tables.iter().filter(|it| !it.rows.is_empty()) {
        let rows = markdown::table(&table.cells(), table.names);
        out += &format!("\n{}:\n\n{rows}", table.title);
    }
    out += &format!(
        "\n{}. Scenario: `{}`\n",
        document.provenance, document.scenario
    );
    for note in &document.notes {
        out += &format!("\nNote: {note}\n");
    }
    out
}

/// The first table that has rows as CSV (RFC 4180); if none has any, the headings of the first.
pub fn csv(document: &Document) -> String {
    let mut tables = document.tables.iter();
    let first = tables.clone().next();
    let Some(table) = tables.find(|it| !it.rows.is_empty()).or(first) else {
        return String::new();
    };
    let keys: Vec<&str> = table.columns.iter().map(|(key, _)| *key).collect();
    let mut out = format!("{},notes\r\n", keys.join(","));
    let notes = document.notes.join("; ").replace('"', "\"\"");
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(Cell::csv).collect();
        out += &format!("{},\"{notes}\"\r\n", cells.join(","));
    }
    out
}

/// The document as JSON, with a final newline.
pub fn json(document: &Document) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", self.schema)?;
        map.serialize_entry("scenario", &self.scenario)?;
        map.serialize_entry("provenance", &self.provenance)?;
        map.serialize_entry("notes", &self.notes)?;
        for (key, value) in &self.facts {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry("sentences", &self.sentences)?;
        for table in &self.tables {
            let rows: Vec<Row<'_>> = table.rows.iter().map(|row| Row(table, row)).collect();
            map.serialize_entry(table.key, &rows)?;
        }
        map.end()
    }
}

/// The document as one HTML file that needs no other file.
pub fn html(document: &Document) -> String {
    book(&[(document, &[])])
}

/// Several documents with their pictures as one HTML file that needs no other file. Title, provenance and scenario are the
/// first document's.
pub fn book(parts: &[(&Document, &[Picture])]) -> String {
    let readable = |table: &Table| (table.title.clone(), table.readable(), table.names);
    let mut sections = Vec::with_capacity(parts.len());
    for (document, pictures) in parts {
        let tables = document.tables.iter().filter(|it| !it.rows.is_empty());
        sections.push(Section {
            title: &document.title,
            sentences: &document.sentences,
            tables: tables.map(readable).collect(),
            pictures,
            notes: &document.notes,
        });
    }
    let origin = parts.first().map_or(("", ""), |(first, _)| {
        (first.provenance.as_str(), first.scenario.as_str())
    });
    page(&sections, origin)
}
