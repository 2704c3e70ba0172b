//! Step time and pool size from first principles: bytes over bandwidth, arithmetic over rate.
//!
//! One step over `n` sequences with M new tokens in all, on g GPUs:
//!
//! ```text
//! step = t0 + c n + h log₂ g                       the host: scheduling, sampling, talking to g workers
//!      + l k N                                     l layers of k kernels, N each: launch, drain, fill (in a CUDA graph)
//!      + ((W/B)⁴ + (2 P M/F)⁴)^¼                   weights read, or multiplied with, whichever is longer (a soft knee)
//!      + ((t Wₑ/Bₑ)⁴ + (2 Pₑ (M + t r E/a)/Fₑ)⁴)^¼ the same for the share t of E experts that M tokens touch; each is
//!                                                  multiplied with at least r rows, a kernel's tile
//!      + 2 l d M (p + pₑ a)/B₀                     activations of d numbers written and read between kernels
//!      + 2 H n / L                                 logits
//!      + κ K / B' × (mixed ? x : 1)                the cache, read for attention (sliding layers: n windows, without x)
//!      + 4 l q Σ mᵢ (computedᵢ + mᵢ/2) / A         attention of the prompts' new tokens among themselves
//!      + (M > 512 ? e + l eₗ : 0)                  no CUDA graph for large batches: the host launches each kernel
//!      + two all-reduces a layer                   the quicker of one pass (small) and two (large messages)
//! ```
//!
//! W and Wₑ are the bytes of the shared weights and of all experts, P and Pₑ the parameters of each that a token is multiplied
//! with, H those of the head, K the cache's bytes per token, q the numbers of a query, each counted as far as one GPU has it; `a` is
//! how many experts a token visits. B₀ is the memory's bandwidth, of which B, Bₑ and B' are reached; F, Fₑ, L and A are the rates
//! of arithmetic that are reached.
//!
//! Where a step runs as a CUDA graph, M is padded to the next size for which one was captured.
//!
//! κ counts context tokens; what several sequences share is partly read from the L2 cache: κ = U + β (T − U), with T
//! the sum of all contexts and U the tokens of distinct resident blocks. Efficiencies live in [`Efficiency`]. Those of one
//! set-up were fitted to it, those of all others to step times of H100 and H200 (docs/accuracy.md); [`Roofline::calibrated`] says
//! which are used.

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
    /// Share of the memory bandwidth reached when reading experts.
    pub expert_bandwidth: f64,
    /// Share of the dense peak reached by grouped multiplication with experts.
    pub expert_gemm: f64,
    /// p: how often a layer's activations are written or read between kernels.
    pub passes: f64,
    /// pₑ: the same, of each copy of a token that visits an expert.
    pub expert_passes: f64,
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
    /// h: the host's time for each doubling of the GPUs \[s\].
    pub rank_s: f64,
    /// N: a kernel's launch, drain and fill inside a CUDA graph \[s\].
    pub kernel_s: f64,
    /// What a layer of block-scaled fp8 experts costs more in vLLM before 0.17 \[s\].
    pub older_experts_s: f64,
    /// Share of a link's bandwidth reached by large all-reduces.
    pub reduce_bandwidth: f64,
    /// e: extra time of a step too large for a CUDA graph \[s\].
    pub eager_s: f64,
    /// eₗ: extra time of a layer in such a step \[s\].
    pub eager_layer_s: f64,
    /// Largest batch that runs as a CUDA graph \[tokens\].
    pub graph_tokens: u64,
    /// Graphs are captured for 1, 2, 4, 8 and multiples of this many tokens up to 256, of twice as many beyond, and a batch is
    /// padded to the next; 0: not padded.
    pub graph_step: u64,
    /// The time of a request's way to the engine: gateway, router, HTTP, validation. Requests do not wait for each other there \[s\].
    pub front_s: f64,
    /// The further time of that way for each token of the prompt: tokenisation, copies \[s\].
    pub front_token_s: f64,
    /// API server: handling of an arriving request, one after the other \[s\]; the request then waits as long again for the engine.
    pub api_request_s: f64,
    /// API server: handling of a produced token, one after the other \[s\].
    pub api_token_s: f64,
    /// Between client and replica, each way \[s\].
    pub network_s: f64,
    /// How many blocks the engine allocates ahead whenever a sequence needs one (4 in the early V1 engine, none later).
    pub preallocate_blocks: u32,
}

