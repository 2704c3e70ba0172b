//! The opening figure: the published benchmark's two mean times to first token as bars that grow in real time. The page
//! shows them complete; `assets/race.mjs` runs them when the reader asks for it.

use crate::figure::rich::{bold, span};
use leptos::prelude::*;
use warmpath_core::reference::kubeai::{KEYS, PublishedRow, ROWS};
use warmpath_view::format;

/// For each bar: where a request goes, in words; the benchmark's policy; the class of its colour.
const LANES: [(&str, &str, &str); 2] = [
    (
        "each prompt to where its beginning was before",
        "chwbl",
        "warm",
    ),
    (
        "each prompt to the GPU with the fewest active requests: nearly all of it is waiting",
        "least-load",
        "queue",
    ),
];
/// The number of concurrent requests in the benchmark's rows that are shown.
const CONCURRENCY: u32 = 1600;

/// The published mean time to first token under a policy \[ms\].
fn measured(policy: &str) -> f64 {
    let row = |row: &&PublishedRow| row.policy == policy && row.concurrency == CONCURRENCY;
    let place = KEYS.iter().position(|key| *key == "mean_ttft_ms");
    let found = ROWS.iter().find(row).zip(place);
    found.map_or(f64::NAN, |(row, at)| row.measured[at])
}

/// The bars as they are in the page before any program is loaded: complete.
#[component]
pub fn Race() -> impl IntoView {
    let longest = LANES
        .map(|lane| measured(lane.1))
        .into_iter()
        .fold(0.0, f64::max);
    let lane = |(asked, policy, class): (&'static str, &str, &'static str)| {
        let ms = measured(policy);
        let width = warmpath_core::decimal::fixed(ms / longest * 100.0, 2);
        view! {
            <li data-ms=ms.to_string()>
                {span("asked", asked.to_owned())}
                {bold(None, format::millis(ms))}
                <svg class="strip" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect class=class width=width height="10" />
                </svg>
            </li>
        }
        .into_any()
    };
    view! {
        <ol>{LANES.map(lane).into_iter().collect::<Vec<_>>()}</ol>
        <p>
            <button type="button" class="go" id="race-go" hidden>"Ask twice"</button>
            " "
            <span class="soft" id="race-said" role="status"></span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_are_the_published_times() {
        assert_eq!(measured("chwbl"), 196.13);
        assert_eq!(measured("least-load"), 10579.01);
    }
}
