//! The bar with Run and Stop, the progress, errors, and what Run waits for; it stays in view while the settings are.

use super::history::Undo;
use super::ready;
use super::refusals::{NotUnderstood, Waits};
use super::state::Lab;
use super::work::Status;
use crate::challenge::{ChallengeState, Tried};
use crate::dom;
use crate::figure::signal::{attribute, text, when};
use crate::figure::{Button, Line};
use crate::frames::on_frames;
use leptos::prelude::*;
use warmpath_view::controls::OPENING;
use warmpath_view::format;
use warmpath_view::plans::Quest;

/// The bar, with the challenge that is tried above it.
#[component]
pub fn Bar(
    /// The laboratory's state; copies share it.
    lab: Lab,
    /// The challenges, of which one may be tried here.
    dares: ChallengeState,
) -> AnyView {
    let waits = when(move || lab.is_busy() || lab.waits());
    let idle = when(move || !lab.is_busy());
    let no_sweep = when(move || lab.settings.lists.read().is_none());
    let name = text(move || name_of_run(lab).to_owned());
    let fault = text(move || lab.work.fault.get().unwrap_or_default());
    let nothing = when(move || !lab.is_shown() && lab.charts.shown.read().is_empty());
    let far = attribute(move || match &*lab.work.status.read() {
        Status::Busy { done, total, .. } if *total > 0.0 => Some((done / total).to_string()),
        _ => None,
    });
    // Where the page was scrolled to when Run was pressed, until that run has ended.
    let pressed = StoredValue::new(None::<f64>);
    let stop = move |()| {
        pressed.set_value(None);
        lab.stop();
    };
    let leave = move |()| {
        lab.remember();
        lab.settings.lists.set(None);
    };
    ready::when_in_view(lab);
    lead_on(lab, dares, pressed);
    view! {
        <div class="run-bar" id="lab-bar">
            <div id="challenge-tried"><Tried state=dares /></div>
            <NotUnderstood lab />
            <Line
                class="notice"
                role="alert"
                id="lab-fault"
                hidden=when(move || lab.work.fault.read().is_none())
            >
                {fault}
            </Line>
            <Waits lab />
            <div class="buttons">
                <button
                    type="button"
                    id="lab-run"
                    class="go"
                    aria-describedby="lab-waits"
                    aria-keyshortcuts="Control+Enter Meta+Enter"
                    title="Ctrl+Enter, or Cmd+Enter, runs from anywhere in the laboratory"
                    disabled=waits
                    on:click=move |_| {
                        pressed.set_value(Some(scrolled()));
                        lab.run();
                    }
                    on:pointerover=move |_| lab.warm_up()
                    on:pointerdown=move |_| lab.warm_up()
                    on:focusin=move |_| lab.warm_up()
                >
                    {name}
                </button>
                <Button id="lab-stop" disabled=idle click=stop>
                    "Stop"
                </Button>
                <Button id="lab-one" hidden=no_sweep click=leave>
                    "Leave the sweep"
                </Button>
                <div class="how-far">
                    <progress
                        id="lab-progress"
                        max="1"
                        aria-label="Progress"
                        hidden=idle
                        value=far
                    ></progress>
                    <span role="status" class="soft" id="lab-status">
                        {text(move || status_text(lab, None))}
                    </span>
                </div>
                <Button id="lab-see" hidden=nothing click=|()| see()>
                    "Results"
                </Button>
            </div>
            <Undo lab />
        </div>
    }
    .into_any()
}

/// What the button that runs is called now.
fn name_of_run(lab: Lab) -> &'static str {
    match lab.settings.lists.read().is_some() {
        true => "Run the sweep",
        false if lab.is_stored() && !lab.is_busy() && *lab.settings.query.read() == OPENING => {
            "Run it yourself"
        }
        false => "Run",
    }
}

/// Leads the reader on at the end of a run: from Stop, which can be pressed no more, to Run; and to where the outcome is to be seen.
/// `pressed` is where the page was scrolled to when Run was pressed \[px\].
fn lead_on(lab: Lab, dares: ChallengeState, pressed: StoredValue<Option<f64>>) {
    // The verdict on a challenge stands above Run and is taller than the text it replaces, so the page is scrolled if the bar
    // would be cut off. Where the results are below the settings, a reader who has stayed at Run is led to them, unless a
    // challenge is tried.
    Effect::new(move |_| {
        if lab.is_busy() {
            return;
        }
        // Stop can be pressed no more, so who is at it goes on from Run, or from the results.
        let at_stop = dom::has_focus("lab-stop");
        let from = pressed.try_update_value(Option::take).flatten();
        if at_stop {
            on_frames(|_| {
                if let Some(run) = dom::by_id("lab-run") {
                    let _ = run.focus();
                }
                false
            });
        }
        let well =
            lab.work.fault.with_untracked(Option::is_none) && !lab.work.asked.get_value().unasked;
        if well && untrack(|| lab.is_shown()) {
            on_frames(move |_| {
                let stayed = from.is_some_and(|from| (scrolled() - from).abs() < 8.0);
                match stayed && is_narrow() && !dares.is_trying() {
                    true => see(),
                    false => keep_in_sight(),
                }
                false
            });
        }
    });
}

/// How far the page is scrolled \[px\].
fn scrolled() -> f64 {
    let window = dom::window();
    window.and_then(|it| it.scroll_y().ok()).unwrap_or(0.0)
}

/// Whether the results are below the settings, and not beside them: only then do the style sheets show the button that leads
/// to them.
fn is_narrow() -> bool {
    dom::by_id("lab-see").is_some_and(|it| it.offset_width() > 0)
}

/// Leads to the results, with the focus too.
fn see() {
    if let Some(output) = dom::by_id("lab-output") {
        output.scroll_into_view();
        let _ = output.focus();
    }
}

/// Scrolls the page so that the window's edge does not cut through the bar.
fn keep_in_sight() {
    let (Some(window), Some(bar)) = (dom::window(), dom::by_id("lab-bar")) else {
        return;
    };
    let height = window.inner_height().ok().and_then(|it| it.as_f64());
    let at = bar.get_bounding_client_rect();
    let cut = at.bottom() - height.unwrap_or(f64::INFINITY);
    if cut > 0.0 && at.top() < at.bottom() - cut {
        window.scroll_by_with_x_and_y(0.0, cut);
    }
}

/// What the laboratory does, in words, to be shown beside a question's button, or beside Run (`None`). The message about what has
/// ended is shown at one place only: a question's beside its own button, any other beside Run.
pub(super) fn status_text(lab: Lab, beside: Option<Quest>) -> String {
    match &*lab.work.status.read() {
        Status::Ended(_) if lab.plans.status_about.get() != beside => String::new(),
        status => words(status),
    }
}

/// A status in words.
fn words(status: &Status) -> String {
    match status {
        Status::Idle => String::new(),
        Status::Ended(text) => text.clone(),
        Status::Busy {
            what,
            done,
            total,
            left,
        } if *total > 0.0 => {
            let left = left.map_or(String::new(), time_left);
            format!("{what}: {}{left}", format::share(done / total))
        }
        Status::Busy { what, .. } => format!("{what} …"),
    }
}

/// The remaining time \[s\] in words, in whole seconds or minutes, as it is only an estimate.
fn time_left(seconds: f64) -> String {
    let (value, unit) = match seconds {
        ..=90.0 => (seconds, "s"),
        _ => (seconds / 60.0, "min"),
    };
    let whole = format::count(value as u64 + 1);
    format!(", about {whole}{}{unit} left", format::GAP)
}
