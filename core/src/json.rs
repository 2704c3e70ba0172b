//! Reading JSON: a whole text becomes a [`Value`] that points into it.
//!
//! For the readers of workloads, whose records are short and of which they want a few fields, whatever else is there. One
//! reader for all of them is a tenth of the code that a derived reader for each would be, and reading is as quick: texts
//! are not copied, and their escapes not resolved before somebody asks.
//!
//! It takes what RFC 8259 describes, to a depth of 128 and up to 4,194,304 values, which bounds the memory that a text can
//! ask for. Of a name given twice the first counts. Half a surrogate pair is
//! read as U+FFFD, since no text can hold it; [`Text::halved`] tells.

mod parse;
mod text;

pub use parse::{Fault, parse};
pub(crate) use parse::{characters, integer};
pub use text::{Text, quoted};

use crate::words::excerpt;

/// A value of JSON, whose texts are those of the file it was read from.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// The value `null`.
    Null,
    /// The value `true` or `false`.
    Bool(bool),
    /// A number without point or exponent that is not negative.
    Integer(u64),
    /// A number without point or exponent that is negative.
    Negative(i64),
    /// Any other number, and how it is written.
    Real(f64, &'a str),
    /// A string, its escapes not resolved yet.
    Text(Text<'a>),
    /// An array, its values in order.
    List(Vec<Value<'a>>),
    /// An object: its names and values in order.
    Object(Vec<(Text<'a>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// What an object has under a name; nothing if this is no object.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        let Value::Object(fields) = self else {
            return None;
        };
        let field = fields.iter().find(|(field, _)| field.read() == name)?;
        Some(&field.1)
    }

    /// The value in a message: a number as it is written, a short text in quotes, of others what they are.
    pub fn shown(&self) -> String {
        match self {
            Value::Integer(n) => n.to_string(),
            Value::Negative(n) => n.to_string(),
            Value::Real(_, written) => excerpt(written),
            Value::Text(text) => format!("{:?}", excerpt(&text.read())),
            other => other.kind().to_owned(),
        }
    }

    /// What it is, in words.
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
