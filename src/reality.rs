//! The reality check: the published benchmark simulated in the browser beside the measured figures, and two changes to it.
//!
//! Picture, tables and sentences are in the page as it is built. When the benchmark has been run here with all its rows, those of
//! that run replace them.

mod bench;
mod picture;
pub mod tables;

pub use bench::Bench;
pub use tables::{Opening, OpeningWhatIfs};

use crate::figure::rich::items;
use crate::figure::signal::{parts, text, when};
use crate::figure::{nodes, rows};
use crate::{dom, mount};
use leptos::ev::Custom;
use leptos::prelude::*;
use std::collections::VecDeque;
use warmpath_view::reality::picture::picture as drawn;
use warmpath_view::reality::tables::errors;
use warmpath_view::reality::{Experiment, Reality, WhatIf, sentences};
use web_sys::{Element, Event};

/// The events by which the button behind the figures (`reset.mjs`) asks for a reset, and for undoing it.
const RESET: &str = "warmpath-reality-reset";
const RESTORE: &str = "warmpath-reality-restore";

/// The button that runs the rows of the benchmark by which the model is judged, and the progress of the run.
#[component]
pub fn Rows(
    /// The state of the runs, which all parts of the reality check share.
    bench: Bench,
) -> impl IntoView {
    // The last complete set of figures that was run here; `None` before.
    let whole = RwSignal::new(None::<Reality>);
    Effect::new(move |_| {
        if bench.whole() {
            whole.set(Some(bench.reality.get()));
        }
    });
    // What the places held as the page was built, while they show runs made here.
    let before = StoredValue::new(None::<Vec<(String, String)>>);
    // Made outside the effect, because signals made in an effect end when it runs again.
    let reality = Signal::derive(move || whole.get().unwrap_or_default());
    Effect::new(move |shown: Option<bool>| {
        let now = whole.read().is_some();
        if now && shown != Some(true) {
            before.set_value(Some(contents()));
            take_over(reality);
        }
        if !now && let Some(contents) = before.try_update_value(Option::take).flatten() {
            for (id, html) in contents {
                if let Some(place) = dom::by_id(&id) {
                    place.set_inner_html(&html);
                    let _ = place.remove_attribute("data-live");
                }
            }
        }
        now
    });
    listen(bench, whole);
    let idle = when(move || !bench.busy());
    view! {
        <button type="button" id="reality-run" class="go" disabled=when(move || bench.busy()) on:click=move |_| bench.run_rows()>
            {text(move || if bench.whole() { "Run it with other seeds" } else { "Run it here" }.to_owned())}
        </button>
        <button type="button" id="reality-stop" disabled=idle on:click=move |_| bench.stop()>"Stop"</button>
        <progress id="reality-progress" max="1" aria-label="Progress" hidden=idle value=text(move || bench.progress().to_string())></progress>
        <span role="status" class="soft" id="reality-status">{text(move || bench.status_text())}</span>
    }
}

/// Tells the reset button whether there is anything to reset (`data-touched`), and does what the button asks for.
fn listen(bench: Bench, whole: RwSignal<Option<Reality>>) {
    let before = StoredValue::new(None);
    Effect::new(move || {
        let touched = bench.busy() || bench.failed() || *bench.reality.read() != Reality::default();
        if let Some(figure) = dom::by_id("figure-reality") {
            let _ = figure.toggle_attribute_with_force("data-touched", touched);
        }
    });
    window_event_listener(Custom::<Event>::new(RESET), move |_| {
        before.set_value(Some(bench.clear()));
        whole.set(None);
    });
    window_event_listener(Custom::<Event>::new(RESTORE), move |_| {
        if let Some((reality, seed)) = before.try_update_value(Option::take).flatten() {
            bench.seed.set(seed);
            bench.reality.set(reality);
        }
    });
}

/// The ids of the places that show runs.
fn places() -> Vec<String> {
    let fixed = ["reality-picture", "reality-tables", "reality-errors"];
    let said = tables::PARAGRAPHS.into_iter().map(|it| it.0);
    let said = [tables::SCORE].into_iter().chain(said);
    let said = said.flat_map(|id| [id.to_owned(), tables::brief_id(id)]);
    fixed.into_iter().map(str::to_owned).chain(said).collect()
}

