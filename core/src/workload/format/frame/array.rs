//! A JSON array of records, read one by one however long it is. An array of messages is one chat.

use super::{Rows, Whole};
use crate::json;
use crate::words::grouped;
use crate::workload::draft::{Draft, Format};
use crate::workload::format::message::is_message;
use crate::workload::format::requests::Undecided;
use crate::workload::format::scan::{Ending, Position, Scanner};
use crate::workload::reader::ReadOptions;
use crate::workload::{Place, WorkloadError};

/// The parser of an array, fed in pieces.
pub(in crate::workload) struct Array {
    scanner: Scanner,
    elements: Elements,
}

struct Elements {
    options: ReadOptions,
    rows: Box<Undecided>,
    /// The whole text, if the array turns out to be one chat.
    chat: Option<Box<Whole>>,
    read: u64,
    /// The text so far, as long as the first element is not known.
    head: String,
    lines: u64,
}

impl Array {
    pub(in crate::workload) fn new(options: &ReadOptions) -> Self {
        Self {
            scanner: Scanner::default(),
            elements: Elements {
                options: options.clone(),
                rows: Box::new(Undecided::new(options)),
                chat: None,
                read: 0,
                head: String::new(),
                lines: 0,
            },
        }
    }
}

impl Elements {
    fn element(&mut self, text: &str, at: Position) -> Result<(), WorkloadError> {
        if self.chat.is_some() {
            return Ok(());
        }
        let number = self.read + 1;
        let value = json::parse(text).map_err(|fault| WorkloadError::Syntax {
            place: at.of(&fault).inside(number),
            detail: fault.reason(),
        })?;
        self.read += 1;
        if number == 1 && is_message(&value) {
            self.chat = Some(Box::new(Whole::new(&self.options)));
            return Ok(());
        }
        match self.rows.full() {
            true => Ok(()),
            false => self.rows.row(Place::Conversation(number), &value),
        }
    }
}

impl Format for Array {
    fn skip_lines(&mut self, lines: u64) {
        self.scanner.skip_lines(lines);
        self.elements.lines = lines;
    }

    fn text(&mut self, piece: &str) -> Result<(), WorkloadError> {
        let elements = &mut self.elements;
        if elements.read == 0 {
            elements.head.push_str(piece);
        }
        let known = elements.chat.is_some();
        self.scanner
            .push(piece, |json, at| elements.element(json, at))?;
        match &mut elements.chat {
            Some(chat) if known => chat.text(piece)?,
            Some(chat) => {
                chat.skip_lines(elements.lines);
                chat.text(&core::mem::take(&mut elements.head))?;
            }
            None if elements.read > 0 => elements.head = String::new(),
            None => {}
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        let Self { scanner, elements } = *self;
        if let Some(chat) = elements.chat {
            return chat.finish();
        }
        let read = elements.read;
        let cut = match scanner.finish() {
            Ending::Whole => None,
            Ending::Inside => Some(format!("ends inside conversation {}", grouped(read + 1))),
            Ending::Between => Some(format!("ends after conversation {}", grouped(read))),
        };
        if read == 0 {
            return Err(WorkloadError::Nothing(match cut {
                Some(_) => "the file breaks off before a whole conversation was read".to_owned(),
                None => "the array has no conversation".to_owned(),
            }));
        }
        let mut draft = elements.rows.finish()?;
        draft.notes.splice(
            0..0,
            cut.map(|cut| format!("{cut}; {} read", grouped(read))),
        );
        Ok(draft)
    }
}
