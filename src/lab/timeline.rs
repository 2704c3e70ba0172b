//! The events on a timeline: a slider for each on one scale, and a way to add another. The text field and the timeline edit
//! the same scenario, so they always agree.

use super::control::{Choose, fixed};
use super::results::of_outcome;
use super::state::Lab;
use crate::figure::elements::label;
use crate::figure::signal::{parts, text, when};
use crate::figure::{Button, Region, axis};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_core::decimal::real;
use warmpath_core::metrics::PLACES;
use warmpath_view::lab::control::{Choice, choices};
use warmpath_view::lab::timeline::{self, PLACED, TimelineRow};

/// The events of the scenario as a timeline that can be edited.
#[component]
pub fn Timeline(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let set = move |text: String| lab.set("events", &text);
    let end = Memo::new(move |_| {
        let ran = of_outcome(lab, |it| {
            let all = it.summaries.iter().map(|it| it.values[PLACES.duration]);
            all.fold(0.0, f64::max)
        });
        timeline::end(&timeline::rows(&lab.settings.form.read()), ran)
    });
    // Each row follows its event in place, because a slider that was made anew at every movement could not be dragged.
    let all = Memo::new(move |_| timeline::rows(&lab.settings.form.read()));
    let count = Memo::new(move |_| all.read().len());
    let row = move |at: usize| {
        let row_text = move |of: fn(&TimelineRow) -> String| {
            text(move || all.read().get(at).map_or_else(String::new, of))
        };
        let moved = move |event| {
            if let Some(to) = real(&event_target_value(&event)) {
                // A statement of its own, so that the guard of the read is dropped before `set` writes the signal.
                let moved = timeline::moved(&lab.settings.form.read_untracked(), at, to);
                set(moved);
            }
        };
        let away = move |()| {
            let rest = timeline::without(&lab.settings.form.read_untracked(), at);
            set(rest);
        };
        let gone = row_text(|row| format!("Take away: {}, {}", row.what, row.when));
        view! {
            <li>
                <span class="what">{row_text(|row| row.what.clone())}", "<b>{row_text(|row| row.when.clone())}</b></span>
                <input
                    type="range"
                    min="0"
                    step="0.5"
                    max=move || end.get().to_string()
                    prop:value=row_text(|row| row.at.to_string())
                    aria-label=row_text(|row| format!("When {}", row.what))
                    aria-valuetext=row_text(|row| row.when.clone())
                    on:input=moved
                />
                <Button class="small" name=gone click=away>
                    "×"
                </Button>
            </li>
        }
        .into_any()
    };
    let rows = move || (0..count.get()).map(row).collect::<Vec<_>>();
    let scale = move || vec![axis(timeline::axis(end.get()))];
    let none = when(move || lab.settings.form.read().text("events").is_empty());
    let (what, whom) = (RwSignal::new("0".to_owned()), RwSignal::new("1".to_owned()));
    let kind = |(at, it): (usize, &(&'static str, &str, &str))| Choice {
        value: at.to_string(),
        shown: it.0.to_owned(),
        about: String::new(),
    };
    let kinds = fixed(PLACED.iter().enumerate().map(kind).collect());
    let number = |of: String| of.parse().unwrap_or(0u32);
    let kind_of_event = move || number(what.get()) as usize;
    let numbers = Arc::new(move || {
        let offered = timeline::numbers_offered(&lab.settings.form.read(), kind_of_event());
        let all: Vec<String> = offered.map(|it| it.to_string()).collect();
        choices(all.iter().map(String::as_str))
    });
    // What was chosen may not be offered for another kind of event.
    let chosen = text(move || {
        let form = lab.settings.form.read();
        timeline::nearest_offered(&form, kind_of_event(), number(whom.get())).to_string()
    });
    let place = move |()| {
        let placed = timeline::placed(
            &lab.settings.form.read_untracked(),
            number(what.get_untracked()) as usize,
            number(whom.get_untracked()),
        );
        set(placed);
    };
    view! {
        <Region class="timeline" id="lab-timeline" name=text(|| "The events on a timeline".to_owned()) role="group">
            <ol>{parts(rows)}</ol>
            <Region class="scale" hidden=none>
                {parts(scale)}
            </Region>
            <Region class="place">
                {label("lab-place", vec!["Place".into_any()])}
                <Choose lab id="lab-place" value=what.into() change=move |it| what.set(it) choices=kinds />
                {label("lab-place-whom", vec!["number".into_any()])}
                <Choose lab id="lab-place-whom" value=chosen change=move |it| whom.set(it) choices=numbers />
                <Button id="lab-place-it" click=place>
                    "Place it"
                </Button>
            </Region>
        </Region>
    }
    .into_any()
}
