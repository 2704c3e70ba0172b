//! A prompt's blocks. A block whose content has not changed keeps its element.

use leptos::prelude::*;
use warmpath_view::chips::Block;
use warmpath_view::markup;

/// From so many blocks on the list scrolls by itself.
const LONG: usize = 120;

/// A block and what to mark it with.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// The block.
    pub block: Block,
    /// More classes.
    pub mark: &'static str,
}

/// The blocks in order.
#[component]
pub fn Chips(
    /// What to show.
    #[prop(into)]
    blocks: Signal<Vec<Block>>,
    /// More classes for block number `n` (from 0).
    #[prop(optional, into)]
    mark: Option<Callback<usize, &'static str>>,
    /// Whether the blocks' ids are shown.
    #[prop(optional)]
    ids: bool,
) -> impl IntoView {
    let marked = move || {
        let all = blocks.get().into_iter().enumerate();
        all.map(|(at, block)| Marked {
            block,
            mark: mark.map_or("", |mark| mark.run(at)),
        })
        .collect::<Vec<_>>()
    };
    // The content is the key: a block that says the same is the same.
    let key = |it: &Marked| {
        format!(
            "{}{}{}",
            markup::block_class(&it.block),
            it.mark,
            markup::block(&it.block)
        )
    };
    view! {
        <ol
            class="chips"
            class:no-ids=!ids
            class:long=move || { blocks.read().len() > LONG }
            tabindex=move || (blocks.read().len() > LONG).then_some("0")
            aria-label="The prompt in blocks"
        >
            <For each=marked key=key let(it)>
                <li
                    class=format!("{} {}", markup::block_class(&it.block), it.mark)
                    inner_html=markup::block(&it.block)
                ></li>
            </For>
        </ol>
    }
}
