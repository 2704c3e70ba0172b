//! A circuit breaker: a router leaves a replica alone for a while that has failed too often.
//!
//! One machine for all products, by parameters. Failures count in a row: a success begins anew, and so does, for rules with a
//! window, a failure that comes later than that after the one before. At the threshold the breaker opens for a time; then it lets
//! everything through (half-open), where a number of successes closes it and one failure opens it again. Without half-open it
//! closes at once, so the next threshold of failures hits users. Where too many replicas are left alone already it does not open, and
//! the count begins anew.
//!
//! | rule | failures | open | half-open | source |
//! | --- | --- | --- | --- | --- |
//! | `seed` | 5 | 60 s since the last failure | none | FakeAI's guides, rate-limit class |
//! | `seed-3` | 3 | 30 s since the last failure | none | FakeAI's guides, environment variables |
//! | `smg` | 10 in a row | 60 s | all; 3 successes close | smg-project/smg@f8daa883 |
//! | `smg-worker` | 5 in a row | 30 s | all; 2 successes close | the same, a bare worker |
//! | `envoy` | 5 in a row | 30 s times ejections, one less for each 10 s back, at most 300 s; at most 10 % of hosts, one at least | none | envoyproxy/envoy outlier_detection.proto@1282f875, source/common/upstream/outlier_detection_impl.cc@00c7146d |
//! | `nginx` | 1 within 10 s | 10 s | none | nginx/nginx src/http/ngx_http_upstream.c@3f6f782 (1.31.5), `max_fails`, `fail_timeout` |

use crate::units::VirtualTime;

/// The rule by which a circuit breaker opens and closes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rule {
    /// The rule's name; empty for the rule that never opens.
    pub name: &'static str,
    /// The number of failures that opens the breaker.
    pub threshold: u32,
    /// The time after a failure beyond which the next one begins a new count; `None`: all failures since the last success count.
    pub window: Option<VirtualTime>,
    /// The time for which the breaker stays open.
    pub open: VirtualTime,
    /// Whether a failure while it is open (of a request sent before) makes it stay open longer.
    pub prolongs: bool,
    /// The number of successes that closes it again after it was open; 0: it closes by itself.
    pub successes: u32,
    /// Whether each further opening lasts longer, up to ten times as long. Each [`INTERVAL`] without one takes one of them back.
    pub grows: bool,
    /// The most replicas that a router may avoid at once, as a share of them, but at least one; 0: all.
    pub most_share: f64,
}

/// The time for which a breaker that has closed must stay so for its next opening to last one step less.
pub const INTERVAL: VirtualTime = seconds(10);

const fn seconds(s: u64) -> VirtualTime {
    VirtualTime(s * 1_000_000_000)
}

const NONE: Rule = Rule {
    name: "",
    threshold: 0,
    window: None,
    open: VirtualTime::ZERO,
    prolongs: false,
    successes: 0,
    grows: false,
    most_share: 0.0,
};

/// Every rule, in the order in which they are listed.
pub static RULES: [Rule; 6] = [
    Rule {
        name: "seed",
        threshold: 5,
        open: seconds(60),
        prolongs: true,
        ..NONE
    },
    Rule {
        name: "seed-3",
        threshold: 3,
        open: seconds(30),
        prolongs: true,
        ..NONE
    },
    Rule {
        name: "smg",
        threshold: 10,
        open: seconds(60),
        successes: 3,
        ..NONE
    },
    Rule {
        name: "smg-worker",
        threshold: 5,
        open: seconds(30),
        successes: 2,
        ..NONE
    },
    Rule {
        name: "envoy",
        threshold: 5,
        open: seconds(30),
        grows: true,
        most_share: 0.1,
        ..NONE
    },
    Rule {
        name: "nginx",
        threshold: 1,
        window: Some(seconds(10)),
        open: seconds(10),
        ..NONE
    },
];

impl Rule {
    /// The rule of no breaker: it never opens.
    pub const OFF: Self = NONE;

