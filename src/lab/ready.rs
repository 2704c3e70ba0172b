//! Prepares for a run before it is asked for: when Run is pointed at, pressed or focused; and, since a finger does not
//! point before it presses, when the laboratory has come into view and the browser is idle.
//!
//! Nothing is run, and nothing is fetched until Run is at hand: a workload that is a trace is fetched only then.

use super::state::Lab;
use crate::dom;
use crate::figure::signal::follow;
use crate::mount::when_seen;
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_core::workload::named::Source;
use warmpath_view::lab::settings::workload;
use wasm_bindgen::prelude::*;

/// How long a scenario must stay unchanged before the worker prepares for it \[ms\].
const STAYS: u32 = 400;

/// Once the laboratory has come into view, prepares for each scenario that stays unchanged for a moment, if its workload is
/// generated.
pub(super) fn when_in_view(lab: Lab) {
    let seen = RwSignal::new(false);
    // The settings are in the page only after this task.
    spawn_local(async move {
        when_seen(&["lab-settings"], "0px", Box::new(move || seen.set(true)));
    });
    follow(move || {
        let form = lab.settings.form.read();
        let generated = workload(form.text("workload"))
            .is_some_and(|it| matches!(it.source, Source::Generated));
        drop(form);
        if seen.get() && generated {
            spawn_local(when_it_stays(lab));
        }
    });
}

async fn when_it_stays(lab: Lab) {
    let before = lab.settings.query.get_untracked();
    gloo_timers::future::TimeoutFuture::new(STAYS).await;
    if *lab.settings.query.read_untracked() == before {
        idle(move || lab.warm_up());
    }
}

/// Calls `then` when the browser is idle; at once if the browser cannot tell when that is.
fn idle(then: impl FnOnce() + Clone + 'static) {
    let call = Closure::once_into_js(then.clone());
    let asked = dom::window().map(|it| it.request_idle_callback(call.unchecked_ref()));
    if !matches!(asked, Some(Ok(_))) {
        then();
    }
}
