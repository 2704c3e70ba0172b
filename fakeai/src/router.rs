//! FakeAI's SmartRouter: the worker with the lowest cost is chosen, and every candidate is credited with the same match,
//! that of the whole tree.

use crate::block_id::prefix_hashes;
use crate::{Match, TokenTree, TreeReport, worker_index, worker_name};
use serde::Serialize;
use std::collections::BTreeMap;
use warmpath_core::router::cost::{Terms, Weights, cost};
use warmpath_core::units::Set;

/// The settings of a [`SmartRouter`]. FakeAI's running server always uses the defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// The weights of the cost; any numbers are accepted.
    pub weights: Weights,
    /// The number of tokens in a block; 0 counts as 1.
    pub block_size: u32,
    /// The number of workers, named worker-0, worker-1 and so on.
    pub workers: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            block_size: 16,
            workers: 4,
        }
    }
}

/// Why a call to a router fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The router has no workers to choose from.
    #[error("No workers registered")]
    NoWorkers,
    /// There is no worker with that name; the call had no effect.
    #[error("no worker is called {name:?}; there are {count}, named worker-0, worker-1, …")]
    UnknownWorker {
        /// The name that was given.
        name: String,
        /// The number of workers there are.
        count: usize,
    },
}

/// The worker that a request should go to, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The chosen worker; `None` only if weights that are not finite leave no cost to compare.
    pub worker: Option<String>,
    /// The match in the tree, which is the same for every worker, even one that holds none of it.
    pub matched: Match,
    /// The cost of every worker, term by term, in order of creation.
    pub costs: Vec<Terms>,
}

#[derive(Clone, Debug, Default)]
struct Worker {
    active: i64,
    requests: u64,
    tokens: u64,
    /// The hashes of the prefixes of all completed prompts, including those that end in a part-filled block.
    cached: Set<i64>,
}

/// The router of FakeAI's chat endpoint.
#[derive(Clone, Debug)]
pub struct SmartRouter {
    config: Config,
    tree: TokenTree,
    workers: Vec<Worker>,
}

impl SmartRouter {
    /// A router whose workers are idle and have nothing cached.
    pub fn new(config: Config) -> Self {
        let block_size = config.block_size.max(1);
        Self {
            config: Config {
                block_size,
                ..config
            },
            tree: TokenTree::new(block_size),
            workers: vec![Worker::default(); config.workers],
        }
    }

    /// Chooses a worker for a prompt of `tokens` with about `estimated_output` tokens to be generated. Nothing is changed.
    ///
    /// # Errors
    /// If there are no workers.
    pub fn route(&self, tokens: &[u32], estimated_output: u64) -> Result<Decision, RouteError> {
        if self.workers.is_empty() {
            return Err(RouteError::NoWorkers);
        }
        let matched = self.tree.find(tokens);
        let block = f64::from(self.config.block_size);
        let decode_blocks = estimated_output as f64 / block;
        let mut best = (f64::INFINITY, None);
        let mut costs = Vec::with_capacity(self.workers.len());
        for (index, worker) in self.workers.iter().enumerate() {
            let name = worker_name(index);
            let overlap = if matched.workers.contains(&name) {
                matched.tokens
            } else {
                0
            };
            let prefill_blocks = (tokens.len() - overlap) as f64 / block;
            let terms = cost(
                self.config.weights,
                prefill_blocks,
                decode_blocks,
                worker.active as f64,
            );
            // The comparison is strict, so of equal workers the first wins.
            if terms.total() < best.0 {
                best = (terms.total(), Some(name));
            }
            costs.push(terms);
        }
        Ok(Decision {
            worker: best.1,
            matched,
            costs,
        })
    }

    /// Counts a request as begun on `worker`.
    ///
    /// # Errors
    /// If there is no such worker.
    pub fn start(&mut self, worker: &str) -> Result<(), RouteError> {
        let worker = self.worker(worker)?;
        worker.active += 1;
        worker.requests += 1;
        Ok(())
    }

