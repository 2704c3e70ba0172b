//! A box to type a prompt in, with its name and a few facts beside it.

use leptos::prelude::*;

/// The length from which on a text fills the box to its largest height, however wide the page \[bytes\].
const FULL: usize = 2000;

/// A text box for a prompt, with its name and a few facts.
#[component]
pub fn PromptBox(
    /// The text box's id.
    id: &'static str,
    /// The text box's name, which stands above it.
    label: &'static str,
    /// The prompt, which changes with each keystroke.
    text: RwSignal<String>,
    /// Facts to show beside the name.
    #[prop(into)]
    facts: Signal<String>,
) -> impl IntoView {
    let area = NodeRef::<leptos::html::Textarea>::new();
    // The text that the reader types is in the box already; only texts from elsewhere are written into it.
    let typed = StoredValue::new(String::new());
    Effect::new(move |_| {
        let (text, area) = (text.read(), area.get());
        let known = typed.with_value(|typed| *typed == *text);
        if let Some(area) = area.filter(|_| !known) {
            area.set_value(&text);
            typed.set_value(text.clone());
        }
    });
    let type_in = move |event| {
        let now = event_target_value(&event);
        typed.set_value(now.clone());
        text.set(now);
    };
    // The box has a form of its own: at every keystroke the browser's autofill searches the form that a field belongs to,
    // and for a field without a form all controls of the page.
    view! {
        <form class="prompt">
            <div class="asked">
                <label for=id>{label}</label>
                <span class="facts">{facts}</span>
            </div>
            // As an item of a grid the box would be laid out together with the whole page; in a block of its own it is
            // laid out by itself.
            <div>
                <textarea
                    node_ref=area
                    class="typed"
                    class:full=move || { text.read().len() > FULL }
                    id=id
                    rows="3"
                    spellcheck="false"
                    on:input=type_in
                ></textarea>
            </div>
        </form>
    }
}
