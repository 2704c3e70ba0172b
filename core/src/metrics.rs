//! How good a run was: its figures, by the definitions of vLLM's serving benchmark where it has them.
//!
//! Every figure of a whole run is a row of [`FIGURES`] (key, title, unit, which way is better) and a field of [`Figures`].
//! Percentiles of ITL are read from a histogram whose bins are at most 0.1 % wide; those of all other latencies are exact (linear
//! interpolation between order statistics, as numpy does). Of several seeds, each figure is given by its median and its range.
//! What only some scenarios have (kinds of replicas, failures, autoscaling, the entrance, caches above the fleet) has figures of
//! its own, of the first seed.

mod above;
mod kinds;
mod line;
mod lives;
mod scaling;
mod summary;
pub mod verdict;

pub use crate::figure::{Better, FIGURES, Figure, Figures, PLACES, figure};
pub use crate::histogram::percentile;
pub use above::{AboveFigures, Billed, Recalled};
pub use kinds::KindFigures;
pub use line::{GroupFigures, LineFigures, jain};
pub use lives::{HappeningFigures, LifeFigures, OUTCOMES, Recovery, WINDOW};
pub use scaling::ScalingFigures;
pub use summary::{ReplicaFigures, StageFigures, Summary, ecdf, summarise, throughput};
pub use verdict::{FoundValue, LimitKept, Verdict};
