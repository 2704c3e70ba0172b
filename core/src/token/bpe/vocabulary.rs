//! A tokenizer's tokens: the bytes of each by number, and the number by bytes.

use core::hash::{BuildHasher, Hasher};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// All tokens, their bytes behind each other in one buffer.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    bytes: Vec<u8>,
    /// Where each token's bytes begin in the buffer; one entry more at the end.
    starts: Vec<u32>,
    /// The tokens of eight bytes and more, to be found by their bytes.
    index: HashTable<u32>,
    /// The tokens of three to seven bytes, by those bytes as a number: finding one needs nothing else.
    short: HashTable<(u64, u32)>,
    /// The tokens of two bytes, by both bytes: every merging begins with these.
    pairs: Vec<u32>,
    /// The tokens of one byte, by that byte.
    singles: Vec<u32>,
}

/// The number that stands for no token.
const NONE: u32 = u32::MAX;

/// The index in which a token of these bytes is found.
enum Key {
    Single(usize),
    Pair(usize),
    Short(u64),
    Long,
}

impl Key {
    fn of(bytes: &[u8]) -> Self {
        match *bytes {
            [only] => Self::Single(usize::from(only)),
            [first, second] => Self::Pair(usize::from(first) << 8 | usize::from(second)),
            [a, b, c] => Self::Short(u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 3])),
            [a, b, c, d, ref rest @ ..] if rest.len() < 4 => {
                let first = u64::from(u32::from_le_bytes([a, b, c, d]));
                let more = rest.iter().rev();
                let more = more.fold(0, |sum, byte| sum << 8 | u64::from(*byte));
                Self::Short(first | more << 32 | (bytes.len() as u64) << 56)
            }
            _ => Self::Long,
        }
    }
}

impl Vocabulary {
    pub(super) fn with_capacity(tokens: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(tokens * 8),
            starts: Vec::with_capacity(tokens + 1),
            index: HashTable::with_capacity(tokens / 2),
            short: HashTable::with_capacity(tokens / 2),
            pairs: vec![NONE; 1 << 16],
            singles: vec![NONE; 1 << 8],
        }
    }

    /// Adds the next token. Of two tokens with the same bytes, the first is found.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let token = self.len() as u32;
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let known = bytes.is_empty() || self.token(bytes).is_some();
        self.bytes.extend_from_slice(bytes);
        self.starts.push(self.bytes.len() as u32);
        if known {
            return;
        }
        match Key::of(bytes) {
            Key::Single(at) => self.singles[at] = token,
            Key::Pair(at) => self.pairs[at] = token,
            Key::Short(key) => {
                let rehash = |it: &(u64, u32)| mixed(it.0);
                self.short.insert_unique(mixed(key), (key, token), rehash);
            }
            Key::Long => {
                let (all, starts) = (&self.bytes, &self.starts);
                let rehash = |token: &u32| hash(slice(all, starts, *token));
                self.index.insert_unique(hash(bytes), token, rehash);
            }
        }
    }

    /// Adds the next token, made of two earlier ones; `None` if one of them does not exist.
    pub(super) fn push_pair(&mut self, left: u32, right: u32) -> Option<()> {
        let here = self.len() as u32;
        if left >= here || right >= here {
            return None;
        }
        let bytes = [self.bytes(left), self.bytes(right)].concat();
        self.push(&bytes);
        Some(())
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(super) fn bytes(&self, token: u32) -> &[u8] {
        match (token as usize) < self.len() {
            true => slice(&self.bytes, &self.starts, token),
            false => &[],
        }
    }

    pub(super) fn token(&self, bytes: &[u8]) -> Option<u32> {
        let some = |token: Option<&u32>| token.copied().filter(|token| *token != NONE);
        match Key::of(bytes) {
            Key::Single(at) => some(self.singles.get(at)),
            Key::Pair(at) => some(self.pairs.get(at)),
            Key::Short(key) => {
                let found = self.short.find(mixed(key), |it| it.0 == key);
                found.map(|it| it.1)
            }
            Key::Long => {
                let same = |token: &u32| slice(&self.bytes, &self.starts, *token) == bytes;
                self.index.find(hash(bytes), same).copied()
            }
        }
    }
}

fn mixed(key: u64) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hasher.write_u64(key);
    hasher.finish()
}

fn slice<'a>(bytes: &'a [u8], starts: &[u32], token: u32) -> &'a [u8] {
    let token = token as usize;
    &bytes[starts[token] as usize..starts[token + 1] as usize]
}

pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}
