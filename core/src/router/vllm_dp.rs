//! vLLM's own load balancer over data-parallel engines: least of 4 × waiting + running, as of the last report.
//!
//! Engines report every 100 ms; until the next report the balancer counts what it sends as waiting. It knows nothing of
//! caches.

use super::pick::{all, first_least};
use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term, UNRECORDED};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "vllm-dp",
    about: "least of 4 x waiting + running, as reported every 100 ms",
    source: "vllm-project/vllm, data-parallel engine client; counting what was sent since: from memory",
    provenance: Provenance {
        product: "vLLM",
        version: "from memory",
        files: &["vllm/v1/engine/core_client.py"],
        read: UNRECORDED,
        left_out: "nothing",
    },
    parameters: &[
        Parameter::new(
            "waiting_weight",
            4.0,
            (0.0, 1000.0),
            "running requests",
            "what a waiting request counts",
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
            weight: parameters[0],
            age: (parameters[1] >= 1.0).then_some(VirtualTime::from_millis(parameters[1])),
            reported: VirtualTime::ZERO,
            since: vec![0; replicas as usize],
        })
    },
};

#[derive(Clone)]
struct VllmDp {
    weight: f64,
    age: Option<VirtualTime>,
    reported: VirtualTime,
    /// By replica: sent since that report.
    since: Vec<u32>,
}

impl VllmDp {
    fn parts(&self, known: &Known<'_>, replica: ReplicaId) -> (f64, f64) {
        let there = known.of(replica);
        let since = match known.reported == self.reported {
            true => self.since[replica.index()],
            false => 0,
        };
        (f64::from(there.waiting + since), f64::from(there.running))
    }
}

impl Policy for VllmDp {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        if known.reported != self.reported {
            self.reported = known.reported;
            self.since.fill(0);
        }
        first_least(all(known), |replica| {
            let (waiting, running) = self.parts(known, replica);
            self.weight * waiting + running
        })
    }

    fn sent(&mut self, _: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) {
        self.since[replica.index()] += 1;
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let (waiting, running) = self.parts(known, replica);
        vec![
            Term::new("queue", self.weight, waiting, "requests"),
            Term::new("running", 1.0, running, "requests"),
        ]
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
