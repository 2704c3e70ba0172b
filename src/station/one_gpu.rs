//! The station on one GPU: the same prompt twice, and what the second time costs.

mod rows;

use crate::figure::signal::{parts, text, when};
use crate::figure::{Player, Sentence, Slider, Transport, nodes};
use leptos::prelude::*;
use warmpath_core::decimal::fixed;
use warmpath_view::format;
use warmpath_view::one_gpu::{DOCUMENT, LONGEST, PromptChoice, machine, marks, play, sentences};
use warmpath_view::playback::controls::{SPEEDS, share};

/// The largest number of requests that are kept; beyond it the oldest after the first is dropped.
const MOST: usize = 40;
/// The step by which the document's length changes \[tokens\]: a block.
const STEP: f64 = 16.0;
/// The speed at which the answers are played at first: a quarter of real time, in which they would be over in a second or two.
const SPEED: &str = "0.25×";

/// The first station of the page: one GPU that is asked several times.
#[component]
pub fn OneGpu() -> impl IntoView {
    let asks = RwSignal::new(vec![PromptChoice::Same, PromptChoice::Same]);
    let length = RwSignal::new(f64::from(DOCUMENT));
    let answers = Memo::new(move |_| play(length.get() as u32, &asks.read()));
    let send = move |ask: PromptChoice| {
        asks.update(|asks| {
            asks.push(ask);
            // The first request stays, because the others are compared with it.
            if asks.len() > MOST {
                asks.remove(1);
            }
        });
    };
    let player = Player::new(marks(&answers.read_untracked()));
    player.set_speed(SPEED);
    // All answers share one clock, as if their requests were sent at the same time.
    Effect::new(move |_| player.load(marks(&answers.read())));
    let at = move || {
        let end = player.marks.read().end;
        format!("{}%", fixed(share(player.now.get(), end) * 100.0, 3))
    };
    let now = move || {
        let speed = SPEEDS[player.speed.get()].0;
        sentences::now(&answers.read(), player.now.get(), speed)
    };
    let shown = Signal::derive(move || format::plural(length.get() as u64, "token"));
    view! {
        {keys()}
        <div class="sheet">
            <div class="figure-keys" role="group" aria-label="The answers, played" tabindex="0" on:keydown=move |event| player.key(&event)>
                <div class="race field" style=("--at", at)>{parts(move || vec![rows::rows(&answers.read())])}</div>
                <Transport player />
                <p class="now soft">{text(now)}</p>
            </div>
        </div>
        <Sentence sentence=Signal::derive(move || sentences::verdict(&answers.read())) live=true />
        <div class="controls">
            <Slider id="one-gpu-length" label="document" value=length max=f64::from(LONGEST) step=STEP shown />
            <span class="end">
                <button type="button" id="one-gpu-empty" on:click=move |_| asks.set(Vec::new())>"Empty the cache"</button>
                <button
                    type="button"
                    id="one-gpu-first"
                    disabled=when(move || !asks.read().contains(&PromptChoice::OtherDocument))
                    on:click=move |_| send(PromptChoice::First)
                >
                    "The first again"
                </button>
                <button type="button" on:click=move |_| send(PromptChoice::OtherDocument)>"Another document"</button>
                <button type="button" on:click=move |_| send(PromptChoice::OtherQuestion)>"Another question"</button>
                <button type="button" id="one-gpu-send" class="go" on:click=move |_| send(PromptChoice::Same)>
                    {text(move || if asks.read().is_empty() { "Send" } else { "Send it again" }.to_owned())}
                </button>
            </span>
        </div>
    }
}

/// What the colours mean, and on which machine the answers are computed.
fn keys() -> AnyView {
    view! {
        <div class="keys" aria-hidden="true">
            <span class="key cold">"prefill, computed"</span>
            <span class="key decode">"decode, a tick for each token after the first"</span>
            <span class="key spared">"found in the cache, not computed again"</span>
            <span class="facts">{machine()}</span>
        </div>
    }
    .into_any()
}

/// The same prompt twice, as the page has it from the start.
#[component]
pub fn OpeningOneGpu() -> impl IntoView {
    let answers = play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same]);
    view! {
        {keys()}
        {rows::rows(&answers)}
        <p class="say">{nodes(&sentences::verdict(&answers))}</p>
    }
}
