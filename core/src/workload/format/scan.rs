//! Splits a JSON array into its elements without parsing them: only strings and brackets are looked at.
//!
//! Inside a string the next quote or backslash is searched for, so most bytes are passed at memory speed. An element
//! that lies within one piece is handed on without a copy.

use crate::json::{Fault, characters};
use crate::workload::error::LONGEST_RECORD;
use crate::workload::{Place, WorkloadError};
use memchr::{memchr_iter, memchr2, memrchr};

/// A place in the file, by line and column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Position {
    /// The line, counted from 1.
    line: u64,
    /// The character in the line, counted from 1.
    column: u64,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl Position {
    /// Moves on past a text.
    fn pass(&mut self, text: &[u8]) {
        let ends = memchr_iter(b'\n', text).count() as u64;
        let last = match ends {
            0 => text,
            _ => {
                self.column = 1;
                &text[memrchr(b'\n', text).map_or(0, |at| at + 1)..]
            }
        };
        self.line += ends;
        self.column += characters(last) as u64;
    }

    /// The place of a fault in a text that begins here.
    pub(super) fn of(self, fault: &Fault) -> Self {
        let (line, column) = (fault.line as u64, fault.column as u64);
        Self {
            line: self.line + line - 1,
            column: match line {
                1 => self.column + column - 1,
                _ => column,
            },
        }
    }

    /// The place as one in the conversation with this number, counted from 1.
    pub(super) fn inside(self, conversation: u64) -> Place {
        Place::Inside(conversation, self.line, self.column)
    }
}

/// The scanner of an array, with its state between pieces.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    /// The place up to which lines and columns have been counted: the beginning of the piece, or a later one in it.
    position: Position,
    /// The place where the element begins.
    begun: Position,
    at: ScanPlace,
    /// How many brackets are open in the element.
    depth: u32,
    /// The part of the element's text that came in earlier pieces.
    carried: String,
    elements: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum ScanPlace {
    /// Before the bracket that opens the array.
    #[default]
    Start,
    /// Before or after an element; `comma`: just after a comma, or after the bracket that opens the array.
    Between {
        comma: bool,
    },
    /// In an element, outside its strings.
    Element,
    InString,
    /// In a string, just after a backslash.
    Escaped,
    /// After the bracket that closes the array.
    End,
}

/// How the text of the array ended.
#[derive(Debug, PartialEq)]
pub(super) enum Ending {
    Whole,
    Inside,
    Between,
}

impl Scanner {
    /// Counts lines of the file that come before the text.
    pub(super) fn skip_lines(&mut self, lines: u64) {
        self.position.line += lines;
    }

    /// Hands every element that `piece` completes to `element`.
    pub(super) fn push(
        &mut self,
        piece: &str,
        mut element: impl FnMut(&str, Position) -> Result<(), WorkloadError>,
    ) -> Result<(), WorkloadError> {
        let bytes = piece.as_bytes();
        // Up to where `position` has counted.
        let mut counted = 0;
        // Where the element's part in this piece begins.
        let mut from = 0;
        let mut i = 0;
        while i < bytes.len() {
            match self.at {
                ScanPlace::InString => match memchr2(b'"', b'\\', &bytes[i..]) {
                    None => i = bytes.len(),
                    Some(skip) => {
                        i += skip + 1;
                        self.at = if bytes[i - 1] == b'"' {
                            ScanPlace::Element
                        } else {
                            ScanPlace::Escaped
                        };
                    }
                },
                ScanPlace::Escaped => {
                    self.at = ScanPlace::InString;
                    i += 1;
                }
                ScanPlace::Element => {
                    match bytes[i] {
                        b'"' => self.at = ScanPlace::InString,
                        b'{' | b'[' => self.depth += 1,
                        b'}' | b']' => self.depth -= 1,
                        _ => {}
                    }
                    i += 1;
                    if self.depth == 0 {
                        self.elements += 1;
                        self.at = ScanPlace::Between { comma: false };
                        if self.carried.is_empty() {
                            element(&piece[from..i], self.begun)?;
                        } else {
                            self.carried.push_str(&piece[..i]);
                            element(&self.carried, self.begun)?;
                            self.carried.clear();
                        }
                    }
                }
                ScanPlace::Start | ScanPlace::Between { .. } | ScanPlace::End => {
                    if !bytes[i].is_ascii_whitespace() {
                        self.position.pass(&bytes[counted..i]);
                        counted = i;
                        self.outside(&piece[i..])?;
                        self.begun = self.position;
                        from = i;
                    }
                    i += 1;
                }
            }
        }
        self.position.pass(&bytes[counted..]);
        if matches!(
            self.at,
            ScanPlace::Element | ScanPlace::InString | ScanPlace::Escaped
        ) {
            if self.carried.len() + (piece.len() - from) > LONGEST_RECORD {
                return Err(WorkloadError::TooLong {
                    place: self.place(),
                });
            }
            self.carried.push_str(&piece[from..]);
        }
        Ok(())
    }

