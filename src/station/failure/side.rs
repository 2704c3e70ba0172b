//! A side of the comparison: the choice of its policy, the lanes of the run with the events, with the lives of their
//! replicas over them, and below them those of the run without; the playhead is over both.

use super::super::sides::{self, playhead};
use super::stage::FailureState;
use crate::figure::life::{life, scaling};
use crate::figure::signal::{parts, text};
use crate::figure::{Button, axis, nodes, square, strip};
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::failure::{Failure, figures};
use warmpath_view::lives::draw::drawing;
use warmpath_view::lives::scaling::most;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, MouseEvent};

/// The element of side `which`, counted from 0; hidden while there are fewer sides.
pub(super) fn side(which: usize, stage: FailureState) -> AnyView {
    let caption = move || {
        let caption = stage.of_side(which, |it| figures::caption(&it.sides[which]));
        caption.as_deref().map(nodes).unwrap_or_default()
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
    let marks = move || stage.of_shown(Failure::named_moments);
    let field = view! {
        <div class="field">
            <div class="drawn" aria-busy=stage.coming.busy()>{drawn(true)}{drawn(false)}</div>
            {playhead(stage.player, marks)}
        </div>
    };
    sides::side(stage.compared, which, "", parts(caption), field.into_any())
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
    let most = most(failure.sides.iter().map(|side| &side.with.scaling));
    view! {
        <ol class="lanes" aria-label=figures::label(failure, which)>{lanes.collect::<Vec<_>>()}</ol>
        {scaling(&course.scaling, end, most)}
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
        stage.card.kept.keep(found.map(|it| (which, it)));
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
