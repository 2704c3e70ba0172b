//! What smg's policies share: what a replica's load is, and which replicas are left out of routing.
//!
//! Read: the running smg 1.13.0 (wheel from PyPI, 28 November 2026): `smg launch --help`, and its choices among workers that report
//! one load or another. Its source of 7 August 2026 (lightseekorg/smg, which is smg-project/smg now, at 73da68ca:
//! model_gateway/src/policies/least_load.rs) is older and knows no such load; where they differ, the binary decides.
//!
//! Without reports a replica's load is its requests in flight. Once its engine reports, every 10 s, the load is the larger of the
//! requests in flight and of those reported (waiting and running) plus those sent there since; what completes does not count until
//! the next report. Added to it is the KV pool's use k, as `kv_weight` × k / (1 − k): seconds, which the router compares with 1,024
//! tokens a request at 2,000 tokens/s.
//!
//! A replica whose engine reports 8 requests waiting, or 0.8 of its KV pool in use, is left out while another is below both.
//!
//! Left out: reported throughput and waiting tokens (an engine's report here has neither), health checks and breakers, several
//! data-parallel ranks.

use super::{Board, Engine, Parameter, Setup, View};
use crate::units::{ReplicaId, VirtualTime};

/// What a request counts before its tokens are known, over what a replica is taken to compute \[s\]: 1,024 tokens at 2,000 tokens/s
/// (DEFAULT_MEAN_PREFILL_TOKENS, --least-load-default-throughput).
const REQUEST_S: f64 = 1024.0 / 2000.0;

/// The parameter for how often engines report.
pub(super) const REPORT_S: Parameter = Parameter::new(
    "report_s",
    10.0,
    (0.0, 3600.0),
    "s",
    "engines report their load so often (--load-monitor-interval); 0: never",
)
.given();
/// The parameter for the weight of the KV pool's use.
pub(super) const KV_WEIGHT: Parameter = Parameter::new(
    "kv_weight",
    0.15,
    (0.0, 1e6),
    "s",
    "weight of k / (1 - k), k the share of the KV pool in use (--least-load-kv-pressure-weight)",
);
/// The parameter for the number of waiting requests from which on a replica is overloaded.
pub(super) const OVERLOAD_WAITING: Parameter = Parameter::new(
    "overload_waiting",
    8.0,
    (1.0, 1e9),
    "requests",
    "left out from so many reported waiting (--worker-overload-waiting-requests)",
);
/// The parameter for the share of its KV pool in use from which on a replica is overloaded.
pub(super) const OVERLOAD_KV: Parameter = Parameter::new(
    "overload_kv",
    0.8,
    (0.0, 2.0),
    "share of the KV pool",
    "left out from so much reported in use (--worker-overload-token-usage); above 1: never",
);

/// The replicas' loads as smg computes them.
#[derive(Clone, Debug)]
pub(super) struct Loads {
    /// The handle for the engines' reports; `None`: engines report nothing.
    engine: Option<Engine>,
    /// The weight of the KV pool's use \[requests\].
    kv: f64,
    waiting: f64,
    full: f64,
    /// The moment of the last report taken in, and what had been sent to each replica until then.
    report: VirtualTime,
    sent: Vec<u32>,
}

impl Loads {
    /// The loads with the values of the four parameters above.
    pub(super) fn new(setup: &mut Setup<'_>) -> Self {
        let every = setup.seconds(REPORT_S.name);
        let reports = every > VirtualTime::ZERO;
        Self {
            engine: reports.then(|| setup.engine_every(every)),
            kv: setup.real(KV_WEIGHT.name) / REQUEST_S,
            waiting: setup.real(OVERLOAD_WAITING.name),
            full: setup.real(OVERLOAD_KV.name),
            report: VirtualTime::ZERO,
            sent: Vec::new(),
        }
    }

    /// The engines' figures, once they have reported. The first report, at the beginning, finds no replica registered.
    fn report(&self, view: &View<'_>) -> Option<Engine> {
        let engine = self.engine?;
        (view.reported_at(engine) > VirtualTime::ZERO).then_some(engine)
    }

    /// Whether engines have reported.
    pub(super) fn has_reported(&self, view: &View<'_>) -> bool {
        self.report(view).is_some()
    }

    /// Takes in a new report, which covers what was sent until now.
    pub(super) fn hear(&mut self, view: &View<'_>) {
        if let Some(engine) = self.report(view)
            && self.report != view.reported_at(engine)
        {
            self.report = view.reported_at(engine);
            self.sent.clear();
            let replicas = (0..view.replicas() as u32).map(ReplicaId);
            self.sent.extend(replicas.map(|it| view.sent(it)));
        }
    }

    /// The share of a replica's KV pool in use, as last reported.
    pub(super) fn usage(&self, view: &View<'_>, replica: ReplicaId) -> f64 {
        let engine = self.report(view);
        engine.map_or(0.0, |engine| view.kv_usage(engine, replica))
    }

    /// Adds a replica's load to its cost: its requests, and what the KV pool's use k counts as, k / (1 − k).
    pub(super) fn add(&self, view: &View<'_>, board: &mut Board) {
        let Some(engine) = self.report(view) else {
            board.term("active", 1.0, "requests", |it| f64::from(view.active(it)));
            return;
        };
        board.term("load", 1.0, "requests", |it| {
            let since = view.sent(it) - self.sent.get(it.index()).copied().unwrap_or(0);
            let there = view.waiting(engine, it) + view.running(engine, it) + since;
            f64::from(view.active(it).max(there))
        });
        board.term("kv_pressure", self.kv, "k / (1 - k)", |it| {
            let k = view.kv_usage(engine, it).clamp(0.0, 0.999);
            k / (1.0 - k)
        });
    }

    /// Shuts out the replicas that are overloaded while another is not.
    pub(super) fn veto(&self, view: &View<'_>, board: &mut Board) {
        let Some(engine) = self.report(view) else {
            return;
        };
        let below = |it: ReplicaId| {
            f64::from(view.waiting(engine, it)) < self.waiting
                && view.kv_usage(engine, it) < self.full
        };
        if view.all().any(below) {
            board.keep(view, "overloaded, as its engine reported", below);
        }
    }
}
