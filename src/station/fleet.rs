//! The station on the fleet: two to four policies side by side on the same arrivals, with one clock and one scrubber for
//! all.

mod charts;
mod forest;
pub mod opening;
mod side;
mod stage;
mod texts;
mod touch;
mod turns;

pub use opening::OpeningFleet;
pub use stage::plays_own;

use super::address::keep_address;
use super::replay::replay;
use crate::address::Address;
use crate::figure::signal::{follow, parts, text, when};
use crate::figure::{Line, Player, Transport, hold, nodes, rows, scroller};
use crate::mount;
use charts::charts;
use forest::{Forest, trees};
use leptos::prelude::*;
use opening::{came, deeper};
use side::side;
use stage::{FleetState, Play};
use std::cell::RefCell;
use std::rc::Rc;
use texts::Holdings;
use touch::{connected, follow_head, hint, kept, tip, totals};
use turns::{Frame, Turns};
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::play::Own;
use warmpath_view::comparison::trees::words::{brief as trees_in_brief, caption};
use warmpath_view::comparison::{
    Comparison, LEAST, MOST, PLAYS, deltas, figures, misses, sentences,
};
use warmpath_view::rich::RichText;

/// The station's name in addresses.
const NAME: &str = "fleet";

/// The fleet's station: two to four policies on the same arrivals, side by side.
#[component]
pub fn Fleet(
    /// The page's address when it was opened.
    address: Address,
    /// A scenario of the laboratory that is to be played; `None` if there is none.
    played: RwSignal<Option<Own>>,
    /// Changes when the colours or the width do.
    #[prop(into)]
    redraw: Signal<u32>,
) -> impl IntoView {
    let view = match address.station == NAME {
        true => address.view.as_str(),
        false => "",
    };
    let stage = FleetState::new(played.get_untracked(), view);
    let FleetState { player, touch, .. } = stage;
    let shown = when(move || stage.shown.read().is_some());
    keep_address(NAME, player, shown, text(move || stage.view()), move |to| {
        stage.travel(&to.view);
    });
    let link = replay(stage, address.time_for(NAME));
    follow_head(stage);
    follow_laboratory(stage, played);
    let controls = controls(stage, played);
    let parting = Memo::new(move |_| stage.of_shown(Comparison::flag));
    let (now, log) = (RwSignal::new(RichText::new()), RwSignal::new(Vec::new()));
    let forests = follow_playhead(stage, (now, log), redraw);
    let sides: Vec<AnyView> = (0..MOST).map(|which| side(which, stage)).collect();
    let brief = move |of: fn(&Comparison) -> String| text(move || stage.of_shown(of)).into_any();
    let why = move || stage.of_shown(misses::sentence);
    let no_why = when(move || why().is_empty());
    let why = view! { <Line id="fleet-why" class="reason" hidden=no_why>{parts(move || nodes(&why()))}</Line> };
    let lanes = move || shown_part(stage, |comparison| rows(&figures::table(comparison)));
    let lanes = view! { <table id="fleet-lanes">{parts(lanes)}</table> };
    view! {
        <div class="sheet">
            <div
                class="figure-keys"
                role="group"
                tabindex="0"
                aria-label=format!("{LEAST} to {MOST} policies on one clock; press ? for the keys")
                on:keydown=move |event| match touch.key(stage, &event) {
                    true => event.prevent_default(),
                    false => player.key(&event),
                }
            >
                {controls}
                <p class="soft" id="fleet-setting">{text(move || stage.of_shown(|it| it.setting.clone()))}</p>
                <div class="sides">{sides} {connected(stage)}</div>
                {hint(stage)}
                {reading()}
                <Transport player flag=parting more=keys_here() />
                {totals(stage)}
                {kept(stage, link)}
                {moment(stage, now, parting)}
                {decisions(player, log)}
            </div>
            {tip(stage)}
            {came(delta(stage), brief(deltas::brief), why.into_any(), changes(stage))}
            <p class="notice" role="alert" id="fleet-fault" hidden=when(move || stage.fault.read().is_none())>
                {text(move || stage.fault.get().unwrap_or_default())}
            </p>
            {charts(stage, brief(Comparison::further_charts), redraw)}
            {deeper(
                brief(trees_in_brief),
                text(move || stage.of_shown(caption)).into_any(),
                Some("fleet-caption"),
                forests.into_any(),
            )}
            <details class="told">
                <summary>"The lanes as a table"</summary>
                {scroller("The lanes as a table".to_owned(), lanes.into_any())}
            </details>
        </div>
    }
}

