//! Prompts, line by line: plain text, or JSON lines.

use std::io::BufRead;

use serde::Deserialize;

use crate::failure::{Failure, reason};

/// What a line asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// Route this prompt.
    Prompt {
        text: String,
        max_tokens: Option<u32>,
    },
    /// Complete this request.
    Complete(u32),
}

/// A line of JSON, as it may be.
#[derive(Deserialize)]
struct Fields {
    prompt: Option<String>,
    max_tokens: Option<u32>,
    complete: Option<u32>,
}

/// The lines with their numbers, counted from 1.
pub(super) struct Prompts<R> {
    from: R,
    number: u64,
    /// Whether lines are JSON; the first one decides.
    json: Option<bool>,
}

impl<R: BufRead> Prompts<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            number: 0,
            json: None,
        }
    }

    /// The next line that is not blank.
    fn line(&mut self) -> Result<Option<String>, Failure> {
        loop {
            let mut bytes = Vec::new();
            let count = self.from.read_until(b'\n', &mut bytes);
            let count = count.map_err(|error| Failure::file("standard input", reason(&error)))?;
            if count == 0 {
                return Ok(None);
            }
            self.number += 1;
            let text = String::from_utf8(bytes).map_err(|_| self.wrong("not UTF-8 text"))?;
            let text = text.trim_end_matches(['\n', '\r']);
            if !text.trim().is_empty() {
                return Ok(Some(text.to_owned()));
            }
        }
    }

    fn parse(&mut self, text: String) -> Result<Line, Failure> {
        let begins = text.trim_start().strip_prefix('{');
        let json = begins.is_some_and(|rest| rest.trim_start().starts_with('"'));
        if !*self.json.get_or_insert(json) {
            return Ok(Line::Prompt {
                text,
                max_tokens: None,
            });
        }
        let fields: Fields = serde_json::from_str(&text).map_err(|error| {
            let detail = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            let detail = detail.strip_suffix(&place).unwrap_or(&detail);
            self.wrong(&format!("column {}: {detail}", error.column()))
        })?;
        match fields {
            Fields {
                prompt: Some(text),
                max_tokens,
                complete: None,
            } => Ok(Line::Prompt { text, max_tokens }),
            Fields {
                prompt: None,
                complete: Some(request),
                ..
            } => Ok(Line::Complete(request)),
            _ => {
                Err(self.wrong("field `prompt` (text) or `complete` (a request's number) expected"))
            }
        }
    }

    fn wrong(&self, what: &str) -> Failure {
        Failure::run(format!("standard input: line {}: {what}", self.number))
    }
}

impl<R: BufRead> Iterator for Prompts<R> {
    type Item = Result<(u64, Line), Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.line() {
            Err(failure) => Some(Err(failure)),
            Ok(None) => None,
            Ok(Some(text)) => Some(self.parse(text).map(|line| (self.number, line))),
        }
    }
}
