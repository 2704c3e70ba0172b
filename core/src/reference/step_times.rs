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

/// Memory from which on vLLM's server takes 8,192 tokens a step and 1,024 sequences, else 2,048 and 256 (vLLM
/// `engine/arg_utils.py`, from memory) \[B\].
const LARGE: f64 = 70.0 * (1u64 << 30) as f64;

impl Row {
    /// The scenario that repeats it, with one policy and one seed.
    ///
    /// # Errors
    /// What of it a scenario refuses: a model that does not fit, a degree that does not divide the heads.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        let large = self.gpu.memory_bytes >= LARGE;
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
            batch_tokens: if large { 8192 } else { 2048 },
            max_seqs: if large { 1024 } else { 256 },
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
