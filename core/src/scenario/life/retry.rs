//! What a router does with an attempt that failed before its first token: `3:exclude=1;backoff_ms=50`.
//!
//! It chooses again by its rule, the replicas tried before among the candidates or not, after a pause that grows and is
//! jittered. One that is not among them is again once the router hears that it answers anew. A router that misses this and never lists
//! the replicas does not hear it; with no other replica left it answers 503, or, where requests wait for a replica, lets this one wait
//! until its client gives up. (No product is known that both waits and excludes: production-stack's router excludes and then answers
//! with an error, Envoy's `previous_hosts` goes back to a host once it has looked for another often enough, KubeAI's and Knative's
//! proxies wait and exclude nobody.) A budget bounds the tries that are under way by the requests in flight.

use core::fmt;

/// A router's retries. See the [module](self).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RouterRetry {
    /// How many tries there may be after the first.
    pub most: u32,
    /// Whether replicas that were tried before are no candidates, until the router hears that they answer anew.
    pub exclude: bool,
    /// The pause before the first retry \[ms\].
    pub backoff_ms: f64,
    /// By which factor each further pause is longer (a pause is at most 30 s); 0 stands for 1.5.
    pub growth: f64,
    /// How far a pause is drawn at random below or above its length, as a share of it.
    pub jitter: f64,
    /// The most retries under way, as a share of the requests in flight (3 are always allowed); 0: no bound.
    pub budget: f64,
}

impl RouterRetry {
    /// The pause before try `number` (1 is the first retry) \[ms\]; `u` is uniform in \[0, 1).
    pub fn wait_ms(&self, number: u32, u: f64) -> f64 {
        let growth = if self.growth > 0.0 { self.growth } else { 1.5 };
        let exponent = f64::from(number.saturating_sub(1));
        let wait = (self.backoff_ms * libm::pow(growth, exponent)).min(30_000.0);
        wait * (1.0 + self.jitter * (2.0 * u - 1.0))
    }
}

impl fmt::Display for RouterRetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.most)?;
        let parts = [
            ("exclude", f64::from(u8::from(self.exclude))),
            ("backoff_ms", self.backoff_ms),
            ("growth", self.growth),
            ("jitter", self.jitter),
            ("budget", self.budget),
        ];
        let mut mark = ':';
        for (name, value) in parts.into_iter().filter(|(_, value)| *value != 0.0) {
            write!(f, "{mark}{name}={value}")?;
            mark = ';';
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five attempts of smg sleep 50, 75, 112, 168 ms, 0.41 s in all.
    #[test]
    fn smg_is_through_with_its_retries_before_anything_restarts() {
        let smg = RouterRetry {
            most: 4,
            backoff_ms: 50.0,
            growth: 1.5,
            jitter: 0.2,
            ..RouterRetry::default()
        };
        let waits: Vec<f64> = (1..=4).map(|number| smg.wait_ms(number, 0.5)).collect();
        assert_eq!(waits, [50.0, 75.0, 112.5, 168.75]);
        assert_eq!(smg.wait_ms(1, 0.0), 40.0);
        assert!(smg.wait_ms(1, 0.999_999) < 60.0);
        assert!((40.0..60.0).contains(&smg.wait_ms(1, 0.3)));
    }
}
