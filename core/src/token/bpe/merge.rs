//! Joins a piece's parts until none can be joined: the neighbours that come first in the table first, of equals the
//! leftmost.
//!
//! Short pieces are searched for their best pair each time, which is quickest while they fit in a few cache lines; in
//! long ones (a run of Chinese has no space to split at) a heap holds the candidates, so the time stays n log n.

use core::cmp::Reverse;
use core::ops::Range;
use std::collections::BinaryHeap;

use smallvec::SmallVec;

use super::{Bpe, Merges, Symbols};

/// Pieces of more parts are merged with a heap.
const SHORT: usize = 100;
/// No part.
const NONE: u32 = u32::MAX;

/// Most pieces have no more parts than this, and need no memory of their own.
const INLINE: usize = 24;

/// The parts of a piece.
type Parts = SmallVec<[Part; INLINE]>;

/// A part of a piece: its token and where its bytes begin.
#[derive(Clone, Copy, Debug)]
struct Part {
    token: u32,
    start: u32,
}

impl Bpe {
    /// Hands on the tokens of a piece and the bytes of each.
    pub(super) fn merge(&self, piece: &[u8], out: &mut dyn FnMut(u32, Range<usize>)) {
        match self.whole(piece) {
            Some(token) => out(token, 0..piece.len()),
            None => self.merge_parts(piece, out),
        }
    }

    /// The token that a piece is by itself, where that goes first.
    pub(super) fn whole(&self, piece: &[u8]) -> Option<u32> {
        match self.whole_first {
            true => self.vocabulary.token(piece),
            false => None,
        }
    }

    /// The tokens of a piece from its parts.
    pub(super) fn merge_parts(&self, piece: &[u8], out: &mut dyn FnMut(u32, Range<usize>)) {
        let mut parts = self.parts(piece);
        if parts.len() <= SHORT {
            self.merge_short(piece, &mut parts);
        } else {
            self.merge_long(piece, &mut parts);
        }
        for (at, part) in parts.iter().enumerate() {
            out(part.token, part.start as usize..end(piece, &parts, at));
        }
    }

    /// What the piece begins as.
    fn parts(&self, piece: &[u8]) -> Parts {
        let part = |token, start: usize| Part {
            token,
            start: start as u32,
        };
        let (bytes, unknown) = match &self.symbols {
            Symbols::Bytes(tokens) => {
                let token = |byte: &u8| tokens[usize::from(*byte)];
                let parts = piece.iter().enumerate();
                return parts.map(|(at, byte)| part(token(byte), at)).collect();
            }
            Symbols::Characters { bytes, unknown, .. } => (bytes, *unknown),
        };
        let text = core::str::from_utf8(piece).unwrap_or_default();
        let mut parts = Parts::with_capacity(text.len());
        for (at, character) in text.char_indices() {
            let written = &piece[at..at + character.len_utf8()];
            match (self.vocabulary.token(written), bytes) {
                (Some(token), _) => parts.push(part(token, at)),
                (None, Some(tokens)) => {
                    let each = written.iter().enumerate();
                    parts.extend(each.map(|(i, byte)| part(tokens[usize::from(*byte)], at + i)));
                }
                (None, None) => parts.push(part(unknown, at)),
            }
        }
        parts
    }

    /// The place in the table of two neighbours, the right of which ends at `end`, and what they make; nothing if they
    /// cannot be joined.
    fn join(&self, piece: &[u8], left: Part, right: Part, end: usize) -> Option<(u32, u32)> {
        match &self.merges {
            Merges::ByToken => {
                let made = self.vocabulary.token(&piece[left.start as usize..end])?;
                Some((made, made))
            }
            Merges::Listed(pairs) => pairs.get(&(left.token, right.token)).copied(),
        }
    }

    fn merge_short(&self, piece: &[u8], parts: &mut Parts) {
        let join = |parts: &[Part], at: usize| {
            let next = *parts.get(at + 1)?;
            self.join(piece, parts[at], next, end(piece, parts, at + 1))
        };
        // The place in the table of each part with the one after it. Only places stand side by side, and the least of
        // them is looked for before where it is, since processors compare several at once.
        let place = |it: Option<(u32, u32)>| it.map_or(NONE, |it| it.0);
        let mut places: SmallVec<[u32; INLINE]> =
            (0..parts.len()).map(|at| place(join(parts, at))).collect();
        loop {
            let least = places.iter().fold(NONE, |least, it| least.min(*it));
            let at = places.iter().position(|it| *it == least);
            let (Some(at), true) = (at, least != NONE) else {
                return;
            };
            let made = match &self.merges {
                Merges::ByToken => Some(least),
                Merges::Listed(_) => join(parts, at).map(|it| it.1),
            };
            let Some(made) = made else { return };
            parts[at].token = made;
            parts.remove(at + 1);
            places.remove(at + 1);
            places[at] = place(join(parts, at));
            if at > 0 {
                places[at - 1] = place(join(parts, at - 1));
            }
        }
    }

    fn merge_long(&self, piece: &[u8], parts: &mut Parts) {
        let count = parts.len() as u32;
        let mut next: Vec<u32> = (1..=count).collect();
        let mut before: Vec<u32> = (0..count).map(|at| at.wrapping_sub(1)).collect();
        if let Some(last) = next.last_mut() {
            *last = NONE;
        }
        let ends = |parts: &[Part], part: u32| match parts.get(part as usize) {
            Some(part) => part.start as usize,
            None => piece.len(),
        };
        let mut heap = BinaryHeap::new();
        let candidate = |parts: &[Part], next: &[u32], at: u32| {
            let right = next[at as usize];
            let after = *next.get(right as usize)?;
            let end = ends(parts, after);
            let (left, right) = (parts[at as usize], parts[right as usize]);
            let (place, made) = self.join(piece, left, right, end)?;
            // With what it was made for: a candidate whose parts have changed since is passed over.
            Some(Reverse((place, at, left.token, right.token, end, made)))
        };
        heap.extend((0..count).filter_map(|at| candidate(parts, &next, at)));
        while let Some(Reverse((_, at, left, right, end, made))) = heap.pop() {
            let here = at as usize;
            let other = next[here] as usize;
            if other >= parts.len() || parts[here].token != left || parts[other].token != right {
                continue;
            }
            let after = next[other];
            if ends(parts, after) != end {
                continue;
            }
            parts[here].token = made;
            parts[other].token = NONE;
            next[here] = after;
            if let Some(before) = before.get_mut(after as usize) {
                *before = at;
            }
            heap.extend(candidate(parts, &next, at));
            if before[here] != NONE {
                heap.extend(candidate(parts, &next, before[here]));
            }
        }
        let mut at = 0;
        let mut kept = Parts::new();
        while let Some(part) = parts.get(at as usize) {
            kept.push(*part);
            at = next[at as usize];
        }
        *parts = kept;
    }
}

/// Where the part at `at` ends.
fn end(piece: &[u8], parts: &[Part], at: usize) -> usize {
    parts
        .get(at + 1)
        .map_or(piece.len(), |next| next.start as usize)
}

#[cfg(test)]
impl Bpe {
    /// The tokens of a piece by both ways of merging.
    pub(super) fn both_ways(&self, piece: &[u8]) -> [Vec<u32>; 2] {
        let tokens = |parts: Parts| parts.iter().map(|part| part.token).collect();
        let (mut short, mut long) = (self.parts(piece), self.parts(piece));
        self.merge_short(piece, &mut short);
        self.merge_long(piece, &mut long);
        [tokens(short), tokens(long)]
    }
}
