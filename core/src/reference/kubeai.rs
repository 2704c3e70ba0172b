//! The KubeAI prefix-aware load-balancing benchmark: 8 NVIDIA L4, Llama-3.1-8B in fp8, vLLM V1, prompts of ShareGPT.
//!
//! Twelve published rows: without (`least-load`) and with (`chwbl`) prefix-aware routing, and past KubeAI's router through a
//! Kubernetes service, which spreads connections over the replicas by chance (`random`); each at 800, 1,600, 3,200 and 8,000
//! concurrent requests. Two archived ones at 800 went through a port-forward from a laptop, which added 2 s to every first
//! token even with prefix routing; they are shown and not judged. Figures are the published ones ([`PUBLISHED`] and KubeAI's
//! repository, docs/benchmarks/prefix-aware-load-balancing.md and benchmarks/chat-py of early 2025), as vLLM's
//! `benchmark_serving.py` prints them.
//!
//! What the rows share is the preset `kubeai-1600`; a row differs in concurrency, rate and policy only. The model's
//! parameters were fitted to the two rows at 1,600 and to nothing else (docs/fidelity.md). Its structure was chosen by people
//! who had seen the rows of KubeAI's router from 1,600 on; those at 800 and those past the router were put beside it when it
//! was finished ([`Role::Later`]).

use super::{Cell, compare};
use crate::metrics::Summary;
use crate::scenario::{Scenario, ScenarioError, preset};

/// Where the rows are published.
pub const PUBLISHED: &str = "https://www.kubeai.org/benchmarks/prefix-aware-load-balancing/";

/// A published row of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedRow {
    /// The largest number of concurrent requests that the client kept.
    pub concurrency: u32,
    /// The arrival rate of the client \[requests/s\].
    pub rate: u32,
    /// The name of the workload that stands for the row's prompts.
    pub workload: &'static str,
    /// The policy that stands for the row's router.
    pub policy: &'static str,
    /// What part the row had in making the model.
    pub role: Role,
    /// The published figures, in the order of [`KEYS`]: duration \[s\], requests/s, output tokens/s, all tokens/s, then
    /// mean, median and P99 of TTFT, TPOT and ITL \[ms\].
    pub measured: [f64; 13],
}

/// What part a published row had in making the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The model's parameters were fitted to this row.
    Fitted,
    /// The model predicts this row; the row was known when the model's structure was chosen.
    Predicted,
    /// The model predicts this row; the row was compared only when the model was finished, and nothing was changed
    /// afterwards.
    Later,
    /// The row is shown, but the model is not judged by it.
    Archived,
}

/// The keys of the figures in [`PublishedRow::measured`], in their order.
pub static KEYS: [&str; 13] = [
    "duration",
    "request_throughput",
    "output_throughput",
    "total_token_throughput",
    "mean_ttft_ms",
    "median_ttft_ms",
    "p99_ttft_ms",
    "mean_tpot_ms",
    "median_tpot_ms",
    "p99_tpot_ms",
    "mean_itl_ms",
    "median_itl_ms",
    "p99_itl_ms",
];

const fn row(
    concurrency: u32,
    rate: u32,
    policy: &'static str,
    role: Role,
    measured: [f64; 13],
) -> PublishedRow {
    let workload = match role {
        Role::Archived => "kubeai-400",
        _ => "kubeai",
    };
    PublishedRow {
        concurrency,
        rate,
        workload,
        policy,
        role,
        measured,
    }
}

