//! All prefixes of one side as small trees, a replica each: what is there, and what the router believes. On a canvas, since
//! there may be thousands; drawn anew only when the cursor comes to another picture.

use crate::dom;
use crate::figure::transport::Player;
use leptos::html::Canvas;
use leptos::prelude::*;
use warmpath_view::duel::growth::{self, Kind};
use warmpath_view::duel::{Duel, prefixes};
use warmpath_view::palette::{DARK, LIGHT, Rgb, Theme};
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The picture's height, and that of the replicas' names above it \[px\].
const HEIGHT: f64 = 132.0;
const NAMES: f64 = 16.0;
/// Between two replicas \[px\].
const GAP: f64 = 10.0;

/// The trees.
#[component]
pub fn PrefixTrees(
    /// Which side.
    which: usize,
    /// Both sides, once they are there.
    shown: RwSignal<Option<Duel>>,
    /// Where the playhead stands.
    player: Player,
    /// Changes when the colours or the width do.
    redraw: Signal<u32>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
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
    Effect::new(move |_| {
        redraw.track();
        let pictures = pictures.get();
        let shown = shown.read();
        if let (Some(canvas), Some(duel)) = (canvas.get(), shown.as_ref()) {
            draw(&canvas, duel, which, &places.read(), pictures);
        }
    });
    let told = move |tell: fn(&Duel, usize, usize) -> String| {
        let shown = shown.read();
        shown
            .as_ref()
            .map(|duel| tell(duel, which, pictures.get()))
            .unwrap_or_default()
    };
    let open = RwSignal::new(false);
    view! {
        <canvas class="prefixes" node_ref=canvas role="img" aria-label=move || told(growth::say)></canvas>
        <p class="soft prefix-key">"All prefixes, a tree a replica: what prompts begin with on the left, what follows on the right. Solid: there, and believed; half high: there, not known of; hollow: believed, gone."</p>
        <details class="told" on:toggle=move |_| open.update(|it| *it = !*it)>
            <summary>"The trees as a table"</summary>
            <p class="soft">{move || open.get().then(|| told(growth::say))}</p>
            <div class="scroll" tabindex="0" role="region" aria-label="The trees as a table">
                <table class="beside numbers" inner_html=move || if open.get() { told(growth::table) } else { String::new() }></table>
            </div>
        </details>
    }
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
    canvas.set_width(size(width));
    canvas.set_height(size(HEIGHT + NAMES));
    let context = canvas.get_context("2d").ok().flatten();
    let Some(Ok(on)) = context.map(|it| it.dyn_into::<CanvasRenderingContext2d>()) else {
        return;
    };
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
            for it in blocks.iter().filter(|it| it.kind == kind) {
                let top = it.top + NAMES;
                // Told apart by shape too: whole, the upper half, hollow.
                match kind {
                    Kind::Gone if it.height > 3.5 && it.width > 2.0 => {
                        on.stroke_rect(it.left + 0.5, top + 0.5, it.width - 1.0, it.height - 1.0);
                    }
                    Kind::Missed | Kind::Gone => {
                        on.fill_rect(it.left, top, it.width, it.height / 2.0)
                    }
                    _ => on.fill_rect(it.left, top, it.width, it.height),
                }
            }
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
