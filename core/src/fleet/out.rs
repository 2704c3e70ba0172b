//! What a part wants of others: it writes here, and the loop carries it there.
//!
//! Three ways for a message. [`Out::now`]: delivered next, before anything else at this time, and all that follows from
//! it as well; several are delivered in the order written, each with all that follows from it. [`Out::at`]: queued for a
//! time, behind what was queued for the same time before. [`Out::start`]: the head of the schedule of arrivals, which
//! goes before whatever else is queued for its time.

use std::collections::VecDeque;

use super::fact::{Fact, What};
use super::message::{Attempt, Later, Life, Message};
use crate::replica::TokenBatch;
use crate::units::VirtualTime;

/// What only a fleet has to say in which requests are refused or replicas fail.
#[derive(Clone, Copy)]
pub(super) enum Rare {
    /// An attempt has taken the place of the one before it.
    Begin(Attempt),
    /// A life has taken the place of the one before it.
    Live(Life),
    /// A message that goes before those of no rank.
    Ranked(Later),
}

/// What a part has to say. See the [module](self).
#[derive(Clone, Default)]
pub(super) struct Out {
    /// What is to be delivered at this time; the last one is next.
    pub(super) immediate: Vec<Message>,
    pub(super) later: Vec<Later>,
    pub(super) start: Option<Later>,
    /// What is seldom said.
    pub(super) rare: Vec<Rare>,
    pub(super) facts: Vec<Fact>,
    /// Somebody asks for more than the folds of a report do: each request's stay, or the whole log.
    pub(super) details: bool,
    /// Tokens on their way to a client that takes them one by one; a [`Message::Tokens`] goes with each.
    pub(super) tokens: VecDeque<TokenBatch>,
}

impl Out {
    /// To be delivered next, and what follows from it before anything else.
    pub(super) fn now(&mut self, message: Message) {
        self.immediate.push(message);
    }

    /// To be delivered at `time`, behind what is queued for that time.
    pub(super) fn at(&mut self, time: VirtualTime, message: Message) {
        self.later.push((time, message));
    }

    /// The next of the schedule's arrivals, which goes before all that is queued for its time. There is one at most.
    pub(super) fn start(&mut self, time: VirtualTime, request: u32) {
        self.start = Some((time, Message::Start(request)));
    }

    /// This attempt begins: messages of the request's earlier ones are void.
    pub(super) fn begin(&mut self, attempt: Attempt) {
        self.rare.push(Rare::Begin(attempt));
    }

    /// To be delivered at `time`, before what is first in, first out, in the order of its rank.
    pub(super) fn ranked(&mut self, time: VirtualTime, message: Message) {
        self.rare.push(Rare::Ranked((time, message)));
    }

    /// This life begins: messages to the replica's earlier ones are void.
    pub(super) fn live(&mut self, life: Life) {
        self.rare.push(Rare::Live(life));
    }

    /// Nothing to say yet. `details`: somebody asks for more than the folds of a report do.
    pub(super) fn new(details: bool) -> Self {
        Self {
            details,
            ..Self::default()
        }
    }

    /// Something has happened that no fold of a report asks for.
    #[inline]
    pub(super) fn detail(&mut self, at: VirtualTime, what: What) {
        if self.details {
            self.fact(at, what);
        }
    }

    /// Something has happened, to be written to the log.
    #[inline]
    pub(super) fn fact(&mut self, at: VirtualTime, what: What) {
        self.facts.push(Fact { at, what });
    }
}
