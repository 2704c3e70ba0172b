//! The choice of the number of tokens per block.

use leptos::prelude::*;

/// The sizes that are offered for teaching; engines use 16 and more.
const SIZES: [u32; 3] = [4, 8, 16];

/// A choice of how many tokens a block has, one button for each size.
#[component]
pub fn SizeChoice(
    /// The `name` of the radio buttons, which no other figure may use: buttons of one name are one choice.
    name: &'static str,
    /// The chosen size \[tokens per block\], which a click changes.
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
