//! What may befall a fleet while it runs, and when routers and clients notice it: events, health checks, retries, breakers.
//!
//! Everything here is off by default. With events (or a mean time between failures) replicas fail, hang, slow down, drain and
//! start; [`Health`] says when routers learn of it, [`Drain`] how a replica is taken out, [`RouterRetry`] whether a router
//! tries elsewhere, [`BreakerRule`](crate::limit::breaker::Rule) when it leaves a replica alone.
//!
//! Defaults and presets are those of products, each with its source; see [`health`].

pub mod drain;
pub mod event;
pub mod health;
pub mod retry;

pub use drain::{Drain, DrainMode};
pub use event::{Event, Events, Target, Verb};
pub use health::{HEALTH, Health, HealthPreset, Purge};
pub use retry::RouterRetry;

use crate::limit::breaker::Rule;
use crate::units::VirtualTime;

/// What befalls the fleet, and when routers and clients notice it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Troubles {
    /// The events that happen at set times.
    pub events: Events,
    /// Mean time between random failures of one replica \[h\]; `None`: none happen.
    pub mtbf_h: Option<f64>,
    /// The time from a failure until the replica is ready again \[s\]; `None`: the restart back-off and then the model's start.
    pub mttr_s: Option<f64>,
    /// How routers learn that a replica answers, or does not.
    pub health: Health,
    /// How a replica is taken out.
    pub drain: Drain,
    /// How often a router tries again; `None`: as the product of the health preset does.
    pub router_retry: Option<RouterRetry>,
    /// How often a client asks again after an error; `None`: twice, as openai-python does.
    pub client_retries: Option<u32>,
    /// How long a client waits for the next byte \[s\]; `None`: 600, as openai-python does.
    pub client_timeout_s: Option<f64>,
    /// When a router leaves a replica alone for its failures; `None`: as the product of the health preset does.
    pub breaker: Option<Rule>,
}

impl Troubles {
    /// Whether anything can happen to the fleet. If not, a run is the same as without this part of the model.
    pub fn any(&self) -> bool {
        !self.events.all.is_empty() || self.mtbf_h.is_some()
    }

    /// How often a client tries again after its first attempt.
    pub fn client_retries(&self) -> u32 {
        self.client_retries.unwrap_or(2)
    }

    /// How long a client waits for the next byte before it gives up.
    pub fn client_timeout(&self) -> VirtualTime {
        VirtualTime::from_secs(self.client_timeout_s.unwrap_or(600.0))
    }

    /// What a router does with an attempt that failed: the retries set, or those of the health preset.
    pub fn router_retry(&self) -> RouterRetry {
        self.router_retry.unwrap_or(self.health.preset.retry)
    }

    /// The circuit breaker that each router keeps for each replica: the one set, or that of the health preset.
    pub fn breaker(&self) -> Rule {
        self.breaker.unwrap_or(self.health.preset.breaker)
    }
}
