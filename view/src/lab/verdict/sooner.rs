//! Which policy answers first and how much sooner than the next, or that the first two come out alike.

use super::unanswered::whose;
use super::{NamedPolicy, SLIGHT, as_is, list, median};
use crate::format;
use crate::rich::{RichText, fill};
use warmpath_core::metrics::PLACES;

/// The sentence on which policy answers first, and how much sooner than the next.
pub(super) fn sooner(ranked: &[NamedPolicy<'_>]) -> RichText {
    let (first, second) = (ranked[0], ranked[1]);
    // Nobody wins by less than what is printed.
    if !first.is_apart(&second, PLACES.median_ttft_ms) || median(&first) == median(&second) {
        return level(ranked);
    }
    let mut text = ahead(ranked);
    let tail = PLACES.p99_ttft_ms;
    // With two policies, the next sentence compares their tails.
    if ranked.len() > 2 && second.is_apart(&first, tail) && second.value(tail) < first.value(tail) {
        text.extend(fill(
            " But the slowest 1\u{a0}% wait less under {second}: {less}, not {more}.",
            &[
                ("second", second.again()),
                ("less", as_is(format::millis(second.value(tail)))),
                ("more", as_is(format::millis(first.value(tail)))),
            ],
        ));
    }
    if first.summary.seeds < 2 && second.median() <= first.median() * SLIGHT {
        text.push(as_is(" So little may be chance: one seed does not tell."));
    }
    text
}

/// The sentence on a policy whose median is ahead of all others.
fn ahead(ranked: &[NamedPolicy<'_>]) -> RichText {
    let (first, second) = (ranked[0], ranked[1]);
    match ranked {
        [_, other] => fill(
            "{first} answers {sooner} than {other}: half of {whose} have their first token within {median}, not {later}.",
            &[
                ("first", first.name()),
                ("sooner", as_is(times(first.median(), other.median()))),
                ("whose", as_is(whose(ranked))),
                ("other", other.name()),
                ("median", as_is(median(&first))),
                ("later", as_is(median(other))),
            ],
        ),
        _ => {
            let mut text = fill(
                "{first} answers first: half of {whose} have their first token within {median}, {sooner} than the next. Then ",
                &[
                    ("first", first.name()),
                    ("median", as_is(median(&first))),
                    ("whose", as_is(whose(ranked))),
                    ("sooner", as_is(times(first.median(), second.median()))),
                ],
            );
            text.extend(list(&ranked[1..], median));
            text.push(as_is("."));
            text
        }
    }
}

/// The sentence if the medians of the first two policies cannot be told apart: it says whether their tails can, and lists the
/// others.
fn level(ranked: &[NamedPolicy<'_>]) -> RichText {
    let (first, second) = (ranked[0], ranked[1]);
    let tail = PLACES.p99_ttft_ms;
    let both = match median(&first) == median(&second) {
        true => median(&first),
        false => format!(
            "{} and {}; seeds alone change as much",
            median(&first),
            median(&second)
        ),
    };
    let medians = |text: &str| {
        fill(
            text,
            &[
                ("first", first.name()),
                ("second", second.name()),
                ("both", as_is(&both)),
                ("whose", as_is(whose(ranked))),
            ],
        )
    };
    let mut text = match first.is_apart(&second, tail) {
        false => medians(
            "{first} and {second} come out alike: half of {whose} have their first token within {both}",
        ),
        true => {
            let mut text = medians(
                "{first} and {second} are as quick for half of {whose} ({both}), but not for the slowest",
            );
            let (short, long) = match first.value(tail) < second.value(tail) {
                true => (first, second),
                false => (second, first),
            };
            text.extend(fill(
                ": 1\u{a0}% wait {less} or longer under {short}, {more} under {long}",
                &[
                    ("less", as_is(format::millis(short.value(tail)))),
                    ("short", short.again()),
                    ("more", as_is(format::millis(long.value(tail)))),
                    ("long", long.again()),
                ],
            ));
            text
        }
    };
    if ranked.len() > 2 {
        text.push(as_is(". Then "));
        text.extend(list(&ranked[2..], median));
    }
    text.push(as_is("."));
    text
}

/// How much sooner than `more` the time `less` is: `50 times sooner`, `12 % sooner`.
fn times(less: f64, more: f64) -> String {
    let ratio = more / less;
    match ratio {
        r if r >= 9.95 => format!("{} times sooner", format::fixed(r, 0)),
        r if r >= 1.95 => format!("{} times sooner", format::fixed(r, 1)),
        _ => format!("{} sooner", format::share(1.0 - 1.0 / ratio)),
    }
}