    /// Counts a request as ended on `worker` and caches its prompt, but not its output. It is not checked that the request
    /// had begun, so the active count may fall below zero.
    ///
    /// # Errors
    /// If there is no such worker.
    pub fn complete(
        &mut self,
        worker: &str,
        tokens: &[u32],
        output_tokens: u64,
    ) -> Result<(), RouteError> {
        let block_size = self.config.block_size;
        let state = self.worker(worker)?;
        state.active -= 1;
        state.tokens = state
            .tokens
            .saturating_add(tokens.len() as u64)
            .saturating_add(output_tokens);
        state.cached.extend(prefix_hashes(tokens, block_size));
        self.tree.insert(tokens, worker);
        Ok(())
    }

    /// The state of all workers and of the tree, with the settings.
    pub fn report(&self) -> RouterReport {
        RouterReport {
            workers: self
                .workers
                .iter()
                .enumerate()
                .map(|(index, worker)| {
                    let report = WorkerReport {
                        active_requests: worker.active,
                        total_requests: worker.requests,
                        cached_blocks: worker.cached.len(),
                        tokens_processed: worker.tokens,
                    };
                    (worker_name(index), report)
                })
                .collect(),
            radix_tree: self.tree.report(),
            config: ConfigReport {
                kv_overlap_weight: self.config.weights.kv_overlap,
                load_balance_weight: self.config.weights.load_balance,
                block_size: self.config.block_size,
                num_workers: self.workers.len(),
            },
        }
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
}

/// A router's statistics, in FakeAI's JSON form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RouterReport {
    /// The statistics of each worker, by its name.
    pub workers: BTreeMap<String, WorkerReport>,
    /// The size of the tree that all workers share.
    pub radix_tree: TreeReport,
    /// The settings of the router.
    pub config: ConfigReport,
}

/// The statistics of one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WorkerReport {
    /// The number of requests that began and have not ended; negative if more ended than began.
    pub active_requests: i64,
    /// The number of requests that began.
    pub total_requests: u64,
    /// The number of distinct blocks of the prompts it completed, including part-filled last ones (the tree counts whole
    /// blocks only).
    pub cached_blocks: usize,
    /// Prompt and output tokens of the requests that ended.
    pub tokens_processed: u64,
}

/// The settings of a router, in FakeAI's JSON form.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConfigReport {
    /// The weight of the blocks to prefill.
    pub kv_overlap_weight: f64,
    /// The weight of the active requests.
    pub load_balance_weight: f64,
    /// The number of tokens in a block.
    pub block_size: u32,
    /// The number of workers.
    pub num_workers: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_that_are_no_numbers_choose_nobody() {
        for weight in [f64::NAN, f64::INFINITY] {
            let weights = Weights {
                kv_overlap: weight,
                load_balance: 0.5,
            };
            let router = SmartRouter::new(Config {
                weights,
                ..Config::default()
            });
            assert_eq!(router.route(&[1, 2], 100).unwrap().worker, None);
        }
    }

    #[test]
    fn only_the_very_name_is_a_worker() {
        let mut router = SmartRouter::new(Config::default());
        for name in [
            "worker-4",
            "worker-00",
            "worker-+1",
            "worker-",
            "",
            "worker-99999999999999999999999",
        ] {
            assert!(
                matches!(
                    router.start(name),
                    Err(RouteError::UnknownWorker { count: 4, .. })
                ),
                "{name}"
            );
            assert!(router.complete(name, &[1], 1).is_err());
        }
        assert_eq!(router.report().radix_tree.total_nodes, 1);
    }

    #[test]
    fn completing_what_never_began_makes_a_worker_cheaper() {
        let mut router = SmartRouter::new(Config {
            block_size: 16,
            workers: 2,
            ..Config::default()
        });
        router.complete("worker-1", &[7; 20], 5).unwrap();
        let report = router.report();
        assert_eq!(report.workers["worker-1"].active_requests, -1);
        assert_eq!(
            (
                report.workers["worker-1"].cached_blocks,
                report.radix_tree.total_cached_blocks
            ),
            (2, 1)
        );
        let decision = router.route(&[9], 0).unwrap();
        assert_eq!(decision.worker.as_deref(), Some("worker-1"));
        assert_eq!(decision.costs[1].total(), 1.0 / 16.0 - 0.5);
    }
}