    /// The rule of that name; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        RULES.iter().find(|rule| rule.name == name).copied()
    }

    /// Whether there is a breaker.
    pub fn is_on(&self) -> bool {
        self.threshold > 0
    }

    /// How many of this many replicas may be avoided at once.
    pub fn most(&self, replicas: u32) -> u32 {
        match self.most_share {
            share if share > 0.0 => ((share * f64::from(replicas)) as u32).max(1),
            _ => replicas,
        }
    }
}

/// The state of a breaker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BreakerState {
    /// Requests pass, and failures are counted.
    #[default]
    Closed,
    /// No request passes until its time is over.
    Open,
    /// Requests pass, and their outcomes decide whether it closes or opens again.
    HalfOpen,
}

/// One router's breaker for one replica.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Breaker {
    failures: u32,
    successes: u32,
    last: VirtualTime,
    /// The time until which it is open, if it is.
    until: VirtualTime,
    half: bool,
    openings: u32,
}

impl Breaker {
    /// The state of the breaker at `now`.
    pub fn state(&self, now: VirtualTime) -> BreakerState {
        match () {
            () if now < self.until => BreakerState::Open,
            () if self.half => BreakerState::HalfOpen,
            () => BreakerState::Closed,
        }
    }

    /// When it will let requests through again, if it is open now.
    pub fn until(&self) -> VirtualTime {
        self.until
    }

    /// Counts an attempt that failed. `may_open`: not too many replicas are avoided already. Returns whether the breaker opens by
    /// that.
    pub fn failed(&mut self, rule: &Rule, now: VirtualTime, may_open: bool) -> bool {
        if now < self.until {
            if rule.prolongs {
                self.until = now + rule.open;
            }
            return false;
        }
        if self.until > VirtualTime::ZERO && !self.half && self.failures >= rule.threshold {
            self.failures = 0; // it was open and has closed by itself
        }
        let old = rule
            .window
            .is_some_and(|window| now.since(self.last) > window);
        self.failures = if old { 1 } else { self.failures + 1 };
        (self.last, self.successes) = (now, 0);
        if !(self.half || self.failures >= rule.threshold) {
            return false;
        }
        if !may_open {
            self.failures = 0;
            return false;
        }
        let closed = now.since(self.until).0 / INTERVAL.0;
        self.openings = (u64::from(self.openings).saturating_sub(closed) as u32).min(10) + 1;
        let times = if rule.grows { self.openings.min(10) } else { 1 };
        self.until = now + VirtualTime(rule.open.0.saturating_mul(u64::from(times)));
        self.half = rule.successes > 0;
        true
    }

