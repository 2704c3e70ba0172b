//! A side of the comparison: the choice of its policy, what the policy does, and its lanes with the playhead over them.

use super::super::sides::{self, playhead};
use super::stage::FleetState;
use super::touch::{field, lit, stretch};
use crate::figure::life::{life, scaling};
use crate::figure::signal::{parts, text};
use crate::figure::{axis, nodes, square, strip};
use leptos::prelude::*;
use warmpath_view::comparison::{Comparison, figures};
use warmpath_view::lives::draw::drawing;
use warmpath_view::lives::scaling::most;
use warmpath_view::rich::plain_text;

/// The element of side `which`, counted from 0; hidden while there are fewer sides.
pub(super) fn side(which: usize, stage: FleetState) -> AnyView {
    let caption = move || {
        // While the next replay is computed the lanes are those of the last one, but the name above is already the next one's.
        if stage.coming.share.read().is_some() {
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
    let zoom = stage.touch.zoom;
    let drawn = move || stage.of_side(which, |comparison| lanes(comparison, which, zoom.get()));
    let inside = view! {
        <div class="drawn" role="img" aria-label=text(label) aria-busy=stage.coming.busy()>
            {parts(move || drawn().into_iter().collect())}
        </div>
        {playhead(stage.player, move || stage.of_shown(Comparison::mark).into_iter().collect())}
        {stretch(stage)}
        {lit(which, stage)}
    };
    let field = field(which, stage, inside.into_any());
    sides::side(
        stage.compared,
        which,
        ", the baseline",
        parts(caption),
        field,
    )
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
    let most = most(comparison.sides.iter().map(|side| &side.scaling));
    view! {
        <ol class="lanes">{lanes.collect_view()}</ol>
        {scaling(&side.scaling, end, most)}
        {axis(figures::axis(comparison, zoom))}
    }
    .into_any()
}
