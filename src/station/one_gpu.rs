//! One GPU: the same prompt twice, and what the second time costs.

use crate::figure::{Sentence, Slider};
use leptos::prelude::*;
use warmpath_view::format;
use warmpath_view::one_gpu::{Ask, DOCUMENT, LONGEST, machine, markup, play, say};

/// The most that a reader sends before the oldest are forgotten.
const MOST: usize = 40;
/// What the length of the document changes by \[tokens\]: a block.
const STEP: f64 = 16.0;

/// The station.
#[component]
pub fn OneGpu() -> impl IntoView {
    let asks = RwSignal::new(vec![Ask::Same, Ask::Same]);
    let length = RwSignal::new(f64::from(DOCUMENT));
    let answers = Memo::new(move |_| play(length.get() as u32, &asks.read()));
    let send = move |ask: Ask| {
        asks.update(|asks| {
            asks.push(ask);
            if asks.len() > MOST {
                asks.drain(..1);
            }
        });
    };
    let shown = Signal::derive(move || format::plural(length.get() as u64, "token"));
    view! {
        <div class="keys" aria-hidden="true">
            <span class="key cold">"prefill, computed"</span>
            <span class="key warm">"prefill, found in the cache"</span>
            <span class="key decode">"decode, a tick a token"</span>
            <span class="facts">{machine()}</span>
        </div>
        <div class="field" inner_html=move || markup::rows(&answers.read())></div>
        <Sentence said=Signal::derive(move || say::verdict(&answers.read())) live=true />
        <div class="controls">
            <Slider id="one-gpu-length" label="document" value=length max=f64::from(LONGEST) step=STEP shown />
            <span class="end">
                <button type="button" id="one-gpu-empty" on:click=move |_| asks.set(Vec::new())>"Empty the cache"</button>
                <button type="button" on:click=move |_| send(Ask::OtherDocument)>"Another document"</button>
                <button type="button" on:click=move |_| send(Ask::OtherQuestion)>"Another question"</button>
                <button type="button" id="one-gpu-send" class="go" on:click=move |_| send(Ask::Same)>
                    {move || if asks.read().is_empty() { "Send" } else { "Send it again" }}
                </button>
            </span>
        </div>
    }
}
