//! Two replicas at random, the less busy one (the power of two choices); of equal ones the first drawn.
//!
//! As shipped here, in vllm-router, and in Ray Serve (whose default router it is), the requests in flight are compared.
//! sglang-router asks its engines every 30 s and compares the tokens in their KV pools, as last reported; before the first report
//! the first of the two takes the request. That is `report_s=30`, with the share of the pool in place of tokens: where pools are
//! of one size, both are in the same order. smg's policy of this name is `smg-power-of-two`.
//!
//! Read: the running vllm-router 0.1.17 and sglang-router 0.3.2 (wheels from PyPI, 28 November 2026); sgl-project/sglang at
//! 065f331f, sgl-model-gateway/src/policies/power_of_two.rs.
//!
//! Of Ray: ray 2.60.0, python/ray/serve/_private/request_router/pow_2_router.py, and the wheel (docs/parity.md).
//!
//! Left out: Ray's full queues and their back-off, and its preference for replicas in the same node or zone; engines that fail to
//! report.

use super::{Board, Engine, Knowledge, Parameter, Policy, PolicyDef, Provenance, View};
use crate::units::VirtualTime;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "power-of-two",
    about: "of two replicas drawn at random, the one with fewer active requests",
    source: "Mitzenmacher 2001; vllm-router 0.1.17, sglang-router 0.3.2, Ray 2.60.0",
    provenance: Provenance {
        product: "vllm-router 0.1.17, sglang-router 0.3.2, Ray Serve 2.60.0",
        version: "those",
        files: &[
            "the wheels: their choices",
            "sgl-project/sglang at 065f331f: sgl-model-gateway/src/policies/power_of_two.rs",
            "ray 2.60.0: python/ray/serve/_private/request_router/pow_2_router.py",
        ],
        read: "2026-11-28",
        left_out: "Ray's full queues and their back-off, and its replicas in the same node or zone first; a report that one of the two fails to give",
    },
    parameters: &[Parameter::new(
        "report_s",
        0.0,
        (0.0, 3600.0),
        "s",
        "compares the KV pools' use, reported so often (sglang-router: 30); 0: active requests",
    )
    .given()],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |it| {
        let every = it.seconds("report_s");
        let reports = every > VirtualTime::ZERO;
        Box::new(PowerOfTwo {
            engine: reports.then(|| it.engine_every(every)),
        })
    },
};

#[derive(Clone)]
struct PowerOfTwo {
    /// The handle for the engines' reports; `None`: engines report nothing.
    engine: Option<Engine>,
}

impl Policy for PowerOfTwo {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        match self.engine {
            None => board.term("active", 1.0, "requests", |it| f64::from(view.active(it))),
            // Before the first report, the first replica drawn takes the request.
            Some(engine) if view.reported_at(engine) > VirtualTime::ZERO => {
                board.term("kv_usage", 1.0, "share", |it| view.kv_usage(engine, it));
            }
            Some(_) => {}
        }
        board.of_two();
    }
}
