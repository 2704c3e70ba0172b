//! Messages of a chat, however they are written.
//!
//! A message is an object with `from` and `value` (ShareGPT) or `role` and `content` (everybody else). Content is text, or a
//! list of parts of which those of text count and others (images, audio) are left out; what an assistant calls tools with
//! counts as its text.

use std::borrow::Cow;

use crate::json::{Text, Value};
use crate::workload::{Place, WorkloadError};

/// The role of a message: which side of the chat it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::workload) enum Role {
    Ask,
    Answer,
    /// The result of a tool that the model called; the model answers it as it answers a question.
    Tool,
    /// `system`, and roles that are not known.
    Other,
}

impl Role {
    pub(in crate::workload) fn of(from: &str) -> Self {
        match from.to_ascii_lowercase().as_str() {
            "human" | "user" | "prompter" | "question" => Role::Ask,
            "gpt" | "chatgpt" | "bing" | "bard" | "assistant" | "model" | "bot" | "ai"
            | "claude" | "gemini" | "function_call" | "tool_call" => Role::Answer,
            "tool" | "function" | "observation" | "ipython" | "tool_response"
            | "function_response" | "tool_result" => Role::Tool,
            _ => Role::Other,
        }
    }
}

/// A message of a chat: its role and its text.
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
            Role::Tool | Role::Other => &self.from,
        }
    }

    /// Whether its role is not a known one.
    pub(in crate::workload) fn unknown(&self) -> bool {
        let known = ["system", "developer"];
        self.role == Role::Other && !known.contains(&&*self.from.to_ascii_lowercase())
    }
}

/// The messages of a list, with what was odd about them.
#[derive(Debug, Default)]
pub(in crate::workload) struct Messages<'a> {
    pub(in crate::workload) list: Vec<Message<'a>>,
    /// Whether a text has half of a surrogate pair, as programs write that cut strings between the halves.
    pub(in crate::workload) repaired: bool,
    /// The number of parts that are not text and were left out.
    pub(in crate::workload) left_out: u64,
    /// The first message that must have text and has none, counted from 1.
    pub(in crate::workload) blank: Option<u64>,
}

/// Whether a value is a message.
pub(super) fn is_message(value: &Value<'_>) -> bool {
    let has = |name| value.get(name).is_some();
    (has("role") && has("content")) || (has("from") && has("value"))
}

impl<'a> Messages<'a> {
    /// Reads a list of messages; `place` gives the place of the message of a number.
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

    /// Messages that stand as JSON in a text, as exports to tables have them: a list, or an object around one.
    pub(super) fn inside(text: &str) -> Option<Messages<'static>> {
        let text = text.trim();
        if !text.starts_with(['[', '{']) {
            return None;
        }
        let whole = crate::json::parse(text).ok()?;
        let list = match &whole {
            Value::List(list) => list,
            other => match other.get("messages")? {
                Value::List(list) => list,
                _ => return None,
            },
        };
        if list.is_empty() || !list.iter().all(is_message) {
            return None;
        }
        let read = Messages::read(list, &|_| Place::Line(0)).ok()?;
        let own = |message: Message<'_>| Message {
            from: Cow::Owned(message.from.into_owned()),
            text: Cow::Owned(message.text.into_owned()),
            role: message.role,
        };
        Some(Messages {
            list: read.list.into_iter().map(own).collect(),
            repaired: read.repaired,
            left_out: read.left_out,
            blank: read.blank,
        })
    }

    /// Puts a system prompt before the first message, unless the messages begin with it.
    pub(super) fn begin_with(&mut self, system: Cow<'a, str>) {
        let begins = self.list.first().map(|first| &*first.from);
        if !matches!(begins, Some("system" | "developer")) {
            let message = Message {
                from: Cow::Borrowed("system"),
                text: system,
                role: Role::Other,
            };
            self.list.insert(0, message);
        }
    }

    /// Adds the text that the last question is about, behind the question.
    pub(super) fn about(&mut self, context: &str) {
        let last = self.list.iter_mut().rfind(|it| it.role == Role::Ask);
        if let Some(question) = last {
            question.text = Cow::Owned(format!("{}\n{context}", question.text));
        }
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

    /// The text of a content that is a list of parts.
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

/// The calls of tools in a message, as text; `None` if it has none.
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

/// The text of an answer that is a text, a message, or an answer of OpenAI's interfaces (`choices`).
pub(super) fn reply<'a>(value: &'a Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::Text(text) => {
            let text = text.read();
            Some(match reply_inside(&text) {
                Some(inside) => Cow::Owned(inside),
                None => text,
            })
        }
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

/// The text of an answer that stands in a text as a JSON message.
fn reply_inside(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let whole = crate::json::parse(text.trim()).ok()?;
    let answers = is_message(&whole) || whole.get("choices").is_some();
    answers
        .then(|| reply(&whole).map(Cow::into_owned))
        .flatten()
}

/// The text of a value that is a text, or a list of parts.
pub(super) fn text<'a>(value: &'a Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::Text(text) => Some(text.read()),
        Value::List(parts) => Some(Messages::default().parts(parts)),
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// The error that something else stands in place of a list of messages.
pub(super) fn no_list(place: Place, name: &str, other: &Value<'_>) -> WorkloadError {
    WorkloadError::Shape {
        place,
        found: format!("`{name}` of {}", other.kind()),
        expected: "a list of messages with `from` and `value`, or `role` and `content`",
    }
}
