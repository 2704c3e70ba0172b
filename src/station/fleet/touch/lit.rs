//! What is highlighted over the lanes: a request at its place on every side, the stretch that is summed up, and the lines
//! between a request's places. Each is one SVG path. The first two are stretched over the lanes of a side; the lines lie over
//! all sides, in pixels.

use super::super::stage::FleetState;
use crate::dom;
use crate::figure::signal::{follow, text};
use leptos::prelude::*;
use leptos::svg::Svg;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::touch::lanes_of;
use warmpath_view::playback::controls::share;
use web_sys::{DomRect, Element};

/// The width of the paths that are stretched over the lanes, in their own units.
const WIDE: f64 = 100_000.0;
/// The `viewBox` of these paths: as wide as that, and 1 high.
const SIZE: Option<&str> = Some("0 0 100000 1");

/// An SVG path over the lanes; `size` is its width and height before it is stretched, and `None` for a path in pixels.
fn over(
    class: &'static str,
    size: Option<&'static str>,
    svg: NodeRef<Svg>,
    path: Signal<String>,
) -> AnyView {
    view! {
        <svg class=class viewBox=size preserveAspectRatio="none" aria-hidden="true" node_ref=svg>
            <path d=path />
        </svg>
    }
    .into_any()
}

/// The horizontal place of a moment, in units of [`WIDE`].
fn place(stage: FleetState, at: VirtualTime) -> i64 {
    (share(at, stage.player.marks.read().end) * WIDE) as i64
}

/// The highlighted request on side `which`: from its sending to its last token, with a line at the first.
pub(in super::super) fn lit(which: usize, stage: FleetState) -> AnyView {
    let touch = stage.touch;
    let svg = NodeRef::<Svg>::new();
    let visit = move || touch.lit().and_then(|it| touch.visit(which, it));
    // The style sheet puts the path on its lane.
    follow(move || {
        let Some((visit, svg)) = visit().zip(svg.get()) else {
            return;
        };
        let row = stage.of_side(which, |comparison| {
            let lanes = lanes_of(&comparison.sides[which]);
            lanes.iter().position(|it| *it == visit.replica)
        });
        let row = row.flatten().unwrap_or(0);
        // This fails only for invalid names.
        let _ = svg.style().set_property("--lane", &row.to_string());
    });
    let path = text(move || {
        visit().map_or(String::new(), |visit| {
            let [sent, first, end] = [visit.sent, visit.first.unwrap_or(visit.end), visit.end]
                .map(|at| place(stage, at));
            format!("M{sent} 0V1H{end}V0zM{first} 0V1")
        })
    });
    over("touched", SIZE, svg, path)
}

/// The stretch that is summed up, over all lanes of a side.
pub(in super::super) fn stretch(stage: FleetState) -> AnyView {
    let path = text(move || {
        let stretch = stage.touch.summed(stage);
        stretch.map_or(String::new(), |(from, to)| {
            format!("M{} 0V1H{}V0z", place(stage, from), place(stage, to))
        })
    });
    over("cursor stretch", SIZE, NodeRef::new(), path)
}

/// The lines from the kept request's place on the first side to its places on the others. A place that is out of sight has
/// no line. They are drawn again when `Touch::moved` changes.
pub(in super::super) fn connected(stage: FleetState) -> AnyView {
    let touch = stage.touch;
    let svg = NodeRef::<Svg>::new();
    let path = RwSignal::new(String::new());
    follow(move || {
        touch.moved.track();
        let kept = touch.kept.whose.get_untracked().is_some();
        let drawn = match (kept, svg.get()) {
            (true, Some(svg)) => lines(&svg.get_bounding_client_rect()),
            _ => String::new(),
        };
        if *path.read_untracked() != drawn {
            path.set(drawn);
        }
    });
    over("connected", None, svg, text(move || path.get()))
}

/// The left, right, upper and lower edge of the place of the highlighted request on a side, as far as it is scrolled into sight
/// \[px of the window\]; `None` if it is not.
fn in_sight(side: usize) -> Option<[f64; 4]> {
    let field = dom::by_id(&format!("fleet-{side}"))?;
    let field = field.query_selector(".field").ok()??;
    let touched: Element = field.query_selector(".touched path").ok()??;
    let (seen, place) = (
        field.get_bounding_client_rect(),
        touched.get_bounding_client_rect(),
    );
    let (left, right) = (
        place.left().max(seen.left()),
        place.right().min(seen.right()),
    );
    let shown = right > left && place.height() > 0.0;
    shown.then(|| [left, right, place.top(), place.bottom()])
}

/// The lines as an SVG path within the area in which they are drawn.
fn lines(area: &DomRect) -> String {
    let Some(first) = in_sight(0) else {
        return String::new();
    };
    let line = |other: [f64; 4]| {
        let [across, down] = [0, 2].map(|at| [first, other].map(|it| (it[at] + it[at + 1]) / 2.0));
        // The two places are beside each other, or one is below the other.
        let ends = match other[0] > first[1] {
            true => [first[1], down[0], other[0], down[1]],
            false => [across[0], first[3], across[1], other[2]],
        };
        let [x, y, to_x, to_y] = [0, 1, 2, 3].map(|at| {
            let origin = if at % 2 == 0 { area.left() } else { area.top() };
            (ends[at] - origin) as i32
        });
        format!("M{x} {y}L{to_x} {to_y}")
    };
    let others = 1..warmpath_view::comparison::MOST;
    others.filter_map(in_sight).map(line).collect()
}
