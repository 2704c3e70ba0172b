//! The station on failures: a run in which something befalls the fleet, beside the same run without it, for two to four
//! policies at once.
//!
//! The reader puts the playhead to a moment and chooses a replica and an event; the engine then makes both runs anew. Up to
//! that moment the new run is the same as the one before, so it seems to go on from there.

mod befall;
mod card;
pub mod opening;
mod side;
mod stage;

pub use opening::OpeningFailure;

use super::address::keep_address;
use super::replay::replay;
use crate::address::Address;
use crate::chart::ChartFigure;
use crate::figure::rich::{items, span};
use crate::figure::signal::{follow, parts, renew, text, when};
use crate::figure::{Button, Fold, Line, Player, Region, Transport, nodes, rows, scroller, second};
use crate::{mount, shell};
use befall::{event_buttons, event_list};
use card::{card, tip};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use opening::{came, story_region};
use side::side;
use stage::FailureState;
use std::sync::Arc;
use warmpath_core::units::VirtualTime;
use warmpath_view::chart::Chart;
use warmpath_view::comparison::play::Own;
use warmpath_view::comparison::{LEAST, MOST};
use warmpath_view::failure::choice::{Act, Choice};
use warmpath_view::failure::{Failure as Runs, figures, sentences};
use warmpath_view::fragment;
use warmpath_view::playback::Cursor;
use warmpath_view::rich::RichText;

/// The number of recent events that are listed.
const LISTED: usize = 3;
/// The station's name in addresses.
const NAME: &str = "failure";

/// The station on failures: runs with and without the events, side by side.
#[component]
pub fn Failure(
    /// The page's address when it was opened.
    address: Address,
    /// The scenario of that address; `None` if it has none.
    own: Option<Own>,
    /// A scenario of the laboratory that is to be played; `None` if there is none.
    played: RwSignal<Option<Own>>,
    /// Changes when the charts' colours or width do.
    redraw: Signal<u32>,
) -> impl IntoView {
    let stage = FailureState::new(asked(&address, own));
    let player = stage.player;
    if address.station == NAME {
        stage
            .card
            .kept
            .wanted
            .set_value(fragment::card(&address.view));
    }
    let link = replay(stage, address.time_for(NAME));
    let shown = when(move || stage.shown.read().is_some());
    keep_address(NAME, player, shown, text(move || stage.view()), move |to| {
        stage.travel(&to.view);
    });
    // The laboratory hands its runs over to this station and to that on the fleet; only those with events are played here.
    let there = mount::there();
    follow(move || {
        if let Some(own) = played.get()
            && there.get_value()
            && own.befallen
        {
            stage.asked_for.set(Choice::of(own));
        }
    });
    let (now, lately) = (RwSignal::new(RichText::new()), RwSignal::new(Vec::new()));
    tell(stage, now, lately);
    let sides: Vec<AnyView> = (0..MOST).map(|which| side(which, stage)).collect();
    let first = Memo::new(move |_| stage.of_shown(Runs::first));
    let lanes = move || shown_part(stage, |it| rows(&figures::lanes_table(it)));
    let lanes = view! { <table id="failure-lanes">{parts(lanes)}</table> };
    let fault = when(move || stage.fault.read().is_none());
    let inside = view! {
        {controls(stage)}
        {event_buttons(stage)}
        {keys()}
        <Region class="sides">{sides}</Region>
        <Transport player flag=first more=keys_here() />
        {moment(stage, now, first)}
        {card(stage, link)}
        {tip(stage)}
    };
    view! {
        <div class="sheet">
            <div
                class="figure-keys"
                role="group"
                tabindex="0"
                aria-label=format!("{LEAST} to {MOST} policies on one clock, and what happens to their replicas; press ? for the keys")
                on:keydown=move |event| key(stage, &event)
            >
                {inside.into_any()}
                {happenings(player, lately)}
            </div>
            {results(stage, redraw)}
            <Line class="notice" role="alert" id="failure-fault" hidden=fault>
                {text(move || stage.fault.get().unwrap_or_default())}
            </Line>
            <Fold class="told" summary=vec!["The lanes as a table".into_any()]>
                {scroller("The lanes as a table".to_owned(), lanes.into_any())}
            </Fold>
        </div>
    }
}

