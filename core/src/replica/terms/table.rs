//! The terms as data, in the order in which a step meets them.

use super::{EfficiencyFigure, ModelPart, Switch, Term, TermSwitch};
use crate::replica::roofline::Efficiency;

const VLLM: &str = "vLLM V1's scheduler";
const ROOFLINE: &str = "bytes over bandwidth, arithmetic over rate";
const MEASURED: &str = "inferred from the published benchmark";
const STEPS: &str = "step times measured on H100 and H200 (docs/accuracy.md)";

/// Where a figure comes from that has no source of its own: the fit to step times has some of them, the others are assumed.
pub const STEP_FIT: &str = "fitted to step times of H100 and H200, or assumed (docs/accuracy.md)";

const fn share(of: fn(&Efficiency) -> f64, fitted: bool) -> Option<EfficiencyFigure> {
    Some(EfficiencyFigure {
        unit: "of the peak",
        of,
        idle: None,
        fitted,
        source: STEP_FIT,
    })
}

const fn figure(
    unit: &'static str,
    idle: f64,
    fitted: bool,
    of: fn(&Efficiency) -> f64,
) -> Option<EfficiencyFigure> {
    Some(EfficiencyFigure {
        unit,
        of,
        idle: Some(idle),
        fitted,
        source: STEP_FIT,
    })
}

const fn scheduler(
    name: &'static str,
    switch: Switch,
    about: &'static str,
    without: &'static str,
) -> Term {
    Term {
        name,
        part: ModelPart::Scheduler,
        about,
        without,
        how: TermSwitch::Off(switch),
        figure: None,
        source: VLLM,
    }
}

const fn step(
    name: &'static str,
    switch: Switch,
    about: &'static str,
    without: &'static str,
    figure: Option<EfficiencyFigure>,
    source: &'static str,
) -> Term {
    Term {
        name,
        part: ModelPart::StepTime,
        about,
        without,
        how: TermSwitch::Off(switch),
        figure,
        source,
    }
}

const fn around(
    name: &'static str,
    how: TermSwitch,
    about: &'static str,
    without: &'static str,
    figure: Option<EfficiencyFigure>,
    source: &'static str,
) -> Term {
    Term {
        name,
        part: ModelPart::Surroundings,
        about,
        without,
        how,
        figure,
        source,
    }
}

const fn option(flag: &'static str, value: &'static str) -> TermSwitch {
    TermSwitch::Option { flag, value }
}

