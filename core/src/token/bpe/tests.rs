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
    names.extend(["he", "ll", "hell", "hello", "Ġhello"].map(str::to_owned));
    let vocab: Vec<String> = (0..)
        .zip(&names)
        .map(|(at, name): (usize, _)| format!("{}:{at}", crate::json::quoted(name)))
        .collect();
    format!(
        r#"{{"model":{{"type":"BPE","vocab":{{{}}},"merges":["h e","l l",["he","ll"],"hell o","Ġ hello"]}},"normalizer":null{more}}}"#,
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
