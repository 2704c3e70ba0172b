//! Joins a piece's parts until none can be joined: always the neighbours that come first in the table, of equals the leftmost.
//!
//! Short pieces are searched for their best pair each time, which is quickest while they fit in a few cache lines; in long ones (a
//! run of Chinese has no space to split at) a heap holds the candidates, so the time stays n log n. A candidate is one number, its
//! place in the table before the part's, so both ways take the leftmost of equals.

use core::cmp::Reverse;
use core::ops::Range;
use std::collections::BinaryHeap;

use smallvec::SmallVec;

use super::{Bpe, Merges, Symbols};

/// The most parts of a piece that is merged without a heap.
const SHORT: usize = 48;
/// The number of bits that hold the number of a part of a short piece.
const PLACES: u32 = 7;
/// The rank of two neighbours that cannot be joined.
const NEVER: i32 = i32::MAX;
/// The number that stands for no part.
const NONE: u32 = u32::MAX;

/// The number of parts up to which a piece needs no memory of its own; most pieces have no more.
const INLINE: usize = 24;

/// The parts of a piece.
type Parts = SmallVec<[Symbol; INLINE]>;

/// A part of a piece: its token and where its bytes begin.
#[derive(Clone, Copy, Debug)]
struct Symbol {
    token: u32,
    start: u32,
}

impl Bpe {
    /// Passes on the tokens of a piece, with the bytes of each.
    pub(super) fn merge(&self, piece: &[u8], out: &mut dyn FnMut(u32, Range<usize>)) {
        match self.whole(piece) {
            Some(token) => out(token, 0..piece.len()),
            None => self.merge_parts(piece, out),
        }
    }

    /// The token that a piece is by itself, if whole pieces come first.
    pub(super) fn whole(&self, piece: &[u8]) -> Option<u32> {
        match self.whole_first {
            true => self.vocabulary.token(piece),
            false => None,
        }
    }

    /// Passes on the tokens of a piece that is merged from its parts.
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

    /// The parts with which a piece begins.
    fn parts(&self, piece: &[u8]) -> Parts {
        let part = |token, start: usize| Symbol {
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

    /// The rank in the table of two neighbours, the right of which ends at `end`, and the token they make; `None` if they cannot be
    /// joined.
    fn join(&self, piece: &[u8], left: Symbol, right: Symbol, end: usize) -> Option<(u32, u32)> {
        match &self.merges {
            Merges::ByToken => {
                let made = self.vocabulary.token(&piece[left.start as usize..end])?;
                Some((made, made))
            }
            Merges::Listed(pairs) => pairs.get(&(left.token, right.token)).copied(),
        }
    }

    fn merge_short(&self, piece: &[u8], parts: &mut Parts) {
        // The part after each part and the one before it; parts that were joined to the part before them stay where they are.
        let count = parts.len();
        let mut next: SmallVec<[u8; INLINE]> = (1..=count).map(|at| at as u8).collect();
        let mut before: SmallVec<[u8; INLINE]> =
            (0..=count).map(|at| at.wrapping_sub(1) as u8).collect();
        // For each part, the rank of joining it with the part after it, and which part that is, as one number: the least is the
        // first in the table, of equals the leftmost. Numbers side by side are compared several at once.
        let join = |parts: &[Symbol], next: &[u8], at: usize| {
            let right = usize::from(next[at]);
            let after = usize::from(*next.get(right)?);
            let end = parts.get(after).map_or(piece.len(), |it| it.start as usize);
            self.join(piece, parts[at], parts[right], end)
        };
        let place = |parts: &[Symbol], next: &[u8], at: usize| match join(parts, next, at) {
            Some((place, _)) => (place << PLACES | at as u32) as i32,
            None => NEVER,
        };
        let mut places: SmallVec<[i32; INLINE]> =
            (0..count).map(|at| place(parts, &next, at)).collect();
        loop {
            let least = places.iter().fold(NEVER, |least, it| least.min(*it));
            if least == NEVER {
                break;
            }
            let at = least as usize & ((1 << PLACES) - 1);
            let made = match &self.merges {
                Merges::ByToken => Some(least as u32 >> PLACES),
                Merges::Listed(_) => join(parts, &next, at).map(|it| it.1),
            };
            let Some(made) = made else { break };
            let right = usize::from(next[at]);
            parts[at].token = made;
            parts[right].token = NONE;
            places[right] = NEVER;
            let after = next[right];
            next[at] = after;
            before[usize::from(after)] = at as u8;
            places[at] = place(parts, &next, at);
            if at > 0 {
                let left = usize::from(before[at]);
                places[left] = place(parts, &next, left);
            }
        }
        parts.retain(|part| part.token != NONE);
    }

    fn merge_long(&self, piece: &[u8], parts: &mut Parts) {
        let count = parts.len();
        let mut next: Vec<u32> = (1..=count as u32).collect();
        let mut before: Vec<u32> = (0..=count as u32).map(|at| at.wrapping_sub(1)).collect();
        let join = |parts: &[Symbol], next: &[u32], at: usize| {
            let right = next[at] as usize;
            let after = *next.get(right)? as usize;
            let end = parts.get(after).map_or(piece.len(), |it| it.start as usize);
            self.join(piece, parts[at], parts[right], end)
        };
        let place = |parts: &[Symbol], next: &[u32], at: usize| {
            join(parts, next, at).map_or(NONE, |it| it.0)
        };
        // The rank of each part with the part after it as it is now; entries of the heap that are older than this are passed over.
        let mut places: Vec<u32> = (0..count).map(|at| place(parts, &next, at)).collect();
        let candidate = |place: u32, at: usize| Reverse(u64::from(place) << 32 | at as u64);
        let mut heap: BinaryHeap<Reverse<u64>> = (0..count)
            .filter(|at| places[*at] != NONE)
            .map(|at| candidate(places[at], at))
            .collect();
        while let Some(Reverse(least)) = heap.pop() {
            let (least, at) = ((least >> 32) as u32, least as u32 as usize);
            if places[at] != least {
                continue;
            }
            let made = match &self.merges {
                Merges::ByToken => Some(least),
                Merges::Listed(_) => join(parts, &next, at).map(|it| it.1),
            };
            let Some(made) = made else { break };
            let right = next[at] as usize;
            parts[at].token = made;
            parts[right].token = NONE;
            places[right] = NONE;
            let after = next[right];
            next[at] = after;
            before[after as usize] = at as u32;
            let left = before[at] as usize;
            for changed in [at, left] {
                if changed < count {
                    places[changed] = place(parts, &next, changed);
                    if places[changed] != NONE {
                        heap.push(candidate(places[changed], changed));
                    }
                }
            }
        }
        parts.retain(|part| part.token != NONE);
    }
}

/// The end of the part at `at` \[bytes\].
fn end(piece: &[u8], parts: &[Symbol], at: usize) -> usize {
    parts
        .get(at + 1)
        .map_or(piece.len(), |next| next.start as usize)
}

#[cfg(test)]
impl Bpe {
    /// The tokens of the beginning of a piece by both ways of merging: of as much of it as the way for short pieces can number.
    pub(super) fn both_ways(&self, piece: &[u8]) -> [Vec<u32>; 2] {
        let piece = &piece[..piece.len().min((1 << PLACES) - 1)];
        let tokens = |parts: Parts| parts.iter().map(|part| part.token).collect();
        let (mut short, mut long) = (self.parts(piece), self.parts(piece));
        self.merge_short(piece, &mut short);
        self.merge_long(piece, &mut long);
        [tokens(short), tokens(long)]
    }
}
