//! Rich text: sentences as pieces, each with its way of being set. The words are decided in this crate; the page decides on
//! the elements.

/// How a piece of a sentence is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Text as it is, without emphasis.
    Plain,
    /// Text in bold, mostly a number.
    Strong,
    /// Text in bold, in the colour of what is cached.
    Warm,
    /// Text that is emphasised against its surroundings.
    Emphasis,
    /// Text as it would be typed, in a fixed-width font.
    Code,
    /// Smaller text, as an addition.
    Small,
    /// Text that is less prominent than what stands around it.
    Soft,
    /// Text that only screen readers read.
    Unseen,
    /// A policy's name in bold, in its look ([`crate::look`]).
    Policy(usize),
    /// The name of a policy where it is mentioned again, in its colour but not bold.
    PolicyAgain(usize),
    /// Smaller text with a class of the page's styles, for a change.
    Change(&'static str),
    /// A range from the least to the most, below a value.
    Range,
    /// The mark of a row that stands for what was chosen.
    Chosen,
    /// A label, with a class of the page's styles.
    Mark(&'static str),
    /// A figure that is judged against what it should be.
    Judged(Judged),
    /// The numbered square of a replica; the text is its number.
    Replica(u32),
}

/// How a figure compares with what it should be. Each case has a mark that does not rely on colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The figure is within its tolerance.
    Near,
    /// The figure is within the wider tolerance that holds where chance decides.
    Wide,
    /// The figure is outside its tolerance.
    Far,
    /// The target is met.
    Met,
    /// The target is not met yet.
    NotYet,
}

impl Judged {
    /// The class in the page's styles.
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

    /// The words that a screen reader reads instead of the mark; empty if the mark is a word.
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

/// The words alone, without their tones.
pub fn words(text: &RichText) -> String {
    text.iter().map(|(_, text)| text.as_str()).collect()
}

/// Makes a sentence from a pattern of plain text, in which each `{name}` is replaced by the value of that name with its own tone.
///
/// ```
/// use warmpath_view::rich::{Tone, fill};
/// let values = [("name", (Tone::Strong, "smart".to_owned())), ("time", (Tone::Plain, "2 s".to_owned()))];
/// let text = fill("{name} takes {time}.", &values);
/// assert_eq!(text, [(Tone::Strong, "smart".to_owned()), (Tone::Plain, " takes 2 s.".to_owned())]);
/// ```
pub fn fill(pattern: &str, values: &[(&str, (Tone, String))]) -> RichText {
    let mut text = RichText::new();
    let mut pieces = pattern.split('{');
    push(&mut text, Tone::Plain, pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        match values.iter().find(|it| it.0 == name) {
            Some((_, (tone, value))) => push(&mut text, *tone, value),
            // No value has that name: it stays to be seen.
            None => push(&mut text, Tone::Plain, &format!("{{{name}}}")),
        }
        push(&mut text, Tone::Plain, rest);
    }
    text
}

/// Adds a piece to a text. Adjacent pieces of the same tone become one.
fn push(text: &mut RichText, tone: Tone, piece: &str) {
    match text.last_mut() {
        _ if piece.is_empty() => {}
        Some((last, text)) if *last == tone => text.push_str(piece),
        _ => text.push((tone, piece.to_owned())),
    }
}

/// Makes a sentence from a pattern: text between asterisks is bold, other text is plain, and each `{}` is replaced by the
/// next value with its own tone. A part and its whole, `{} of {}`, stay on one line.
///
/// ```
/// use warmpath_view::rich::{Tone, compose};
/// let text = compose("{} or *{}*.", [(Tone::Plain, "2".to_owned()), (Tone::Strong, "9".to_owned())]);
/// assert_eq!(text.len(), 3);
/// assert_eq!(text[0], (Tone::Plain, "2 or ".to_owned()));
/// assert_eq!(text[1], (Tone::Strong, "9".to_owned()));
/// ```
pub fn compose(pattern: &str, values: impl IntoIterator<Item = (Tone, String)>) -> RichText {
    let mut values = values.into_iter();
    let mut text = RichText::new();
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
                push(&mut text, tone, &value);
            }
            let piece = if piece == " of " {
                "\u{a0}of\u{a0}"
            } else {
                piece
            };
            push(&mut text, tone, piece);
        }
    }
    text
}
