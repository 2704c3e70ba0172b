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
use crate::address::Address;
use crate::figure::signal::{follow, parts, text, when};
use crate::figure::{Line, Player, Transport, hold, nodes, rows, scroller};
use crate::worker::{Answer, Link, WorkRequest};
use crate::{dom, mount, shell};
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
use turns::{Scene, Turns};
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::play::Own;
use warmpath_view::comparison::trees::words::{brief as trees_in_brief, caption};
use warmpath_view::comparison::{
    self, Comparison, LEAST, MOST, PLAYS, deltas, figures, misses, sentences,
};
use warmpath_view::format;
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
    // The number of the replay that is shown.
    let replayed = StoredValue::new(0u32);
    let shown = when(move || stage.shown.read().is_some());
    keep_address(NAME, player, shown, text(move || stage.view()), move |to| {
        stage.travel(&to.view);
    });
    let link = replay(stage, replayed, address.time_for(NAME));
    follow_head(stage);
    follow_laboratory(stage, played);
    let controls = controls(stage, played);
    let parting = Memo::new(move |_| stage.of_shown(Comparison::flag));
    let (now, log) = (RwSignal::new(RichText::new()), RwSignal::new(Vec::new()));
    let forests = follow_playhead(stage, replayed, (now, log), redraw);
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
    // The page does not wait for the first replay, because it opens with pictures of it.
    let waited = move || {
        let share = stage.coming.get();
        let share = share.filter(|_| stage.shown.read().is_some());
        share.map_or(String::new(), |it| {
            format!("Being replayed: {}", format::share(it))
        })
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
            <span class="soft" role="status" id="fleet-coming">{text(waited)}</span>
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
    replayed: StoredValue<u32>,
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
        turns.take(&Scene {
            comparison,
            run: replayed.get_value(),
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

/// Asks an engine for a replay whenever the choice changes. The station has an engine of its own, so that it need not wait for
/// the laboratory's runs; the link to it is returned. At the first replay the playhead goes to `from`.
fn replay(stage: FleetState, replayed: StoredValue<u32>, from: Option<VirtualTime>) -> Link {
    let fault = stage.fault;
    let asked = StoredValue::new(0u32);
    let first = StoredValue::new(from);
    let link = Link::start(move |answer| match answer {
        Answer::Progress { done, total, .. } => {
            // The progress changes in steps, so that the text can be read.
            let share = (done / total.max(1.0) * 20.0).floor() / 20.0;
            if stage.coming.get_untracked() != Some(share) {
                stage.coming.set(Some(share));
            }
        }
        Answer::Comparison { number, comparison } if number == asked.get_value() => {
            stage.coming.set(None);
            let comparison = match comparison.open() {
                Ok(comparison) => comparison,
                Err(reason) => return fault.set(Some(reason)),
            };
            fault.set(None);
            stage.player.load(comparison.marks.clone());
            replayed.set_value(number);
            stage.touch.renew(&comparison);
            let requests = comparison.prompts.len() as u32;
            shell::tell_run("fleet", &untrack(|| self::asked(stage)), requests);
            stage.shown.set(Some(comparison));
            if let Some(at) = first.try_update_value(Option::take).flatten() {
                stage.player.jump(at);
            }
        }
        Answer::Forked(forked) => {
            stage.coming.set(None);
            stage.touch.came(*forked);
        }
        Answer::Failed { reason } => {
            stage.coming.set(None);
            stage.touch.failed();
            fault.set(Some(reason));
        }
        // The answer to an earlier request, which is out of date.
        _ => {}
    });
    let way = link.clone();
    let ended = link.clone();
    mount::on_leave(move || ended.end());
    follow(move || {
        let query = self::asked(stage);
        let number = asked.get_value() + 1;
        asked.set_value(number);
        stage.coming.set(Some(0.0));
        let ask = |query| {
            let base = dom::folder();
            way.ask(&WorkRequest::Comparison {
                query,
                base,
                number,
            })
        };
        if let Err(reason) = ask(query) {
            fault.set(Some(reason));
        }
    });
    link
}

/// The query for the chosen scenario and policies.
fn asked(stage: FleetState) -> String {
    let (play, policies) = &*stage.asked_for.read();
    match play {
        Play::Offered(at) => comparison::play::query(*at, policies),
        Play::Own(own) => comparison::play::under(&own.query, policies),
    }
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
