//! Fleet: two policies side by side on the same arrivals, one clock and one scrubber for both.

pub mod trees;

use crate::figure::Sentence;
use crate::figure::transport::{Player, Transport};
use crate::frames::on_frames;
use crate::{shell, worker};
use leptos::prelude::*;
use trees::PrefixTrees;
use warmpath_core::router::POLICIES;
use warmpath_core::units::VirtualTime;
use warmpath_view::duel::{self, Duel, OPENING, PLAYS, holdings, markup, say};
use warmpath_view::format;
use warmpath_view::markup::said;
use warmpath_view::playback::Cursor;

/// Events handled between two looks at the clock.
const SLICE: u32 = 128;
/// How long events are handled in a frame \[ms\].
const SLICE_MS: f64 = 6.0;
/// Decisions told at once.
const TOLD: usize = 4;

/// The station.
#[component]
pub fn Fleet(
    /// Where the playhead stands when the first run is there; at its end unless the address says.
    from: Option<VirtualTime>,
    /// Changes when the colours or the width do.
    #[prop(into)]
    redraw: Signal<u32>,
) -> impl IntoView {
    let policies = [RwSignal::new(OPENING[0]), RwSignal::new(OPENING[1])];
    let play = RwSignal::new(0usize);
    let shown = RwSignal::new(None::<Duel>);
    let coming = RwSignal::new(None::<f64>);
    let fault = RwSignal::new(None::<String>);
    let player = Player::new(Default::default());
    let asked = StoredValue::new(0u32);
    let first = StoredValue::new(from);
    keep_address(player, shown);
    Effect::new(move |_| {
        let wanted = [policies[0].get(), policies[1].get()];
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        let mut watched = match duel::watched(play.get(), wanted) {
            Ok(watched) => watched,
            Err(error) => return fault.set(Some(error)),
        };
        // A slice a frame, until the reader asks for something else.
        on_frames(move |_| {
            if asked.try_get_value() != Some(mine) {
                return false;
            }
            let start = worker::now();
            let result = loop {
                let result = watched.run(SLICE);
                if result != Ok(false) || worker::now() - start >= SLICE_MS {
                    break result;
                }
            };
            match result {
                Err(error) => fault.set(Some(error)),
                Ok(false) => {
                    let progress = watched.replay.progress();
                    let share = progress.done as f64 / progress.total.max(1) as f64;
                    // In steps that can be read.
                    let share = (share * 20.0).floor() / 20.0;
                    if coming.get_untracked() != Some(share) {
                        coming.set(Some(share));
                    }
                    return true;
                }
                Ok(true) => {
                    coming.set(None);
                    if let Some(duel) = duel::duel(&watched) {
                        player.load(duel.marks.clone());
                        shown.set(Some(duel));
                        fault.set(None);
                        if let Some(at) = first.try_update_value(Option::take).flatten() {
                            player.jump(at);
                        }
                    }
                }
            }
            false
        });
    });
    let parting = Signal::derive(move || shown.read().as_ref()?.flag());
    let delta = Signal::derive(move || shown.read().as_ref().map(say::delta).unwrap_or_default());
    let cursors = StoredValue::new((0u32, [Cursor::new(0), Cursor::new(0)]));
    let now = Signal::derive(move || {
        let at = player.now.get();
        let shown = shown.read();
        let Some(duel) = shown.as_ref() else {
            return Vec::new();
        };
        let run = asked.get_value();
        let census = cursors.try_update_value(|(of, cursors)| {
            if *of != run {
                *of = run;
                *cursors = [0, 1].map(|which| Cursor::new(duel.sides[which].lanes.len()));
            }
            [0, 1].map(|which| {
                cursors[which].seek(&duel.sides[which].events, at);
                cursors[which].all()
            })
        });
        say::now(duel, at, census.unwrap_or_default())
    });
    let log = Memo::new(move |_| {
        let at = player.now.get();
        let shown = shown.read();
        let told = shown.as_ref().map(|duel| say::decisions(duel, at, TOLD));
        told.unwrap_or_default()
    });
    let quiet = move || {
        if player.playing.get() {
            "off"
        } else {
            "polite"
        }
    };
    view! {
        <div
            class="figure-keys"
            role="group"
            tabindex="0"
            aria-label="Two policies on one clock; press ? for the keys"
            on:keydown=move |event| player.key(&event)
        >
            <div class="controls">
                <select id="fleet-play" aria-label="What is asked" on:change=move |event| if let Ok(at) = event_target_value(&event).parse() { play.set(at) }>
                    {PLAYS
                        .iter()
                        .enumerate()
                        .map(|(at, (name, _))| view! { <option value=at prop:selected=move || play.get() == at>{*name}</option> })
                        .collect_view()}
                </select>
                <span class="soft" role="status" id="fleet-coming">
                    {move || coming.get().filter(|_| shown.with(Option::is_some)).map(|share| format!("Being replayed: {}", format::share(share)))}
                </span>
            </div>
            <div class="keys" aria-hidden="true">
                <span class="key cold">"prefill, computed"</span>
                <span class="key warm">"prefill, found in the cache"</span>
                <span class="key decode">"decode"</span>
                <span class="key queue">"waiting"</span>
                <span class="key pool">"cache blocks in use"</span>
            </div>
            <div class="sides">
                <SideView which=0 policy=policies[0] shown player />
                <SideView which=1 policy=policies[1] shown player />
            </div>
            <Transport player flag=parting />
            <Sentence said=now />
            <div class="controls">
                <button
                    type="button"
                    id="fleet-parting"
                    disabled=move || parting.get().is_none()
                    on:click=move |_| if let Some(at) = parting.get_untracked() { player.jump(at) }
                >
                    {move || {
                        let costs = shown.read().as_ref().is_some_and(|duel| duel.costly.is_some());
                        if costs { "Go to where it first costs" } else { "Go to where they part" }
                    }}
                </button>
            </div>
            <div class="log" role="log" tabindex="0" aria-label="Decisions, latest first" aria-live=quiet>
                <ol>
                    <For each=move || log.get() key=|line| line.clone() let(line)>
                        <li>{line.clone()}</li>
                    </For>
                </ol>
            </div>
        </div>
        <div class="sides">
            <Trees which=0 shown player redraw />
            <Trees which=1 shown player redraw />
        </div>
        <Sentence said=delta live=true />
        <div class="scroll" tabindex="0" role="region" aria-label="The second policy against the first">
            <table class="beside numbers" id="fleet-deltas" inner_html=move || shown.read().as_ref().map(markup::deltas).unwrap_or_default()></table>
        </div>
        <p class="notice" role="alert" hidden=move || fault.read().is_none()>{move || fault.get()}</p>
        <details class="told">
            <summary>"The lanes as a table"</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="The lanes as a table">
                <table inner_html=move || shown.read().as_ref().map(markup::table).unwrap_or_default()></table>
            </div>
        </details>
    }
}

