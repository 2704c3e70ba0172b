//! vLLM's own load balancer over data-parallel engines: the engine with the least load, which is its requests in flight or those
//! that it reports, whichever are more; a queue costs more where the cache is full.
//!
//! Score: the larger of what the front end itself has in flight there and of `waiting + running`, plus
//! `pressure × waiting × (KV use − 0.5)` where the use is above half. The least wins, strictly; the search begins one
//! engine further with every request, so equals take turns. Engines report every 100 ms; until the next report the balancer
//! counts what it sends as waiting. It knows nothing of caches. Until July 2026 the score was `4 × waiting + running`, which
//! the formula `old=4*queue+running` still is.

use super::{Board, Engine, Knowledge, Parameter, Policy, PolicyDef, Provenance, View, grow};
use crate::units::{ReplicaId, VirtualTime};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "vllm-dp",
    about: "least of the larger of active requests and those reported every 100 ms, a queue dearer where the cache is over half full",
    source: "vllm-project/vllm vllm/v1/engine/core_client.py",
    provenance: Provenance {
        product: "vLLM",
        version: "main after pull requests 47420 and 49204, July 2026",
        files: &["vllm/v1/engine/core_client.py: DPLBAsyncMPClient"],
        read: "2026-11-28",
        left_out: "several front ends, which multiply what each counts itself by their number and begin their search apart; \
                   the engine a request names itself; late interaction",
    },
    parameters: &[
        Parameter::new(
            "pressure",
            6.0,
            (0.0, 1000.0),
            "requests per waiting request",
            "what a waiting request costs more, times how far KV use is above half",
        ),
        Parameter::new(
            "report_ms",
            100.0,
            (0.0, 1e6),
            "ms",
            "how often engines report, if the scenario's load-age is not longer; below 1: as the scenario says",
        ),
    ],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |it| {
        let report_ms = it.real("report_ms");
        Box::new(VllmDp {
            pressure: it.real("pressure"),
            engine: match report_ms >= 1.0 {
                true => it.engine_every(VirtualTime::from_millis(report_ms)),
                false => it.engine(),
            },
            reported_at: VirtualTime::ZERO,
            since: Vec::new(),
            start: 0,
        })
    },
};

#[derive(Clone)]
struct VllmDp {
    pressure: f64,
    engine: Engine,
    reported_at: VirtualTime,
    /// The requests sent to each replica since that report.
    since: Vec<u32>,
    /// The replica at which the next search begins.
    start: u32,
}

impl Policy for VllmDp {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let engine = self.engine;
        if view.reported_at(engine) != self.reported_at {
            self.reported_at = view.reported_at(engine);
            self.since.fill(0);
        }
        let waiting = |it: ReplicaId| view.waiting(engine, it) + self.since[it.index()];
        board.term("requests", 1.0, "requests", |it| {
            let reported = waiting(it) + view.running(engine, it);
            f64::from(view.active(it).max(reported))
        });
        board.term("queue under pressure", self.pressure, "requests", |it| {
            f64::from(waiting(it)) * (view.kv_usage(engine, it) - 0.5).max(0.0)
        });
        board.from(self.start);
        board.ties("by turns: the search begins one replica further with every request");
        self.start = (self.start + 1) % (view.replicas().max(1) as u32);
    }

    fn sent(&mut self, _: &View<'_>, replica: ReplicaId) {
        self.since[replica.index()] += 1;
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        grow(&mut self.since, replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.since[replica.index()] = 0;
    }
}
