//! A side of the comparison: the choice of its policy, the lanes of the run with the events, with the lives of their
//! replicas over them, and below them those of the run without; the playhead is over both.

use super::stage::FailureState;
use crate::figure::life::{life, staff};
use crate::figure::signal::{attribute, parts, text, when};
use crate::figure::{Button, axis, hold, nodes, policies, square, strip};
use leptos::prelude::*;
use warmpath_core::router::POLICIES;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::{MOST, figures::about};
use warmpath_view::failure::{Failure, figures};
use warmpath_view::lives::draw::drawing;
use warmpath_view::lives::staff::most;
use warmpath_view::playback::controls::share;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, MouseEvent};

/// The names of the sides for screen readers.
const NAMES: [&str; MOST] = ["First", "Second", "Third", "Fourth"];

/// The element of side `which`, counted from 0; hidden while there are fewer sides.
pub(super) fn side(which: usize, stage: FailureState) -> AnyView {
    let policy = move || stage.policy(which).unwrap_or_default();
    // The list has policies without parameters; one with parameters gets an entry of its own.
    let own = move || Some(policy()).filter(|it| POLICIES.iter().all(|entry| entry.name != it));
    let list = NodeRef::new();
    hold(list, policy);
    let name = NAMES[which % MOST];
    let explained = format!("failure-about-{which}");
    let choose = move |event| {
        let to = event_target_value(&event);
        stage.asked_for.update(|it| it.policies[which] = to);
    };
    let stays = when(move || !stage.asked_for.read().can_remove());
    let remove = move |()| {
        stage.asked_for.update(|it| {
            it.policies.remove(which);
        });
    };
    let caption = move || {
        let caption = stage.of_side(which, |it| figures::caption(&it.sides[which]));
        caption.as_deref().map(nodes).unwrap_or_default()
    };
    let busy = move || {
        let busy = stage.coming.read().is_some() && stage.shown.read().is_some();
        busy.then(|| "true".to_owned())
    };
    let drawn = move |with| {
        parts(move || {
            let drawn = stage.of_side(which, |it| match with {
                true => lanes(it, which, Some(stage)),
                false => calm(it, which),
            });
            drawn.into_iter().collect()
        })
    };
    view! {
        <div class="side" id=format!("failure-{which}") hidden=when(move || stage.policy(which).is_none())>
            <div class="caption">
                <span class=text(move || format!("pick {}", stage.look(which)))>
                    <select
                        aria-label=format!("{name} policy")
                        data-side=which.to_string()
                        aria-describedby=explained.clone()
                        node_ref=list
                        on:change=choose
                    >
                        {policies()}
                        <option class="own" hidden=when(move || own().is_none())>{text(move || own().unwrap_or_default())}</option>
                    </select>
                    <Button class="small" name=text(move || format!("{name} policy: take it away")) hidden=stays click=remove>
                        "×"
                    </Button>
                </span>
                <span class="facts">{parts(caption)}</span>
            </div>
            <p class="about" id=explained>{text(move || about(&policy()).to_owned())}</p>
            <div class="field">
                <div class="drawn" aria-busy=attribute(busy)>{drawn(true)}{drawn(false)}</div>
                {cursor(stage)}
            </div>
        </div>
    }
    .into_any()
}

/// The lanes of the run with the events; without a stage, they do not react to a pointer.
pub(super) fn lanes(failure: &Failure, which: usize, stage: Option<FailureState>) -> AnyView {
    let course = &failure.sides[which].with;
    let end = failure.marks.end;
    let columns = course.lanes.first().map_or(0, Vec::len);
    let strips = figures::strips(failure, which, true).into_iter();
    let lane = |((id, shades), it)| {
        let over = life(drawing(it, end));
        let inside = view! { {strip(columns, shades)} {over} }.into_any();
        lane(id, which, inside, stage)
    };
    let lanes = (0u16..).zip(strips).zip(&course.lives);
    // A replica that could start but never did has no lane.
    let lanes = lanes.filter(|(_, life)| life.was_there()).map(lane);
    let most = most(failure.sides.iter().map(|side| &side.with.staff));
    view! {
        <ol class="lanes" aria-label=figures::label(failure, which)>{lanes.collect::<Vec<_>>()}</ol>
        {staff(&course.staff, end, most)}
        {axis(figures::axis(failure))}
    }
    .into_any()
}