/// Keeps the playhead and the address together: the address follows where the playhead comes to rest, once the reader has
/// moved it from the end, and the playhead follows the history.
fn keep_address(player: Player, shown: RwSignal<Option<Duel>>) {
    shell::on_travel(move |address| {
        if let Some(at) = address.time_for("fleet") {
            player.jump(at);
        }
    });
    let moved = StoredValue::new(false);
    Effect::new(move |_| {
        let (at, end) = (player.now.get(), player.marks.read_untracked().end);
        if player.playing.get() || shown.read_untracked().is_none() {
            return;
        }
        let inside = (at < end).then_some(at);
        if inside.is_some() || moved.get_value() {
            moved.set_value(true);
            shell::keep_moment("fleet", inside);
        }
    });
}

/// One policy: its choice, figures and lanes, and the cursor over them.
#[component]
fn SideView(
    which: usize,
    policy: RwSignal<&'static str>,
    shown: RwSignal<Option<Duel>>,
    player: Player,
) -> impl IntoView {
    let show = move |draw: fn(&Duel, usize) -> String| {
        move || {
            shown
                .read()
                .as_ref()
                .map(|duel| draw(duel, which))
                .unwrap_or_default()
        }
    };
    let caption = show(|duel, which| {
        let [side, other] = [&duel.sides[which], &duel.sides[1 - which]];
        markup::caption(side, side.ttft_p50_s < other.ttft_p50_s)
    });
    let place = move |at: VirtualTime| {
        let end = player.marks.read().end.secs().max(f64::MIN_POSITIVE);
        at.secs() / end * 100.0
    };
    let x = move || format!("{:.3}%", place(player.now.get()));
    let rest = move || format!("{:.3}%", 100.0 - place(player.now.get()));
    let parting = move || {
        let at = shown.read().as_ref()?.flag()?;
        let x = format!("{:.3}%", place(at));
        Some(view! { <line class="parting" x1=x.clone() x2=x y1="0" y2="100%" /> })
    };
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some(entry) = POLICIES.iter().find(|entry| entry.name == name) {
            policy.set(entry.name);
        }
    };
    // Until the replay is there the picture is empty, but it has a name.
    let label = move || {
        let shown = shown.read();
        shown.as_ref().map_or_else(
            || "Being replayed".to_owned(),
            |duel| markup::label(duel, which),
        )
    };
    view! {
        <div class="side">
            <div class="caption">
                <select aria-label=if which == 0 { "Policy on the left" } else { "Policy on the right" } on:change=choose>
                    {POLICIES
                        .iter()
                        .map(|entry| view! {
                            <option value=entry.name prop:selected=move || policy.get() == entry.name>{entry.name}</option>
                        })
                        .collect_view()}
                </select>
                <span class="facts" inner_html=caption></span>
            </div>
            <div class="field">
                <div role="img" aria-label=label inner_html=show(markup::lanes)></div>
                <svg class="cursor" aria-hidden="true">
                    <rect x=x width=rest y="0" height="100%" />
                    {parting}
                    <line x1=x x2=x y1="0" y2="100%" />
                </svg>
            </div>
        </div>
    }
}

/// What one policy's router believes at the cursor, and what the replicas hold.
#[component]
fn Trees(
    which: usize,
    shown: RwSignal<Option<Duel>>,
    player: Player,
    redraw: Signal<u32>,
) -> impl IntoView {
    // A picture holds until the next one was taken: most frames change nothing.
    let shown_at = Memo::new(move |_| {
        let at = player.now.get();
        let shown = shown.read();
        let moments = shown.as_ref().map(|duel| &duel.sides[which].moments);
        (
            shown.is_some(),
            moments
                .and_then(|moments| holdings::at(moments, at))
                .map(|it| it.at),
        )
    });
    let show = move |draw: fn(&Duel, usize, VirtualTime) -> String| {
        move || {
            let at = shown_at.get().1.unwrap_or_default();
            let shown = shown.read();
            shown
                .as_ref()
                .map(|duel| draw(duel, which, at))
                .unwrap_or_default()
        }
    };
    view! {
        <div>
            <table class="beside holds" inner_html=show(holdings::table)></table>
            <p class="soft told-trees" inner_html=show(|duel, which, at| said(&holdings::say(duel, which, at)))></p>
            <PrefixTrees which shown player redraw />
        </div>
    }
}
