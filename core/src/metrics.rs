//! How good was it: a run's figures, by the definitions of vLLM's serving benchmark where it has them.
//!
//! Every figure is a row of [`FIGURES`]: key, title, unit, which way is better; and a field of [`Figures`]. TTFT, TPOT and E2E percentiles are
//! exact (linear interpolation between order statistics, as numpy does); ITL's are read from a histogram whose bins are
//! at most 0.1 % wide. A run with several seeds is told by the median and the range of each figure.

mod figures;
mod kinds;
mod lives;
mod staff;
mod summary;

pub use crate::histogram::percentile;
pub use figures::{Better, FIGURES, Figure, Figures, PLACES, figure};
pub use kinds::KindFigures;
pub use lives::{HappeningFigures, LifeFigures, OUTCOMES, Recovery, WINDOW};
pub use staff::StaffFigures;
pub use summary::{ReplicaFigures, StageFigures, Summary, ecdf, summarise, throughput};
