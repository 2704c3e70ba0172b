//! The laboratory: a scenario, its controls, a run in the worker, and what came of it.

mod address;
mod answers;
pub mod control;
pub mod controls;
pub mod drop;
pub mod exports;
pub mod forks;
pub mod formula;
pub mod policies;
pub mod repeat;
pub mod results;
pub mod settings;
pub mod state;
pub mod sweeps;
pub mod table;
pub mod workload;

pub use state::Lab;

use controls::Controls;
use leptos::prelude::*;
use results::Results;
use state::Status;
use warmpath_view::format;

/// The station.
#[component]
pub fn LabStation(
    /// The laboratory, which others read too.
    lab: Lab,
    /// Changes when the colours or the width do.
    #[prop(into)]
    redraw: Signal<u32>,
) -> impl IntoView {
    let busy = move || matches!(*lab.status.read(), Status::Busy { .. });
    let status = move || match &*lab.status.read() {
        Status::Idle => String::new(),
        Status::Busy { what, done, total } if *total > 0.0 => {
            format!("{what}: {}", format::share(done / total))
        }
        Status::Busy { what, .. } => format!("{what} …"),
        Status::Said(text) => text.clone(),
    };
    let share = move || match &*lab.status.read() {
        Status::Busy { done, total, .. } if *total > 0.0 => Some((done / total).to_string()),
        _ => None,
    };
    view! {
        <div class="card lab">
            <Controls lab />
            <p class="notice" role="alert" hidden=move || lab.fault.read().is_none()>{move || lab.fault.get()}</p>
            <div class="controls">
                <button
                    type="button"
                    id="lab-run"
                    class="go"
                    disabled=busy
                    on:pointerenter=move |_| lab.warm_up()
                    on:focus=move |_| lab.warm_up()
                    on:click=move |_| lab.run()
                >
                    "Run"
                </button>
                <button type="button" id="lab-stop" disabled=move || !busy() on:click=move |_| lab.stop()>"Stop"</button>
                <progress hidden=move || !busy() max="1" prop:value=share aria-label="Progress"></progress>
                <span role="status" class="soft" id="lab-status">{status}</span>
            </div>
        </div>
        <Results lab redraw />
    }
}
