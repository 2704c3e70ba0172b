//! Is the model right? Measured tables from published benchmarks, and the comparison with them.

pub mod kubeai;
pub mod limits;
pub mod step_times;
pub mod told;

use crate::metrics::{FIGURES, Summary, figure};

/// A figure of a published benchmark beside the simulated one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The figure's place in [`FIGURES`].
    pub figure: usize,
    /// The value that the benchmark published, in the figure's unit.
    pub measured: f64,
    /// The median of the simulated values over the seeds.
    pub simulated: f64,
    /// The least and the largest simulated value over the seeds.
    pub range: (f64, f64),
}

impl Cell {
    /// The relative error: simulated over measured, less one.
    pub fn error(&self) -> f64 {
        self.simulated / self.measured - 1.0
    }

    /// The figure's key, as in JSON reports.
    pub fn key(&self) -> &'static str {
        FIGURES[self.figure].key
    }
}

/// Puts a summary's figures beside measured ones; a key that names no figure is left out.
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

/// How many cells are near enough to the measured values, and how many there are.
pub type Score = (usize, usize);

/// How near the simulated figures come to the measured ones, over the rows that are predicted or fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The score of the duration and the throughputs.
    pub rates: Score,
    /// The score of the means and medians of TTFT, TPOT and ITL.
    pub middles: Score,
    /// The score of the P99s of TTFT, TPOT and ITL.
    pub tails: Score,
    /// The gain by prefix routing at each number of concurrent requests.
    pub ratios: Vec<Ratio>,
}

/// The gain by prefix routing: the mean TTFT without it over the mean TTFT with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The number of concurrent requests of the two rows.
    pub concurrency: u32,
    /// The gain in the published figures.
    pub measured: f64,
    /// The gain in the simulated figures.
    pub simulated: f64,
}

/// Scores the rows that are judged: all but the archived ones.
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
