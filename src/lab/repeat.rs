//! How to have a run again: the command line that gives the same bytes.

use super::state::Lab;
use crate::dom;
use leptos::prelude::*;
use warmpath_core::scenario::Scenario;
use wasm_bindgen_futures::JsFuture;

/// The command line that gives the same bytes, and the report itself.
#[component]
pub fn Repeat(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let line = Memo::new(move |_| {
        lab.outcome
            .read()
            .as_ref()
            .map(|it| command(&it.query, &lab.shown.read().1))
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
            <p class="soft">"Run this natively, to the same bytes:"</p>
            <div class="line">
                <code id="lab-command" tabindex="0">{line}</code>
                <button type="button" on:click=copy>{copied}</button>
            </div>
        </div>
    }
}

/// The command for a scenario. A file has to be named by its path; its hash is told by the report.
fn command(query: &str, options: &str) -> String {
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
    format!("warmpath replay '{query}'{workload}{options} --format json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_by_its_path() {
        assert_eq!(
            command("v=1&r=8", ""),
            "warmpath replay 'v=1&r=8' --format json"
        );
        assert_eq!(
            command("v=1&w=chats.json~0123456789abcdef&r=8", ""),
            "warmpath replay 'v=1&r=8' --workload 'chats.json' --format json"
        );
        assert_eq!(
            command("v=1", " --rate 1,2"),
            "warmpath replay 'v=1' --rate 1,2 --format json"
        );
    }
}
