use super::pattern::Pattern;
use super::*;
use crate::token::tables;
use proptest::prelude::*;

fn encode(bpe: &Bpe, text: &str) -> Vec<u32> {
    let (mut out, mut memory) = (Vec::new(), Memory::default());
    bpe.encode(text, &mut memory, &mut out);
    out
}

#[test]
fn known_texts_have_their_known_tokens() {
    let o200k = tables::built_in("o200k").unwrap();
    let cl100k = tables::built_in("cl100k").unwrap();
    assert_eq!((o200k.len(), cl100k.len()), (199_998, 100_256));
    assert_eq!(encode(&o200k, "hello world"), [24912, 2375]);
    assert_eq!(encode(&cl100k, "hello world"), [15339, 1917]);
    assert!(encode(&cl100k, "").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn both_ways_of_merging_agree_and_nothing_is_lost(text in "(\\PC|[a-zA-Z 0-9\\n'./的是]){0,80}", times in 1..9usize) {
        let text = text.repeat(times);
        for bpe in [tables::built_in("o200k").unwrap(), tables::built_in("cl100k").unwrap()] {
            let [short, long] = bpe.both_ways(text.as_bytes());
            prop_assert_eq!(short, long);
            let tokens = encode(&bpe, &text);
            let bytes: Vec<u8> = tokens.iter().flat_map(|token| bpe.bytes(*token)).copied().collect();
            prop_assert_eq!(String::from_utf8(bytes).unwrap(), text.clone());
            let spans: Vec<u32> = bpe.spans(&text).into_iter().map(|(_, token)| token).collect();
            prop_assert_eq!(spans, tokens);
        }
    }
}

/// A byte-level vocabulary of all bytes and some pairs.
fn byte_level(more: &str) -> String {
    let characters = (0u8..=255).map(hugging_face::character);
    let mut names: Vec<String> = characters.map(String::from).collect();
    names.extend(["he", "ll", "hell", "hello", "Ġhello", "ĠĠ"].map(str::to_owned));
    let vocab: Vec<String> = (0..)
        .zip(&names)
        .map(|(at, name): (usize, _)| format!("{}:{at}", crate::json::quoted(name)))
        .collect();
    format!(
        r#"{{"model":{{"type":"BPE","vocab":{{{}}},"merges":["h e","l l",["he","ll"],"hell o","Ġ hello","Ġ Ġ"]}},"normalizer":null{more}}}"#,
        vocab.join(",")
    )
}

#[test]
fn a_byte_level_file_is_read() {
    let json = byte_level(r#","pre_tokenizer":{"type":"ByteLevel"}"#);
    let bpe = Bpe::hugging_face("tiny.json", &json).unwrap();
    assert_eq!(encode(&bpe, "hello hello"), [259, 260]);
    assert_eq!(encode(&bpe, "hé").len(), 3);
    assert_eq!(bpe.bytes(260), b" hello");
}

/// Several splits are made one after the other: each sees only the piece that those before it left.
#[test]
fn a_text_is_split_by_one_pattern_after_the_other() {
    let tokens = |steps: &str, text: &str| {
        let more = format!(r#","pre_tokenizer":{{"type":"Sequence","pretokenizers":[{steps}]}}"#);
        let bpe = Bpe::hugging_face("tiny.json", &byte_level(&more)).unwrap();
        let (tokens, spans) = (encode(&bpe, text), bpe.spans(text));
        assert_eq!(tokens, spans.iter().map(|it| it.1).collect::<Vec<_>>());
        tokens
    };
    let digits = r#"{"type":"Digits","individual_digits":true}"#;
    let level = r#"{"type":"ByteLevel"}"#;
    let both = format!("{digits},{level}");
    let of = |byte: u8| u32::from(byte);
    assert_eq!(tokens(&both, "x  1"), [of(b'x'), 261, of(b'1')]);
    assert_eq!(
        tokens(level, "x  1"),
        [of(b'x'), of(b' '), of(b' '), of(b'1')]
    );
    assert_eq!(tokens(&both, "12  1  x").len(), 7);
    assert_eq!(
        tokens(&format!("{digits},{level},{level}"), "x  1  2hello").len(),
        6
    );
}

/// The pieces of a file that splits at a plain string.
#[test]
fn a_split_at_a_plain_string_is_read() {
    let of = |split: &str| {
        let more = format!(
            r#","pre_tokenizer":{{"type":"Sequence","pretokenizers":[{split},{{"type":"ByteLevel","use_regex":false}}]}}"#
        );
        Bpe::hugging_face("tiny.json", &byte_level(&more))
    };
    let split = |what: &str, behaviour: &str| {
        format!(
            r#"{{"type":"Split","pattern":{{"String":"{what}"}},"behavior":"{behaviour}","invert":false}}"#
        )
    };
    let count = |what: &str, behaviour: &str, text: &str| {
        encode(&of(&split(what, behaviour)).unwrap(), text).len()
    };
    // `hello` and `Ġhello` are tokens, so it shows where the space went.
    assert_eq!(count(" ", "MergedWithPrevious", "hello hello"), 3);
    assert_eq!(count("x", "MergedWithPrevious", "hello hello"), 2);
    assert_eq!(count("lo", "Isolated", "hello hello"), 9);
    assert_eq!(count("(.", "Isolated", "hello(.hello"), 4);
    // Two spaces are a token, but the second is split from the first.
    assert_eq!(count(" ", "MergedWithPrevious", "hello  hello"), 4);
    let error = of(&split(" ", "Contiguous")).unwrap_err().to_string();
    assert!(error.contains("a `Split` that is Contiguous"), "{error}");
    // As Gemma has it: spaces have been replaced before, so nothing is split.
    let json = r#"{"model":{"type":"BPE","byte_fallback":false,"unk_token":"<unk>","vocab":{"<unk>":0,"▁":1,"a":2,"b":3,"ab":4,"▁ab":5},"merges":["a b","▁ ab"]},"normalizer":{"type":"Replace","pattern":{"String":" "},"content":"▁"},"pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}}"#;
    let bpe = Bpe::hugging_face("gemma.json", json).unwrap();
    assert_eq!(encode(&bpe, "ab ab"), [4, 5]);
}

#[test]
fn a_sentencepiece_file_is_read() {
    let json = r#"{"model":{"type":"BPE","byte_fallback":false,"unk_token":"<unk>","vocab":{"<unk>":0,"▁":1,"a":2,"b":3,"ab":4,"▁ab":5},"merges":["a b","▁ ab"]},"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace"}]},"pre_tokenizer":null}"#;
    let bpe = Bpe::hugging_face("tiny.json", json).unwrap();
    assert_eq!(encode(&bpe, "ab abé"), [5, 5, 0]);
    // The `▁` that is put before the text takes no byte of it; the one that stands for the space takes one.
    assert_eq!(bpe.ends("ab abé"), [(5, 2), (5, 5), (0, 7)]);
}

#[test]
fn what_cannot_be_used_is_said() {
    for (json, says) in [
        (
            r#"{"model":{"type":"WordPiece","vocab":{}}}"#,
            "the model is WordPiece, BPE expected",
        ),
        ("[", "expected a value"),
        ("{}", "it has no `model`"),
        (
            &byte_level(r#","pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\bx"}}"#),
            "its pattern has \\b",
        ),
        (
            &byte_level(r#","pre_tokenizer":{"type":"Bert"}"#),
            "the pre-tokenizer Bert is not known",
        ),
    ] {
        let error = Bpe::hugging_face("x", json).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    assert!(Bpe::table(b"\x1f\x8b").is_err());
    assert!(Pattern::new("a").is_ok());
}
