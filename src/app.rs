//! What the page shows: so far, that a typed prompt becomes chained blocks, computed in the worker.

use crate::worker::{Answer, Ask, Worker};
use leptos::prelude::*;

/// Tokens in a block here; each character counts as one token.
const BLOCK_SIZE: u32 = 16;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let (blocks, set_blocks) = signal(Vec::<String>::new());
    let (fault, set_fault) = signal(None::<String>);
    let worker = Worker::start(move |answer| match answer {
        Ok(Answer::Chain { blocks }) => set_blocks.set(blocks),
        Err(reason) => set_fault.set(Some(reason)),
    });
    let worker = StoredValue::new_local(worker);
    let ask = move |prompt: &str| {
        let tokens = prompt.chars().map(u32::from).collect();
        let ask = Ask::Chain {
            tokens,
            block_size: BLOCK_SIZE,
        };
        let asked = worker.with_value(|worker| match worker {
            Ok(worker) => worker.ask(&ask),
            Err(reason) => Err(reason.clone()),
        });
        if let Err(reason) = asked {
            set_fault.set(Some(reason));
        }
    };
    let sample = "You are a helpful assistant. Why is the sky blue?";
    ask(sample);
    view! {
        <main>
            <h1>"Warmpath"</h1>
            <label for="prompt">"A prompt"</label>
            <input id="prompt" prop:value=sample on:input=move |event| ask(&event_target_value(&event)) />
            <p>
                {move || blocks.read().len()} " full blocks of " {BLOCK_SIZE}
                " tokens (one a character), each named by everything before it:"
            </p>
            <ol id="blocks">
                {move || {
                    blocks.get().into_iter().map(|id| view! { <li><code>{id}</code></li> }).collect_view()
                }}
            </ol>
            <p role="alert">{fault}</p>
        </main>
    }
}
