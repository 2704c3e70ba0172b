//! Compares the model with measurements: tables of published benchmarks, and how near the simulation comes to them.

pub mod comparison;
pub mod kubeai;
pub mod limits;
pub mod step_times;

use crate::metrics::{FIGURES, Summary, figure};

/// A figure as it was published and as it was simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The figure's place in [`FIGURES`].
    pub figure: usize,
    /// The published value, in the figure's unit.
    pub measured: f64,
    /// The simulated value: the median over the seeds.
    pub simulated: f64,
    /// The smallest and largest simulated value over the seeds.
    pub range: (f64, f64),
}

impl Cell {
    /// The relative error of the simulated value: simulated over measured, less one.
    pub fn error(&self) -> f64 {
        self.simulated / self.measured - 1.0
    }

    /// The figure's key, as in JSON reports.
    pub fn key(&self) -> &'static str {
        FIGURES[self.figure].key
    }
}

/// Pairs published figures with those of a summary; keys without a figure in [`FIGURES`] are left out.
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

/// Two numbers of cells: those that are near enough, and all.
pub type Score = (usize, usize);

/// How near the simulation came to the rows that are judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearness {
    /// The score of durations and throughputs.
    pub rates: Score,
    /// The score of means and medians of TTFT, TPOT and ITL.
    pub middles: Score,
    /// The score of P99s of TTFT, TPOT and ITL.
    pub tails: Score,
    /// What prefix-aware routing gained, by concurrency.
    pub ratios: Vec<Ratio>,
}

/// The gain of prefix-aware routing: mean TTFT without it divided by mean TTFT with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The number of concurrent requests.
    pub concurrency: u32,
    /// The ratio of the published figures.
    pub measured: f64,
    /// The ratio of the simulated figures.
    pub simulated: f64,
}

/// Computes the scores of all rows that are judged.
pub fn verdict(rows: &[comparison::Compared]) -> Nearness {
    let judged: Vec<&comparison::Compared> = rows
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
    Nearness {
        rates: score(0.05),
        middles: score(0.15),
        tails: score(0.30),
        ratios,
    }
}
