//! Paints trees on a canvas, one replica beside the other. Parts differ by shape and not by colour alone: blocks that are
//! believed and held are solid, those held without the router's knowledge are striped, those believed but gone are hollow.
//! Where a policy does not look at caches, all that are held are solid.

use crate::dom;
use warmpath_view::comparison::trees::{Block, ShapeKind};
use warmpath_view::palette::{DARK, LIGHT, Rgb, Theme};
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The gap between two replicas \[px\].
const GAP: f64 = 12.0;
/// The width of a stripe, and of the gap after it \[px\].
const STRIPE: f64 = 2.0;
/// The width of the root, the line from which the first column grows \[px\].
const ROOT: f64 = 1.5;
/// The distance from the root's left edge to the first column \[px\].
const TRUNK: f64 = 5.0;
/// The radius of the corners of bars that are high enough for them \[px\].
const ROUND: f64 = 2.0;
/// The least height at which a hollow bar can be recognised \[px\].
const HOLLOW: f64 = 4.0;

/// A canvas with its width, pixel ratio and colours, which are read once because reading them makes the browser compute the
/// layout.
pub(super) struct Paper {
    on: CanvasRenderingContext2d,
    ratio: f64,
    height: f64,
    /// The width of a replica's tree, without its root \[px\].
    pub(super) each: f64,
    inks: [String; 4],
    root: String,
    /// The number of the colours and width that it was made for, as the frame has it.
    pub(super) drawing: u32,
}

impl Paper {
    /// Prepares and clears a canvas; `None` if it has no drawing context.
    pub(super) fn new(
        canvas: HtmlCanvasElement,
        height: u32,
        replicas: usize,
        drawing: u32,
    ) -> Option<Self> {
        let width = f64::from(canvas.client_width());
        let height = f64::from(height);
        let ratio = dom::window().map_or(1.0, |window| window.device_pixel_ratio());
        let size = |length: f64| (length * ratio).round().max(1.0) as u32;
        canvas.set_width(size(width));
        canvas.set_height(size(height));
        let context = canvas.get_context("2d").ok().flatten()?;
        let theme = if dom::is_dark() { DARK } else { LIGHT };
        let gaps = GAP * (replicas.max(1) - 1) as f64;
        Some(Self {
            on: context.dyn_into().ok()?,
            ratio,
            height,
            each: ((width - gaps) / replicas.max(1) as f64).floor() - TRUNK,
            inks: KINDS.map(|kind| ink(colour(&theme, kind))),
            root: ink(theme.soft),
            drawing,
        })
    }

    /// The left edge of a replica's first column \[px\].
    pub(super) fn left(&self, replica: usize) -> f64 {
        TRUNK + (TRUNK + self.each + GAP) * replica as f64
    }

    /// The column at a distance from the canvas's left edge \[px\], in whichever replica's tree that is; `None` beside the columns.
    pub(super) fn level(&self, x: f64, levels: u32) -> Option<u32> {
        let inside = x.rem_euclid(TRUNK + self.each + GAP) - TRUNK;
        let level = (inside / self.each * f64::from(levels)).floor();
        (0.0..f64::from(levels))
            .contains(&level)
            .then_some(level as u32)
    }

    /// Draws a replica's tree.
    pub(super) fn draw(&self, replica: usize, blocks: &[Block]) {
        let (on, ratio) = (&self.on, self.ratio);
        let left = self.left(replica) * ratio;
        let placed = on.set_transform(ratio, 0.0, 0.0, ratio, left, 0.0);
        if placed.is_err() {
            return;
        }
        on.clear_rect(-TRUNK, 0.0, TRUNK + self.each, self.height);
        on.set_fill_style_str(&self.root);
        on.fill_rect(-TRUNK, 0.0, ROOT, self.height);
        // One path per kind: a call per block would take most of a frame.
        for (kind, ink) in KINDS.into_iter().zip(&self.inks) {
            let mut of_kind = blocks.iter().filter(|it| it.kind == kind).peekable();
            if of_kind.peek().is_none() {
                continue;
            }
            on.set_fill_style_str(ink);
            on.begin_path();
            for it in of_kind {
                match kind {
                    ShapeKind::Ground | ShapeKind::Known => self.whole(it),
                    ShapeKind::Missed => self.stripes(it),
                    ShapeKind::Gone => self.frame(it),
                }
            }
            on.fill();
        }
    }

    fn whole(&self, it: &Block) {
        // A browser without `roundRect` draws square corners.
        if it.height < 4.0 * ROUND
            || it.width < 2.0 * ROUND
            || self
                .on
                .round_rect_with_f64(it.left, it.top, it.width, it.height, ROUND)
                .is_err()
        {
            self.on.rect(it.left, it.top, it.width, it.height);
        }
    }

    /// Draws stripes, which are at the same distances from the tree's edge in every bar, so that they line up.
    fn stripes(&self, it: &Block) {
        let end = it.left + it.width;
        let mut at = (it.left / (2.0 * STRIPE)).ceil() * 2.0 * STRIPE;
        while at < end {
            let width = STRIPE.min(end - at);
            self.on.rect(at, it.top, width, it.height);
            at += 2.0 * STRIPE;
        }
    }

    /// Draws the outline of a bar; of a low one, only its upper edge.
    fn frame(&self, it: &Block) {
        let Block {
            left,
            top,
            width,
            height,
            ..
        } = *it;
        self.on.rect(left, top, width, 1.0);
        if height >= HOLLOW {
            self.on.rect(left, top + height - 1.0, width, 1.0);
            self.on.rect(left, top + 1.0, 1.0, height - 2.0);
            self.on
                .rect(left + width - 1.0, top + 1.0, 1.0, height - 2.0);
        }
    }
}

const KINDS: [ShapeKind; 4] = [
    ShapeKind::Ground,
    ShapeKind::Known,
    ShapeKind::Missed,
    ShapeKind::Gone,
];

fn colour(theme: &Theme, kind: ShapeKind) -> Rgb {
    match kind {
        ShapeKind::Known | ShapeKind::Missed => theme.warm,
        ShapeKind::Gone => theme.cold,
        // The colour of thin lines made a little stronger, so that it can be seen on a dark screen too.
        ShapeKind::Ground => mix(theme.line, theme.soft, 0.08),
    }
}

/// A colour between two others, with the given share of the second.
fn mix(Rgb(red, green, blue): Rgb, Rgb(r, g, b): Rgb, share: f64) -> Rgb {
    let part =
        |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share) as u8;
    Rgb(part(red, r), part(green, g), part(blue, b))
}

fn ink(Rgb(red, green, blue): Rgb) -> String {
    format!("rgb({red},{green},{blue})")
}
