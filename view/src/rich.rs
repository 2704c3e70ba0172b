//! Rich text: sentences as pieces, each with the way it is set. What is said is decided here; elements are the page's.

/// How a piece of a sentence is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Text as it is, without emphasis.
    Plain,
    /// Text in bold, mostly a number.
    Strong,
    /// In bold, in the colour of what is cached.
    Warm,
    /// Set off from what is said as a matter of course.
    Emphasis,
    /// As it would be typed.
    Code,
    /// Smaller, as an addition.
    Small,
    /// Text that is less prominent than what stands around it.
    Soft,
    /// Read by screen readers alone.
    Unseen,
    /// A policy's name in bold, in its look ([`crate::look`]).
    Policy(usize),
    /// The same where it is said again, not in bold.
    PolicyAgain(usize),
    /// Smaller, with a class of the page's styles.
    Change(&'static str),
    /// From the least to the most, below a value.
    Range,
    /// That a row is of what was chosen.
    Chosen,
    /// A label, with a class of the page's styles.
    Mark(&'static str),
    /// A figure held against what it should be.
    Judged(Judged),
    /// The numbered square of a replica; the text is its number.
    Replica(u32),
}

/// What a figure is to what it should be. Each has a mark that needs no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// As near as it should be.
    Near,
    /// Within the wider measure that holds where luck decides.
    Wide,
    /// Further than it should be.
    Far,
    /// A target that is met.
    Met,
    /// A target that is not met yet.
    NotYet,
}

impl Judged {
    /// Its class in the page's styles.
    pub fn class(self) -> &'static str {
        match self {
            Self::Near | Self::Met => "near",
            Self::Wide => "near wide",
            Self::Far | Self::NotYet => "far",
        }
    }

    /// The mark behind the figure.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Near | Self::Met => "✓",
            Self::Wide => "≤2×",
            Self::Far => "far",
            Self::NotYet => "not yet",
        }
    }

    /// What a reader hears who does not see the mark; nothing where the mark is a word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Near => "near enough",
            Self::Wide => "within a factor of two",
            Self::Far | Self::Met | Self::NotYet => "",
        }
    }
}

/// Sentences as pieces of text, each with how it is set.
pub type RichText = Vec<(Tone, String)>;

/// A text that is set as it is.
pub fn plain_text(text: impl Into<String>) -> RichText {
    vec![(Tone::Plain, text.into())]
}

/// The words alone, without how they are set.
pub fn words(text: &RichText) -> String {
    text.iter().map(|(_, text)| text.as_str()).collect()
}

/// A sentence from a pattern: what stands between asterisks is bold, the rest plain. Values take the place of `{}` in
/// their order, with the tone that they bring.
///
/// ```
/// use warmpath_view::rich::{Tone, compose};
/// let text = compose("{} of *{}*.", [(Tone::Plain, "2".to_owned()), (Tone::Strong, "9".to_owned())]);
/// assert_eq!(text.len(), 3);
/// assert_eq!(text[0], (Tone::Plain, "2 of ".to_owned()));
/// assert_eq!(text[1], (Tone::Strong, "9".to_owned()));
/// ```
pub fn compose(pattern: &str, values: impl IntoIterator<Item = (Tone, String)>) -> RichText {
    let mut values = values.into_iter();
    let mut text = RichText::new();
    let mut push = |tone, piece: &str| match text.last_mut() {
        _ if piece.is_empty() => {}
        // What is set alike is one text.
        Some((last, text)) if *last == tone => text.push_str(piece),
        _ => text.push((tone, piece.to_owned())),
    };
    for (at, part) in pattern.split('*').enumerate() {
        let tone = if at % 2 == 1 {
            Tone::Strong
        } else {
            Tone::Plain
        };
        for (at, piece) in part.split("{}").enumerate() {
            if at > 0
                && let Some((tone, value)) = values.next()
            {
                push(tone, &value);
            }
            push(tone, piece);
        }
    }
    text
}
