//! How records stand in a file: a line each, in a JSON array, as one JSON value, in a table, or as plain text.
//!
//! Whatever the frame, a record comes out as a JSON value ([`Rows`]): a table's row is an object whose fields are its columns,
//! a line of plain text an object with a `prompt`.

mod array;
pub(super) mod dialogue;
mod table;
mod whole;

pub(super) use array::Array;
pub(super) use dialogue::Dialogue;
pub(super) use table::Table;
pub(super) use whole::Whole;

use super::lines::{Fault, Records, parse};
use super::requests::Requests;
use crate::json::{Text, Value};
use crate::workload::draft::Draft;
use crate::workload::reader::ReadOptions;
use crate::workload::reading::Role;
use crate::workload::{Place, WorkloadError};

/// A receiver of records, whatever their frame.
pub(super) trait Rows {
    fn row(&mut self, place: Place, record: &Value<'_>) -> Result<(), WorkloadError>;
    /// Whether as many requests were read as are wanted.
    fn full(&self) -> bool;
    /// The number of requests that were read so far.
    fn read(&self) -> u64;
    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError>;
}

/// The frame in which each line is a JSON record.
pub(super) struct JsonLines(pub(super) Box<dyn Rows>);

impl Records for JsonLines {
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        let row = parse(place, line)?;
        Ok(self.0.row(place, &row)?)
    }

    fn full(&self) -> bool {
        self.0.full()
    }

    fn read(&self) -> u64 {
        self.0.read()
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        self.0.finish()
    }
}

/// The frame in which each line is a prompt.
pub(super) struct PlainText(Box<dyn Rows>);

/// The name of the only field in the record of a line. `--map prompt=line` says that the file is plain text.
pub(super) const LINE: &str = "line";

impl PlainText {
    /// The parser; `None` if an option says that another field is the prompt, as lines have no other.
    pub(super) fn new(options: &ReadOptions) -> Result<Option<Self>, WorkloadError> {
        let mut options = options.clone();
        let map = &mut options.reading.map;
        if map.column(Role::Prompt).is_none() {
            map.0.push((Role::Prompt, LINE.to_owned()));
        }
        let requests = Requests::recognise(&Self::of("-"), &options)?;
        Ok(requests.map(|it| Self(Box::new(it))))
    }

    fn of(line: &str) -> Value<'_> {
        Value::Object(vec![(Text::plain(LINE), Value::Text(Text::plain(line)))])
    }
}

impl Records for PlainText {
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        Ok(self.0.row(place, &Self::of(line))?)
    }

    fn full(&self) -> bool {
        self.0.full()
    }

    fn read(&self) -> u64 {
        self.0.read()
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        let mut draft = self.0.finish()?;
        draft
            .notes
            .insert(0, "read as plain text: every line is a prompt".to_owned());
        Ok(draft)
    }
}
