//! Formats of one record in each line: splits the text, numbers the lines, and distinguishes a file that breaks off from a wrong
//! one.

use crate::json::{self, Value};
use crate::words::grouped;
use crate::workload::draft::{Draft, Format};
use crate::workload::error::LONGEST_RECORD;
use crate::workload::{Place, WorkloadError};
use memchr::memchr;

/// The parser of the lines of one format.
pub(in crate::workload) trait Records {
    /// Takes a line that is not blank, without its line end and the blanks around it; if [`Self::verbatim`], any line as it stands.
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault>;
    /// Whether as many requests were read as are wanted.
    fn full(&self) -> bool;
    /// The number of records that were taken so far.
    fn read(&self) -> u64;
    /// Whether the beginning of a record can be taken for a whole one: its last field is a number, or may be empty.
    fn open_ended(&self) -> bool {
        false
    }
    /// Whether blanks and blank lines have a meaning: they may belong to a text, or separate cells.
    fn verbatim(&self) -> bool {
        false
    }
    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError>;
}

/// What is wrong with a line, and whether the rest of it might put it right.
#[derive(Debug)]
pub(in crate::workload) enum Fault {
    /// The line may be the beginning of a right one.
    Cut(WorkloadError),
    /// The line may be the beginning of a right one, since a quote in it is open.
    Open(WorkloadError),
    /// The line is wrong, whatever would follow.
    Wrong(WorkloadError),
}

impl From<WorkloadError> for Fault {
    fn from(error: WorkloadError) -> Self {
        Fault::Wrong(error)
    }
}

impl Fault {
    /// The error, whatever would follow the line.
    pub(in crate::workload) fn error(self) -> WorkloadError {
        match self {
            Fault::Cut(error) | Fault::Open(error) | Fault::Wrong(error) => error,
        }
    }

    /// The same fault, if the text that was parsed begins this many characters later in its line.
    fn indented(self, by: u64) -> Self {
        match self {
            Fault::Cut(error) => Fault::Cut(error.indented(by)),
            Fault::Open(error) => Fault::Open(error.indented(by)),
            Fault::Wrong(error) => Fault::Wrong(error.indented(by)),
        }
    }
}

/// Parses a line of JSON; one that ends too early may have been cut.
pub(in crate::workload) fn parse(place: Place, line: &str) -> Result<Value<'_>, Fault> {
    json::parse(line).map_err(|fault| {
        let wrong = syntax(place, &fault);
        if fault.cut {
            Fault::Cut(wrong)
        } else {
            Fault::Wrong(wrong)
        }
    })
}

/// The error of a line of JSON that has this fault, with its column.
pub(in crate::workload) fn syntax(place: Place, fault: &json::Fault) -> WorkloadError {
    let place = match place {
        Place::Line(line) => Place::Column(line, fault.column as u64),
        other => other,
    };
    WorkloadError::Syntax {
        place,
        detail: fault.reason(),
    }
}

/// A splitter that passes lines to a parser of records.
pub(in crate::workload) struct Lines {
    records: Box<dyn Records>,
    carried: String,
    /// The number of lines completed so far.
    lines: u64,
}

impl Lines {
    pub(in crate::workload) fn new(records: impl Records + 'static) -> Self {
        Self {
            records: Box::new(records),
            carried: String::new(),
            lines: 0,
        }
    }

    fn line(&mut self, line: &str) -> Result<(), Fault> {
        self.lines += 1;
        if self.records.full() {
            return Ok(());
        }
        if self.records.verbatim() {
            return self.records.record(Place::Line(self.lines), line);
        }
        let record = line.trim();
        if record.is_empty() {
            return Ok(());
        }
        let parsed = self.records.record(Place::Line(self.lines), record);
        parsed.map_err(|fault| {
            let indent = line.chars().take_while(|letter| letter.is_whitespace());
            fault.indented(indent.count() as u64)
        })
    }

    fn whole_line(&mut self, line: &str) -> Result<(), WorkloadError> {
        self.line(line).map_err(Fault::error)
    }
}

impl Format for Lines {
    fn skip_lines(&mut self, lines: u64) {
        self.lines += lines;
    }

    fn text(&mut self, mut piece: &str) -> Result<(), WorkloadError> {
        while let Some(end) = memchr(b'\n', piece.as_bytes()) {
            let (line, rest) = (&piece[..end], &piece[end + 1..]);
            if self.carried.is_empty() {
                self.whole_line(line)?;
            } else {
                let mut whole = core::mem::take(&mut self.carried);
                whole.push_str(line);
                self.whole_line(&whole)?;
                whole.clear();
                self.carried = whole;
            }
            piece = rest;
        }
        if self.carried.len() + piece.len() > LONGEST_RECORD {
            return Err(WorkloadError::TooLong {
                place: Place::Line(self.lines + 1),
            });
        }
        self.carried.push_str(piece);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Draft, WorkloadError> {
        let last = core::mem::take(&mut self.carried);
        let read = |records: &dyn Records| match records.read() {
            1 => "1 request read".to_owned(),
            many => format!("{} requests read", grouped(many)),
        };
        let full = self.records.full();
        let cut = match self.line(&last) {
            Ok(()) if full || last.trim().is_empty() || !self.records.open_ended() => None,
            Ok(()) => Some(format!(
                "line {} has no line end: what it ends with may be cut short",
                grouped(self.lines)
            )),
            Err(Fault::Cut(_) | Fault::Open(_)) if self.records.read() > 0 => Some(format!(
                "ends inside line {}, which is left out; {}",
                grouped(self.lines),
                read(&*self.records)
            )),
            Err(fault) => return Err(fault.error()),
        };
        let mut draft = self.records.finish()?;
        draft.notes.splice(0..0, cut);
        Ok(draft)
    }
}
