//! Step times that were measured on a single engine at a fixed number of concurrent requests: read, simulated, compared.
//!
//! A row is a CSV line with the columns of [`COLUMNS`]. To repeat it, one replica serves ten times as many requests as are
//! in flight, in a closed loop, with nothing shared between them; the lengths of prompts and answers spread by 6 % about
//! the row's means, because requests of equal length would all begin and end in the same steps. The engine runs with vLLM's
//! server defaults for the GPU's memory ([`MeasuredStep::scenario`]).

pub mod comparison;
pub mod fit;
mod read;

use std::sync::Arc;

use crate::fleet::Replay;
use crate::hardware::Gpu;
use crate::llm::{Dtype, Llm};
use crate::metrics::{figure, summarise};
use crate::replica::calibration::{Calibration, ClientCosts};
use crate::replica::roofline::Efficiency;
use crate::router::PolicySpec;
use crate::scenario::{Attached, Scenario, ScenarioError};
use crate::workload::{Named, Workload};

pub use read::{COLUMNS, ColumnDefaults, RowError, read};

/// A measured row: what was run, and two mean times.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredStep {
    /// The line of the file that the row stands on, counted from 1.
    pub line: usize,
    /// The model that was served.
    pub llm: &'static Llm,
    /// The GPU of the engine.
    pub gpu: &'static Gpu,
    /// The minor version n of vLLM 0.n; `None` if it was not recorded.
    pub vllm: Option<u32>,
    /// The number format of the weights.
    pub dtype: Dtype,
    /// The mean length of the prompts \[tokens\].
    pub prompt: u32,
    /// The mean length of the answers \[tokens\].
    pub output: u32,
    /// The number of requests in flight at any time.
    pub concurrency: u32,
    /// The number of GPUs that share every layer.
    pub tensor_parallel: u32,
    /// The number of GPUs over which the experts are spread, if larger than `tensor_parallel`.
    pub experts_over: Option<u32>,
    /// The mean TTFT that was measured \[ms\].
    pub ttft_ms: f64,
    /// The mean TPOT that was measured \[ms\].
    pub tpot_ms: f64,
}

/// The simulated times for a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// The mean TTFT that was simulated \[ms\].
    pub ttft_ms: f64,
    /// The mean TPOT that was simulated \[ms\].
    pub tpot_ms: f64,
}

const GIB: f64 = (1u64 << 30) as f64;

/// The defaults of vLLM's server for a GPU: tokens per step, and sequences in a batch (`engine/arg_utils.py@99d7eb5`,
/// `get_batch_defaults`). A100s count as small whatever their memory; from version 0.28 on, GPUs of 160 GiB and more have a
/// tier of their own.
fn server_defaults(gpu: &Gpu, vllm: Option<u32>) -> (u32, u32) {
    match gpu.memory_bytes / GIB {
        gib if gib >= 160.0 && vllm.is_some_and(|minor| minor >= 28) => (16_384, 1024),
        gib if gib >= 70.0 && !gpu.name.starts_with("a100") => (8192, 1024),
        _ => (2048, 256),
    }
}

impl MeasuredStep {
    /// The scenario that repeats the row, with one policy and one seed.
    ///
    /// # Errors
    /// If there can be no such scenario: the model does not fit, or the degree of parallelism does not divide its heads.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        let (batch_tokens, max_seqs) = server_defaults(self.gpu, self.vllm);
        let scenario = Scenario {
            workload: format!(
                "unique:prompt={};output={};spread=0.06",
                self.prompt, self.output
            ),
            requests: Some(self.concurrency.saturating_mul(10)),
            policies: PolicySpec::parse_list("round-robin").unwrap_or_default(),
            replicas: 1,
            gpu: self.gpu,
            tensor_parallel: self.tensor_parallel,
            model: self.llm,
            experts_over: self.experts_over,
            dtype: self.dtype,
            vllm: self.vllm,
            concurrency: Some(self.concurrency),
            rate: 1e6,
            batch_tokens,
            max_seqs,
            ..Scenario::default()
        };
        scenario.check()?;
        Ok(scenario)
    }
}

/// Rows with their workloads, ready to be simulated with several sets of efficiencies.
#[derive(Clone, Debug)]
pub struct Bench {
    rows: Vec<(MeasuredStep, Scenario, Arc<Workload>)>,
}

impl Bench {
    /// Prepares the rows.
    ///
    /// # Errors
    /// The first row that cannot be simulated, with its line.
    pub fn new(rows: &[MeasuredStep]) -> Result<Self, RowError> {
        let mut ready = Vec::new();
        for row in rows {
            let scenario = row
                .scenario()
                .map_err(|error| RowError::new(row.line, error))?;
            let named = Named::parse(&scenario.workload);
            let workload = named
                .map_err(|error| RowError::new(row.line, error))?
                .generate(scenario.block_size, scenario.seed, scenario.requests)
                .map_err(|error| RowError::new(row.line, error))?;
            ready.push((row.clone(), scenario, Arc::new(workload)));
        }
        Ok(Self { rows: ready })
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &MeasuredStep> + Clone {
        self.rows.iter().map(|(row, ..)| row)
    }

    /// Simulates row `n` with the given efficiencies, or with those of the table if none are given.
    ///
    /// # Errors
    /// If the simulation refuses the scenario.
    pub fn run(&self, n: usize, engine: Option<&Efficiency>) -> Result<Predicted, ScenarioError> {
        let (_, scenario, workload) = &self.rows[n];
        let mut scenario = scenario.clone();
        if let Some(engine) = engine {
            let own = Calibration {
                about: String::new(),
                fitted_to: Vec::new(),
                kv_tokens: None,
                engine: *engine,
                client: ClientCosts::default(),
            };
            scenario.calibration = Some(Attached::new("fit", &[], own));
        }
        let runs = Replay::new(scenario.clone(), Arc::clone(workload), false)?.finish()?;
        let summaries = summarise(&scenario, workload, &runs);
        let value = |key| match (summaries.first(), figure(key)) {
            (Some(summary), Some(figure)) => summary.values[figure],
            _ => f64::NAN,
        };
        Ok(Predicted {
            ttft_ms: value("mean_ttft_ms"),
            tpot_ms: value("mean_tpot_ms"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::gpu;

    /// As `get_batch_defaults` has it: an A100 of 80 GB is not among the large ones, and 160 GiB count from 0.28 on.
    #[test]
    fn the_servers_defaults_are_vllms() {
        let of = |name, vllm| server_defaults(gpu(name).unwrap(), vllm);
        assert_eq!(of("h100", None), (8192, 1024));
        assert_eq!(of("mi300x", Some(27)), (8192, 1024));
        assert_eq!(of("a100", None), (2048, 256));
        assert_eq!(of("l4", Some(30)), (2048, 256));
        assert_eq!(of("b200", Some(27)), (8192, 1024));
        assert_eq!(of("b200", Some(28)), (16_384, 1024));
    }
}
