//! Messages of a chat, however they are written.
//!
//! A message is an object with `from` and `value` (ShareGPT) or `role` and `content` (everybody else). Content is text, or a
//! list of parts of which those of text count and others (images, audio) are left out; what an assistant calls tools with
//! counts as its text.

use std::borrow::Cow;

use crate::json::{Text, Value};
use crate::workload::{Place, WorkloadError};

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::workload) enum Role {
    Ask,
    Answer,
    /// `system`, tools, and roles nobody knows.
    Other,
}

impl Role {
    pub(in crate::workload) fn of(from: &str) -> Self {
        match from.to_ascii_lowercase().as_str() {
            "human" | "user" | "prompter" | "question" => Role::Ask,
            "gpt" | "chatgpt" | "bing" | "bard" | "assistant" | "model" | "bot" | "ai"
            | "claude" | "gemini" => Role::Answer,
            _ => Role::Other,
        }
    }
}

/// A message.
#[derive(Clone, Debug)]
pub(in crate::workload) struct Message<'a> {
    pub(in crate::workload) from: Cow<'a, str>,
    pub(in crate::workload) text: Cow<'a, str>,
    pub(in crate::workload) role: Role,
}

impl Message<'_> {
    /// The role as a chat template writes it.
    pub(in crate::workload) fn template_role(&self) -> &str {
        match self.role {
            Role::Ask => "user",
            Role::Answer => "assistant",
            Role::Other => &self.from,
        }
    }

    /// Whether its role is one that nobody knows.
    pub(in crate::workload) fn unknown(&self) -> bool {
        let known = ["system", "developer", "tool", "function"];
        self.role == Role::Other && !known.contains(&&*self.from.to_ascii_lowercase())
    }
}

/// The messages of a list.
#[derive(Debug, Default)]
pub(in crate::workload) struct Messages<'a> {
    pub(in crate::workload) list: Vec<Message<'a>>,
    /// Whether a text has half of a surrogate pair: programs write such that cut strings between the halves.
    pub(in crate::workload) repaired: bool,
    /// Parts that are no text.
    pub(in crate::workload) left_out: u64,
    /// The first message without any text where one must be, counted from 1.
    pub(in crate::workload) blank: Option<u64>,
}

/// Whether a value is a message.
pub(super) fn is_message(value: &Value<'_>) -> bool {
    let has = |name| value.get(name).is_some();
    (has("role") && has("content")) || (has("from") && has("value"))
}

impl<'a> Messages<'a> {
    /// Reads a list; `place` says where the message of a number is.
    pub(super) fn read(
        list: &'a [Value<'a>],
        place: &dyn Fn(Option<u64>) -> Place,
    ) -> Result<Self, WorkloadError> {
        let mut messages = Self {
            list: Vec::with_capacity(list.len()),
            ..Self::default()
        };
        for (at, value) in (1..).zip(list) {
            let place = place(Some(at));
            if !matches!(value, Value::Object(_)) {
                return Err(WorkloadError::Shape {
                    place,
                    found: value.kind().to_owned(),
                    expected: "an object with `from` and `value`, or `role` and `content`",
                });
            }
            let message = messages.message(value, place, at)?;
            messages.list.push(message);
        }
        Ok(messages)
    }

    fn message(
        &mut self,
        value: &'a Value<'a>,
        place: Place,
        at: u64,
    ) -> Result<Message<'a>, WorkloadError> {
        let (who, what) = match value.get("role").is_some() || value.get("content").is_some() {
            true => ("role", "content"),
            false => ("from", "value"),
        };
        let wrong = |field: &'static str, other: Option<&Value<'_>>| match other {
            None => WorkloadError::Missing {
                place,
                field: field.into(),
            },
            Some(other) => WorkloadError::Value {
                place,
                field: field.into(),
                found: other.shown(),
                expected: "text".to_owned(),
            },
        };
        let Some(Value::Text(from)) = value.get(who) else {
            return Err(wrong(who, value.get(who)));
        };
        self.repaired |= from.halved();
        let from = from.read();
        let calls = calls(value);
        let text = match value.get(what) {
            Some(Value::Text(text)) => self.text(text),
            Some(Value::List(parts)) => self.parts(parts),
            None | Some(Value::Null) if calls.is_some() => Cow::Borrowed(""),
            Some(Value::Null) => {
                self.blank.get_or_insert(at);
                Cow::Borrowed("")
            }
            other => return Err(wrong(what, other)),
        };
        let text = match calls {
            Some(calls) => Cow::Owned(text.into_owned() + &calls),
            None => text,
        };
        let role = Role::of(&from);
        Ok(Message { from, text, role })
    }

    fn text(&mut self, text: &Text<'a>) -> Cow<'a, str> {
        self.repaired |= text.halved();
        text.read()
    }

    /// The text of a content's parts.
    fn parts(&mut self, parts: &'a [Value<'a>]) -> Cow<'a, str> {
        let mut whole = String::new();
        for part in parts {
            match part.get("text").or(Some(part)) {
                Some(Value::Text(text)) => whole += &self.text(text),
                _ => self.left_out += 1,
            }
        }
        whole.into()
    }
}

/// What tools are called with, if they are.
fn calls(message: &Value<'_>) -> Option<String> {
    let Some(Value::List(calls)) = message.get("tool_calls") else {
        return None;
    };
    let mut text = String::new();
    for call in calls {
        let function = call.get("function").unwrap_or(call);
        for field in ["name", "arguments"] {
            if let Some(Value::Text(part)) = function.get(field) {
                text += &part.read();
            }
        }
    }
    Some(text).filter(|text| !text.is_empty())
}

/// The text of an answer: as text, as a message, or in an answer of OpenAI's interfaces (`choices`).
pub(super) fn reply<'a>(value: &'a Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::Text(text) => Some(text.read()),
        Value::List(list) => reply(list.first()?),
        Value::Object(_) => {
            let inside = ["choices", "message", "body", "output"];
            if let Some(inside) = inside.iter().find_map(|name| value.get(name)) {
                return reply(inside);
            }
            if let Some(Value::List(parts)) = value.get("content") {
                let mut messages = Messages::default();
                return Some(messages.parts(parts));
            }
            let calls = calls(value).map(Cow::Owned);
            match value.get("content").or_else(|| value.get("text")) {
                Some(Value::Text(text)) => Some(text.read()),
                _ => calls,
            }
        }
        _ => None,
    }
}

/// What is there in place of a list of messages.
pub(super) fn no_list(place: Place, name: &str, other: &Value<'_>) -> WorkloadError {
    WorkloadError::Shape {
        place,
        found: format!("`{name}` of {}", other.kind()),
        expected: "a list of messages with `from` and `value`, or `role` and `content`",
    }
}
