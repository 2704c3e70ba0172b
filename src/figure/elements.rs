//! The elements that figures share. Each component is compiled once, however often the page has it.

use crate::figure::rich::{bold, span_with};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A button that calls a function.
#[component]
pub fn Button(
    /// Called at each click and at each press of a key that stands for a click.
    #[prop(into)]
    click: Callback<()>,
    /// The element's id, where something refers to it.
    #[prop(into, optional)]
    id: Option<String>,
    /// The element's class in the style sheets.
    #[prop(optional)]
    class: Option<&'static str>,
    /// The accessible name, if the text is not enough.
    #[prop(into, optional)]
    name: Option<Signal<String>>,
    /// The explanation that appears where a pointer rests on the button.
    #[prop(into, optional)]
    title: Option<String>,
    /// The id of the element that describes the button.
    #[prop(optional)]
    described: Option<&'static str>,
    /// `true` or `false`: whether a button that stays pressed is pressed. A text, because that is what the attribute takes.
    #[prop(optional)]
    pressed: Option<Signal<String>>,
    /// `true` or `false`: whether the part that the button opens is open.
    #[prop(optional)]
    expanded: Option<Signal<String>>,
    /// Whether the button is disabled.
    #[prop(optional)]
    disabled: Option<Signal<bool>>,
    /// Whether the button is hidden.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// The contents of the button.
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

/// A paragraph; with the role `status`, screen readers announce its changes.
#[component]
pub fn Line(
    /// The element's id, where something refers to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The element's class in the style sheets.
    class: &'static str,
    /// The element's role for assistive programs.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Whether the paragraph is hidden.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// The contents of the paragraph.
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
    /// The accessible name of the list.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Whether the list is hidden.
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

/// A region of the page with an accessible name; with `scrolls`, it can take the focus so that arrow keys scroll it.
#[component]
pub fn Region(
    /// The element's class in the style sheets.
    class: &'static str,
    /// The element's id, where something refers to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The accessible name of the region.
    #[prop(into, optional)]
    name: Option<Signal<String>>,
    /// The element's role for assistive programs.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Whether it can take the focus, to be scrolled by keys.
    #[prop(optional)]
    scrolls: bool,
    /// Whether the region is hidden.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// The contents of the region.
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

/// A part that is folded away under a line.
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
    /// Whether the part is hidden, its line included.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
    /// The contents that are folded away.
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

/// A part of a figure that comes second: where there is room it is simply there, and on a phone it is folded away under a
/// line that says what is inside (the style sheets choose).
pub fn second(line: AnyView, inside: AnyView) -> AnyView {
    view! { <Fold class="wide-open" summary=vec![line]>{inside}</Fold> }.into_any()
}

/// A part like that of [`second`]; while there is nothing in it, it is hidden, its line included.
pub fn second_if_any(line: AnyView, inside: AnyView) -> AnyView {
    view! { <Fold class="wide-open if-any" summary=vec![line]>{inside}</Fold> }.into_any()
}

/// The line of a fold: its name in bold, and an explanation in a span with a class and an id.
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

/// The label of the control with this id, above or beside it.
pub fn label(control: &str, inside: Vec<AnyView>) -> AnyView {
    view! { <label for=control.to_owned()>{inside}</label> }.into_any()
}
