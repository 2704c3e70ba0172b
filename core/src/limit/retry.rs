//! What a refused client does: wait and try again, a limited number of times.

use crate::rng::Rng;
use crate::units::VirtualTime;

/// A client's retry policy: exponential backoff with jitter. The default is what FakeAI's performance guide shows its readers, 2ⁿ s
/// plus up to one second, five attempts in all, with `Retry-After` honoured in addition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retry {
    /// How often it tries again before it gives up.
    pub most_retries: u32,
    /// The wait before the first retry \[ns\].
    pub first_wait: VirtualTime,
    /// The factor by which each further wait is longer.
    pub growth: f64,
    /// The longest backoff (a `Retry-After` may be longer) \[ns\].
    pub longest_wait: VirtualTime,
    /// The largest jitter: a uniformly drawn part of it is added to every wait \[ns\].
    pub jitter: VirtualTime,
    /// Whether it waits at least as long as the server's `Retry-After` says.
    pub honours_retry_after: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            most_retries: 4,
            first_wait: VirtualTime(1_000_000_000),
            growth: 2.0,
            longest_wait: VirtualTime(60_000_000_000),
            jitter: VirtualTime(1_000_000_000),
            honours_retry_after: true,
        }
    }
}

impl Retry {
    /// How long to wait before trying again after `retries` retries (0 after the first refusal); `None`: give up.
    /// `retry_after` is what the server asked for \[ns\].
    pub fn wait(
        &self,
        retries: u32,
        retry_after: Option<VirtualTime>,
        rng: &mut Rng,
    ) -> Option<VirtualTime> {
        if retries >= self.most_retries {
            return None;
        }
        let backoff = self.first_wait.secs() * libm::pow(self.growth, f64::from(retries));
        let backoff = VirtualTime::from_secs(backoff).min(self.longest_wait);
        let asked = retry_after.filter(|_| self.honours_retry_after);
        // Jitter is added to the server's wait too, or all clients that were refused together would come back together.
        let jitter = VirtualTime::from_secs(self.jitter.secs() * rng.uniform());
        Some(backoff.max(asked.unwrap_or_default()) + jitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_each_time_then_gives_up() {
        let mut rng = Rng::new(1, "retry");
        let policy = Retry::default();
        for (retries, least) in [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0)] {
            let wait = policy.wait(retries, None, &mut rng).unwrap().secs();
            assert!(
                (least..least + 1.0).contains(&wait),
                "{wait} after {retries}"
            );
        }
        assert_eq!(policy.wait(4, None, &mut rng), None);
    }

    #[test]
    fn heeds_the_server_and_its_own_longest_wait() {
        let mut rng = Rng::new(1, "retry");
        let asked = Some(VirtualTime::from_secs(300.0));
        let exact = Retry {
            jitter: VirtualTime::ZERO,
            most_retries: u32::MAX,
            ..Retry::default()
        };
        assert_eq!(exact.wait(0, asked, &mut rng), asked);
        let deaf = Retry {
            honours_retry_after: false,
            ..exact
        };
        assert_eq!(
            deaf.wait(0, asked, &mut rng),
            Some(VirtualTime::from_secs(1.0))
        );
        // 2^1000 and 2^(2^31) s are more than virtual time can hold.
        for retries in [6, 1000, 1 << 31] {
            assert_eq!(
                exact.wait(retries, None, &mut rng),
                Some(exact.longest_wait)
            );
        }
    }
}
