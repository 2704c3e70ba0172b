//! Step times measured on an engine alone, at a fixed number of requests in flight: read, run again, compared.
//!
//! A row is a CSV line with the columns of [`COLUMNS`]. To repeat it, one replica serves ten times as many requests as are
//! in flight, closed loop, nothing shared; prompts and answers spread by 6 % about the row's means, as equal lengths would
//! march in step. The engine runs with vLLM's server defaults for the GPU's memory ([`Row::scenario`]).

pub mod fit;
mod read;
pub mod told;

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

pub use read::{COLUMNS, Given, RowError, read};

/// A measured row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Line of the file, from 1.
    pub line: usize,
    /// The model.
    pub llm: &'static Llm,
    /// The GPU.
    pub gpu: &'static Gpu,
    /// vLLM 0.n, if it was recorded.
    pub vllm: Option<u32>,
    /// Format of the weights.
    pub dtype: Dtype,
    /// Mean prompt \[tokens\].
    pub prompt: u32,
    /// Mean answer \[tokens\].
    pub output: u32,
    /// Requests in flight.
    pub concurrency: u32,
    /// GPUs that share every layer.
    pub tensor_parallel: u32,
    /// GPUs over which experts are spread, where those are more.
    pub experts_over: Option<u32>,
    /// Mean time to the first token \[ms\].
    pub ttft_ms: f64,
    /// Mean time of an output token after the first \[ms\].
    pub tpot_ms: f64,
}

/// What the model says of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// Mean time to the first token \[ms\].
    pub ttft_ms: f64,
    /// Mean time of an output token after the first \[ms\].
    pub tpot_ms: f64,
}

const GIB: f64 = (1u64 << 30) as f64;

/// What vLLM's server takes by default: tokens a step, and sequences (`engine/arg_utils.py@99d7eb5`, `get_batch_defaults`).
/// A100s count as small whatever their memory; from 0.28 on GPUs of 160 GiB and more have a tier of their own.
fn server_defaults(gpu: &Gpu, vllm: Option<u32>) -> (u32, u32) {
    match gpu.memory_bytes / GIB {
        gib if gib >= 160.0 && vllm.is_some_and(|minor| minor >= 28) => (16_384, 1024),
        gib if gib >= 70.0 && !gpu.name.starts_with("a100") => (8192, 1024),
        _ => (2048, 256),
    }
}

impl Row {
    /// The scenario that repeats it, with one policy and one seed.
    ///
    /// # Errors
    /// What of it a scenario refuses: a model that does not fit, a degree that does not divide the heads.
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

/// Rows with their workloads, to be run with one set of efficiencies after another.
#[derive(Clone, Debug)]
pub struct Bench {
    rows: Vec<(Row, Scenario, Arc<Workload>)>,
}

impl Bench {
    /// Sets the rows up.
    ///
    /// # Errors
    /// The first that cannot be run, with its line.
    pub fn new(rows: &[Row]) -> Result<Self, RowError> {
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

    /// The rows.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &Row> + Clone {
        self.rows.iter().map(|(row, ..)| row)
    }

    /// Runs row `n`; with the shipped efficiencies if none are given.
    ///
    /// # Errors
    /// What the simulation refuses.
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
