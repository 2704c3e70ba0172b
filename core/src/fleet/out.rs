//! What a part wants of other parts: it writes messages here, and the loop carries them there.
//!
//! A message goes one of four ways. [`Out::now`]: delivered next, before anything else at this time, and all that follows from it
//! as well; several are delivered in the order written, each with all that follows from it. [`Out::at`]: queued for a time, behind
//! what was queued for the same time before. [`Out::ranked`]: queued for a time by its rank ([`Message::rank`]). [`Out::start`]: the
//! head of the schedule of arrivals, which goes before whatever else is queued for its time without a rank.

use std::collections::VecDeque;

use super::fact::{Fact, What};
use super::message::{Attempt, Later, Life, Message};
use super::view::News;
use crate::replica::TokenBatch;
use crate::units::VirtualTime;

/// What is written only in a fleet in which requests are refused, or replicas come and go.
#[derive(Clone, Copy)]
pub(super) enum Rare {
    /// An attempt has taken the place of the one before it.
    Begin(Attempt),
    /// A life has taken the place of the one before it.
    Live(Life),
    /// A message that is delivered by its rank among those for the same time.
    Ranked(Later),
}

/// What a part has written. See the [module](self).
#[derive(Clone, Default)]
pub(super) struct Out {
    /// The messages to be delivered at this time; the last one is next.
    pub(super) immediate: Vec<Message>,
    pub(super) later: Vec<Later>,
    pub(super) start: Option<Later>,
    /// What is seldom written.
    pub(super) rare: Vec<Rare>,
    pub(super) facts: Vec<Fact>,
    /// Whether more is kept than the folds of a report need: each request's stay, or the whole log.
    pub(super) details: bool,
    /// Tokens on their way to a client that reads them one by one; a [`Message::Tokens`] goes with each.
    pub(super) tokens: VecDeque<TokenBatch>,
    /// What the pools stored and evicted until they were last brought up, on its way to the routers: the front takes it out, so
    /// that it is heard once however often the replicas are brought up.
    pub(super) news: Vec<News>,
}

impl Out {
    /// Delivers a message next, and what follows from it before anything else.
    pub(super) fn now(&mut self, message: Message) {
        self.immediate.push(message);
    }

    /// Delivers a message at `time`, behind what is queued for that time.
    pub(super) fn at(&mut self, time: VirtualTime, message: Message) {
        self.later.push((time, message));
    }

    /// Delivers the next of the schedule's arrivals, before all that is queued for its time without a rank. There is one at most.
    pub(super) fn start(&mut self, time: VirtualTime, request: u32) {
        self.start = Some((time, Message::Start(request)));
    }

    /// Begins an attempt: messages of the request's earlier attempts are void.
    pub(super) fn begin(&mut self, attempt: Attempt) {
        self.rare.push(Rare::Begin(attempt));
    }

    /// Delivers a message at `time` in the order of the ranks: before those without a rank, but for the autoscaler's look, which
    /// comes behind those of them that were queued before that time.
    pub(super) fn ranked(&mut self, time: VirtualTime, message: Message) {
        self.rare.push(Rare::Ranked((time, message)));
    }

    /// Begins a life: messages to the replica's earlier lives are void.
    pub(super) fn live(&mut self, life: Life) {
        self.rare.push(Rare::Live(life));
    }

    /// An `Out` into which nothing is written yet. `details`: more is kept than the folds of a report need.
    pub(super) fn new(details: bool) -> Self {
        Self {
            details,
            ..Self::default()
        }
    }

    /// Writes a fact that no fold of a report needs; it is dropped unless details are kept.
    #[inline]
    pub(super) fn detail(&mut self, at: VirtualTime, what: What) {
        if self.details {
            self.fact(at, what);
        }
    }

    /// Writes a fact for the log.
    #[inline]
    pub(super) fn fact(&mut self, at: VirtualTime, what: What) {
        self.facts.push(Fact { at, what });
    }
}
