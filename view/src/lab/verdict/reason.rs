//! Why the first policy is ahead of the slowest: what each found in the cache, why blocks were not found, and how evenly the work is
//! spread.

use super::{NamedPolicy, as_is};
use crate::format;
use crate::rich::{RichText, fill, plain_text};
use warmpath_core::metrics::PLACES;

/// The difference in hit rates from which on one policy is said to find more in the cache than the other. A kind of lost hits
/// is named from half of it on.
const WORTH: f64 = 0.02;

/// The difference in the imbalance of work (the busiest replica's over the mean) from which on it is mentioned.
const UNEVEN: f64 = 0.05;

/// The kinds of lost hits, by why a block was not found where its prompt was sent: the figure of each, and its words.
const LOST: [(usize, &str); 4] = [
    (PLACES.lost_elsewhere, "lay on another replica"),
    (
        PLACES.lost_forgotten,
        "lay on another replica, as the router had sent them to one and forgotten that",
    ),
    (
        PLACES.lost_unknown,
        "lay on another replica, which the router did not know",
    ),
    (PLACES.lost_evicted, "had been evicted"),
];

/// The reason for the difference, as far as the cache and the balance of work show it, or that the cache does not; `None` if a
/// hit rate is unknown.
pub(super) fn why(first: NamedPolicy<'_>, last: NamedPolicy<'_>) -> Option<RichText> {
    let (hit, missed) = (first.hits(), last.hits());
    if !hit.is_finite() || !missed.is_finite() {
        return None;
    }
    let [share, other] = [hit, missed].map(format::share);
    let [even, uneven] = [first, last].map(|it| it.value(PLACES.imbalance));
    let spread = |lead: &str| match uneven - even >= UNEVEN {
        true => format!(
            "{lead}its work is spread more evenly: the busiest replica does {} times the mean, not {}",
            format::figure(even),
            format::figure(uneven)
        ),
        false => String::new(),
    };
    Some(if hit - missed >= WORTH {
        let mut text = fill(
            "Of the prompts' blocks it finds {share} in the cache, {last} {other}",
            &[
                ("share", as_is(share)),
                ("last", last.again()),
                ("other", as_is(other)),
            ],
        );
        if let Some((lost, how)) = most_lost(last, Some(first)) {
            text.extend(fill(
                ": {lost} of {last}'s {how}",
                &[
                    ("lost", as_is(lost)),
                    ("last", last.again()),
                    ("how", as_is(how)),
                ],
            ));
        }
        text.push(as_is("."));
        text
    } else if missed - hit >= WORTH {
        plain_text(format!(
            "Of the prompts' blocks it finds fewer in the cache, {share} and not {other}{}: here reuse is not what decides.",
            spread(", but ")
        ))
    } else {
        plain_text(format!(
            "The cache does not tell them apart: {share} and {other} of the prompts' blocks were found{}.",
            spread("; ")
        ))
    })
}

/// The share of prompt blocks that a policy lost in one way, and the words for that way: the one in which it lost most, or most
/// more than the policy `beside` did. `None` if that is too little to be named.
pub(super) fn most_lost(
    of: NamedPolicy<'_>,
    beside: Option<NamedPolicy<'_>>,
) -> Option<(String, &'static str)> {
    let more = |at: usize| of.value(at) - beside.map_or(0.0, |it| it.value(at));
    let (at, words) = LOST
        .into_iter()
        .max_by(|a, b| more(a.0).total_cmp(&more(b.0)))?;
    (more(at) >= WORTH / 2.0).then(|| (format::share(of.value(at)), words))
}
