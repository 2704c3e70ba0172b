//! Step time and pool size from first principles: bytes over bandwidth, arithmetic over rate.
//!
//! One step over `n` sequences with M new tokens in all:
//!
//! ```text
//! step = t0 + c n                                  launch overhead, and a little per sequence
//!      + ((W/B)⁴ + (2 P M/F)⁴)^¼                   weights read, or multiplied with, whichever is longer (a soft knee)
//!      + 2 H n / L                                 logits
//!      + κ K / B' × (mixed ? x : 1)                the cache, read for attention
//!      + 4 l q Σ mᵢ (computedᵢ + mᵢ/2) / A         attention of the prompts' new tokens among themselves
//!      + (M > 512 ? e : 0)                         no CUDA graph for large batches
//!      + all-reduces under tensor parallelism
//! ```
//!
//! κ counts context tokens; what several sequences share is partly read from the L2 cache: κ = U + β (T − U), with T
//! the sum of all contexts and U the tokens of distinct resident blocks. Efficiencies live in [`Efficiency`]; they are
//! fitted for one set-up only and assumed elsewhere, and [`Roofline::calibrated`] says which.

use serde::Serialize;

use super::terms::{Off, Switch};
use super::timing::Batch;
use crate::hardware::Gpu;
use crate::llm::{Dtype, Llm};

/// How much of the hardware's figures a real engine reaches, and its fixed costs. A cost of 0 and a share of infinity
/// turn a term off; [`Off::apply`] does it by the term's name.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Efficiency {
    /// Share of the memory bandwidth reached when reading weights.
    pub weight_bandwidth: f64,
    /// Share of the memory bandwidth reached when reading the cache.
    pub kv_bandwidth: f64,
    /// Share of the dense peak reached by matrix multiplication in the weights' format.
    pub gemm: f64,
    /// Share of the dense bf16 peak reached by the logits.
    pub logits: f64,
    /// Share of the dense bf16 peak reached by the attention of a prefill.
    pub prefill_attention: f64,
    /// β: cost of reading a token again that another sequence of the step reads too, against reading it once.
    pub shared_read: f64,
    /// x: slowdown of cache reads in steps that also prefill.
    pub mixed: f64,
    /// t0: fixed time of a step \[s\].
    pub step_s: f64,
    /// c: time of a sequence in a step \[s\].
    pub sequence_s: f64,
    /// e: extra time of a step too large for a CUDA graph \[s\].
    pub eager_s: f64,
    /// Largest batch that runs as a CUDA graph \[tokens\].
    pub graph_tokens: u64,
    /// API server: handling of an arriving request, one after the other \[s\]; it then waits as long again.
    pub api_request_s: f64,
    /// API server: handling of a produced token, one after the other \[s\].
    pub api_token_s: f64,
    /// Between client and replica, each way \[s\].
    pub network_s: f64,
    /// Blocks the engine allocates ahead with each need (4 in the early V1 engine, none later).
    pub preallocate_blocks: u32,
}

impl Efficiency {
    /// What is assumed where nothing was measured: 85 % of bandwidth, 50 % of the dense peak, launch overheads of a
    /// millisecond, an API server that costs nothing.
    pub const ASSUMED: Self = Self {
        weight_bandwidth: 0.85,
        kv_bandwidth: 0.85,
        gemm: 0.50,
        logits: 0.50,
        prefill_attention: 0.40,
        shared_read: 0.54,
        mixed: 1.0,
        step_s: 0.001,
        sequence_s: 8e-6,
        eager_s: 0.0,
        graph_tokens: 512,
        api_request_s: 0.0,
        api_token_s: 0.0,
        network_s: 0.0,
        preallocate_blocks: 0,
    };
}

/// A GPU (or several) running a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Roofline {
    gpu: &'static Gpu,
    llm: &'static Llm,
    dtype: Dtype,
    kv_dtype: Dtype,
    tensor_parallel: u32,
    efficiency: Efficiency,
    calibrated: bool,
    // The formula's coefficients, worked out once.
    weight_s: f64,
    gemm_s_per_token: f64,
    logits_s_per_sequence: f64,
    kv_s_per_token: f64,
    attention_s: f64,
    reduce_s: f64,
    reduce_s_per_token: f64,
}

impl Roofline {
    /// `tensor_parallel` GPUs as one replica of `llm`.
    pub fn new(
        gpu: &'static Gpu,
        llm: &'static Llm,
        dtype: Dtype,
        kv_dtype: Dtype,
        tensor_parallel: u32,
        efficiency: Efficiency,
        calibrated: bool,
    ) -> Self {
        let g = f64::from(tensor_parallel.max(1));
        let flops = match (dtype, gpu.fp8_flops) {
            (Dtype::Fp8, Some(fp8)) => fp8,
            _ => gpu.bf16_flops,
        };
        let read_bytes = llm.block_parameters() * dtype.bytes() + llm.head_parameters() * 2.0;
        // Two all-reduces a layer, each passing 2 (g−1)/g of the activations over the slowest link.
        let reduces = if tensor_parallel > 1 {
            2.0 * f64::from(llm.layers)
        } else {
            0.0
        };
        let reduce_bytes = f64::from(llm.hidden) * 2.0 * 2.0 * (g - 1.0) / g;
        Self {
            gpu,
            llm,
            dtype,
            kv_dtype,
            tensor_parallel: tensor_parallel.max(1),
            efficiency,
            calibrated,
            weight_s: read_bytes / g / (gpu.bandwidth * efficiency.weight_bandwidth),
            gemm_s_per_token: 2.0 * llm.active_block_parameters() / g / (flops * efficiency.gemm),
            logits_s_per_sequence: 2.0 * llm.head_parameters()
                / g
                / (gpu.bf16_flops * efficiency.logits),
            kv_s_per_token: llm.kv_bytes_per_token(kv_dtype)
                / g.min(f64::from(llm.kv_heads))
                / (gpu.bandwidth * efficiency.kv_bandwidth),
            attention_s: llm.attention_flops()
                / g
                / (gpu.bf16_flops * efficiency.prefill_attention),
            reduce_s: reduces * gpu.link.latency_s,
            reduce_s_per_token: reduces * reduce_bytes / gpu.link.bytes_per_s,
        }
    }

