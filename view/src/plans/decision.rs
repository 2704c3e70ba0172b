//! The answer of a search as it is shown: sentences, pictures and tables, and the same as files.

use super::Quest;
use crate::chart::plane::Plane;
use crate::table::{Cell, Row, Table};
use crate::wire_fields;
use warmpath_core::report::document::Document;

/// A table of an answer: a heading, then rows, of which the first `names` cells are aligned left.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The title of the table.
    pub title: String,
    /// How many of its columns are names.
    pub names: usize,
    /// The headings, then the rows.
    pub rows: Vec<Vec<String>>,
    /// Whether the table has more detail than most readers want.
    pub detail: bool,
}

/// The answer to a question, or what is known of it so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The question that was asked.
    pub quest: Quest,
    /// The scenario that it was asked about, as a canonical query, with the workload's name by which it can be repeated.
    pub query: String,
    /// The settings of the question, in the order of [`Quest::settings`].
    pub options: Vec<String>,
    /// Whether the search has ended, so that the answer is complete.
    pub whole: bool,
    /// The answer in sentences.
    pub sentences: Vec<String>,
    /// The pictures of what was found.
    pub pictures: Vec<Plane>,
    /// The tables of what was found.
    pub tables: Vec<Listing>,
    /// Notes that a reader must know.
    pub notes: Vec<String>,
    /// A sentence on where step times come from.
    pub provenance: String,
    /// The scenario with the answer in it, as a query string; empty if there is none.
    pub taken: String,
    /// The complete answer in each format: its name and the file's text. Empty until the search has ended.
    pub files: Vec<(String, String)>,
}

wire_fields! {
    Listing { title, names, rows, detail }
    Decision { quest, query, options, whole, sentences, pictures, tables, notes, provenance, taken, files }
}

/// The number of cells beyond which a single row is laid out upright.
const UPRIGHT: usize = 6;
/// The number of characters beyond which a cell takes several lines.
const LONG: usize = 60;

impl Listing {
    /// A table of a document, as people read it.
    pub fn of(table: &warmpath_core::report::document::Table) -> Self {
        Self {
            title: table.title.clone(),
            names: table.names,
            rows: table.readable(),
            detail: table.detail,
        }
    }

    /// The columns that differ from row to row, and from those before them; the others are said once, by [`Self::said_once`]. A
    /// table of one row has all of its columns, and every table its first if all are alike.
    fn columns(&self) -> Vec<usize> {
        let width = self.rows.first().map_or(0, Vec::len);
        if self.rows.len() <= 2 {
            return (0..width).collect();
        }
        let mut kept: Vec<usize> = Vec::new();
        for at in 0..width {
            if self.constant(at).is_none() && self.same_as(at, &kept).is_none() {
                kept.push(at);
            }
        }
        match kept.is_empty() {
            true => vec![0],
            false => kept,
        }
    }

    /// The value of a column, if it is the same in every row.
    fn constant(&self, at: usize) -> Option<&str> {
        let (first, rest) = self.rows.get(1..)?.split_first()?;
        let same = rest.iter().all(|row| row.get(at) == first.get(at));
        first.get(at).filter(|_| same).map(String::as_str)
    }

    /// The column among `those` that has the same value as a column in every row.
    fn same_as(&self, at: usize, those: &[usize]) -> Option<usize> {
        let mut those = those.iter().copied();
        those.find(|&it| {
            self.rows
                .iter()
                .skip(1)
                .all(|row| row.get(it) == row.get(at))
        })
    }

    /// What is alike in all rows and therefore not a column of [`Self::laid_out`]; empty if every column is one.
    pub fn said_once(&self) -> String {
        let columns = self.columns();
        let Some(head) = self.rows.first() else {
            return String::new();
        };
        let (mut alike, mut same) = (Vec::new(), Vec::new());
        for (at, name) in head
            .iter()
            .enumerate()
            .filter(|it| !columns.contains(&it.0))
        {
            match (self.constant(at), self.same_as(at, &columns)) {
                (Some(value), _) => alike.push(format!("{name} ({value})")),
                (_, Some(other)) => same.push(format!("{name} (as in {})", head[other])),
                _ => {}
            }
        }
        alike.extend(same);
        match alike.is_empty() {
            true => String::new(),
            false => format!("Alike in every row: {}.", alike.join("; ")),
        }
    }

