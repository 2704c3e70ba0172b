//! The project's own form of a tokenizer's table: small, and read in some milliseconds.
//!
//! Gzip of a header of three lines (`warmpath.bpe/1`, the name, the number of tokens), the 256 single bytes in the order of
//! their tokens, and for each further token the two that it joins: three columns of a byte each for the left ones (lowest
//! byte first), then three for the right ones. Columns pack to less than half of what the published text form packs to.

use std::io::Read;

use super::pattern::{Pattern, Split};
use super::vocabulary::Vocabulary;
use super::{Bpe, Merges, Symbols, TokenizerError};

/// The first line of a table's file, which names its form.
const SCHEMA: &str = "warmpath.bpe/1";
/// The number of tokens of a single byte.
const BYTES: usize = 256;
/// The most tokens of a table.
const MOST: usize = 2_000_000;
/// The number of bytes of the two token numbers that a further token joins.
const PAIR: usize = 6;

/// The pattern by which `o200k` splits a text (openai/tiktoken 0.12, `tiktoken_ext/openai_public.py`).
const O200K: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
);
/// The pattern by which `cl100k` splits a text (same source).
const CL100K: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*",
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
);

impl Bpe {
    /// Reads a tokenizer's table in the project's own form, gzipped `warmpath.bpe/1`.
    ///
    /// # Errors
    /// Bytes that are no such table.
    pub fn table(packed: &[u8]) -> Result<Self, TokenizerError> {
        let wrong = || TokenizerError("this is no table of a tokenizer".to_owned());
        let mut bytes = Vec::new();
        let most = (MOST * PAIR + 1024) as u64;
        let read = flate2::read::GzDecoder::new(packed)
            .take(most)
            .read_to_end(&mut bytes);
        read.map_err(|_| wrong())?;
        let mut rest = bytes.as_slice();
        let mut line = || {
            let end = memchr::memchr(b'\n', rest)?;
            let line = core::str::from_utf8(&rest[..end]).ok();
            rest = &rest[end + 1..];
            line
        };
        let (schema, name, count) = (line(), line(), line());
        let count: usize = count.and_then(|it| it.parse().ok()).ok_or_else(wrong)?;
        let pattern = match (schema, name) {
            (Some(SCHEMA), Some("o200k")) => O200K,
            (Some(SCHEMA), Some("cl100k")) => CL100K,
            _ => return Err(wrong()),
        };
        let more = count.checked_sub(BYTES).ok_or_else(wrong)?;
        if count > MOST || rest.len() != BYTES + more * PAIR {
            return Err(wrong());
        }
        let (single, pairs) = rest.split_at(BYTES);
        let mut vocabulary = Vocabulary::with_capacity(count);
        let mut tokens = Box::new([0; BYTES]);
        for (token, byte) in (0u32..).zip(single) {
            vocabulary.push(&[*byte]);
            tokens[usize::from(*byte)] = token;
        }
        let number = |column: usize, at: usize| {
            (0..3).fold(0, |sum, i| {
                sum | u32::from(pairs[(column + i) * more + at]) << (8 * i)
            })
        };
        for at in 0..more {
            let made = vocabulary.push_pair(number(0, at), number(3, at));
            made.ok_or_else(wrong)?;
        }
        Ok(Self {
            name: name.unwrap_or_default().to_owned(),
            vocabulary,
            splits: vec![Split {
                pattern: Pattern::new(pattern).map_err(TokenizerError)?,
                with_previous: false,
            }],
            merges: Merges::ByToken,
            symbols: Symbols::Bytes(tokens),
            whole_first: true,
        })
    }
}
