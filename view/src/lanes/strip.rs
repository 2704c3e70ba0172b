//! A strip as SVG paths. One unit is a column horizontally and a pixel vertically; the style sheets stretch it to its
//! place.

use super::Column;
use core::fmt::Write as _;

/// The height of the band with the engine's work \[px\].
pub const BAND: u32 = 22;
/// The height of the band with the queue, below the engine's \[px\].
pub const QUEUE: u32 = 12;
/// The height of the band with the pool's use, below the queue's \[px\].
pub const POOL: u32 = 7;
/// The gap between two bands \[px\].
const GAP: u32 = 2;

/// The height of the whole strip \[px\].
pub const HEIGHT: u32 = BAND + GAP + QUEUE + GAP + POOL;

/// The parts of a strip that have one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shade {
    /// The class of the colour in the page's style sheets.
    pub class: &'static str,
    /// The outline of these parts, as one SVG path.
    pub path: String,
}

/// The strip of some columns, one shade per colour that occurs. The band of the queue is full at `most_waiting` sequences,
/// that of the pool at `pool` blocks.
pub fn strip(columns: &[Column], most_waiting: f64, pool: f64) -> Vec<Shade> {
    let mut bands = [
        Band::new("decode"),
        Band::new("cold"),
        Band::new("warm"),
        Band::new("queue"),
        Band::new("pool"),
    ];
    for (x, column) in columns.iter().enumerate() {
        // The heights are rounded so that the parts add up to the whole.
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
        // The queue's band is filled from the top, where it adjoins the engine's.
        bands[3].push(x, BAND + GAP, queue);
        // The band of the pool's use is filled from the bottom.
        bands[4].push(x, BAND + GAP + QUEUE + GAP + POOL - used, used);
    }
    bands.into_iter().filter_map(Band::finish).collect()
}

/// Draws the columns of one colour. Adjacent columns form one outline, and adjacent ones of equal height one edge of it:
/// the text is a third as long as with a rectangle for each.
struct Band {
    class: &'static str,
    path: String,
    /// The column at which the open outline begins.
    from: usize,
    /// The top and bottom edges of the open outline's columns.
    open: Vec<(u32, u32)>,
}

impl Band {
    fn new(class: &'static str) -> Self {
        Self {
            class,
            path: String::new(),
            from: 0,
            open: Vec::new(),
        }
    }

    fn push(&mut self, x: usize, top: u32, height: u32) {
        if height == 0 {
            return self.close();
        }
        if self.open.is_empty() {
            self.from = x;
        }
        self.open.push((top, top + height));
    }

    /// Closes the open outline: along the tops, and back along the bottoms.
    fn close(&mut self) {
        let Some(&(first, _)) = self.open.first() else {
            return;
        };
        // Writing to a string cannot fail.
        let _ = write!(self.path, "M{} {first}", self.from);
        let tops = self.open.iter().map(|it| it.0);
        edge(&mut self.path, first, tops, "");
        let bottoms = self.open.iter().rev().map(|it| it.1);
        edge(&mut self.path, first, bottoms, "-");
        self.open.clear();
    }

    /// The shade; `None` if no column has this colour.
    fn finish(mut self) -> Option<Shade> {
        self.close();
        (!self.path.is_empty()).then_some(Shade {
            class: self.class,
            path: self.path,
        })
    }
}

/// Draws the edges of columns one after the other, beginning at height `at`, in the direction of the sign.
fn edge(path: &mut String, mut at: u32, edges: impl Iterator<Item = u32>, sign: &str) {
    let mut width = 0;
    for next in edges {
        if next != at {
            if width > 0 {
                let _ = write!(path, "h{sign}{width}");
            }
            let _ = write!(path, "V{next}");
            (at, width) = (next, 0);
        }
        width += 1;
    }
    let _ = write!(path, "h{sign}{width}");
}
