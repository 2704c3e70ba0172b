//! Charts on a canvas: `view` draws, this places, names and redraws.

mod backend;
pub mod figure;

pub use figure::{ChartFigure, Kind};
