//! A policy of the reader's own: a formula over the signals, checked as it is typed.

use leptos::prelude::*;
use warmpath_core::router::{PolicySpec, SIGNALS};

/// What the formula begins as.
const START: &str = "uncached_tokens * 0.06 + active * 0.5";

/// The editor.
#[component]
pub fn OwnFormula(
    /// Called with `name=formula`, once that is right.
    add: Callback<String>,
) -> impl IntoView {
    let name = RwSignal::new("mine".to_owned());
    let text = RwSignal::new(START.to_owned());
    let spec = move || format!("{}={}", name.read().trim(), text.read().trim());
    let wrong = Memo::new(move |_| {
        PolicySpec::parse(&spec())
            .err()
            .map(|error| error.to_string())
    });
    // Where the formula is wrong, counted from 1; the mark stands below that character.
    let mark = move || {
        let wrong = wrong.get()?;
        let at = wrong.split(": at ").nth(1)?.split(':').next()?;
        let at: usize = at.parse().ok()?;
        Some(format!("{}▲", " ".repeat(at.saturating_sub(1).min(200))))
    };
    let put = move |_| {
        if wrong.read_untracked().is_none() {
            add.run(format!(
                "{}={}",
                name.read_untracked().trim(),
                text.read_untracked().trim()
            ));
        }
    };
    let insert = move |signal: &'static str| {
        text.update(|it| {
            *it = if it.trim().is_empty() {
                signal.to_owned()
            } else {
                format!("{it} + {signal}")
            }
        });
    };
    let signal = move |it: &'static warmpath_core::router::Signal| {
        view! { <li><button type="button" class="small" title=it.about on:click=move |_| insert(it.name)>{it.name}</button></li> }
    };
    view! {
        <details class="group formula">
            <summary><b>"A formula of your own"</b></summary>
            <div class="own">
                <div class="field">
                    <label for="formula-name">"name"</label>
                    <input type="text" id="formula-name" autocomplete="off" spellcheck="false" prop:value=name on:input=move |event| name.set(event_target_value(&event)) />
                </div>
                <div class="field text">
                    <label for="formula-text">"the least value wins"</label>
                    <input
                        type="text"
                        id="formula-text"
                        class="code"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="formula-wrong"
                        aria-invalid=move || wrong.read().is_some().to_string()
                        prop:value=text
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                    <pre class="caret" aria-hidden="true">{mark}</pre>
                </div>
                <button type="button" id="formula-add" disabled=move || wrong.read().is_some() on:click=put>"Add"</button>
            </div>
            <p class="wrong" id="formula-wrong" role="status">{move || wrong.get()}</p>
            <ul class="signals" aria-label="Signals">{SIGNALS.iter().map(signal).collect_view()}</ul>
        </details>
    }
}
