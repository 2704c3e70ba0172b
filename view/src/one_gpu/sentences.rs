//! Sentences on what the rows show: what the latest answer took, and how far each answer is while they are played.

use super::{ANSWER, Answer, room, shown};
use crate::format;
use crate::rich::{RichText, Tone};
use warmpath_core::units::VirtualTime;

/// What the latest answer took, what it would have taken with nothing in the cache, and why less was there than had been.
pub fn verdict(answers: &[Answer]) -> RichText {
    let mut words = latest(answers);
    let evicted = answers.last().map_or(0, |it| it.evicted_tokens);
    if evicted > 0 {
        words.push((
            Tone::Plain,
            format!(
                " {} of it had been there and were evicted: the cache has room for {}, and what was not asked for longest makes way.",
                format::plural(evicted.into(), "token"),
                format::plural(room().into(), "token")
            ),
        ));
    }
    words
}

fn latest(answers: &[Answer]) -> RichText {
    let (Some(first), Some(last)) = (answers.first(), answers.last()) else {
        return vec![(
            Tone::Plain,
            format!(
                "The cache is empty, with room for {}. Send a prompt: all of it will be computed.",
                format::plural(room().into(), "token")
            ),
        )];
    };
    let tokens = |n: u32| format::plural(u64::from(n), "token");
    let time = |answer: &Answer| format::seconds(answer.ttft.secs());
    if last.hit_tokens == 0 {
        return vec![
            (Tone::Plain, "Nothing of it was in the cache: ".to_owned()),
            (
                Tone::Strong,
                format!("all {} computed", tokens(last.prompt_tokens)),
            ),
            (Tone::Plain, ", the first token after ".to_owned()),
            (Tone::Strong, time(last)),
            (Tone::Plain, ".".to_owned()),
        ];
    }
    let factor = first.ttft.secs() / last.ttft.secs();
    // If fewer tokens took as long, the time was decided by something else than their number.
    let fewer = f64::from(last.computed()) < 0.95 * f64::from(first.computed());
    let sooner = match factor {
        1.05.. => format!(
            ", {} times sooner than the {} at first",
            format::significant(factor, 2),
            time(first)
        ),
        0.95.. if fewer => format!(
            ", about as late as the {} at first: a step has to read all weights, however few tokens it computes",
            time(first)
        ),
        _ => {
            let than = match factor {
                0.95.. => "about as late as",
                _ => "later than",
            };
            format!(
                ", {than} the {} at first, when {} were computed",
                time(first),
                tokens(first.computed())
            )
        }
    };
    vec![
        (
            Tone::Warm,
            format!(
                "{}\u{a0}of\u{a0}{} were still in the cache",
                format::count(u64::from(last.hit_tokens)),
                tokens(last.prompt_tokens)
            ),
        ),
        (
            Tone::Plain,
            format!(
                ". {} had to be computed, and the first token came after ",
                tokens(last.computed())
            ),
        ),
        (Tone::Strong, time(last)),
        (Tone::Plain, format!("{sooner}.")),
    ]
}

/// How far each answer that is shown has come at the time `at` after it was sent; when all are complete, what the reader will see
/// on pressing play, at the speed named `speed`.
pub fn now(answers: &[Answer], at: VirtualTime, speed: &str) -> String {
    if answers.is_empty() {
        return String::new();
    }
    if shown(answers).all(|(_, answer)| answer.length() <= at) {
        return format!(
            "Press play: the answers begin together, at {speed} speed. The strokes below the scrubber are their first tokens."
        );
    }
    let one = |(number, answer): (usize, &Answer)| {
        let made = answer.steps.iter().filter(|step| step.end <= at);
        let sentence = match made.count() {
            _ if answer.length() <= at => "done".to_owned(),
            _ if at < answer.ttft => "prefill, no token yet".to_owned(),
            made => {
                let chunks = answer.steps.len() as u32 - ANSWER;
                format!("token {} of {ANSWER}", made as u32 - chunks)
            }
        };
        format!("answer {}: {sentence}", number + 1)
    };
    let all: Vec<String> = shown(answers).map(one).collect();
    format!("After {} · {}", format::seconds(at.secs()), all.join(" · "))
}
