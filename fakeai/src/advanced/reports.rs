//! What the advanced router reports of itself, in FakeAI's JSON forms and with FakeAI's rounding.

use crate::advanced::{AdvancedRouter, Affinity, CostWeights, named};
use crate::python::{percent, round};
use crate::{TreeReport, worker_name};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use warmpath_core::router::advanced::{DEGRADED, UNHEALTHY};

/// The costs of all workers for one prompt, as the comprehensive cost ranks them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The name of the router's strategy; the costs are the comprehensive ones whichever it is.
    pub strategy: &'static str,
    /// The length of the prompt \[tokens\].
    pub total_input_tokens: usize,
    /// The number of output tokens that the caller expects.
    pub estimated_output_tokens: u64,
    /// What the tree knows of the prompt.
    pub cache_match: CacheMatch,
    /// The cheapest worker, healthy or not; not always the one that `route` would choose. `None` without workers.
    pub selected_worker: Option<Candidate>,
    /// All workers by rounded cost; workers of equal cost are in order of creation.
    pub all_workers: Vec<Candidate>,
    /// The conversation, user and model that the request belongs to.
    pub affinity: AffinityReport,
}

/// What the tree knows of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CacheMatch {
    /// The number of leading tokens that are in the tree.
    pub matched_tokens: usize,
    /// The number of whole blocks in these tokens.
    pub matched_blocks: usize,
    /// The workers that completed a prompt with the same first block, sorted by name.
    pub candidate_workers: BTreeSet<String>,
}

/// One worker with its cost, in an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The name of the worker.
    pub worker_id: String,
    /// The comprehensive cost for this prompt \[three decimals\].
    pub cost: f64,
    /// The number of matched tokens that the worker is credited with.
    pub matched_tokens: usize,
    /// Whether the worker is credited with any matched token.
    pub cache_hit: bool,
    /// The number of requests that began and have not ended; negative if more ended than began.
    pub active_requests: i64,
    /// The number of requests that began and have not ended, but never below zero.
    pub queue_depth: u64,
    /// How full the worker's memory is, as set from outside \[0 to 1, two decimals\].
    pub memory_pressure: f64,
    /// The share of successes among the recorded outcomes \[0 to 1, three decimals\].
    pub success_rate: f64,
    /// The mean latency of the recorded outcomes \[ms, one decimal\].
    pub average_latency_ms: f64,
    /// The flags of the worker in a word: "healthy", "degraded" or "unhealthy".
    pub health_status: &'static str,
    /// The credit for having served this conversation, user or model before \[two decimals\].
    pub affinity_bonus: f64,
}

/// The conversation, user and model of a request, in an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AffinityReport {
    /// The conversation's name as given; `None` if none was given.
    pub conversation_id: Option<String>,
    /// The user's name as given; `None` if none was given.
    pub user_id: Option<String>,
    /// The model's name as given; `None` if none was given.
    pub model_id: Option<String>,
    /// Whether the conversation was routed to a worker before.
    pub has_conversation_affinity: bool,
}

/// An overview of all workers, with FakeAI's advice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PoolAdvice {
    /// The number of workers.
    pub total_workers: usize,
    /// The number of workers flagged healthy, degraded ones included.
    pub healthy_workers: usize,
    /// The number of workers flagged both healthy and degraded.
    pub degraded_workers: usize,
    /// The number of workers not flagged healthy.
    pub unhealthy_workers: usize,
    /// The number of active requests, summed over all workers.
    pub total_active_requests: i64,
    /// The share of all begun requests that each worker has, by its name \[0 to 1, three decimals\].
    pub worker_utilization: BTreeMap<String, f64>,
    /// The size of the tree that all workers share.
    pub cache_stats: TreeReport,
    /// FakeAI's sentences of advice, such as to add workers.
    pub suggestions: Vec<String>,
    /// Sentences that name the unhealthy and the degraded workers.
    pub warnings: Vec<String>,
}

/// The state of all workers and of the tree, with the settings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdvancedReport {
    /// The name of the router's strategy.
    pub strategy: &'static str,
    /// The state of each worker, by its name.
    pub workers: BTreeMap<String, AdvancedWorkerReport>,
    /// The size of the tree that all workers share.
    pub radix_tree: TreeReport,
    /// The sizes of the tables of conversations, users and models.
    pub affinity: AffinityCounts,
    /// The number of decisions in the routing history, at most 1000.
    pub routing_history_size: usize,
    /// The settings of the router.
    pub config: AdvancedConfigReport,
}

