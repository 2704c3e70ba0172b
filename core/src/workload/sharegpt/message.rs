//! One conversation's JSON: its messages, or what is wrong with them.

use super::place;
use crate::workload::WorkloadError;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::borrow::Cow;

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

/// A message.
#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) from: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) value: Cow<'a, str>,
}

impl Message<'_> {
    pub(super) fn role(&self) -> Role {
        Role::of(&self.from)
    }
}

#[derive(Deserialize)]
struct Conversation<'a> {
    #[serde(borrow)]
    conversations: Vec<Message<'a>>,
}

/// A conversation without its texts.
#[derive(Deserialize)]
struct Skimmed<'a> {
    #[serde(borrow)]
    conversations: Vec<SkimmedMessage<'a>>,
}

#[derive(Deserialize)]
struct SkimmedMessage<'a> {
    #[serde(borrow)]
    from: Cow<'a, str>,
    #[serde(rename = "value")]
    _value: IgnoredAny,
}

/// What the notes need of a conversation.
#[derive(Debug, PartialEq)]
pub(super) struct Outline {
    /// Who begins; `None` if it is empty.
    pub(super) first: Option<Role>,
    /// Whether anyone asks.
    pub(super) asks: bool,
}

impl Outline {
    pub(super) fn of(roles: impl IntoIterator<Item = Role>) -> Self {
        let mut roles = roles.into_iter().peekable();
        Self {
            first: roles.peek().copied(),
            asks: roles.any(|role| role == Role::Ask),
        }
    }
}

/// Parses the `number`-th conversation and hands its messages to `then`.
pub(super) fn read<T>(
    json: &str,
    number: u64,
    repaired: &mut u64,
    then: impl FnOnce(&[Message]) -> T,
) -> Result<T, WorkloadError> {
    if let Ok(conversation) = serde_json::from_str::<Conversation>(json) {
        return Ok(then(&conversation.conversations));
    }
    let json = repair(json);
    match serde_json::from_str::<Conversation>(&json) {
        Ok(conversation) => {
            *repaired += 1;
            Ok(then(&conversation.conversations))
        }
        Err(error) => Err(what_is_wrong(&json, number, &error)),
    }
}

/// Like [`read`], when the texts are not needed.
pub(super) fn outline(
    json: &str,
    number: u64,
    repaired: &mut u64,
) -> Result<Outline, WorkloadError> {
    match serde_json::from_str::<Skimmed>(json) {
        Ok(skimmed) => Ok(Outline::of(
            skimmed.conversations.iter().map(|m| Role::of(&m.from)),
        )),
        Err(_) => read(json, number, repaired, |messages| {
            Outline::of(messages.iter().map(Message::role))
        }),
    }
}

/// Writes U+FFFD for every escape that is half of a surrogate pair: such texts come from programs that cut strings
/// between the halves, and no UTF-8 text can hold them.
fn repair(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (unit(rest), unit(rest.get(6..).unwrap_or_default())) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // A backslash and what it escapes, which may be another backslash.
            _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The UTF-16 unit of a `\uXXXX` escape at the start of `text`.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// Finds the first fault of a conversation that did not parse.
fn what_is_wrong(json: &str, number: u64, error: &serde_json::Error) -> WorkloadError {
    let at = |message| place(number, message);
    let shape = |message, found: String, expected| WorkloadError::Shape {
        place: at(message),
        found,
        expected,
    };
    let Ok(value) = serde_json::from_str::<Value>(json) else {
        return WorkloadError::Syntax {
            place: at(None),
            detail: error.to_string(),
        };
    };
    let Some(messages) = value.get("conversations") else {
        return shape(None, keys(&value), "an object with `conversations`");
    };
    let Some(messages) = messages.as_array() else {
        return shape(
            None,
            format!("`conversations` of {}", kind(messages)),
            "an array of messages with `from` and `value`",
        );
    };
    for (i, message) in messages.iter().enumerate() {
        if !message.is_object() {
            return shape(Some(i), kind(message), "an object with `from` and `value`");
        }
        for field in ["from", "value"] {
            match message.get(field) {
                Some(Value::String(_)) => {}
                None => {
                    return WorkloadError::Missing {
                        place: at(Some(i)),
                        field,
                    };
                }
                Some(other) => {
                    return WorkloadError::Value {
                        place: at(Some(i)),
                        field,
                        found: kind(other),
                        expected: "text".to_owned(),
                    };
                }
            }
        }
    }
    WorkloadError::Syntax {
        place: at(None),
        detail: error.to_string(),
    }
}

/// What an object has, for a message.
fn keys(value: &Value) -> String {
    let Some(object) = value.as_object() else {
        return kind(value);
    };
    let names: Vec<String> = object
        .keys()
        .take(6)
        .map(|key| format!("`{}`", crate::workload::error::excerpt(key)))
        .collect();
    match names.len() {
        0 => "an object without fields".to_owned(),
        _ => format!("an object with {}", names.join(", ")),
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_pairs_become_replacement_characters() {
        let text = r#"a\ud83d\ude00 \ud83d \\ud83d \udc00\n\ud83d"#;
        assert_eq!(
            repair(text),
            r#"a\ud83d\ude00 \ufffd \\ud83d \ufffd\n\ufffd"#
        );
        assert_eq!(repair("\\"), "\\");
        assert_eq!(repair("\\ué"), "\\ué");
    }

    #[test]
    fn faults_are_named() {
        let wrong = |json: &str| {
            read(json, 3, &mut 0, |_| ())
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
        assert!(wrong(r#"{"conversations": nope}"#).starts_with("conversation 3: expected"));
    }
}
