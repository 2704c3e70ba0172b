//! vllm-router's sticky least loaded: a session stays where it began, and begins where the fewest sessions are.
//!
//! What is counted are sessions, not requests: those assigned to a replica and used within `expire_s`. A session that was not used
//! within that time is forgotten by a sweep, which comes with a request, at most once a minute. A session is a conversation here; in
//! the product it is the header x-session-id (or a similar one) or `session_id` in the body. The product breaks ties by a hash of the
//! session's and the replica's names, which is a draw here.
//!
//! Read: the running vllm-router 0.1.17 (wheel from PyPI, 28 November 2026); vllm-project/router at 335c57e2,
//! src/policies/sticky_least_loaded.rs.
//!
//! Left out: requests without a session (they go where the fewest sessions are and do not count as one), sessions that a call to the
//! router ends, replicas that fail.

use super::{Board, Knowledge, Parameter, Policy, PolicyDef, Provenance, View, grow};
use crate::units::{Map, ReplicaId, VirtualTime};

/// How often the policy looks for sessions that have expired.
const SWEEP: VirtualTime = VirtualTime(60_000_000_000);

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "sticky-least-loaded",
    about: "a conversation stays where it began, and begins where the fewest conversations are",
    source: "vllm-router 0.1.17, sticky_least_loaded",
    provenance: Provenance {
        product: "vllm-router",
        version: "0.1.17",
        files: &[
            "the wheel's binary: its choices",
            "vllm-project/router at 335c57e2: src/policies/sticky_least_loaded.rs",
        ],
        read: "2026-11-28",
        left_out: "requests without a session; sessions that are finished by a call; replicas that fail",
    },
    parameters: &[Parameter::new(
        "expire_s",
        7200.0,
        (0.0, 1e9),
        "s",
        "a conversation unused for so long is forgotten (VLLM_ROUTER_SLL_SESSION_EXPIRATION_IN_S)",
    )],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |it| {
        Box::new(Sticky {
            expire: it.seconds("expire_s"),
            sessions: Map::default(),
            counts: Vec::new(),
            swept: VirtualTime::ZERO,
        })
    },
};

#[derive(Clone)]
struct Sticky {
    expire: VirtualTime,
    /// For each conversation its replica, and when it was last used.
    sessions: Map<u32, (ReplicaId, VirtualTime)>,
    /// The number of conversations at each replica.
    counts: Vec<u32>,
    swept: VirtualTime,
}

impl Sticky {
    fn sweep(&mut self, now: VirtualTime) {
        if now - self.swept < SWEEP {
            return;
        }
        self.swept = now;
        let (expire, counts) = (self.expire, &mut self.counts);
        self.sessions.retain(|_, &mut (replica, used)| {
            let stays = now - used < expire;
            counts[replica.index()] -= u32::from(!stays);
            stays
        });
    }
}

impl Policy for Sticky {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        self.sweep(view.ask.now);
        if let Some(&(home, _)) = self.sessions.get(&view.ask.request.conversation)
            && board.is_open(home)
        {
            board.keep(view, "the conversation is elsewhere", |it| it == home);
        }
        board.term("sessions", 1.0, "conversations", |it| {
            f64::from(self.counts[it.index()])
        });
        board.at_random();
        board.ties("at random (a hash of names)");
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        let new = (replica, view.ask.now);
        let old = self.sessions.insert(view.ask.request.conversation, new);
        if let Some((old, _)) = old {
            self.counts[old.index()] -= 1;
        }
        self.counts[replica.index()] += 1;
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        grow(&mut self.counts, replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.sessions.retain(|_, &mut (at, _)| at != replica);
        self.counts[replica.index()] = 0;
    }
}
