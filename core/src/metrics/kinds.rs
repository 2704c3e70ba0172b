//! The figures of a mixed fleet by kind of replica: how many requests each kind answered, how much of their prompts its
//! caches held, how long they waited.

use super::percentile;
use crate::fleet::{Outcome, Run};
use crate::histogram::mean;
use crate::order;
use crate::scenario::Scenario;
use crate::workload::Workload;

/// The figures of all replicas of one kind, under one policy.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct KindFigures {
    /// The name of the kind: its GPU and the GPUs per replica, as in `h100/tp2`.
    pub name: String,
    /// Number of replicas of this kind.
    pub replicas: u32,
    /// Number of GPUs of all replicas of this kind together.
    pub gpus: u32,
    /// Size of one replica's KV cache pool \[tokens\].
    pub pool_tokens: u64,
    /// Number of completed requests that a replica of this kind answered.
    pub completed: u64,
    /// Prompt tokens that these replicas computed, over the whole run.
    pub prefilled_tokens: u64,
    /// Output tokens that these replicas generated, over the whole run.
    pub generated_tokens: u64,
    /// Share of the completed requests' prompt tokens that were found in the cache, from 0 to 1; 0 if none was completed.
    pub token_reuse_rate: f64,
    /// Mean TTFT of the completed requests; 0 if there are none \[ms\].
    pub mean_ttft_ms: f64,
    /// 95th percentile of the completed requests' TTFT; 0 if there are none \[ms\].
    pub p95_ttft_ms: f64,
    /// Mean TPOT of the completed requests with more than one output token; 0 if there are none \[ms\].
    pub mean_tpot_ms: f64,
    /// Largest share of a pool that running requests held at any time, over the replicas of this kind, from 0 to 1.
    pub peak_kv_usage: f64,
    /// How often a request was preempted on a replica of this kind.
    pub preemptions: u64,
}

/// The figures of each kind of replica, in the scenario's order; empty where all replicas are alike.
pub(super) fn of(scenario: &Scenario, workload: &Workload, run: &Run) -> Vec<KindFigures> {
    if scenario.mix.kinds.is_empty() {
        return Vec::new();
    }
    let kinds = scenario.kinds();
    let figures = |(at, kind): (usize, &crate::scenario::mix::ReplicaKind)| {
        let is_mine = |replica: usize| scenario.kind_of(replica as u32) == at;
        let (mut ttft, mut tpot) = (Vec::new(), Vec::new());
        let (mut found, mut asked) = (0u64, 0u64);
        for (n, record) in run.records.iter().enumerate() {
            let routed = record.outcome == Outcome::Completed && !record.recalled;
            if !routed || !is_mine(usize::from(record.replica)) {
                continue;
            }
            let request = workload.request(n as u32);
            ttft.push((record.first_token - record.sent).millis());
            if request.output_tokens > 1 {
                let rest = (record.done - record.first_token).millis();
                tpot.push(rest / f64::from(request.output_tokens - 1));
            }
            found += u64::from(record.hit_tokens);
            asked += u64::from(request.prompt_tokens);
        }
        order::numbers(&mut ttft);
        order::numbers(&mut tpot);
        let all = run.replicas.iter().enumerate();
        let mine: Vec<_> = all.filter(|(id, _)| is_mine(*id)).map(|it| it.1).collect();
        let alone = scenario.as_kind(kind);
        let usage = mine
            .iter()
            .map(|it| f64::from(it.tally.peak_referenced) / f64::from(it.pool_blocks.max(1)));
        KindFigures {
            name: kind.name(),
            replicas: kind.count,
            gpus: kind.count * kind.tensor_parallel,
            pool_tokens: u64::from(alone.pool_blocks()) * u64::from(scenario.block_size),
            completed: ttft.len() as u64,
            prefilled_tokens: mine.iter().map(|it| it.tally.prefilled_tokens).sum(),
            generated_tokens: mine.iter().map(|it| it.tally.generated_tokens).sum(),
            token_reuse_rate: if asked > 0 {
                found as f64 / asked as f64
            } else {
                0.0
            },
            mean_ttft_ms: mean(&ttft),
            p95_ttft_ms: percentile(&ttft, 95.0),
            mean_tpot_ms: mean(&tpot),
            peak_kv_usage: usage.fold(0.0, f64::max),
            preemptions: mine.iter().map(|it| it.tally.preemptions).sum(),
        }
    };
    kinds.iter().enumerate().map(figures).collect()
}
