//! FakeAI's prompt cache: whole conversations by hash, kept for a while.

use core::fmt::Write;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use warmpath_core::units::Map;

/// What is reported as cached is a multiple of this \[tokens\].
const GRANULE: u64 = 128;

/// Remembers prompts by hash; FakeAI's defaults are 1024 tokens at least and 600 s at most. There is no bound on entries.
#[derive(Clone, Debug)]
pub struct PromptCache {
    /// Off: everything misses and nothing is stored.
    pub enabled: bool,
    /// An entry older than this is dropped \[s\].
    pub ttl: f64,
    /// Shorter prompts are neither stored nor looked up \[tokens\].
    pub least_tokens: u64,
    entries: Map<String, (u64, f64)>,
}

impl Default for PromptCache {
    fn default() -> Self {
        Self::new(true, 600.0, 1024)
    }
}

/// What the prompt cache answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Whether the prompt was there.
    pub hit: bool,
    /// The stored count floored to a multiple of 128; 0 on a miss \[tokens\].
    pub cached_tokens: u64,
}

impl PromptCache {
    /// An empty cache; see the fields.
    pub fn new(enabled: bool, ttl: f64, least_tokens: u64) -> Self {
        Self {
            enabled,
            ttl,
            least_tokens,
            entries: Map::default(),
        }
    }

    /// Looks a prompt of `tokens` up at `now` \[s\] and stores it if it is new. A hit does not extend its life.
    pub fn check(&mut self, hash: &str, tokens: u64, now: f64) -> Hit {
        let miss = Hit {
            hit: false,
            cached_tokens: 0,
        };
        if !self.enabled || tokens < self.least_tokens {
            return miss;
        }
        let ttl = self.ttl;
        // Exactly as old as that still hits.
        self.entries
            .retain(|_, &mut (_, stored)| now - stored <= ttl);
        match self.entries.get(hash) {
            // What was stored counts, whatever this request says.
            Some(&(stored_tokens, _)) => Hit {
                hit: true,
                cached_tokens: stored_tokens / GRANULE * GRANULE,
            },
            None => {
                self.entries.insert(hash.to_owned(), (tokens, now));
                miss
            }
        }
    }

    /// How many prompts are stored, dead ones not yet dropped included.
    pub fn entries(&self) -> usize {
        self.entries.len()
    }
}

/// A chat message as a client sends it; other fields do not enter the hash.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: String,
    /// What is said.
    #[serde(default)]
    pub content: Content,
    /// The speaker's name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// Calls of tools.
    #[serde(default, deserialize_with = "null_as_default")]
    pub tool_calls: Vec<ToolCall>,
    /// Which call this answers.
    #[serde(default, deserialize_with = "null_as_default")]
    pub tool_call_id: String,
}

/// A message's content.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// Null or absent.
    #[default]
    None,
    /// Plain text.
    Text(String),
    /// Parts of several kinds.
    Parts(Vec<Part>),
}

/// A part of a message's content. All of these fields enter the hash and no others, a default as if it had been sent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    /// Text.
    Text {
        /// What it says.
        text: String,
    },
    /// An image.
    ImageUrl {
        /// Where it is.
        image_url: Media,
    },
    /// A video.
    VideoUrl {
        /// Where it is.
        video_url: Media,
    },
    /// Sound.
    InputAudio {
        /// What it holds.
        input_audio: Audio,
    },
}

/// An image or a video.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Media {
    /// Its address.
    pub url: String,
    /// "low", "high", or "auto" if not said.
    #[serde(default = "auto")]
    pub detail: String,
}

/// Sound.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Audio {
    /// Base64.
    pub data: String,
    /// "wav" or "mp3".
    pub format: String,
}

fn auto() -> String {
    "auto".to_owned()
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ToolCall {
    /// The call's id.
    pub id: String,
    /// Its type, "function" if not said.
    #[serde(default = "function", rename = "type")]
    pub kind: String,
    /// What is called.
    pub function: Function,
}

/// The function of a tool call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its arguments, JSON in a string.
    pub arguments: String,
}

fn function() -> String {
    "function".to_owned()
}

fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// The prompt cache's key of a conversation: SHA-256 \[lower-case hex\] of its messages as Python's `json.dumps` writes them
/// with sorted keys.
pub fn prompt_hash(messages: &[Message]) -> String {
    let messages = messages.iter().map(canonical).collect();
    let mut text = String::new();
    write_json(&Value::Array(messages), &mut text);
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}"); // writing to a String cannot fail
    }
    hex
}

/// What of a message enters the hash: role and content always, the rest if it is not empty.
fn canonical(message: &Message) -> Value {
    let mut object = serde_json::Map::new();
    let mut put = |key: &str, value| object.insert(key.to_owned(), value);
    put("role", message.role.as_str().into());
    put(
        "content",
        match &message.content {
            Content::None => Value::Null,
            Content::Text(text) => text.as_str().into(),
            Content::Parts(parts) => parts.iter().map(part).collect(),
        },
    );
    for (key, text) in [
        ("name", &message.name),
        ("tool_call_id", &message.tool_call_id),
    ] {
        if !text.is_empty() {
            put(key, text.as_str().into());
        }
    }
    if !message.tool_calls.is_empty() {
        let call = |call: &ToolCall| {
            json!({
                "id": call.id,
                "type": call.kind,
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            })
        };
        put("tool_calls", message.tool_calls.iter().map(call).collect());
    }
    Value::Object(object)
}

fn part(part: &Part) -> Value {
    let media = |of: &Media| json!({"url": of.url, "detail": of.detail});
    match part {
        Part::Text { text } => json!({"type": "text", "text": text}),
        Part::ImageUrl { image_url } => json!({"type": "image_url", "image_url": media(image_url)}),
        Part::VideoUrl { video_url } => json!({"type": "video_url", "video_url": media(video_url)}),
        Part::InputAudio {
            input_audio: Audio { data, format },
        } => {
            json!({"type": "input_audio", "input_audio": {"data": data, "format": format}})
        }
    }
}

/// Writes `value` as Python's `json.dumps(…, sort_keys=True)`. It is never nested
/// deeper than a message.
fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_unstable_by_key(|&(key, _)| key);
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_string(key, out);
                out.push_str(": ");
                write_json(item, out);
            }
            out.push('}');
        }
        Value::String(text) => write_string(text, out),
        other => out.push_str(&other.to_string()),
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            ' '..='~' => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}"); // writing to a String cannot fail
                }
            }
        }
    }
    out.push('"');
}
