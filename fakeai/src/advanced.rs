//! FakeAI's AdvancedSmartRouter: five strategies, worker health, affinity. It is part of FakeAI's library; FakeAI's server
//! does not use it.

mod reports;
mod strategy;

pub use reports::{AdvancedReport, Explanation, PoolAdvice};
pub use strategy::AdvancedDecision;
pub use warmpath_core::router::advanced::{CostWeights, Health, Strategy};

use crate::block_id::prefix_hashes;
use crate::{RouteError, TokenTree, worker_index};
use warmpath_core::units::{Map, Set};

/// The largest number of decisions that the routing history holds.
const MOST_HISTORY: usize = 1000;

/// The settings of an [`AdvancedRouter`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdvancedConfig {
    /// The strategy by which a worker is chosen.
    pub strategy: Strategy,
    /// The weights of the comprehensive cost, by which the strategy `Hybrid` and [`AdvancedRouter::explain`] rank workers.
    pub weights: CostWeights,
    /// The number of tokens in a block; 0 counts as 1.
    pub block_size: u32,
    /// The number of workers, named worker-0, worker-1 and so on.
    pub workers: usize,
}

impl Default for AdvancedConfig {
    fn default() -> Self {
        Self {
            strategy: Strategy::Hybrid,
            weights: CostWeights::default(),
            block_size: 16,
            workers: 4,
        }
    }
}

/// The conversation, user and model that a request belongs to; an empty name counts as none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Affinity<'a> {
    /// The name of the conversation, which is routed to its previous worker by the strategy `Hybrid`.
    pub conversation: Option<&'a str>,
    /// The name of the user, whose earlier workers get a bonus.
    pub user: Option<&'a str>,
    /// The name of the model, whose earlier workers get a bonus.
    pub model: Option<&'a str>,
}

#[derive(Clone, Debug, Default)]
struct Worker {
    active: i64,
    queue_depth: u64,
    requests: u64,
    tokens: u64,
    memory_pressure: f64,
    cached: Set<i64>,
    health: Health,
}

/// FakeAI's AdvancedSmartRouter with its state: the prefix tree, its workers, and which of them served what.
#[derive(Clone, Debug)]
pub struct AdvancedRouter {
    config: AdvancedConfig,
    tree: TokenTree,
    workers: Vec<Worker>,
    round_robin: usize,
    conversations: Map<String, usize>,
    users: Map<String, Set<usize>>,
    models: Map<String, Set<usize>>,
    history: usize,
}

impl AdvancedRouter {
    /// A router whose workers are idle and healthy and have nothing cached.
    pub fn new(config: AdvancedConfig) -> Self {
        let block_size = config.block_size.max(1);
        Self {
            config: AdvancedConfig {
                block_size,
                ..config
            },
            tree: TokenTree::new(block_size),
            workers: vec![Worker::default(); config.workers],
            round_robin: 0,
            conversations: Map::default(),
            users: Map::default(),
            models: Map::default(),
            history: 0,
        }
    }

    /// Chooses a worker for a prompt of `tokens` and remembers the choice for the request's conversation, user and model.
    ///
    /// # Errors
    /// If there are no workers.
    pub fn route(
        &mut self,
        tokens: &[u32],
        estimated_output: u64,
        affinity: Affinity<'_>,
    ) -> Result<AdvancedDecision, RouteError> {
        let decision = self.decide(tokens, estimated_output, affinity)?;
        let chosen = decision.chosen;
        if let Some(conversation) = named(affinity.conversation) {
            self.conversations.insert(conversation.to_owned(), chosen);
        }
        for (lists, name) in [
            (&mut self.users, affinity.user),
            (&mut self.models, affinity.model),
        ] {
            if let Some(name) = named(name) {
                lists.entry_ref(name).or_default().insert(chosen);
            }
        }
        self.history = (self.history + 1).min(MOST_HISTORY);
        Ok(decision)
    }

    /// Counts a request as begun on `worker`.
    ///
    /// # Errors
    /// If there is no such worker.
    pub fn start(&mut self, worker: &str) -> Result<(), RouteError> {
        let worker = self.worker(worker)?;
        worker.active += 1;
        worker.queue_depth += 1;
        worker.requests += 1;
        Ok(())
    }

    /// Counts a request as ended on `worker` after `latency_ms`; its prompt is cached only if it succeeded.
    ///
    /// # Errors
    /// If there is no such worker.
    pub fn complete(
        &mut self,
        worker: &str,
        tokens: &[u32],
        output_tokens: u64,
        success: bool,
        latency_ms: f64,
    ) -> Result<(), RouteError> {
        let block_size = self.config.block_size;
        let state = self.worker(worker)?;
        state.active -= 1;
        state.queue_depth = state.queue_depth.saturating_sub(1);
        state.tokens = state
            .tokens
            .saturating_add(tokens.len() as u64)
            .saturating_add(output_tokens);
        state.health.update(success, latency_ms, false);
        if success {
            state.cached.extend(prefix_hashes(tokens, block_size));
            self.tree.insert(tokens, worker);
        }
        Ok(())
    }

    /// Counts an outcome that was not passed to [`Self::complete`]. An unknown worker is ignored.
    pub fn update_health(&mut self, worker: &str, success: bool, latency_ms: f64, timeout: bool) {
        if let Ok(worker) = self.worker(worker) {
            worker.health.update(success, latency_ms, timeout);
        }
    }

    /// Sets how full a worker's memory is (0 to 1); the router itself never changes it.
    ///
    /// # Errors
    /// If there is no such worker.
    pub fn set_memory_pressure(&mut self, worker: &str, pressure: f64) -> Result<(), RouteError> {
        self.worker(worker)?.memory_pressure = pressure;
        Ok(())
    }

    fn worker(&mut self, name: &str) -> Result<&mut Worker, RouteError> {
        let count = self.workers.len();
        worker_index(name, count)
            .and_then(|index| self.workers.get_mut(index))
            .ok_or_else(|| RouteError::UnknownWorker {
                name: name.to_owned(),
                count,
            })
    }

    /// The workers flagged healthy (degraded ones included) in order of creation; all workers if none is healthy.
    fn healthy(&self) -> Vec<usize> {
        let healthy: Vec<usize> = (0..self.workers.len())
            .filter(|&index| self.workers[index].health.healthy)
            .collect();
        if healthy.is_empty() {
            (0..self.workers.len()).collect()
        } else {
            healthy
        }
    }
}

fn named(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