/// Plays a scenario that the laboratory hands over, with its policies; from then on it is in the list. A figure that another has
/// replaced follows no more.
fn follow_laboratory(stage: FleetState, played: RwSignal<Option<Own>>) {
    let asked_for = stage.asked_for;
    let there = mount::there();
    follow(move || {
        let Some(own) = played.get().filter(|_| there.get_value()) else {
            return;
        };
        let sides = own.policies.clone();
        let now = Play::Own(Box::new(own));
        if !asked_for.with_untracked(|(play, _)| *play == now) {
            asked_for.set((now, sides));
        }
    });
}

/// The choice of the scenario that is played, a button that adds a policy, how far the next replay is, and what the colours mean.
fn controls(stage: FleetState, played: RwSignal<Option<Own>>) -> AnyView {
    let asked_for = stage.asked_for;
    let plays = NodeRef::new();
    hold(plays, move || {
        asked_for.with(|(play, _)| match play {
            Play::Offered(at) => at.to_string(),
            Play::Own(_) => "own".to_owned(),
        })
    });
    let choose = move |event| {
        let now = match (event_target_value(&event).parse(), played.get_untracked()) {
            (Ok(at), _) => Play::Offered(at),
            (_, Some(own)) => Play::Own(Box::new(own)),
            _ => return,
        };
        asked_for.update(|(play, _)| *play = now);
    };
    let play = |(at, (name, _)): (usize, &(&'static str, &str))| view! { <option value=at.to_string()>{*name}</option> };
    let own = move || {
        played
            .read()
            .as_ref()
            .map(|it| it.name.clone())
            .unwrap_or_default()
    };
    view! {
        <div class="controls">
            <select id="fleet-play" aria-label="What is asked" node_ref=plays on:change=choose>
                {PLAYS.iter().enumerate().map(play).collect_view()}
                <option value="own" hidden=when(move || played.read().is_none())>{text(own)}</option>
            </select>
            <button
                type="button"
                id="fleet-add"
                disabled=when(move || stage.another().is_none())
                on:click=move |_| {
                    let next = untrack(|| stage.another());
                    asked_for.update(|(_, all)| all.extend(next));
                }
            >
                "Compare another policy"
            </button>
            <span class="soft" role="status" id="fleet-coming">{stage.coming.words()}</span>
            <div class="keys" aria-hidden="true">
                <span class="key cold">"prefill, computed"</span>
                <span class="key warm">"prefill, found in the cache"</span>
                <span class="key decode">"decode"</span>
                <span class="key queue">"waiting"</span>
                <span class="key pool">"cache blocks in use by active requests"</span>
            </div>
        </div>
    }
    .into_any()
}

/// Keeps what is shown at the playhead up to date: the sentence on what is under way, the list of decisions, and what each
/// router believes with its trees, which are returned.
fn follow_playhead(
    stage: FleetState,
    (now, log): (RwSignal<RichText>, RwSignal<Vec<String>>),
    redraw: Signal<u32>,
) -> Vec<AnyView> {
    // Changes when a reader asks for more than is shown.
    let asks = RwSignal::new(());
    let forests: [_; MOST] =
        core::array::from_fn(|which| Rc::new(RefCell::new(Forest::new(which))));
    let holdings: [_; MOST] = core::array::from_fn(|_| Holdings::new());
    let mut jobs = vec![texts::now(now), texts::decisions(log)];
    jobs.extend((0..).zip(holdings).map(|(which, it)| it.job(which)));
    jobs.extend(forests.iter().flat_map(forest::jobs));
    let turns = Turns::new(jobs);
    let player = stage.player;
    follow(move || {
        asks.track();
        let (at, resting) = (player.now.get(), !player.playing.get());
        let (shown, drawing) = (stage.shown.read(), redraw.get());
        let Some(comparison) = shown.as_ref() else {
            return;
        };
        turns.take(&Frame {
            comparison,
            run: stage.run.get_value(),
            at,
            resting,
            drawing,
        });
    });
    let forests = (0..).zip(holdings).zip(&forests);
    let forests = forests.map(|((which, it), forest)| trees(which, stage, it, forest, asks));
    forests.collect()
}

/// The sentence on what is under way, and a button that goes to the moment at which the policies part.
fn moment(
    stage: FleetState,
    now: RwSignal<RichText>,
    parting: Memo<Option<VirtualTime>>,
) -> AnyView {
    let part = text(move || {
        match stage.of_shown(|comparison| comparison.costly().is_some()) {
            true => "Go to where it first costs",
            false => "Go to where they part",
        }
        .to_owned()
    });
    let to_parting = move |_| {
        if let Some(at) = parting.get_untracked() {
            stage.touch.show_parting(stage, at);
        }
    };
    view! {
        <div class="moment">
            <p class="say" id="fleet-now" hidden=when(move || now.read().is_empty())>{parts(move || nodes(&now.read()))}</p>
            <button type="button" id="fleet-parting" disabled=when(move || parting.read().is_none()) on:click=to_parting>
                {part}
            </button>
        </div>
    }
    .into_any()
}

/// The list of the last decisions.
fn decisions(player: Player, log: RwSignal<Vec<String>>) -> AnyView {
    // While a run is played, screen readers do not announce every decision.
    let heard = move || {
        if player.playing.get() {
            "off"
        } else {
            "polite"
        }
        .to_owned()
    };
    view! {
        <div class="log" role="log" tabindex="0" aria-label="Decisions, latest first" aria-live=text(heard)>
            // Lines that stay keep their elements, so that only new ones are announced.
            <ol>
                <For each=move || log.get() key=String::clone let:line>
                    <li>{line}</li>
                </For>
            </ol>
        </div>
    }
    .into_any()
}

/// What the other policies come to against the first, in a sentence.
fn delta(stage: FleetState) -> AnyView {
    let delta = move || stage.of_shown(sentences::delta);
    view! {
        <p class="say" role="status" id="fleet-delta" hidden=when(move || delta().is_empty())>{parts(move || nodes(&delta()))}</p>
    }
    .into_any()
}

/// What the other policies come to against the first, figure by figure, as a table.
fn changes(stage: FleetState) -> AnyView {
    let changes = move || shown_part(stage, |comparison| rows(&deltas::deltas(comparison)));
    view! { <table class="beside numbers" id="fleet-deltas">{parts(changes)}</table> }.into_any()
}

/// A part made of the replay that is shown; nothing before there is one.
fn shown_part(stage: FleetState, of: fn(&Comparison) -> AnyView) -> Vec<AnyView> {
    stage.of_side(0, of).into_iter().collect()
}

/// What the bands, colours and marks of the lanes mean, folded away.
fn reading() -> AnyView {
    let line = |(mark, means): &(&'static str, &'static str)| view! { <li><b>{*mark}</b> ": " {*means}</li> };
    view! {
        <details class="told">
            <summary>"How to read the lanes"</summary>
            <ul class="reading">{figures::READING.iter().map(line).collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// The keys that this figure has beside those of the playhead, each with what it does.
fn keys_here() -> Vec<(String, &'static str)> {
    let keys = [
        ("W S", "a shorter stretch of time, a longer one"),
        ("M", "mark where a stretch begins"),
        ("Enter Esc", "the request sent last, close"),
    ];
    keys.map(|(key, what)| (key.to_owned(), what)).into()
}
