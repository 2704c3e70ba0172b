//! The first characters of prompts, for policies whose key may be of any length.
//!
//! KubeAI hashes the first `prefixCharLength` characters of a chat's first user message. All turns of a conversation have the same
//! first message, so distinct beginnings are kept once, [`HEAD_CHARS`] characters of each at most; a request has the number of its
//! beginning. Only workloads that are read from texts have them.

use crate::units::Map;
use xxhash_rust::{xxh3::xxh3_64, xxh64::xxh64};

/// The most characters that are kept of a prompt's beginning.
pub const HEAD_CHARS: usize = 512;

/// Distinct beginnings of texts, numbered from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    text: String,
    /// The place in `text` where each beginning ends.
    ends: Vec<usize>,
}

impl Heads {
    /// The beginnings of a workload that keeps none.
    pub const fn none() -> Self {
        Self {
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// The number of distinct beginnings.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no beginning.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The beginning with this number, counted from 1; `None` for 0, or if there is none with that number.
    pub fn get(&self, number: u32) -> Option<&str> {
        let at = (number as usize).checked_sub(1)?;
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end)
    }

    /// The XXH64 of the first `chars` characters of the beginning with this number, counted from 1; `None` if there is none.
    pub fn key(&self, number: u32, chars: usize) -> Option<u64> {
        let head = self.get(number)?;
        let end = head
            .char_indices()
            .nth(chars)
            .map_or(head.len(), |(end, _)| end);
        Some(xxh64(&head.as_bytes()[..end], 0))
    }
}

/// A collector of beginnings, each kept once.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeadMaker {
    heads: Heads,
    known: Map<u64, u32>,
}

impl HeadMaker {
    /// The number of `head`, which is new or was seen before.
    pub(crate) fn number(&mut self, head: &str) -> u32 {
        let name = xxh3_64(head.as_bytes());
        if let Some(&number) = self.known.get(&name)
            && self.heads.get(number) == Some(head)
        {
            return number;
        }
        self.heads.text.push_str(head);
        self.heads.ends.push(self.heads.text.len());
        let number = u32::try_from(self.heads.len()).unwrap_or(0);
        self.known.insert(name, number);
        number
    }

    /// The beginnings collected so far.
    pub(crate) fn heads(&self) -> &Heads {
        &self.heads
    }

    pub(crate) fn finish(self) -> Heads {
        self.heads
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_kept_once_and_has_a_key_of_every_length() {
        let mut maker = HeadMaker::default();
        let (a, empty, b) = (
            maker.number("né as a"),
            maker.number(""),
            maker.number("né as b"),
        );
        assert_eq!((a, empty, b, maker.number("né as a")), (1, 2, 3, 1));
        let heads = maker.finish();
        assert_eq!(heads.get(2), Some(""));
        assert_eq!((heads.get(0), heads.get(4)), (None, None));
        // Characters count, not bytes; beyond the end it is the whole.
        assert_eq!(heads.key(1, 2), Some(xxh64("né".as_bytes(), 0)));
        assert_eq!(heads.key(1, 6), heads.key(3, 6));
        assert_ne!(heads.key(1, 7), heads.key(3, 7));
        assert_eq!(heads.key(1, 99), Some(xxh64("né as a".as_bytes(), 0)));
    }
}
