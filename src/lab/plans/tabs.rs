//! The tabs above the results: the run, and the questions on what to run. Arrow keys, Home and End move between them.

use crate::dom;
use crate::figure::signal::{attribute, text};
use crate::lab::state::Lab;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use warmpath_view::plans::Quest;

/// The tabs from left to right; `None` is the run's.
fn all() -> [Option<Quest>; 5] {
    let [goal, capacity, plan, tune] = Quest::ALL.map(Some);
    [None, goal, capacity, plan, tune]
}

/// The id of a tab's button.
pub(super) fn id(of: Option<Quest>) -> String {
    format!("lab-tab-{}", of.map_or("run", Quest::name))
}

/// The row of tabs, of which one is chosen.
#[component]
pub fn Tabs(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let go = move |of: Option<Quest>| {
        lab.show_tab(of);
        if let Some(button) = dom::by_id(&id(of)) {
            let _ = button.focus();
        }
    };
    let press = move |it: KeyboardEvent| {
        let (tabs, now) = (all(), lab.plans.tab.get_untracked());
        let at = tabs.iter().position(|it| *it == now).unwrap_or(0);
        let next = match it.key().as_str() {
            "ArrowRight" => (at + 1) % tabs.len(),
            "ArrowLeft" => (at + tabs.len() - 1) % tabs.len(),
            "Home" => 0,
            "End" => tabs.len() - 1,
            _ => return,
        };
        it.prevent_default();
        go(tabs[next]);
    };
    let tab = |of: Option<Quest>| {
        let is_shown = move || lab.plans.tab.get() == of;
        let index = text(move || if is_shown() { "0" } else { "-1" }.to_owned());
        let selected = text(move || is_shown().to_string());
        let controls = attribute(move || {
            is_shown().then(|| {
                if of.is_some() {
                    "lab-panel"
                } else {
                    "lab-run-panel"
                }
                .to_owned()
            })
        });
        view! {
            <button
                type="button"
                role="tab"
                id=id(of)
                tabindex=index
                aria-selected=selected
                aria-controls=controls
                on:click=move |_| go(of)
            >
                {of.map_or("Run", Quest::title)}
            </button>
        }
        .into_any()
    };
    let tabs = all().into_iter().map(tab).collect::<Vec<_>>();
    view! {
        <div class="tabs" role="tablist" aria-label="What is asked" on:keydown=press>
            {tabs}
        </div>
    }
    .into_any()
}
