//! What policies that look at text may see of a prompt, without the text.
//!
//! KubeAI's ring hashes the first characters of the first user message with XXH64, smg's prefix hash the first 256 tokens with
//! XXH3, and vLLM production-stack's trie walks chunks of 128 characters. A character is a Unicode scalar value, as in Python and
//! Go. As in that trie, the last, shorter chunk counts as one.

use crate::block;
use crate::request::heads::{HEAD_CHARS, HeadMaker};
use crate::request::pieces::Characters;
use crate::request::{Chain, TextKeys, corpus::Interner};
use crate::units::BlockId;
use xxhash_rust::{xxh3, xxh64::xxh64};

/// The number of characters that the ring's key covers.
pub(crate) const KEY_CHARS: usize = 100;
/// The number of tokens that the prefix hash covers.
const KEY_TOKENS: usize = 256;
/// How many characters a chunk of text has.
pub(crate) const CHUNK_CHARS: usize = 128;

/// The keys of a text that grows at its end.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    /// The beginning of the first user message, as much as is kept of it.
    head: String,
    head_chars: usize,
    /// The head's number, as long as it does not change.
    head_number: Option<u32>,
    chunks: Vec<BlockId>,
    tail: String,
    tail_chars: usize,
    /// The chain of its characters, as far as they are entered, and the text that is not entered yet.
    characters: Chain,
    not_entered: String,
}

impl Growing {
    pub(crate) fn clear(&mut self) {
        self.head.clear();
        self.chunks.clear();
        self.tail.clear();
        (self.head_chars, self.tail_chars) = (0, 0);
        self.head_number = None;
        self.characters = Chain::default();
        self.not_entered.clear();
    }

    /// Appends a text without roles: its beginning is what a ring hashes.
    pub(crate) fn push(&mut self, text: &str) {
        self.begin(text);
        self.go_on(text);
    }

    /// Appends to the text whose beginning a ring hashes, and to nothing else: the chunks get the same text by [`Self::go_on`]. KubeAI
    /// takes the first message of the user from a chat (kubeai-project/kubeai f442a2c of October 2025,
    /// `api/openai/v1/chat_completions.go`), so every turn of a conversation has the same key.
    pub(crate) fn begin(&mut self, mut text: &str) {
        if self.head_chars < HEAD_CHARS && !text.is_empty() {
            take(&mut self.head, &mut self.head_chars, HEAD_CHARS, &mut text);
            self.head_number = None;
        }
    }

    /// Appends a text to the chunks, whatever its role.
    pub(crate) fn go_on(&mut self, mut text: &str) {
        while !text.is_empty() {
            take(&mut self.tail, &mut self.tail_chars, CHUNK_CHARS, &mut text);
            if self.tail_chars == CHUNK_CHARS {
                self.chunks.push(self.tail_id());
                self.tail.clear();
                self.tail_chars = 0;
            }
        }
    }

    /// The keys of the text so far, whose tokens are `tokens`; the chains of its characters and tokens are left empty.
    pub(crate) fn keys(
        &mut self,
        tokens: &[u32],
        chunks: &mut Interner,
        heads: Option<&mut HeadMaker>,
    ) -> TextKeys {
        let chain: Chain = self.with_chunks(|ids| chunks.intern(ids));
        let mut hasher = xxh3::Xxh3::new();
        for token in tokens.iter().take(KEY_TOKENS) {
            hasher.update(&token.to_le_bytes());
        }
        let head = &self.head;
        let number = match heads {
            Some(heads) => *self.head_number.get_or_insert_with(|| heads.number(head)),
            None => 0,
        };
        let beginning = head.char_indices().nth(KEY_CHARS);
        let beginning = beginning.map_or(head.len(), |(end, _)| end);
        TextKeys {
            chars_100: xxh64(&head.as_bytes()[..beginning], 0),
            head: number,
            tokens_256: hasher.digest(),
            chunks: chain,
            characters: Chain::default(),
            tokens: Chain::default(),
        }
    }

    /// Appends a text as [`Self::go_on`] does, and keeps its characters.
    pub(crate) fn go_on_by_character(&mut self, text: &str) {
        self.not_entered.push_str(text);
        self.go_on(text);
    }

    /// The chain of the characters that [`Self::go_on_by_character`] was given.
    pub(crate) fn characters(&mut self, all: &mut Characters) -> Chain {
        self.characters = all.go_on(self.characters, &self.not_entered);
        self.not_entered.clear();
        self.characters
    }

    /// Calls `show` with the chained ids of the text's chunks so far, the unfinished one included.
    pub(crate) fn with_chunks<T>(&mut self, show: impl FnOnce(&[BlockId]) -> T) -> T {
        let whole = self.chunks.len();
        if self.tail_chars > 0 {
            self.chunks.push(self.tail_id());
        }
        let shown = show(&self.chunks);
        self.chunks.truncate(whole);
        shown
    }

    fn tail_id(&self) -> BlockId {
        let parent = self.chunks.last().copied().unwrap_or(block::ROOT);
        BlockId(xxh3::xxh3_64_with_seed(self.tail.as_bytes(), parent.0))
    }
}

/// Moves characters from `text` to `to` until that has `most`.
fn take(to: &mut String, have: &mut usize, most: usize, text: &mut &str) {
    let want = most - *have;
    let (end, chars) = match text.char_indices().nth(want) {
        Some((end, _)) => (end, want),
        None => (text.len(), text.chars().count()),
    };
    let (head, rest) = text.split_at(end);
    to.push_str(head);
    *have += chars;
    *text = rest;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_do_not_matter_and_characters_count() {
        let text = "é".repeat(CHUNK_CHARS + 2);
        let (mut interner, mut heads) = (Interner::default(), HeadMaker::default());
        let (mut whole, mut pieces) = (Growing::default(), Growing::default());
        whole.push(&text);
        for c in text.chars() {
            pieces.push(c.encode_utf8(&mut [0; 4]));
        }
        let (a, b) = (
            whole.keys(&[1, 2], &mut interner, Some(&mut heads)),
            pieces.keys(&[1, 2], &mut interner, Some(&mut heads)),
        );
        assert_eq!(a, b);
        assert_eq!(a.chunks.depth, 2);
        assert_eq!(a.chars_100, xxh64("é".repeat(100).as_bytes(), 0));
        whole.push("x");
        let longer = whole.keys(&[1, 2], &mut interner, Some(&mut heads));
        assert_eq!(
            (longer.chars_100, longer.tokens_256),
            (a.chars_100, a.tokens_256)
        );
        // The first chunk is shared, and the last one differs.
        assert_eq!(interner.finish().blocks(), 3);
    }

    #[test]
    fn what_it_is_known_by_is_the_beginning_alone() {
        let (mut interner, mut heads) = (Interner::default(), HeadMaker::default());
        let mut chat = Growing::default();
        chat.go_on("be brief");
        chat.begin("why?");
        chat.go_on("why?");
        let first = chat.keys(&[1], &mut interner, Some(&mut heads));
        assert_eq!(first.chars_100, xxh64(b"why?", 0));
        chat.go_on("because");
        let second = chat.keys(&[1, 2], &mut interner, Some(&mut heads));
        assert_eq!((second.chars_100, second.head), (first.chars_100, 1));
        assert_eq!(heads.heads().get(1), Some("why?"));
    }
}
