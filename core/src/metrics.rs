//! How good a run was: its figures, by the definitions of vLLM's serving benchmark where it has them.
//!
//! Every figure is a row of [`FIGURES`] (key, title, unit, which way is better) and a field of [`Figures`]. Percentiles of
//! TTFT, TPOT and E2E latency are exact (linear interpolation between order statistics, as numpy does); those of ITL are
//! read from a histogram whose bins are at most 0.1 % wide. Of a run with several seeds, each figure is given by its median
//! and its range.

mod above;
mod kinds;
mod line;
mod lives;
mod staff;
mod summary;
pub mod verdict;

pub use crate::figure::{Better, FIGURES, Figure, Figures, PLACES, figure};
pub use crate::histogram::percentile;
pub use above::{AboveFigures, Billed, Recalled};
pub use kinds::KindFigures;
pub use line::{GroupFigures, LineFigures, jain};
pub use lives::{HappeningFigures, LifeFigures, OUTCOMES, Recovery, WINDOW};
pub use staff::StaffFigures;
pub use summary::{ReplicaFigures, StageFigures, Summary, ecdf, summarise, throughput};
pub use verdict::{FoundValue, LimitKept, Verdict};