    /// The table as rows of cells, for the page: without what [`Self::said_once`] says. A single row of many cells stands
    /// upright, a heading and its value a line.
    pub fn laid_out(&self) -> Table {
        if let [head, only] = &self.rows[..]
            && head.len() > UPRIGHT
        {
            let line =
                |(name, value): (&String, &String)| Row::new([Cell::row(name), Cell::value(value)]);
            return Table {
                head: Vec::new(),
                groups: vec![head.iter().zip(only).map(line).collect()],
            };
        }
        let columns = self.columns();
        // Names stand at the left, and so does what takes several lines.
        let is_long = |at: usize| {
            let mut cells = self.rows.iter().skip(1).filter_map(|row| row.get(at));
            cells.any(|it| it.chars().count() > LONG)
        };
        let left: Vec<bool> = columns
            .iter()
            .map(|&at| at < self.names || is_long(at))
            .collect();
        let of = |row: &[String]| -> Vec<String> {
            let cell = |at: &usize| row.get(*at).cloned().unwrap_or_default();
            columns.iter().map(cell).collect()
        };
        let head = self.rows.first().map(|it| of(it)).unwrap_or_default();
        let head = head.into_iter().enumerate().map(|(at, text)| match at {
            at if left[at] => Cell::column(text).classed("left"),
            _ => Cell::column(text),
        });
        let row = |row: &Vec<String>| {
            let cell = |(at, text): (usize, String)| match at {
                0 => Cell::row(text),
                at if left[at] => Cell::value(text).classed("left"),
                _ => Cell::value(text),
            };
            Row::new(of(row).into_iter().enumerate().map(cell))
        };
        Table::simple(head, self.rows.iter().skip(1).map(row).collect())
    }
}

impl Decision {
    /// The answer that a document holds, without pictures.
    pub fn of(quest: Quest, query: &str, options: &[String], document: &Document) -> Self {
        let tables = document.tables.iter().filter(|it| !it.rows.is_empty());
        Self {
            quest,
            query: query.to_owned(),
            options: options.to_vec(),
            whole: false,
            sentences: document.sentences.clone(),
            pictures: Vec::new(),
            tables: tables.map(Listing::of).collect(),
            notes: document.notes.clone(),
            provenance: document.provenance.clone(),
            taken: String::new(),
            files: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(rows: &[&[&str]]) -> Listing {
        let row = |row: &&[&str]| row.iter().map(|&it| it.to_owned()).collect();
        Listing {
            title: "fleets".to_owned(),
            names: 2,
            rows: rows.iter().map(row).collect(),
            detail: false,
        }
    }

    #[test]
    fn what_is_alike_in_every_row_is_said_once() {
        let it = listing(&[
            &["GPU", "policy", "replicas", "GPUs", "P95 TTFT", "met"],
            &["l4", "smart", "5", "5", "4.1 s", "yes"],
            &["l4", "chwbl", "5", "5", "5.3 s", "yes"],
            &["l4", "smart", "6", "6", "3.2 s", "yes"],
        ]);
        let told = "Alike in every row: GPU (l4); met (yes); GPUs (as in replicas).";
        assert_eq!(it.said_once(), told);
        let table = it.laid_out();
        let words = table.words();
        assert_eq!(
            words[..6],
            ["policy", "replicas", "P95 TTFT", "smart", "5", "4.1 s"]
        );
        // The policy, now the first, heads its row; of the two names one is left.
        assert_eq!(table.groups[0][0].cells[0], Cell::row("smart"));
        assert_eq!(table.head[0].cells[0].class, "left");
        assert_eq!(table.head[0].cells[1].class, "");
    }

    #[test]
    fn a_single_row_of_many_cells_stands_upright() {
        let it = listing(&[
            &["a", "b", "c", "d", "e", "f", "g"],
            &["1", "2", "3", "4", "5", "6", "7"],
        ]);
        let table = it.laid_out();
        assert!(table.head.is_empty());
        assert_eq!(table.rows().count(), 7);
        let last = table.rows().last().map(|it| it.cells.clone());
        assert_eq!(last, Some(vec![Cell::row("g"), Cell::value("7")]));
    }

    #[test]
    fn a_table_of_one_row_is_whole_and_none_is_without_columns() {
        let one = listing(&[&["GPU", "policy"], &["l4", "smart"]]);
        assert_eq!(one.laid_out().words().len(), 4);
        assert_eq!(one.said_once(), "");
        let alike = listing(&[&["GPU", "policy"], &["l4", "smart"], &["l4", "smart"]]);
        assert_eq!(alike.laid_out().words(), ["GPU", "l4", "l4"]);
        assert_eq!(alike.said_once(), "Alike in every row: policy (smart).");
        assert_eq!(listing(&[]).laid_out().words(), [""; 0]);
    }
}
