//! A token bucket with continuous refill.

/// A bucket that holds up to `capacity` units and gains `rate` of them per second. Times are seconds on any clock, the same
/// throughout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    capacity: f64,
    rate: f64,
    level: f64,
    last: f64,
}

impl Bucket {
    /// A full bucket of `capacity` units that gains `rate` units a second, made at `now` \[s\].
    pub fn new(capacity: f64, rate: f64, now: f64) -> Self {
        Self {
            capacity,
            rate,
            level: capacity,
            last: now,
        }
    }

    /// A full bucket that refills within a minute.
    pub fn per_minute(capacity: f64, now: f64) -> Self {
        Self::new(capacity, capacity / 60.0, now)
    }

    /// The units that there were at the last call; a clock that ran back may have taken them below 0.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// How many units the bucket holds when it is full.
    pub fn capacity(&self) -> f64 {
        self.capacity
    }

    /// Takes `units` if they are there; if not, takes nothing.
    ///
    /// # Errors
    /// How long it takes until that many units have been refilled \[s\]. This is finite even for more units than the bucket can ever
    /// hold, and infinite if the bucket never refills.
    pub fn consume(&mut self, units: f64, now: f64) -> Result<(), f64> {
        self.refill(now);
        if self.level >= units {
            self.level -= units;
            Ok(())
        } else {
            Err((units - self.level) / self.rate)
        }
    }

    /// Puts `units` back, as far as they fit.
    pub fn give_back(&mut self, units: f64) {
        self.level = (self.level + units).min(self.capacity);
    }

    /// The whole units that are there, cut towards 0.
    pub fn remaining(&mut self, now: f64) -> i64 {
        self.refill(now);
        self.level as i64
    }

    /// When the bucket will be full \[s on the same clock\]; of a full one, when the clock's minute ends.
    pub fn reset_time(&mut self, now: f64) -> f64 {
        self.refill(now);
        let gap = self.capacity - self.level;
        if gap <= 0.0 {
            now + (60.0 - now.rem_euclid(60.0)).max(1.0)
        } else {
            now + gap / self.rate
        }
    }

    /// Adds what the bucket gained since the last call. There is no guard against a clock that runs back: FakeAI has none, and then
    /// the level falls.
    fn refill(&mut self, now: f64) {
        self.level = (self.level + (now - self.last) * self.rate).min(self.capacity);
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clock_that_runs_back_drains_it() {
        let mut bucket = Bucket::per_minute(60.0, 100.0);
        assert_eq!(bucket.remaining(90.0), 50);
        assert_eq!(bucket.remaining(20.0), -20);
        assert_eq!(bucket.consume(1.0, 20.0), Err(21.0));
        assert_eq!(bucket.reset_time(20.0), 100.0);
    }

    #[test]
    fn one_that_never_refills_asks_for_an_endless_wait() {
        assert_eq!(
            Bucket::per_minute(0.0, 0.0).consume(1.0, 5.0),
            Err(f64::INFINITY)
        );
    }

    proptest! {
        /// Over any stretch no more is let through than the bucket held plus what it gained.
        #[test]
        fn lets_no_more_through_than_it_gains(
            capacity in 1u32..1000,
            steps in proptest::collection::vec((0.0..30.0f64, 0u32..500), 1..60),
        ) {
            let mut bucket = Bucket::per_minute(f64::from(capacity), 0.0);
            let (mut now, mut passed) = (0.0, 0.0);
            for (wait, units) in steps {
                now += wait;
                if bucket.consume(f64::from(units), now).is_ok() {
                    passed += f64::from(units);
                }
                prop_assert!((0.0..=f64::from(capacity)).contains(&bucket.level()));
                prop_assert!(passed <= f64::from(capacity) * (1.0 + now / 60.0) + 1e-6);
            }
        }
    }
}
