//! A prompt's blocks, a long prompt's folded. A block that says the same as before keeps its element.

use crate::figure::edit;
use leptos::prelude::*;
use warmpath_view::chips::Prompt;
use warmpath_view::chips::fold::{Fold, Piece, edited};
use warmpath_view::lint::Note;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// From so many pieces on the list scrolls by itself.
const LONG: usize = 120;

/// The blocks in order.
#[component]
pub fn Chips(
    /// The prompt.
    #[prop(into)]
    prompt: Signal<Prompt>,
    /// How many of its first blocks are in the cache.
    #[prop(into)]
    cached: Signal<u32>,
    /// The notes at its tokens.
    #[prop(optional, into)]
    notes: Signal<Vec<Note>>,
    /// What it is compared with; where it is, the blocks' ids are shown.
    #[prop(optional, into)]
    before: Option<Signal<Prompt>>,
) -> impl IntoView {
    let list = NodeRef::<leptos::html::Ol>::new();
    let open = RwSignal::new(Vec::new());
    // The prompt and its elements as they were drawn last, where it was edited last, and what to bring the focus to.
    let last = StoredValue::new(Last::default());
    let unfolded = StoredValue::new(None::<usize>);
    Effect::new(move |_| {
        let Some(list) = list.get() else { return };
        let (prompt, cached, notes) = (prompt.read(), cached.get(), notes.read());
        let mut now = last.try_update_value(core::mem::take).unwrap_or_default();
        now.edit = edited(&now.prompt, &prompt).unwrap_or(now.edit);
        let fold = Fold {
            edit: now.edit,
            open: open.get(),
            before: before.map(|before| before.get()),
        };
        let pieces = fold.pieces(&prompt, cached, &notes);
        let items: Vec<String> = pieces
            .iter()
            .map(|piece| fold.item(&prompt, cached, &notes, piece))
            .collect();
        replace(&list, &now.items, &items);
        let long = items.len() > LONG;
        if long != (now.items.len() > LONG) {
            let _ = list.class_list().toggle_with_force("long", long);
            let _ = list.set_attribute("tabindex", if long { "0" } else { "-1" });
        }
        if let Some(at) = unfolded.try_update_value(Option::take).flatten() {
            let at = pieces.iter().position(|it| *it == Piece::Block(at));
            if let Some(item) = at.and_then(|at| child(&list, at)) {
                let _ = item.set_attribute("tabindex", "-1");
                let _ = item.focus();
            }
        }
        now.items = items;
        now.prompt.clone_from(&prompt);
        last.set_value(now);
    });
    let unfold = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let button = target.and_then(|it| it.closest("button").ok().flatten());
        let number = |name| button.as_ref()?.get_attribute(name)?.parse::<usize>().ok();
        if let (Some(from), Some(to)) = (number("data-from"), number("data-to")) {
            unfolded.set_value(Some(from));
            open.update(|open| open.push(from..to));
        }
    };
    let fold = move |_| {
        open.set(Vec::new());
        if let Some(list) = list.get_untracked() {
            let _ = list.focus();
        }
    };
    view! {
        <ol
            node_ref=list
            class="chips"
            tabindex="-1"
            aria-label="The prompt in blocks"
            on:click=unfold
        ></ol>
        <p class="fold" hidden=move || open.read().is_empty()>
            <button type="button" on:click=fold>"Fold the blocks again"</button>
        </p>
    }
}

/// What was drawn last.
#[derive(Default)]
struct Last {
    prompt: Prompt,
    items: Vec<String>,
    edit: usize,
}

/// Makes the list's elements those of `now`. What is the same at the beginning and at the end keeps its element, and what
/// differs in texts alone gets the texts.
fn replace(list: &HtmlElement, before: &[String], now: &[String]) {
    if before.is_empty() {
        // The mark of a list without children.
        list.set_inner_html("");
    }
    let alike = |a: &[String], b: &[String]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let head = alike(before, now);
    let tail = before[head..].iter().rev().zip(now[head..].iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let (before, now) = (
        &before[head..before.len() - tail],
        &now[head..now.len() - tail],
    );
    if before.len() == now.len() {
        for (at, (before, now)) in (head..).zip(before.iter().zip(now)) {
            if before == now {
                continue;
            }
            let Some(item) = child(list, at) else { return };
            edit::whole(&item, before, now);
        }
        return;
    }
    for _ in before {
        if let Some(item) = child(list, head) {
            item.remove();
        }
    }
    let new = now.concat();
    let _ = match child(list, head) {
        _ if new.is_empty() => Ok(()),
        Some(next) => next.insert_adjacent_html("beforebegin", &new),
        None => list.insert_adjacent_html("beforeend", &new),
    };
}

fn child(list: &HtmlElement, at: usize) -> Option<HtmlElement> {
    let nodes = list.child_nodes();
    nodes.get(at as u32)?.dyn_into().ok()
}
