//! The JSON parser: a byte at a time, without copying texts, with limits on depth and on the number of values.

use super::{Text, Value};
use crate::decimal::real;
use core::fmt;

/// The largest depth to which lists and objects may be nested.
const DEPTH: u32 = 128;
/// The largest number of values in a text: each takes some tens of bytes in memory, however short it is written.
const VALUES: u32 = 1 << 22;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What would be right at this place, or what is wrong there.
    pub what: &'static str,
    /// The name of the innermost field whose value has the fault; `None` outside any object.
    pub field: Option<String>,
    /// The line of the fault, counted from 1.
    pub line: usize,
    /// The column of the fault, counted from 1, in characters.
    pub column: usize,
    /// Whether the only fault is that the text ends too early: it may be the beginning of a valid text.
    pub cut: bool,
}

impl Fault {
    /// The fault in words without its place, for messages that give the place in their own way.
    pub fn reason(&self) -> String {
        match &self.field {
            _ if self.cut => format!("{}, but the text ends", self.what),
            Some(field) => format!("{}: {}", super::quoted(field), self.what),
            None => self.what.to_owned(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = (self.line, self.column);
        write!(f, "{} at line {line} column {column}", self.reason())
    }
}

/// Reads a text that must be a single JSON value.
///
/// # Errors
/// The first fault of the text, with its place.
pub fn parse(text: &str) -> Result<Value<'_>, Fault> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        values: 0,
        field: None,
    };
    let whole = parser.value().and_then(|value| match parser.next() {
        None => Ok(value),
        Some(_) => Err("expected nothing after the value"),
    });
    whole.map_err(|what| {
        let before = &text.as_bytes()[..parser.at.min(text.len())];
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let begun = before.iter().rposition(|byte| *byte == b'\n');
        Fault {
            what,
            field: parser.field.take(),
            line: lines + 1,
            column: characters(&before[begun.map_or(0, |at| at + 1)..]) + 1,
            cut: parser.at >= text.len(),
        }
    })
}

/// The state of the parser. `at` is the byte that is read next; at a fault it stays there, or is the text's end if more was
/// needed.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    values: u32,
    /// The name of the innermost field whose value has the fault.
    field: Option<String>,
}

