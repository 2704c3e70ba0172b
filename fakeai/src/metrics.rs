//! FakeAI's KVCacheMetrics and the JSON document it serves them in, with FakeAI's rounding. Left out: its sliding-window
//! metrics and their exports.

use crate::RouterReport;
use crate::python::round;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// The largest number of speed-up records that are kept; older ones are dropped.
const MOST_SPEEDUPS: usize = 1000;

/// FakeAI's counters over cache look-ups. A look-up that matches a single token counts as a hit.
#[derive(Clone, Debug, Default)]
pub struct KvCacheMetrics {
    hits: u64,
    misses: u64,
    processed: u64,
    reused: u64,
    endpoints: BTreeMap<String, EndpointReport>,
    speedups: VecDeque<Speedup>,
}

#[derive(Clone, Copy, Debug)]
struct Speedup {
    baseline: f64,
    actual: f64,
    ratio: f64,
    cached: f64,
}

impl KvCacheMetrics {
    /// Counts a look-up at `endpoint` of `total` prompt tokens, of which `matched` were in the cache.
    pub fn record_lookup(&mut self, endpoint: &str, total: u64, matched: u64) {
        let of_endpoint = self.endpoints.entry(endpoint.to_owned()).or_default();
        if matched > 0 {
            self.hits += 1;
            of_endpoint.hits += 1;
            self.reused = self.reused.saturating_add(matched);
        } else {
            self.misses += 1;
            of_endpoint.misses += 1;
        }
        self.processed = self.processed.saturating_add(total);
    }

    /// Remembers the time to first token \[s\] without and with the cache, and the share of the prompt that was cached.
    pub fn record_speedup(&mut self, baseline: f64, actual: f64, cached: f64) {
        if self.speedups.len() == MOST_SPEEDUPS {
            self.speedups.pop_front();
        }
        self.speedups.push_back(Speedup {
            baseline,
            actual,
            ratio: if actual > 0.0 { baseline / actual } else { 1.0 },
            cached,
        });
    }

    /// The look-ups that hit, in percent of all; 0 if there were none.
    pub fn hit_rate(&self) -> f64 {
        percentage(self.hits, self.hits + self.misses)
    }

    /// The prompt tokens that were in the cache, in percent of all; 0 if there were none.
    pub fn reuse_rate(&self) -> f64 {
        percentage(self.reused, self.processed)
    }

    /// All counters and means, rounded as FakeAI rounds them.
    pub fn report(&self) -> KvCacheReport {
        KvCacheReport {
            cache_hit_rate: round(self.hit_rate(), 2),
            token_reuse_rate: round(self.reuse_rate(), 2),
            total_cache_hits: self.hits,
            total_cache_misses: self.misses,
            total_tokens_processed: self.processed,
            cached_tokens_reused: self.reused,
            average_prefix_length: match self.hits {
                0 => 0.0,
                hits => round(self.reused as f64 / hits as f64, 2),
            },
            endpoint_stats: self.endpoints.clone(),
            speedup_stats: self.speedup_report(),
        }
    }

    fn speedup_report(&self) -> SpeedupReport {
        if self.speedups.is_empty() {
            return SpeedupReport::None {};
        }
        let count = self.speedups.len();
        // Added from 0 in the order of the records, since another order would round differently.
        let mean = |of: fn(&Speedup) -> f64| {
            self.speedups
                .iter()
                .fold(0.0, |sum, record| sum + of(record))
                / count as f64
        };
        SpeedupReport::Some {
            avg_baseline_ttft_ms: round(mean(|record| record.baseline) * 1000.0, 2),
            avg_actual_ttft_ms: round(mean(|record| record.actual) * 1000.0, 2),
            avg_speedup_ratio: round(mean(|record| record.ratio), 2),
            avg_cache_hit_ratio: round(mean(|record| record.cached) * 100.0, 2),
            total_speedup_records: count,
        }
    }
}

fn percentage(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64 * 100.0
    }
}

/// The metrics in FakeAI's JSON form; rates are percentages.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KvCacheReport {
    /// The look-ups that hit \[% of all, two decimals\].
    pub cache_hit_rate: f64,
    /// The prompt tokens that were in the cache \[% of all, two decimals\].
    pub token_reuse_rate: f64,
    /// The number of look-ups that matched at least one token.
    pub total_cache_hits: u64,
    /// The number of look-ups that matched no token.
    pub total_cache_misses: u64,
    /// The number of prompt tokens that were looked up.
    pub total_tokens_processed: u64,
    /// The number of those tokens that were in the cache.
    pub cached_tokens_reused: u64,
    /// The mean match of a look-up that hit \[tokens, two decimals\].
    pub average_prefix_length: f64,
    /// The look-ups of each endpoint, by its path.
    pub endpoint_stats: BTreeMap<String, EndpointReport>,
    /// Means over the last 1000 streamed answers.
    pub speedup_stats: SpeedupReport,
}

/// The look-ups of one endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EndpointReport {
    /// The number of look-ups that matched at least one token.
    pub hits: u64,
    /// The number of look-ups that matched no token.
    pub misses: u64,
}

/// The means over the speed-up records that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum SpeedupReport {
    /// There are no records; it serializes as an empty object.
    None {},
    /// The means over one or more records, each rounded to two decimals.
    Some {
        /// Mean time to first token without the cache \[ms\].
        avg_baseline_ttft_ms: f64,
        /// Mean time to first token with the cache \[ms\].
        avg_actual_ttft_ms: f64,
        /// Mean of the records' ratios: the time without the cache over the time with it.
        avg_speedup_ratio: f64,
        /// Mean share of the prompt that was cached \[%\].
        avg_cache_hit_ratio: f64,
        /// The number of records, at most 1000.
        total_speedup_records: usize,
    },
}

/// The body of the answer to `GET /kv-cache/metrics`.
pub fn kv_cache_json(metrics: &KvCacheMetrics, router: &RouterReport) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        cache_performance: KvCacheReport,
        smart_router: &'a RouterReport,
    }
    let document = Document {
        cache_performance: metrics.report(),
        smart_router: router,
    };
    // Maps with string keys and plain numbers always serialise.
    serde_json::to_string(&document).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, SmartRouter};

    #[test]
    fn the_json_document_has_both_parts() {
        let mut metrics = KvCacheMetrics::default();
        metrics.record_lookup("/v1/chat/completions", 3, 1);
        let text = kv_cache_json(&metrics, &SmartRouter::new(Config::default()).report());
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["cache_performance"]["token_reuse_rate"], 33.33);
        assert_eq!(
            json["cache_performance"]["endpoint_stats"]["/v1/chat/completions"]["hits"],
            1
        );
        assert_eq!(
            json["cache_performance"]["speedup_stats"],
            serde_json::json!({})
        );
        assert_eq!(json["smart_router"]["config"]["num_workers"], 4);
        assert_eq!(json["smart_router"]["radix_tree"]["total_nodes"], 1);
    }

    #[test]
    fn an_instant_answer_has_no_ratio() {
        let mut metrics = KvCacheMetrics::default();
        metrics.record_speedup(0.02, 0.0, 1.0);
        let SpeedupReport::Some {
            avg_speedup_ratio, ..
        } = metrics.report().speedup_stats
        else {
            panic!("there is a record");
        };
        assert_eq!(avg_speedup_ratio, 1.0);
    }
}
