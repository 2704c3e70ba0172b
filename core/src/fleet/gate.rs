//! The gate: the context's length, the rate limiter in front of the router, the limit on requests in flight.
//!
//! An attempt that is let in holds a place among those in flight until its response has left, or it is turned away, refused from the
//! line or lost. The response goes out over the network to a client that waits for the whole of it; a client that reads token by
//! token has them from the API server already.
//!
//! Further limits, off by default, are on connections ([`connections`]), and on what the endpoint takes ([`endpoint`]). Where there
//! is a line in front of the routers, an attempt goes there, and the gate says when a request that left it has ended. A cache of
//! whole answers ([`answers`]) stands behind all limits but that on requests in flight: a request whose answer is in it goes no
//! further.

mod answers;
mod connections;
mod endpoint;

use std::sync::Arc;

use super::fact::{What, Why};
use super::message::{Attempt, FailureKind, Message};
use super::out::Out;
use super::record::Outcome;
use crate::limit::{LimitDecision, Limiter};
use crate::scenario::entrance::Groups;
use crate::units::VirtualTime;
use crate::workload::Workload;
pub(super) use answers::Answers;
pub(super) use connections::Connections;
pub(super) use endpoint::Endpoint;

/// The rate limiter, and the API keys that the conversations are spread over; each tenant has keys of its own.
#[derive(Clone)]
pub(super) struct Tier {
    pub(super) limiter: Limiter,
    pub(super) keys: u32,
    pub(super) groups: Arc<Groups>,
}

/// The bounds of what the gate lets in.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// The most tokens of a prompt and its answer together \[tokens\].
    pub(super) context: u32,
    /// The most requests in flight.
    pub(super) in_flight: u32,
    /// The time of the way back to a client that waits for whole answers; `None` for a client that reads tokens as they come.
    pub(super) way_back: Option<VirtualTime>,
    /// Whether there is a line in front of the routers.
    pub(super) lined: bool,
    /// The number that stands for no replica.
    pub(super) nowhere: u16,
}

/// What the gate asks besides its bounds; a part that is not there is `None`.
pub(super) type Limits = (
    Option<Tier>,
    Option<Connections>,
    Option<Endpoint>,
    Option<Answers>,
);

/// The gate of a run. See the [module](self).
#[derive(Clone)]
pub(super) struct Gate {
    workload: Arc<Workload>,
    tier: Option<Tier>,
    connections: Option<Connections>,
    endpoint: Option<Endpoint>,
    answers: Option<Answers>,
    bounds: Bounds,
    in_flight: u32,
}

impl Gate {
    /// A gate that has let no request in yet.
    pub(super) fn new(
        workload: Arc<Workload>,
        (tier, connections, endpoint, answers): Limits,
        bounds: Bounds,
    ) -> Self {
        Self {
            workload,
            tier,
            connections,
            endpoint,
            answers,
            bounds,
            in_flight: 0,
        }
    }

    /// Takes a message addressed to the gate.
    pub(super) fn handle(&mut self, now: VirtualTime, message: Message, out: &mut Out) {
        match message {
            Message::Arrive(attempt) => self.arrive(attempt, now, out),
            Message::Leave(attempt) => {
                self.ended(attempt, true, out);
                if let Some(answers) = &mut self.answers {
                    let request = self.workload.request(attempt.request);
                    answers.keep(&self.workload, request, now);
                }
                if let Some(way_back) = self.bounds.way_back {
                    out.at(now + way_back, Message::Answered(attempt));
                }
            }
            Message::TurnedAway(attempt) => {
                self.ended(attempt, false, out);
                let outcome = Outcome::Rejected;
                out.now(Message::TurnedDown { attempt, outcome });
            }
            Message::Lost { attempt, how } => {
                self.ended(attempt, false, out);
                out.now(Message::Failed { attempt, how });
            }
            Message::Bounced { attempt, why } => {
                self.in_flight -= 1;
                turn_back(attempt, why, 0, now, out);
            }
            _ => debug_assert!(false, "{message:?} is not for the gate"),
        }
    }

