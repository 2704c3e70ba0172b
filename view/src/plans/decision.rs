//! What a search came to, as it is shown: sentences, pictures, tables, and the same in files.

use super::Quest;
use crate::chart::plane::Plane;
use crate::table::{Cell, Row, Table};
use crate::wire_fields;
use warmpath_core::report::document::Document;

/// A table of what was found: a heading, then rows, of which the first `names` cells stand left.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// What it lists.
    pub title: String,
    /// How many of its columns are names.
    pub names: usize,
    /// The heading, then the rows.
    pub rows: Vec<Vec<String>>,
    /// Whether it is only for who wants every number.
    pub detail: bool,
}

/// The answer, or what is known of it so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What was asked.
    pub quest: Quest,
    /// Of which scenario, canonical, its workload by the name that repeats it.
    pub query: String,
    /// With which settings, in the order of the quest's.
    pub options: Vec<String>,
    /// Whether it is the whole answer.
    pub whole: bool,
    /// The answer in sentences.
    pub sentences: Vec<String>,
    /// Its pictures.
    pub pictures: Vec<Plane>,
    /// Its tables.
    pub tables: Vec<Listing>,
    /// What a reader must know.
    pub notes: Vec<String>,
    /// Where step times come from.
    pub provenance: String,
    /// A scenario that has the answer in it, as a query; empty where there is none.
    pub taken: String,
    /// The whole answer in each format: its name and the file's text. Empty until the answer is whole.
    pub files: Vec<(String, String)>,
}

wire_fields! {
    Listing { title, names, rows, detail }
    Decision { quest, query, options, whole, sentences, pictures, tables, notes, provenance, taken, files }
}

impl Listing {
    /// The same as rows of cells, for who shows it.
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
    /// What a document says, without pictures.
    pub fn of(quest: Quest, query: &str, options: &[String], document: &Document) -> Self {
        let listing = |table: &warmpath_core::report::document::Table| Listing {
            title: table.title.clone(),
            names: table.names,
            rows: table.readable(),
            detail: table.detail,
        };
        let tables = document.tables.iter().filter(|it| !it.rows.is_empty());
        Self {
            quest,
            query: query.to_owned(),
            options: options.to_vec(),
            whole: false,
            sentences: document.sentences.clone(),
            pictures: Vec::new(),
            tables: tables.map(listing).collect(),
            notes: document.notes.clone(),
            provenance: document.provenance.clone(),
            taken: String::new(),
            files: Vec::new(),
        }
    }
}
