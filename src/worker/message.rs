//! What the page asks its worker, and what the worker answers.

use serde::{Deserialize, Serialize};

/// Changes whenever [`Ask`] or [`Answer`] does. Both sides are the same wasm, so this is only a guard against a stray message.
pub const VERSION: u32 = 1;

/// A message with its version.
#[derive(Serialize, Deserialize)]
pub(super) struct Letter<T> {
    pub(super) version: u32,
    pub(super) body: T,
}

/// What the page asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// The chained block ids of these tokens.
    Chain {
        /// Token ids in order.
        tokens: Vec<u32>,
        /// Tokens in a block.
        block_size: u32,
    },
}

/// What the worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The ids of all full blocks, each 16 hexadecimal digits (a JavaScript number would lose bits).
    Chain {
        /// Ids in order.
        blocks: Vec<String>,
    },
}

/// A message as text.
pub(super) fn write<T: Serialize>(body: T) -> Result<String, String> {
    serde_json::to_string(&Letter {
        version: VERSION,
        body,
    })
    .map_err(|error| format!("a message could not be written: {error}"))
}

/// A message from text; the error says what is wrong with it.
pub(super) fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    let letter: Letter<T> = serde_json::from_str(text)
        .map_err(|error| format!("a message could not be read: {error}"))?;
    if letter.version == VERSION {
        Ok(letter.body)
    } else {
        Err(format!(
            "a message of version {}, not {VERSION}",
            letter.version
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ask_survives_the_journey_and_another_version_is_refused() {
        let ask = Ask::Chain {
            tokens: vec![1, 2, u32::MAX],
            block_size: 2,
        };
        let text = write(&ask).expect("plain data");
        assert_eq!(read::<Ask>(&text), Ok(ask));
        let other = text.replace("\"version\":1", "\"version\":2");
        assert_eq!(
            read::<Ask>(&other),
            Err("a message of version 2, not 1".into())
        );
    }
}
