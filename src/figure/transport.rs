//! Playback over a finished run: buttons, a scrubber with its marks, speeds, the clock, and keys.
//!
//! Nothing plays by itself, and a reader who asked for less motion gets a jump a second in place of a glide.

mod player;

pub use player::{Player, SPEEDS};

use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::duel::say::moment;
use warmpath_view::playback::Way;

const TO_REQUEST_BACK: &str = "M2 2h2v12H2zM9 3v10L5 8zM14 3v10L10 8z";
const TO_EVENT_BACK: &str = "M4 2h2v12H4zM13 3v10L7 8z";
const REVERSE: &str = "M13 3v10L3 8z";
const PLAY: &str = "M3 2l11 6-11 6z";
const PAUSE: &str = "M3 2h4v12H3zM9 2h4v12H9z";
const TO_EVENT: &str = "M10 2h2v12h-2zM3 3v10l6-5z";
const TO_REQUEST: &str = "M12 2h2v12h-2zM2 3v10l4-5zM7 3v10l4-5z";

/// The keys, as they are told.
const KEYS: [(&str, &str); 7] = [
    ("Space", "play, pause"),
    ("← →", "event"),
    ("Shift ← →", "request"),
    ("Home End", "start, end"),
    ("[ ]", "slower, faster"),
    ("Tab", "to the buttons"),
    ("?", "this list"),
];

/// The controls. `flag` is a moment to mark on the scrubber.
#[component]
pub fn Transport(
    /// What plays.
    player: Player,
    /// A moment to mark.
    #[prop(into)]
    flag: Signal<Option<VirtualTime>>,
) -> impl IntoView {
    let millis = move |time: VirtualTime| time.0 / 1_000_000;
    let end = move || player.marks.read().end;
    let place = move |time: VirtualTime| time.secs() / end().secs().max(f64::MIN_POSITIVE);
    let told = move || {
        let (now, end) = (moment(player.now.get()), moment(end()));
        format!("{now} of {end}")
    };
    let scrub = move |event| {
        if let Ok(millis) = event_target_value(&event).parse::<u64>() {
            player.jump(VirtualTime(millis * 1_000_000));
        }
    };
    // One line a thousandth of the width: marks closer than that are one.
    let marks = move || {
        let marks = player.marks.read();
        let mut places: Vec<u32> = marks
            .requests
            .iter()
            .map(|at| (place(*at) * 1000.0) as u32)
            .collect();
        places.dedup();
        let lines = places.iter().map(|x| format!("M{x} 0v5"));
        lines.collect::<String>()
    };
    let play_label = move || {
        if player.playing.get() {
            "Pause"
        } else {
            "Play"
        }
    };
    view! {
        <div class="transport">
            <div class="moves" role="group" aria-label="Playback">
                <Move label="Back one request" path=TO_REQUEST_BACK act=move || player.step_request(Way::Back) />
                <Move label="Back one event" path=TO_EVENT_BACK act=move || player.step_event(Way::Back) />
                <button type="button" class="play" aria-label=play_label title=play_label on:click=move |_| player.toggle()>
                    <svg viewBox="0 0 16 16" aria-hidden="true">
                        <path d=move || if player.playing.get() { PAUSE } else { PLAY } />
                    </svg>
                </button>
                <Move label="On one event" path=TO_EVENT act=move || player.step_event(Way::Forward) />
                <Move label="On one request" path=TO_REQUEST act=move || player.step_request(Way::Forward) />
                <button
                    type="button"
                    aria-label="Play backwards"
                    title="Play backwards"
                    aria-pressed=move || if player.way.get() == Way::Back { "true" } else { "false" }
                    on:click=move |_| player.turn()
                >
                    <svg viewBox="0 0 16 16" aria-hidden="true"><path d=REVERSE /></svg>
                </button>
            </div>
            <span class="scrub">
                <input
                    type="range"
                    aria-label="Virtual time"
                    min="0"
                    max=move || millis(end())
                    step="1"
                    prop:value=move || millis(player.now.get()).to_string()
                    aria-valuetext=told
                    on:input=scrub
                />
                <svg class="marks" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true"><path d=marks /></svg>
                <svg class="flag" aria-hidden="true">
                    {move || flag.get().map(|at| view! {
                        <svg x=format!("{:.2}%", place(at) * 100.0) overflow="visible"><path d="M0 0l4.5 9h-9z" /></svg>
                    })}
                </svg>
            </span>
            <span class="clock"><b>{move || moment(player.now.get())}</b>" of "{move || moment(end())}</span>
            <select aria-label="Speed" on:change=move |event| player.set_speed(&event_target_value(&event))>
                {SPEEDS
                    .into_iter()
                    .enumerate()
                    .map(|(at, (name, _))| view! {
                        <option value=name prop:selected=move || player.speed.get() == at>{name}</option>
                    })
                    .collect_view()}
            </select>
            <button
                type="button"
                class="step"
                aria-label="Keys"
                aria-expanded=move || if player.help.get() { "true" } else { "false" }
                on:click=move |_| player.help.update(|shown| *shown = !*shown)
            >
                "?"
            </button>
        </div>
        <dl class="help" hidden=move || !player.help.get()>
            {KEYS
                .into_iter()
                .map(|(key, what)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> })
                .collect_view()}
        </dl>
    }
}

/// A button that moves the cursor.
#[component]
fn Move(label: &'static str, path: &'static str, act: impl Fn() + 'static) -> impl IntoView {
    view! {
        <button type="button" aria-label=label title=label on:click=move |_| act()>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d=path /></svg>
        </button>
    }
}
