//! Tables for people and for programs: as aligned text, Markdown, or JSON objects.

use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use warmpath_core::words::{grouped, visible};

/// A column: its key in JSON and its heading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) key: &'static str,
    pub(crate) heading: &'static str,
    /// The larger unit in which people read numbers: they are divided by it and shown with one decimal. `None` to show them
    /// as they are.
    pub(crate) per: Option<f64>,
}

/// A table whose cells are JSON values: numbers are aligned right, texts left, and null is empty.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The table's key in JSON.
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Table {
    /// A table with columns `(key, heading)` and no rows yet.
    pub(crate) fn new(
        key: &'static str,
        title: &'static str,
        columns: &[(&'static str, &'static str)],
    ) -> Self {
        let column = |&(key, heading): &(&'static str, &'static str)| Column {
            key,
            heading,
            per: None,
        };
        Self {
            key,
            title,
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }

    /// The table with a column that people read in a larger unit; JSON keeps the original numbers.
    pub(crate) fn shown_per(mut self, key: &str, per: f64) -> Self {
        for column in self.columns.iter_mut().filter(|column| column.key == key) {
            column.per = Some(per);
        }
        self
    }

    /// The table as text with aligned columns.
    pub(crate) fn text(&self) -> String {
        let rows = self.cells();
        let right: Vec<bool> = (0..self.columns.len()).map(|at| self.numeric(at)).collect();
        let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max();
        let widths = (0..self.columns.len()).filter_map(width);
        let widths: Vec<usize> = widths.map(|width| width.min(WIDEST_COLUMN)).collect();
        let mut out = String::new();
        for row in &rows {
            let mut line = String::new();
            for (at, cell) in row.iter().enumerate() {
                let blank = " ".repeat(widths[at].saturating_sub(cell.chars().count()));
                let (before, after) = match right[at] {
                    true => (blank.as_str(), ""),
                    false => ("", blank.as_str()),
                };
                for part in [before, cell, after, "  "] {
                    line += part;
                }
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }

    /// The table in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut out = String::new();
        for (at, row) in self.cells().iter().enumerate() {
            for cell in row {
                out += &format!("| {} ", cell.replace('|', "\\|"));
            }
            out += "|\n";
            if at == 0 {
                for column in 0..row.len() {
                    out += if self.numeric(column) {
                        "| ---: "
                    } else {
                        "| --- "
                    };
                }
                out += "|\n";
            }
        }
        out
    }

    fn numeric(&self, at: usize) -> bool {
        let mut cells = self
            .rows
            .iter()
            .map(|row| &row[at])
            .filter(|cell| !cell.is_null());
        let first = cells.next();
        first.is_some_and(Value::is_number) && cells.all(Value::is_number)
    }

    /// The headings and all rows as text.
    fn cells(&self) -> Vec<Vec<String>> {
        let head = self.columns.iter().map(|column| column.heading.to_owned());
        let mut rows = vec![head.collect()];
        let shown = |(value, column): (&Value, &Column)| match (value.as_f64(), column.per) {
            (Some(x), Some(per)) => format!("{:.1}", x / per),
            _ => short(&cell(value)),
        };
        let row = |row: &Vec<Value>| row.iter().zip(&self.columns).map(shown).collect();
        rows.extend(self.rows.iter().map(row));
        rows
    }
}

/// The width of the widest column in aligned text \[characters\]; a longer cell shifts its own row.
const WIDEST_COLUMN: usize = 200;
/// The longest text of a cell \[characters\].
const LONGEST_CELL: usize = 1000;

/// The text of a cell with control characters made visible, cut at [`LONGEST_CELL`].
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST_CELL) {
        None => visible(text).into_owned(),
        Some(_) => {
            let end = text.char_indices().nth(WIDEST_COLUMN - 20);
            let end = end.map_or(text.len(), |(end, _)| end);
            let all = grouped(text.chars().count() as u64);
            format!("{}… ({all} characters)", visible(&text[..end]))
        }
    }
}

/// A value as people read it; a whole number has no decimals.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Number(number) => match number.as_f64() {
            Some(x) if x == x.trunc() && x.abs() < 1e15 => format!("{x:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// Rows as objects, with the columns' keys in order.
impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|cells| Row {
            columns: &self.columns,
            cells,
        }))
    }
}

struct Row<'a> {
    columns: &'a [Column],
    cells: &'a [Value],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = self.columns.iter().map(|column| column.key);
        serializer.collect_map(keys.zip(self.cells))
    }
}

/// Several tables as one JSON object, by their keys.
pub(crate) fn json(tables: &[Table]) -> String {
    pretty(&ByKey(tables))
}

struct ByKey<'a>(&'a [Table]);

impl Serialize for ByKey<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|table| (table.key, table)))
    }
}

/// A value as indented JSON with a final newline.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
