//! Turns terms of the story into buttons that open their meaning: the first mention of each in each section, and in each list of
//! answers. The meaning is on one small card over the page, which Escape, a click elsewhere or the button itself closes; the
//! focus then returns to the button.

use crate::dom;
use leptos::prelude::*;
use std::cell::Cell;
use warmpath_view::teach::glossary::{TERMS, Term, find};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, Node};

/// The id of the card with a term's meaning.
const CARD: &str = "term";
/// The elements that hold the story's sentences, as a CSS selector.
const PROSE: &str = "p, figcaption";
/// The lists of answers whose terms are no buttons yet, as a CSS selector.
const ANSWERS: &str = "dl.whys:not([data-marked])";
/// Elements whose text is left as it is.
const LEFT: [&str; 6] = ["A", "BUTTON", "CODE", "SUMMARY", "LABEL", "SMALL"];
/// Elements that a term may be in without breaking the line.
const INLINE: [&str; 5] = ["EM", "B", "I", "STRONG", "SPAN"];
/// The distance of the card from the term and from the window's edges \[px\].
const GAP: f64 = 8.0;

/// The term whose card is open; `None` if none is.
type Open = RwSignal<Option<&'static Term>>;

/// Turns the story's terms into buttons, and puts the list of all terms into the page's footer.
pub fn begin() {
    let Some(document) = dom::document() else {
        return;
    };
    let Some(body) = document.body() else { return };
    let open: Open = RwSignal::new(None);
    // The card is a dialog that is not modal: the page behind it can still be used.
    let Ok(card) = document.create_element("div") else {
        return;
    };
    for (name, value) in [
        ("id", CARD),
        ("class", "term-card"),
        ("popover", "auto"),
        ("role", "dialog"),
        ("aria-labelledby", "term-name"),
        ("tabindex", "-1"),
    ] {
        let _ = card.set_attribute(name, value);
    }
    let _ = body.append_child(&card);
    leptos::mount::mount_to(card.unchecked_into(), move || view! { <Card open /> }).forget();
    listen(open);
    mark();
    list();
}

/// The contents of the open card.
#[component]
fn Card(
    /// The term whose card is open.
    open: Open,
) -> impl IntoView {
    let of = move |part: fn(&Term) -> &'static str| move || open.get().map_or("", part);
    let place = move || open.get().map_or(String::new(), |it| format!("#{}", it.at));
    view! {
        <p class="term-name" id="term-name">{of(|it| it.name)}</p>
        <p>{of(|it| it.what)}</p>
        <p class="soft">{of(|it| it.why)}</p>
        <p class="term-ways">
            <a href=place on:click=|_| close()>"Where it is shown"</a>
            <button type="button" class="small" on:click=|_| close()>"Close"</button>
        </p>
    }
}

/// Turns the terms of each section into buttons.
fn mark() {
    let Some(document) = dom::document() else {
        return;
    };
    let Ok(sections) = document.query_selector_all(".hook, main > section") else {
        return;
    };
    for section in (0..sections.length()).filter_map(|at| sections.item(at)) {
        let section: Element = section.unchecked_into();
        let Ok(texts) = section.query_selector_all(PROSE) else {
            continue;
        };
        let mut known = Vec::new();
        for text in (0..texts.length()).filter_map(|at| texts.item(at)) {
            let text: Element = text.unchecked_into();
            // Figures are drawn by other programs, which would no longer find their own texts if these were split.
            let drawn =
                text.closest(".card:not(.hero), [role=alert], [role=status], .kicker, [data-live]");
            if matches!(drawn, Ok(None)) {
                mark_in(&text, &mut known);
            }
        }
    }
}

/// Turns the first mention of each term in each list of answers into a button, once the list that is being made is there. Nothing
/// draws the texts of such a list anew.
pub fn mark_answers() {
    wasm_bindgen_futures::spawn_local(async {
        crate::worker::turn().await;
        let lists = dom::document().map(|it| it.query_selector_all(ANSWERS));
        let Some(Ok(lists)) = lists else { return };
        for list in (0..lists.length()).filter_map(|at| lists.item(at)) {
            mark_in(&list, &mut Vec::new());
            let list: Element = list.unchecked_into();
            let _ = list.set_attribute("data-marked", "");
        }
    });
}

