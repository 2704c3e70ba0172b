//! Charts on a canvas: `view` draws, this paints, names and redraws, and lets a cursor read them.

pub mod cursor;
pub mod figure;
pub mod limit;
mod paint;
pub mod save;

pub use figure::ChartFigure;
