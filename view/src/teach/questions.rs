//! Questions that a reader can answer by trying: each has ways to try it, which put prompts into a figure's boxes, and a
//! sentence on the result, computed from the same blocks that the figure shows.
//!
//! A salt works as in vLLM (`cache_salt` of a request): it goes into the id of the first block, and so into all that
//! follow. Other engines may treat it differently.

use crate::chips::{Prompt, change};
use crate::format::{self, GAP};
use crate::one_gpu::{DOCUMENT, PromptChoice, play};
use crate::playground::BLOCK_SIZE;
use crate::playground::samples::{SAMPLES, SYSTEM, router};
use crate::rich::{RichText, Tone, compose};
use warmpath_core::block::{ROOT, chain};
use warmpath_core::scenario::standard;
use warmpath_core::token::Tokenizer;
use warmpath_core::units::BlockId;

/// A way to try a question, with its button.
#[derive(Clone, Debug, PartialEq)]
pub struct TryButton {
    /// The text on the button.
    pub label: &'static str,
    /// The texts that go into the figure's boxes, each with the box's id.
    pub boxes: Vec<(&'static str, String)>,
    /// The result, in a sentence.
    pub sentence: RichText,
}

/// A question, and the ways to try it.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The question, as a reader would ask it.
    pub question: &'static str,
    /// The ways to try it, of which one is chosen at a time.
    pub ways: Vec<TryButton>,
}

/// The sections that have such questions, by their ids.
pub const STATIONS: [&str; 2] = ["blocks", "tree"];

/// What the answers are counted with: their block size, their tokenizer and the prompt that they compare with.
pub fn counted(size: u32) -> String {
    format!(
        " (Counted with {size} tokens a block, words as tokens, against the sample “{}”.)",
        SAMPLES[1].title
    )
}

/// The questions of one of [`STATIONS`], answered with blocks of `size` tokens; empty for another section.
pub fn of(section: &str, size: u32) -> Vec<Question> {
    match section {
        "blocks" => vec![exact(size), proxy(size)],
        "tree" => vec![meaning(size), known(size)],
        _ => Vec::new(),
    }
}

/// What there is to try, in a line: the number of questions, those included that a section has beside these, and the first.
pub fn line(all: &[Question], beside: usize) -> String {
    let number = format::plural((all.len() + beside) as u64, "question");
    let first = all.first().map_or("", |it| it.question);
    format!("{number} to try: {first}")
}

/// The text with its first letter changed from small to capital or the reverse: the smallest change at the front.
pub fn reworded(text: &str) -> String {
    case_changed(text, text.find(|c: char| c.is_ascii_alphabetic()))
}

/// The text with its last letter changed from small to capital or the reverse.
fn last_letter_changed(text: &str) -> String {
    case_changed(text, text.rfind(|c: char| c.is_ascii_alphabetic()))
}

/// The text with each digit replaced by a mark.
fn masked(text: &str) -> String {
    text.replace(|c: char| c.is_ascii_digit(), "#")
}

fn case_changed(text: &str, at: Option<usize>) -> String {
    let Some((at, letter)) = at.and_then(|at| Some((at, text[at..].chars().next()?))) else {
        return text.to_owned();
    };
    let other = match letter.is_ascii_lowercase() {
        true => letter.to_ascii_uppercase(),
        false => letter.to_ascii_lowercase(),
    };
    let mut turned = text.to_owned();
    turned.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
    turned
}

/// The number of the second text's full blocks that a cache with the first text has, and the number of its full blocks.
fn found(first: &str, second: &str, size: u32) -> (u32, u32) {
    let mut fleet = router(size);
    let (first, second) = (fleet.read(first), fleet.read(second));
    let kept = change(&first, &second);
    (kept.kept, kept.blocks)
}

fn sentence(pattern: &str, (kept, all): (u32, u32)) -> RichText {
    let count = |n: u32| format::count(u64::from(n));
    compose(
        pattern,
        [
            (Tone::Warm, count(kept)),
            (Tone::Strong, format::blocks(all)),
        ],
    )
}

/// The result of changing the prompt of the station `blocks` to `to`.
fn changed(size: u32, label: &'static str, to: String, pattern: &str) -> TryButton {
    let base = SAMPLES[1].prompt();
    TryButton {
        label,
        sentence: sentence(pattern, found(&base, &to, size)),
        boxes: vec![("blocks-prompt", to)],
    }
}

fn exact(size: u32) -> Question {
    let base = SAMPLES[1].prompt();
    Question {
        question: "Must the beginning be exactly the same?",
        ways: vec![
            changed(
                size,
                "Change the case of the first letter",
                reworded(&base),
                "To the letter. A cache that holds the sample “The same question again” finds {} of {}: the first block's id is another \
                 one, and each later id is made from the one before it. (Spaces are no tokens here, so one more or less changes nothing; to a \
                 model's own tokenizer it does.)",
            ),
            changed(
                size,
                "Change the case of the last letter",
                last_letter_changed(&base),
                "Only the beginning has to be. With the change at the very end {} of {} are found; what comes behind a change is lost, and \
                 nothing stands behind this one.",
            ),
        ],
    }
}

