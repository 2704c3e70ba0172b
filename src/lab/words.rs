//! The line of words that the glossary explains. Its buttons do nothing by themselves: what explains the page answers them, and
//! the line is unseen until that is there.

use crate::figure::signal::{parts, when};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_view::glossary_words::Word;

/// The words of a part of the laboratory.
pub type WordsOf = Arc<dyn Fn() -> Vec<Word> + Send + Sync>;

/// A line with a button for each word; absent if there is none.
#[component]
pub fn Words(
    /// The words, which follow the signals that they are found with.
    of: WordsOf,
) -> AnyView {
    let all = Memo::new(move |_| of());
    let none = when(move || all.read().is_empty());
    let buttons = parts(move || all.read().iter().map(word).collect());
    view! {
        <p class="explained soft" hidden=none>
            "Words explained:"
            {buttons}
        </p>
    }
    .into_any()
}

fn word(it: &Word) -> AnyView {
    view! {
        <button type="button" class="term" aria-haspopup="dialog" data-term=it.term>
            {it.form}
        </button>
    }
    .into_any()
}
