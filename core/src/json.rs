//! Reads JSON: a whole text becomes a [`Value`] that borrows from it.
//!
//! It is for the readers of workloads, whose records are short, and which need a few fields out of many. One reader for all
//! formats is a tenth of the code that derived readers for each would be, and it is as quick: texts are not copied, and
//! their escapes are resolved only on demand.
//!
//! It accepts what RFC 8259 describes, to a depth of 128 and up to 4,194,304 values, which bounds the memory that a text
//! can demand. Of a name that is given twice the first counts. Half a surrogate pair is read as U+FFFD, since no text can
//! contain it; [`Text::halved`] reports it.

mod parse;
mod text;

pub use parse::{Fault, parse};
pub(crate) use parse::{characters, integer};
pub use text::{Text, quoted};

use crate::words::excerpt;

/// A JSON value, whose texts borrow from the file that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// The value `null`, which stands for no value.
    Null,
    /// The value `true` or `false`.
    Bool(bool),
    /// A number without point or exponent that is not negative and fits into 64 bits.
    Integer(u64),
    /// A number without point or exponent that is negative.
    Negative(i64),
    /// Any other number, with the text it was written as.
    Real(f64, &'a str),
    /// A string, its escapes not resolved yet.
    Text(Text<'a>),
    /// An array, its values in order.
    List(Vec<Value<'a>>),
    /// An object: its names and values in order.
    Object(Vec<(Text<'a>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The value under a name of an object; `None` if this is no object or has no such name.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        let Value::Object(fields) = self else {
            return None;
        };
        let field = fields.iter().find(|(field, _)| field.read() == name)?;
        Some(&field.1)
    }

    /// The value for an error message: a number as it is written, a short text in quotes, of other values their kind.
    pub fn shown(&self) -> String {
        match self {
            Value::Integer(n) => n.to_string(),
            Value::Negative(n) => n.to_string(),
            Value::Real(_, written) => excerpt(written),
            Value::Text(text) => format!("{:?}", excerpt(&text.read())),
            other => other.kind().to_owned(),
        }
    }

    /// The kind of the value in words, such as "a number".
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Integer(_) | Value::Negative(_) | Value::Real(..) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

#[cfg(test)]
mod tests;