    /// Takes the first character of `text`, which is visible and outside all elements.
    fn outside(&mut self, text: &str) -> Result<(), WorkloadError> {
        self.at = match (self.at, text.as_bytes().first()) {
            (ScanPlace::Start, Some(b'[')) => ScanPlace::Between { comma: true },
            (ScanPlace::Between { comma: true }, Some(b'{' | b'[')) => {
                self.depth = 1;
                ScanPlace::Element
            }
            (ScanPlace::Between { comma: false }, Some(b',')) => ScanPlace::Between { comma: true },
            (ScanPlace::Between { comma }, Some(b']')) if !comma || self.elements == 0 => {
                ScanPlace::End
            }
            (at, _) => {
                // Only one character is shown, as how much more is at hand depends on the pieces.
                let found = format!("{:?}", text.chars().next().unwrap_or_default());
                return Err(match at {
                    ScanPlace::End => WorkloadError::Syntax {
                        place: self.position.inside(self.elements),
                        detail: format!("the array ends after it, but {found} follows"),
                    },
                    ScanPlace::Between { comma: false } => WorkloadError::Syntax {
                        place: self.position.inside(self.elements),
                        detail: format!("{found} follows it, a comma or ] expected"),
                    },
                    _ => WorkloadError::Shape {
                        place: self.place(),
                        found,
                        expected: "an object or a list",
                    },
                });
            }
        };
        Ok(())
    }

    fn place(&self) -> Place {
        Place::Conversation(self.elements + 1)
    }

    /// How the text of the array ended, after its last piece.
    pub(super) fn finish(&self) -> Ending {
        match self.at {
            ScanPlace::End => Ending::Whole,
            ScanPlace::Start | ScanPlace::Between { .. } => Ending::Between,
            ScanPlace::Element | ScanPlace::InString | ScanPlace::Escaped => Ending::Inside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, size: usize) -> (Vec<String>, Result<Ending, WorkloadError>) {
        let (mut scanner, mut found) = (Scanner::default(), Vec::new());
        let chars: Vec<char> = text.chars().collect();
        for piece in chars.chunks(size) {
            let piece: String = piece.iter().collect();
            if let Err(error) = scanner.push(&piece, |element, _| {
                found.push(element.to_owned());
                Ok(())
            }) {
                return (found, Err(error));
            }
        }
        (found, Ok(scanner.finish()))
    }

    #[test]
    fn elements_come_out_whole_however_the_text_is_cut() {
        let first = r#"{"a": "]}\"\\", "b": [{"c": "é"}]}"#;
        let text = format!("[ {first},\n{{}} ]\n");
        for size in 1..text.len() {
            let (found, ending) = split(&text, size);
            assert_eq!(found, [first, "{}"]);
            assert_eq!(ending, Ok(Ending::Whole));
        }
    }

    #[test]
    fn breaks_are_told_apart_from_errors() {
        assert_eq!(split("[{}, {\"a", 3).1, Ok(Ending::Inside));
        assert_eq!(split("[{},", 3).1, Ok(Ending::Between));
        assert_eq!(split("[]", 3).1, Ok(Ending::Whole));
        for wrong in ["[1]", "[{} {}]", "[{},]", "[,{}]", "[{}] x"] {
            assert!(split(wrong, 2).1.is_err(), "{wrong}");
        }
    }
}