/// The state of one worker, in an [`AdvancedReport`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdvancedWorkerReport {
    /// The number of requests that began and have not ended; negative if more ended than began.
    pub active_requests: i64,
    /// The number of requests that began.
    pub total_requests: u64,
    /// The number of distinct blocks of the prompts it completed, including part-filled last ones.
    pub cached_blocks: usize,
    /// Prompt and output tokens of the requests that ended.
    pub tokens_processed: u64,
    /// The number of requests that began and have not ended, but never below zero.
    pub queue_depth: u64,
    /// How full the worker's memory is, as set from outside \[0 to 1, two decimals\].
    pub memory_pressure: f64,
    /// The health of the worker, computed from its outcomes.
    pub health: HealthReport,
}

/// The health of one worker, in an [`AdvancedReport`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HealthReport {
    /// Whether the worker is flagged healthy.
    pub is_healthy: bool,
    /// Whether the worker is flagged degraded.
    pub is_degraded: bool,
    /// The share of successes among the recorded outcomes \[0 to 1, three decimals\].
    pub success_rate: f64,
    /// The mean latency of the recorded outcomes \[ms, one decimal\].
    pub average_latency_ms: f64,
    /// The share of timeouts among the recorded outcomes \[0 to 1, three decimals\].
    pub timeout_rate: f64,
    /// The number of outcomes that were recorded.
    pub total_requests: u64,
}

/// The sizes of the tables that remember which workers served what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AffinityCounts {
    /// The number of conversations with a remembered worker.
    pub active_conversations: usize,
    /// The number of users with remembered workers.
    pub tracked_users: usize,
    /// The number of models with remembered workers.
    pub tracked_models: usize,
}

/// The settings of the router, in an [`AdvancedReport`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AdvancedConfigReport {
    /// The number of tokens in a block.
    pub block_size: u32,
    /// The number of workers.
    pub num_workers: usize,
    /// The weights of the comprehensive cost.
    pub cost_weights: CostWeights,
    /// The thresholds at which a worker is flagged (FakeAI does not report those for timeouts).
    pub health_thresholds: HealthThresholds,
}

/// The thresholds at which a worker is flagged degraded or unhealthy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HealthThresholds {
    /// A worker is degraded if its share of successes is below this.
    pub degraded_success_rate: f64,
    /// A worker is unhealthy if its share of successes is below this.
    pub unhealthy_success_rate: f64,
    /// A worker is degraded if its mean latency is above this \[ms\].
    pub degraded_latency_ms: f64,
    /// A worker is unhealthy if its mean latency is above this \[ms\].
    pub unhealthy_latency_ms: f64,
}

impl AdvancedRouter {
    /// The cost of every worker for a prompt of `tokens`. Unhealthy workers are included, and the conversation's previous
    /// worker has no precedence.
    pub fn explain(
        &self,
        tokens: &[u32],
        estimated_output: u64,
        affinity: Affinity<'_>,
    ) -> Explanation {
        let matched = self.tree.find(tokens);
        let mut all_workers: Vec<Candidate> = (0..self.workers.len())
            .map(|index| {
                let worker = &self.workers[index];
                let worker_id = worker_name(index);
                let cost = self.comprehensive_cost(
                    index,
                    tokens.len(),
                    &matched,
                    estimated_output,
                    affinity,
                );
                let held = matched.workers.contains(&worker_id);
                Candidate {
                    cost: round(cost, 3),
                    matched_tokens: if held { matched.tokens } else { 0 },
                    cache_hit: held,
                    active_requests: worker.active,
                    queue_depth: worker.queue_depth,
                    memory_pressure: round(worker.memory_pressure, 2),
                    success_rate: round(worker.health.success_rate(), 3),
                    average_latency_ms: round(worker.health.average_latency_ms(), 1),
                    health_status: worker.health.status(),
                    affinity_bonus: round(self.affinity_bonus(index, affinity), 2),
                    worker_id,
                }
            })
            .collect();
        all_workers.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        let known = |name: &str| self.conversations.contains_key(name);
        Explanation {
            strategy: self.config.strategy.name(),
            total_input_tokens: tokens.len(),
            estimated_output_tokens: estimated_output,
            cache_match: CacheMatch {
                matched_tokens: matched.tokens,
                matched_blocks: matched.blocks,
                candidate_workers: matched.workers,
            },
            selected_worker: all_workers.first().cloned(),
            all_workers,
            affinity: AffinityReport {
                conversation_id: affinity.conversation.map(str::to_owned),
                user_id: affinity.user.map(str::to_owned),
                model_id: affinity.model.map(str::to_owned),
                has_conversation_affinity: named(affinity.conversation).is_some_and(known),
            },
        }
    }