fn proxy(size: u32) -> Question {
    let base = SAMPLES[1].prompt();
    Question {
        question: "What does a proxy that edits prompts do to reuse?",
        ways: vec![
            changed(
                size,
                "A request id in front",
                format!("[request 7f3a9c] {base}"),
                "It breaks every prefix. An id that differs each time stands before everything that is the same: {} of {} are found. \
                 A header of the request would do as well, and leave the prompt alone.",
            ),
            changed(
                size,
                "The same id at the end",
                format!("{base} [request 7f3a9c]"),
                "Behind everything else it costs only the blocks it is in: {} of {} are found.",
            ),
            changed(
                size,
                "Numbers masked",
                masked(&base),
                "A proxy that hides all numbers changes the text where the first one stands, the policy\u{2019}s 14 days, and what comes before \
                 that stays warm: {} of {} are found. If it masks every prompt alike, masked prompts still share what they shared before.",
            ),
        ],
    }
}

fn meaning(size: u32) -> Question {
    let (first, second) = (
        SAMPLES[1].prompt(),
        "As the support agent of Lumen, a shop for lamps, answer from the policy below. Customer: when was order 4417 shipped?"
            .to_owned(),
    );
    let both = |label, second: String, pattern: &str| TryButton {
        label,
        sentence: sentence(pattern, found(&first, &second, size)),
        boxes: vec![("tree-first", first.clone()), ("tree-second", second)],
    };
    Question {
        question: "Is it enough to mean the same?",
        ways: vec![
            both(
                "Say it in other words",
                second,
                "No. A cache compares tokens and not what they mean: {} of {} are found, though any reader would answer both alike.",
            ),
            both(
                "Another question, the same beginning",
                SAMPLES[2].prompt(),
                "A cache finds what is the same from the first token on, whatever follows. The second prompt begins as the first does: {} of {} are found.",
            ),
        ],
    }
}

fn known(size: u32) -> Question {
    let text = SAMPLES[1].prompt();
    let answers = play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same]);
    let again = &answers[1];
    let (kept, all) = found(&text, &text, size);
    let tail = router(size).read(&text).tail_tokens();
    let tokens = |n: u32| format::plural(u64::from(n), "token");
    let strong = |text: String| (Tone::Strong, text);
    Question {
        question: "Everything is known. Why does the first section still compute 16 tokens?",
        ways: vec![TryButton {
            label: "Ask the same again",
            sentence: compose(
                "The tree finds {} of {}, and {} behind them. The answer's first token is made from the model's output at the prompt's \
                 last token, which no cache keeps: so what is behind the last block is computed, and where nothing is, the last block, \
                 since a cache is read by whole blocks. In the first section the prompt's {} fill blocks of {} tokens exactly, so nothing is left behind them: \
                 {} of them are computed again.",
                [
                    (Tone::Warm, format::count(u64::from(kept))),
                    strong(format::blocks(all)),
                    strong(match tail {
                        1 => format!("1{GAP}token is left"),
                        _ => format!("{} are left", tokens(tail)),
                    }),
                    strong(tokens(again.prompt_tokens)),
                    strong(standard::BLOCK_SIZE.to_string()),
                    strong(format::count(u64::from(again.computed()))),
                ],
            ),
            boxes: vec![("tree-first", text.clone()), ("tree-second", text)],
        }],
    }
}

/// The ids of a prompt's full blocks, with or without a salt in the first.
fn ids(prompt: &Prompt, salt: Option<&str>) -> Vec<BlockId> {
    let mut tokens = Vec::new();
    Tokenizer::default().encode(salt.unwrap_or_default(), &mut tokens);
    let mut id = salt.map_or(ROOT, |_| chain(ROOT, &tokens));
    let blocks = prompt
        .tokens
        .chunks_exact(prompt.block_size.max(1) as usize);
    let next = |block: &[u32]| {
        id = chain(id, block);
        id
    };
    blocks.map(next).collect()
}

/// Two customers of a shop who send prompts with the same beginning, each with a salt or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Salted {
    /// The two prompts, without their common beginning.
    pub texts: [&'static str; 2],
    /// The first ids of each prompt, as the figures write them.
    pub ids: [Vec<String>; 2],
    /// How much the second prompt finds of the first, in words.
    pub sentence: RichText,
}

/// The number of ids that are shown for each prompt.
const SHOWN: usize = 4;

