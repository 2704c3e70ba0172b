//! What FakeAI's advanced router and the policies made after it have in common: its strategies, the weights of its cost, and a
//! worker's health.
//!
//! Source: FakeAI 0.3.2, `smart_router_advanced.py`; the project's conformance vectors hold it.

mod health;

pub use health::{DEGRADED, Health, UNHEALTHY};

/// How FakeAI's advanced router chooses a worker (its word for a replica).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// The next healthy worker in turn; if there are two or more, the turn begins with worker-1.
    RoundRobin,
    /// The worker with the fewest active requests, of equal ones the one with the shortest queue.
    LeastLoaded,
    /// The worker with the fewest active requests of those that know the prompt's first block; if there is none, as `LeastLoaded`.
    CacheAware,
    /// The worker of the conversation's last turn, else the one with the lowest comprehensive cost.
    #[default]
    Hybrid,
    /// The worker with the best record of success and latency, whatever its cache and load.
    Learned,
}

impl Strategy {
    /// Every strategy, in FakeAI's order.
    pub const ALL: [Self; 5] = [
        Self::RoundRobin,
        Self::LeastLoaded,
        Self::CacheAware,
        Self::Hybrid,
        Self::Learned,
    ];

    /// The name that FakeAI gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastLoaded => "least_loaded",
            Self::CacheAware => "cache_aware",
            Self::Hybrid => "hybrid",
            Self::Learned => "learned",
        }
    }

    /// The strategy of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|strategy| strategy.name() == name)
    }
}

/// The weights of the comprehensive cost \[blocks\].
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct CostWeights {
    /// The cost of each block that must be prefilled.
    pub kv_overlap: f64,
    /// The cost of each active request.
    pub load_balance: f64,
    /// The cost of memory that is full; a share of it costs that share.
    pub memory_pressure: f64,
    /// The cost of each request in the queue.
    pub queue_depth: f64,
    /// The cost of a record of nothing but failures.
    pub historical_performance: f64,
    /// The cost of a degraded worker; an unhealthy one costs twice as much.
    pub slo_violation_penalty: f64,
}

impl Default for CostWeights {
    fn default() -> Self {
        Self {
            kv_overlap: 1.0,
            load_balance: 0.5,
            memory_pressure: 0.3,
            queue_depth: 0.4,
            historical_performance: 0.2,
            slo_violation_penalty: 2.0,
        }
    }
}