/// The id of each of these places, and what it holds, as HTML.
fn contents() -> Vec<(String, String)> {
    let of = |id: String| dom::by_id(&id).map(|it| (id, it.inner_html()));
    places().into_iter().filter_map(of).collect()
}

/// Replaces the page's own picture, tables and sentences by those of the runs made here.
fn take_over(reality: Signal<Reality>) {
    mount::now("reality-picture", move || {
        parts(move || vec![picture::picture(drawn(&reality.read()))])
    });
    mount::now("reality-tables", move || {
        parts(move || vec![tables::tables(&reality.read())])
    });
    mount::now("reality-errors", move || {
        parts(move || vec![rows(&errors(&reality.read()))])
    });
    mount::now(tables::SCORE, move || {
        parts(move || items(&sentences::score(&reality.read())))
    });
    mount::now(&tables::brief_id(tables::SCORE), move || {
        parts(move || nodes(&sentences::score_in_brief(&reality.read())))
    });
    for (id, of, brief) in tables::PARAGRAPHS {
        for (id, of) in [(id.to_owned(), of), (tables::brief_id(id), brief)] {
            mount::now(&id, move || parts(move || nodes(&of(&reality.read()))));
        }
    }
}

/// The changes to the benchmark, each with its button.
#[component]
pub fn WhatIfs(
    /// The state of the runs, which all parts of the reality check share.
    bench: Bench,
    /// The page's own figures of the changes, which are printed on paper if nothing was run here.
    printed: Option<Element>,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    place.on_load(move |place| {
        if let Some(printed) = printed {
            // This fails only if the place is inside `printed`.
            let _ = place.append_child(&printed);
        }
    });
    let was_run_here = move || {
        let reality = bench.reality.read();
        WhatIf::ALL
            .iter()
            .any(|what| reality.changed(*what).is_some())
    };
    let card = move |what| view! { <Change bench what /> };
    view! {
        <div class="two">{WhatIf::ALL.into_iter().map(card).collect_view()}</div>
        <div class="printed" node_ref=place hidden=when(was_run_here)></div>
    }
}

/// A change to the benchmark: the button that runs it, its progress, and its results.
#[component]
fn Change(
    /// The state of the runs, which all parts of the reality check share.
    bench: Bench,
    /// The change to the benchmark.
    what: WhatIf,
) -> impl IntoView {
    let id = what.id();
    let mine = move || bench.wanted() == Some(Experiment::WhatIf(what));
    let runs = move || bench.busy() && mine();
    // An error of the run is shown here as well.
    let status = move || match runs() || (bench.failed() && mine()) {
        true => bench.status_text(),
        false => String::new(),
    };
    let sentence = move || sentences::what_if(&bench.reality.read(), what);
    view! {
        <div class="card">
            <h3>{what.question()}</h3>
            <p>{what.why()}</p>
            <div class="controls">
                <button type="button" class="go what-if" id=id disabled=when(move || bench.busy()) on:click=move |_| run(bench, what)>
                    {what.title()}
                </button>
                <progress
                    id=format!("{id}-progress")
                    max="1"
                    aria-label="Progress"
                    hidden=when(move || !runs())
                    value=text(move || bench.progress().to_string())
                ></progress>
                <span class="soft" role="status" id=format!("{id}-status")>{text(status)}</span>
            </div>
            <div class="scroll" id=format!("{id}-table") tabindex="0" role="region" aria-label=what.question()>
                {parts(move || vec![tables::what_if(&bench.reality.read(), what)])}
            </div>
            <p class="say" role="status" id=format!("{id}-said") hidden=when(move || sentence().is_empty())>
                {parts(move || nodes(&sentence()))}
            </p>
        </div>
    }
}

/// Runs a change, and before it the unchanged benchmark if that has not been run.
fn run(bench: Bench, what: WhatIf) {
    let mut parts = VecDeque::from([Experiment::WhatIf(what)]);
    let before = bench.reality.read_untracked().base(what).cloned();
    if before.is_none_or(|figures| figures.is_empty()) {
        parts.push_front(Experiment::Level(what.level()));
    }
    bench.run(parts);
}
