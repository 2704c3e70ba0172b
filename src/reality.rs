//! The reality check: the published benchmark run here, beside what was measured, and two changes to it.
//!
//! The tables stand in the page; a run here takes their place when it is whole.

mod bench;

pub use bench::Bench;

use crate::dom;
use crate::figure::Sentence;
use leptos::prelude::*;
use std::collections::VecDeque;
use warmpath_view::markup::said;
use warmpath_view::reality::{Part, WhatIf, markup, say};

/// The button that runs the judged rows, and what goes on.
#[component]
pub fn Rows(
    /// What runs them.
    bench: Bench,
) -> impl IntoView {
    Effect::new(move |_| {
        if !bench.whole() {
            return;
        }
        let reality = bench.reality.read();
        let shown = [
            ("reality-tables", markup::tables(&reality)),
            ("reality-score", said(&say::score(&reality))),
            ("reality-why", said(&say::why(&reality))),
            ("reality-errors", markup::errors(&reality)),
        ];
        for (id, inside) in shown {
            if let Some(place) = dom::by_id(id) {
                place.set_inner_html(&inside);
            }
        }
    });
    let label = move || {
        if bench.whole() {
            "Run it with other seeds"
        } else {
            "Run it here"
        }
    };
    let share = move || bench.progress().to_string();
    view! {
        <button type="button" id="reality-run" class="go" disabled=move || bench.busy() on:click=move |_| bench.run_rows()>{label}</button>
        <button type="button" id="reality-stop" disabled=move || !bench.busy() on:click=move |_| bench.stop()>"Stop"</button>
        <progress hidden=move || !bench.busy() max="1" prop:value=share aria-label="Progress"></progress>
        <span role="status" class="soft" id="reality-status">{move || bench.told()}</span>
    }
}

/// The two changes, each with its button.
#[component]
pub fn WhatIfs(
    /// What runs them.
    bench: Bench,
) -> impl IntoView {
    let each = move |what: WhatIf| {
        let run = move |_| {
            let mut parts = VecDeque::from([Part::WhatIf(what)]);
            let before = bench.reality.read_untracked().base(what).cloned();
            if before.is_none_or(|figures| figures.is_empty()) {
                parts.push_front(Part::Level(what.level()));
            }
            bench.run(parts);
        };
        let table = move || markup::what_if(&bench.reality.read(), what);
        let words = Signal::derive(move || say::what_if(&bench.reality.read(), what));
        view! {
            <div class="card">
                <h3>{what.question()}</h3>
                <p>{what.why()}</p>
                <button type="button" class="go" id=what.id() disabled=move || bench.busy() on:click=run>{what.title()}</button>
                <div class="scroll" inner_html=table></div>
                <Sentence said=words live=true />
            </div>
        }
    };
    view! { <div class="two">{WhatIf::ALL.map(each).into_iter().collect_view()}</div> }
}
