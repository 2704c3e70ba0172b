//! The blocks of a prompt, with those of a long prompt folded. A block keeps its element while its contents change.

use crate::figure::each;
use crate::figure::rich::bold;
use crate::figure::signal::{text, when};
use leptos::prelude::*;
use std::ops::Range;
use warmpath_view::chips::{Block, Prompt};
use warmpath_view::fold::{Fold, Piece, Run, edited};
use warmpath_view::format;
use warmpath_view::lint::Note;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// The number of pieces from which on the list scrolls by itself.
const LONG: usize = 120;

/// The prompt that is shown, with the settings of the picture.
#[derive(Clone, Default, PartialEq)]
struct ShownPrompt {
    fold: Fold,
    pieces: Vec<Piece>,
}

/// A piece of the picture, ready to be drawn.
#[derive(PartialEq)]
enum Item {
    Block(Block),
    Run(Run),
}

/// The blocks of a prompt, in order.
#[component]
pub fn Chips(
    /// The prompt that is shown, cut into blocks.
    #[prop(into)]
    prompt: Signal<Prompt>,
    /// The number of its first blocks that are in the cache.
    #[prop(into)]
    cached: Signal<u32>,
    /// The notes on its tokens.
    #[prop(optional, into)]
    notes: Signal<Vec<Note>>,
    /// The prompt that it is compared with; if there is one, the ids of the blocks are shown.
    #[prop(optional, into)]
    before: Option<Signal<Prompt>>,
) -> impl IntoView {
    let list = NodeRef::<leptos::html::Ol>::new();
    let open = RwSignal::new(Vec::<Range<usize>>::new());
    // The prompt as it was last shown, and the block that was last edited.
    let last = StoredValue::new((Prompt::default(), 0));
    let pieces = Memo::new_with_compare(
        move |_| {
            let prompt = prompt.read();
            let edit = last.try_update_value(|(last, edit)| {
                *edit = edited(last, &prompt).unwrap_or(*edit);
                last.clone_from(&prompt);
                *edit
            });
            let fold = Fold {
                edit: edit.unwrap_or_default(),
                open: open.get(),
                before: before.map(|before| before.get()),
            };
            let pieces = fold.pieces(&prompt, cached.get(), &notes.read());
            ShownPrompt { fold, pieces }
        },
        // Always true, because whether another prompt, other notes or another cache change the picture is decided piece by
        // piece.
        |_, _| true,
    );
    let unfold = Callback::new(move |run: Range<usize>| {
        let first = run.start;
        open.update(|open| open.push(run));
        // Once it is shown, the first block that was hidden gets the focus.
        let at = untrack(|| {
            pieces
                .read()
                .pieces
                .iter()
                .position(|it| *it == Piece::Block(first))
        });
        leptos::task::spawn_local(async move {
            let item = list.get_untracked().zip(at);
            let item = item.and_then(|(list, at)| list.children().item(at as u32));
            if let Some(item) = item.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                item.set_tab_index(-1);
                let _ = item.focus();
            }
        });
    });
    let items = move || {
        let (shown, prompt, notes) = (pieces.read(), prompt.read(), notes.read());
        let cached = cached.get();
        let item = |piece: &Piece| match piece {
            Piece::Block(at) => Item::Block(shown.fold.block(&prompt, cached, &notes, *at)),
            Piece::Run(run) => Item::Run(shown.fold.run(&prompt, cached, run)),
        };
        shown.pieces.iter().map(item).collect()
    };
    let draw = move |item: &Item| match item {
        Item::Block(it) => block(it, before.is_some()),
        Item::Run(run) => folded(run.clone(), unfold),
    };
    let long = move || pieces.read().pieces.len() > LONG;
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
            class:long=when(long)
            tabindex=text(move || if long() { "0" } else { "-1" }.to_owned())
            aria-label="The prompt in blocks"
        >
            {each(items, draw)}
        </ol>
        <p class="fold" hidden=when(move || open.read().is_empty())>
            <button type="button" on:click=fold>"Fold the blocks again"</button>
        </p>
    }
}

/// The blocks of a prompt that does not change.
pub fn blocks(prompt: &Prompt, cached: u32, ids: bool) -> AnyView {
    let blocks: Vec<AnyView> = prompt
        .blocks(cached)
        .iter()
        .map(|it| block(it, ids))
        .collect();
    view! { <ol class="chips">{blocks}</ol> }.into_any()
}

/// A block with its number, its tokens, its id if `ids`, and whether it is cached.
fn block(of: &Block, ids: bool) -> AnyView {
    let token = |(at, text): (usize, &String)| {
        let mut notes = of.notes.iter().filter(|it| it.0 == at).peekable();
        if notes.peek().is_none() {
            return bold(None, text.clone());
        }
        let notes: Vec<_> = notes
            .map(|it| view! { <sup>{it.1.to_string()}</sup> })
            .collect();
        view! { <b class="noted">{text.clone()}{notes}</b> }.into_any()
    };
    let tokens: Vec<AnyView> = of.chips.iter().enumerate().map(token).collect();
    let before = of.was.map_or("", |_| " cached-before");
    let id = ids.then(|| {
        let id = of
            .id
            .map_or("no id".to_owned(), |id| format::short_id(id.0));
        let was = of.was.map(|id| view! { <s>{format::short_id(id.0)}</s> });
        view! { <code>{was}{id}</code> }
    });
    view! {
        <li class=format!("block {}{}{before}", of.warmth.class(), of.renamed.classes())>
            <i>{format::count(u64::from(of.number))}</i>
            {tokens}
            {id}
            <span class="unseen">{format!(", {}; ", of.warmth.words())}</span>
        </li>
    }
    .into_any()
}

/// A folded run: a button with a brick for each block, which unfolds it.
fn folded(of: Run, unfold: Callback<Range<usize>>) -> AnyView {
    let (width, height) = (of.width.to_string(), of.height.to_string());
    let more = if of.renamed { " renamed" } else { "" };
    view! {
        <li class=format!("run {}{more}", of.warmth.class())>
            <button type="button" data-from=of.blocks.start.to_string() on:click=move |_| unfold.run(of.blocks.clone())>
                <i>{of.numbers}</i>
                " "
                <svg width=width.clone() height=height.clone() viewBox=format!("0 0 {width} {height}") aria-hidden="true">
                    <path d=of.path />
                </svg>
                <span>{of.words} <span class="unseen">{format!(", {}", of.warmth.words())}</span> ": show"</span>
            </button>
        </li>
    }
    .into_any()
}