/// The events that are set, buttons that add a policy and lead to the laboratory, and how far the next runs are.
fn controls(stage: FailureState) -> AnyView {
    let another = move |()| {
        stage.asked_for.update(|it| {
            let next = it.another();
            it.policies.extend(next.map(str::to_owned));
        });
    };
    let to_lab = move |()| {
        shell::take_to("lab", "lab", &stage.asked_for.with_untracked(Choice::query));
    };
    let no_more = when(move || stage.asked_for.read().another().is_none());
    view! {
        <Region class="controls">
            {event_list(stage)}
            <Button id="failure-another" disabled=no_more click=another>
                "Compare another policy"
            </Button>
            <Button id="failure-lab" click=to_lab>
                "Take it to the lab"
            </Button>
            <Line class="soft" role="status" id="failure-coming">
                {stage.coming.words()}
            </Line>
        </Region>
    }
    .into_any()
}

/// What the colours and marks of the lanes mean.
fn keys() -> AnyView {
    let keys = vec![
        span("key cold", "prefill, computed".to_owned()),
        span("key warm", "found in the cache".to_owned()),
        span("key decode", "decode".to_owned()),
        span("key queue", "waiting".to_owned()),
        span("key pool", "cache blocks in use".to_owned()),
        span("key down", "down".to_owned()),
        span("key hung", "hung".to_owned()),
        span("key starting", "starting".to_owned()),
        span(
            "key alive",
            "wrongly believed alive; a tick, an attempt sent there".to_owned(),
        ),
        span("key dead", "ready, not yet known".to_owned()),
        span("key cut", "answers that broke off".to_owned()),
    ];
    view! { <Region class="keys">{keys}</Region> }.into_any()
}

/// The sentence on the state at the playhead, and buttons that go to the request sent last and to the `first` event.
fn moment(
    stage: FailureState,
    now: RwSignal<RichText>,
    first: Memo<Option<VirtualTime>>,
) -> AnyView {
    let silent = when(move || now.read().is_empty());
    let no_first = when(move || first.read().is_none());
    let to_first = move |()| {
        if let Some(at) = first.get_untracked() {
            stage.player.jump(at);
        }
    };
    view! {
        <Region class="moment">
            <Line class="say" id="failure-now" hidden=silent>
                {parts(move || nodes(&now.read()))}
            </Line>
            <Button id="failure-keep" click=move |()| stage.keep_last()>
                "Who was sent last?"
            </Button>
            <Button id="failure-first" disabled=no_first click=to_first>
                "Go to where it happens"
            </Button>
        </Region>
    }
    .into_any()
}

/// The list of the last events of replicas.
fn happenings(player: Player, lately: RwSignal<Vec<String>>) -> AnyView {
    let heard = text(move || {
        if player.playing.get() {
            "off"
        } else {
            "polite"
        }
        .to_owned()
    });
    let line = |it: &String| view! { <li>{it.clone()}</li> }.into_any();
    let log = parts(move || lately.read().iter().map(line).collect());
    view! {
        <div class="log" role="log" tabindex="0" aria-label="What happened, latest first" aria-live=heard>
            <ol>{log}</ol>
        </div>
    }
    .into_any()
}

/// What the events came to: in sentences with a chart, and figure by figure.
fn results(stage: FailureState, redraw: Signal<u32>) -> AnyView {
    let brief = move |of: fn(&Runs) -> String| text(move || stage.of_shown(of)).into_any();
    let chart = RwSignal::new(None::<Chart>);
    follow(move || chart.set(stage.of_shown(Runs::chart)));
    let drawn = parts(move || {
        let there = chart.read().is_some();
        let figure = || {
            second(
                brief(Runs::chart_in_brief),
                view! { <ChartFigure chart redraw /> }.into_any(),
            )
        };
        there.then(figure).into_iter().collect()
    });
    let story = view! {
        {story_region(
            parts(move || nodes(&stage.of_shown(sentences::story))),
            brief(sentences::costs_brief),
            [sentences::costs_by_policy, sentences::further_costs].map(|of| parts(move || items(&stage.of_shown(of)))),
        )}
        {drawn}
    };
    let table = move || shown_part(stage, |it| rows(&figures::table(it)));
    let table = view! { <table class="beside numbers" id="failure-table">{parts(table)}</table> };
    came(
        story.into_any(),
        brief(figures::brief),
        table.into_any(),
        brief(figures::note),
        Arc::new(move || stage.of_shown(figures::words)),
    )
}

