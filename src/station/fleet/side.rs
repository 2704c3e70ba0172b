//! A side of the comparison: the choice of its policy, what the policy does, and its lanes with the playhead over them.

use super::stage::FleetState;
use super::touch::{field, lit, stretch};
use crate::figure::life::{life, staff};
use crate::figure::signal::{attribute, parts, text, when};
use crate::figure::{axis, hold, nodes, policies, square, strip};
use leptos::prelude::*;
use warmpath_core::router::PolicyDocs;
use warmpath_view::comparison::figures::{self, about};
use warmpath_view::comparison::{Comparison, LEAST, MOST};
use warmpath_view::lives::draw::drawing;
use warmpath_view::lives::staff::most;
use warmpath_view::playback::controls::share;
use warmpath_view::rich::plain_text;

/// The names of the sides for screen readers.
pub(super) const NAMES: [&str; MOST] = ["First", "Second", "Third", "Fourth"];

/// The element of side `which`, counted from 0; hidden while there are fewer sides.
pub(super) fn side(which: usize, stage: FleetState) -> AnyView {
    let policy = move || stage.policy(which).unwrap_or_default();
    // The list has policies without parameters; one with parameters gets an entry of its own.
    let own =
        move || Some(policy()).filter(|it| PolicyDocs::all().iter().all(|docs| docs.name != it));
    let list = NodeRef::new();
    hold(list, policy);
    let name = NAMES[which % MOST];
    let baseline = if which == 0 { ", the baseline" } else { "" };
    let explained = format!("fleet-about-{which}");
    let choose = move |event| {
        stage
            .asked_for
            .update(|(_, all)| all[which] = event_target_value(&event))
    };
    let remove = move |_| {
        stage.asked_for.update(|(_, all)| {
            all.remove(which);
        });
    };
    let caption = move || {
        // While the next replay is computed the lanes are those of the last one, but the name above is already the next one's.
        if stage.coming.read().is_some() {
            return nodes(&plain_text("being replayed …"));
        }
        let figures = |comparison: &Comparison| figures::caption(&comparison.sides[which]);
        stage
            .of_side(which, figures)
            .as_deref()
            .map(nodes)
            .unwrap_or_default()
    };
    let label = move || {
        let label = stage.of_side(which, |comparison| figures::label(comparison, which));
        label.unwrap_or_else(|| "Being replayed".to_owned())
    };
    let busy = move || {
        let busy = stage.coming.read().is_some() && stage.shown.read().is_some();
        busy.then(|| "true".to_owned())
    };
    let zoom = stage.touch.zoom;
    let drawn = move || stage.of_side(which, |comparison| lanes(comparison, which, zoom.get()));
    let inside = view! {
        <div class="drawn" role="img" aria-label=text(label) aria-busy=attribute(busy)>
            {parts(move || drawn().into_iter().collect())}
        </div>
        {cursor(stage)}
        {stretch(stage)}
        {lit(which, stage)}
    };
    view! {
        <div class="side" id=format!("fleet-{which}") hidden=when(move || stage.policy(which).is_none())>
            <div class="caption">
                <span class=text(move || format!("pick {}", stage.look(which)))>
                    <select
                        aria-label=format!("{name} policy{baseline}")
                        data-side=which.to_string()
                        aria-describedby=explained.clone()
                        node_ref=list
                        on:change=choose
                    >
                        {policies()}
                        <option class="own" hidden=when(move || own().is_none())>{text(move || own().unwrap_or_default())}</option>
                    </select>
                    <button
                        type="button"
                        class="small"
                        data-remove=which.to_string()
                        aria-label=format!("{name} policy: take it away")
                        hidden=when(move || stage.asked_for.read().1.len() <= LEAST)
                        on:click=remove
                    >
                        "×"
                    </button>
                </span>
                <span class="facts">{parts(caption)}</span>
            </div>
            <p class="about" id=explained>{text(move || about(&policy()).to_owned())}</p>
            {field(which, stage, inside.into_any())}
        </div>
    }
    .into_any()
}

/// The lanes of a side with their axis, magnified `zoom` times.
pub(super) fn lanes(comparison: &Comparison, which: usize, zoom: u32) -> AnyView {
    let end = comparison.marks.end;
    let side = &comparison.sides[which];
    let (columns, strips) = figures::strips(comparison, which, zoom);
    let lane = |((replica, shades), it)| {
        let over = life(drawing(it, end));
        view! { <li>{square(replica)}<div class="lane">{strip(columns, shades)}{over}</div></li> }
    };
    let lanes = (0u32..).zip(strips).zip(&side.lives);
    // A replica that could start but never did has no lane.
    let lanes = lanes.filter(|(_, life)| life.was_there()).map(lane);
    let most = most(comparison.sides.iter().map(|side| &side.staff));
    view! {
        <ol class="lanes">{lanes.collect_view()}</ol>
        {staff(&side.staff, end, most)}
        {axis(figures::axis(comparison, zoom))}
    }
    .into_any()
}

/// The playhead over the lanes, and a mark at the moment to which [`Comparison::flag`] points: where the sides first differ
/// noticeably, else where they first decide differently.
fn cursor(stage: FleetState) -> AnyView {
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
    let parting = Memo::new(move |_| {
        let at = stage.of_shown(Comparison::flag);
        at.map(|at| format!("{:.3}%", place(at)))
    });
    view! {
        <svg class="cursor" aria-hidden="true">
            <rect y="0" height="100%" x=x width=rest />
            <line
                class="parting"
                y1="0"
                y2="100%"
                visibility=attribute(move || parting.read().is_none().then(|| "hidden".to_owned()))
                x1=attribute(move || parting.get())
                x2=attribute(move || parting.get())
            />
            <line y1="0" y2="100%" x1=x x2=x visibility=over />
        </svg>
    }
    .into_any()
}
