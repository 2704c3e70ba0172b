//! Notes on what in a prompt prevents reuse, each anchored to the tokens it is about.
//!
//! A cache finds a prompt's blocks from the first one up to the first that differs. So what varies belongs at the end: a
//! clock or an id near the start spoils the cache, as does a system prompt that changes. The notes are guesses from the
//! text's shape (`09:41`, `2025-03-01`, a UUID); nothing is refused because of them.
//!
//! ```
//! use warmpath_core::token::Tokenizer;
//! use warmpath_view::{chips::Prompt, lint::{Problem, lint}};
//! let text = "[09:41:07] You are the support agent of a shop. When does it open on Sundays?";
//! let notes = lint(&Prompt::read(&mut Tokenizer::default(), text, 4));
//! assert_eq!((notes[0].kind, notes[0].tokens.clone()), (Problem::Clock, 1..6));
//! ```

use crate::chips::Prompt;
use crate::format;
use crate::rich::{RichText, Tone};
use core::ops::Range;

/// The problem that a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A time or a date near the start.
    Clock,
    /// An id near the start.
    Id,
    /// White space before the first word.
    LeadingSpace,
    /// The prompt is one token short of another full block.
    Short,
    /// Two prompts differ early and are alike after that.
    Varies,
}

/// A note on some tokens of a prompt: what they cost, and what would help.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The problem that the note is about.
    pub kind: Problem,
    /// The numbers of the tokens that it is about, from 0.
    pub tokens: Range<usize>,
    /// What the tokens cost the cache, and what would help, in a sentence.
    pub sentence: RichText,
}

/// The notes on one prompt, in the order of its tokens.
pub fn lint(prompt: &Prompt) -> Vec<Note> {
    let mut notes = Vec::new();
    let full = prompt.full_blocks() as usize;
    let size = prompt.block_size.max(1) as usize;
    if prompt.text.starts_with(char::is_whitespace) && !prompt.tokens.is_empty() {
        notes.push(Note {
            kind: Problem::LeadingSpace,
            tokens: 0..1,
            sentence: vec![
                (Tone::Strong, "A space in front.".to_owned()),
                (
                    Tone::Plain,
                    match prompt.gapless {
                        true => {
                            " It makes another first token, and so every block is another block than without it."
                        }
                        false => {
                            " Words and marks are the tokens here, and it changes nothing. To a model's own tokenizer \
                             it makes another first token, and so every block another block."
                        }
                    }
                    .to_owned(),
                ),
            ],
        });
    }
    // Only the first of each kind is noted, since whatever follows it is lost already. "Near the start" means before the
    // middle of the prompt, with something behind it that could be reused.
    let near = full.div_ceil(2) * size;
    for (kind, found) in [
        (Problem::Clock, first(prompt, near, clock)),
        (Problem::Id, first(prompt, near, id)),
    ] {
        if let Some(tokens) = found {
            let block = tokens.start / size;
            notes.push(early(prompt, kind, tokens, block, full));
        }
    }
    let tail = prompt.tail_tokens() as usize;
    if size > 2 && tail + 1 == size {
        let last = prompt.tokens.len() - 1;
        notes.push(Note {
            kind: Problem::Short,
            tokens: last..last + 1,
            sentence: vec![
                (
                    Tone::Strong,
                    format!(
                        "{} where {size} would be cached.",
                        format::plural(tail as u64, "token")
                    ),
                ),
                (
                    Tone::Plain,
                    " The last block is one token short of full, so it is computed every time."
                        .to_owned(),
                ),
            ],
        });
    }
    warmpath_core::order::by(&mut notes, |a, b| a.tokens.start.cmp(&b.tokens.start));
    notes
}

/// The note on two prompts that differ early and are alike after that; `None` if they do not.
pub fn lint_pair(before: &Prompt, now: &Prompt) -> Option<Note> {
    let alike = |a: &Prompt, b: &Prompt| {
        a.tokens
            .iter()
            .zip(&b.tokens)
            .take_while(|(a, b)| a == b)
            .count()
    };
    let parted = alike(before, now);
    let shorter = before.tokens.len().min(now.tokens.len());
    let backwards = before.tokens[parted..]
        .iter()
        .rev()
        .zip(now.tokens[parted..].iter().rev());
    let again = backwards.take_while(|(a, b)| a == b).count();
    let size = now.block_size.max(1) as usize;
    if parted * 2 >= shorter || again < size.max(4) || parted == now.tokens.len() {
        return None;
    }
    let words = now
        .spans
        .get(parted)
        .and_then(|span| now.text.get(span.clone()))
        .unwrap_or_default();
    Some(Note {
        kind: Problem::Varies,
        tokens: parted..parted + 1,
        sentence: vec![
            (
                Tone::Plain,
                format!("The prompts part at \"{words}\", in block {}, and ", parted / size + 1),
            ),
            (
                Tone::Strong,
                format!("{} after it are the same again", format::plural(again as u64, "token")),
            ),
            (
                Tone::Plain,
                ". None of them is reused. What is the same in every prompt goes first, to the letter.".to_owned(),
            ),
        ],
    })
}

