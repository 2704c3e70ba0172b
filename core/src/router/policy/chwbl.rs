//! Consistent hashing with bounded loads on the start of the prompt (KubeAI's `PrefixHash`).
//!
//! Each replica stands on a ring at `replication` points. The key is the XXH64 of the first `chars` characters of a chat's first
//! user message (not of its system prompt), or of a completion's prompt. From the first point at or after the key, clockwise, the
//! first replica whose load is at most `load_factor` times its share (total in flight + 1) / n takes the request; if none does, the
//! first one does. A replica's name is random in a real cluster, so the ring is too: it is drawn by the run's seed.
//!
//! A workload without texts gives the key's id instead, of 100 characters whatever `chars` is; where it has no keys at all, the
//! first blocks that hold this many characters at 4 characters a token stand in, and the report says both. A request counts from the
//! choice until its response has ended.

use super::ring::Ring;
use super::{Beginning, Board, Knowledge, Parameter, Policy, PolicyDef, Provenance, View};
use crate::request::HEAD_CHARS;
use crate::units::ReplicaId;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "chwbl",
    about: "hash ring on the first characters of the first user message, skipping replicas above their share of the load",
    source: "KubeAI internal/loadbalancer/balance_chwbl.go, strategy PrefixHash",
    provenance: Provenance {
        product: "KubeAI",
        version: "main after chart 0.22.1, at f442a2cd620c",
        files: &[
            "internal/loadbalancer/balance_chwbl.go",
            "internal/loadbalancer/group.go",
            "internal/apiutils/request.go",
            "api/openai/v1/chat_completions.go",
            "api/openai/v1/completions.go",
            "api/k8s/v1/model_types.go",
        ],
        read: "2026-11-28",
        left_out: "adapters, which are part of the key and narrow the candidates; prefixes of more than 512 characters",
    },
    parameters: &[
        Parameter::new(
            "load_factor",
            1.25,
            (1.0, 1e9),
            "times the mean load",
            "how far above its share a replica may be loaded and still accept",
        ),
        Parameter::new(
            "replication",
            256.0,
            (1.0, 4096.0),
            "points per replica",
            "points on the ring",
        )
        .whole(),
        Parameter::new(
            "chars",
            100.0,
            (1.0, HEAD_CHARS as f64),
            "characters",
            "how much of the first user message is hashed (prefixCharLength)",
        )
        .given()
        .whole(),
    ],
    knowledge: Knowledge::Nothing,
    text: true,
    reference: false,
    build: |it| {
        Box::new(Chwbl {
            load_factor: it.real("load_factor"),
            ring: Ring::new(it.whole("replication"), it.seed),
            beginning: {
                let characters = it.whole("chars");
                it.beginning(characters)
            },
        })
    },
};

#[derive(Clone)]
struct Chwbl {
    load_factor: f64,
    ring: Ring,
    beginning: Beginning,
}

impl Policy for Chwbl {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let total: u32 = view.all().map(|it| view.active(it)).sum();
        let share = (f64::from(total) + 1.0) / f64::from(view.count());
        let most = share * self.load_factor;
        board.keep(view, "above its share of the load", |it| {
            total == 0 || f64::from(view.active(it)) <= most
        });
        if board.explains() {
            let active = view.actives().iter().copied().map(f64::from);
            board.column("active", 1.0, "requests", active);
        }
        let key = view.ask.prefix_key(self.beginning.characters());
        if board.open().next().is_some() {
            board.walk(self.ring.clockwise(key));
        } else {
            board.take(self.ring.owner(key, view));
        }
        board.ties("the first on the ring that is not above its share");
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        self.ring.joined(replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.ring.left(replica);
    }
}
