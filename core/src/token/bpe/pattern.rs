//! Splits text into the pieces within which a byte-pair tokenizer merges.
//!
//! Published tokenizers say how as a regular expression, and all of them keep to a small part of that language: choices,
//! classes of characters with repetitions, case folding of a few letters, and a look ahead. That part is read here and
//! matched by backtracking, so that the tables of any of them can be used without a general engine (its Unicode tables
//! alone would double the page's program). Whatever is not of that part is refused by name. A repetition is of one
//! character only, so a match never takes time exponential in the text.
//!
//! Categories are those of Unicode 16.0 (crate `unicode-general-category`). Left out: scripts, word boundaries, lazy
//! repetitions, back references.

mod class;
mod parse;

pub(super) use class::Class;

/// A step by which a text is split: at a pattern, and each match is a piece of its own or ends the one before it.
#[derive(Clone, Debug)]
pub(super) struct Split {
    pub(super) pattern: Pattern,
    /// Whether a match belongs to the piece before it.
    pub(super) with_previous: bool,
}

impl Split {
    /// The end of the next piece of `text` from `at` on, which is never empty.
    fn piece(&self, text: &str, at: usize) -> usize {
        let end = self.pattern.piece(text, at);
        if !self.with_previous || self.pattern.end(text, at).is_some() {
            return end;
        }
        self.pattern.end(text, end).unwrap_or(end)
    }
}

/// The end of the next piece of `text` from `at` on, where it is split by one step after the other: each sees only the piece that
/// those before it left. `ends` keeps where their pieces end, from one call to the next.
pub(super) fn piece(splits: &[Split], text: &str, at: usize, ends: &mut Vec<usize>) -> usize {
    let Some((last, others)) = splits.split_last() else {
        return text.len();
    };
    let mut end = text.len();
    ends.resize(others.len(), 0);
    for (split, known) in others.iter().zip(ends) {
        if *known <= at {
            *known = split.piece(&text[..end], at);
        }
        end = *known;
    }
    last.piece(&text[..end], at)
}

/// A pattern, compiled to nodes that are tried against a text.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    nodes: Vec<Node>,
    start: usize,
}

/// A step of a match; each has the number of the step after it.
#[derive(Clone, Debug)]
enum Node {
    /// From `least` to `most` characters of a class, as many as let the rest match.
    Run {
        class: Class,
        least: usize,
        most: usize,
        /// Whether it never gives back what it took.
        possessive: bool,
        next: usize,
    },
    /// The first of these that lets the rest match, each with what it can begin with.
    Choice(Vec<(usize, First)>),
    /// What follows must match here, or must not match; none of it is taken.
    Ahead {
        inside: usize,
        wanted: bool,
        next: usize,
    },
    /// The end of the text, followed by this step.
    End(usize),
    /// The end of the pattern: the match is whole.
    Accept,
}

/// The characters with which a match that goes on with a step can begin; a choice that cannot begin here is not tried.
#[derive(Clone, Copy, Debug)]
struct First {
    /// The set of its ASCII characters, a bit each.
    ascii: u128,
    /// Whether it can also begin with a character beyond ASCII.
    beyond: bool,
}

impl First {
    /// The set of all characters, and of no character at all.
    const ALL: Self = Self {
        ascii: u128::MAX,
        beyond: true,
    };

    fn or(self, other: Self) -> Self {
        Self {
            ascii: self.ascii | other.ascii,
            beyond: self.beyond || other.beyond,
        }
    }

    /// Whether a match may begin with the character at `at`; `true` at the text's end, where a match may be empty.
    fn may_begin(self, text: &str, at: usize) -> bool {
        match text.as_bytes().get(at) {
            Some(byte) if *byte < 128 => self.ascii >> byte & 1 != 0,
            Some(_) => self.beyond,
            None => true,
        }
    }
}

