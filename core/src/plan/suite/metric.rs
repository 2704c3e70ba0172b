//! The figures in the tables of each suite, each with its key in JSON and how it is taken from a run. Verdicts look figures
//! up by these keys.

use crate::figure::Better;

use super::measured::Measured;
use super::table::Test;

/// A figure of a suite: its names, and how its value is taken from a run.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// The figure's key in JSON.
    pub key: &'static str,
    /// The figure's heading in tables, with its unit.
    pub title: &'static str,
    /// Whether a higher or a lower value is better, or neither.
    pub better: Better,
    /// The number of decimals in tables for people.
    pub decimals: usize,
    /// Takes the value from a run; `None` if the run does not have the figure.
    pub of: MetricSource,
}

/// How a figure's value is taken from a run of a test.
type MetricSource = fn(&Measured, &Test) -> Option<f64>;

/// The keys of the figures that verdicts depend on.
pub(super) mod key {
    pub(in super::super) const RATE: &str = "requests_per_second";
    pub(in super::super) const P99_WAIT: &str = "p99_wait_ms";
    pub(in super::super) const FOUND: &str = "found_percent";
    pub(in super::super) const GAINED: &str = "gained_percent";
    pub(in super::super) const ANSWERED: &str = "answered_percent";
    pub(in super::super) const HELD_AFTER: &str = "blocks_held_after";
    pub(in super::super) const HELD_AFTER_MB: &str = "held_after_mb";
    pub(in super::super) const HELD_PACE: &str = "held_after_mb_per_minute";
}

use Better::{Higher, Lower, Neither};

const fn metric(
    key: &'static str,
    title: &'static str,
    better: Better,
    decimals: usize,
    of: MetricSource,
) -> Metric {
    Metric {
        key,
        title,
        better,
        decimals,
        of,
    }
}

const REQUESTS: Metric = metric("requests", "requests", Neither, 0, |it, _| {
    Some(it.requests as f64)
});
const AT_A_TIME: Metric = metric("at_a_time", "at a time", Neither, 0, |_, test| {
    test.at_a_time.map(f64::from)
});
const ANSWERED: Metric = metric(key::ANSWERED, "answered (%)", Higher, 1, |it, _| {
    Some(it.answered())
});
const RATE: Metric = metric(key::RATE, "req/s", Higher, 2, |it, _| {
    Some(it.values.request_throughput)
});
const TOKENS: Metric = metric(
    "tokens_per_second",
    "answer tokens/s",
    Higher,
    1,
    |it, _| Some(it.values.output_throughput),
);
const P50: Metric = metric("p50_wait_ms", "P50 wait (ms)", Lower, 1, |it, test| {
    it.wait(test, it.values.median_ttft_ms, it.values.median_e2el_ms)
});
const P90: Metric = metric("p90_wait_ms", "P90 wait (ms)", Lower, 1, |it, test| {
    it.wait(test, it.values.p90_ttft_ms, it.values.p90_e2el_ms)
});
const P95: Metric = metric("p95_wait_ms", "P95 wait (ms)", Lower, 1, |it, test| {
    it.wait(test, it.values.p95_ttft_ms, it.values.p95_e2el_ms)
});
const P99: Metric = metric(key::P99_WAIT, "P99 wait (ms)", Lower, 1, |it, test| {
    it.wait(test, it.values.p99_ttft_ms, it.values.p99_e2el_ms)
});
const FOUND: Metric = metric(key::FOUND, "prompt tokens found (%)", Higher, 1, |it, _| {
    it.some(it.values.token_reuse_rate * 100.0)
});

