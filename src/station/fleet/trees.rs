//! All prefixes of one side as small trees, a replica each: what is there, and what the router believes. On a canvas, since
//! there may be thousands; drawn anew only when the cursor comes to another picture.

use crate::dom;
use crate::figure::{Player, Sheet};
use leptos::prelude::*;
use warmpath_view::duel::growth::{self, Kind};
use warmpath_view::duel::{Duel, prefixes};
use warmpath_view::markup::escape;
use warmpath_view::palette::{DARK, LIGHT, Rgb, Theme};
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The picture's height, and that of the replicas' names above it \[px\].
const HEIGHT: f64 = 132.0;
const NAMES: f64 = 16.0;
/// Between two replicas \[px\].
const GAP: f64 = 10.0;

/// Wires the trees of side `which`: the picture, its name, and the same as a table.
pub(super) fn wire(
    sheet: &Sheet,
    which: usize,
    shown: RwSignal<Option<Duel>>,
    player: Player,
    redraw: Signal<u32>,
) {
    let places = Memo::new(move |_| {
        let shown = shown.read();
        shown
            .as_ref()
            .map_or(Vec::new(), |duel| prefixes::layout(&duel.nodes, HEIGHT))
    });
    let pictures = Memo::new(move |_| {
        let at = player.now.get();
        shown.with(|duel| {
            duel.as_ref()
                .map_or(0, |duel| duel.sides[which].growth.pictures(at))
        })
    });
    let canvas = format!("#fleet-prefixes-{which}");
    let table = format!("#fleet-prefixes-told-{which}");
    sheet.follow(move |sheet| {
        redraw.track();
        let pictures = pictures.get();
        let shown = shown.read();
        let Some(duel) = shown.as_ref() else { return };
        // Nobody hears a label that changes with every frame: it is told anew where the playhead rests.
        if !player.playing.get() {
            let said = growth::say(duel, which, pictures);
            sheet.mark(&canvas, "aria-label", Some(&said));
        }
        let part = sheet.part(&canvas);
        if let Some(part) = part.and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok()) {
            draw(&part, duel, which, &places.read(), pictures);
        }
        tell(sheet, &table, duel, which, pictures);
    });
    let (of, table) = (sheet.clone(), format!("#fleet-prefixes-told-{which}"));
    sheet.on("toggle", "details.prefixes-told", move |_| {
        if let Some(duel) = &*shown.read_untracked() {
            tell(&of, &table, duel, which, pictures.get_untracked());
        }
    });
}

/// The table, made only for who looks at it.
fn tell(sheet: &Sheet, part: &str, duel: &Duel, which: usize, pictures: usize) {
    let [said, table] = match sheet.part(&format!("{part}[open]")) {
        None => Default::default(),
        Some(_) => [
            escape(&growth::say(duel, which, pictures)),
            growth::table(duel, which, pictures),
        ],
    };
    sheet.fill(&format!("{part} p"), &said);
    sheet.fill(&format!("{part} table"), &table);
}

/// Draws all replicas' trees.
fn draw(
    canvas: &HtmlCanvasElement,
    duel: &Duel,
    which: usize,
    places: &[prefixes::Place],
    pictures: usize,
) {
    let width = f64::from(canvas.client_width());
    let ratio = dom::window().map_or(1.0, |window| window.device_pixel_ratio());
    let size = |length: f64| (length * ratio).round().max(1.0) as u32;
    let wanted = (size(width), size(HEIGHT + NAMES));
    // Setting its size makes a new store of it, even the same size.
    if (canvas.width(), canvas.height()) != wanted {
        canvas.set_width(wanted.0);
        canvas.set_height(wanted.1);
    }
    let context = canvas.get_context("2d").ok().flatten();
    let Some(Ok(on)) = context.map(|it| it.dyn_into::<CanvasRenderingContext2d>()) else {
        return;
    };
    if on.reset_transform().is_err() {
        return;
    }
    on.clear_rect(0.0, 0.0, f64::from(wanted.0), f64::from(wanted.1));
    let side = &duel.sides[which];
    let replicas = side.lanes.len();
    let each = (width - GAP * (replicas.max(1) - 1) as f64) / replicas.max(1) as f64;
    let theme = if dom::is_dark() { DARK } else { LIGHT };
    on.set_font("12px system-ui, sans-serif");
    for replica in 0..replicas {
        let left = (each + GAP) * replica as f64;
        if on
            .set_transform(ratio, 0.0, 0.0, ratio, left * ratio, 0.0)
            .is_err()
        {
            return;
        }
        on.set_fill_style_str(&ink(theme.soft));
        // A name that cannot be written is in the label all the same.
        let _ = on.fill_text(&format!("replica {replica}"), 0.0, 11.0);
        let has = side
            .growth
            .after(pictures, replica as u32, duel.nodes.len());
        let blocks = growth::picture(&duel.nodes, places, &has, each, side.looks);
        for kind in [Kind::Absent, Kind::Known, Kind::Missed, Kind::Gone] {
            let style = ink(colour(&theme, kind));
            on.set_fill_style_str(&style);
            on.set_stroke_style_str(&style);
            // One path a kind: a call a block would be most of a frame's work. Told apart by shape too: whole, the upper
            // half, hollow.
            let of_kind = || blocks.iter().filter(|it| it.kind == kind);
            let is_hollow =
                |it: &&growth::Block| kind == Kind::Gone && it.height > 3.5 && it.width > 2.0;
            let high = |height: f64| match kind {
                Kind::Missed | Kind::Gone => height / 2.0,
                Kind::Known | Kind::Absent => height,
            };
            on.begin_path();
            for it in of_kind().filter(|it| !is_hollow(it)) {
                on.rect(it.left, it.top + NAMES, it.width, high(it.height));
            }
            on.fill();
            on.begin_path();
            for it in of_kind().filter(is_hollow) {
                let top = it.top + NAMES;
                on.rect(it.left + 0.5, top + 0.5, it.width - 1.0, it.height - 1.0);
            }
            on.stroke();
        }
    }
}

fn colour(theme: &Theme, kind: Kind) -> Rgb {
    match kind {
        Kind::Known | Kind::Missed => theme.warm,
        Kind::Gone => theme.cold,
        Kind::Absent => theme.line,
    }
}

fn ink(Rgb(red, green, blue): Rgb) -> String {
    format!("rgb({red},{green},{blue})")
}
