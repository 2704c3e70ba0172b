//! At what price the first policy answers first: its slowest answers, and its throughput.

use super::{NamedPolicy, SLIGHT, as_is};
use crate::format;
use crate::rich::{RichText, fill};
use warmpath_core::metrics::PLACES;

/// The sentence on the tail and the throughput of the first policy beside those of the slowest by median.
pub(super) fn price(first: NamedPolicy<'_>, last: NamedPolicy<'_>) -> RichText {
    let [p99, other] = [first, last].map(|it| it.value(PLACES.p99_ttft_ms));
    let [rate, slow] = [first, last].map(|it| it.value(PLACES.request_throughput));
    let but = if p99 > other * SLIGHT {
        "But its"
    } else {
        "Its"
    };
    fill(
        "{but} slowest 1\u{a0}% wait {p99} or longer ({last}: {other}); it completes {rate}\u{a0}requests/s ({last}: {slow}).",
        &[
            ("but", as_is(but)),
            ("p99", as_is(format::millis(p99))),
            ("last", last.again()),
            ("other", as_is(format::millis(other))),
            ("rate", as_is(format::figure(rate))),
            ("slow", as_is(format::figure(slow))),
        ],
    )
}
