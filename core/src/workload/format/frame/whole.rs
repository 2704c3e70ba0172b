//! A file that is one JSON value: a chat, a single record over several lines, an object around a list of records, or a
//! benchmark's results.

use super::Rows;
use crate::json::{self, Value};
use crate::workload::draft::{Draft, Format};
use crate::workload::error::LONGEST_RECORD;
use crate::workload::format::lines::syntax;
use crate::workload::format::requests::{Requests, Undecided};
use crate::workload::format::results::{self, ResultRecord};
use crate::workload::format::sniff::no_request;
use crate::workload::reader::ReadOptions;
use crate::workload::{Place, WorkloadError};

/// The names of lists of records in the objects that exports write.
const LISTS: [&str; 9] = [
    "data",
    "records",
    "requests",
    "observations",
    "items",
    "results",
    "rows",
    "benchmarks",
    "traces",
];

/// The text of the whole file, which is read when it has ended.
pub(in crate::workload) struct Whole {
    text: String,
    lines: u64,
    options: ReadOptions,
}

impl Whole {
    pub(in crate::workload) fn new(options: &ReadOptions) -> Self {
        Self {
            text: String::new(),
            lines: 0,
            options: options.clone(),
        }
    }
}

impl Whole {
    /// Reads the requests of a benchmark.
    fn benchmark(
        &self,
        format: &'static str,
        results: &[ResultRecord<'_>],
    ) -> Result<Draft, WorkloadError> {
        let answered = results.iter().find_map(|it| match it {
            ResultRecord::Answered(record) => Some(record),
            ResultRecord::LeftOut(_) => None,
        });
        let none = || WorkloadError::Nothing("no request of the benchmark was answered".to_owned());
        let first = answered.ok_or_else(none)?;
        let requests = Requests::recognise(first, &self.options)?;
        let place = Place::Line(self.lines + 1);
        let mut rows = requests
            .ok_or_else(|| no_request(place, first))?
            .called(format);
        for (number, result) in (1..).zip(results) {
            if rows.full() {
                break;
            }
            rows.result(Place::Conversation(number), result)?;
        }
        Box::new(rows).finish()
    }

    /// Whether a value is an object with a list of records in it.
    pub(in crate::workload) fn around(value: &Value<'_>) -> bool {
        list_in(value).is_some()
    }
}

/// The list of records in an object; `None` if the value has none.
fn list_in<'a, 'b>(value: &'a Value<'b>) -> Option<&'a [Value<'b>]> {
    let is_record = |it: &Value<'_>| matches!(it, Value::Object(_) | Value::List(_));
    LISTS.iter().find_map(|name| match value.get(name) {
        Some(Value::List(list)) if !list.is_empty() && list.iter().all(is_record) => {
            Some(list.as_slice())
        }
        _ => None,
    })
}

impl Format for Whole {
    fn skip_lines(&mut self, lines: u64) {
        self.lines = lines;
    }

    fn text(&mut self, piece: &str) -> Result<(), WorkloadError> {
        if self.text.len() + piece.len() > LONGEST_RECORD {
            return Err(WorkloadError::TooLong {
                place: Place::Line(self.lines + 1),
            });
        }
        self.text.push_str(piece);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        let value = json::parse(&self.text)
            .map_err(|fault| syntax(Place::Line(self.lines + fault.line as u64), &fault))?;
        let place = Place::Line(self.lines + 1);
        if let Some((format, results)) = results::of_value(&value)? {
            return self.benchmark(format, &results);
        }
        // An array comes here only if it is one chat, which is a record.
        let records = list_in(&value).unwrap_or(core::slice::from_ref(&value));
        let mut rows = Undecided::new(&self.options);
        for (number, record) in (1..).zip(records) {
            if rows.full() {
                break;
            }
            let chat = matches!(record, Value::List(_));
            let place = if records.len() > 1 || chat {
                Place::Conversation(number)
            } else {
                place
            };
            rows.row(place, record)?;
        }
        Box::new(rows).finish()
    }
}
