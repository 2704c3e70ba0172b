//! A table as data: the text of its cells, and which of them head a row or a column.
//!
//! A program that shows a table needs nothing else: the page makes elements of it, a test counts its cells.

use crate::rich::{RichText, Tone, words};

/// A table with a head and a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The rows of its head.
    pub head: Vec<Row>,
    /// The rows of the body in groups; most tables have one group.
    pub groups: Vec<Vec<Row>>,
}

/// A row of a table, with the class that sets it off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its class in the style sheets; empty for most.
    pub class: &'static str,
    /// Its cells from left to right.
    pub cells: Vec<Cell>,
}

/// Whether a cell holds a value or heads other cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// It holds a value.
    #[default]
    Value,
    /// The cell is the heading of its row.
    Row,
    /// The cell is the heading of its column.
    Column,
    /// The cell is the heading of its group of rows.
    Rows,
    /// The cell is the heading of several columns.
    Columns,
}

/// A cell of a table: its text, and whether it heads a row or a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Whether the cell holds a value or heads other cells.
    pub place: Place,
    /// The text of the cell.
    pub text: RichText,
    /// The number of columns that the cell spans; 0 counts as 1.
    pub span: usize,
    /// Its class in the style sheets; empty for most.
    pub class: &'static str,
    /// The name of the cell's column, for narrow screens that show a row as a card; empty if it is not needed.
    pub name: &'static str,
}

impl Cell {
    /// A cell with a plain text.
    fn of(place: Place, text: impl Into<String>) -> Self {
        Self::rich(place, vec![(Tone::Plain, text.into())])
    }

    /// A cell with a rich text.
    pub fn rich(place: Place, text: RichText) -> Self {
        Self {
            place,
            text,
            ..Self::default()
        }
    }

    /// A cell that holds a value.
    pub fn value(text: impl Into<String>) -> Self {
        Self::of(Place::Value, text)
    }

    /// A cell that is the heading of a row.
    pub fn row(text: impl Into<String>) -> Self {
        Self::of(Place::Row, text)
    }

    /// A cell that is the heading of a column.
    pub fn column(text: impl Into<String>) -> Self {
        Self::of(Place::Column, text)
    }

    /// The empty cell where the headings of rows and columns meet.
    pub fn corner() -> Self {
        Self {
            class: "corner",
            ..Self::default()
        }
    }

    /// The cell, spanning several columns.
    #[must_use]
    pub fn wide(mut self, columns: usize) -> Self {
        self.span = columns;
        self
    }

    /// The cell, with a class of the style sheets.
    #[must_use]
    pub fn classed(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
}

impl Row {
    /// A row of these cells.
    pub fn new(cells: impl IntoIterator<Item = Cell>) -> Self {
        Self {
            class: "",
            cells: cells.into_iter().collect(),
        }
    }

    /// A row with a single cell, `columns` wide, that is the heading of a group.
    pub fn level(text: RichText, columns: usize) -> Self {
        Self {
            class: "level",
            cells: vec![Cell::rich(Place::Rows, text).wide(columns)],
        }
    }
}

impl Table {
    /// A table with a head of one row and one group of rows.
    pub fn simple(head: impl IntoIterator<Item = Cell>, rows: Vec<Row>) -> Self {
        Self {
            head: vec![Row::new(head)],
            groups: vec![rows],
        }
    }

    /// The rows of all groups of the body.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.groups.iter().flatten()
    }

    /// The text of every cell, head and body, row by row.
    pub fn words(&self) -> Vec<String> {
        let all = self.head.iter().chain(self.rows());
        all.flat_map(|row| row.cells.iter().map(|cell| words(&cell.text)))
            .collect()
    }
}
