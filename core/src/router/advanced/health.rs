//! A worker's health by its outcomes.

use std::collections::VecDeque;

/// Outcomes that decide on recovery are looked for among so many.
const MOST_OUTCOMES: usize = 100;
/// So many successes in a row make a worker healthy again.
const RECOVERY: usize = 10;

/// (least success rate, highest mean latency \[ms\], highest share of timeouts) beyond which a worker costs
/// more.
pub const DEGRADED: (f64, f64, f64) = (0.90, 5_000.0, 0.05);
/// The same for one that is not routed to while others are well.
pub const UNHEALTHY: (f64, f64, f64) = (0.70, 10_000.0, 0.15);

/// Outcomes counted, and the two flags they set.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// Not routed to while others are healthy.
    pub healthy: bool,
    /// Routed to, at a price.
    pub degraded: bool,
    /// Outcomes.
    pub count: u64,
    successes: u64,
    failures: u64,
    timeouts: u64,
    latency_ms: f64,
    recent: VecDeque<bool>,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            healthy: true,
            degraded: false,
            count: 0,
            successes: 0,
            failures: 0,
            timeouts: 0,
            latency_ms: 0.0,
            recent: VecDeque::new(),
        }
    }
}

impl Health {
    /// Successes among all outcomes; 1 if there were none.
    pub fn success_rate(&self) -> f64 {
        match self.successes + self.failures {
            0 => 1.0,
            outcomes => self.successes as f64 / outcomes as f64,
        }
    }

    /// Mean latency over all outcomes \[ms\]; 0 if there were none.
    pub fn average_latency_ms(&self) -> f64 {
        match self.count {
            0 => 0.0,
            count => self.latency_ms / count as f64,
        }
    }

    /// Share of timeouts among all outcomes; 0 if there were none.
    pub fn timeout_rate(&self) -> f64 {
        match self.count {
            0 => 0.0,
            count => self.timeouts as f64 / count as f64,
        }
    }

    /// In a word.
    pub fn status(&self) -> &'static str {
        match (self.degraded, self.healthy) {
            (true, _) => "degraded",
            (_, true) => "healthy",
            _ => "unhealthy",
        }
    }

    /// Counts an outcome, its latency \[ms\], and whether it was given up for taking too long; then judges anew.
    pub fn update(&mut self, success: bool, latency_ms: f64, timeout: bool) {
        self.count += 1;
        self.latency_ms += latency_ms;
        if timeout {
            self.timeouts += 1;
        }
        if success && !timeout {
            self.successes += 1;
        } else {
            self.failures += 1;
        }
        if self.recent.len() == MOST_OUTCOMES {
            self.recent.pop_front();
        }
        // As it was told: a timed-out "success" is a failure above and a success here.
        self.recent.push_back(success);
        self.judge();
    }

    fn judge(&mut self) {
        let beyond = |(success, latency, timeout): (f64, f64, f64)| {
            self.success_rate() < success
                || self.average_latency_ms() > latency
                || self.timeout_rate() > timeout
        };
        let (unhealthy, degraded) = (beyond(UNHEALTHY), beyond(DEGRADED));
        let flagged = !self.healthy || self.degraded;
        let streak = self
            .recent
            .iter()
            .rev()
            .take_while(|&&success| success)
            .count();
        if flagged && streak >= RECOVERY && !unhealthy && !degraded {
            (self.healthy, self.degraded) = (true, false);
        } else if unhealthy {
            self.healthy = false;
        } else if degraded {
            self.degraded = true;
        }
    }
}
