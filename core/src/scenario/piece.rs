//! Texts with several parts, such as `30s:kill=2;90s:start=2`: pieces that know where they stand, so that an error can say it.

use thiserror::Error;

use crate::decimal;
use crate::nearest::nearest;
use crate::units::VirtualTime;
use crate::words::excerpt;

/// What is wrong with a part of a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{field}, character {at}: \"{found}\", but there must be {wanted}{hint}")]
pub struct PartError {
    /// The field whose text it is, as the command line names it.
    pub field: &'static str,
    /// Where the part begins, counted in characters from 1.
    pub at: usize,
    /// The text of the part that is wrong, cut short if it is long.
    pub found: String,
    /// What would be right there, in words.
    pub wanted: String,
    /// "; did you mean …?" with the word that was probably meant; empty if none is near.
    pub hint: String,
}

/// What must stand where a name is given a second time.
pub(super) const GIVEN_ONCE: &str = "each name only once";

/// A piece of a text, and where it begins \[bytes\].
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    field: &'static str,
    whole: &'a str,
    from: usize,
    /// The piece itself, without blanks around it.
    pub(super) text: &'a str,
}

impl<'a> Piece<'a> {
    /// The whole text of a field.
    pub(super) fn whole(field: &'static str, text: &'a str) -> Self {
        let whole = Self {
            field,
            whole: text,
            from: 0,
            text,
        };
        whole.part(0, text.len())
    }

    /// Its part `from..to` \[bytes\], without blanks around it.
    pub(super) fn part(self, from: usize, to: usize) -> Self {
        let cut = &self.text[from..to];
        let text = cut.trim();
        let blanks = cut.len() - cut.trim_start().len();
        Self {
            from: self.from + from + blanks,
            text,
            ..self
        }
    }

    /// The pieces before and after the first `mark`; the second is `None` if there is no mark.
    pub(super) fn split(self, mark: char) -> (Self, Option<Self>) {
        match self.text.find(mark) {
            None => (self, None),
            Some(at) => (
                self.part(0, at),
                Some(self.part(at + mark.len_utf8(), self.text.len())),
            ),
        }
    }

    /// The pieces between the marks; empty ones are left out.
    pub(super) fn parts(self, mark: char) -> impl Iterator<Item = Self> {
        let mut from = 0;
        let each = self.text.split(mark).map(move |cut| {
            let part = self.part(from, from + cut.len());
            from += cut.len() + mark.len_utf8();
            part
        });
        each.filter(|part| !part.text.is_empty())
    }

    /// The error that this piece is wrong; `wanted` says what would be right.
    pub(super) fn wrong(self, wanted: &str) -> PartError {
        PartError {
            field: self.field,
            at: self.whole[..self.from].chars().count() + 1,
            found: excerpt(self.text),
            wanted: wanted.to_owned(),
            hint: String::new(),
        }
    }

    /// The error that this piece is unknown; `hint` is the word that was probably meant.
    pub(super) fn unknown(self, wanted: &str, hint: Option<&str>) -> PartError {
        PartError {
            hint: hint.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?")),
            ..self.wrong(wanted)
        }
    }

    /// The error that this piece is none of `names`, with the nearest of them as a hint.
    pub(super) fn among(self, wanted: &str, names: &[&str]) -> PartError {
        self.unknown(wanted, nearest(self.text, names.iter().copied()))
    }

    /// Adds its name, which ends at `=`, to those that were `given` before. The error is that it is one of them.
    pub(super) fn given_once(self, given: &mut Vec<&'a str>) -> Result<(), PartError> {
        let name = self.split('=').0;
        if given.contains(&name.text) {
            return Err(name.wrong(GIVEN_ONCE));
        }
        given.push(name.text);
        Ok(())
    }

    /// The pieces between the marks; empty ones are kept.
    pub(super) fn pieces(self, mark: char) -> impl Iterator<Item = Self> {
        let mut rest = Some(self);
        core::iter::from_fn(move || {
            let (first, after) = rest?.split(mark);
            rest = after;
            Some(first)
        })
    }

    /// Reads a whole number from `least` to `most`. The error says that there must be `wanted`.
    pub(super) fn count(self, least: u64, most: u64, wanted: &str) -> Result<u64, PartError> {
        let number = decimal::whole(self.text).filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.wrong(wanted))
    }

    /// Reads a real number from `least` to `most`. The error says that there must be `wanted`.
    pub(super) fn real(self, least: f64, most: f64, wanted: &str) -> Result<f64, PartError> {
        let number = decimal::real(self.text).filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.wrong(wanted))
    }

    /// Reads a whole number from -1,000,000 to 1,000,000.
    pub(super) fn signed(self, wanted: &str) -> Result<i32, PartError> {
        let (sign, digits) = match self.text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, self.text),
        };
        let number = decimal::whole(digits).filter(|number| *number <= 1_000_000);
        let number = number.ok_or_else(|| self.wrong(wanted))?;
        Ok(sign * number as i32)
    }

    /// Reads a name of at most 64 letters, digits and `-_.`.
    pub(super) fn name(self) -> Result<String, PartError> {
        let allowed = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        let right = (1..=64).contains(&self.text.chars().count()) && self.text.chars().all(allowed);
        match right {
            true => Ok(self.text.to_owned()),
            false => Err(self.wrong("a name of at most 64 letters, digits and -_.")),
        }
    }

    /// Reads a time: a number with a unit, or in seconds if it has none, from 0 to 1,000,000 s.
    pub(super) fn span(self) -> Result<VirtualTime, PartError> {
        let wanted = "a time from 0 to 1,000,000 s, as 30s, 500ms, 2m or 1h";
        let units = [("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
        let (digits, scale) = units
            .iter()
            .find_map(|&(unit, scale)| Some((self.text.strip_suffix(unit)?, scale)))
            .unwrap_or((self.text, 1.0));
        let seconds = decimal::real(digits.trim_end()).map(|number| number * scale);
        match seconds {
            Some(seconds) if (0.0..=1e6).contains(&seconds) => Ok(VirtualTime::from_secs(seconds)),
            _ => Err(self.wrong(wanted)),
        }
    }

    /// Reads a time as [`Self::span`] does, of more than 0 s.
    pub(super) fn length(self) -> Result<VirtualTime, PartError> {
        match self.span()? {
            VirtualTime::ZERO => Err(self.wrong("a length of more than 0 s")),
            length => Ok(length),
        }
    }
}
