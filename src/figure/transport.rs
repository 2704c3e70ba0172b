//! Playback of a finished run: buttons, a scrubber with its marks, speeds, the clock, and keys.
//!
//! Nothing plays by itself, and for a reader who asked for less motion the playhead jumps once a second instead of moving
//! smoothly. The figure that is played handles the keys ([`Player::key`]) while it has the focus.

mod player;

pub use player::Player;

use crate::figure::signal::{parts, text, when};
use crate::figure::{hold, percent};
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::sentences::moment;
use warmpath_view::playback::Direction;
use warmpath_view::playback::controls::{KEYS, SPEEDS, lines, share};

const TO_REQUEST_BACK: &str = "M2 2h2v12H2zM9 3v10L5 8zM14 3v10L10 8z";
const TO_EVENT_BACK: &str = "M4 2h2v12H4zM13 3v10L7 8z";
const REVERSE: &str = "M13 3v10L3 8z";
const PLAY: &str = "M3 2l11 6-11 6z";
const PAUSE: &str = "M3 2h4v12H3zM9 2h4v12H9z";
const TO_EVENT: &str = "M10 2h2v12h-2zM3 3v10l6-5z";
const TO_REQUEST: &str = "M12 2h2v12h-2zM2 3v10l4-5zM7 3v10l4-5z";

/// The controls of a playback.
#[component]
pub fn Transport(
    /// The playhead that buttons, scrubber and keys move.
    player: Player,
    /// A moment that is marked on the scrubber; `None` for no mark.
    #[prop(optional, into)]
    flag: Signal<Option<VirtualTime>>,
    /// Keys that the figure has of its own, each with what it does.
    #[prop(optional)]
    more: Vec<(String, &'static str)>,
) -> impl IntoView {
    let keys = KEYS.iter().map(|(key, what)| ((*key).to_owned(), *what));
    let keys = keys.chain(more).map(|(key, what)| {
        view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }.into_any()
    });
    let keys: Vec<AnyView> = keys.collect();
    let speed = NodeRef::<leptos::html::Select>::new();
    hold(speed, move || SPEEDS[player.speed.get()].0.to_owned());
    let playing = text(move || {
        if player.playing.get() {
            "Pause"
        } else {
            "Play"
        }
        .to_owned()
    });
    let icon = text(move || if player.playing.get() { PAUSE } else { PLAY }.to_owned());
    let back = text(move || (player.way.get() == Direction::Back).to_string());
    let end = move || player.marks.read().end;
    let position = text(move || format!("{} of {}", moment(player.now.get()), moment(end())));
    let option = |(name, _): &(&'static str, f64)| view! { <option value=*name>{*name}</option> };
    view! {
        <div class="transport">
            <div class="moves" role="group" aria-label="Playback">
                {step("Back one request", TO_REQUEST_BACK, move || player.step_request(Direction::Back))}
                {step("Back one event", TO_EVENT_BACK, move || player.step_event(Direction::Back))}
                <button type="button" class="play" aria-label=playing title=playing on:click=move |_| player.toggle()>
                    <svg viewBox="0 0 16 16" aria-hidden="true"><path d=icon /></svg>
                </button>
                {step("On one event", TO_EVENT, move || player.step_event(Direction::Forward))}
                {step("On one request", TO_REQUEST, move || player.step_request(Direction::Forward))}
                <button
                    type="button"
                    aria-pressed=back
                    aria-label="Play backwards"
                    title="Play backwards"
                    on:click=move |_| player.turn()
                >
                    <svg viewBox="0 0 16 16" aria-hidden="true"><path d=REVERSE /></svg>
                </button>
            </div>
            <span class="scrub">
                // The attribute `max` comes before `value`, which it limits.
                <input
                    type="range"
                    aria-label="Virtual time"
                    min="0"
                    step="1"
                    max=text(move || millis(end()))
                    prop:value=text(move || { player.marks.track(); millis(player.now.get()) })
                    aria-valuetext=position
                    on:input=move |event| {
                        if let Ok(millis) = event_target_value(&event).parse::<u64>() {
                            player.jump(VirtualTime(millis * 1_000_000));
                        }
                    }
                />
                <svg class="marks" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
                    <path d=text(move || lines(&player.marks.read())) />
                </svg>
                <svg class="flag" aria-hidden="true">{parts(move || flag.get().map(|at| flagged(at, end())).into_iter().collect())}</svg>
            </span>
            <span class="clock"><b>{text(move || moment(player.now.get()))}</b>" of "<span class="end">{text(move || moment(end()))}</span></span>
            <select class="speed" aria-label="Speed" node_ref=speed on:change=move |event| player.set_speed(&event_target_value(&event))>
                {SPEEDS.iter().map(option).collect_view()}
            </select>
            <button
                type="button"
                class="step"
                aria-label="Keys"
                aria-expanded=text(move || player.help.get().to_string())
                on:click=move |_| player.help.update(|shown| *shown = !*shown)
            >
                "?"
            </button>
        </div>
        <dl class="help" hidden=when(move || !player.help.get())>
            {keys}
        </dl>
    }
}

/// A button that moves the playhead.
fn step(label: &'static str, icon: &'static str, act: impl Fn() + 'static) -> AnyView {
    let act: Box<dyn Fn()> = Box::new(act);
    view! {
        <button type="button" aria-label=label title=label on:click=move |_| act()>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d=icon /></svg>
        </button>
    }
    .into_any()
}

/// A mark on the scrubber at a moment.
fn flagged(at: VirtualTime, end: VirtualTime) -> AnyView {
    let x = percent(share(at, end) * 100.0);
    view! { <svg x=x overflow="visible"><path d="M0 0l4.5 9h-9z" /></svg> }.into_any()
}

fn millis(time: VirtualTime) -> String {
    (time.0 / 1_000_000).to_string()
}
