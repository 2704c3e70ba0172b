//! The class of a character for FakeAI's tokenizer: part of a word, space, or a token by itself.

use crate::token::letters::{ASTRAL, BASIC};
use core::ops::Range;

/// The class of a character, by which words are separated from marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter, a number or `_`: part of a word.
    Word,
    /// Space, which separates tokens and belongs to none.
    Space,
    /// Any other character, which is a token by itself.
    Other,
}

/// The classes of the ASCII characters.
static ASCII: [Class; 128] = ascii();

const fn ascii() -> [Class; 128] {
    let mut table = [Class::Other; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => Class::Word,
            // Python counts the four information separators 0x1C..0x1F as space; Unicode does not.
            0x09..=0x0D | 0x1C..=0x20 => Class::Space,
            _ => Class::Other,
        };
        byte += 1;
    }
    table
}

/// The class of the character that begins at byte `at`, and its length \[bytes\]; `None` at the end of the text.
#[inline]
pub(super) fn class_of(text: &str, at: usize) -> Option<(Class, usize)> {
    let byte = *text.as_bytes().get(at)?;
    match ASCII.get(usize::from(byte)) {
        Some(&class) => Some((class, 1)),
        None => {
            let character = text.get(at..)?.chars().next()?;
            Some((beyond_ascii(character), character.len_utf8()))
        }
    }
}

/// The length of the word, or of its rest, at the start of `rest` \[bytes\].
#[inline]
pub(super) fn word_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match ASCII.get(usize::from(byte)) {
            Some(Class::Word) => at += 1,
            Some(_) => break,
            None => return at + mixed_word_length(rest.get(at..).unwrap_or_default()),
        }
    }
    at
}

/// As [`word_length`] with letters of any script; it is apart so that plain English stays in a small loop. The next letter is
/// mostly of the same script, so the range in which the last one was found is tried before searching.
fn mixed_word_length(rest: &str) -> usize {
    let mut length = 0;
    let mut script = Range::default();
    for character in rest.chars() {
        let point = u32::from(character);
        if !script.contains(&point) {
            match (ASCII.get(point as usize), range_of(point)) {
                (Some(Class::Word), _) => {}
                (None, Some(range)) => script = range,
                _ => break,
            }
        }
        length += character.len_utf8();
    }
    length
}

fn beyond_ascii(character: char) -> Class {
    if range_of(u32::from(character)).is_some() {
        Class::Word
    } else if character.is_whitespace() {
        Class::Space
    } else {
        Class::Other
    }
}

/// The range of letters and numbers that holds `point`, if it is one of those beyond ASCII.
fn range_of(point: u32) -> Option<Range<u32>> {
    fn within<T: Copy + Into<u32> + Ord>(ranges: &[(T, T)], point: T) -> Option<Range<u32>> {
        let following = ranges.partition_point(|&(first, _)| first <= point);
        let &(first, last) = ranges.get(following.checked_sub(1)?)?;
        (point <= last).then(|| first.into()..last.into() + 1)
    }
    match u16::try_from(point) {
        Ok(point) => within(&BASIC, point),
        Err(_) => within(&ASTRAL, point),
    }
}
