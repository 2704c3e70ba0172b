//! How many tokens make a block.

use leptos::prelude::*;

/// The sizes to teach with; engines use 16 and more.
const SIZES: [u32; 3] = [4, 8, 16];

/// A choice of how many tokens a block has, one button for each size.
#[component]
pub fn SizeChoice(
    /// Names the group among those of other figures.
    name: &'static str,
    /// The chosen size \[tokens a block\], which a click changes.
    size: RwSignal<u32>,
) -> impl IntoView {
    let option = move |tokens: u32| {
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    prop:checked=move || size.get() == tokens
                    on:change=move |_| size.set(tokens)
                />
                {tokens}
            </label>
        }
    };
    view! {
        <div class="asks" role="radiogroup" aria-label="Tokens a block">
            "tokens a block"
            <span class="choice">{SIZES.map(option).collect_view()}</span>
        </div>
    }
}
