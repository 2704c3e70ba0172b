//! The elements that figures share. Each is compiled once, however often it stands in the page.

use crate::figure::rich::{bold, span_with};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A button that calls a function, with the attributes that buttons of this page have.
#[component]
pub fn Button(
    /// Called at each click and at each press of a key that stands for one.
    #[prop(into)]
    click: Callback<()>,
    /// The element's id, where something refers to it.
    #[prop(into, optional)]
    id: Option<String>,
    /// The element's class in the style sheets.
    #[prop(optional)]
    class: Option<&'static str>,
    /// What it is called, where its text does not say it.
    #[prop(into, optional)]
    name: Option<Signal<String>>,
    /// What is said of it where a pointer rests on it.
    #[prop(optional)]
    title: Option<&'static str>,
    /// The id of what is said of it.
    #[prop(optional)]
    described: Option<&'static str>,
    /// Whether it is pressed, of one that stays so.
    #[prop(optional)]
    pressed: Option<Signal<String>>,
    /// Whether what it opens is open.
    #[prop(optional)]
    expanded: Option<Signal<String>>,
    /// Whether it can do nothing now.
    #[prop(optional)]
    disabled: Option<Signal<bool>>,
    /// Whether it is not there now.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// What stands in the button.
    children: Children,
) -> AnyView {
    view! {
        <button
            type="button"
            id=id
            class=class
            aria-label=name
            title=title
            aria-describedby=described
            aria-pressed=pressed
            aria-expanded=expanded
            disabled=disabled
            hidden=hidden
            on:click=move |_: MouseEvent| click.run(())
        >
            {children()}
        </button>
    }
    .into_any()
}

/// A paragraph of a class, which may be hidden and may be read out.
#[component]
pub fn Line(
    /// The element's id, where something refers to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The element's class in the style sheets.
    class: &'static str,
    /// The element's role for assistive programs, where its name does not say it.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Whether it is not there now.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// What stands in the paragraph.
    children: Children,
) -> AnyView {
    view! {
        <p id=id class=class role=role hidden=hidden>
            {children()}
        </p>
    }
    .into_any()
}

/// A list; its children are its items.
#[component]
pub fn List(
    /// The element's id, where something refers to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The element's class in the style sheets.
    #[prop(optional)]
    class: Option<&'static str>,
    /// What it is called.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Whether it is not there now.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// The list's items, each an `li`.
    children: Children,
) -> AnyView {
    view! {
        <ul id=id class=class aria-label=name hidden=hidden>
            {children()}
        </ul>
    }
    .into_any()
}

/// A region of the page, and what it is called; with `scrolls`, one that a key can take hold of to move what is in it.
#[component]
pub fn Region(
    /// The element's class in the style sheets.
    class: &'static str,
    /// The element's id, where something refers to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// What it is called.
    #[prop(into, optional)]
    name: Option<Signal<String>>,
    /// The element's role for assistive programs, where its name does not say it.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Whether a key can take hold of it.
    #[prop(optional)]
    scrolls: bool,
    /// Whether it is not there now.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// What is in it.
    children: Children,
) -> AnyView {
    let index = scrolls.then_some("0");
    let role = role.or(scrolls.then_some("group"));
    view! {
        <div class=class id=id tabindex=index role=role aria-label=name hidden=hidden>
            {children()}
        </div>
    }
    .into_any()
}

/// What is folded away under a line.
#[component]
pub fn Fold(
    /// The element's id, where something refers to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The element's class in the style sheets.
    #[prop(optional)]
    class: Option<&'static str>,
    /// The line that stays when the rest is folded away.
    summary: Vec<AnyView>,
    /// Whether it is unfolded from the start.
    #[prop(optional)]
    open: bool,
    /// Whether it is not there now.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// What is folded away.
    children: Children,
) -> AnyView {
    view! {
        <details id=id class=class open=open hidden=hidden>
            <summary>{summary}</summary>
            {children()}
        </details>
    }
    .into_any()
}

/// The line of a fold: its name in bold, and what it is about in a span of that class and id.
pub fn summary(
    name: &'static str,
    class: &'static str,
    id: Option<String>,
    about: AnyView,
) -> Vec<AnyView> {
    vec![
        bold(None, name.to_owned()),
        " ".into_any(),
        span_with(class, id, about),
    ]
}

/// A control's label above or beside it.
pub fn label(control: &str, inside: Vec<AnyView>) -> AnyView {
    view! { <label for=control.to_owned()>{inside}</label> }.into_any()
}