impl Efficiency {
    /// What is assumed where nothing was measured of this GPU and model: fitted to 312 step times of four models on H100 and
    /// H200 (docs/accuracy.md says how well; `cargo xtask fit FILE` does it again). Not fitted to them are the figures with a
    /// comment, and those that have no effect: a cost of 0, a factor of 1.
    pub const ASSUMED: Self = Self {
        weight_bandwidth: 0.848,
        kv_bandwidth: 0.881,
        gemm: 0.62,
        expert_bandwidth: 0.99,
        expert_gemm: 0.228,
        passes: 5.19,
        expert_passes: 5.51,
        logits: 0.50, // assumed
        prefill_attention: 0.372,
        shared_read: 0.54, // fitted on an L4
        mixed: 1.0,
        step_s: 0.34e-3,
        sequence_s: 4.1e-6,
        rank_s: 40e-6,
        kernel_s: 4.42e-6,
        older_experts_s: 80e-6,
        reduce_bandwidth: 0.851,
        eager_s: 0.0,
        eager_layer_s: 0.35e-3,
        graph_tokens: 512, // vLLM, `max_cudagraph_capture_size` in config/compilation.py
        graph_step: 8,     // vLLM, the same file
        front_s: 5.6e-3,
        front_token_s: 4.34e-6,
        api_request_s: 0.0,
        api_token_s: 0.0,
        network_s: 0.5e-3, // assumed
        preallocate_blocks: 0,
    };
}

/// The GPU and model of a replica, with what decides how they run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// The GPU that the replica runs on.
    pub gpu: &'static Gpu,
    /// The model that the replica runs.
    pub llm: &'static Llm,
    /// The number format of the weights.
    pub dtype: Dtype,
    /// The number format of the KV cache.
    pub kv_dtype: Dtype,
    /// How many GPUs share every layer.
    pub tensor_parallel: u32,
    /// GPUs over which the experts are spread: `tensor_parallel`, or a multiple of it. With a multiple, the other ranks' attention runs
    /// beside this replica's, in step and taken to carry the same load (data-parallel attention).
    pub experts_over: u32,
    /// Whether decoding steps run as CUDA graphs (vLLM's `--enforce-eager` turns that off).
    pub cuda_graphs: bool,
    /// Whether the engine is a vLLM before 0.17, whose block-scaled fp8 experts cost more.
    pub older: bool,
}

/// The step-time model of a machine: its coefficients, computed once.
#[derive(Clone, Debug, PartialEq)]
pub struct Roofline {
    machine: Machine,
    efficiency: Efficiency,
    calibrated: bool,
    // The coefficients of the module's formula.
    host_s: f64,
    weight_s: f64,
    gemm_s_per_token: f64,
    experts: Option<ExpertTimes>,
    passes_s_per_token: f64,
    logits_s_per_sequence: f64,
    window_s_per_sequence: f64,
    kv_s_per_token: f64,
    attention_s: f64,
    eager_s: f64,
    /// All-reduces in one pass: fixed, and for each token.
    reduce_small: [f64; 2],
    /// All-reduces in two passes: fixed, and for each token.
    reduce_large: [f64; 2],
}

/// The coefficients of the experts in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
struct ExpertTimes {
    /// The time of reading all experts' weights \[s\].
    read_s: f64,
    /// The time of multiplying a token with the experts that it visits \[s\].
    multiply_s_per_token: f64,
    /// The tokens that the multiplication counts beyond its own if all experts are touched, as each is multiplied with a tile of rows.
    padding_tokens: f64,
    /// How many ranks' tokens the experts serve.
    ranks: f64,
}

/// The longer of two times, with a soft knee between them.
fn knee(read: f64, multiply: f64) -> f64 {
    let (read2, multiply2) = (read * read, multiply * multiply);
    (read2 * read2 + multiply2 * multiply2).sqrt().sqrt()
}

/// The batch size of the CUDA graph in which a step of `tokens` tokens runs.
fn padded(tokens: u64, step: u64) -> u64 {
    match tokens {
        _ if step == 0 => tokens,
        0..=8 => tokens.next_power_of_two(),
        9..=256 => tokens.next_multiple_of(step),
        _ => tokens.next_multiple_of(step.saturating_mul(2)),
    }
}

