//! Is the model right? Measured tables from published benchmarks, and the comparison with them.

pub mod kubeai;

use crate::metrics::{FIGURES, Summary, figure};

/// A figure measured and simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Its place in [`FIGURES`].
    pub figure: usize,
    /// As published.
    pub measured: f64,
    /// Median over the seeds.
    pub simulated: f64,
    /// Least and largest over the seeds.
    pub range: (f64, f64),
}

impl Cell {
    /// Simulated over measured, less one.
    pub fn error(&self) -> f64 {
        self.simulated / self.measured - 1.0
    }

    /// The figure's key.
    pub fn key(&self) -> &'static str {
        FIGURES[self.figure].key
    }
}

/// Sets a summary beside measured figures; a key there is no figure for is left out.
pub fn compare(measured: &[(&str, f64)], summary: &Summary) -> Vec<Cell> {
    let cell = |&(key, measured): &(&str, f64)| {
        let figure = figure(key)?;
        let simulated = summary.values[figure];
        let range = summary
            .ranges
            .get(figure)
            .copied()
            .unwrap_or((simulated, simulated));
        Some(Cell {
            figure,
            measured,
            simulated,
            range,
        })
    };
    measured.iter().filter_map(cell).collect()
}
