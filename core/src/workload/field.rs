//! One field of a record, whatever its type, and the value that a workload takes from it.
//!
//! Typed parsing would say "invalid type at column 17"; this says which field, what was found and what would be right.

use super::{Place, WorkloadError};
use crate::decimal::real;
use crate::json::{Text, Value, integer};
use crate::units::VirtualTime;
use crate::words::excerpt;
use std::borrow::Cow;

/// The largest count that a field may have: a larger one is a mistake, no prompt is that long.
const LARGEST: u64 = 1_000_000_000;

/// A field with the place of its record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    place: Place,
    name: &'a str,
    value: Option<&'a Value<'a>>,
}

/// What stands in the quotes of a CSV cell; `None` if it has none.
pub(super) fn quoted(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    cell.strip_prefix('"')?.strip_suffix('"')
}

/// A CSV cell without the blanks and the quotes around it.
pub(super) fn unquoted(cell: &str) -> &str {
    quoted(cell).unwrap_or(cell).trim()
}

/// The value of a CSV cell: a number if it looks like one; `None` if it is empty.
pub(super) fn cell(text: &str) -> Option<Value<'_>> {
    let text = unquoted(text);
    if text.is_empty() {
        return None;
    }
    let number = integer(text).or_else(|| real(text).map(|number| Value::Real(number, text)));
    Some(number.unwrap_or_else(|| Value::Text(Text::plain(text))))
}

impl<'a> Field<'a> {
    pub(super) fn new(place: Place, name: &'a str, value: Option<&'a Value<'a>>) -> Self {
        Self { place, name, value }
    }

    /// A field of a JSON object.
    pub(super) fn of(place: Place, row: &'a Value<'a>, name: &'a str) -> Self {
        Self::new(place, name, row.get(name))
    }

    /// A whole number of at least `least`, at most 1e9.
    pub(super) fn count(&self, least: u32) -> Result<u32, WorkloadError> {
        let whole = match self.value {
            Some(&Value::Integer(n)) => Some(n),
            // Some tools write every number with a decimal point.
            Some(&Value::Real(x, _))
                if x == libm::floor(x) && (0.0..=LARGEST as f64).contains(&x) =>
            {
                Some(x as u64)
            }
            Some(Value::Text(text)) => grouped_digits(&text.read()),
            _ => None,
        };
        match whole {
            Some(n) if (u64::from(least)..=LARGEST).contains(&n) => Ok(n as u32),
            _ => Err(self.wrong(&format!("a whole number from {least} to 1e9"))),
        }
    }

    /// A time in seconds, rounded to the nanosecond.
    pub(super) fn seconds(&self) -> Result<VirtualTime, WorkloadError> {
        let seconds = match self.value {
            Some(&Value::Integer(n)) => n as f64,
            Some(&Value::Real(x, _)) => x,
            _ => f64::NAN,
        };
        if !(0.0..=VirtualTime::END.secs()).contains(&seconds) {
            return Err(self.wrong("seconds from 0 to a hundred years"));
        }
        Ok(match self.value {
            // Whole seconds stay exact, however large they are.
            Some(&Value::Integer(n)) => VirtualTime(n.saturating_mul(1_000_000_000)),
            _ => VirtualTime::from_secs(seconds),
        })
    }

    /// The error that the field is missing, or that its value is not what is expected.
    pub(super) fn wrong(&self, expected: &str) -> WorkloadError {
        let (place, field) = (self.place, Cow::Owned(excerpt(self.name)));
        match self.value {
            None => WorkloadError::Missing { place, field },
            Some(value) => WorkloadError::Value {
                place,
                field,
                found: value.shown(),
                expected: expected.to_owned(),
            },
        }
    }
}

/// A count that is written as text: digits, with or without commas between the thousands.
fn grouped_digits(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = match text.split(',').collect::<Vec<_>>().as_slice() {
        [_] => text.to_owned(),
        [first, rest @ ..] if first.len() <= 3 && rest.iter().all(|it| it.len() == 3) => {
            text.replace(',', "")
        }
        _ => return None,
    };
    let whole = digits.strip_suffix(".0").unwrap_or(&digits);
    let right = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| whole.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place::Line(3);

    fn json(text: &str) -> Value<'_> {
        crate::json::parse(text).unwrap()
    }

    #[test]
    fn counts_say_what_they_found() {
        let count = |value: Option<&Value<'_>>| Field::new(PLACE, "input_length", value).count(1);
        assert_eq!(count(Some(&json("7"))), Ok(7));
        assert_eq!(count(cell(" 7.0 ").as_ref()), Ok(7));
        assert_eq!(count(Some(&json("\"1,374\""))), Ok(1374));
        for (found, text) in [
            ("-1", "-1"),
            ("1000000001", "1000000001"),
            ("0", "0"),
            ("1.5", "1.5"),
            ("\"many\"", "\"many\""),
            ("\"1,23\"", "\"1,23\""),
            ("null", "null"),
            ("{}", "an object"),
            ("[1]", "a list"),
        ] {
            let error = count(Some(&json(found))).unwrap_err().to_string();
            let expected = format!(
                "line 3: field `input_length` is {text}, a whole number from 1 to 1e9 expected"
            );
            assert_eq!(error, expected);
        }
        let missing = count(cell("  ").as_ref()).unwrap_err().to_string();
        assert_eq!(missing, "line 3: field `input_length` is missing");
    }

    #[test]
    fn times_keep_their_nanoseconds() {
        let of =
            |value: Option<Value<'_>>| Field::new(PLACE, "timestamp", value.as_ref()).seconds();
        let time = |text: &str| of(Some(json(text)));
        assert_eq!(time("3535999"), Ok(VirtualTime(3_535_999_000_000_000)));
        assert_eq!(time("0.25"), Ok(VirtualTime(250_000_000)));
        assert!(time("-1").is_err());
        assert!(time("1e300").is_err());
        assert!(of(cell("NaN")).is_err());
    }
}
