//! One conversation's JSON: its messages, or what is wrong with them.

use super::place;
use super::scan::Position;
use crate::json::{self, Text, Value};
use crate::workload::WorkloadError;
use crate::workload::sniff::fields;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Ask,
    Answer,
    /// `system`, and roles nobody knows.
    Other,
}

impl Role {
    fn of(from: &str) -> Self {
        match from {
            "human" | "user" => Role::Ask,
            "gpt" | "chatgpt" | "bing" | "bard" => Role::Answer,
            _ => Role::Other,
        }
    }
}

/// A message; its text is read by whoever wants it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    pub(super) from: Text<'a>,
    pub(super) value: Text<'a>,
    pub(super) role: Role,
}

/// A conversation.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    pub(super) messages: Vec<Message<'a>>,
    /// Whether a text has half of a surrogate pair: programs write such that cut strings between the halves.
    pub(super) repaired: bool,
}

impl Conversation<'_> {
    /// Who begins; `None` if it is empty.
    pub(super) fn first(&self) -> Option<Role> {
        self.messages.first().map(|message| message.role)
    }

    /// Whether anyone asks.
    pub(super) fn asks(&self) -> bool {
        self.messages
            .iter()
            .any(|message| message.role == Role::Ask)
    }
}

/// Reads the `number`-th conversation, whose text begins at `at`.
pub(super) fn read(
    json: &str,
    number: u64,
    at: Position,
) -> Result<Conversation<'_>, WorkloadError> {
    let shape = |message, found: String, expected| WorkloadError::Shape {
        place: place(number, message),
        found,
        expected,
    };
    let whole = json::parse(json).map_err(|fault| WorkloadError::Syntax {
        place: at.of(&fault).inside(number),
        detail: fault.reason(),
    })?;
    let list = match whole.get("conversations") {
        Some(Value::List(list)) => list,
        Some(other) => {
            let found = format!("`conversations` of {}", other.kind());
            return Err(shape(
                None,
                found,
                "a list of messages with `from` and `value`",
            ));
        }
        None => {
            return Err(shape(
                None,
                fields(&whole),
                "an object with `conversations`",
            ));
        }
    };
    let mut messages = Vec::with_capacity(list.len());
    for (i, message) in list.iter().enumerate() {
        if !matches!(message, Value::Object(_)) {
            let found = message.kind().to_owned();
            return Err(shape(Some(i), found, "an object with `from` and `value`"));
        }
        let text = |field| match message.get(field) {
            Some(&Value::Text(text)) => Ok(text),
            None => Err(WorkloadError::Missing {
                place: place(number, Some(i)),
                field,
            }),
            Some(other) => Err(WorkloadError::Value {
                place: place(number, Some(i)),
                field,
                found: other.kind().to_owned(),
                expected: "text".to_owned(),
            }),
        };
        let (from, value) = (text("from")?, text("value")?);
        let role = Role::of(&from.read());
        messages.push(Message { from, value, role });
    }
    let halved = |message: &Message<'_>| message.from.halved() || message.value.halved();
    let repaired = messages.iter().any(halved);
    Ok(Conversation { messages, repaired })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named() {
        let wrong = |json: &str| {
            read(json, 3, Position::default())
                .expect_err("a fault")
                .to_string()
        };
        assert_eq!(
            wrong(r#"{"id": 1, "text": ""}"#),
            "conversation 3: an object with `id`, `text` found, an object with `conversations` expected"
        );
        assert_eq!(
            wrong(r#"{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt"}]}"#),
            "conversation 3, message 2: field `value` is missing"
        );
        assert_eq!(
            wrong(r#"{"conversations": [{"from": 7, "value": "a"}]}"#),
            "conversation 3, message 1: field `from` is a number, text expected"
        );
        assert!(wrong(r#"{"conversations": {}}"#).contains("`conversations` of an object found"));
        assert!(wrong(r#"{"conversations": [1]}"#).contains("message 1: a number found"));
        assert!(
            wrong(r#"{"conversations": nope}"#)
                .starts_with("conversation 3, line 1, column 20: expected")
        );
    }
}
