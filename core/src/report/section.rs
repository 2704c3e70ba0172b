//! The sections of a report: what it says of kinds of replicas, of a fleet that grows and shrinks, of what befell it, of the
//! caches above it and of its entrance. A section says once which figures it has; each format has one writer for all of them.
//!
//! A figure is a [`Figure`] as those of a whole run are, so both follow the same conventions:
//!
//! - **Units.** JSON and CSV have the unit that the key ends with, and shares from 0 to 1. Tables for people name the unit in
//!   the heading, and have shares in per cent. Prometheus has seconds, and shares from 0 to 1.
//! - **No value** (of what is not known, or a mean over nothing) is "–" for people, an empty cell of CSV, `null` in JSON, and no
//!   sample of Prometheus.

use super::document::{Cell, Table};
use super::number::{is_share, unit};
use super::{Report, above, kinds, life, line, scaling};
use crate::metrics::{Better, Figure, Summary};

/// All sections, in the order of the reports.
pub(super) static SECTIONS: [&Section; 5] = [
    &kinds::SECTION,
    &scaling::SECTION,
    &life::SECTION,
    &above::SECTION,
    &line::SECTION,
];

/// A section: what it is called, and how its parts are made of a policy's figures. A part that it lacks is `none`.
pub(super) struct Section {
    /// The heading for people.
    pub(super) title: &'static str,
    /// The sums of a policy, which people read in `sentences`; `None` if there is nothing to say.
    pub(super) sums: fn(&Summary) -> Option<Row>,
    /// The headings of a row's names in the table of `rows`.
    pub(super) names: &'static [&'static str],
    /// The rows of a policy, which people read as a table; all have the same figures.
    pub(super) rows: fn(&Summary) -> Vec<Row>,
    /// Lists that only people read and JSON has by itself, such as what happened one after the other.
    pub(super) lists: fn(&Report) -> Vec<Table>,
    /// The sentences for people.
    pub(super) sentences: fn(&Report) -> Vec<String>,
}

/// No sums, rows, lists or sentences.
pub(super) fn none<A, B: Default>(_: &A) -> B {
    B::default()
}

