//! A strip as SVG paths. One unit is a column across and a pixel down; the style sheets stretch it to its place.

use super::Column;
use core::fmt::Write as _;

/// How high the engine's band is.
pub const BAND: u32 = 22;
/// How high the queue's area below it is.
pub const QUEUE: u32 = 12;
/// Between them.
const GAP: u32 = 2;

/// The strip; `most_waiting` is the queue that fills the area.
pub fn strip(columns: &[Column], most_waiting: f64) -> String {
    format!(
        "<svg class=\"strip\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{}</svg>",
        columns.len(),
        BAND + GAP + QUEUE,
        paths(columns, most_waiting)
    )
}

fn paths(columns: &[Column], most_waiting: f64) -> String {
    let mut bands = [
        Band::new("decode"),
        Band::new("cold"),
        Band::new("warm"),
        Band::new("queue"),
    ];
    for (x, column) in columns.iter().enumerate() {
        // The parts add up to the whole, whatever rounding does to each.
        let height = |share: f64| (share.clamp(0.0, 1.0) * f64::from(BAND) + 0.5) as u32;
        let busy = height(column.busy());
        let warm = height(column.warm).min(busy);
        let cold = height(column.cold).min(busy - warm);
        let decode = busy - warm - cold;
        let queue = if most_waiting > 0.0 {
            let full = column.waiting / most_waiting * f64::from(QUEUE);
            libm::ceil(full - 1e-6) as u32
        } else {
            0
        };
        bands[0].push(x, BAND - decode, decode);
        bands[1].push(x, BAND - decode - cold, cold);
        bands[2].push(x, BAND - busy, warm);
        // The queue hangs from the engine's band.
        bands[3].push(x, BAND + GAP, queue);
    }
    bands
        .into_iter()
        .map(|band| band.finish(columns.len()))
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

    fn finish(mut self, end: usize) -> String {
        self.close(end);
        if self.path.is_empty() {
            return String::new();
        }
        format!("<path class=\"{}\" d=\"{}\"/>", self.class, self.path)
    }
}
