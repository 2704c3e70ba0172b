//! The check at the end of the lesson: ten questions at once, then which answers are right, with the reason for each.

use super::{announced, choices, step_button};
use leptos::prelude::*;
use warmpath_view::teach::lesson::check::{CHECKS, Check, PASSED};

/// The questions, and the button that shows which answers are right.
pub(super) fn check() -> AnyView {
    let chosen: Vec<RwSignal<Option<usize>>> = CHECKS.iter().map(|_| RwSignal::new(None)).collect();
    let done = RwSignal::new(false);
    let mine = chosen.clone();
    let open = Signal::derive(move || mine.iter().filter(|it| it.get().is_none()).count());
    let all = chosen.clone();
    let score = move || {
        if !done.get() {
            return String::new();
        }
        let each = all.iter().zip(&CHECKS).enumerate();
        let wrong: Vec<String> = each
            .filter(|(_, (mine, it))| mine.get() != Some(it.right))
            .map(|(at, _)| (at + 1).to_string())
            .collect();
        let right = CHECKS.len() - wrong.len();
        let passed = match right >= PASSED {
            true => "That shows that you have understood the three stops; the challenges further down are what comes next.".to_owned(),
            false => format!("{PASSED} would show that the three stops were understood; the way back to them is above."),
        };
        let missed = match wrong.is_empty() {
            true => String::new(),
            false => format!(
                " Below these the right answer stands with its reason: {}.",
                wrong.join(", ")
            ),
        };
        format!("{right} of {} are right. {passed}{missed}", CHECKS.len())
    };
    let again = chosen.clone();
    let anew = move |_| {
        again.iter().for_each(|it| it.set(None));
        done.set(false);
    };
    let questions: Vec<AnyView> = CHECKS
        .iter()
        .zip(&chosen)
        .enumerate()
        .map(|(number, (it, mine))| question(number, it, *mine, done))
        .collect();
    let closed = move || open.get() > 0 || done.get();
    let count = move || match open.get() {
        0 => "Check".to_owned(),
        n => format!("Check ({n} still open)"),
    };
    view! {
        <p>"Choose one answer each. Nothing is kept."</p>
        {questions}
        <div class="samples">
            {step_button("go", Some("lesson-check"), closed, count, move || done.set(true))}
            <button type="button" hidden=move || !done.get() on:click=anew>"Once more"</button>
        </div>
        {announced(score)}
    }
    .into_any()
}

fn question(
    number: usize,
    it: &'static Check,
    mine: RwSignal<Option<usize>>,
    done: RwSignal<bool>,
) -> AnyView {
    let why = move || match (done.get(), mine.get() == Some(it.right)) {
        (false, _) => String::new(),
        (true, true) => format!("✓ Right. {}", it.why),
        (true, false) => format!("✗ It is: {}. {}", it.choices[it.right], it.why),
    };
    view! {
        <fieldset class="prediction">
            <legend>{format!("{}. {}", number + 1, it.question)}</legend>
            {choices(&format!("check-{number}"), it.choices.to_vec(), mine, done.into())}
            {announced(why)}
        </fieldset>
    }
    .into_any()
}
