//! The five strategies of the advanced router, and the costs that they compare.

use crate::advanced::{AdvancedRouter, Affinity, named};
use crate::{Match, RouteError, worker_name};
use warmpath_core::router::advanced::Strategy;
use warmpath_core::router::cost::{Weights, cost};

/// The worker that a request should go to, and what the strategy reports of the choice.
#[derive(Clone, Debug, PartialEq)]
pub struct AdvancedDecision {
    /// The index of the chosen worker, in order of creation.
    pub(super) chosen: usize,
    /// The name of the chosen worker.
    pub worker: String,
    /// With `CacheAware`, the workers that hold the first block and have the fewest active requests, sorted by name; the
    /// first of them is chosen. (FakeAI picks one in an order that changes from run to run.) Empty if no worker holds it,
    /// and with other strategies.
    pub tied: Vec<String>,
    /// The number of matched tokens, as the strategy reports it.
    pub matched_tokens: usize,
    /// The number of matched blocks, as the strategy reports it.
    pub matched_blocks: usize,
    /// The cost that the strategy records; costs of different strategies are not comparable.
    pub cost: f64,
}

impl AdvancedRouter {
    pub(super) fn decide(
        &mut self,
        tokens: &[u32],
        estimated_output: u64,
        affinity: Affinity<'_>,
    ) -> Result<AdvancedDecision, RouteError> {
        let matched = self.tree.find(tokens);
        let healthy = self.healthy();
        let (&first, mut tied) = (healthy.first().ok_or(RouteError::NoWorkers)?, Vec::new());
        let mut matched_prefix = (matched.tokens, matched.blocks);
        let (chosen, cost) = match self.config.strategy {
            Strategy::RoundRobin => {
                self.round_robin = (self.round_robin + 1) % healthy.len();
                (healthy[self.round_robin], 0.0)
            }
            Strategy::LeastLoaded => self.least_loaded(&healthy, first),
            Strategy::CacheAware => {
                let holders: Vec<usize> = healthy
                    .iter()
                    .copied()
                    .filter(|&index| matched.workers.contains(&worker_name(index)))
                    .collect();
                match holders
                    .iter()
                    .map(|&index| self.workers[index].active)
                    .min()
                {
                    None => self.least_loaded(&healthy, first),
                    Some(fewest) => {
                        let mut equals: Vec<(String, usize)> = holders
                            .into_iter()
                            .filter(|&index| self.workers[index].active == fewest)
                            .map(|index| (worker_name(index), index))
                            .collect();
                        warmpath_core::order::few(&mut equals);
                        let chosen = equals.first().map_or(first, |&(_, index)| index);
                        tied = equals.into_iter().map(|(name, _)| name).collect();
                        (chosen, (tokens.len() - matched.tokens) as f64)
                    }
                }
            }
            Strategy::Hybrid => match self.conversations_worker(affinity) {
                Some(index) => (index, 0.0),
                None => {
                    let mut best = (first, f64::INFINITY);
                    for index in healthy {
                        let cost = self.comprehensive_cost(
                            index,
                            tokens.len(),
                            &matched,
                            estimated_output,
                            affinity,
                        );
                        if cost < best.1 {
                            best = (index, cost);
                        }
                    }
                    if !matched.workers.contains(&worker_name(best.0)) {
                        matched_prefix = (0, 0);
                    }
                    best
                }
            },
            Strategy::Learned => {
                let mut best = (first, f64::NEG_INFINITY);
                for index in healthy {
                    let health = &self.workers[index].health;
                    let speed = 1.0 - (health.average_latency_ms() / 10_000.0).min(1.0);
                    let score = health.success_rate() * 0.7 + speed * 0.3;
                    if score > best.1 {
                        best = (index, score);
                    }
                }
                (best.0, 1.0 - best.1)
            }
        };
        Ok(AdvancedDecision {
            chosen,
            worker: worker_name(chosen),
            tied,
            matched_tokens: matched_prefix.0,
            matched_blocks: matched_prefix.1,
            cost,
        })
    }

    fn least_loaded(&self, healthy: &[usize], first: usize) -> (usize, f64) {
        let load = |&&index: &&usize| (self.workers[index].active, self.workers[index].queue_depth);
        let chosen = healthy.iter().min_by_key(load).copied().unwrap_or(first);
        (chosen, self.workers[chosen].active as f64)
    }

    /// The worker that the conversation was last routed to, if it is healthy.
    fn conversations_worker(&self, affinity: Affinity<'_>) -> Option<usize> {
        let index = *self.conversations.get(named(affinity.conversation)?)?;
        self.workers[index].health.healthy.then_some(index)
    }

    /// The comprehensive cost of a worker: the cost formula of the plain router with further terms for memory, queue, past
    /// success, health and affinity; never below 0.
    pub(super) fn comprehensive_cost(
        &self,
        index: usize,
        prompt_tokens: usize,
        matched: &Match,
        estimated_output: u64,
        affinity: Affinity<'_>,
    ) -> f64 {
        let (worker, weights) = (&self.workers[index], &self.config.weights);
        let block = f64::from(self.config.block_size);
        let held = matched.workers.contains(&worker_name(index));
        let overlap = if held { matched.tokens } else { 0 };
        let common = cost(
            Weights {
                kv_overlap: weights.kv_overlap,
                load_balance: weights.load_balance,
            },
            (prompt_tokens - overlap) as f64 / block,
            estimated_output as f64 / block,
            worker.active as f64,
        );
        let penalty = match (worker.health.healthy, worker.health.degraded) {
            (false, _) => weights.slo_violation_penalty * 2.0,
            (true, true) => weights.slo_violation_penalty,
            (true, false) => 0.0,
        };
        let total = common.total()
            + weights.memory_pressure * worker.memory_pressure
            + weights.queue_depth * worker.queue_depth as f64
            + weights.historical_performance * (1.0 - worker.health.success_rate())
            + penalty
            - self.affinity_bonus(index, affinity);
        total.max(0.0)
    }

    /// The credit of a worker for having served this conversation, user or model before.
    pub(super) fn affinity_bonus(&self, index: usize, affinity: Affinity<'_>) -> f64 {
        let mut bonus = 0.0;
        if named(affinity.conversation).and_then(|name| self.conversations.get(name))
            == Some(&index)
        {
            bonus += 0.5;
        }
        for (lists, name, worth) in [
            (&self.users, affinity.user, 0.2),
            (&self.models, affinity.model, 0.1),
        ] {
            if named(name)
                .and_then(|name| lists.get(name))
                .is_some_and(|list| list.contains(&index))
            {
                bonus += worth;
            }
        }
        bonus
    }
}
