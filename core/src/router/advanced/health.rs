//! A worker's health, judged by how its requests ended, as in FakeAI 0.3.2.

use std::collections::VecDeque;

/// The number of latest outcomes that are kept, among which those that decide on recovery are looked for.
const MOST_OUTCOMES: usize = 100;
/// The number of successes in a row that makes a worker healthy again.
const RECOVERY: usize = 10;

/// The bounds beyond which a worker costs more: the least success rate, the highest mean latency \[ms\], and the highest share of
/// timeouts.
pub const DEGRADED: (f64, f64, f64) = (0.90, 5_000.0, 0.05);
/// The same bounds for a worker that gets no requests while others are healthy.
pub const UNHEALTHY: (f64, f64, f64) = (0.70, 10_000.0, 0.15);

/// The outcomes of a worker's requests, and the two flags that follow from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// Whether it gets requests even while others are healthy.
    pub healthy: bool,
    /// Whether it gets requests at an additional cost.
    pub degraded: bool,
    /// How many outcomes were counted.
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
    /// The share of successes among all outcomes, from 0 to 1; 1 if there were none.
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

    /// The share of timeouts among all outcomes, from 0 to 1; 0 if there were none.
    pub fn timeout_rate(&self) -> f64 {
        match self.count {
            0 => 0.0,
            count => self.timeouts as f64 / count as f64,
        }
    }

    /// The worker's status in one word: healthy, degraded or unhealthy.
    pub fn status(&self) -> &'static str {
        match (self.degraded, self.healthy) {
            (true, _) => "degraded",
            (_, true) => "healthy",
            _ => "unhealthy",
        }
    }

    /// Counts an outcome with its latency \[ms\], and whether it timed out; then judges the worker anew.
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
        // Recorded as reported: a "success" that timed out is a failure in the counts above and a success here, as in FakeAI.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_at_its_bounds_is_well() {
        let mut health = Health::default();
        for n in 0..20 {
            health.update(n % 10 != 9, DEGRADED.1, n == 15);
        }
        let rates = (
            health.success_rate(),
            health.average_latency_ms(),
            health.timeout_rate(),
        );
        assert_eq!(rates, (0.85, DEGRADED.1, DEGRADED.2));
        assert!(health.healthy && health.degraded);
        let mut health = Health::default();
        for n in 0..10 {
            health.update(n != 9, DEGRADED.1, false);
        }
        assert_eq!(health.success_rate(), DEGRADED.0);
        assert!(health.healthy && !health.degraded, "{health:?}");
    }
}
