//! Prompts made from recipes, the same ones as `benches/products/prompts.py` makes.

/// The character that segment 0 begins with.
const FIRST: u32 = 0x4E00;

/// How a segment's text is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Maker {
    /// One character that no other segment begins with, then letters that depend on the segment.
    Unique,
    /// Words of one to three syllables, cut at the length.
    Words,
}

/// A segment of this many characters.
pub(crate) type Part = (u32, u32);

/// The prompt of a recipe, as characters.
pub(crate) fn text(maker: Maker, recipe: &[Part]) -> Vec<char> {
    let mut out = Vec::new();
    for &(segment, length) in recipe {
        match maker {
            Maker::Unique => unique(segment, length, &mut out),
            Maker::Words => words(segment, length, &mut out),
        }
    }
    out
}

fn unique(segment: u32, length: u32, out: &mut Vec<char>) {
    let letter = |at: u32| (b'a' + ((segment * 7 + at * 3) % 26) as u8) as char;
    if length > 0 {
        out.extend(char::from_u32(FIRST + segment));
        out.extend((1..length).map(letter));
    }
}

fn words(segment: u32, length: u32, out: &mut Vec<char>) {
    let mut state = (u64::from(segment) * 2_654_435_761 + 1) % (1 << 31);
    let mut draw = |below: u64| {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        ((state >> 8) % below) as usize
    };
    let end = out.len() + length as usize;
    while out.len() < end {
        for _ in 0..1 + draw(3) {
            out.push(char::from(b"bdfgklmnprstvwzj"[draw(16)]));
            out.push(char::from(b"aeiou"[draw(5)]));
        }
        out.push(' ');
    }
    out.truncate(end);
}

#[test]
fn as_the_recorder_makes_them() {
    let of = |maker, recipe: &[Part]| text(maker, recipe).into_iter().collect::<String>();
    assert_eq!(of(Maker::Unique, &[(0, 4), (3, 3)]), "一dgj七yb");
    assert_eq!(of(Maker::Words, &[(7, 24)]), WORDS_7);
}

/// Printed by `python3 -c 'import prompts; print(prompts.words(7, 24))'`.
#[cfg(test)]
const WORDS_7: &str = "sule zane dufigi vo nuta";
