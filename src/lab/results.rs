//! What came of a run: charts, the comparison, and how to have it again.

use super::state::Lab;
use super::table::Comparison;
use crate::chart::{ChartFigure, Kind};
use crate::dom;
use leptos::prelude::*;
use warmpath_core::scenario::Scenario;
use wasm_bindgen_futures::JsFuture;

/// The results, once there are any.
#[component]
pub fn Results(
    /// The laboratory.
    lab: Lab,
    /// Changes when the colours or the width do.
    redraw: Signal<u32>,
) -> impl IntoView {
    let curves = lab.curves;
    // The charts stay in place while their content changes; only the first curve brings them in.
    let any = Memo::new(move |_| !curves.read().is_empty());
    let stale = move || {
        let outcome = lab.outcome.read();
        outcome
            .as_ref()
            .is_some_and(|it| Scenario::from_query(&it.query).as_ref() != Ok(&*lab.scenario.read()))
    };
    view! {
        <Show when=move || any.get()>
            <div class="two">
                <ChartFigure kind=Kind::Ttft curves redraw />
                <ChartFigure kind=Kind::Rate curves redraw />
            </div>
        </Show>
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
    let download = move |_| {
        let outcome = lab.outcome.read_untracked();
        if let Some(outcome) = outcome.as_ref()
            && dom::download("warmpath-report.json", "application/json", &outcome.json).is_err()
        {
            lab.fault.set(Some(
                "The report could not be handed over as a file.".to_owned(),
            ));
        }
    };
    view! {
        <div class="repeat">
            <p class="soft">"The same bytes from the command line:"</p>
            <div class="line">
                <code id="lab-command">{line}</code>
                <button type="button" on:click=copy>{copied}</button>
            </div>
            <button type="button" id="lab-download" on:click=download>"Download the report as JSON"</button>
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