/// A part made of the runs that are shown; nothing before there are any.
fn shown_part(stage: FailureState, of: fn(&Runs) -> AnyView) -> Vec<AnyView> {
    stage.of_side(0, of).into_iter().collect()
}

/// The scenario, events and policies that an address asks for when the page is opened. If it names or embeds this station, these
/// are its scenario, if that has events, and what the fragment says of the station. Else they are those that the station opens
/// with: the query of an address that names another station is the laboratory's alone.
fn asked(address: &Address, own: Option<Own>) -> Choice {
    if address.station != NAME && address.embed.as_deref() != Some(NAME) {
        return Choice::default();
    }
    let own = own.filter(|it| it.befallen);
    let mut choice = own.map(Choice::of).unwrap_or_default();
    if address.station == NAME {
        choice.take(&address.view);
    }
    choice
}

/// What a key does while the figure has the focus. A key that the focused control needs itself is left to it.
fn key(stage: FailureState, event: &KeyboardEvent) {
    let tag = event.target().and_then(|it| {
        use wasm_bindgen::JsCast as _;
        it.dyn_into::<web_sys::Element>().ok()
    });
    let tag = tag.map(|it| it.tag_name()).unwrap_or_default();
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    let typing = matches!(tag.as_str(), "SELECT" | "INPUT");
    let ours = !modified && !typing;
    // Of ASCII alone: the tables of all letters are 9 KB of what is fetched.
    let typed = event.key().to_ascii_lowercase();
    let act = Act::ALL.into_iter().find(|act| act.key() == typed);
    match (act.filter(|_| ours), typed.as_str()) {
        (Some(act), _) => stage.act(act),
        (_, "arrowup") if ours => stage.choose_next(-1),
        (_, "arrowdown") if ours => stage.choose_next(1),
        (_, "escape") if ours => stage.card.kept.keep(None),
        // A button and a fold use this key themselves.
        (_, "enter") if ours && !matches!(tag.as_str(), "BUTTON" | "SUMMARY") => stage.keep_last(),
        _ => return stage.player.key(event),
    }
    event.prevent_default();
}

/// The keys that this figure has beside those of the playhead, each with what it does.
fn keys_here() -> Vec<(String, &'static str)> {
    let acts = Act::ALL.map(|act| (act.key().to_ascii_uppercase(), act.about()));
    let rest = [
        ("↑ ↓", "the replica it happens to"),
        ("Enter Esc", "the request sent there last, close"),
    ];
    let rest = rest.map(|(key, what)| (key.to_owned(), what));
    acts.into_iter().chain(rest).collect()
}

/// Keeps the sentence on the state and the list of events in step with the playhead.
fn tell(stage: FailureState, now: RwSignal<RichText>, lately: RwSignal<Vec<String>>) {
    let cursors = StoredValue::new((0u32, Vec::<Cursor>::new()));
    follow(move || {
        let at = stage.player.now.get();
        let runs = stage.shown.read();
        let Some(runs) = runs.as_ref() else { return };
        let of = stage.run.get_value();
        let census = cursors.try_update_value(|(known, cursors)| {
            if *known != of {
                *known = of;
                let new =
                    |side: &warmpath_view::failure::RunPair| Cursor::new(side.with.lanes.len());
                *cursors = runs.sides.iter().map(new).collect();
            }
            let sides = cursors.iter_mut().zip(&runs.sides);
            let census = sides.map(|(cursor, side)| {
                cursor.seek(&side.with.events, at);
                cursor.all()
            });
            census.collect::<Vec<_>>()
        });
        renew(now, sentences::now(runs, at, &census.unwrap_or_default()));
        renew(lately, sentences::lately(runs, at, LISTED));
    });
}
