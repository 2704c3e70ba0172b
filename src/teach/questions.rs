//! Questions at a figure, answered by trying: a button puts prompts into the figure's boxes as if they had been typed, and
//! a sentence says what follows. The texts that were there before can be restored.

use super::beside;
use crate::dom;
use crate::figure::signal::{parts, when};
use crate::figure::{nodes, second};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_view::playground::BLOCK_SIZE;
use warmpath_view::rich::{RichText, Tone};
use warmpath_view::teach::glossary;
use warmpath_view::teach::questions::{self, Question, TryButton, salted};
use wasm_bindgen::prelude::*;

/// Puts the questions beside their figures, each when the reader comes near.
pub fn begin() {
    beside(
        "blocks",
        "figure-blocks",
        "try-blocks",
        || view! { <Trials section="blocks" figure="figure-blocks" /> },
    );
    beside(
        "tree",
        "figure-tree",
        "try-tree",
        || view! { <Trials section="tree" figure="figure-tree" /> },
    );
}

/// The texts of boxes, each with the box's id.
type Texts = Vec<(&'static str, String)>;

/// The questions of one section.
#[component]
fn Trials(
    /// The id of the section.
    section: &'static str,
    /// The figure, by its id.
    figure: &'static str,
) -> impl IntoView {
    // The sentence on the last attempt, and the texts that the reader had in the boxes before it.
    let sentence = RwSignal::new(RichText::new());
    let tried = RwSignal::new(None::<&'static str>);
    let before = RwSignal::new(Texts::new());
    // Whether it is this component that types, and not the reader.
    let typing = StoredValue::new(false);
    let type_in = move |id: &'static str, text: &str| {
        typing.set_value(true);
        type_in(id, text);
        typing.set_value(false);
    };
    // The texts that were last put there by this component.
    let ours = StoredValue::new(Texts::new());
    // Puts texts into their boxes, and returns what the reader had typed there.
    let replace = move |texts: &Texts| {
        let was: Texts = texts.iter().map(|(id, _)| (*id, text_of(id))).collect();
        let typed = was.into_iter().filter(|it| !ours.read_value().contains(it));
        let typed: Texts = typed.collect();
        texts.iter().for_each(|(id, text)| type_in(id, text));
        typed
    };
    let put = move |way: &TryButton| {
        let texts: Texts = way.boxes.clone();
        let typed = replace(&texts);
        before.update(|before| {
            before.retain(|(id, _)| !typed.iter().any(|(other, _)| other == id));
            before.extend(typed);
        });
        ours.update_value(|ours| {
            ours.retain(|(id, _)| !texts.iter().any(|(other, _)| other == id));
            ours.extend(texts);
        });
        sentence.set(answer(section, figure, way));
        tried.set(Some(way.label));
    };
    let put: Arc<dyn Fn(&TryButton) + Send + Sync> = Arc::new(put);
    // What the reader has typed since then is kept in its turn, so that the button brings that back the next time.
    let back = move |_| {
        before.set(replace(&before.get_untracked()));
        ours.set_value(Texts::new());
        sentence.set(RichText::new());
        tried.set(None);
    };
    // What is said is of the prompt that was put there: it goes once the reader changes anything in the figure.
    for event in ["input", "change", "click"] {
        on(figure, event, move || {
            if !typing.get_value() && tried.get_untracked().is_some() {
                sentence.set(RichText::new());
                tried.set(None);
            }
        });
    }
    let all = questions::of(section, BLOCK_SIZE);
    let salt = (section == "tree").then(|| view! { <Salt /> });
    let line = questions::line(&all, usize::from(salt.is_some()));
    let rows: Vec<AnyView> = all.into_iter().map(|it| row(it, tried, &put)).collect();
    let card = view! {
        <div class="card trials" role="group" aria-label="Questions to try">
            <p class="soft">"The next questions. Each button writes a prompt into the figure above."</p>
            {rows}
            <p class="say" role="status" hidden=when(move || sentence.read().is_empty())>{parts(move || nodes(&sentence.read()))}</p>
            <button type="button" class="small" hidden=when(move || before.read().is_empty()) on:click=back>
                "Put back what stood there"
            </button>
            {salt}
        </div>
    };
    second(line.into_any(), card.into_any())
}

/// The answer to a way of trying a question, with the block size that the figure has now.
fn answer(section: &str, figure: &str, way: &TryButton) -> RichText {
    let size = chosen_size(figure).unwrap_or(BLOCK_SIZE);
    let all = questions::of(section, size).into_iter();
    let mut same = all
        .flat_map(|it| it.ways)
        .filter(|it| it.label == way.label);
    let mut answer = same
        .next()
        .map_or_else(|| way.sentence.clone(), |it| it.sentence);
    answer.push((Tone::Soft, questions::counted(size)));
    answer
}

/// The number of tokens a block that is chosen in a figure; `None` if the figure is not live.
fn chosen_size(figure: &str) -> Option<u32> {
    let chosen = format!("#{figure} [aria-label=\"Tokens a block\"] input:checked");
    let input = dom::document()?.query_selector(&chosen).ok()??;
    let label = input.parent_element()?.text_content()?;
    label.trim().parse().ok()
}

/// A question with its ways to try it.
fn row(
    question: Question,
    tried: RwSignal<Option<&'static str>>,
    put: &Arc<dyn Fn(&TryButton) + Send + Sync>,
) -> AnyView {
    let button = |way: TryButton| {
        let put = Arc::clone(put);
        let label = way.label;
        let pressed = move || (tried.get() == Some(label)).to_string();
        view! { <button type="button" aria-pressed=pressed on:click=move |_| put(&way)>{label}</button> }.into_any()
    };
    let name = question.question;
    view! {
        <div class="trial" role="group" aria-label=name>
            <b>{name}</b>
            <span class="samples">{question.ways.into_iter().map(button).collect::<Vec<_>>()}</span>
        </div>
    }
    .into_any()
}

/// The question whether a cache is shared between users, with a switch for the salt.
#[component]
fn Salt() -> impl IntoView {
    let salt = RwSignal::new(false);
    let now = Memo::new(move |_| salted(salt.get()));
    let customer = move |at: usize, name: &'static str| {
        let text = move || now.read().texts[at];
        let ids = move || now.read().ids[at].join(" → ") + " → …";
        view! {
            <li>
                <b>{name}</b> ": … " {text}
                <br />
                <code>{ids}</code>
            </li>
        }
    };
    view! {
        <div class="trial" role="group" aria-label="Is it shared between users?">
            <b>"Is it shared between users?"</b>
            <label class="switch">
                <input type="checkbox" id="tree-salt" prop:checked=move || salt.get() on:change=move |_| salt.update(|it| *it = !*it) />
                " a salt for each customer"
            </label>
            <span class="soft">{about_salt()}</span>
        </div>
        <ul class="customers" aria-label="The first block ids of two customers' prompts, which begin with the same instructions">
            {customer(0, "Ann")} {customer(1, "Bob")}
        </ul>
        <p class="say" role="status" id="tree-salt-said">{parts(move || nodes(&now.read().sentence))}</p>
    }
}

/// What a salt is, as the glossary says.
fn about_salt() -> String {
    let term = glossary::named("salt");
    term.map_or(String::new(), |it| format!("Salt: {}", it.what))
}

/// The text in a box.
fn text_of(id: &str) -> String {
    dom::by_id(id).map(|it| dom::value(&it)).unwrap_or_default()
}

/// Calls `then` whenever something of this kind happens in an element, as long as the page lives.
fn on(id: &str, event: &str, then: impl Fn() + 'static) {
    let Some(element) = dom::by_id(id) else {
        return;
    };
    let heard = Closure::<dyn Fn()>::new(then);
    let _ = element.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Puts a text into a box, and notifies its program as a keystroke would.
fn type_in(id: &str, text: &str) {
    let Some(area) = dom::by_id(id) else { return };
    dom::set_value(&area, text);
    let typed = web_sys::EventInit::new();
    typed.set_bubbles(true);
    if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &typed) {
        let _ = area.dispatch_event(&event);
    }
}
