//! The result of a comparison in sentences: which policy answers first, by how much, at what price, and why it is ahead of
//! the slowest.
//!
//! "First" and "slowest" are by the median time to first token. The reason is taken from hit rates, lost hits and the balance
//! of work, and only as far as these go: if hit rates are alike, the sentence says that the cache does not explain the
//! difference. Two policies count as alike if neither their medians nor their P99s can be told apart: with several seeds if
//! their ranges overlap, with one seed only if they are equal, since one run does not show how much is chance. Medians that are
//! printed alike cannot be told apart either.

use crate::figure;
use crate::format;
use crate::look::looks_of;
use crate::rich::{RichText, Tone, fill, plain_text};
use warmpath_core::metrics::{PLACES, Summary};

mod fleet;
mod price;
mod reason;
mod sooner;
#[cfg(test)]
mod tests;
mod unanswered;

use price::price;
use reason::{most_lost, why};
use sooner::sooner;
use unanswered::{unanswered, whose};

/// A tail longer than the slowest policy's by more than this factor is mentioned with a "But"; a median shorter by less
/// than this factor is said to be possibly chance if there is only one seed.
const SLIGHT: f64 = 1.02;

/// A policy of the comparison.
#[derive(Clone, Copy)]
struct NamedPolicy<'a> {
    /// The number of its look.
    look: usize,
    summary: &'a Summary,
}

impl NamedPolicy<'_> {
    fn value(&self, at: usize) -> f64 {
        self.summary.values[at]
    }

    fn median(&self) -> f64 {
        self.value(PLACES.median_ttft_ms)
    }

    /// The range of a figure over seeds; of a single run, the figure itself.
    fn range(&self, at: usize) -> (f64, f64) {
        let value = self.value(at);
        let range = self.summary.ranges.map(|ranges| ranges[at]);
        range.unwrap_or((value, value))
    }

    /// Whether a figure can be told apart from another policy's: their ranges over seeds do not overlap.
    fn is_apart(&self, other: &Self, at: usize) -> bool {
        figure::apart(self.range(at), other.range(at))
    }

    /// The name of the policy, in its colour.
    fn name(&self) -> (Tone, String) {
        (Tone::Policy(self.look), self.summary.policy.clone())
    }

    /// The name of the policy where it is mentioned again, in its colour but not bold.
    fn again(&self) -> (Tone, String) {
        (Tone::PolicyAgain(self.look), self.summary.policy.clone())
    }

    fn hits(&self) -> f64 {
        self.value(PLACES.cache_hit_rate)
    }
}

/// The sentences on these policies: which answers first, at what price and why, what got no answer, and how the fleet grew.
/// With several seeds, one before them says that the figures are medians.
pub fn verdict(summaries: &[Summary]) -> Vec<RichText> {
    let looks = looks_of(summaries, |it| &it.policy);
    let each = looks.into_iter().zip(summaries);
    let each: Vec<NamedPolicy<'_>> = each
        .map(|(look, summary)| NamedPolicy { look, summary })
        .collect();
    let mut ranked: Vec<NamedPolicy<'_>> = each
        .iter()
        .copied()
        .filter(|it| it.value(PLACES.completed) > 0.0 && it.median().is_finite())
        .collect();
    warmpath_core::order::by(&mut ranked, |a, b| a.median().total_cmp(&b.median()));
    let mut sentences = match ranked[..] {
        [] => vec![plain_text(
            "No request was completed, so there is nothing to compare.",
        )],
        [one] => alone(one, summaries.len() == 1),
        [first, .., last] => {
            let mut sentences = vec![sooner(&ranked)];
            sentences.push(price(first, last));
            sentences.extend(why(first, last));
            sentences
        }
    };
    if let Some(seeds) = summaries
        .iter()
        .map(|it| it.seeds)
        .max()
        .filter(|it| *it > 1)
    {
        let of = format::word(seeds);
        let first = plain_text(format!(
            "Medians of {of} seeds; the charts show the first seed."
        ));
        sentences.insert(0, first);
    }
    sentences.extend(unanswered(&each));
    sentences.extend(fleet::grown(&each));
    sentences
}

/// The sentences on a policy that is compared with no other: it is the `only` one, or no other completed anything.
fn alone(it: NamedPolicy<'_>, only: bool) -> Vec<RichText> {
    let mut sentences = vec![fill(
        "Under {policy} half of {whose} have their first token within {median}, 99\u{a0}% within {p99}.",
        &[
            ("policy", it.name()),
            ("whose", as_is(whose(&[it]))),
            ("median", as_is(median(&it))),
            ("p99", as_is(format::millis(it.value(PLACES.p99_ttft_ms)))),
        ],
    )];
    if it.hits().is_finite() {
        let lost = most_lost(it, None);
        sentences.push(plain_text(format!(
            "{} of the prompts' blocks were found in the cache{}.{}",
            format::share(it.hits()),
            lost.map_or(String::new(), |(share, words)| format!(", {share} {words}")),
            match only {
                true => " Add a policy to compare it with.",
                false => "",
            }
        )));
    }
    sentences
}

/// A list of policies, each with a text: `smart 346 ms, random 17.2 s`.
fn list(policies: &[NamedPolicy<'_>], of: fn(&NamedPolicy<'_>) -> String) -> RichText {
    let mut text = RichText::new();
    for (at, it) in policies.iter().enumerate() {
        if at > 0 {
            text.push((Tone::Plain, ", ".to_owned()));
        }
        text.push(it.name());
        text.push((Tone::Plain, format!(" {}", of(it))));
    }
    text
}

/// The median TTFT of a policy, with its unit.
fn median(it: &NamedPolicy<'_>) -> String {
    format::millis(it.median())
}

/// A text without emphasis, as a piece of a sentence.
fn as_is(text: impl Into<String>) -> (Tone, String) {
    (Tone::Plain, text.into())
}
