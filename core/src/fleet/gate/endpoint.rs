//! The limit of one endpoint: a number of requests a minute and an hour, over all API keys together (in FakeAI's tuning guides
//! `configure_endpoint("/v1/infer", rpm=500, rph=50000)`).
//!
//! It is two buckets that refill continuously, each full at the beginning; a request takes one from each, or none. The guides do
//! not say whether their windows slide; a bucket lets at most twice its size through in its window.

use crate::limit::Bucket;
use crate::scenario::entrance::EndpointLimit;
use crate::units::VirtualTime;

/// The two buckets of an endpoint, by the minute and by the hour.
#[derive(Clone)]
pub(in crate::fleet) struct Endpoint {
    minute: Bucket,
    hour: Bucket,
}

impl Endpoint {
    /// Full buckets: no request was made yet.
    pub(in crate::fleet) fn new(limit: EndpointLimit) -> Self {
        let (minute, hour) = (f64::from(limit.per_minute), f64::from(limit.per_hour));
        Self {
            minute: Bucket::per_minute(minute, 0.0),
            hour: Bucket::new(hour, hour / 3600.0, 0.0),
        }
    }

    /// Takes a request, or says after how many whole seconds one may come \[s\].
    #[inline(never)] // for runs with such a limit
    pub(super) fn takes(&mut self, now: VirtualTime) -> Result<(), u32> {
        let now = now.secs();
        let wait = |seconds: f64| seconds.min(f64::from(u32::MAX - 1)) as u32 + 1;
        self.minute.consume(1.0, now).map_err(wait)?;
        self.hour.consume(1.0, now).map_err(|seconds| {
            self.minute.give_back(1.0);
            wait(seconds)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 2 a minute refill one each 30 s; 3 an hour, one each 1,200 s.
    #[test]
    fn both_buckets_must_have_one() {
        let limit = EndpointLimit {
            per_minute: 2,
            per_hour: 3,
        };
        let mut endpoint = Endpoint::new(limit);
        let mut at = |s: f64| endpoint.takes(VirtualTime::from_secs(s));
        assert_eq!([at(0.0), at(0.0)], [Ok(()), Ok(())]);
        assert_eq!(at(1.0), Err(30)); // 29 s, then one more
        assert_eq!(at(30.0), Ok(()));
        // The hour's is empty: of its 3 it has regained 0.05 by 60 s.
        assert_eq!(at(60.0), Err(1141));
        assert_eq!(at(1201.0), Ok(()));
    }
}