/// The two customers' prompts, with or without a salt for each.
pub fn salted(salt: bool) -> Salted {
    let samples = [&SAMPLES[1], &SAMPLES[2]];
    let mut fleet = router(BLOCK_SIZE);
    let prompts = samples.map(|it| fleet.read(&it.prompt()));
    let salts = ["ann", "bob"];
    let [first, second] = [0, 1].map(|at| ids(&prompts[at], salt.then_some(salts[at])));
    let shared = first
        .iter()
        .zip(&second)
        .take_while(|(a, b)| a == b)
        .count() as u32;
    let words = match salt {
        false => {
            "One cache serves all who are allowed to ask: the second customer finds {} of {}, which the first had computed. \
                  That tells something as well: who measures how soon an answer begins can learn what others have asked."
        }
        true => {
            "Each customer's salt goes into the first block's id, and so into all that follow: the second finds {} of {}, though both \
                 begin alike. Nobody learns anything from the time it takes, and nobody saves work for anybody else."
        }
    };
    let shown = |ids: &[BlockId]| {
        let ids = ids.iter().take(SHOWN);
        ids.map(|id| format::short_id(id.0)).collect()
    };
    Salted {
        texts: samples.map(|it| it.text),
        ids: [shown(&first), shown(&second)],
        sentence: sentence(words, (shared, second.len() as u32)),
    }
}

/// The common beginning of both prompts.
pub const SHARED: &str = SYSTEM;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::words;

    #[test]
    fn the_front_costs_all_and_the_end_one_block_at_most() {
        let base = SAMPLES[1].prompt();
        let (kept, all) = found(&base, &reworded(&base), BLOCK_SIZE);
        assert_eq!(kept, 0);
        let (kept, same) = found(&base, &last_letter_changed(&base), BLOCK_SIZE);
        assert_eq!(same, all);
        assert!(kept + 1 >= all, "{kept} of {all}");
        assert_eq!(reworded("1. You"), "1. you");
        assert_eq!(last_letter_changed("You?"), "YoU?");
        assert_eq!(reworded("…"), "…");
    }

    #[test]
    fn the_line_counts_all_questions_and_has_the_first() {
        for section in STATIONS {
            let all = of(section, BLOCK_SIZE);
            let first = all[0].question;
            let line = line(&all, 1).replace('\u{a0}', " ");
            assert_eq!(line, format!("3 questions to try: {first}"));
        }
    }

    #[test]
    fn answers_are_of_the_size_that_is_chosen() {
        let text = SAMPLES[1].prompt();
        for size in [4, 8, 16] {
            let blocks = router(size).read(&text).full_blocks();
            let first = &of("blocks", size)[0].ways[0];
            let sentence = words(&first.sentence).replace('\u{a0}', " ");
            assert!(
                sentence.contains(&format!("finds 0 of {blocks} blocks")),
                "{size}: {sentence}"
            );
        }
    }

    /// What is masked is what the button says: every number, of which the first stands in the policy.
    #[test]
    fn all_numbers_are_masked_and_the_first_decides() {
        let base = SAMPLES[1].prompt();
        let first = base.find(|c: char| c.is_ascii_digit()).expect("a number");
        assert!(base[first..].starts_with("14 days"));
        let ways = proxy(BLOCK_SIZE).ways;
        let masked = ways.iter().find(|it| it.label == "Numbers masked");
        let masked = masked.expect("a way");
        let text = &masked.boxes[0].1;
        assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
        let (kept, _) = found(&base, text, BLOCK_SIZE);
        let whole = router(BLOCK_SIZE).read(&base[..first]).full_blocks();
        assert_eq!(kept, whole);
        let said = words(&masked.sentence).replace(GAP, " ");
        assert!(said.contains(&format!("{kept} of ")), "{said}");
    }

    /// Here, where words and marks are the tokens, a doubled space changes nothing.
    #[test]
    fn spaces_are_no_tokens() {
        let text = SAMPLES[1].prompt();
        let (kept, all) = found(&text, &text.replace(' ', "  "), BLOCK_SIZE);
        assert_eq!(kept, all);
    }

    #[test]
    fn without_a_salt_ids_are_those_of_the_figures() {
        let prompt = router(BLOCK_SIZE).read(&SAMPLES[1].prompt());
        assert_eq!(ids(&prompt, None), prompt.ids);
        let salted = ids(&prompt, Some("ann"));
        assert!(salted.iter().zip(&prompt.ids).all(|(a, b)| a != b));
    }

    #[test]
    fn a_salt_each_shares_nothing() {
        let (open, closed) = (salted(false), salted(true));
        assert_eq!(open.ids[0], open.ids[1]);
        assert_ne!(closed.ids[0][0], closed.ids[1][0]);
        assert!(!words(&open.sentence).contains("finds 0\u{a0}of"));
        assert!(words(&closed.sentence).contains("finds 0\u{a0}of"));
    }

    #[test]
    fn every_question_can_be_tried_and_every_sentence_is_whole() {
        for (section, size) in STATIONS
            .into_iter()
            .flat_map(|it| [(it, 4), (it, 8), (it, 16)])
        {
            for question in of(section, size) {
                for way in &question.ways {
                    let sentence = words(&way.sentence);
                    assert!(!sentence.contains("{}"), "{sentence}");
                    assert!(!way.boxes.is_empty());
                }
            }
        }
    }
}