/// The number of characters in a piece of UTF-8, which is the number of bytes that do not continue a character.
pub(crate) fn characters(utf8: &[u8]) -> usize {
    utf8.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

type Read<T> = Result<T, &'static str>;

impl<'a> Parser<'a> {
    /// The next byte that is no blank; it is not consumed.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        self.at += rest
            .iter()
            .position(|byte| !space(byte))
            .unwrap_or(rest.len());
        self.text.as_bytes().get(self.at).copied()
    }

    /// Consumes the next byte if it is this one.
    fn passes(&mut self, byte: u8) -> bool {
        let is = self.next() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn value(&mut self) -> Read<Value<'a>> {
        self.values += 1;
        if self.values > VALUES {
            return Err("expected at most 4,194,304 values");
        }
        match self.next() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'[') => self.list(),
            Some(b'{') => self.object(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'n') => self.word("null", Value::Null),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'N' | b'I') => Err(self.no_number()),
            _ => Err("expected a value"),
        }
    }

    /// The error message for a number in a notation that other programs write but JSON does not have, such as `NaN`.
    fn no_number(&self) -> &'static str {
        let rest = &self.text[self.at..];
        match rest {
            _ if rest.starts_with("NaN") => "expected a value: NaN is no number of JSON",
            _ if rest.starts_with("Infinity") => "expected a value: Infinity is no number of JSON",
            _ => "expected a value",
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Read<Value<'a>> {
        for byte in word.bytes() {
            if self.text.as_bytes().get(self.at) != Some(&byte) {
                return Err("expected a value");
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn enter(&mut self) -> Read<()> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("nested too deep");
        }
        Ok(())
    }

    /// Whether another element follows in a list or object that ends with `end`; its comma is consumed.
    fn more(&mut self, first: bool, end: u8, what: &'static str) -> Read<bool> {
        if self.passes(end) {
            self.depth -= 1;
            return Ok(false);
        }
        if first {
            return Ok(true);
        }
        if self.passes(b',') {
            return match self.next() == Some(end) {
                true => Err("expected no comma before the end"),
                false => Ok(true),
            };
        }
        Err(what)
    }

    fn list(&mut self) -> Read<Value<'a>> {
        self.enter()?;
        let mut list = Vec::new();
        while self.more(list.is_empty(), b']', "expected , or ]")? {
            list.push(self.value()?);
        }
        Ok(Value::List(list))
    }

    fn object(&mut self) -> Read<Value<'a>> {
        self.enter()?;
        let mut fields = Vec::new();
        while self.more(fields.is_empty(), b'}', "expected , or }")? {
            if self.next() != Some(b'"') {
                return Err("expected a name in quotes");
            }
            let name = self.string()?;
            if !self.passes(b':') {
                return Err("expected :");
            }
            match self.value() {
                Ok(value) => fields.push((name, value)),
                Err(what) => {
                    self.field.get_or_insert_with(|| name.read().into_owned());
                    return Err(what);
                }
            }
        }
        Ok(Value::Object(fields))
    }

    fn string(&mut self) -> Read<Text<'a>> {
        let from = self.at + 1;
        let bytes = self.text.as_bytes();
        let (mut end, mut escaped) = (from, false);
        loop {
            match memchr::memchr2(b'"', b'\\', &bytes[end..]) {
                Some(skip) if bytes[end + skip] == b'"' => {
                    end += skip;
                    break;
                }
                // Skip the backslash and the character that it escapes, which may be a quote.
                Some(skip) if end + skip + 2 <= bytes.len() => {
                    end += skip + 2;
                    escaped = true;
                }
                _ => {
                    self.at = bytes.len();
                    return Err("expected a quote at the string's end");
                }
            }
        }
        // All bytes are checked, which is faster than stopping at the first.
        let control = |byte: &u8| *byte < b' ';
        if bytes[from..end]
            .iter()
            .fold(false, |any, byte| any | control(byte))
        {
            let first = bytes[from..end].iter().position(control);
            self.at = from + first.unwrap_or(0);
            return Err("expected no control character in a string");
        }
        let text = Text::between(&self.text[from..end], escaped)
            .ok_or("expected \\, \", /, b, f, n, r, t or uXXXX after \\")?;
        self.at = end + 1;
        Ok(text)
    }

    fn number(&mut self) -> Read<Value<'a>> {
        let from = self.at;
        self.eat(b"-");
        let (digits, start) = (self.digits(), self.at);
        if digits == 0 && self.text[self.at..].starts_with("Infinity") {
            return Err(self.no_number());
        }
        if digits == 0 || (digits > 1 && self.text.as_bytes()[start - digits] == b'0') {
            return Err("expected a number");
        }
        let mut whole = true;
        if self.eat(b".") {
            whole = false;
            if self.digits() == 0 {
                return Err("expected a digit after the point");
            }
        }
        if self.eat(b"eE") {
            whole = false;
            self.eat(b"+-");
            if self.digits() == 0 {
                return Err("expected a digit in the exponent");
            }
        }
        let text = &self.text[from..self.at];
        let integer = integer(text).filter(|_| whole);
        integer
            .or_else(|| real(text).map(|number| Value::Real(number, text)))
            .ok_or("expected a smaller number")
    }

    /// Consumes the next byte if it is one of these.
    fn eat(&mut self, any: &[u8]) -> bool {
        let next = self.text.as_bytes().get(self.at);
        let is = next.is_some_and(|byte| any.contains(byte));
        self.at += usize::from(is);
        is
    }

    /// Consumes digits and returns their number.
    fn digits(&mut self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        digits
    }
}

/// Reads a number of digits with or without a minus; `None` if it is too large. There is no negative zero among integers.
pub(crate) fn integer(text: &str) -> Option<Value<'static>> {
    match text.strip_prefix('-') {
        None => text.parse().ok().map(Value::Integer),
        Some(_) => {
            let negative = text.parse().ok().filter(|n: &i64| *n < 0);
            negative.map(Value::Negative)
        }
    }
}
