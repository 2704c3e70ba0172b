//! Reads prompts line by line: plain text, or JSON lines.

use std::io::{BufRead, Read};

use warmpath_core::json::{self, Text, Value};
use warmpath_core::nearest::nearest;
use warmpath_core::once::Once;
use warmpath_core::text::unmarked;
use warmpath_core::words::{excerpt, grouped};

use crate::failure::{Failure, reason};

/// The length of the longest line that is read \[bytes\]: some two million tokens of prose.
const LONGEST: u64 = 8 << 20;
/// The fields that a JSON line may have.
const FIELDS: [&str; 3] = ["prompt", "max_tokens", "complete"];

/// What a line asks the router to do.
#[derive(Debug, PartialEq)]
pub(super) enum PromptLine {
    /// Route the prompt in the line.
    Prompt {
        text: String,
        max_tokens: Option<u32>,
    },
    /// Complete the request that was routed under this number.
    Complete(u32),
}

/// Iterates over the lines with their numbers, counted from 1.
pub(super) struct Prompts<R> {
    from: R,
    number: u64,
    /// The number of bytes before the present line.
    offset: u64,
    /// Whether lines are JSON, which the first one decides; `None` before it.
    json: Option<bool>,
}

impl<R: BufRead> Prompts<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            number: 0,
            offset: 0,
            json: None,
        }
    }

    /// The next line that is not blank; `None` at the end.
    fn line(&mut self) -> Result<Option<String>, Failure> {
        loop {
            let mut bytes = Vec::new();
            let mut limited = self.from.by_ref().take(LONGEST + 1);
            let count = limited.read_until(b'\n', &mut bytes);
            let count = count.map_err(|error| Failure::file("standard input", reason(&error)))?;
            if count == 0 {
                return Ok(None);
            }
            self.number += 1;
            if count as u64 > LONGEST {
                return Err(self.wrong(&format!("longer than {} MiB", LONGEST >> 20)));
            }
            let begun = self.offset;
            self.offset += count as u64;
            let text = String::from_utf8(bytes).map_err(|error| {
                let at = begun + error.utf8_error().valid_up_to() as u64;
                self.wrong(&format!("byte {at} is not UTF-8 text"))
            })?;
            let text = match begun {
                0 => unmarked(&text),
                _ => &text,
            };
            let text = text.trim_end_matches(['\n', '\r']);
            if !text.trim().is_empty() {
                return Ok(Some(text.to_owned()));
            }
        }
    }

    fn parse(&mut self, text: String) -> Result<PromptLine, Failure> {
        let begins = text.trim_start().strip_prefix('{');
        let json = begins.is_some_and(|rest| rest.trim_start().starts_with('"'));
        if !*self.json.get_or_insert(json) {
            return Ok(PromptLine::Prompt {
                text,
                max_tokens: None,
            });
        }
        let line = json::parse(&text).map_err(|fault| {
            let place = format!("standard input: line {}, column", grouped(self.number));
            Failure::run(format!("{place} {}: {}", fault.column, fault.reason()))
        })?;
        self.fields(&line)
    }

    /// Reads what a line of JSON asks for.
    fn fields(&self, line: &Value<'_>) -> Result<PromptLine, Failure> {
        let Value::Object(fields) = line else {
            return Err(self.wrong(&format!("{} found, an object expected", line.kind())));
        };
        self.names(fields)?;
        let prompt = match line.get("prompt") {
            None | Some(Value::Null) => None,
            Some(Value::Text(text)) => Some(text.read().into_owned()),
            Some(other) => return Err(self.value("prompt", other, "text")),
        };
        match (prompt, self.number_of(line, "complete")?) {
            (Some(text), None) => Ok(PromptLine::Prompt {
                text,
                max_tokens: self.number_of(line, "max_tokens")?,
            }),
            (None, Some(request)) => Ok(PromptLine::Complete(request)),
            _ => Err(self.wrong(
                "either field `prompt` (text) or field `complete` (a request's number) expected",
            )),
        }
    }

    /// Refuses a field that is unknown, or given twice.
    fn names(&self, fields: &[(Text<'_>, Value<'_>)]) -> Result<(), Failure> {
        let mut names = Once::default();
        for (name, _) in fields {
            let name = name.read();
            if !FIELDS.contains(&&*name) {
                let hint = nearest(&name, FIELDS);
                let hint = hint.map_or_else(
                    || "; a line has `prompt` and perhaps `max_tokens`, or `complete`".to_owned(),
                    |field| format!("; did you mean `{field}`?"),
                );
                return Err(self.wrong(&format!("unknown field `{}`{hint}", excerpt(&name))));
            }
            if !names.first(&name) {
                return Err(self.wrong(&format!("field `{name}` is given twice")));
            }
        }
        Ok(())
    }

    fn number_of(&self, line: &Value<'_>, name: &str) -> Result<Option<u32>, Failure> {
        let number = match line.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Integer(number)) => u32::try_from(*number).ok(),
            Some(_) => None,
        };
        let found = || line.get(name).unwrap_or(&Value::Null);
        let wanted = "a whole number from 0 to 4,294,967,295";
        number
            .map(Some)
            .ok_or_else(|| self.value(name, found(), wanted))
    }

    fn value(&self, name: &str, found: &Value<'_>, wanted: &str) -> Failure {
        self.wrong(&format!(
            "field `{name}` is {}, {wanted} expected",
            found.shown()
        ))
    }

    fn wrong(&self, what: &str) -> Failure {
        let line = grouped(self.number);
        Failure::run(format!("standard input: line {line}: {what}"))
    }
}

impl<R: BufRead> Iterator for Prompts<R> {
    type Item = Result<(u64, PromptLine), Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.line() {
            Err(failure) => Some(Err(failure)),
            Ok(None) => None,
            Ok(Some(text)) => Some(self.parse(text).map(|line| (self.number, line))),
        }
    }
}