impl Roofline {
    /// The step-time model of a machine with these efficiencies.
    pub fn new(machine: Machine, efficiency: Efficiency, calibrated: bool) -> Self {
        let Machine {
            gpu,
            llm,
            dtype,
            kv_dtype,
            ..
        } = machine;
        let e = &efficiency;
        let g = f64::from(machine.tensor_parallel.max(1));
        let spread = f64::from(machine.experts_over.max(machine.tensor_parallel).max(1));
        let layers = f64::from(llm.layers);
        let flops = match (dtype, gpu.fp8_flops) {
            (Dtype::Fp8, Some(fp8)) => fp8,
            _ => gpu.bf16_flops,
        };
        let read_bytes = llm.shared_parameters() * dtype.bytes() + llm.head_parameters() * 2.0;
        let experts = llm.experts.map(|of| {
            let ranks = spread / g;
            let active = f64::from(of.active);
            let parameters = llm.expert_parameters() * active / f64::from(of.total);
            ExpertTimes {
                read_s: llm.expert_parameters() * dtype.expert_bytes()
                    / spread
                    / (gpu.bandwidth * e.expert_bandwidth),
                multiply_s_per_token: 2.0 * parameters * ranks / spread / (flops * e.expert_gemm),
                padding_tokens: dtype.expert_tile() * f64::from(of.total) / active / ranks,
                ranks,
            }
        });
        let visits = llm.experts.map_or(0.0, |of| f64::from(of.active)) * spread / g;
        let older = machine.older && dtype == Dtype::Fp8 && llm.experts.is_some();
        let layer_s =
            e.kernel_s * llm.kernels_per_layer(dtype) + if older { e.older_experts_s } else { 0.0 };
        // Two all-reduces a layer. Over s GPUs, in one pass each reads the others' activations; in two it passes 2 (s−1)/s of them.
        let reduces = if spread > 1.0 { 2.0 * layers } else { 0.0 };
        let message = f64::from(llm.hidden) * 2.0;
        let (link, others) = (gpu.link, spread - 1.0);
        Self {
            machine,
            efficiency,
            calibrated,
            host_s: e.step_s + e.rank_s * libm::log2(spread) + layers * layer_s,
            weight_s: read_bytes / g / (gpu.bandwidth * e.weight_bandwidth),
            gemm_s_per_token: 2.0 * llm.shared_parameters() / g / (flops * e.gemm),
            experts,
            passes_s_per_token: layers * message * (e.passes + e.expert_passes * visits)
                / gpu.bandwidth,
            logits_s_per_sequence: 2.0 * llm.head_parameters() / g / (gpu.bf16_flops * e.logits),
            window_s_per_sequence: llm.window_bytes(kv_dtype)
                / llm.cache_split(g)
                / (gpu.bandwidth * e.kv_bandwidth),
            kv_s_per_token: llm.kv_bytes_per_token(kv_dtype)
                / llm.cache_split(g)
                / (gpu.bandwidth * e.kv_bandwidth),
            attention_s: llm.attention_flops() / g / (gpu.bf16_flops * e.prefill_attention),
            eager_s: e.eager_s + layers * e.eager_layer_s,
            reduce_small: [
                reduces * link.latency_s,
                reduces * message * others / link.bytes_per_s,
            ],
            reduce_large: [
                reduces * link.bulk_latency_s,
                reduces * message * 2.0 * others / spread / (link.bytes_per_s * e.reduce_bandwidth),
            ],
        }
    }

    /// The same model without some of its terms.
    pub fn without(self, off: Off) -> Self {
        let mut left = Self::new(self.machine, off.apply(self.efficiency), self.calibrated);
        if off.has(Switch::AllReduce) {
            (left.reduce_small, left.reduce_large) = ([0.0; 2], [0.0; 2]);
        }
        if off.has(Switch::ExpertTiles)
            && let Some(experts) = &mut left.experts
        {
            experts.padding_tokens = 0.0;
        }
        left
    }

    /// Whether the efficiencies were fitted to a measurement of this very GPU and model.
    pub fn calibrated(&self) -> bool {
        self.calibrated
    }

    /// The efficiencies with which the step times are computed.
    pub fn efficiency(&self) -> &Efficiency {
        &self.efficiency
    }

    /// The length of a step that works on `batch` \[s\].
    pub fn seconds(&self, batch: &Batch) -> f64 {
        let steady = self.steady(batch);
        steady.seconds(batch.context_tokens, batch.referenced_blocks)
    }

    /// The part of the length that depends only on how many sequences and new tokens there are, without the extra time of a step
    /// that does not run as a CUDA graph \[s\].
    pub fn seconds_by_size(&self, batch: &Batch) -> f64 {
        let e = &self.efficiency;
        let tokens = match self.in_graph(batch) {
            true => padded(batch.new_tokens, e.graph_step),
            false => batch.new_tokens,
        };
        let (n, m) = (f64::from(batch.sequences), tokens as f64);
        let mut t = self.host_s
            + e.sequence_s * n
            + knee(self.weight_s, self.gemm_s_per_token * m)
            + (self.logits_s_per_sequence + self.window_s_per_sequence) * n
            + self.passes_s_per_token * m
            + (self.reduce_small[0] + self.reduce_small[1] * m)
                .min(self.reduce_large[0] + self.reduce_large[1] * m);
        if let Some(experts) = &self.experts {
            let touched = self.machine.llm.experts_touched(m * experts.ranks);
            t += knee(
                experts.read_s * touched,
                experts.multiply_s_per_token * (m + experts.padding_tokens * touched),
            );
        }
        t
    }

