//! A tokenizer's tokens: the bytes of each by number, and the number by bytes.

use core::hash::{BuildHasher, Hasher};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// All tokens, their bytes behind each other in one buffer.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    bytes: Vec<u8>,
    /// Where each token's bytes begin; one more at the end.
    starts: Vec<u32>,
    index: HashTable<u32>,
    /// The tokens of two bytes, by both: every merging begins with these.
    pairs: Vec<u32>,
}

/// No token.
const NONE: u32 = u32::MAX;

fn pair(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [first, second] => Some(usize::from(*first) << 8 | usize::from(*second)),
        _ => None,
    }
}

impl Vocabulary {
    pub(super) fn with_capacity(tokens: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(tokens * 8),
            starts: Vec::with_capacity(tokens + 1),
            index: HashTable::with_capacity(tokens),
            pairs: vec![NONE; 1 << 16],
        }
    }

    /// The next token. Of two with the same bytes the first is found.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let token = self.len() as u32;
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let known = bytes.is_empty() || self.token(bytes).is_some();
        self.bytes.extend_from_slice(bytes);
        self.starts.push(self.bytes.len() as u32);
        if let Some(slot) = pair(bytes).and_then(|at| self.pairs.get_mut(at)) {
            if *slot == NONE {
                *slot = token;
            }
        } else if !known {
            let (all, starts) = (&self.bytes, &self.starts);
            let rehash = |token: &u32| hash(slice(all, starts, *token));
            self.index.insert_unique(hash(bytes), token, rehash);
        }
    }

    /// The next token, made of two earlier ones; nothing if one of them is none.
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
        if let Some(token) = pair(bytes).and_then(|at| self.pairs.get(at)) {
            return (*token != NONE).then_some(*token);
        }
        let same = |token: &u32| slice(&self.bytes, &self.starts, *token) == bytes;
        self.index.find(hash(bytes), same).copied()
    }
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
