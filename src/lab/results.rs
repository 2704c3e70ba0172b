//! What came of a run: charts, the comparison, and how to have it again.

use super::exports::Exports;
use super::state::Lab;
use super::table::Comparison;
use crate::chart::ChartFigure;
use crate::dom;
use leptos::prelude::*;
use warmpath_core::scenario::Scenario;
use warmpath_view::chart::{Chart, content, sweep};
use wasm_bindgen_futures::JsFuture;

/// Policies whose curves can be told apart.
const MOST: usize = 4;

/// The results, once there are any.
#[component]
pub fn Results(
    /// The laboratory.
    lab: Lab,
    /// Changes when the colours or the width do.
    redraw: Signal<u32>,
) -> impl IntoView {
    // The curves as they grow, then what a sweep comes to.
    let charts = Memo::new(move |_| {
        let courses = lab.courses.read();
        let mut charts = match courses.len() {
            1..=MOST => content::of_courses(&courses),
            _ => Vec::new(),
        };
        let report = lab
            .outcome
            .with(|it| it.as_ref().and_then(|it| it.report()));
        charts.extend(report.iter().flat_map(sweep::of_report));
        charts
    });
    let keys = move || charts.with(|all| all.iter().map(Chart::key).collect::<Vec<_>>());
    let figure = move |key: &'static str| {
        let chart = Signal::derive(move || {
            charts.with(|all| all.iter().find(|it| it.key() == key).cloned())
        });
        view! { <ChartFigure chart redraw /> }
    };
    let stale = move || {
        let outcome = lab.outcome.read();
        outcome
            .as_ref()
            .is_some_and(|it| Scenario::from_query(&it.query).as_ref() != Ok(&*lab.scenario.read()))
    };
    view! {
        // The charts stay in place while their content changes; only the first curve brings them in.
        <div class="two charts">
            <For each=keys key=|key| *key children=figure />
        </div>
        <Show when=move || lab.outcome.read().is_some()>
            <div class="card" id="lab-results">
                <p class="notice" hidden=move || !stale()>"The controls have changed since this run: run again to see their scenario."</p>
                <Comparison lab />
                <p class="soft">{move || lab.outcome.read().as_ref().map(|it| it.provenance.clone())}</p>
                <ul class="notes soft">
                    {move || {
                        let notes = lab.outcome.read().as_ref().map(|it| it.notes.clone()).unwrap_or_default();
                        notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()
                    }}
                </ul>
                <Repeat lab />
                <Exports lab />
            </div>
        </Show>
    }
}

/// The command line that gives the same bytes, and the report itself.
#[component]
fn Repeat(lab: Lab) -> impl IntoView {
    let line = Memo::new(move |_| {
        lab.outcome
            .read()
            .as_ref()
            .map(|it| command(&it.query))
            .unwrap_or_default()
    });
    let copied = RwSignal::new("Copy");
    let copy = move |_| {
        let Some(window) = dom::window() else { return };
        let done = window
            .navigator()
            .clipboard()
            .write_text(&line.get_untracked());
        leptos::task::spawn_local(async move {
            copied.set(if JsFuture::from(done).await.is_ok() {
                "Copied"
            } else {
                "Not allowed"
            });
            set_timeout(
                move || copied.set("Copy"),
                core::time::Duration::from_secs(3),
            );
        });
    };
    view! {
        <div class="repeat">
            <p class="soft">"The same bytes from the command line:"</p>
            <div class="line">
                <code id="lab-command">{line}</code>
                <button type="button" on:click=copy>{copied}</button>
            </div>
        </div>
    }
}

/// The command for a scenario. A file has to be named by its path; its hash is told by the report.
fn command(query: &str) -> String {
    let Ok(scenario) = Scenario::from_query(query) else {
        return String::new();
    };
    let file = scenario
        .workload
        .rsplit_once('~')
        .filter(|(name, hash)| !name.is_empty() && hash.len() == 16);
    let (query, workload) = match file {
        None => (query.to_owned(), String::new()),
        Some((name, _)) => {
            let rest: Vec<&str> = query
                .split('&')
                .filter(|pair| !pair.starts_with("w="))
                .collect();
            (
                rest.join("&"),
                format!(" --workload '{}'", name.replace('\'', "'\\''")),
            )
        }
    };
    format!("warmpath replay '{query}'{workload} --format json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_by_its_path() {
        assert_eq!(
            command("v=1&r=8"),
            "warmpath replay 'v=1&r=8' --format json"
        );
        assert_eq!(
            command("v=1&w=chats.json~0123456789abcdef&r=8"),
            "warmpath replay 'v=1&r=8' --workload 'chats.json' --format json"
        );
    }
}
