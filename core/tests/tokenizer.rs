//! The byte-pair tokenizers against the library whose results they must give, token by token.
//!
//! After a new version of that library with other vocabularies: `WARMPATH_BLESS=1 cargo test -p warmpath-core --test
//! tokenizer` writes `assets/tokenizers` anew.

use std::io::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use tiktoken_rs::CoreBPE;
use warmpath_core::token::bpe::{Bpe, Memory};
use warmpath_core::token::tables::built_in;

fn pairs() -> [(&'static str, Arc<Bpe>, &'static CoreBPE); 2] {
    [
        (
            "o200k",
            built_in("o200k").unwrap(),
            tiktoken_rs::o200k_base_singleton(),
        ),
        (
            "cl100k",
            built_in("cl100k").unwrap(),
            tiktoken_rs::cl100k_base_singleton(),
        ),
    ]
}

fn same(text: &str) {
    for (name, ours, theirs) in pairs() {
        let mut tokens = Vec::new();
        ours.encode(text, &mut Memory::default(), &mut tokens);
        assert_eq!(tokens, theirs.encode_ordinary(text), "{name}: {text:?}");
    }
}

/// Texts of the kinds that prompts are made of.
const TEXTS: [&str; 9] = [
    "The quick brown fox doesn't jump; it'LL've been JUMPing over 12345 lazy dogs.\r\n\r\n  Indeed!  \n",
    "我想写一篇关于春天的作文，请帮我列出五个要点，并且给出例子。然后把它们翻译成英文。",
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。カタカナ１２３",
    "fn main() {\n    let xs: Vec<u32> = (0..10).map(|x| x * 2).collect();\n\t// ünïcode\n}\n",
    "{\"id\": \"a-1\", \"values\": [1, 2.5, -3e10, null], \"nested\": {\"k\": \"v\\n\"}}",
    "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdC4=",
    "Straße, naïve café cafe\u{301}, Ελληνικά, русский текст, العربية, हिन्दी, ไทย",
    "🦀🚀👩‍👩‍👧‍👦 ½ x² Ⅷ① \u{200b}\u{feff} ſ'ſ 'S's 'Re\u{2028}\u{a0} end   ",
    "ABCdefGHI iPhone McDonald's HTTPServer2 /usr/local/bin///\n//\r\n__init__ --flag=1 <|endoftext|>",
];

#[test]
fn texts_have_the_tokens_of_the_published_tokenizers() {
    for text in TEXTS {
        same(text);
        same(&text.repeat(40));
        same(&text.replace([' ', '\n'], ""));
    }
    same(&" ".repeat(3000));
    same(&"a".repeat(3000));
    same(&"的".repeat(1000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_text_has_them(text in "(\\PC|[a-zA-Z0-9 '\\n\\r\\t./]|\\p{L}\\p{M}|\\s|的|'(s|LL|re)){0,60}") {
        same(&text);
    }
}

/// Every token stands for the bytes that the library says.
#[test]
fn the_tables_are_the_published_ones() {
    for (name, ours, theirs) in pairs() {
        let count = ours.len() as u32;
        assert!(theirs.decode_bytes(&[count]).is_err() || name == "o200k");
        let wrong = (0..count).find(|token| {
            theirs.decode_bytes(&[*token]).ok().as_deref() != Some(ours.bytes(*token))
        });
        if std::env::var_os("WARMPATH_BLESS").is_some() {
            write(name, theirs);
        } else {
            assert_eq!(wrong, None, "{name}");
        }
    }
}

fn write(name: &str, theirs: &CoreBPE) {
    let token = |number: u32| theirs.decode_bytes(&[number]).ok();
    let tokens: Vec<Vec<u8>> = (0..).map_while(token).collect();
    let number: std::collections::HashMap<&[u8], u32> =
        tokens.iter().map(Vec::as_slice).zip(0..).collect();
    let mut columns = vec![Vec::new(); 6];
    for (whole, bytes) in (256u32..).zip(&tokens[256..]) {
        let split = |at: usize| {
            let (left, right) = (number.get(&bytes[..at])?, number.get(&bytes[at..])?);
            (left.max(right) < &whole).then_some((*left.max(right), *left, *right))
        };
        let (_, left, right) = (1..bytes.len()).filter_map(split).min().unwrap();
        for (i, column) in columns.iter_mut().enumerate() {
            let number = if i < 3 { left } else { right };
            column.push((number >> (8 * (i % 3))) as u8);
        }
    }
    let path = format!(
        "{}/../assets/tokenizers/{name}.bpe.gz",
        env!("CARGO_MANIFEST_DIR")
    );
    let file = std::fs::File::create(path).unwrap();
    let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::best());
    write!(out, "warmpath.bpe/1\n{name}\n{}\n", tokens.len()).unwrap();
    out.write_all(&tokens[..256].concat()).unwrap();
    out.write_all(&columns.concat()).unwrap();
    out.finish().unwrap();
}
