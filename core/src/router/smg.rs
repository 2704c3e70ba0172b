//! What smg's policies share: what a replica's load is, and who is left out of routing.
//!
//! Read: the running smg 1.13.0 (wheel from PyPI, 28 November 2026): `smg launch --help`, and its choices before workers that
//! report one load or another. Its source of 7 August 2026 (lightseekorg/smg at 73da68ca, model_gateway/src/policies/least_load.rs)
//! is older and knows no such load; where they differ, the binary decides.
//!
//! Without reports a replica's load is its requests in flight. Once its engine reports, every 10 s, it is the larger of
//! the requests in flight and of those reported (waiting and running) with those sent there since; what completes does not
//! count until the next report. To it comes the KV pool's use k, as `kv_weight` × k / (1 − k): seconds, which
//! the router compares with 1,024 tokens a request at 2,000 tokens/s.
//!
//! An engine that reports 8 requests waiting, or 0.8 of its KV pool in use, is left out while another is below both.
//!
//! Left out: reported throughput and waiting tokens (an engine's report here has neither), health checks and breakers,
//! several data-parallel ranks.

use super::pick::all;
use super::{Known, Parameter, Reads, Term};
use crate::units::{ReplicaId, VirtualTime};

/// What a request counts before anybody knows its tokens, over what a replica is taken to compute \[s\]: 1,024 tokens at
/// 2,000 tokens/s (DEFAULT_MEAN_PREFILL_TOKENS, --least-load-default-throughput).
const REQUEST_S: f64 = 1024.0 / 2000.0;

/// How often engines report.
pub(super) const REPORT_S: Parameter = Parameter::new(
    "report_s",
    10.0,
    (0.0, 3600.0),
    "s",
    "engines report their load so often (--load-monitor-interval); 0: never",
);
/// What the KV pool's use weighs.
pub(super) const KV_WEIGHT: Parameter = Parameter::new(
    "kv_weight",
    0.15,
    (0.0, 1e6),
    "s",
    "weight of k / (1 - k), k the share of the KV pool in use (--least-load-kv-pressure-weight)",
);
/// Who waits too much.
pub(super) const OVERLOAD_WAITING: Parameter = Parameter::new(
    "overload_waiting",
    8.0,
    (1.0, 1e9),
    "requests",
    "left out from so many reported waiting (--worker-overload-waiting-requests)",
);
/// Who is too full.
pub(super) const OVERLOAD_KV: Parameter = Parameter::new(
    "overload_kv",
    0.8,
    (0.0, 2.0),
    "share of the KV pool",
    "left out from so much reported in use (--worker-overload-token-usage); above 1: never",
);

/// Loads as smg sees them.
#[derive(Clone, Debug)]
pub(super) struct Loads {
    /// Zero: engines report nothing.
    every: VirtualTime,
    /// The KV pool's weight \[requests\].
    kv: f64,
    waiting: f64,
    full: f64,
    /// The moment of the last report it has taken in, and what had been sent to each replica until then.
    report: VirtualTime,
    sent: Vec<u32>,
}

impl Loads {
    /// From the values of the four parameters above, in their order.
    pub(super) fn new(values: &[f64]) -> Self {
        Self {
            every: VirtualTime::from_secs(values[0]),
            kv: values[1] / REQUEST_S,
            waiting: values[2],
            full: values[3],
            report: VirtualTime::ZERO,
            sent: Vec::new(),
        }
    }

    /// Whether engines have reported. The first report, at the beginning, finds no replica registered.
    pub(super) fn reported(&self, known: &Known<'_>) -> bool {
        self.every > VirtualTime::ZERO && known.reported > VirtualTime::ZERO
    }

    /// Takes in a new report: what was sent until now is part of it.
    pub(super) fn hear(&mut self, known: &Known<'_>) {
        if self.reported(known) && self.report != known.reported {
            self.report = known.reported;
            self.sent.clear();
            self.sent
                .extend(known.signals.iter().map(|there| there.sent));
        }
    }

    /// Requests a replica is taken to have.
    pub(super) fn requests(&self, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let there = known.of(replica);
        if !self.reported(known) {
            return f64::from(there.active);
        }
        let before = match self.sent.get(replica.index()) {
            Some(&sent) if self.report == known.reported => sent,
            _ => there.sent,
        };
        let since = there.sent - before;
        f64::from(there.active.max(there.waiting + there.running + since))
    }

    /// k / (1 − k).
    pub(super) fn pressure(&self, known: &Known<'_>, replica: ReplicaId) -> f64 {
        if !self.reported(known) {
            return 0.0;
        }
        let k = known.of(replica).kv_usage.clamp(0.0, 0.999);
        k / (1.0 - k)
    }

    /// What least means: requests, and what the KV pool's use counts as.
    pub(super) fn cost(&self, known: &Known<'_>, replica: ReplicaId) -> f64 {
        self.requests(known, replica) + self.kv * self.pressure(known, replica)
    }

    pub(super) fn terms(&self, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let requests = self.requests(known, replica);
        if !self.reported(known) {
            return vec![Term::new("active", 1.0, requests, "requests")];
        }
        let pressure = self.pressure(known, replica);
        vec![
            Term::new("load", 1.0, requests, "requests"),
            Term::new("kv_pressure", self.kv, pressure, "k / (1 - k)"),
        ]
    }

    fn above(&self, known: &Known<'_>, replica: ReplicaId) -> bool {
        let there = known.of(replica);
        f64::from(there.waiting) >= self.waiting || there.kv_usage >= self.full
    }

    /// Whether a replica is left out of routing: overloaded while another is not.
    pub(super) fn vetoed(&self, known: &Known<'_>, replica: ReplicaId) -> bool {
        self.reported(known)
            && self.above(known, replica)
            && all(known).any(|other| !self.above(known, other))
    }

    /// The replicas that take part, in order.
    pub(super) fn eligible<'a>(
        &'a self,
        known: &'a Known<'_>,
    ) -> impl Iterator<Item = ReplicaId> + Clone + 'a {
        all(known).filter(move |&replica| !self.vetoed(known, replica))
    }

    /// What it looks at.
    pub(super) fn reads(&self) -> Reads {
        let reports = self.every > VirtualTime::ZERO;
        Reads {
            engine: reports,
            age: reports.then_some(self.every),
            ..Reads::default()
        }
    }
}