    /// Ends an attempt that was let in.
    fn ended(&mut self, attempt: Attempt, answered: bool, out: &mut Out) {
        self.in_flight -= 1;
        if self.bounds.lined {
            let request = attempt.request;
            out.now(Message::Freed { request, answered });
        }
    }

    /// Whether an attempt gets a connection; if not, what becomes of it is on its way.
    #[inline(never)] // for runs that limit connections
    fn connects(&mut self, attempt: Attempt, now: VirtualTime, out: &mut Out) -> bool {
        let Some(connections) = &mut self.connections else {
            return true;
        };
        let (why, how) = match connections.arrives(attempt.request, now, self.in_flight) {
            connections::ConnectResult::Open => return true,
            connections::ConnectResult::Full => (Why::Connections, FailureKind::Full),
            connections::ConnectResult::Dropped(at) => {
                let (request, why) = (attempt.request, Why::Backlog);
                out.fact(now, What::TurnedBack { request, why });
                out.at(at, Message::Arrive(attempt));
                return false;
            }
            connections::ConnectResult::GivenUp => (Why::Unconnected, FailureKind::Silent),
        };
        let request = attempt.request;
        out.fact(now, What::TurnedBack { request, why });
        let (replica, cut) = (self.bounds.nowhere, false);
        out.fact(
            now,
            What::Broke {
                request,
                replica,
                cut,
            },
        );
        out.now(Message::Failed { attempt, how });
        false
    }

    fn arrive(&mut self, attempt: Attempt, now: VirtualTime, out: &mut Out) {
        if self.connections.is_some() && !self.connects(attempt, now, out) {
            return;
        }
        let request = self.workload.request(attempt.request);
        let length = u64::from(request.prompt_tokens) + u64::from(request.output_tokens);
        if length > u64::from(self.bounds.context) {
            let outcome = Outcome::Rejected;
            return out.now(Message::TurnedDown { attempt, outcome });
        }
        if let Some(tier) = &mut self.tier {
            // FakeAI estimates a request's tokens from its size, and never below 100.
            let tenant = tier.groups.of(&self.workload, attempt.request).tenant;
            let (key, tokens) = (
                u32::from(tenant) * tier.keys + request.conversation % tier.keys,
                request.prompt_tokens.max(100),
            );
            if let LimitDecision::Refused { retry_after } = tier.limiter.check(key, tokens, now) {
                let request = attempt.request;
                out.fact(now, What::Refused { request });
                let retry_after_s = u32::try_from(retry_after.0 / 1_000_000_000);
                return out.now(Message::Refused {
                    attempt,
                    retry_after_s: retry_after_s.unwrap_or(u32::MAX),
                });
            }
        }
        if let Some(endpoint) = &mut self.endpoint
            && let Err(wait_s) = endpoint.takes(now)
        {
            return turn_back(attempt, Why::Endpoint, wait_s, now, out);
        }
        if let Some(answers) = &self.answers
            && answers.has(&self.workload, request, now)
        {
            let request = attempt.request;
            out.fact(now, What::Recalled { request });
            let way_back = self.bounds.way_back.unwrap_or(VirtualTime::ZERO);
            return out.at(now + way_back, Message::Answered(attempt));
        }
        if self.in_flight >= self.bounds.in_flight {
            let outcome = Outcome::Failed;
            return out.now(Message::TurnedDown { attempt, outcome });
        }
        self.in_flight += 1;
        out.now(match self.bounds.lined {
            true => Message::Join(attempt),
            false => Message::Route(attempt),
        });
    }
}

/// Refuses an attempt with status 429.
#[cold]
fn turn_back(attempt: Attempt, why: Why, retry_after_s: u32, now: VirtualTime, out: &mut Out) {
    let request = attempt.request;
    out.fact(now, What::TurnedBack { request, why });
    out.fact(now, What::Refused { request });
    out.now(Message::Refused {
        attempt,
        retry_after_s,
    });
}
