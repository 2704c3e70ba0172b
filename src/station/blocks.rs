//! The station on blocks: a typed prompt as tokens in blocks, and what one early edit does to all blocks after it.

use crate::figure::signal::when;
use crate::figure::{
    Chips, Late, Notes, PromptBox, Samples, Sentence, SizeChoice, TokenizerChoice, Tokens, blocks,
    nodes, second,
};
use crate::shell::keep_steps;
use leptos::prelude::*;
use std::rc::Rc;
use warmpath_view::chips::{Prompt, change};
use warmpath_view::format;
use warmpath_view::lint::lint;
use warmpath_view::playground::BLOCK_SIZE;
use warmpath_view::playground::samples::{SAMPLES, router};
use warmpath_view::sentences;

/// What the marks on the blocks mean.
const MARKS: &str = "Solid: found in a cache that holds the prompt it is compared with; dashed: computed; no frame: not full. Beside a changed \
id the old one is struck through; raised numbers lead to the notes. A code such as U+200D is a character that shows nothing by itself.";

/// The second station of the page: a prompt, cut into tokens and blocks.
#[component]
pub fn Blocks(
    /// The prompt from the address; `None` if it has none.
    typed: Option<String>,
) -> impl IntoView {
    let opening = typed.unwrap_or_else(|| SAMPLES[1].prompt());
    let text = RwSignal::new(opening.clone());
    let held = RwSignal::new(opening);
    let size = RwSignal::new(BLOCK_SIZE);
    let tokens = Tokens::words();
    // A text whose tokens have not arrived yet leaves the prompt as it was.
    let read = move |text: RwSignal<String>, was: Option<&Prompt>| {
        let read = tokens.read(&text.read(), size.get());
        read.or_else(|| was.cloned()).unwrap_or_default()
    };
    let now = Memo::new(move |was| read(text, was));
    let before = Memo::new(move |was| read(held, was));
    let edited = Memo::new(move |_| change(&before.read(), &now.read()));
    keep_steps(
        "blocks",
        move || [text.get(), format!("{} {}", size.get(), held.read())],
        move || {
            let [was, before] = [text, held].map(|it| it.get_untracked());
            let cut = size.get_untracked();
            Rc::new(move || {
                text.set(was.clone());
                held.set(before.clone());
                size.set(cut);
            })
        },
        move |prompt| text.set(prompt),
    );

    // The cache holds the prompt as it was before the changes, so what both share is found.
    let shared = Signal::derive(move || edited.read().kept);
    let facts = Signal::derive(move || {
        let now = now.read();
        format!(
            "{} · {}",
            format::plural(now.tokens.len() as u64, "token"),
            format::blocks(now.full_blocks())
        )
    });
    // The sentences on the blocks come after the paint that shows the letter just typed.
    let late = Late::after(move || {
        now.track();
        edited.track();
    });
    let odd = late.value(move || lint(&now.read()));
    let notes = Memo::new(move |_| odd.get());
    let cut = late.value(move || sentences::blocks(&now.read()));
    let edit = late.value(move || sentences::edit(&edited.read()).unwrap_or_default());
    let apart = Memo::new(move |_| {
        held.with(|held| {
            text.with(|text| {
                if held == text {
                    String::new()
                } else {
                    held.clone()
                }
            })
        })
    });
    let take_before = move |event| match event_target_value(&event) {
        same if same.is_empty() => held.set(text.get_untracked()),
        before => held.set(before),
    };
    let change_early = move |_| text.update(|text| *text = one_early_edit(text));
    view! {
        <PromptBox id="blocks-prompt" label="Prompt" text facts />
        // What a shared link says of the prompt compared with; empty where that is the prompt itself.
        <textarea id="blocks-before" aria-label="Compared with" hidden prop:value=move || apart.get() on:input=take_before></textarea>
        <Samples text />
        <div class="controls">
            <SizeChoice name="blocks-size" size />
            <TokenizerChoice id="blocks-tokenizer" tokens typed=[text, held] />
            <span class="end">
                <button type="button" disabled=when(move || edited.read().kept == edited.read().blocks) on:click=move |_| held.set(text.get())>
                    "Compare with this from now on"
                </button>
                <button type="button" class="go" on:click=change_early>"Change one early character"</button>
            </span>
        </div>
        <Chips prompt=now cached=shared notes before=Signal::from(before) />
        {marks()}
        <Notes notes=notes.into() />
        <Sentence sentence=cut />
        <Sentence sentence=edit live=true />
    }
}

/// The station as it is in the page before any program is loaded.
#[component]
pub fn OpeningBlocks() -> impl IntoView {
    let prompt = router(BLOCK_SIZE).read(&SAMPLES[1].prompt());
    let same = sentences::edit(&change(&prompt, &prompt)).unwrap_or_default();
    view! {
        <p class="typed">{prompt.text.clone()}</p>
        {blocks(&prompt, prompt.full_blocks(), true)}
        {marks()}
        <p class="say">{nodes(&sentences::blocks(&prompt))}</p>
        <p class="say">{nodes(&same)}</p>
    }
}

/// What the marks on the blocks mean.
fn marks() -> AnyView {
    let marks = view! { <p class="soft">{MARKS}</p> };
    second(
        "What the marks on the blocks mean".into_any(),
        marks.into_any(),
    )
}

/// The text with its first letter changed from small to capital or the reverse: the smallest edit there is.
fn one_early_edit(text: &str) -> String {
    let mut done = false;
    text.chars()
        .map(|c| {
            if done || !c.is_ascii_alphabetic() {
                return c;
            }
            done = true;
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edit_is_one_character_and_undoes_itself() {
        assert_eq!(one_early_edit("1. You"), "1. you");
        assert_eq!(one_early_edit(&one_early_edit("You")), "You");
        assert_eq!(one_early_edit("…"), "…");
    }
}