/// The figures of the suite `throughput`.
pub(super) static THROUGHPUT: [Metric; 13] = [
    REQUESTS,
    AT_A_TIME,
    ANSWERED,
    RATE,
    TOKENS,
    P50,
    P90,
    P99,
    metric("least_latency_ms", "least whole (ms)", Lower, 1, |it, _| {
        it.least_ms
    }),
    metric("mean_latency_ms", "mean whole (ms)", Lower, 1, |it, _| {
        it.some(it.values.mean_e2el_ms)
    }),
    metric("p90_latency_ms", "P90 whole (ms)", Lower, 1, |it, _| {
        it.some(it.values.p90_e2el_ms)
    }),
    metric("p99_latency_ms", "P99 whole (ms)", Lower, 1, |it, _| {
        it.some(it.values.p99_e2el_ms)
    }),
    metric("most_latency_ms", "most whole (ms)", Lower, 1, |it, _| {
        it.most_ms
    }),
];

/// The figures of the suite `kv-cache`.
pub(super) static CACHE: [Metric; 10] = [
    REQUESTS,
    AT_A_TIME,
    FOUND,
    metric(
        "requests_with_a_hit_percent",
        "requests with a hit (%)",
        Higher,
        1,
        |it, _| it.share(it.with_hit),
    ),
    metric(
        key::GAINED,
        "gained of mean TTFT (%)",
        Higher,
        1,
        |it, _| {
            let without = it.uncached_ttft_ms.filter(|&ms| ms > 0.0)?;
            Some((1.0 - it.values.mean_ttft_ms / without) * 100.0)
        },
    ),
    metric("mean_ttft_ms", "mean TTFT (ms)", Lower, 1, |it, _| {
        it.some(it.values.mean_ttft_ms)
    }),
    metric(
        "uncached_mean_ttft_ms",
        "the same without a cache (ms)",
        Neither,
        1,
        |it, _| it.uncached_ttft_ms,
    ),
    metric(
        "lost_elsewhere_percent",
        "lost: on another replica (%)",
        Lower,
        1,
        |it, _| it.some(it.values.lost_elsewhere * 100.0),
    ),
    metric("balance", "balance (100: even)", Higher, 1, |it, _| {
        it.balance()
    }),
    RATE,
];

/// The figures of the suite `concurrency`.
pub(super) static CONCURRENCY: [Metric; 9] = [
    REQUESTS, AT_A_TIME, ANSWERED, RATE, TOKENS, P50, P90, P95, P99,
];

/// The figures of the suite `memory`.
pub(super) static MEMORY: [Metric; 8] = [
    REQUESTS,
    ANSWERED,
    metric(
        "most_blocks_held",
        "most blocks held",
        Neither,
        0,
        |it, _| it.timeline.iter().map(|it| it.1 as f64).reduce(f64::max),
    ),
    metric(
        "peak_kv_percent",
        "peak of a pool (%)",
        Neither,
        2,
        |it, _| Some(it.values.peak_kv_usage * 100.0),
    ),
    metric(
        key::HELD_AFTER,
        "blocks held when all is answered",
        Lower,
        0,
        |it, _| Some(it.held_after as f64),
    ),
    metric(key::HELD_AFTER_MB, "the same in MB", Lower, 3, |it, _| {
        Some(it.held_after_mb())
    }),
    metric(key::HELD_PACE, "MB a minute", Lower, 3, |it, _| {
        let minutes = it.values.duration / 60.0;
        (minutes > 0.0).then(|| it.held_after_mb() / minutes)
    }),
    metric(
        "held_kb_per_request",
        "most held by a request (kB)",
        Neither,
        1,
        |it, _| Some(it.request_kb),
    ),
];

/// The figures of the suite `operations`.
pub(super) static OPERATIONS: [Metric; 8] = [
    REQUESTS,
    ANSWERED,
    metric("sent_to_dead", "sent to the dead", Lower, 0, |it, _| {
        it.sent_to_dead.map(|it| it as f64)
    }),
    metric(
        "recomputed_tokens",
        "prompt tokens recomputed",
        Lower,
        0,
        |it, _| it.recomputed_tokens.map(|it| it as f64),
    ),
    FOUND,
    P50,
    P95,
    P99,
];
