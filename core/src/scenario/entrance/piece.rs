//! A piece of an option's text that knows where it stands, so that what is wrong with it can be pointed at.

use thiserror::Error;

use crate::decimal;
use crate::nearest::nearest;
use crate::words::excerpt;

/// What is wrong with a part of an option, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{field}, character {at}: \"{found}\", but there must be {wanted}{hint}")]
pub struct PartError {
    /// The option, as the command line names it.
    pub field: &'static str,
    /// Counted from 1.
    pub at: usize,
    /// What was found.
    pub found: String,
    /// What would be right.
    pub wanted: String,
    /// "; did you mean …?" or nothing.
    pub hint: String,
}

/// A piece of an option's text.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    field: &'static str,
    whole: &'a str,
    /// Where it begins \[bytes\].
    from: usize,
    pub(super) text: &'a str,
}

impl<'a> Piece<'a> {
    /// The whole of an option's text.
    pub(super) fn new(field: &'static str, whole: &'a str) -> Self {
        let all = Self {
            field,
            whole,
            from: 0,
            text: whole,
        };
        all.part(0, whole.len())
    }

    /// Its part `from..to`, without blanks around it.
    fn part(self, from: usize, to: usize) -> Self {
        let cut = &self.text[from..to];
        let blanks = cut.len() - cut.trim_start().len();
        Self {
            from: self.from + from + blanks,
            text: cut.trim(),
            ..self
        }
    }

    /// What stands before and after the first `mark`.
    pub(super) fn split(self, mark: char) -> (Self, Option<Self>) {
        match self.text.find(mark) {
            None => (self, None),
            Some(at) => (
                self.part(0, at),
                Some(self.part(at + mark.len_utf8(), self.text.len())),
            ),
        }
    }

    /// The pieces between `mark`s.
    pub(super) fn pieces(self, mark: char) -> impl Iterator<Item = Self> {
        let mut rest = Some(self);
        core::iter::from_fn(move || {
            let (first, after) = rest?.split(mark);
            rest = after;
            Some(first)
        })
    }

    pub(super) fn unknown(self, wanted: String, hint: Option<&str>) -> PartError {
        PartError {
            field: self.field,
            at: self.whole[..self.from].chars().count() + 1,
            found: excerpt(self.text),
            wanted,
            hint: hint.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?")),
        }
    }

    pub(super) fn wrong(self, wanted: &str) -> PartError {
        self.unknown(wanted.to_owned(), None)
    }

    pub(super) fn among(self, wanted: &str, names: &[&str]) -> PartError {
        let hint = nearest(self.text, names.iter().copied());
        self.unknown(wanted.to_owned(), hint)
    }

    pub(super) fn whole(self, least: u64, most: u64, wanted: &str) -> Result<u64, PartError> {
        let number = decimal::whole(self.text).filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.wrong(wanted))
    }

    pub(super) fn real(self, least: f64, most: f64, wanted: &str) -> Result<f64, PartError> {
        let number = decimal::real(self.text).filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.wrong(wanted))
    }

    /// A whole number that may be below 0.
    pub(super) fn signed(self, wanted: &str) -> Result<i32, PartError> {
        let (sign, digits) = match self.text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, self.text),
        };
        let number = decimal::whole(digits).filter(|number| *number <= 1_000_000);
        let number = number.ok_or_else(|| self.wrong(wanted))?;
        Ok(sign * number as i32)
    }

    /// A name: letters, digits and `-_.`.
    pub(super) fn name(self) -> Result<String, PartError> {
        let allowed = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        let right = (1..=64).contains(&self.text.chars().count()) && self.text.chars().all(allowed);
        match right {
            true => Ok(self.text.to_owned()),
            false => Err(self.wrong("a name of at most 64 letters, digits and -_.")),
        }
    }
}
