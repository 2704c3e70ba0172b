//! A strip as SVG paths. One unit is a column across and a pixel down; the style sheets stretch it to its place.

use super::Column;
use core::fmt::Write as _;

/// How high the engine's band is.
pub const BAND: u32 = 22;
/// How high the queue's area below it is.
pub const QUEUE: u32 = 12;
/// How high the strip of the pool's use below that is.
pub const POOL: u32 = 7;
/// Between them.
const GAP: u32 = 2;

/// Its whole height.
pub const HEIGHT: u32 = BAND + GAP + QUEUE + GAP + POOL;

/// What is done in one colour: its class in the page's styles, and the rectangles as one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shade {
    /// The class.
    pub class: &'static str,
    /// The path.
    pub path: String,
}

/// The strip, a shade for each colour that occurs; `most_waiting` is the queue that fills the area, `pool` the blocks that fill
/// the one below.
pub fn strip(columns: &[Column], most_waiting: f64, pool: f64) -> Vec<Shade> {
    let mut bands = [
        Band::new("decode"),
        Band::new("cold"),
        Band::new("warm"),
        Band::new("queue"),
        Band::new("pool"),
    ];
    for (x, column) in columns.iter().enumerate() {
        // The parts add up to the whole, whatever rounding does to each.
        let height = |share: f64| (share.clamp(0.0, 1.0) * f64::from(BAND) + 0.5) as u32;
        let busy = height(column.busy());
        let warm = height(column.warm).min(busy);
        let cold = height(column.cold).min(busy - warm);
        let decode = busy - warm - cold;
        let area = |amount: f64, whole: f64, height: u32| {
            let full = (amount / whole).min(1.0) * f64::from(height);
            if whole > 0.0 {
                libm::ceil(full - 1e-6) as u32
            } else {
                0
            }
        };
        let queue = area(column.waiting, most_waiting, QUEUE);
        let used = area(column.in_use, pool, POOL);
        bands[0].push(x, BAND - decode, decode);
        bands[1].push(x, BAND - decode - cold, cold);
        bands[2].push(x, BAND - busy, warm);
        // The queue hangs from the engine's band.
        bands[3].push(x, BAND + GAP, queue);
        // The pool's use stands on the floor.
        bands[4].push(x, BAND + GAP + QUEUE + GAP + POOL - used, used);
    }
    bands
        .into_iter()
        .filter_map(|band| band.finish(columns.len()))
        .collect()
}

/// One colour's rectangles, neighbours of the same height in one.
struct Band {
    class: &'static str,
    path: String,
    open: Option<(usize, u32, u32)>,
}

impl Band {
    fn new(class: &'static str) -> Self {
        Self {
            class,
            path: String::new(),
            open: None,
        }
    }

    fn push(&mut self, x: usize, top: u32, height: u32) {
        if let Some((_, y, h)) = self.open
            && (y, h) == (top, height)
        {
            return;
        }
        self.close(x);
        if height > 0 {
            self.open = Some((x, top, height));
        }
    }

    fn close(&mut self, x: usize) {
        if let Some((from, y, h)) = self.open.take() {
            let width = x - from;
            // Writing to a string cannot fail.
            let _ = write!(self.path, "M{from} {y}h{width}v{h}h-{width}z");
        }
    }

    /// The shade, if anything is of this colour.
    fn finish(mut self, end: usize) -> Option<Shade> {
        self.close(end);
        (!self.path.is_empty()).then_some(Shade {
            class: self.class,
            path: self.path,
        })
    }
}
