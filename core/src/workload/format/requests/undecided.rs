//! The records of a log that are no requests, and a file that may begin with them: its first request shows what kind of file it is.

use super::super::columns::Columns;
use super::Requests;
use crate::json::Value;
use crate::words::counted;
use crate::workload::draft::Draft;
use crate::workload::format::frame::Rows;
use crate::workload::format::sniff::no_request;
use crate::workload::reader::ReadOptions;
use crate::workload::reading::Role;
use crate::workload::{Place, WorkloadError};

/// Why a record is no request, in logs that have others as well; `None` if it may be one.
pub(in crate::workload::format) fn aside(record: &Value<'_>) -> Option<&'static str> {
    let other = |name: &str, wanted: &[&str]| match record.get(name) {
        Some(Value::Text(kind)) => !wanted.contains(&&*kind.read()),
        _ => false,
    };
    if other("event_type", &["request_end"]) {
        return Some("an event that is not the end of a request");
    }
    let traced = record.get("trace_id").or_else(|| record.get("traceId"));
    (traced.is_some() && other("type", &["GENERATION", "generation"]))
        .then_some("a span that is no generation")
}

/// Why no request is made of a record whose only prompt is a list (of prompts, or of token ids); `None` if it is no such record.
pub(super) fn listed(record: &Value<'_>, columns: &Columns<'_>) -> Option<&'static str> {
    let body = record.get("body").unwrap_or(record);
    let text = [Role::Prompt, Role::Messages].map(|role| columns.written(role).is_some());
    (text == [false; 2] && matches!(body.get("prompt"), Some(Value::List(_))))
        .then_some("several prompts, or token ids, in one record")
}

/// The records that were left out: for each reason how many, and the place of the first.
#[derive(Debug, Default)]
pub(super) struct LeftOut(pub(super) Vec<(u64, &'static str, Place)>);

impl LeftOut {
    pub(super) fn add(&mut self, place: Place, why: &'static str) {
        match self.0.iter_mut().find(|it| it.1 == why) {
            Some(it) => it.0 += 1,
            None => self.0.push((1, why, place)),
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|it| it.0).sum()
    }

    /// A sentence for each reason.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        let note = |(count, why, first): &(u64, &str, Place)| {
            let records = counted(*count, "record is", "records are");
            format!("{records} left out: {why} (the first: {first})")
        };
        self.0.iter().map(note)
    }
}

/// The receiver of the records of a file that may begin with records that are no requests.
pub(in crate::workload::format) struct Undecided {
    options: ReadOptions,
    left_out: LeftOut,
    requests: Option<Box<Requests>>,
}

impl Undecided {
    pub(in crate::workload::format) fn new(options: &ReadOptions) -> Self {
        Self {
            options: options.clone(),
            left_out: LeftOut::default(),
            requests: None,
        }
    }
}

impl Rows for Undecided {
    fn row(&mut self, place: Place, record: &Value<'_>) -> Result<(), WorkloadError> {
        if let Some(requests) = &mut self.requests {
            return requests.row(place, record);
        }
        if let Some(why) = aside(record) {
            self.left_out.add(place, why);
            return Ok(());
        }
        let first = Requests::recognise(record, &self.options)?;
        let mut requests = first.ok_or_else(|| no_request(place, record))?;
        requests.left_out = core::mem::take(&mut self.left_out);
        self.requests.insert(Box::new(requests)).row(place, record)
    }

    fn full(&self) -> bool {
        self.requests.as_ref().is_some_and(|it| it.full())
    }

    fn read(&self) -> u64 {
        self.requests.as_ref().map_or(0, |it| it.read())
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        match self.requests {
            Some(requests) => requests.finish(),
            None => {
                let why: Vec<String> = self.left_out.notes().collect();
                Err(WorkloadError::Nothing(format!(
                    "no record is a request ({})",
                    why.join("; ")
                )))
            }
        }
    }
}
