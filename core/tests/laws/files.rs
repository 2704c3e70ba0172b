//! Small trace files, written as their producers write them, for whole scenarios.

use std::fmt::Write as _;

use super::whole::{Choices, File};

/// Made-up words, so that texts share beginnings only where they are meant to.
fn words(count: u32, from: u32) -> String {
    let word = |n: u32| {
        let n = n.wrapping_mul(2_654_435_761);
        format!(
            "{}{}",
            ["ka", "lo", "mi", "ru", "te"][(n >> 3) as usize % 5],
            n % 97
        )
    };
    let words: Vec<String> = (0..count).map(|at| word(from + at)).collect();
    words.join(" ")
}

/// Conversations with texts, some of which begin alike.
pub(crate) fn sharegpt(choices: &mut Choices<'_>) -> File {
    let mut text = "[".to_owned();
    for conversation in 0..choices.within(1, 8) {
        if conversation > 0 {
            text.push(',');
        }
        let begin = choices.one_of(&[0, 7, 1000 * conversation]);
        text.push_str("{\"id\":\"c\",\"conversations\":[");
        for turn in 0..choices.within(1, 4) {
            let comma = if turn > 0 { "," } else { "" };
            let ask = words(choices.within(1, 60), begin + 100 * turn);
            let answer = words(choices.within(1, 30), 10 + begin + 100 * turn);
            let _ = write!(
                text,
                "{comma}{{\"from\":\"human\",\"value\":\"{ask}\"}},{{\"from\":\"gpt\",\"value\":\"{answer}\"}}"
            );
        }
        text.push_str("]}");
    }
    text.push(']');
    ("chats.json", text.into_bytes())
}

/// Rows with times and chunks of 512 tokens.
pub(crate) fn mooncake(choices: &mut Choices<'_>) -> File {
    let mut text = String::new();
    let mut time = 0;
    for row in 0..choices.within(1, 20) {
        time += choices.one_of(&[0, 3, 400]);
        let tokens = choices.within(1, 1400);
        let shared = choices.below(3);
        let ids: Vec<String> = (0..tokens.div_ceil(512))
            .map(|at| {
                if at < shared {
                    at.to_string()
                } else {
                    (100 * (row + 1) + at).to_string()
                }
            })
            .collect();
        let _ = writeln!(
            text,
            "{{\"timestamp\": {time}, \"input_length\": {tokens}, \"output_length\": {}, \"hash_ids\": [{}]}}",
            choices.within(1, 30),
            ids.join(", ")
        );
    }
    ("rows.jsonl", text.into_bytes())
}

/// Turns of conversations with times and chunks of 16 tokens.
pub(crate) fn bailian(choices: &mut Choices<'_>) -> File {
    let mut text = String::new();
    let mut time = 0.0;
    let mut chains: Vec<(i64, u32, Vec<u32>)> = Vec::new();
    for chat in 0..i64::from(choices.within(1, 16)) {
        time += choices.one_of(&[0.0, 0.25, 3.0]);
        let parent = match chains.len() as u32 {
            0 => None,
            some => choices
                .chance(2)
                .then(|| chains[choices.below(some) as usize].clone()),
        };
        let (parent_id, turn, mut ids) = match parent {
            None => (-1, 1, Vec::new()),
            Some((id, turn, ids)) => (id, turn + 1, ids),
        };
        for at in 0..choices.within(1, 20) {
            ids.push(1000 * (chat as u32 + 1) + at);
        }
        let tokens = ids.len() as u32 * 16 - choices.below(16);
        let printed: Vec<String> = ids.iter().map(u32::to_string).collect();
        let _ = writeln!(
            text,
            "{{\"chat_id\": {chat}, \"parent_chat_id\": {parent_id}, \"timestamp\": {time:.3}, \"input_length\": {tokens}, \"output_length\": {}, \"type\": \"text\", \"turn\": {turn}, \"hash_ids\": [{}]}}",
            choices.within(1, 30),
            printed.join(", ")
        );
        chains.push((chat, turn, ids));
    }
    ("turns.jsonl", text.into_bytes())
}

/// Lengths and times alone.
pub(crate) fn azure(choices: &mut Choices<'_>) -> File {
    let mut text = "TIMESTAMP,ContextTokens,GeneratedTokens\n".to_owned();
    let mut time = 0;
    for _ in 0..choices.within(1, 20) {
        time += choices.one_of(&[0, 70, 1500]);
        let _ = writeln!(
            text,
            "2023-11-16 18:{:02}:{:02}.{:03}0000,{},{}",
            time / 60_000 % 60,
            time / 1000 % 60,
            time % 1000,
            choices.within(1, 900),
            choices.within(1, 30),
        );
    }
    ("lengths.csv", text.into_bytes())
}
