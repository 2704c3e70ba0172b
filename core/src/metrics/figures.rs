//! The figures there are, as data.

use serde::Serialize;

/// Which way a figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// Neither.
    Neither,
}

/// A figure of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Its key in JSON, vLLM's where it has one.
    pub key: &'static str,
    /// In words.
    pub title: &'static str,
    /// Its unit; empty for counts and ratios.
    pub unit: &'static str,
    /// Which way is better.
    pub better: Better,
    /// Whether it is a whole number.
    pub whole: bool,
    /// Decimals in text.
    pub decimals: usize,
}

const fn count(key: &'static str, title: &'static str, better: Better) -> Figure {
    Figure {
        key,
        title,
        unit: "",
        better,
        whole: true,
        decimals: 0,
    }
}

const fn real(
    key: &'static str,
    title: &'static str,
    unit: &'static str,
    better: Better,
    decimals: usize,
) -> Figure {
    Figure {
        key,
        title,
        unit,
        better,
        whole: false,
        decimals,
    }
}

const fn ms(key: &'static str, title: &'static str) -> Figure {
    real(key, title, "ms", Better::Lower, 2)
}

use Better::{Higher, Lower, Neither};

/// All figures, in the order they are printed.
pub static FIGURES: [Figure; 50] = [
    count("completed", "Successful requests", Higher),
    count("rejected", "Rejected requests", Lower),
    count("failed", "Failed requests", Lower),
    count("refused", "Answers with status 429", Lower),
    count("retried", "Retries after them", Neither),
    count("given_up", "Requests given up after them", Lower),
    real("duration", "Benchmark duration", "s", Lower, 2),
    count("total_input_tokens", "Total input tokens", Neither),
    count("total_output_tokens", "Total generated tokens", Neither),
    real(
        "request_throughput",
        "Request throughput",
        "req/s",
        Higher,
        2,
    ),
    real(
        "output_throughput",
        "Output token throughput",
        "tok/s",
        Higher,
        2,
    ),
    real(
        "total_token_throughput",
        "Total token throughput",
        "tok/s",
        Higher,
        2,
    ),
    real("request_goodput", "Request goodput", "req/s", Higher, 2),
    ms("mean_ttft_ms", "Mean TTFT"),
    ms("median_ttft_ms", "Median TTFT"),
    ms("p90_ttft_ms", "P90 TTFT"),
    ms("p95_ttft_ms", "P95 TTFT"),
    ms("p99_ttft_ms", "P99 TTFT"),
    ms("mean_tpot_ms", "Mean TPOT"),
    ms("median_tpot_ms", "Median TPOT"),
    ms("p90_tpot_ms", "P90 TPOT"),
    ms("p95_tpot_ms", "P95 TPOT"),
    ms("p99_tpot_ms", "P99 TPOT"),
    ms("mean_itl_ms", "Mean ITL"),
    ms("median_itl_ms", "Median ITL"),
    ms("p90_itl_ms", "P90 ITL"),
    ms("p95_itl_ms", "P95 ITL"),
    ms("p99_itl_ms", "P99 ITL"),
    ms("mean_e2el_ms", "Mean E2E latency"),
    ms("median_e2el_ms", "Median E2E latency"),
    ms("p90_e2el_ms", "P90 E2E latency"),
    ms("p95_e2el_ms", "P95 E2E latency"),
    ms("p99_e2el_ms", "P99 E2E latency"),
    ms("mean_client_wait_ms", "Mean wait for the cap"),
    ms("median_client_wait_ms", "Median wait for the cap"),
    ms("p90_client_wait_ms", "P90 wait for the cap"),
    ms("p95_client_wait_ms", "P95 wait for the cap"),
    ms("p99_client_wait_ms", "P99 wait for the cap"),
    real(
        "token_reuse_rate",
        "Prompt tokens reused",
        "share",
        Higher,
        4,
    ),
    real(
        "cache_hit_rate",
        "Prompt blocks found in cache",
        "share",
        Higher,
        4,
    ),
    real(
        "lost_never_cached",
        "Prompt blocks never cached before",
        "share",
        Neither,
        4,
    ),
    real(
        "lost_evicted",
        "Prompt blocks lost: evicted",
        "share",
        Lower,
        4,
    ),
    real(
        "lost_elsewhere",
        "Prompt blocks lost: on another replica",
        "share",
        Lower,
        4,
    ),
    real(
        "lost_forgotten",
        "Prompt blocks lost: router forgot",
        "share",
        Lower,
        4,
    ),
    real(
        "lost_unknown",
        "Prompt blocks lost: router did not know",
        "share",
        Lower,
        4,
    ),
    real(
        "false_hits",
        "Prompt blocks believed cached, but not",
        "share",
        Lower,
        4,
    ),
    real(
        "imbalance",
        "Largest over mean work of a replica",
        "times",
        Lower,
        3,
    ),
    real(
        "mean_waiting",
        "Mean requests waiting at a replica",
        "requests",
        Lower,
        3,
    ),
    real(
        "peak_kv_usage",
        "Peak share of the KV pool in use",
        "share",
        Neither,
        4,
    ),
    count("preemptions", "Preemptions", Lower),
];

/// The place of a figure in [`FIGURES`]; `None`: no such key.
pub fn figure(key: &str) -> Option<usize> {
    FIGURES.iter().position(|figure| figure.key == key)
}