/// Turns the terms in a node and all nodes below it into buttons.
fn mark_in(node: &Node, known: &mut Vec<&'static str>) {
    let inside = node.child_nodes();
    let inside: Vec<Node> = (0..inside.length())
        .filter_map(|at| inside.item(at))
        .collect();
    for child in inside {
        match child.node_type() {
            Node::TEXT_NODE => mark_text(&child, known),
            Node::ELEMENT_NODE if !LEFT.contains(&child.node_name().as_str()) => {
                mark_in(&child, known);
            }
            _ => {}
        }
    }
}

/// Splits a text at its terms, and puts a button in the place of each.
fn mark_text(node: &Node, known: &mut Vec<&'static str>) {
    let text = node.text_content().unwrap_or_default();
    // As the browser shows it: a line end in the source is a space.
    let shown = one_line(&text);
    let found = find(&shown, known);
    let (Some(parent), Some(document)) = (node.parent_node(), dom::document()) else {
        return;
    };
    if found.is_empty() {
        return;
    }
    let put = |it: &Node| {
        let _ = parent.insert_before(it, Some(node));
    };
    let plain = |text: &str| {
        if !text.is_empty() {
            put(&document.create_text_node(text));
        }
    };
    let mut from = 0;
    let mut buttons = Vec::new();
    for (place, term) in found {
        plain(&shown[from..place.start]);
        if let Some(button) = button(&shown[place.clone()], term) {
            put(&button);
            buttons.push(button);
        }
        from = place.end;
    }
    plain(&shown[from..]);
    let _ = parent.remove_child(node);
    for button in buttons {
        keep_together(button.unchecked_into());
    }
}

/// Puts a button and the text that adjoins it without a space, such as a bracket or a full stop, into one span, because a
/// line may otherwise break on either side of a button. The adjoining text may be outside the element that the button ends.
fn keep_together(mut word: Node) {
    let Some(document) = dom::document() else {
        return;
    };
    while word.next_sibling().is_none()
        && let Some(parent) = word.parent_node()
        && INLINE.contains(&parent.node_name().as_str())
    {
        word = parent;
    }
    let text = |it: Option<Node>| {
        let it = it.filter(|it| it.node_type() == Node::TEXT_NODE);
        it.map(|it| (it.text_content().unwrap_or_default(), it))
    };
    let before = text(word.previous_sibling());
    let after = text(word.next_sibling());
    let tail = before.as_ref().map_or("", |(text, _)| tail(text));
    let head = after.as_ref().map_or("", |(text, _)| head(text));
    if tail.is_empty() && head.is_empty() {
        return;
    }
    let (Some(parent), Ok(span)) = (word.parent_node(), document.create_element("span")) else {
        return;
    };
    let _ = span.set_attribute("class", "term-word");
    let _ = parent.insert_before(&span, Some(&word));
    let _ = span.append_child(&document.create_text_node(tail));
    let _ = span.append_child(&word);
    let _ = span.append_child(&document.create_text_node(head));
    if let Some((text, node)) = &before {
        node.set_text_content(Some(&text[..text.len() - tail.len()]));
    }
    if let Some((text, node)) = &after {
        node.set_text_content(Some(&text[head.len()..]));
    }
}

/// The part of a text before its first space, such as the rest of a word or a full stop.
fn head(text: &str) -> &str {
    let end = text.find(|c: char| c.is_ascii_whitespace());
    &text[..end.unwrap_or(text.len())]
}

/// The part of a text behind its last space.
fn tail(text: &str) -> &str {
    let from = text.rfind(|c: char| c.is_ascii_whitespace());
    &text[from.map_or(0, |at| at + 1)..]
}

/// A text with each run of spaces and line ends replaced by one space; no-break spaces stay.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        let space = c.is_ascii_whitespace();
        if !(space && line.ends_with(' ')) {
            line.push(if space { ' ' } else { c });
        }
    }
    line
}

/// The button of a term, which opens its card.
fn button(text: &str, term: &'static Term) -> Option<HtmlElement> {
    let button = dom::document()?.create_element("button").ok()?;
    let button: HtmlElement = button.unchecked_into();
    button.set_text_content(Some(text));
    for (name, value) in [
        ("type", "button"),
        ("class", "term"),
        ("aria-haspopup", "dialog"),
        ("data-term", term.name),
    ] {
        let _ = button.set_attribute(name, value);
    }
    Some(button)
}