/// Figures of a policy that stand together.
pub(super) struct Row {
    /// What stands before a figure's key in Prometheus; in CSV too, if `csv` is empty and the whole run has a figure of that key.
    pub(super) series: &'static str,
    /// What stands before a figure's key in CSV.
    pub(super) csv: String,
    /// In CSV a column with the name, for rows that are counted there and not named: its heading and its text.
    pub(super) column: Option<(String, String)>,
    /// The label beside the policy's in Prometheus, with its value.
    pub(super) label: Option<(&'static str, String)>,
    /// What the row is of, in the table for people.
    pub(super) names: Vec<String>,
    /// The figures of the section, in the order in which they are printed.
    pub(super) entries: Vec<Entry>,
}

impl Row {
    /// The only row of a policy.
    pub(super) fn new(series: &'static str, entries: Vec<Entry>) -> Self {
        Self {
            series,
            csv: String::new(),
            column: None,
            label: None,
            names: Vec::new(),
            entries,
        }
    }
}

/// The name of a Prometheus gauge, and a label with its value, for figures that are parts of one quantity.
pub(super) type Part = (&'static str, &'static str, &'static str);

/// A figure of a row with its value.
pub(super) struct Entry {
    pub(super) figure: Figure,
    /// The value; `None` if there is none.
    pub(super) value: Option<f64>,
    /// The gauge of which it is a part; `None` if it has its own.
    pub(super) part: Option<Part>,
}

impl Entry {
    fn new(key: &'static str, title: &'static str, unit: &'static str, value: Option<f64>) -> Self {
        Self {
            figure: Figure {
                key,
                title,
                unit,
                better: Better::Neither,
                whole: false,
                decimals: 0,
            },
            value,
            part: None,
        }
    }

    fn decimals(mut self, decimals: usize) -> Self {
        self.figure.decimals = decimals;
        self
    }

    /// A figure that people read without decimals; JSON too has a whole number if the value is one.
    pub(super) fn whole(mut self) -> Self {
        self.figure.whole = true;
        self.figure.decimals = 0;
        self
    }

    /// A mean, percentile or share over this many: without any it has no value.
    pub(super) fn over(mut self, count: u64) -> Self {
        self.value = self.value.filter(|_| count > 0);
        self
    }

    /// In Prometheus a part of this gauge.
    pub(super) fn part_of(mut self, part: Part) -> Self {
        self.part = Some(part);
        self
    }

    fn heading(&self) -> String {
        match unit(&self.figure) {
            "" => self.figure.title.to_owned(),
            unit => format!("{} ({unit})", self.figure.title),
        }
    }

    fn cell(&self) -> Cell {
        let decimals = self.figure.decimals;
        match is_share(&self.figure) {
            true => Cell::real(self.value.map(|it| it * 100.0), decimals - 2),
            false => Cell::real(self.value, decimals),
        }
    }
}

/// An entry whose figure is a count, printed without decimals.
pub(super) fn count(key: &'static str, title: &'static str, value: impl Into<u64>) -> Entry {
    Entry::new(key, title, "", Some(value.into() as f64)).whole()
}

/// An entry whose figure is a time, given and printed in milliseconds.
pub(super) fn ms(key: &'static str, title: &'static str, value: f64) -> Entry {
    Entry::new(key, title, "ms", Some(value)).decimals(2)
}

/// An entry whose figure is a time, given and printed in seconds.
pub(super) fn seconds(key: &'static str, title: &'static str, value: f64) -> Entry {
    Entry::new(key, title, "s", Some(value)).whole()
}

/// Replicas over time \[replica-seconds\].
pub(super) fn replica_seconds(key: &'static str, title: &'static str, value: Option<f64>) -> Entry {
    Entry::new(key, title, "replica s", value).whole()
}

/// GPUs over time \[h\].
pub(super) fn gpu_hours(key: &'static str, title: &'static str, value: f64) -> Entry {
    Entry::new(key, title, "GPU-hours", Some(value)).decimals(3)
}

/// A sum of money \[US$\].
pub(super) fn dollars(key: &'static str, title: &'static str, value: Option<f64>) -> Entry {
    Entry::new(key, title, "$", value).decimals(2)
}

/// A share of a whole, from 0 to 1.
pub(super) fn share(key: &'static str, title: &'static str, value: f64) -> Entry {
    Entry::new(key, title, "share", Some(value)).decimals(4)
}

/// A number without a unit.
pub(super) fn index(key: &'static str, title: &'static str, value: Option<f64>) -> Entry {
    Entry::new(key, title, "", value).decimals(3)
}

/// The name of a policy beside the figures of a section: with several seeds these are of the first.
pub(super) fn called(summary: &Summary) -> String {
    match summary.seeds {
        ..=1 => summary.policy.clone(),
        _ => format!("{} (first seed)", summary.policy),
    }
}

impl Section {
    /// All rows of a policy that formats for programs have.
    pub(super) fn all(&self, summary: &Summary) -> impl Iterator<Item = Row> {
        (self.sums)(summary).into_iter().chain((self.rows)(summary))
    }

    /// The table of the rows of all policies; `None` if there are no rows.
    fn table(&self, report: &Report) -> Option<Table> {
        let mut columns = vec![("policy", "policy".to_owned())];
        columns.extend(self.names.iter().map(|name| (*name, (*name).to_owned())));
        let names = columns.len();
        let mut rows = Vec::new();
        for summary in &report.summaries {
            for row in (self.rows)(summary) {
                if columns.len() == names {
                    let heads = row.entries.iter();
                    columns.extend(heads.map(|it| (it.figure.key, it.heading())));
                }
                let mut cells = vec![Cell::Text(called(summary))];
                cells.extend(row.names.into_iter().map(Cell::Text));
                cells.extend(row.entries.iter().map(Entry::cell));
                rows.push(cells);
            }
        }
        (!rows.is_empty()).then(|| list(self.title, columns, names, rows))
    }
}

/// A table for people.
pub(super) fn list(
    title: &str,
    columns: Vec<(&'static str, String)>,
    names: usize,
    rows: Vec<Vec<Cell>>,
) -> Table {
    Table {
        key: "",
        title: title.to_owned(),
        columns,
        names,
        rows,
        detail: false,
    }
}

/// A section as people read it.
pub(super) struct SectionContent {
    pub(super) title: &'static str,
    pub(super) sentences: Vec<String>,
    pub(super) tables: Vec<Table>,
}

/// The sections that have something to say, for people; none in a sweep, which has a row of figures for each of its points.
pub(super) fn contents(report: &Report) -> Vec<SectionContent> {
    let mut out = Vec::new();
    for section in SECTIONS.iter().filter(|_| report.points.is_empty()) {
        let tables = section.table(report).into_iter();
        let tables: Vec<Table> = tables.chain((section.lists)(report)).collect();
        let sentences = (section.sentences)(report);
        if !tables.is_empty() || !sentences.is_empty() {
            out.push(SectionContent {
                title: section.title,
                sentences,
                tables,
            });
        }
    }
    out
}
