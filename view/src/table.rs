//! A table as data: what stands in its cells, and what each cell is a head of.
//!
//! Whoever shows a table asks nothing else of it: the page makes elements of it, a test counts its cells.

use crate::rich::{RichText, Tone, words};

/// What stands inside a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The rows of its head.
    pub head: Vec<Row>,
    /// The rows of its body, by group; most tables have one.
    pub groups: Vec<Vec<Row>>,
}

/// A row of a table: its cells, and how the row is set off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its class in the style sheets; empty for most.
    pub class: &'static str,
    /// Its cells from left to right.
    pub cells: Vec<Cell>,
}

/// What a cell is to its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// It holds a value.
    #[default]
    Value,
    /// It names its row.
    Row,
    /// It names its column.
    Column,
    /// It names the rows of its group.
    Rows,
    /// It names several columns.
    Columns,
}

/// A cell of a table: its text, and whether it heads a row or a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What it is to its neighbours.
    pub place: Place,
    /// What stands in it.
    pub text: RichText,
    /// How many columns it is wide; 0 and 1 are one.
    pub span: usize,
    /// Its class in the style sheets; empty for most.
    pub class: &'static str,
    /// The name of its column, for narrow screens that show a row as a card; empty where they need none.
    pub name: &'static str,
}

impl Cell {
    /// A cell of that place with a plain text.
    fn of(place: Place, text: impl Into<String>) -> Self {
        Self::rich(place, vec![(Tone::Plain, text.into())])
    }

    /// A cell of that place.
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

    /// The name of a row.
    pub fn row(text: impl Into<String>) -> Self {
        Self::of(Place::Row, text)
    }

    /// The name of a column.
    pub fn column(text: impl Into<String>) -> Self {
        Self::of(Place::Column, text)
    }

    /// The empty cell where the names of rows and columns meet.
    pub fn corner() -> Self {
        Self {
            class: "corner",
            ..Self::default()
        }
    }

    /// The same, so many columns wide.
    #[must_use]
    pub fn wide(mut self, columns: usize) -> Self {
        self.span = columns;
        self
    }

    /// The same with a class of the style sheets.
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

    /// A row that names the group it begins, `columns` wide.
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

    /// The rows of the body, whatever their group.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.groups.iter().flatten()
    }

    /// The words of every cell, head and body, row by row.
    pub fn words(&self) -> Vec<String> {
        let all = self.head.iter().chain(self.rows());
        all.flat_map(|row| row.cells.iter().map(|cell| words(&cell.text)))
            .collect()
    }
}
