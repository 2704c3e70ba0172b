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

    /// The table as rows of cells, for the page.
    pub fn laid_out(&self) -> Table {
        let head = self.rows.first().into_iter().flatten();
        let head = head.enumerate().map(|(at, text)| match at {
            at if at < self.names => Cell::column(text).classed("left"),
            _ => Cell::column(text),
        });
        let row = |row: &Vec<String>| {
            let cell = |(at, text): (usize, &String)| match at {
                0 => Cell::row(text),
                at if at < self.names => Cell::value(text).classed("left"),
                _ => Cell::value(text),
            };
            Row::new(row.iter().enumerate().map(cell))
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
