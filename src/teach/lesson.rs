//! The lesson, which an address asks for (`?lesson`): three stops, each with questions to predict, reveal and explain, and
//! a check at the end. Figures are computed when they are revealed. A reader's answers are not stored and do not leave the
//! tab.

mod check;
mod prediction;

use crate::dom;
use crate::figure::signal::parts;
use leptos::prelude::*;
use warmpath_view::teach::lesson::{MINUTES, STOPS, Stop};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The id of the lesson's section.
const SECTION: &str = "lesson";

/// Puts the lesson before the first station, if the address asks for it.
pub fn begin() {
    let search = dom::window().and_then(|it| it.location().search().ok());
    let search = search.unwrap_or_default();
    let asked = search.trim_start_matches('?').split('&');
    if !asked
        .into_iter()
        .any(|piece| piece.split('=').next() == Some(SECTION))
    {
        return;
    }
    let (Some(document), Some(first)) = (dom::document(), dom::by_id("one-gpu")) else {
        return;
    };
    let Ok(section) = document.create_element("section") else {
        return;
    };
    section.set_id(SECTION);
    let _ = section.set_attribute("aria-labelledby", "lesson-title");
    if first.before_with_node_1(&section).is_err() {
        return;
    }
    let Some(place) = dom::by_id(SECTION) else {
        return;
    };
    leptos::mount::mount_to(place.clone(), || view! { <Lesson /> }).forget();
    // A reader who asked for the lesson and for no other place is brought to it.
    let hash = dom::window().and_then(|it| it.location().hash().ok());
    if hash.is_none_or(|it| it.is_empty() || it == "#lesson") {
        place.scroll_into_view();
    }
}

/// The stop that the reader is at, counted from 0; one beyond the last stop is the check.
type LessonStop = RwSignal<usize>;

/// The whole lesson, which shows one stop at a time.
#[component]
fn Lesson() -> impl IntoView {
    let at: LessonStop = RwSignal::new(0);
    let step = move |number: usize| {
        let title = STOPS.get(number).map_or("The check", |it| it.title);
        let current = move || (at.get() == number).then_some("step");
        view! {
            <li>
                <button type="button" aria-current=current on:click=move |_| at.set(number)>
                    {format!("{} · {title}", number + 1)}
                </button>
            </li>
        }
    };
    // All stops stay in the document, so that a stop is as the reader left it when they come back.
    let stops = STOPS
        .iter()
        .enumerate()
        .map(|(number, it)| stop(number, it, at))
        .collect::<Vec<_>>();
    let about = format!(
        "Three stops of {MINUTES} minutes: predict, reveal, explain. Then ten questions. Nothing you answer is kept or sent anywhere: \
         when you reload or close this page it is gone, and the lesson is at its beginning."
    );
    view! {
        <p class="kicker">"Lesson"</p>
        <h2 id="lesson-title">"Where should a prompt go, and why?"</h2>
        <p class="lead">{about}</p>
        <div class="card lesson">
            <ol class="lesson-steps" aria-label="The lesson's parts">{(0..=STOPS.len()).map(step).collect_view()}</ol>
            {stops}
            <div id=stop_id(STOPS.len()) tabindex="-1" hidden=move || at.get() != STOPS.len()>{check::check()}</div>
        </div>
    }
}

/// The id of a stop, counted from 0; one beyond the last stop is the check.
fn stop_id(number: usize) -> String {
    format!("lesson-stop-{number}")
}

/// A button that does nothing while it is `closed`, but keeps the focus: what is disabled by its own click would lose it, and
/// with it the reader's place.
fn step_button(
    class: &'static str,
    id: Option<&'static str>,
    closed: impl Fn() -> bool + Copy + Send + Sync + 'static,
    text: impl Fn() -> String + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> AnyView {
    let on_click = move |_| {
        if !closed() {
            act();
        }
    };
    view! {
        <button type="button" class=class id=id aria-disabled=move || closed().then_some("true") on:click=on_click>{text}</button>
    }
    .into_any()
}

/// A stop: what to look at, and what to predict.
fn stop(number: usize, stop: &'static Stop, at: LessonStop) -> AnyView {
    let predictions = stop.predictions.iter().enumerate();
    let predictions: Vec<AnyView> = predictions
        .map(|(which, it)| prediction::prediction(format!("lesson-{number}-{which}"), it))
        .collect();
    let next = STOPS
        .get(number + 1)
        .map_or("To the check", |_| "To the next stop");
    let onward = move |_| {
        at.set(number + 1);
        // What had the focus is hidden now. The reader goes on from the beginning of what comes.
        if let Some(next) = dom::by_id(&stop_id(number + 1)) {
            let next: HtmlElement = next.unchecked_into();
            let _ = next.focus();
        }
        if let Some(section) = dom::by_id(SECTION) {
            section.scroll_into_view();
        }
    };
    view! {
        <div id=stop_id(number) tabindex="-1" hidden=move || at.get() != number>
            <p>{stop.task} " " <a href=format!("#{}", stop.at)>"To the section"</a></p>
            {predictions}
            <p><button type="button" class="go" on:click=onward>{next}</button></p>
        </div>
    }
    .into_any()
}

/// Radio buttons with one name; once `done`, they are disabled.
fn choices(
    name: &str,
    texts: Vec<&'static str>,
    chosen: RwSignal<Option<usize>>,
    done: Signal<bool>,
) -> AnyView {
    let one = |(at, text): (usize, &'static str)| {
        let name = name.to_owned();
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    prop:checked=move || chosen.get() == Some(at)
                    disabled=move || done.get()
                    on:change=move |_| chosen.set(Some(at))
                />
                {text}
            </label>
        }
        .into_any()
    };
    view! { <div class="lesson-choices">{texts.into_iter().enumerate().map(one).collect::<Vec<_>>()}</div> }.into_any()
}

/// A text that screen readers announce when it appears; nothing while it is empty.
fn announced(of: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    let inside = parts(move || {
        let text = of();
        match text.is_empty() {
            true => Vec::new(),
            false => vec![view! { <p class="say">{text}</p> }.into_any()],
        }
    });
    view! { <div role="status">{inside}</div> }.into_any()
}
