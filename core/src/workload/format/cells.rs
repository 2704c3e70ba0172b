//! The cells of a line that commas (or another separator) split.
//!
//! As RFC 4180 has it, a cell in double quotes may hold commas, and `""` in it stands for a quote; other than there, a record
//! ends with its line. What follows a closing quote other than a comma, and a quote that its line does not close, are faults:
//! half of a cell would be read for the whole.

use super::lines::Fault;
use crate::json::characters;
use crate::words::grouped;
use crate::workload::{Place, WorkloadError};
use memchr::{memchr, memchr_iter};

/// Splits a line into its cells, with their quotes. A fault is the last thing it yields.
#[derive(Clone, Debug)]
pub(in crate::workload) struct Cells<'a> {
    line: &'a str,
    separator: u8,
    /// Where the next cell begins; `None` after the last.
    next: Option<usize>,
}

/// A fault in a line's quotes, and after how many bytes of the line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::workload) enum Quote {
    /// A quote opens there, and is not closed in the line.
    Open(usize),
    /// A quote closes there, and is followed by this character instead of a comma.
    Before(char, usize),
}

impl<'a> Cells<'a> {
    pub(in crate::workload) fn of(line: &'a str) -> Self {
        Self::split(line, b',')
    }

    /// The cells of a line that this byte of ASCII splits.
    pub(super) fn split(line: &'a str, separator: u8) -> Self {
        Self {
            line,
            separator,
            next: Some(0),
        }
    }

    /// The cells of a line, if there are as many as columns.
    pub(in crate::workload) fn in_columns(
        self,
        columns: usize,
        place: Place,
    ) -> Result<Vec<&'a str>, Fault> {
        let line = self.line;
        // No more cells than columns are held, however many there are.
        let mut cells = Vec::with_capacity(columns);
        let mut found: u64 = 0;
        for cell in self {
            let cell = cell.map_err(|quote| quote.fault(line, place))?;
            found += 1;
            if cells.len() < columns {
                cells.push(cell);
            }
        }
        if found == columns as u64 {
            return Ok(cells);
        }
        let wrong = WorkloadError::Syntax {
            place,
            detail: format!(
                "{} columns found, {} expected",
                grouped(found),
                grouped(columns as u64)
            ),
        };
        Err(match found < columns as u64 {
            true => Fault::Cut(wrong),
            false => Fault::Wrong(wrong),
        })
    }

    /// Whether a character is a blank between cells; a tab that splits them is none.
    fn is_blank(&self, letter: char) -> bool {
        letter.is_whitespace() && letter != char::from(self.separator)
    }

    /// Where a quoted cell ends that begins after `from` bytes.
    fn closing(&self, from: usize, blank: usize) -> Result<usize, Quote> {
        let opened = from + blank;
        let bytes = self.line.as_bytes();
        let mut at = opened + 1;
        loop {
            let Some(skip) = memchr(b'"', &bytes[at..]) else {
                return Err(Quote::Open(opened));
            };
            at += skip + 1;
            if bytes.get(at) != Some(&b'"') {
                break;
            }
            at += 1;
        }
        let rest = &self.line[at..];
        match rest.find(|letter: char| !self.is_blank(letter)) {
            None => Ok(self.line.len()),
            Some(skip) => match rest[skip..].chars().next() {
                Some(next) if next == char::from(self.separator) => Ok(at + skip),
                other => Err(Quote::Before(other.unwrap_or_default(), at + skip)),
            },
        }
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Result<&'a str, Quote>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.next.take()?;
        let rest = &self.line[from..];
        let blank = rest.len() - rest.trim_start_matches(|it| self.is_blank(it)).len();
        let end = if rest[blank..].starts_with('"') {
            match self.closing(from, blank) {
                Ok(end) => end,
                Err(quote) => return Some(Err(quote)),
            }
        } else {
            from + memchr(self.separator, rest.as_bytes()).unwrap_or(rest.len())
        };
        self.next = (end < self.line.len()).then_some(end + 1);
        Some(Ok(&self.line[from..end]))
    }
}

impl Quote {
    fn fault(self, line: &str, place: Place) -> Fault {
        let (Quote::Open(at) | Quote::Before(_, at)) = self;
        let column = characters(&line.as_bytes()[..at]) as u64 + 1;
        let place = match place {
            Place::Line(line) => Place::Column(line, column),
            other => other,
        };
        match self {
            // The rest of a line that was cut may have closed the quote.
            Quote::Open(_) => Fault::Open(WorkloadError::Syntax {
                place,
                detail: "a quote that its line does not close".to_owned(),
            }),
            Quote::Before(letter, _) => Fault::Wrong(WorkloadError::Syntax {
                place,
                detail: format!("{letter:?} after a closing quote, the end of its cell expected"),
            }),
        }
    }
}

/// How many columns a line without quotes has.
pub(in crate::workload) fn column_count(line: &str) -> usize {
    memchr_iter(b',', line.as_bytes()).count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_commas_and_must_close() {
        let cells = |line| Cells::of(line).collect::<Result<Vec<&str>, Quote>>();
        assert_eq!(cells(""), Ok(vec![""]));
        assert_eq!(cells("a, b ,"), Ok(vec!["a", " b ", ""]));
        assert_eq!(
            cells("\"1,5\", \"a\"\"b\" ,c"),
            Ok(vec!["\"1,5\"", " \"a\"\"b\" ", "c"])
        );
        assert_eq!(cells("a\"b,c\""), Ok(vec!["a\"b", "c\""]));
        assert_eq!(cells("a, \"b,c"), Err(Quote::Open(3)));
        assert_eq!(cells("\"\"\""), Err(Quote::Open(0)));
        assert_eq!(cells("\"é\" x,c"), Err(Quote::Before('x', 5)));
    }
}
