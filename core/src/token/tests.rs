use super::*;
use proptest::prelude::*;

fn tokens(text: &str) -> Vec<&str> {
    spans(text).map(|span| &text[span]).collect()
}

#[test]
fn splits_as_fakeai_does() {
    assert_eq!(
        tokens("don't pay 3.14"),
        ["don", "'", "t", "pay", "3", ".", "14"]
    );
    assert_eq!(
        tokens("cafe\u{301} a_b a\u{203F}b"),
        ["cafe", "\u{301}", "a_b", "a", "\u{203F}", "b"]
    );
    assert_eq!(tokens("½ x² Ⅷ① 漢字かな"), ["½", "x²", "Ⅷ①", "漢字かな"]);
    assert_eq!(
        tokens("a\u{1C}b\u{85}c\u{200B}d"),
        ["a", "b", "c", "\u{200B}", "d"]
    );
    assert_eq!(
        tokens("1\u{FE0F}\u{20E3}Ⓐ"),
        ["1", "\u{FE0F}", "\u{20E3}", "Ⓐ"]
    );
    // U+1DF25 became a letter in Unicode 15.0, U+31350 is one of its new ideographs.
    assert_eq!(tokens("\u{1DF25}\u{31350}\u{31351}").len(), 3);
    assert!(tokens(" \t\r\n\u{3000}").is_empty());
}

#[test]
fn counts_the_letters_and_numbers_of_unicode_14() {
    let mut text = [0; 4];
    let words = ('\0'..=char::MAX)
        .filter(|c| {
            class_of(c.encode_utf8(&mut text), 0).map(|(class, _)| class) == Some(Class::Word)
        })
        .count();
    assert_eq!(words, 133_548);
}

#[test]
fn the_approximate_count_is_another_number() {
    for (text, count) in [
        ("", 0),
        (" ", 1),
        ("don't", 2),
        ("a_b", 1),
        ("What is it?", 4),
        ("、、", 1),
    ] {
        assert_eq!(approximate_count(text), count, "{text:?}");
    }
}

/// One character at a time, with sets instead of tables.
fn naive(text: &str) -> Vec<String> {
    let space = |c: char| c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c);
    let word = |c: char| {
        c.is_ascii_alphanumeric()
            || c == '_'
            || class::class_of(&c.to_string(), 0).unwrap().0 == Class::Word
    };
    let mut out: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in text.chars() {
        match (space(c), word(c)) {
            (true, _) => in_word = false,
            (_, true) if in_word => out.last_mut().unwrap().push(c),
            (_, is_word) => {
                out.push(c.to_string());
                in_word = is_word;
            }
        }
    }
    out
}

proptest! {
    #[test]
    fn agrees_with_its_naive_twin(text in "\\PC{0,60}|[a-z0-9_ .,'\\t\\x1c\u{301}é漢①]{0,60}") {
        prop_assert_eq!(tokens(&text), naive(&text));
        let mut tokenizer = Tokenizer::default();
        let (mut first, mut again) = (Vec::new(), Vec::new());
        tokenizer.encode(&text, &mut first);
        tokenizer.encode(&text, &mut again);
        let ids: Vec<u32> = naive(&text).iter().map(|word| id_of(word)).collect();
        prop_assert_eq!(&first, &ids);
        prop_assert_eq!(&again, &ids);
    }
}
