//! Is the model right? Measured tables from published benchmarks, and the comparison with them.

pub mod kubeai;
pub mod limits;
pub mod step_times;
pub mod told;

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
        let range = summary.ranges.map(|ranges| ranges[figure]);
        let range = range.unwrap_or((simulated, simulated));
        Some(Cell {
            figure,
            measured,
            simulated,
            range,
        })
    };
    measured.iter().filter_map(cell).collect()
}

/// How many cells of a kind are near enough, of how many.
pub type Score = (usize, usize);

/// How well the predicted and fitted rows came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Duration and throughputs.
    pub rates: Score,
    /// Means and medians of TTFT, TPOT and ITL.
    pub middles: Score,
    /// Their P99.
    pub tails: Score,
    /// Gains by prefix routing.
    pub ratios: Vec<Ratio>,
}

/// Mean TTFT without over with prefix routing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Concurrent requests.
    pub concurrency: u32,
    /// As published.
    pub measured: f64,
    /// As simulated.
    pub simulated: f64,
}

/// Scores the rows that are judged.
pub fn verdict(rows: &[told::Compared]) -> Verdict {
    let judged: Vec<&told::Compared> = rows
        .iter()
        .filter(|(row, _)| row.role != kubeai::Role::Archived)
        .collect();
    let score = |wanted: f64| {
        let cells = judged
            .iter()
            .flat_map(|(row, cells)| cells.iter().map(move |cell| (row, cell)));
        let kind = cells.filter(|(_, cell)| kubeai::tolerance(cell.key()) == wanted);
        kind.fold((0, 0), |(near, all), (row, cell)| {
            (near + usize::from(kubeai::near(row, cell)), all + 1)
        })
    };
    let ttft = |cells: &[Cell]| {
        cells
            .iter()
            .find(|cell| cell.key() == "mean_ttft_ms")
            .copied()
    };
    let mut ratios = Vec::new();
    for (without, cells) in judged.iter().filter(|(row, _)| row.policy == "least-load") {
        let with = judged
            .iter()
            .find(|(row, _)| row.policy == "chwbl" && row.concurrency == without.concurrency);
        if let (Some(without_cell), Some(with_cell)) =
            (ttft(cells), with.and_then(|(_, cells)| ttft(cells)))
        {
            ratios.push(Ratio {
                concurrency: without.concurrency,
                measured: without_cell.measured / with_cell.measured,
                simulated: without_cell.simulated / with_cell.simulated,
            });
        }
    }
    Verdict {
        rates: score(0.05),
        middles: score(0.15),
        tails: score(0.30),
        ratios,
    }
}