/// The notes at block `index`, counted from 0: for each the number of its token in the block, and the number of the note
/// from 1.
pub fn at_block(notes: &[Note], prompt: &Prompt, index: usize) -> Vec<(usize, u32)> {
    let size = prompt.block_size.max(1) as usize;
    let here = (1..).zip(notes);
    here.filter(|(_, note)| note.tokens.start / size == index)
        .map(|(number, note)| (note.tokens.start % size, number))
        .collect()
}

/// The largest number of full blocks that so many tokens can lie in at the end of a prompt, with a closing mark behind them.
fn at_the_end(tokens: usize, size: usize) -> usize {
    (tokens + 1).div_ceil(size)
}

fn early(prompt: &Prompt, kind: Problem, tokens: Range<usize>, block: usize, full: usize) -> Note {
    let from = prompt.spans[tokens.start].start;
    let text = prompt.text.get(from..prompt.spans[tokens.end - 1].end);
    let text = text.unwrap_or_default();
    let most = at_the_end(tokens.len(), prompt.block_size.max(1) as usize).min(full);
    let (what, other) = match kind {
        Problem::Clock => ("looks like a clock", "time"),
        _ => ("looks like an id", "id"),
    };
    Note {
        kind,
        tokens,
        sentence: vec![
            (Tone::Strong, format!("{text} {what}.")),
            (
                Tone::Plain,
                format!(
                    " The same prompt with another {other} has {} changed, from block {} on. At the end it would cost at most ",
                    match full - block {
                        1 => "1 block id".to_owned(),
                        n => format!("{n}\u{a0}of\u{a0}{full} block ids"),
                    },
                    block + 1
                ),
            ),
            (Tone::Strong, format::word(most as u32)),
            (Tone::Plain, ".".to_owned()),
        ],
    }
}

/// The first tokens, among the first `near`, at which `find` recognises something. `find` is given a text and returns how
/// many bytes it recognises at the text's beginning.
fn first(prompt: &Prompt, near: usize, find: fn(&str) -> Option<usize>) -> Option<Range<usize>> {
    let (at, length) = prompt
        .spans
        .iter()
        .take(near)
        .enumerate()
        .find_map(|(at, span)| {
            // Not within a word: a mark before a number belongs to another token.
            find(prompt.text.get(span.start..)?).map(|length| (at, length))
        })?;
    let end = prompt.spans[at].start + length;
    let count = prompt.spans[at..]
        .iter()
        .take_while(|span| span.start < end)
        .count();
    Some(at..at + count)
}

/// The number of digits at the beginning of a text.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The length of a time or date at the beginning of a text: `9:41`, `09:41:07`, `2025-03-01`, `01.03.2025`, or seconds
/// since 1970.
fn clock(text: &str) -> Option<usize> {
    let mut lengths = Vec::new();
    let mut at = 0;
    let mut mark = None;
    loop {
        let n = digits(text.get(at..)?);
        if n == 0 {
            break;
        }
        lengths.push(n);
        at += n;
        let next = text.get(at..)?.chars().next();
        match next {
            Some(c @ (':' | '-' | '.' | '/'))
                if mark.is_none_or(|mark| mark == c) && digits(text.get(at + 1..)?) > 0 =>
            {
                mark = Some(c);
                at += 1;
            }
            _ => break,
        }
    }
    let known = match (mark, lengths.as_slice()) {
        (Some(':'), [1 | 2, 2] | [1 | 2, 2, 2]) => true,
        (Some('-' | '.' | '/'), [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4]) => true,
        (None, [10]) => text.starts_with('1'),
        (None, [13]) => text.starts_with('1'),
        _ => false,
    };
    // "2025-03-01T09:41" goes on with a letter; a longer word is something else.
    let ends = text
        .get(at..)?
        .chars()
        .next()
        .is_none_or(|c| !c.is_alphanumeric() || c == 'T');
    (known && ends).then_some(at)
}

/// The length of an id at the beginning of a text: a UUID, or a word of at least eight letters and digits mixed.
fn id(text: &str) -> Option<usize> {
    let word = |text: &str| {
        text.bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count()
    };
    let uuid = || {
        let mut rest = text;
        [8, 4, 4, 4, 12].iter().enumerate().all(|(part, &n)| {
            if part > 0 {
                match rest.strip_prefix('-') {
                    Some(behind) => rest = behind,
                    None => return false,
                }
            }
            let own = word(rest) == n && rest.bytes().take(n).all(|b| b.is_ascii_hexdigit());
            rest = rest.get(n..).unwrap_or("");
            own
        })
    };
    if uuid() {
        return Some(36);
    }
    let length = word(text);
    let own = &text.as_bytes()[..length];
    let digits = own.iter().filter(|b| b.is_ascii_digit()).count();
    (length >= 8 && digits >= 3 && digits < length).then_some(length)
}

#[cfg(test)]
mod tests;
