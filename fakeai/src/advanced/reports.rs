//! What the advanced router says about itself, in FakeAI's JSON forms.

use crate::advanced::{AdvancedRouter, Affinity, CostWeights, named};
use crate::python::{percent, round};
use crate::{TreeReport, worker_name};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use warmpath_core::router::advanced::{DEGRADED, UNHEALTHY};

/// All workers as the comprehensive cost sees them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The strategy's name. (The costs are the comprehensive ones whichever it is.)
    pub strategy: &'static str,
    /// Prompt length \[tokens\].
    pub total_input_tokens: usize,
    /// As asked \[tokens\].
    pub estimated_output_tokens: u64,
    /// What the tree knows.
    pub cache_match: CacheMatch,
    /// The cheapest worker, healthy or not; not always whom `route` would choose.
    pub selected_worker: Option<Candidate>,
    /// All workers by rounded cost, equals in order of creation.
    pub all_workers: Vec<Candidate>,
    /// Who asked.
    pub affinity: AffinityReport,
}

/// What the tree knows of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CacheMatch {
    /// Leading tokens known.
    pub matched_tokens: usize,
    /// Whole blocks of them.
    pub matched_blocks: usize,
    /// Who completed the first block; sorted.
    pub candidate_workers: BTreeSet<String>,
}

/// One worker in an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Its name.
    pub worker_id: String,
    /// Comprehensive cost \[three decimals\].
    pub cost: f64,
    /// The tokens it is credited with.
    pub matched_tokens: usize,
    /// Whether it is credited with any.
    pub cache_hit: bool,
    /// Begun and not ended.
    pub active_requests: i64,
    /// The same, never below zero.
    pub queue_depth: u64,
    /// As set from outside \[two decimals\].
    pub memory_pressure: f64,
    /// Successes among outcomes \[three decimals\].
    pub success_rate: f64,
    /// Mean latency \[ms, one decimal\].
    pub average_latency_ms: f64,
    /// "healthy", "degraded" or "unhealthy".
    pub health_status: &'static str,
    /// Credit for having served the asker before \[two decimals\].
    pub affinity_bonus: f64,
}

/// Who asked, in an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AffinityReport {
    /// The conversation.
    pub conversation_id: Option<String>,
    /// The user.
    pub user_id: Option<String>,
    /// The model.
    pub model_id: Option<String>,
    /// Whether the conversation went anywhere before.
    pub has_conversation_affinity: bool,
}

/// The pool at a glance, with advice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PoolAdvice {
    /// All.
    pub total_workers: usize,
    /// Flagged healthy, degraded ones included.
    pub healthy_workers: usize,
    /// Healthy but degraded.
    pub degraded_workers: usize,
    /// The rest.
    pub unhealthy_workers: usize,
    /// Sum over all workers.
    pub total_active_requests: i64,
    /// Each worker's share of the requests begun \[three decimals\].
    pub worker_utilization: BTreeMap<String, f64>,
    /// The tree.
    pub cache_stats: TreeReport,
    /// FakeAI's sentences.
    pub suggestions: Vec<String>,
    /// Who is unhealthy, who is degraded.
    pub warnings: Vec<String>,
}

/// Everything the router counts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdvancedReport {
    /// The strategy's name.
    pub strategy: &'static str,
    /// By name.
    pub workers: BTreeMap<String, AdvancedWorkerReport>,
    /// The tree.
    pub radix_tree: TreeReport,
    /// Sizes of the affinity tables.
    pub affinity: AffinityCounts,
    /// Decisions remembered, at most 1000.
    pub routing_history_size: usize,
    /// How it is set up.
    pub config: AdvancedConfigReport,
}

/// A worker in an [`AdvancedReport`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdvancedWorkerReport {
    /// Begun and not ended.
    pub active_requests: i64,
    /// Begun.
    pub total_requests: u64,
    /// Blocks of the prompts it completed, part-filled last ones included.
    pub cached_blocks: usize,
    /// Prompt and output tokens of the requests that ended.
    pub tokens_processed: u64,
    /// Active, never below zero.
    pub queue_depth: u64,
    /// As set from outside \[two decimals\].
    pub memory_pressure: f64,
    /// Its outcomes.
    pub health: HealthReport,
}

/// A worker's health in an [`AdvancedReport`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HealthReport {
    /// Flag.
    pub is_healthy: bool,
    /// Flag.
    pub is_degraded: bool,
    /// Three decimals.
    pub success_rate: f64,
    /// One decimal \[ms\].
    pub average_latency_ms: f64,
    /// Three decimals.
    pub timeout_rate: f64,
    /// Outcomes counted.
    pub total_requests: u64,
}

/// Sizes of the affinity tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AffinityCounts {
    /// Conversations.
    pub active_conversations: usize,
    /// Users.
    pub tracked_users: usize,
    /// Models.
    pub tracked_models: usize,
}

/// Settings in an [`AdvancedReport`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AdvancedConfigReport {
    /// Tokens a block.
    pub block_size: u32,
    /// How many workers there are.
    pub num_workers: usize,
    /// Weights of the cost.
    pub cost_weights: CostWeights,
    /// When a worker is flagged (the limits on timeouts are not told).
    pub health_thresholds: HealthThresholds,
}

/// When a worker is flagged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HealthThresholds {
    /// Below it degraded.
    pub degraded_success_rate: f64,
    /// Below it unhealthy.
    pub unhealthy_success_rate: f64,
    /// Above it degraded \[ms\].
    pub degraded_latency_ms: f64,
    /// Above it unhealthy \[ms\].
    pub unhealthy_latency_ms: f64,
}

impl AdvancedRouter {
    /// What every worker would cost for a prompt of `tokens`. Unhealthy workers take part, and the conversation's worker has
    /// no precedence.
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

    /// The pool at a glance, with FakeAI's advice.
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

    /// Everything it counts.
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