/// Opens and closes the card for the buttons of terms wherever they are: in the story, where [`mark`] puts them, and in figures,
/// which are drawn anew.
fn listen(open: Open) {
    let Some(document) = dom::document() else {
        return;
    };
    let term_of = |event: &Event| {
        let at: Element = event.target()?.dyn_into().ok()?;
        let button = at.closest("button.term").ok().flatten()?;
        let name = button.get_attribute("data-term")?;
        let term = TERMS.iter().find(|it| it.name == name)?;
        Some((button.unchecked_into::<HtmlElement>(), term))
    };
    // Pressing the button of the open term closes its card, like any press outside of the card; the click that follows
    // must not open it again.
    let was_open = std::rc::Rc::new(Cell::new(false));
    let before = std::rc::Rc::clone(&was_open);
    let pressed = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let now = open.get_untracked().map(|it| it.name);
        before.set(term_of(&event).is_some_and(|it| Some(it.1.name) == now && is_open()));
    });
    let clicked = Closure::<dyn FnMut(Event)>::new(move |event: Event| match term_of(&event) {
        Some(_) if was_open.take() => close(),
        Some((button, term)) => show(&button, term, open),
        None => {}
    });
    // Before the browser closes the card because of the press.
    let _ = document.add_event_listener_with_callback_and_bool(
        "pointerdown",
        pressed.as_ref().unchecked_ref(),
        true,
    );
    let _ = document.add_event_listener_with_callback("click", clicked.as_ref().unchecked_ref());
    // The listeners live as long as the page.
    pressed.forget();
    clicked.forget();
}

fn is_open() -> bool {
    let card = dom::by_id(CARD);
    card.is_some_and(|it| it.matches(":popover-open").unwrap_or(false))
}

fn close() {
    if let Some(card) = dom::by_id(CARD) {
        let _ = card.hide_popover();
    }
}

/// Opens the card of a term, below its button, or above it if there is no room below.
fn show(button: &HtmlElement, term: &'static Term, open: Open) {
    let (Some(card), Some(window)) = (dom::by_id(CARD), dom::window()) else {
        return;
    };
    open.set(Some(term));
    // The focus returns to where it is now.
    let _ = button.focus();
    let button = button.clone();
    wasm_bindgen_futures::spawn_local(async move {
        // The card has its contents only after this turn.
        crate::worker::turn().await;
        if card.show_popover().is_err() && !is_open() {
            return;
        }
        let size = |name: &str| {
            let size = js_sys::Reflect::get(&window, &name.into()).ok();
            size.and_then(|it| it.as_f64()).unwrap_or_default()
        };
        let (word, own) = (
            button.get_bounding_client_rect(),
            card.get_bounding_client_rect(),
        );
        let most = size("innerWidth") - own.width() - GAP;
        let left = word.left().min(most).max(GAP);
        let below = word.bottom() + GAP;
        let above = word.top() - own.height() - GAP;
        let fits = below + own.height() <= size("innerHeight") || above < GAP;
        let top = if fits { below } else { above };
        dom::set_style(&card, "left", &format!("{}px", left + size("scrollX")));
        dom::set_style(&card, "top", &format!("{}px", top + size("scrollY")));
        let _ = card.focus();
    });
}

/// The list of all terms, folded away in the page's footer.
fn list() {
    let Some(foot) = dom::document().and_then(|it| it.query_selector("footer").ok().flatten())
    else {
        return;
    };
    let word = |term: &'static Term| {
        view! {
            <div>
                <dt>{term.name}</dt>
                <dd>{term.what} " " {term.why} " " <a href=format!("#{}", term.at)>"Where it is shown"</a></dd>
            </div>
        }
    };
    let all = move || {
        view! {
            <p><a href="?lesson">"A lesson: three stops of ten minutes, and a check"</a></p>
            <details id="words">
                <summary>{format!("All {} words of this page", TERMS.len())}</summary>
                <dl class="glossary">{TERMS.iter().map(word).collect_view()}</dl>
            </details>
        }
    };
    leptos::mount::mount_to(foot.unchecked_into(), all).forget();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_word_ends_at_the_next_space() {
        assert_eq!(
            ["'s doing", ". A", ", ", "", " b"].map(head),
            ["'s", ".", ",", "", ""]
        );
        assert_eq!(["see (", "a ", "", "“"].map(tail), ["(", "", "", "“"]);
    }

    #[test]
    fn a_text_is_taken_as_it_is_shown() {
        assert_eq!(
            one_line("in its KV\n          cache, 196\u{a0}ms "),
            "in its KV cache, 196\u{a0}ms "
        );
    }
}