    /// Counts an attempt that succeeded; returns whether the breaker closes by that.
    pub fn succeeded(&mut self, rule: &Rule, now: VirtualTime) -> bool {
        if now < self.until {
            return false;
        }
        self.failures = 0;
        if !self.half {
            return false;
        }
        self.successes += 1;
        self.half = self.successes < rule.successes;
        if !self.half {
            self.successes = 0;
        }
        !self.half
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> Rule {
        Rule::named(name).unwrap()
    }

    /// Failures at 0 to 4 s open the rule `seed` until 64 s; then all goes through, and it takes five more.
    #[test]
    fn the_seeds_breaker_has_no_half_open() {
        let (seed, mut breaker) = (rule("seed"), Breaker::default());
        for second in 0..4 {
            assert!(!breaker.failed(&seed, seconds(second), true));
        }
        assert!(breaker.failed(&seed, seconds(4), true));
        assert_eq!(
            breaker.state(VirtualTime(seconds(64).0 - 1)),
            BreakerState::Open
        );
        assert_eq!(breaker.state(seconds(64)), BreakerState::Closed);
        for second in 64..68 {
            assert!(!breaker.failed(&seed, seconds(second), true), "{second}");
        }
        assert!(breaker.failed(&seed, seconds(68), true));
        // What was sent before and fails now prolongs the sentence.
        assert!(!breaker.failed(&seed, seconds(100), true));
        assert_eq!(breaker.until(), seconds(160));
    }

    /// The rule `smg`: ten failures in a row open it; half-open lets all through; one failure opens, three successes close.
    #[test]
    fn smgs_opens_again_at_one_failure_and_closes_at_three_successes() {
        let (smg, mut breaker) = (rule("smg"), Breaker::default());
        for n in 0..9 {
            assert!(!breaker.failed(&smg, seconds(n), true));
        }
        assert!(!breaker.succeeded(&smg, seconds(9)));
        for n in 10..19 {
            assert!(!breaker.failed(&smg, seconds(n), true));
        }
        assert!(breaker.failed(&smg, seconds(19), true));
        assert_eq!(breaker.state(seconds(78)), BreakerState::Open);
        assert_eq!(breaker.state(seconds(79)), BreakerState::HalfOpen);
        assert!(breaker.failed(&smg, seconds(80), true));
        assert_eq!(breaker.state(seconds(140)), BreakerState::HalfOpen);
        assert!(!breaker.succeeded(&smg, seconds(141)));
        assert!(!breaker.succeeded(&smg, seconds(142)));
        assert!(breaker.succeeded(&smg, seconds(143)));
        assert_eq!(breaker.state(seconds(143)), BreakerState::Closed);
    }

    /// Of ten hosts one may be out at 10 %; a second bad one stays in.
    #[test]
    fn envoy_ejects_a_tenth_and_one_at_least() {
        let envoy = rule("envoy");
        assert_eq!([1, 4, 10, 19, 20].map(|n| envoy.most(n)), [1, 1, 1, 1, 2]);
        let mut breaker = Breaker::default();
        // The fifth would open it, but another is out: the count begins anew.
        for n in 0..5 {
            assert!(!breaker.failed(&envoy, seconds(n), false));
        }
        for n in 5..9 {
            assert!(!breaker.failed(&envoy, seconds(n), true), "{n}");
        }
        assert!(breaker.failed(&envoy, seconds(9), true));
        assert_eq!(breaker.until(), seconds(39));
        for n in 40..44 {
            assert!(!breaker.failed(&envoy, seconds(n), true), "{n}");
        }
        assert!(breaker.failed(&envoy, seconds(44), true));
        assert_eq!(breaker.until(), seconds(104));
        // Two ejections so far, and 25 s without one: two less.
        let mut later = breaker;
        for n in 125..129 {
            assert!(!later.failed(&envoy, seconds(n), true), "{n}");
        }
        assert!(later.failed(&envoy, seconds(129), true));
        assert_eq!(later.until(), seconds(159));
    }

    #[test]
    fn an_ejection_lasts_300_s_at_most() {
        let (envoy, mut breaker) = (rule("envoy"), Breaker::default());
        let mut lasted = Vec::new();
        for _ in 0..12 {
            let now = breaker.until();
            while !breaker.failed(&envoy, now, true) {}
            lasted.push(breaker.until().since(now).secs());
        }
        let expected: Vec<f64> = (1..=12).map(|n| f64::from(30 * n.min(10))).collect();
        assert_eq!(lasted, expected);
        // It counts to 11 at most, so 30 s back and one more make it 9.
        let now = breaker.until() + seconds(30);
        while !breaker.failed(&envoy, now, true) {}
        assert_eq!(breaker.until().since(now).secs(), 270.0);
    }

    #[test]
    fn nginx_forgets_after_its_window() {
        let (nginx, mut breaker) = (rule("nginx"), Breaker::default());
        assert!(breaker.failed(&nginx, seconds(1), true));
        assert_eq!(breaker.state(seconds(10)), BreakerState::Open);
        assert_eq!(breaker.state(seconds(11)), BreakerState::Closed);
        let three = Rule {
            threshold: 3,
            ..nginx
        };
        let mut breaker = Breaker::default();
        for n in [0, 1, 12, 13, 24] {
            assert!(!breaker.failed(&three, seconds(n), true));
        }
    }
}
