//! vLLM's own load balancer over data-parallel engines: the least of requests in flight and of what engines report, and
//! a queue costs more where the cache is full.
//!
//! Score: the larger of what the front end itself has in flight there and of `waiting + running`, plus
//! `pressure × waiting × (KV use − 0.5)` where the use is above half. The least wins, strictly; the search begins one
//! engine further with every request, so equals take turns. Engines report every 100 ms; until the next report the balancer
//! counts what it sends as waiting. It knows nothing of caches. Until July 2026 the score was `4 × waiting + running`, which
//! the formula `old=4*queue+running` still is.

use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "vllm-dp",
    about: "least of requests in flight or as reported every 100 ms, a queue dearer where the cache is over half full",
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
    build: |parameters, replicas, _| {
        Box::new(VllmDp {
            pressure: parameters[0],
            age: (parameters[1] >= 1.0).then_some(VirtualTime::from_millis(parameters[1])),
            reported: VirtualTime::ZERO,
            since: vec![0; replicas as usize],
            start: 0,
        })
    },
};

#[derive(Clone)]
struct VllmDp {
    pressure: f64,
    age: Option<VirtualTime>,
    reported: VirtualTime,
    /// By replica: sent since that report.
    since: Vec<u32>,
    /// Where the next search begins.
    start: u32,
}

impl VllmDp {
    /// Requests there, and requests waiting times how far KV use is above half.
    fn parts(&self, known: &Known<'_>, replica: ReplicaId) -> (f64, f64) {
        let there = known.of(replica);
        let since = match known.reported == self.reported {
            true => self.since[replica.index()],
            false => 0,
        };
        let waiting = there.waiting + since;
        let load = there.active.max(waiting + there.running);
        let above = (there.kv_usage - 0.5).max(0.0);
        (f64::from(load), f64::from(waiting) * above)
    }
}

impl Policy for VllmDp {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        if known.reported != self.reported {
            self.reported = known.reported;
            self.since.fill(0);
        }
        let count = known.replicas();
        let mut best = (ReplicaId(self.start % count), f64::INFINITY);
        for step in 0..count {
            let replica = ReplicaId((self.start + step) % count);
            if !known.may(replica) {
                continue;
            }
            let (load, queue) = self.parts(known, replica);
            let score = load + self.pressure * queue;
            if score < best.1 {
                best = (replica, score);
            }
        }
        self.start = (self.start + 1) % count;
        best.0
    }

    fn sent(&mut self, _: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) {
        self.since[replica.index()] += 1;
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let (load, queue) = self.parts(known, replica);
        vec![
            Term::new("requests", 1.0, load, "requests"),
            Term::new("queue under pressure", self.pressure, queue, "requests"),
        ]
    }

    fn tie_rule(&self) -> &'static str {
        "by turns: the search begins one replica further with every request"
    }

    fn reads(&self) -> Reads {
        Reads {
            engine: true,
            age: self.age,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