/// Every term of the replica model, part by part.
pub static TERMS: &[Term] = &[
    scheduler(
        "chunked-prefill",
        Switch::ChunkedPrefill,
        "a prompt longer than what is left of a step's token budget is computed in chunks",
        "a prompt is computed whole, in the first step with room for it; the first prompt of a step may exceed the budget",
    ),
    scheduler(
        "prefix-cache",
        Switch::PrefixCache,
        "full blocks of prompts and answers stay cached until evicted, least recently used first, and are reused",
        "every prompt is computed whole, and its blocks are its own",
    ),
    scheduler(
        "step-sharing",
        Switch::StepSharing,
        "blocks are registered when scheduled, so prompts that start in the same step share them",
        "blocks are registered when the step that computes them ends",
    ),
    Term {
        figure: Some(EfficiencyFigure {
            unit: "blocks",
            of: |e| e.preallocate_blocks as f64,
            idle: Some(0.0),
            fitted: false,
            source: "the early V1 engine's default",
        }),
        ..scheduler(
            "preallocation",
            Switch::Preallocation,
            "blocks taken ahead with each need",
            "a block is taken when it is needed",
        )
    },
    scheduler(
        "preemption",
        Switch::Preemption,
        "out of blocks, the newest running sequence is thrown out and computed again later; nothing is admitted in that step",
        "a sequence is admitted only when blocks for its whole answer are free, and holds them from then on",
    ),
    scheduler(
        "head-of-line",
        Switch::HeadOfLine,
        "admission stops at the first waiting sequence that does not fit",
        "a later one that fits goes ahead",
    ),
    step(
        "launch",
        Switch::Launch,
        "t0: a fixed time a step, for scheduling and sampling on the host",
        "0",
        figure("ms a step", 0.0, true, |e| e.step_s * 1e3),
        MEASURED,
    ),
    step(
        "sequences",
        Switch::Sequences,
        "c: a little time for each sequence of a step",
        "0",
        figure("µs a sequence", 0.0, true, |e| e.sequence_s * 1e6),
        MEASURED,
    ),
    step(
        "ranks",
        Switch::Ranks,
        "h log2 g: the host talks to the workers of g GPUs",
        "workers cost no time",
        figure("µs for each doubling", 0.0, false, |e| e.rank_s * 1e6),
        STEPS,
    ),
    step(
        "kernels",
        Switch::Kernels,
        "l k N: each of a layer's kernels has a launch, a drain and a fill, even inside a CUDA graph; k is 11, with experts 15, and 4 more in fp8",
        "kernels start and end at once",
        figure("µs a kernel", 0.0, false, |e| e.kernel_s * 1e6),
        STEPS,
    ),
    step(
        "older-experts",
        Switch::OlderExperts,
        "with --vllm before 0.17: what a layer of block-scaled fp8 experts costs more",
        "as in newer versions",
        figure("µs a layer", 0.0, false, |e| e.older_experts_s * 1e6),
        STEPS,
    ),
    step(
        "graph-padding",
        Switch::GraphPadding,
        "a batch that runs as a CUDA graph is padded to the next captured size: 1, 2, 4, multiples of 8 up to 256, of 16 beyond",
        "a batch is as large as it is",
        figure("tokens", 0.0, false, |e| e.graph_step as f64),
        "vLLM's config/compilation.py, max_cudagraph_capture_size (0.30 captures up to 1,024 on Blackwell; left out)",
    ),
    step(
        "expert-tiles",
        Switch::ExpertTiles,
        "r: an expert's few tokens are multiplied as a whole tile of rows: 64 in fp8, 16 elsewhere",
        "an expert multiplies its own tokens only",
        None,
        "vLLM's get_default_config, layers/fused_moe/fused_moe.py@13cb3e4, for steps of few tokens",
    ),
    step(
        "passes",
        Switch::Passes,
        "p: activations are written to memory and read again between kernels, so often a layer; with experts, each copy of a token too",
        "activations stay in registers",
        figure("passes a layer", 0.0, false, |e| e.passes),
        STEPS,
    ),
    step(
        "weights",
        Switch::Weights,
        "W/B: the weights are read once a step, of a mixture those experts the step touches",
        "weights are there at once",
        share(|e| e.weight_bandwidth, true),
        ROOFLINE,
    ),
    step(
        "gemm",
        Switch::Gemm,
        "2 P M/F: new tokens are multiplied with the weights, whichever of this and the reading is longer (a soft knee)",
        "arithmetic is free",
        share(|e| e.gemm, true),
        ROOFLINE,
    ),
    step(
        "logits",
        Switch::Logits,
        "2 H n/L: each sequence's logits",
        "logits are free",
        share(|e| e.logits, false),
        ROOFLINE,
    ),
    step(
        "kv-reads",
        Switch::KvReads,
        "κ K/B': the cache of every context is read",
        "the cache is there at once",
        share(|e| e.kv_bandwidth, true),
        ROOFLINE,
    ),
    step(
        "shared-reads",
        Switch::SharedReads,
        "β: what several sequences of a step share comes partly from the L2 cache",
        "every context is read from memory (β = 1)",
        figure("of a first read", 1.0, true, |e| e.shared_read),
        MEASURED,
    ),
    step(
        "mixed",
        Switch::Mixed,
        "x: cache reads are slower in steps that also prefill",
        "as fast as in any step (x = 1)",
        figure("times", 1.0, true, |e| e.mixed),
        MEASURED,
    ),
    step(
        "prefill-attention",
        Switch::PrefillAttention,
        "4 l q Σ m (computed + m/2)/A: new prompt tokens attend to those before them",
        "attention of prompts is free",
        share(|e| e.prefill_attention, false),
        ROOFLINE,
    ),
    step(
        "eager",
        Switch::Eager,
        "e + l eₗ: extra time of a step too large for a CUDA graph (more than 512 tokens), or of any under --cuda-graphs off",
        "0",
        Some(EfficiencyFigure {
            // Where calibrated it is a time of the step; elsewhere of each layer, shown for 32 layers.
            of: |e| (e.eager_s + 32.0 * e.eager_layer_s) * 1e3,
            unit: "ms a step of 32 layers",
            idle: Some(0.0),
            fitted: true,
            source: STEP_FIT,
        }),
        MEASURED,
    ),
    step(
        "all-reduce",
        Switch::AllReduce,
        "over several GPUs, two all-reduces a layer: in one pass for small messages, in two for large",
        "GPUs share at no cost",
        None,
        "the links' latency and bandwidth, in the table of GPUs",
    ),
    around(
        "front",
        TermSwitch::Off(Switch::Front),
        "the way to the engine: gateway, router and server handle a request, side by side with others",
        "0",
        figure("ms a request", 0.0, false, |e| e.front_s * 1e3),
        STEPS,
    ),
    around(
        "front-tokens",
        TermSwitch::Off(Switch::FrontTokens),
        "the same for each token of the prompt: tokenised, validated, copied",
        "0",
        figure("µs a prompt token", 0.0, false, |e| e.front_token_s * 1e6),
        STEPS,
    ),
    around(
        "api-requests",
        TermSwitch::Off(Switch::ApiRequests),
        "API server: arriving requests are handled one after the other, and wait as long again",
        "0",
        figure("ms a request", 0.0, true, |e| e.api_request_s * 1e3),
        MEASURED,
    ),
    around(
        "api-tokens",
        TermSwitch::Off(Switch::ApiTokens),
        "API server: tokens are sent one after the other",
        "0",
        figure("ms a token", 0.0, true, |e| e.api_token_s * 1e3),
        MEASURED,
    ),
    around(
        "network",
        TermSwitch::Off(Switch::Network),
        "between client and replica",
        "0",
        figure("ms each way", 0.0, false, |e| e.network_s * 1e3),
        "assumed",
    ),
    around(
        "load-age",
        option("load-age", "0"),
        "routers see engines' load as of the end of their last step, or as collected every so often",
        "as of the decision",
        None,
        "how often each product collects it",
    ),
    around(
        "client",
        option("client", "free"),
        "a load generator that is one Python process, whose own time counts",
        "a client that costs no time",
        None,
        MEASURED,
    ),
    around(
        "warm-start",
        option("warm", "none"),
        "caches hold what an earlier run left",
        "caches are empty",
        None,
        MEASURED,
    ),
    around(
        "concurrency",
        option("concurrency", ""),
        "a cap on active requests; more wait at the client",
        "no cap",
        None,
        "load generators have one",
    ),
    around(
        "in-flight-limit",
        option("in-flight-limit", ""),
        "a limit on requests behind the router; more fail at once",
        "no limit",
        None,
        "gateways have one",
    ),
    around(
        "rate-limits",
        option("tier", ""),
        "rate limits per API key, and clients that try again",
        "no limits",
        None,
        "the tiers' own tables",
    ),
];
