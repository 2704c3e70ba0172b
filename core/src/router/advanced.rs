//! What FakeAI's advanced router and the policies made after it have in common: its strategies, the weights of its cost, and a
//! worker's health. Source: FakeAI 0.3.2, `advanced_router.py`; its conformance vectors hold it.

mod health;

pub use health::{DEGRADED, Health, UNHEALTHY};

/// How a worker is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// The next healthy one; the first is worker-1, if there are two.
    RoundRobin,
    /// The fewest active, then the shortest queue.
    LeastLoaded,
    /// The fewest active of those that know the first block; without any, as `LeastLoaded`.
    CacheAware,
    /// The conversation's worker, else the lowest comprehensive cost.
    #[default]
    Hybrid,
    /// The best record of success and latency, whatever the cache and the load.
    Learned,
}

impl Strategy {
    /// Every strategy.
    pub const ALL: [Self; 5] = [
        Self::RoundRobin,
        Self::LeastLoaded,
        Self::CacheAware,
        Self::Hybrid,
        Self::Learned,
    ];

    /// FakeAI's name of it.
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

/// The weights of the comprehensive cost.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct CostWeights {
    /// Of a block to prefill.
    pub kv_overlap: f64,
    /// Of an active request.
    pub load_balance: f64,
    /// Of full memory.
    pub memory_pressure: f64,
    /// Of a queued request.
    pub queue_depth: f64,
    /// Of a record of failures.
    pub historical_performance: f64,
    /// Of being degraded; being unhealthy costs twice that.
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
