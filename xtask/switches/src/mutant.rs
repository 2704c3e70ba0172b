//! A fault as cargo-mutants lists it: what is put where.

use serde::Deserialize;
use std::ops::Range;

/// One fault of the list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Mutant {
    /// Its name, which says file, line, column and what is replaced by what.
    pub(crate) name: String,
    /// The file, from the workspace's root.
    pub(crate) file: String,
    pub(crate) genre: Genre,
    /// What stands there instead.
    pub(crate) replacement: String,
    span: Span,
}

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Genre {
    /// A function returns a value and does nothing else.
    FnValue,
    /// An operator between two expressions is another one.
    BinaryOperator,
    /// An operator before an expression is left out.
    UnaryOperator,
    /// An arm of a match is left out.
    MatchArm,
    /// An arm's condition is always or never met.
    MatchArmGuard,
    /// A field of a structure takes the base's value.
    StructField,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Span {
    start: Place,
    end: Place,
}

/// Line and column, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Place {
    line: usize,
    column: usize,
}

impl Mutant {
    /// The bytes of the file that are replaced; none where the file does not reach so far.
    pub(crate) fn bytes(&self, text: &str) -> Option<Range<usize>> {
        Some(self.span.start.byte(text)?..self.span.end.byte(text)?)
    }
}

impl Place {
    fn byte(self, text: &str) -> Option<usize> {
        let mut start = 0;
        let mut lines = text.split_inclusive('\n');
        for _ in 1..self.line {
            start += lines.next()?.len();
        }
        let line = lines.next()?;
        let before: usize = line.chars().take(self.column - 1).map(char::len_utf8).sum();
        Some(start + before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let place = |line, column| Place { line, column }.byte("a\n\u{2013}b\n");
        assert_eq!(place(1, 1), Some(0));
        assert_eq!(place(2, 2), Some(5));
        assert_eq!(place(4, 1), None);
    }
}
