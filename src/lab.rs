//! The laboratory: a scenario, its controls, a run in the worker, and what came of it.

mod address;
mod answers;
pub mod charts;
pub mod controls;
pub mod drop;
pub mod forks;
pub mod formula;
pub mod policies;
mod ready;
mod refusals;
pub mod results;
pub mod settings;
pub mod state;
pub mod sweeps;

pub use state::Lab;

use crate::challenge::{ChallengeState, Tried};
use crate::dom;
use crate::figure::{Sheet, sheet};
use leptos::prelude::*;
use state::Status;
use warmpath_view::lab::refusals::ignored;
use warmpath_view::{format, lab as markup};
use wasm_bindgen::JsCast as _;

/// The station.
#[component]
pub fn LabStation(
    /// The laboratory, which others read too.
    lab: Lab,
    /// The challenges, of which one may be tried here.
    dares: ChallengeState,
) -> impl IntoView {
    let rate = lab.scenario.read_untracked().rate;
    sheet(markup::station(rate), move |sheet| {
        controls::wire(sheet, lab);
        settings::wire(sheet, lab);
        drop::wire(sheet, lab);
        policies::wire(sheet, lab);
        formula::wire(sheet, lab);
        sweeps::wire(sheet, lab);
        refusals::wire(sheet, lab);
        run(sheet, lab);
        if let Some(place) = sheet.part("#challenge-tried") {
            let tried = move || view! { <Tried state=dares /> };
            leptos::mount::mount_to(place.unchecked_into(), tried).forget();
        }
        ready::wire(sheet, lab);
        results::wire(sheet, lab);
        forks::wire(sheet, lab);
        leptos::task::spawn_local(charts::rehearse());
    })
}

/// Run and Stop, how far it is, and what went wrong.
fn run(sheet: &Sheet, lab: Lab) {
    sheet.on("click", "#lab-run", move |_| lab.run());
    sheet.on("click", "#lab-stop", move |_| lab.stop());
    sheet.on("click", "#lab-one", move |_| lab.lists.set(None));
    sheet.hidden("#lab-one", move || lab.lists.read().is_none());
    sheet.text("#lab-run", move || {
        let swept = lab.lists.read().is_some();
        if swept { "Run the sweep" } else { "Run" }.to_owned()
    });
    // On a narrow screen the results are far below.
    sheet.on("click", "#lab-see", |_| {
        if let Some(output) = dom::by_id("lab-output") {
            output.scroll_into_view();
            let _ = output.focus();
        }
    });
    sheet.hidden("#lab-see", move || {
        lab.outcome.read().is_none() && lab.charts.read().is_empty()
    });
    sheet.inside("#lab-ignored", move || ignored(&lab.ignored.read()));
    sheet.hidden("#lab-ignored", move || lab.ignored.read().is_empty());
    sheet.text("#lab-fault", move || lab.fault.get().unwrap_or_default());
    sheet.hidden("#lab-fault", move || lab.fault.read().is_none());
    sheet.follow(move |sheet| {
        let (text, share) = match &*lab.status.read() {
            Status::Idle => (String::new(), None),
            Status::Said(text) => (text.clone(), None),
            Status::Busy { what, done, total } if *total > 0.0 => {
                let share = done / total;
                (format!("{what}: {}", format::share(share)), Some(share))
            }
            Status::Busy { what, .. } => (format!("{what} …"), None),
        };
        let busy = matches!(*lab.status.read(), Status::Busy { .. });
        let [on, off] = [busy, !busy].map(|it| it.then_some(""));
        let waits = (busy || lab.waits()).then_some("");
        for button in ["#lab-run", "#sweep-run", "#sweep-turn"] {
            sheet.mark(button, "disabled", waits);
        }
        sheet.mark("#lab-stop", "disabled", off);
        sheet.mark("#lab-progress", "hidden", off);
        let share = share.map(|it| it.to_string());
        sheet.mark("#lab-progress", "value", share.as_deref());
        sheet.fill("#lab-status", &warmpath_view::markup::escape(&text));
        sheet.mark("#lab-output", "aria-busy", on.map(|_| "true"));
    });
}
