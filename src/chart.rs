//! Charts on a canvas: `view` computes the drawing; this module paints and repaints it, names it, and lets a cursor read
//! it.

pub mod cursor;
pub mod figure;
pub mod limit;
mod paint;
pub mod save;

pub use figure::ChartFigure;
