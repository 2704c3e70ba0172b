//! What tokenizing costs: against bare MD5 of the same words, on words seen before, and with the chaining of blocks.

use divan::{Bencher, black_box, counter::BytesCount};
use warmpath_core::block::chained;
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
