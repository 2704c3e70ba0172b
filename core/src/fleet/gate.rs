//! May it come in: the context's length, the rate limiter in front of the router, the limit on requests in flight.
//!
//! An attempt that is let in holds a place among those in flight until its response has left, or its router has turned
//! it away. The response goes out over the network to a client that waits for the whole of it; one that reads token by
//! token has them from the API server already.
//!
//! Left out: a limit on connections, a line to wait in, priorities.

use std::sync::Arc;

use super::fact::What;
use super::message::{Attempt, Message};
use super::out::Out;
use super::record::Outcome;
use crate::limit::{Limiter, Verdict};
use crate::units::VirtualTime;
use crate::workload::Workload;

/// The rate limiter, and the keys that the conversations are spread over.
#[derive(Clone)]
pub(super) struct Tier {
    pub(super) limiter: Limiter,
    pub(super) keys: u32,
}

/// What the gate lets in.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Longest prompt and answer together \[tokens\].
    pub(super) context: u32,
    /// Most requests in flight.
    pub(super) in_flight: u32,
    /// The way back to a client that waits for whole answers; `None`: it reads tokens as they come.
    pub(super) way_back: Option<VirtualTime>,
}

/// The door of the fleet. See the [module](self).
#[derive(Clone)]
pub(super) struct Gate {
    workload: Arc<Workload>,
    tier: Option<Tier>,
    bounds: Bounds,
    in_flight: u32,
}

impl Gate {
    /// A gate that has let nobody in yet.
    pub(super) fn new(workload: Arc<Workload>, tier: Option<Tier>, bounds: Bounds) -> Self {
        Self {
            workload,
            tier,
            bounds,
            in_flight: 0,
        }
    }

    /// Takes a message.
    pub(super) fn handle(&mut self, now: VirtualTime, message: Message, out: &mut Out) {
        match message {
            Message::Arrive(attempt) => self.arrive(attempt, now, out),
            Message::Leave(attempt) => {
                self.in_flight -= 1;
                if let Some(way_back) = self.bounds.way_back {
                    out.at(now + way_back, Message::Answered(attempt));
                }
            }
            Message::TurnedAway(attempt) => {
                self.in_flight -= 1;
                let outcome = Outcome::Rejected;
                out.now(Message::TurnedDown { attempt, outcome });
            }
            Message::Lost { attempt, how } => {
                self.in_flight -= 1;
                out.now(Message::Failed { attempt, how });
            }
            _ => debug_assert!(false, "{message:?} is not for the gate"),
        }
    }

    fn arrive(&mut self, attempt: Attempt, now: VirtualTime, out: &mut Out) {
        let request = self.workload.request(attempt.request);
        let length = u64::from(request.prompt_tokens) + u64::from(request.output_tokens);
        if length > u64::from(self.bounds.context) {
            let outcome = Outcome::Rejected;
            return out.now(Message::TurnedDown { attempt, outcome });
        }
        if let Some(tier) = &mut self.tier {
            // FakeAI estimates a request's tokens from its size, and never below 100.
            let (key, tokens) = (
                request.conversation % tier.keys,
                request.prompt_tokens.max(100),
            );
            if let Verdict::Refused { retry_after } = tier.limiter.check(key, tokens, now) {
                let request = attempt.request;
                out.fact(now, What::Refused { request });
                let retry_after_s = u32::try_from(retry_after.0 / 1_000_000_000);
                return out.now(Message::Refused {
                    attempt,
                    retry_after_s: retry_after_s.unwrap_or(u32::MAX),
                });
            }
        }
        if self.in_flight >= self.bounds.in_flight {
            let outcome = Outcome::Failed;
            return out.now(Message::TurnedDown { attempt, outcome });
        }
        self.in_flight += 1;
        out.now(Message::Route(attempt));
    }
}
