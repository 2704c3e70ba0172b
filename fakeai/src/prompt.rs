//! FakeAI's prompt cache: it remembers whole conversations by their hash, for a limited time.

use core::fmt::Write;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use warmpath_core::units::Map;

/// The number of tokens that is reported as cached is a multiple of this.
const GRANULE: u64 = 128;

/// Remembers prompts by their hash, without a limit on their number. FakeAI's defaults: prompts of 1024 tokens or more, for
/// 600 s.
#[derive(Clone, Debug)]
pub struct PromptCache {
    /// Whether the cache is on; if not, every look-up misses and nothing is stored.
    pub enabled: bool,
    /// The age at which an entry is dropped \[s\].
    pub ttl: f64,
    /// The least length of a prompt that is stored or looked up \[tokens\].
    pub least_tokens: u64,
    entries: Map<String, (u64, f64)>,
}

impl Default for PromptCache {
    fn default() -> Self {
        Self::new(true, 600.0, 1024)
    }
}

/// The result of a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Whether the prompt was in the cache.
    pub hit: bool,
    /// The stored number of tokens rounded down to a multiple of 128; 0 on a miss.
    pub cached_tokens: u64,
}

impl PromptCache {
    /// An empty cache with these settings, which its fields describe.
    pub fn new(enabled: bool, ttl: f64, least_tokens: u64) -> Self {
        Self {
            enabled,
            ttl,
            least_tokens,
            entries: Map::default(),
        }
    }

    /// Looks up a prompt of `tokens` tokens at the time `now` \[s\], and stores it if it is new. A hit does not extend the
    /// entry's life.
    pub fn check(&mut self, hash: &str, tokens: u64, now: f64) -> Hit {
        let miss = Hit {
            hit: false,
            cached_tokens: 0,
        };
        if !self.enabled || tokens < self.least_tokens {
            return miss;
        }
        let ttl = self.ttl;
        // An entry of exactly the largest age still hits.
        self.entries
            .retain(|_, &mut (_, stored)| now - stored <= ttl);
        match self.entries.get(hash) {
            // The stored number of tokens counts, whatever this request says.
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

    /// The number of stored prompts, including expired ones that were not dropped yet.
    pub fn entries(&self) -> usize {
        self.entries.len()
    }
}

/// A chat message as a client sends it; other fields do not enter the hash.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Message {
    /// The speaker: "system", "user", "assistant" or "tool".
    pub role: String,
    /// The text, or the parts, of the message.
    #[serde(default)]
    pub content: Content,
    /// The name of the speaker; empty if not given.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// The calls of tools that the assistant asks for; empty if there are none.
    #[serde(default, deserialize_with = "null_as_default")]
    pub tool_calls: Vec<ToolCall>,
    /// In a tool's message, the id of the call that it answers; else empty.
    #[serde(default, deserialize_with = "null_as_default")]
    pub tool_call_id: String,
}

/// The content of a message, in any of the forms that OpenAI's API accepts.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// The content is null or absent, as in a message that only calls tools.
    #[default]
    None,
    /// The content is a plain text.
    Text(String),
    /// The content is a list of parts: texts, images, videos, sound.
    Parts(Vec<ContentPart>),
}

/// A part of a message's content. All of these fields enter the hash and no others; one that is not given enters with its
/// default.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ContentPart {
    /// A part that is a text.
    Text {
        /// The text of the part.
        text: String,
    },
    /// A part that is an image.
    ImageUrl {
        /// The address of the image, and how much detail is asked for.
        image_url: Media,
    },
    /// A part that is a video.
    VideoUrl {
        /// The address of the video, and how much detail is asked for.
        video_url: Media,
    },
    /// A part that is sound.
    InputAudio {
        /// The sound and its format.
        input_audio: Audio,
    },
}

/// A reference to an image or a video.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Media {
    /// The URL, which may be a `data:` URL with the content itself.
    pub url: String,
    /// The detail that is asked for: "low", "high", or "auto" if not given.
    #[serde(default = "auto")]
    pub detail: String,
}

/// Sound that is sent with a message.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Audio {
    /// The sound itself, in Base64.
    pub data: String,
    /// The format of the sound, "wav" or "mp3".
    pub format: String,
}

fn auto() -> String {
    "auto".to_owned()
}

/// A call of a tool, as a client sends it back with the conversation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ToolCall {
    /// The id of the call, by which the tool's message refers to it.
    pub id: String,
    /// The type of the call; "function" if not given.
    #[serde(default = "function", rename = "type")]
    pub kind: String,
    /// The function that is called, with its arguments.
    pub function: Function,
}

/// The function of a tool call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Function {
    /// The name of the function.
    pub name: String,
    /// The arguments, which are JSON in a string.
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

/// The part of a message that enters the hash: role and content always, other fields if they are not empty.
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

fn part(part: &ContentPart) -> Value {
    let media = |of: &Media| json!({"url": of.url, "detail": of.detail});
    match part {
        ContentPart::Text { text } => json!({"type": "text", "text": text}),
        ContentPart::ImageUrl { image_url } => {
            json!({"type": "image_url", "image_url": media(image_url)})
        }
        ContentPart::VideoUrl { video_url } => {
            json!({"type": "video_url", "video_url": media(video_url)})
        }
        ContentPart::InputAudio {
            input_audio: Audio { data, format },
        } => {
            json!({"type": "input_audio", "input_audio": {"data": data, "format": format}})
        }
    }
}

/// Writes `value` as Python's `json.dumps(…, sort_keys=True)` does. The recursion is bounded, as it is never nested deeper
/// than a message.
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
