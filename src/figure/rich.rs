//! Rich text as nodes: each piece of a text in the element for its [`Tone`].
//!
//! Where nodes follow a signal ([`parts`], [`Rich`]) they are made anew at each change, and Leptos changes the page in place: pieces
//! with the same tone keep their elements.

use crate::figure::signal::parts;
use leptos::prelude::*;
use warmpath_view::look::class;
use warmpath_view::rich::{RichText, Tone};

/// The nodes of a text.
pub fn nodes(text: &[(Tone, String)]) -> Vec<AnyView> {
    text.iter().map(piece).collect()
}

/// A text that follows a signal.
#[component]
pub fn Rich(
    /// The text, in pieces with their tones.
    #[prop(into)]
    text: Signal<RichText>,
) -> AnyView {
    parts(move || nodes(&text.read()))
}

/// The items of a list, one for each text.
pub fn items(texts: &[RichText]) -> Vec<AnyView> {
    texts.iter().map(|text| item(nodes(text))).collect()
}

/// An item of a list with these contents.
pub fn item(inside: Vec<AnyView>) -> AnyView {
    view! { <li>{inside}</li> }.into_any()
}

/// A piece of a text. Elements of one kind are made at one place, because each occurrence in the code is compiled by
/// itself.
pub fn piece((tone, text): &(Tone, String)) -> AnyView {
    let text = text.clone();
    match tone {
        Tone::Plain => text.into_any(),
        Tone::Strong => bold(None, text),
        Tone::Warm => bold(Some("warm"), text),
        Tone::Policy(look) => bold(Some(class(*look)), text),
        Tone::PolicyAgain(look) => span(class(*look), text),
        Tone::Soft => span("soft", text),
        Tone::Unseen => span("unseen", text),
        Tone::Emphasis => view! { <em>{text}</em> }.into_any(),
        Tone::Code => code(text),
        Tone::Small => small(None, text),
        Tone::Change(class) => small(Some(class), text),
        Tone::Mark(class) => mark(class, text),
        Tone::Range => span("range", text),
        Tone::Chosen => span("chosen", text),
        Tone::Judged(judged) => {
            let mark = mark("", judged.mark().to_owned());
            let words = judged.words();
            let words = (!words.is_empty()).then(|| span("unseen", words.to_owned()));
            view! { <span class=judged.class()>{text} " " {mark} {words}</span> }.into_any()
        }
        Tone::Replica(replica) => square(*replica),
    }
}

/// A replica's numbered square. It is no SVG of its own: each would be a layer for the browser, and a page has dozens.
pub fn square(replica: u32) -> AnyView {
    // The style sheets have eight colours of replicas.
    let class = format!("square replica-{}", replica % 8);
    view! { <span class=class aria-hidden="true">{replica.to_string()}</span> }.into_any()
}

fn small(class: Option<&'static str>, text: String) -> AnyView {
    small_with(class, None, text)
}

/// A smaller text, with a class and an id.
pub fn small_with(class: Option<&'static str>, id: Option<String>, text: String) -> AnyView {
    view! { <small class=class id=id>{text}</small> }.into_any()
}

/// A text in a fixed-width font.
pub fn code(text: String) -> AnyView {
    view! { <code>{text}</code> }.into_any()
}

/// A label with a class.
fn mark(class: &'static str, text: String) -> AnyView {
    view! { <i class=(!class.is_empty()).then_some(class)>{text}</i> }.into_any()
}

/// A text in bold, with a class if one is given.
pub fn bold(class: Option<&'static str>, text: String) -> AnyView {
    view! { <b class=class>{text}</b> }.into_any()
}

/// A text in a span with a class.
pub fn span(class: &'static str, text: String) -> AnyView {
    span_with(class, None, text.into_any())
}

/// Contents in a span with a class and an id.
pub fn span_with(class: &'static str, id: Option<String>, inside: AnyView) -> AnyView {
    view! { <span class=class id=id>{inside}</span> }.into_any()
}