/// All published rows: those that the model was fitted to, those that it predicts, and two archived ones.
#[rustfmt::skip]
pub static ROWS: [PublishedRow; 14] = [
    row(1600, 200, "least-load", Role::Fitted, [153.02, 52.28, 3976.28, 47476.29, 10579.01, 11501.96, 15514.10, 212.39, 202.98, 613.06, 193.34, 92.65, 747.65]),
    row(1600, 200, "chwbl", Role::Fitted, [110.00, 72.73, 5531.31, 66043.15, 196.13, 184.29, 492.33, 78.51, 81.50, 117.36, 79.20, 70.36, 249.71]),
    row(3200, 200, "least-load", Role::Predicted, [152.43, 52.48, 3991.56, 47658.74, 24147.86, 25580.61, 46021.48, 211.98, 201.97, 598.14, 192.94, 93.29, 721.71]),
    row(3200, 200, "chwbl", Role::Predicted, [111.37, 71.84, 5463.50, 65233.60, 213.92, 188.53, 838.35, 78.73, 82.17, 122.60, 78.49, 70.32, 242.44]),
    row(8000, 800, "least-load", Role::Predicted, [152.59, 52.43, 3987.46, 47609.83, 39163.80, 40140.70, 78489.26, 214.09, 205.62, 623.61, 194.44, 90.36, 725.95]),
    row(8000, 800, "chwbl", Role::Predicted, [107.89, 74.15, 5639.40, 67333.71, 237.06, 219.27, 619.65, 79.99, 81.76, 124.28, 79.90, 71.31, 303.14]),
    row(800, 800, "least-load", Role::Later, [158.39, 50.51, 3841.42, 45866.16, 817.18, 494.28, 5551.81, 191.44, 183.18, 520.48, 176.03, 124.55, 691.97]),
    row(800, 800, "chwbl", Role::Later, [104.67, 76.43, 5813.11, 69407.79, 280.20, 239.80, 1260.53, 86.55, 91.13, 139.47, 85.78, 77.35, 272.04]),
    row(800, 800, "random", Role::Later, [159.98, 50.01, 3803.20, 45409.81, 1319.77, 601.29, 7438.41, 189.29, 184.76, 486.16, 173.06, 94.60, 715.66]),
    row(1600, 200, "random", Role::Later, [157.07, 50.93, 3873.62, 46250.51, 10365.29, 10068.73, 22283.86, 216.53, 207.58, 607.73, 197.37, 90.35, 749.96]),
    row(3200, 200, "random", Role::Later, [156.36, 51.16, 3891.22, 46460.74, 27183.41, 31260.66, 51797.57, 214.63, 205.61, 629.95, 195.30, 88.07, 742.53]),
    row(8000, 800, "random", Role::Later, [156.20, 51.22, 3895.38, 46510.40, 48587.55, 48682.53, 101940.11, 215.24, 206.65, 566.10, 196.77, 87.08, 751.68]),
    row(800, 200, "least-load", Role::Archived, [61.05, 65.52, 4590.26, 59009.24, 2231.80, 2155.21, 4817.80, 104.06, 88.70, 376.29, 84.95, 63.46, 458.48]),
    row(800, 200, "chwbl", Role::Archived, [54.59, 73.28, 5133.92, 65998.07, 2070.03, 2231.71, 4154.17, 72.12, 71.51, 124.11, 69.03, 57.13, 311.42]),
];

/// The scenario of the benchmark's set-up with one workload, policy, concurrency and rate.
pub fn scenario(
    workload: &str,
    policy: &str,
    concurrency: u32,
    rate: &str,
) -> Result<Scenario, ScenarioError> {
    let mut scenario =
        Scenario::from_query(preset("kubeai-1600").map_or("", |preset| preset.query))?;
    scenario.set("workload", workload)?;
    scenario.set("policy", policy)?;
    scenario.set("concurrency", &concurrency.to_string())?;
    scenario.set("rate", rate)?;
    Ok(scenario)
}

impl PublishedRow {
    /// The scenario that simulates the row, with a number of seeds (which change the hash ring for `chwbl`, the breaking of
    /// ties for `least-load`, the choices for `random`).
    pub fn scenario(&self, seeds: u32) -> Result<Scenario, ScenarioError> {
        let mut scenario = scenario(
            self.workload,
            self.policy,
            self.concurrency,
            &self.rate.to_string(),
        )?;
        scenario.seeds = seeds;
        Ok(scenario)
    }

    /// The published figures of the row beside those of a simulated run.
    pub fn compare(&self, summary: &Summary) -> Vec<Cell> {
        let measured: Vec<_> = KEYS.into_iter().zip(self.measured).collect();
        compare(&measured, summary)
    }
}

/// How far a simulated figure may be from the published one, as a share of the latter.
pub fn tolerance(key: &str) -> f64 {
    match key {
        "duration" | "request_throughput" | "output_throughput" | "total_token_throughput" => 0.05,
        key if key.starts_with("p99") => 0.30,
        _ => 0.15,
    }
}

/// Whether a simulated figure is near enough to the published one: within its [`tolerance`]; the P99 of TTFT under `chwbl`,
/// which depends on how the ring happens to fall, within a factor of two.
pub fn near(row: &PublishedRow, cell: &Cell) -> bool {
    if row.policy == "chwbl" && cell.key() == "p99_ttft_ms" {
        let factor = cell.simulated / cell.measured;
        return (0.5..=2.0).contains(&factor);
    }
    cell.error().abs() <= tolerance(cell.key())
}
