//! May it come in: the rate limiter in front of the router, the limit on requests in flight, and what refused clients
//! do.

use super::{Event, Simulation};
use crate::fleet::record::Outcome;
use crate::limit::{Limiter, Retry, Verdict};
use crate::rng::Rng;
use crate::units::Map;

/// The rate limiter in front of the router, and what refused clients do.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) limiter: Limiter,
    pub(super) keys: u32,
    pub(super) retry: Retry,
    pub(super) jitter: Rng,
    /// Retries so far of requests that were refused and have not given up.
    pub(super) retries: Map<u32, u32>,
}

impl Simulation {
    /// Asks the rate limiter, then the router.
    pub(super) fn knock(&mut self, n: u32) {
        let request = self.request(n);
        let (conversation, tokens) = (request.conversation, request.prompt_tokens);
        if let Some(gate) = &mut self.gate {
            // FakeAI estimates a request's tokens from its size, and never below 100.
            let verdict = gate
                .limiter
                .check(conversation % gate.keys, tokens.max(100), self.now);
            if let Verdict::Refused { retry_after } = verdict {
                self.refusals.refused += 1;
                let retries = gate.retries.entry(n).or_default();
                match gate
                    .retry
                    .wait(*retries, Some(retry_after), &mut gate.jitter)
                {
                    Some(wait) => {
                        *retries += 1;
                        self.refusals.retried += 1;
                        self.push(self.now + wait, Event::Again(n));
                    }
                    None => {
                        gate.retries.remove(&n);
                        self.refusals.given_up += 1;
                        self.refuse(n, Outcome::Rejected);
                        self.send_held();
                    }
                }
                return;
            }
        }
        if self.in_flight >= self.settings.in_flight_limit {
            self.refuse(n, Outcome::Failed);
        } else {
            self.route(n);
        }
    }

    pub(super) fn refuse(&mut self, n: u32, outcome: Outcome) {
        self.conclude(n, outcome);
        if let Some((client, _)) = &mut self.client {
            client.refuse(self.now);
            self.schedule_turn();
        }
    }
}