    /// An overview of all workers, with FakeAI's advice.
    pub fn optimize(&self) -> PoolAdvice {
        let names = |pick: fn(bool, bool) -> bool| -> Vec<String> {
            let flagged = self.workers.iter().enumerate();
            flagged
                .filter(|(_, worker)| pick(worker.health.healthy, worker.health.degraded))
                .map(|(index, _)| worker_name(index))
                .collect()
        };
        let unhealthy = names(|healthy, _| !healthy);
        let degraded = names(|healthy, degraded| healthy && degraded);
        let total: u64 = self.workers.iter().map(|worker| worker.requests).sum();
        let share = |requests: u64| {
            if total == 0 {
                0.0
            } else {
                requests as f64 / total as f64
            }
        };
        let shares: Vec<f64> = self
            .workers
            .iter()
            .map(|worker| share(worker.requests))
            .collect();
        let most = shares.iter().copied().fold(0.0, f64::max);
        let least = shares.iter().copied().fold(1.0, f64::min);
        let busiest = self
            .workers
            .iter()
            .map(|worker| worker.active)
            .max()
            .unwrap_or(0);
        let tree = self.tree.report();

        let mut suggestions = Vec::new();
        if busiest > 10 {
            suggestions.push(format!(
                "High load detected: {busiest} active requests on busiest worker. Consider adding more workers."
            ));
        }
        if !unhealthy.is_empty() {
            suggestions.push(
                "Unhealthy workers detected. Investigate worker failures and consider restarting."
                    .to_owned(),
            );
        }
        if most - least > 0.3 {
            suggestions.push(format!(
                "Imbalanced worker utilization detected (max={}, min={}). \
                 Consider adjusting routing strategy or rebalancing workers.",
                percent(most),
                percent(least)
            ));
        }
        if tree.total_cached_blocks < 10 * self.workers.len().max(1) {
            suggestions.push(
                "Low cache utilization detected. Workers have few cached blocks. \
                 Consider using CACHE_AWARE or HYBRID routing strategy."
                    .to_owned(),
            );
        }
        let mut warnings = Vec::new();
        for (kind, list) in [("unhealthy", &unhealthy), ("degraded", &degraded)] {
            if !list.is_empty() {
                warnings.push(format!(
                    "{} {kind} worker(s): {}",
                    list.len(),
                    list.join(", ")
                ));
            }
        }
        PoolAdvice {
            total_workers: self.workers.len(),
            healthy_workers: self.workers.len() - unhealthy.len(),
            degraded_workers: degraded.len(),
            unhealthy_workers: unhealthy.len(),
            total_active_requests: self.workers.iter().map(|worker| worker.active).sum(),
            worker_utilization: (shares.iter().enumerate())
                .map(|(index, &share)| (worker_name(index), round(share, 3)))
                .collect(),
            cache_stats: tree,
            suggestions,
            warnings,
        }
    }

    /// The state of all workers and of the tree, with the settings.
    pub fn report(&self) -> AdvancedReport {
        let worker = |(index, worker): (usize, &super::Worker)| {
            let report = AdvancedWorkerReport {
                active_requests: worker.active,
                total_requests: worker.requests,
                cached_blocks: worker.cached.len(),
                tokens_processed: worker.tokens,
                queue_depth: worker.queue_depth,
                memory_pressure: round(worker.memory_pressure, 2),
                health: HealthReport {
                    is_healthy: worker.health.healthy,
                    is_degraded: worker.health.degraded,
                    success_rate: round(worker.health.success_rate(), 3),
                    average_latency_ms: round(worker.health.average_latency_ms(), 1),
                    timeout_rate: round(worker.health.timeout_rate(), 3),
                    total_requests: worker.health.count,
                },
            };
            (worker_name(index), report)
        };
        AdvancedReport {
            strategy: self.config.strategy.name(),
            workers: self.workers.iter().enumerate().map(worker).collect(),
            radix_tree: self.tree.report(),
            affinity: AffinityCounts {
                active_conversations: self.conversations.len(),
                tracked_users: self.users.len(),
                tracked_models: self.models.len(),
            },
            routing_history_size: self.history,
            config: AdvancedConfigReport {
                block_size: self.config.block_size,
                num_workers: self.workers.len(),
                cost_weights: self.config.weights,
                health_thresholds: HealthThresholds {
                    degraded_success_rate: DEGRADED.0,
                    unhealthy_success_rate: UNHEALTHY.0,
                    degraded_latency_ms: DEGRADED.1,
                    unhealthy_latency_ms: UNHEALTHY.1,
                },
            },
        }
    }
}
