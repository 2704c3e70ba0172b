//! vllm-router's sticky least loaded: a session stays where it began, and begins where the fewest sessions are.
//!
//! What is counted are sessions, not requests: those assigned to a replica and used within `expire_s`. Who was not is
//! forgotten by a sweep, at most once a minute, with the next request. A session is a conversation here; there it is the header
//! x-session-id (or one of its kin) or `session_id` in the body. Ties are broken by a hash of the session's and the replica's names, which is
//! a draw here.
//!
//! Read: the running vllm-router 0.1.17 (wheel from PyPI, 28 November 2026); vllm-project/router at 335c57e2,
//! src/policies/sticky_least_loaded.rs.
//!
//! Left out: requests without a session (they go to the fewest sessions and count none), sessions that are finished by a call,
//! replicas that fail.

use super::pick::{all, any_least};
use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Term};
use crate::rng::Rng;
use crate::units::{Map, ReplicaId, VirtualTime};

/// How often it looks for sessions that have expired.
const SWEEP: VirtualTime = VirtualTime(60_000_000_000);

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
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
    build: |parameters, replicas, _| {
        Box::new(Sticky {
            expire: VirtualTime::from_secs(parameters[0]),
            sessions: Map::default(),
            counts: vec![0; replicas as usize],
            swept: VirtualTime::ZERO,
        })
    },
};

#[derive(Clone)]
struct Sticky {
    expire: VirtualTime,
    /// By conversation: where it is, and when it was last used.
    sessions: Map<u32, (ReplicaId, VirtualTime)>,
    /// By replica: conversations there.
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

    fn home(&self, ask: &Ask<'_>) -> Option<ReplicaId> {
        let session = self.sessions.get(&ask.request.conversation);
        session.map(|&(replica, _)| replica)
    }
}

impl Policy for Sticky {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        self.sweep(ask.now);
        let count = |it: ReplicaId| f64::from(self.counts[it.index()]);
        self.home(ask)
            .filter(|&home| known.may(home))
            .unwrap_or_else(|| any_least(all(known), count, rng))
    }

    fn sent(&mut self, ask: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) {
        let new = (replica, ask.now);
        let old = self.sessions.insert(ask.request.conversation, new);
        if let Some((old, _)) = old {
            self.counts[old.index()] -= 1;
        }
        self.counts[replica.index()] += 1;
    }

    fn terms(&self, _: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let sessions = f64::from(self.counts[replica.index()]);
        vec![Term::new("sessions", 1.0, sessions, "conversations")]
    }

    fn excluded(&self, ask: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) -> Option<&'static str> {
        let home = self.home(ask)?;
        (home != replica).then_some("the conversation is elsewhere")
    }

    fn tie_rule(&self) -> &'static str {
        "at random (a hash of names)"
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
