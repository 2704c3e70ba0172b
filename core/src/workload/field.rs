//! One field of a record, of whatever type it comes, and what a workload makes of it.
//!
//! Typed parsing would say "invalid type at column 17"; this says which field, what was found and what would be right.

use super::error::excerpt;
use super::{Place, WorkloadError};
use crate::decimal::real;
use crate::units::VirtualTime;
use core::fmt;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The largest count a field may have; more is no length of a prompt but a mistake.
const LARGEST: u64 = 1_000_000_000;
/// The largest time a field may have \[s\]: a hundred years.
const LONGEST_SECONDS: f64 = 3.2e9;

/// A JSON value or a CSV cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Field {
    #[default]
    Missing,
    Integer(i128),
    Real(f64),
    Text(String),
    List(Vec<Field>),
    /// Anything else, by name.
    Other(&'static str),
}

impl Field {
    /// A CSV cell: a number if it looks like one.
    pub(super) fn cell(text: &str) -> Self {
        let text = text.trim().trim_matches('"').trim();
        if text.is_empty() {
            Field::Missing
        } else if let Ok(integer) = text.parse() {
            Field::Integer(integer)
        } else if let Some(real) = real(text) {
            Field::Real(real)
        } else {
            Field::Text(text.to_owned())
        }
    }

    /// A whole number of at least `least`, at most 1e9.
    pub(super) fn count(
        &self,
        place: Place,
        name: &'static str,
        least: u32,
    ) -> Result<u32, WorkloadError> {
        let whole = match *self {
            Field::Integer(n) => Some(n),
            // Some tools write every number with a decimal point.
            Field::Real(x) if x == libm::floor(x) && x.abs() <= LARGEST as f64 => Some(x as i128),
            _ => None,
        };
        match whole {
            Some(n) if (i128::from(least)..=i128::from(LARGEST)).contains(&n) => Ok(n as u32),
            _ => Err(self.wrong(place, name, &format!("a whole number from {least} to 1e9"))),
        }
    }

    /// An id: any whole number that is not negative.
    pub(super) fn id(&self, place: Place, name: &'static str) -> Result<u64, WorkloadError> {
        match *self {
            Field::Integer(n) if u64::try_from(n).is_ok() => Ok(n as u64),
            _ => Err(self.wrong(place, name, "a whole number, not negative")),
        }
    }

    /// A time of `per_second` to the second, rounded to the nanosecond.
    pub(super) fn time(
        &self,
        place: Place,
        name: &'static str,
        per_second: f64,
    ) -> Result<VirtualTime, WorkloadError> {
        let seconds = match *self {
            Field::Integer(n) => n as f64 / per_second,
            Field::Real(x) => x / per_second,
            _ => f64::NAN,
        };
        if !(0.0..=LONGEST_SECONDS).contains(&seconds) {
            let unit = if per_second == 1.0 {
                "seconds"
            } else {
                "milliseconds"
            };
            return Err(self.wrong(place, name, &format!("{unit} from 0 to a hundred years")));
        }
        Ok(match *self {
            // Whole units stay exact, however many.
            Field::Integer(n) => VirtualTime((n as u64).saturating_mul((1e9 / per_second) as u64)),
            _ => VirtualTime::from_secs(seconds),
        })
    }

    /// Missing, or of the wrong kind.
    pub(super) fn wrong(&self, place: Place, field: &'static str, expected: &str) -> WorkloadError {
        match self {
            Field::Missing => WorkloadError::Missing { place, field },
            _ => WorkloadError::Value {
                place,
                field,
                found: self.to_string(),
                expected: expected.to_owned(),
            },
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Missing => f.write_str("missing"),
            Field::Integer(n) => write!(f, "{n}"),
            Field::Real(x) => write!(f, "{x}"),
            Field::Text(text) => write!(f, "{:?}", excerpt(text)),
            Field::List(_) => f.write_str("a list"),
            Field::Other(kind) => f.write_str(kind),
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyField)
    }
}

struct AnyField;

impl<'de> Visitor<'de> for AnyField {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Field, E> {
        Ok(Field::Other("true or false"))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Field, E> {
        Ok(Field::Integer(n.into()))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Field, E> {
        Ok(Field::Integer(n.into()))
    }
    fn visit_f64<E>(self, x: f64) -> Result<Field, E> {
        Ok(Field::Real(x))
    }
    fn visit_str<E>(self, text: &str) -> Result<Field, E> {
        Ok(Field::Text(text.to_owned()))
    }
    fn visit_unit<E>(self) -> Result<Field, E> {
        Ok(Field::Other("null"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Field, A::Error> {
        let mut list = Vec::new();
        while let Some(field) = seq.next_element()? {
            list.push(field);
        }
        Ok(Field::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Other("an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place::Line(3);

    fn json(text: &str) -> Field {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn counts_say_what_they_found() {
        let count = |field: &Field| field.count(PLACE, "input_length", 1);
        assert_eq!(count(&json("7")), Ok(7));
        assert_eq!(count(&Field::cell(" 7.0 ")), Ok(7));
        for (found, text) in [
            ("-1", "-1"),
            ("1000000001", "1000000001"),
            ("0", "0"),
            ("1.5", "1.5"),
            ("\"many\"", "\"many\""),
            ("null", "null"),
            ("{}", "an object"),
            ("[1]", "a list"),
        ] {
            let error = count(&json(found)).unwrap_err().to_string();
            let expected = format!(
                "line 3: field `input_length` is {text}, a whole number from 1 to 1e9 expected"
            );
            assert_eq!(error, expected);
        }
        let missing = count(&Field::cell("  ")).unwrap_err().to_string();
        assert_eq!(missing, "line 3: field `input_length` is missing");
    }

    #[test]
    fn times_keep_their_nanoseconds() {
        let time = |text: &str, per_second| json(text).time(PLACE, "timestamp", per_second);
        assert_eq!(time("3535999", 1e3), Ok(VirtualTime(3_535_999_000_000)));
        assert_eq!(time("0.25", 1.0), Ok(VirtualTime(250_000_000)));
        assert!(time("-1", 1.0).is_err());
        assert!(time("1e300", 1.0).is_err());
        assert!(Field::cell("NaN").time(PLACE, "timestamp", 1.0).is_err());
    }
}
