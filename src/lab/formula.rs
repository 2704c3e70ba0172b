//! A policy of the reader's own: a formula over the signals, checked as it is typed.

use super::control::shows;
use super::policies::add;
use super::signal::{text, when};
use super::state::Lab;
use leptos::ev::Event;
use leptos::prelude::*;
use warmpath_core::router::SIGNALS;
use warmpath_view::lab::policies::{FORMULA, caret, remark, wrong};

/// The editor: says what is wrong and where, and adds what is right.
#[component]
pub fn Formula(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let [name, formula] = FORMULA.map(|it| RwSignal::new(it.to_owned()));
    // What is said of it once something was typed, or why it was not added.
    let said = RwSignal::new(String::new());
    let spec = move || format!("{}={}", name.get().trim(), formula.get().trim());
    let fault = Memo::new(move |_| wrong(&spec()));
    let check = move || {
        let spec = untrack(spec);
        said.set(wrong(&spec).or_else(|| remark(&spec)).unwrap_or_default());
    };
    let typed = move |of: RwSignal<String>, event: &Event| {
        of.set(event_target_value(event));
        check();
    };
    let use_signal = move |signal: &str| {
        formula.update(|text| match text.trim().is_empty() {
            true => signal.clone_into(text),
            false => *text = format!("{text} + {signal}"),
        });
        check();
    };
    let add = move |_| {
        let spec = untrack(spec);
        if wrong(&spec).is_none()
            && let Err(unfit) = add(lab, &spec)
        {
            said.set(unfit.said());
        }
    };
    let signals = SIGNALS.iter().map(|it| {
        let name = it.name;
        view! {
            <li>
                <button type="button" class="small" title=it.about on:click=move |_| use_signal(name)>
                    {name}
                </button>
            </li>
        }
        .into_any()
    });
    let caret = text(move || caret(fault.get().as_deref().unwrap_or_default()));
    view! {
        <details class="group formula">
            <summary>
                <b>"Formula"</b>
                " "
                <span class="gist">"a policy of your own"</span>
            </summary>
            <div class="own">
                <div class="field">
                    <label for="formula-name">"Name"</label>
                    <input
                        type="text"
                        id="formula-name"
                        autocomplete="off"
                        spellcheck="false"
                        use:shows=text(move || name.get())
                        on:input=move |it: Event| typed(name, &it)
                    />
                </div>
                <div class="field text">
                    <label for="formula-text">"Cost of a replica; the least wins"</label>
                    <input
                        type="text"
                        id="formula-text"
                        class="code"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="formula-wrong"
                        aria-invalid=text(move || fault.get().is_some().to_string())
                        use:shows=text(move || formula.get())
                        on:input=move |it: Event| typed(formula, &it)
                    />
                    <pre class="caret" id="formula-caret" aria-hidden="true">{caret}</pre>
                </div>
                <button
                    type="button"
                    id="formula-add"
                    disabled=when(move || fault.get().is_some())
                    on:click=add
                >
                    "Add"
                </button>
            </div>
            <p class="wrong" id="formula-wrong" role="status">{text(move || said.get())}</p>
            <ul class="signals" id="formula-signals" aria-label="Signals">
                {signals.collect::<Vec<_>>()}
            </ul>
        </details>
    }
    .into_any()
}