    fn in_graph(&self, batch: &Batch) -> bool {
        batch.new_tokens <= self.efficiency.graph_tokens && self.machine.cuda_graphs
    }

    /// The part of the length of this batch's steps that stays while its contexts and blocks grow.
    #[inline]
    pub fn steady(&self, batch: &Batch) -> Steady {
        let e = &self.efficiency;
        let n = f64::from(batch.sequences);
        Steady {
            by_size: self.seconds_by_size(batch),
            block_tokens: f64::from(batch.block_size),
            unfilled_blocks: batch.unfilled_blocks * n,
            shared_read: e.shared_read,
            kv_s_per_token: self.kv_s_per_token,
            slowdown: match batch.prefill_attention > 0.0 {
                true => e.mixed,
                false => 1.0,
            },
            attention_s: self.attention_s * batch.prefill_attention,
            eager_s: match self.in_graph(batch) {
                true => 0.0,
                false => self.eager_s,
            },
        }
    }

    /// The time that a prompt token costs when nothing else is asked of the GPU: its weight in sums of work \[s\].
    pub fn prefill_seconds_per_token(&self) -> f64 {
        self.gemm_s_per_token + self.experts.map_or(0.0, |it| it.multiply_s_per_token)
    }

    /// The time that a generated token costs in a batch of `batch` sequences when nothing else is asked of the GPU: its weight in sums
    /// of work \[s\].
    pub fn decode_seconds_per_token(&self, batch: u32) -> f64 {
        let experts = self.experts.map_or(0.0, |it| it.read_s);
        (self.weight_s + experts) / f64::from(batch.max(1)) + self.logits_s_per_sequence
    }
}

/// The part of a step's length that stays the same as long as only the contexts and blocks of its batch grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steady {
    /// The length by the numbers of sequences and new tokens, from [`Roofline::seconds_by_size`] \[s\].
    by_size: f64,
    /// The number of tokens of a block \[tokens\].
    block_tokens: f64,
    /// How many blocks of the whole batch hold no tokens yet.
    unfilled_blocks: f64,
    /// The cost of reading a token again that another sequence of the step reads too, as a share of reading it once.
    shared_read: f64,
    kv_s_per_token: f64,
    /// The factor by which reading the cache takes longer in a step that also prefills.
    slowdown: f64,
    /// The time of the prompts' attention \[s\].
    attention_s: f64,
    /// The time of launching kernels without a CUDA graph \[s\].
    eager_s: f64,
}

impl Steady {
    /// The length of a step with this many tokens of context and this many blocks referred to \[s\].
    #[inline(always)] // in the loop over steps
    pub fn seconds(&self, context_tokens: u64, referenced_blocks: u32) -> f64 {
        let context = context_tokens as f64;
        let distinct = self.block_tokens * (f64::from(referenced_blocks) - self.unfilled_blocks);
        let read_once = match context <= distinct {
            true => context,
            false => distinct + self.shared_read * (context - distinct),
        };
        self.by_size
            + read_once.max(0.0) * self.kv_s_per_token * self.slowdown
            + self.attention_s
            + self.eager_s
    }
}

/// How the size of the KV pool comes about: usable − weights − profiling − overhead, over the bytes of a token; all of one GPU.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PoolSum {
    /// The memory that the engine may use: the share of vLLM's `--gpu-memory-utilization` of what the driver reports \[B\].
    pub usable: f64,
    /// The memory that the model's weights take \[B\].
    pub weights: f64,
    /// The peak of the profiling run: logits of a whole batch in bf16 \[B\].
    pub profiling: f64,
    /// The memory of the CUDA context, graphs and the like, about 0.3 GiB \[B\].
    pub overhead: f64,
    /// The cache of one token \[B\].
    pub per_token: f64,
    /// How many tokens of cache fit into what is left \[tokens\].
    pub tokens: u64,
}

impl PoolSum {
    /// The sum for a machine whose engine may use the share `utilization` of the memory, from which the number of tokens follows
    /// that fit beside the model. No efficiency enters.
    pub fn new(machine: &Machine, utilization: f64, batch_tokens: u32) -> Self {
        let (llm, g) = (machine.llm, f64::from(machine.tensor_parallel.max(1)));
        let spread = f64::from(machine.experts_over.max(machine.tensor_parallel).max(1));
        let usable = utilization * machine.gpu.memory_bytes;
        let weights = llm.weight_bytes_of_gpu(machine.dtype, g, spread);
        let profiling = f64::from(batch_tokens) * f64::from(llm.vocabulary) * 2.0 / g;
        let overhead = 0.3 * (1u64 << 30) as f64;
        let per_token = llm.kv_bytes_per_token(machine.kv_dtype) / llm.cache_split(g);
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
