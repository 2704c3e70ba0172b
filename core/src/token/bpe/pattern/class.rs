//! A set of characters: a table for ASCII, ranges and Unicode categories beyond it.

use unicode_general_category::{GeneralCategory, get_general_category};

/// A set of characters. See the [module](self).
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Class {
    /// The ASCII characters of the set, a bit each.
    ascii: u128,
    /// The categories beyond ASCII whose characters are in the set, a bit each.
    categories: u32,
    /// The complements of categories (`\P{L}`, `\S`) whose characters beyond ASCII are in the set.
    others: Vec<Class>,
    ranges: Vec<(char, char)>,
    space: bool,
    negated: bool,
}

/// The categories whose abbreviation begins with `name`, as a pattern writes them: `L`, `Lu`.
fn categories(name: &str) -> u32 {
    use GeneralCategory as C;
    const ALL: [GeneralCategory; 30] = [
        C::UppercaseLetter,
        C::LowercaseLetter,
        C::TitlecaseLetter,
        C::ModifierLetter,
        C::OtherLetter,
        C::NonspacingMark,
        C::SpacingMark,
        C::EnclosingMark,
        C::DecimalNumber,
        C::LetterNumber,
        C::OtherNumber,
        C::ConnectorPunctuation,
        C::DashPunctuation,
        C::OpenPunctuation,
        C::ClosePunctuation,
        C::InitialPunctuation,
        C::FinalPunctuation,
        C::OtherPunctuation,
        C::MathSymbol,
        C::CurrencySymbol,
        C::ModifierSymbol,
        C::OtherSymbol,
        C::SpaceSeparator,
        C::LineSeparator,
        C::ParagraphSeparator,
        C::Control,
        C::Format,
        C::Surrogate,
        C::PrivateUse,
        C::Unassigned,
    ];
    let named = ALL
        .into_iter()
        .filter(|it| it.abbreviation().starts_with(name));
    named.fold(0, |bits, it| bits | bit(it))
}

fn bit(category: GeneralCategory) -> u32 {
    1 << category as u32
}

impl Class {
    /// The characters of a category or a group of categories; `None` if there is none of that name.
    pub(super) fn category(name: &str) -> Option<Self> {
        let categories = categories(name);
        (categories != 0 && !name.is_empty())
            .then(|| Self::made(|class| class.categories = categories))
    }

    /// The characters that Unicode counts as white space.
    pub(super) fn space() -> Self {
        Self::made(|class| class.space = true)
    }

    /// The set that contains this character only.
    pub(super) fn one(character: char) -> Self {
        Self::range(character, character)
    }

    /// The characters from one to another.
    pub(super) fn range(from: char, to: char) -> Self {
        Self::made(|class| class.ranges.push((from, to)))
    }

    /// The characters of any of these sets.
    pub(super) fn any(classes: Vec<Class>) -> Self {
        let mut whole = Self::default();
        for class in classes {
            if class.negated {
                whole.others.push(class);
                continue;
            }
            whole.categories |= class.categories;
            whole.space |= class.space;
            whole.ranges.extend(class.ranges);
            whole.others.extend(class.others);
        }
        whole.tabulate();
        whole
    }

    /// The set of all characters but these.
    pub(super) fn not(mut self) -> Self {
        self.negated = !self.negated;
        self.tabulate();
        self
    }

    fn made(set: impl FnOnce(&mut Self)) -> Self {
        let mut class = Self::default();
        set(&mut class);
        class.tabulate();
        class
    }

    fn tabulate(&mut self) {
        let belong = (0..128u8).filter(|byte| self.holds(char::from(*byte)));
        self.ascii = belong.fold(0, |bits, byte| bits | 1 << byte);
    }

    /// The ASCII characters of the set, a bit each.
    pub(super) fn ascii(&self) -> u128 {
        self.ascii
    }

    /// Whether the set may contain any character beyond ASCII.
    pub(super) fn is_beyond_ascii(&self) -> bool {
        let range = |(_, to): &(char, char)| !to.is_ascii();
        let more = self.space || self.categories != 0 || !self.others.is_empty();
        self.negated || more || self.ranges.iter().any(range)
    }

    fn holds(&self, character: char) -> bool {
        let within = |(from, to): &(char, char)| (*from..=*to).contains(&character);
        let any = (self.space && character.is_whitespace())
            || (self.categories != 0
                && self.categories & bit(get_general_category(character)) != 0)
            || self.ranges.iter().any(within)
            || self.others.iter().any(|other| other.holds(character));
        any != self.negated
    }

    /// The end of a run of such characters that begins at `at`, and their number, at most `most`.
    pub(super) fn run(&self, text: &str, mut at: usize, most: usize) -> (usize, usize) {
        let bytes = text.as_bytes();
        let mut count = 0;
        while count < most {
            let Some(&byte) = bytes.get(at) else { break };
            let length = if byte < 128 {
                if self.ascii >> byte & 1 == 0 {
                    break;
                }
                1
            } else {
                let Some(character) = text[at..].chars().next().filter(|it| self.holds(*it)) else {
                    break;
                };
                character.len_utf8()
            };
            at += length;
            count += 1;
        }
        (at, count)
    }
}
