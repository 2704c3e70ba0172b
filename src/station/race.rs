//! The hook: the published benchmark's two mean times to first token as bars at true time. It stands in the page as it ends;
//! `assets/race.mjs` runs it when the reader asks for that.

use crate::figure::rich::{bold, span};
use leptos::prelude::*;
use warmpath_core::reference::kubeai::{KEYS, ROWS, Row};
use warmpath_view::format;

/// What is asked, under which of the benchmark's policies, and the colour of what the wait is spent on.
const LANES: [(&str, &str, &str); 2] = [
    ("where the prompt is warm", "chwbl", "warm"),
    ("next door", "least-load", "cold"),
];
/// Requests at once in the benchmark's rows.
const CONCURRENCY: u32 = 1600;

/// The published mean time to first token of a policy \[ms\].
fn measured(policy: &str) -> f64 {
    let row = |row: &&Row| row.policy == policy && row.concurrency == CONCURRENCY;
    let place = KEYS.iter().position(|key| *key == "mean_ttft_ms");
    let found = ROWS.iter().find(row).zip(place);
    found.map_or(f64::NAN, |(row, at)| row.measured[at])
}

/// The race as the page has it from the start, and without a script: over.
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