/// A lane of side `which`. With a stage, what became of the request under the pointer stands beside the pointer; a click chooses
/// the replica, moves the playhead to that moment, and opens the card of the request.
fn lane(id: u16, which: usize, inside: AnyView, stage: Option<FailureState>) -> AnyView {
    let Some(stage) = stage else {
        return view! { <li>{square(id.into())}<div class="lane">{inside}</div></li> }.into_any();
    };
    let chosen = text(move || (stage.chosen.get() == id).to_string());
    // What a pointer does in the lane: a click or a movement, or leaving it.
    let touched = move |event: &MouseEvent| {
        let kind = event.type_();
        if kind == "pointerleave" {
            return stage.card.point(None);
        }
        let lane = event
            .current_target()
            .and_then(|it| it.dyn_into::<Element>().ok());
        let Some(lane) = lane.map(|it| it.get_bounding_client_rect()) else {
            return;
        };
        let part = (f64::from(event.client_x()) - lane.left()) / lane.width().max(1.0);
        let end = stage.player.marks.read_untracked().end;
        // Cut to a tenth of a second, as a pointer is not more precise.
        let at = (part.clamp(0.0, 1.0) * end.secs() * 10.0).floor() / 10.0;
        let at = VirtualTime::from_secs(at);
        let down = (f64::from(event.client_y()) - lane.top()) / lane.height().max(1.0);
        let found = stage.request_at(which, id, at, down);
        if kind == "pointermove" {
            let place = (event.client_x(), event.client_y());
            return stage.card.point(found.map(|it| (which, it, place)));
        }
        stage.chosen.set(id);
        stage.clicked.set(Some(at));
        stage.player.jump(at);
        stage.card.keep(found.map(|it| (which, it)));
    };
    view! {
        <li data-chosen=chosen>
            <Button
                class="whom"
                name=text(move || format!("Choose replica {id}"))
                pressed=chosen
                click=move |()| stage.chosen.set(id)
            >
                {square(id.into())}
            </Button>
            <div
                class="lane"
                data-replica=id.to_string()
                on:click=move |event| touched(&event)
                on:pointermove=move |event| touched(&event)
                on:pointerleave=move |event| touched(&event)
            >
                {inside}
            </div>
        </li>
    }
    .into_any()
}

/// The lanes of the run without the events.
fn calm(failure: &Failure, which: usize) -> AnyView {
    let columns = failure.sides[which]
        .without
        .lanes
        .first()
        .map_or(0, Vec::len);
    let lane = |(id, shades)| view! { <li>{square(id)}{strip(columns, shades)}</li> };
    let lives = &failure.sides[which].without.lives;
    let lanes = (0u32..).zip(figures::strips(failure, which, false));
    let lanes = lanes.zip(lives).filter(|(_, life)| life.was_there());
    let lanes = lanes.map(|(it, _)| lane(it));
    view! {
        <p class="way">"The same as if nothing had happened"</p>
        <ol class="lanes calm" aria-hidden="true">{lanes.collect::<Vec<_>>()}</ol>
    }
    .into_any()
}

/// The playhead over the lanes, and a mark at each event.
fn cursor(stage: FailureState) -> AnyView {
    let place = move |at| share(at, stage.player.marks.read().end) * 100.0;
    let head = Memo::new(move |_| {
        let at = place(stage.player.now.get());
        [at, 100.0 - at].map(|it| format!("{it:.3}%"))
    });
    let [x, rest] = [0, 1].map(|part| text(move || head.read()[part].clone()));
    // At the end there is nothing to come, and so no line between that and what was.
    let over = attribute(move || {
        let end = stage.player.marks.read().end;
        (stage.player.now.get() >= end).then(|| "hidden".to_owned())
    });
    let events = parts(move || {
        let line = |at: VirtualTime| {
            let x = format!("{:.3}%", place(at));
            view! { <line class="befalls" y1="0" y2="100%" x1=x.clone() x2=x /> }.into_any()
        };
        let all = stage.of_shown(Failure::moments);
        all.into_iter().map(line).collect()
    });
    view! {
        <svg class="cursor" aria-hidden="true">
            <rect y="0" height="100%" x=x width=rest />
            {events}
            <line y1="0" y2="100%" x1=x x2=x visibility=over />
        </svg>
    }
    .into_any()
}
