//! What tokenizing costs: against bare MD5 of the same words, on words seen before, and with the chaining of blocks; and with byte
//! pairs.

use divan::{Bencher, black_box, counter::BytesCount};
use warmpath_core::block::chained;
use warmpath_core::token::bpe::Memory;
use warmpath_core::token::tables::built_in;
use warmpath_core::token::{Tokenizer, id_of, spans};

fn main() {
    divan::main();
}

/// Four thousand characters of no language, about 700 tokens, hardly a word twice.
fn english() -> String {
    let mut text = String::new();
    let mut state = 1u32;
    while text.len() < 4_000 {
        for _ in 0..3 + state % 7 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push(char::from(b'a' + (state >> 24) as u8 % 26));
        }
        text.push_str(if state.is_multiple_of(9) { ", " } else { " " });
    }
    text
}

/// Four thousand Chinese characters, a comma every ten.
fn chinese() -> String {
    (0..4_000u32)
        .map(|n| {
            if n % 10 == 9 {
                '，'
            } else {
                char::from_u32(0x4E00 + n * 7919 % 20_000).unwrap()
            }
        })
        .collect()
}

/// Four thousand characters of Hindi, where every vowel sign is a token.
fn hindi() -> String {
    "मशीन लर्निंग क्या है और यह कैसे काम करती है? "
        .chars()
        .cycle()
        .take(4_000)
        .collect()
}

/// Four thousand letters of Cyrillic and Chinese in one word, the worst case: MD5 costs least per character there.
fn one_word() -> String {
    (0..4_000u32)
        .map(|n| if n % 100 < 50 { 'ж' } else { '漢' })
        .collect()
}

fn text(name: &str) -> String {
    match name {
        "english" => english(),
        "chinese" => chinese(),
        "one word" => one_word(),
        _ => hindi(),
    }
}

/// Prose as it is written: this project's own documents.
const PROSE: &str = concat!(
    include_str!("../../README.md"),
    include_str!("../../docs/policies.md"),
    include_str!("../../docs/formats.md"),
    include_str!("../../docs/fidelity.md"),
);

/// Chinese characters that are often used, in no order that makes sense: a mark every twelve or so.
fn common_chinese() -> String {
    const OFTEN: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔转林";
    let often: Vec<char> = OFTEN.chars().collect();
    let (mut text, mut state) = (String::new(), 1u32);
    while text.len() < 300_000 {
        for _ in 0..6 + state % 13 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push(often[(state >> 8) as usize % often.len()]);
        }
        text.push(if state.is_multiple_of(3) {
            '。'
        } else {
            '，'
        });
    }
    text
}

/// Bytes of no meaning in base64, without line ends.
fn base64() -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 1u32;
    let digit = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(DIGITS[(state >> 26) as usize])
    };
    (0..300_000).map(digit).collect()
}

/// Byte pairs, nothing remembered.
#[divan::bench(args = ["prose", "code", "chinese", "base64"], sample_count = 20, sample_size = 1)]
fn pairs(bencher: Bencher, name: &str) {
    let text = match name {
        "prose" => PROSE.to_owned(),
        "code" => include_str!("../src/token/bpe/merge.rs").repeat(20),
        "chinese" => common_chinese(),
        _ => base64(),
    };
    let table = built_in("o200k").expect("its tables are part of the crate");
    let mut ids = Vec::with_capacity(text.len());
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        ids.clear();
        table.encode(black_box(&text), &mut Memory::default(), &mut ids);
        ids.len()
    });
}

/// The yardstick: MD5 of the same words, one by one, already split.
#[divan::bench(args = ["english", "chinese", "hindi", "one word"])]
fn md5_only(bencher: Bencher, name: &str) {
    let text = text(name);
    let words: Vec<&str> = spans(&text).map(|span| &text[span]).collect();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| words.iter().map(|word| id_of(black_box(word))).sum::<u32>());
}

#[divan::bench(args = ["english", "chinese", "hindi", "one word"])]
fn encode_unseen(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let mut ids = Vec::new();
        Tokenizer::default().encode(black_box(&text), &mut ids);
        ids
    });
}

#[divan::bench(args = ["english", "chinese", "hindi", "one word"])]
fn encode_seen(bencher: Bencher, name: &str) {
    let text = text(name);
    let (mut tokenizer, mut ids) = (Tokenizer::default(), Vec::new());
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        ids.clear();
        tokenizer.encode(black_box(&text), &mut ids);
    });
}

#[divan::bench(args = ["english", "chinese", "hindi", "one word"])]
fn encode_unseen_and_chain(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let mut ids = Vec::new();
        Tokenizer::default().encode(black_box(&text), &mut ids);
        chained(&ids, 16)
    });
}

#[divan::bench(args = ["english", "chinese", "hindi", "one word"])]
fn split_only(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        spans(black_box(&text))
            .map(|span| span.len())
            .sum::<usize>()
    });
}