impl Node {
    /// The characters with which a match that goes on with this step can begin; `nodes` are the steps compiled before it, which
    /// include all that it leads to.
    fn first(&self, nodes: &[Node]) -> First {
        match self {
            Node::Accept | Node::End(_) => First::ALL,
            Node::Choice(choices) => {
                let none = First {
                    ascii: 0,
                    beyond: false,
                };
                choices.iter().fold(none, |all, it| all.or(it.1))
            }
            Node::Ahead { next, .. } => nodes[*next].first(nodes),
            Node::Run {
                class, least, next, ..
            } => {
                let own = First {
                    ascii: class.ascii(),
                    beyond: class.is_beyond_ascii(),
                };
                match least {
                    0 => own.or(nodes[*next].first(nodes)),
                    _ => own,
                }
            }
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// The part of it that is not understood.
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        parse::parse(pattern)
    }

    /// The pattern that only this text matches.
    pub(super) fn plain(text: &str) -> Result<Self, String> {
        let mut pattern = String::new();
        for letter in text.chars() {
            if !letter.is_alphanumeric() {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        Self::new(&pattern)
    }

    /// The end of the next piece of `text` from `at` on, which is never empty: what matches there, or everything up to where
    /// something matches.
    pub(super) fn piece(&self, text: &str, at: usize) -> usize {
        let mut here = at;
        while here < text.len() {
            match self.end(text, here) {
                Some(end) if here == at => return end,
                Some(_) => return here,
                None => here += text[here..].chars().next().map_or(1, char::len_utf8),
            }
        }
        here
    }

    /// Where a match that begins at `at` ends; `None` if there is none or it is empty.
    fn end(&self, text: &str, at: usize) -> Option<usize> {
        self.run(self.start, text, at).filter(|end| *end > at)
    }

    fn run(&self, mut node: usize, text: &str, mut at: usize) -> Option<usize> {
        loop {
            match &self.nodes[node] {
                Node::Accept => return Some(at),
                Node::End(next) => {
                    if at < text.len() {
                        return None;
                    }
                    node = *next;
                }
                Node::Choice(choices) => {
                    let (last, others) = choices.split_last()?;
                    for (choice, first) in others {
                        if first.may_begin(text, at)
                            && let Some(end) = self.run(*choice, text, at)
                        {
                            return Some(end);
                        }
                    }
                    if !last.1.may_begin(text, at) {
                        return None;
                    }
                    node = last.0;
                }
                Node::Ahead {
                    inside,
                    wanted,
                    next,
                } => {
                    if self.run(*inside, text, at).is_some() != *wanted {
                        return None;
                    }
                    node = *next;
                }
                Node::Run {
                    class,
                    least,
                    most,
                    possessive,
                    next,
                } => {
                    let (end, count) = class.run(text, at, *most);
                    if count < *least {
                        return None;
                    }
                    if *possessive || count == *least {
                        (node, at) = (*next, end);
                        continue;
                    }
                    return self.give_back(*next, text, end, count - least);
                }
            }
        }
    }

    /// The end of the longest run that lets the rest match: `end` is its farthest end, and it can give back `spare` characters.
    fn give_back(&self, next: usize, text: &str, mut end: usize, spare: usize) -> Option<usize> {
        for _ in 0..spare {
            if let Some(found) = self.run(next, text, end) {
                return Some(found);
            }
            end -= 1;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
        }
        self.run(next, text, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
        let pattern = Pattern::new(pattern).unwrap();
        let (mut at, mut out) = (0, Vec::new());
        while at < text.len() {
            let end = pattern.piece(text, at);
            out.push(&text[at..end]);
            at = end;
        }
        out
    }

    #[test]
    fn choices_runs_and_looks_ahead() {
        let gpt2 = r"'s|'t| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
        assert_eq!(
            pieces(gpt2, "It's  12 ßé!?\n\n x"),
            ["It", "'s", " ", " 12", " ßé", "!?", "\n\n", " x"]
        );
        assert_eq!(
            pieces(r"(?i:'s)|[a-c\]]{1,2}", "'S'ſabc]d"),
            ["'S", "'ſ", "ab", "c]", "d"]
        );
        // What no choice matches is a piece of its own.
        assert_eq!(pieces(r"\d++|x", "ab12xc"), ["ab", "12", "x", "c"]);
        assert_eq!(pieces(r"a(?:b|c)?d|.", "abdad"), ["abd", "ad"]);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (pattern, says) in [
            (r"\bx", "\\b"),
            (r"(a+)+", "a repetition of a group"),
            (r"[a-", "a class that does not end"),
            (r"(a", "a group that does not end"),
            (r"a)", "a ) too many"),
            (r"\p{Greek}", "\\p{Greek}"),
            (r"a+?", "a lazy repetition"),
            (r"*", "a repetition of nothing"),
        ] {
            let error = Pattern::new(pattern).unwrap_err();
            assert!(error.contains(says), "{pattern}: {error}");
        }
    }
}
