//! What a character is to the tokenizer: part of a word, space, or a token by itself.

use crate::token::letters::{ASTRAL, BASIC};
use core::cmp::Ordering;

/// A character's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter, a number or `_`.
    Word,
    /// Separates tokens and belongs to none.
    Space,
    /// A token by itself.
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

fn beyond_ascii(character: char) -> Class {
    if is_letter_or_number(u32::from(character)) {
        Class::Word
    } else if character.is_whitespace() {
        Class::Space
    } else {
        Class::Other
    }
}

fn is_letter_or_number(point: u32) -> bool {
    fn within<T: Ord + Copy>(ranges: &[(T, T)], point: T) -> bool {
        let place = |&(first, last): &(T, T)| match (first.cmp(&point), last.cmp(&point)) {
            (Ordering::Greater, _) => Ordering::Greater,
            (_, Ordering::Less) => Ordering::Less,
            _ => Ordering::Equal,
        };
        ranges.binary_search_by(place).is_ok()
    }
    match u16::try_from(point) {
        // The two blocks that hold nearly all running Chinese, Japanese and Korean text, ahead of the search.
        Ok(0x4E00..=0x9FFF | 0xAC00..=0xD7A3) => true,
        Ok(point) => within(&BASIC, point),
        Err(_) => within(&ASTRAL, point),
    }
}