    /// The same without some of its terms.
    pub fn without(self, off: Off) -> Self {
        let mut left = Self::new(
            self.gpu,
            self.llm,
            self.dtype,
            self.kv_dtype,
            self.tensor_parallel,
            off.apply(self.efficiency),
            self.calibrated,
        );
        if off.has(Switch::AllReduce) {
            (left.reduce_s, left.reduce_s_per_token) = (0.0, 0.0);
        }
        left
    }

    /// Whether the efficiencies were fitted to a measurement of this very GPU and model.
    pub fn calibrated(&self) -> bool {
        self.calibrated
    }

    /// The efficiencies in force.
    pub fn efficiency(&self) -> &Efficiency {
        &self.efficiency
    }

    /// Length of a step \[s\].
    pub fn seconds(&self, batch: &Batch) -> f64 {
        let e = &self.efficiency;
        let (n, m) = (f64::from(batch.sequences), batch.new_tokens as f64);
        let share = self.llm.weights_touched(m);
        let (read, multiply) = (self.weight_s * share, self.gemm_s_per_token * m);
        let (read2, multiply2) = (read * read, multiply * multiply);
        let mut t = e.step_s
            + e.sequence_s * n
            + (read2 * read2 + multiply2 * multiply2).sqrt().sqrt()
            + self.logits_s_per_sequence * n
            + self.reduce_s
            + self.reduce_s_per_token * m;
        let context = batch.context_tokens as f64;
        let distinct = f64::from(batch.block_size)
            * (f64::from(batch.referenced_blocks) - batch.unfilled_blocks * n);
        let read_once = if context <= distinct {
            context
        } else {
            distinct + e.shared_read * (context - distinct)
        };
        let slowdown = if batch.prefill_attention > 0.0 {
            e.mixed
        } else {
            1.0
        };
        t += read_once.max(0.0) * self.kv_s_per_token * slowdown;
        t += self.attention_s * batch.prefill_attention;
        if batch.new_tokens > e.graph_tokens {
            t += e.eager_s;
        }
        t
    }

    /// Time a prompt token costs when nothing else is asked of the GPU \[s\]: the weights for work done.
    pub fn prefill_seconds_per_token(&self) -> f64 {
        self.gemm_s_per_token
    }

    /// Time a generated token costs in a full batch when nothing else is asked of the GPU \[s\].
    pub fn decode_seconds_per_token(&self, batch: u32) -> f64 {
        self.weight_s / f64::from(batch.max(1)) + self.logits_s_per_sequence
    }
}

/// Where the size of the KV pool comes from: usable − weights − profiling − overhead, over bytes a token; all of one GPU.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PoolSum {
    /// 95 % of the memory the driver reports (vLLM's `--gpu-memory-utilization`) \[B\].
    pub usable: f64,
    /// Weights \[B\].
    pub weights: f64,
    /// Peak of the profiling run: logits of a whole batch in bf16 \[B\].
    pub profiling: f64,
    /// CUDA context, graphs and the like, about 0.3 GiB \[B\].
    pub overhead: f64,
    /// Cache of one token \[B\].
    pub per_token: f64,
    /// What is left, in tokens.
    pub tokens: u64,
}

impl PoolSum {
    /// How many tokens of cache fit on `tensor_parallel` GPUs beside `llm`, as the sum one can check. No efficiency has a part
    /// in it.
    pub fn new(
        gpu: &Gpu,
        llm: &Llm,
        dtype: Dtype,
        kv_dtype: Dtype,
        tensor_parallel: u32,
        batch_tokens: u32,
    ) -> Self {
        let g = f64::from(tensor_parallel.max(1));
        let usable = 0.95 * gpu.memory_bytes;
        let weights = llm.weight_bytes(dtype) / g;
        let profiling = f64::from(batch_tokens) * f64::from(llm.vocabulary) * 2.0 / g;
        let overhead = 0.3 * (1u64 << 30) as f64;
        let per_token = llm.kv_bytes_per_token(kv_dtype) / g.min(f64::from(llm.kv_heads));
        let left = usable - weights - profiling - overhead;
        Self {
            usable,
            weights,
            profiling,
            overhead,
            per_token,
            tokens: (left / per_token).max(0.0) as u64,
        }
    }
}
