//! The comparison: a row a figure, a column a policy, each with its difference to the first.

use super::state::Lab;
use leptos::prelude::*;
use warmpath_core::metrics::{Better, FIGURES, Figure, Summary};
use warmpath_view::format;

/// The figures to show first.
const FIRST: [&str; 12] = [
    "completed",
    "request_throughput",
    "output_throughput",
    "mean_ttft_ms",
    "median_ttft_ms",
    "p99_ttft_ms",
    "median_tpot_ms",
    "mean_e2el_ms",
    "token_reuse_rate",
    "cache_hit_rate",
    "imbalance",
    "preemptions",
];

/// A figure's value with its unit.
fn shown(figure: &Figure, value: f64) -> String {
    match figure.unit {
        "ms" => format::millis(value),
        "s" => format::seconds(value),
        "share" => format::share(value),
        _ if figure.whole && value == value.trunc() => format::count(value as u64),
        "" | "times" | "requests" => format::figure(value),
        unit => format!("{}{}{unit}", format::figure(value), format::GAP),
    }
}

/// Whether a difference is for the better; nothing if neither way is.
fn verdict(figure: &Figure, value: f64, base: f64) -> &'static str {
    match figure.better {
        Better::Lower if value < base => "better",
        Better::Higher if value > base => "better",
        Better::Lower | Better::Higher if value != base => "worse",
        _ => "",
    }
}

/// The table.
#[component]
pub fn Comparison(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let every = RwSignal::new(false);
    let head = move || {
        let outcome = lab.outcome.read();
        let summaries = outcome.as_ref().map(|it| it.summaries.clone());
        let name = |(at, it): (usize, Summary)| view! { <th scope="col"><span class=format!("curve-{}", at % 4)>{it.policy}</span></th> };
        summaries
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(name)
            .collect_view()
    };
    let body = move || {
        let outcome = lab.outcome.read();
        let summaries = outcome.as_ref().map(|it| it.summaries.clone());
        let summaries = summaries.unwrap_or_default();
        let wanted = FIGURES
            .iter()
            .enumerate()
            .filter(|(_, figure)| every.get() || FIRST.contains(&figure.key));
        wanted
            .map(|(at, figure)| row(figure, summaries.iter().map(|it| it.values[at]).collect()))
            .collect_view()
    };
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Comparison of the policies">
            <table class="numbers" id="lab-table">
                <thead><tr><td></td>{head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        <button type="button" aria-pressed=move || if every.get() { "true" } else { "false" } on:click=move |_| every.update(|it| *it = !*it)>
            {move || if every.get() { "Fewer figures" } else { "All figures" }}
        </button>
    }
}

fn row(figure: &'static Figure, values: Vec<f64>) -> impl IntoView {
    let base = values.first().copied().unwrap_or(f64::NAN);
    let cell = move |(at, value): (usize, f64)| {
        let delta = (at > 0).then(|| view! { <small class=verdict(figure, value, base)>{format::delta(value, base)}</small> });
        view! { <td>{shown(figure, value)}" "{delta}</td> }
    };
    view! {
        <tr data-key=figure.key>
            <th scope="row">{figure.title}</th>
            {values.into_iter().enumerate().map(cell).collect_view()}
        </tr>
    }
}
