//! Fork and rerun: what one decision was worth, by running every alternative to the end.
//!
//! A [`Fork`] takes a [`Simulation`] that has not yet routed the request in question (a new one will do), runs it to its
//! end, and keeps a clone from just before the decision. From there each other replica gets the request once, and
//! everything after follows as it may: the same arrivals, the same seed, the policy choosing for itself again, also where
//! the request is tried again. What it draws does not shift, since it chooses at the fork as well and is only overruled. So
//! an alternative that sends the request where it went anyway is the original, bit for bit.
//!
//! The [`Effect`]s are of the whole run: this request's TTFT, the fleet's mean and P99, and the prompt tokens all replicas
//! computed. What changes for the fleet is not all the decision's own merit: two runs that part once seldom meet again,
//! and where they part later by chance, a busy fleet makes much of it.
//!
//! Everything comes in slices, for a page that must answer while it computes:
//!
//! ```
//! use std::sync::Arc;
//! use warmpath_core::fleet::{Fork, Simulation};
//! use warmpath_core::scenario::Scenario;
//! use warmpath_core::workload::Named;
//!
//! let scenario = Scenario::from_query("v=2&w=rag&n=60&r=3&p=smart")?;
//! let named = Named::parse(&scenario.workload)?;
//! let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests)?;
//! let (policy, seed) = (&scenario.policies[0], scenario.seed);
//! let simulation = Simulation::new(&scenario, policy, Arc::new(workload), seed, false)?;
//!
//! let mut fork = Fork::new(simulation, 20)?;
//! while !fork.advance(4096)?.finished {} // 4,096 events a slice
//! let original = fork.original().expect("it has finished");
//! assert_eq!(fork.effects().len(), 3); // one a replica, the one that was chosen among them
//! for effect in fork.effects() {
//!     let change = effect.against(original);
//!     assert_eq!(effect.replica == original.replica, change.is_none());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::Serialize;
use thiserror::Error;

use super::front::Decided;
use super::record::{Outcome, Record, Run, ttfts_ms};
use super::replay::Progress;
use super::simulation::{Simulation, Stopped};
use crate::histogram::{mean, of_some, percentile};
use crate::units::{ClockEnd, ReplicaId, VirtualTime};
use crate::words::grouped;

/// Why a decision cannot be forked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ForkError {
    /// There is no request of that number.
    #[error(
        "there is no request {}; the run has requests 0 to {}",
        grouped(u64::from(*.request)),
        grouped(u64::from(count.saturating_sub(1)))
    )]
    NoRequest {
        /// The number that was asked for.
        request: u32,
        /// The number of requests of the run.
        count: u32,
    },
    /// The request never came to a router.
    #[error(
        "request {request} was never routed: {}; {}",
        reason,
        nearest_routed(*.nearest)
    )]
    NeverRouted {
        /// The number that was asked for.
        request: u32,
        /// Why it did not, as far as the run tells.
        reason: &'static str,
        /// The request nearest in number that was routed; `None` if none was.
        nearest: Option<u32>,
    },
    /// The simulation that was given had routed the request already.
    #[error("request {request} was routed before the fork began; begin with an earlier simulation")]
    TooLate {
        /// The number that was asked for.
        request: u32,
    },
    /// A run came to the end of the clock before its own end.
    #[error(transparent)]
    Clock(#[from] ClockEnd),
}

fn reason_not_routed(record: &Record) -> &'static str {
    match record.outcome {
        Outcome::Rejected => "it is longer than the context, or was refused for good",
        Outcome::Failed if record.broken > 0 => "it found no connection or no replica",
        Outcome::Failed => "it failed for want of a place among the active requests",
        _ if record.recalled => "its answer came from the response cache",
        _ => "it did not arrive",
    }
}

fn nearest_routed(nearest: Option<u32>) -> String {
    match nearest {
        Some(request) => format!("the nearest that was routed is request {request}"),
        None => "none was".to_owned(),
    }
}

/// What sending the request to one replica leads to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The replica that the request went to first; `None`: the policy turned it away, or it found no replica.
    pub replica: Option<u32>,
    /// The request's time to first token \[ms\]; `None` if it was not answered.
    pub ttft_ms: Option<f64>,
    /// Prompt tokens of the request found in the cache \[tokens\].
    pub hit_tokens: u32,
    /// The mean time to first token of all answered requests \[ms\]; NaN if none was answered.
    pub mean_ttft_ms: f64,
    /// The 99th percentile of the times to first token of all answered requests \[ms\]; NaN if none was answered.
    pub p99_ttft_ms: f64,
    /// Prompt tokens that all replicas computed \[tokens\].
    pub prefilled_tokens: u64,
}

/// The difference of an effect from that of the original run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The change of the request's time to first token \[ms\]; `None` unless it was answered in both runs.
    pub ttft_ms: Option<f64>,
    /// The change of the mean time to first token \[ms\].
    pub mean_ttft_ms: f64,
    /// The change of the 99th percentile \[ms\].
    pub p99_ttft_ms: f64,
    /// Prompt tokens computed beyond those of the original run; negative if fewer \[tokens\].
    pub recomputed_tokens: i64,
}

impl Effect {
    fn of(run: &Run, request: u32) -> Self {
        let record = run.records[request as usize];
        let ttft = ttfts_ms(&run.records);
        Self {
            replica: record.first_replica().map(u32::from),
            ttft_ms: record.ttft().map(VirtualTime::millis),
            hit_tokens: record.hit_tokens,
            mean_ttft_ms: of_some(&ttft, mean),
            p99_ttft_ms: of_some(&ttft, |it| percentile(it, 99.0)),
            prefilled_tokens: run
                .replicas
                .iter()
                .map(|replica| replica.tally.prefilled_tokens)
                .sum(),
        }
    }

    /// How this effect differs from the original's; `None` for the original itself.
    pub fn against(&self, original: &Self) -> Option<Change> {
        let both = self.ttft_ms.zip(original.ttft_ms);
        (self.replica != original.replica).then(|| Change {
            ttft_ms: both.map(|(here, there)| here - there),
            mean_ttft_ms: self.mean_ttft_ms - original.mean_ttft_ms,
            p99_ttft_ms: self.p99_ttft_ms - original.p99_ttft_ms,
            recomputed_tokens: self.prefilled_tokens as i64 - original.prefilled_tokens as i64,
        })
    }
}

/// One decision and what every alternative to it leads to. See the [module](self).
#[derive(Clone)]
pub struct Fork {
    request: u32,
    count: u32,
    replicas: u32,
    /// The simulation just before the decision, from which every alternative starts; `None` before it has come to it.
    before: Option<Simulation>,
    running: Option<Simulation>,
    decided: Option<Decided>,
    original: Option<Effect>,
    effects: Vec<Effect>,
    runs: Option<Vec<Run>>,
}

impl Fork {
    /// Prepares the fork of `request`'s decision (numbered from 0, in the workload's order). `simulation`: before that
    /// decision, at its start or later.
    ///
    /// # Errors
    /// There is no such request.
    pub fn new(simulation: Simulation, request: u32) -> Result<Self, ForkError> {
        let count = simulation.progress().1;
        if request >= count {
            return Err(ForkError::NoRequest { request, count });
        }
        Ok(Self {
            request,
            count,
            replicas: simulation.replicas(),
            before: None,
            running: Some(simulation),
            decided: None,
            original: None,
            effects: Vec::new(),
            runs: None,
        })
    }

    /// Keeps each run as a whole, to be read with [`Self::runs`]: the original first, then the alternatives by replica.
    #[must_use]
    pub fn keeping_runs(mut self) -> Self {
        self.runs = Some(Vec::new());
        self
    }

    /// Handles up to `events` events.
    ///
    /// # Errors
    /// The request never came to a router, or had done so before; or a run came to the end of the clock.
    pub fn advance(&mut self, events: u32) -> Result<Progress, ForkError> {
        let Some(mut simulation) = self.running.take() else {
            return Ok(self.progress());
        };
        let goes_on = match self.before {
            Some(_) => simulation.run(events),
            None => match simulation.run_to_route(self.request, events) {
                Stopped::AtRoute => {
                    self.decided = Some(simulation.clone().decide(self.request));
                    self.before = Some(simulation.clone());
                    true
                }
                stopped => stopped == Stopped::Between,
            },
        };
        if goes_on {
            self.running = Some(simulation);
        } else {
            simulation.within_the_clock()?;
            self.take(simulation.finish())?;
        }
        Ok(self.progress())
    }

    /// Computes the effect of a run that has ended, and begins the next run.
    fn take(&mut self, run: Run) -> Result<(), ForkError> {
        if self.decided.is_none() {
            return Err(self.nothing_to_fork(&run));
        }
        let effect = Effect::of(&run, self.request);
        if self.original.is_none() {
            self.original = Some(effect);
        } else {
            self.effects.push(effect);
        }
        if let Some(runs) = &mut self.runs {
            runs.push(run);
        }
        // The replica that the request went to anyway needs no run: its effect is the original's.
        if let Some(original) = self.original
            && original.replica == Some(self.effects.len() as u32)
        {
            self.effects.push(original);
        }
        let next = self.effects.len() as u32;
        self.running = match next < self.replicas {
            true => self.diverted(ReplicaId(next)),
            false => None,
        };
        Ok(())
    }

    fn nothing_to_fork(&self, run: &Run) -> ForkError {
        let request = self.request;
        let record = &run.records[request as usize];
        if record.first_replica().is_some() {
            return ForkError::TooLate { request };
        }
        let routed = (0..).zip(&run.records);
        let routed = routed.filter(|(_, record)| record.first_replica().is_some());
        ForkError::NeverRouted {
            request,
            reason: reason_not_routed(record),
            nearest: routed
                .map(|(n, _)| n)
                .min_by_key(|&n: &u32| n.abs_diff(request)),
        }
    }

    /// The simulation just before the decision, made to send the request to `replica`, for the caller to run. `None` before the
    /// original has come to the decision.
    pub fn diverted(&self, replica: ReplicaId) -> Option<Simulation> {
        let mut simulation = self.before.clone()?;
        simulation.overrule(self.request, replica);
        Some(simulation)
    }

    /// How far it has come, in requests over all runs (an alternative begins with those that had ended before).
    pub fn progress(&self) -> Progress {
        // The effect of the replica that it went to is the original's, not that of a run of its own. Until the original has ended,
        // that is the replica chosen: a request that finds none may wait for one.
        let went = match (&self.original, &self.decided) {
            (Some(original), _) => original.replica,
            (None, Some(decided)) => decided.chosen.map(|it| it.0),
            (None, None) => Some(0),
        };
        let runs = self.replicas + u32::from(went.is_none());
        let doubled = went.is_some_and(|went| (went as usize) < self.effects.len());
        let done =
            self.effects.len() as u32 + u32::from(self.original.is_some()) - u32::from(doubled);
        let current = self
            .running
            .as_ref()
            .map_or(0, |running| running.progress().0);
        Progress {
            done: u64::from(done) * u64::from(self.count) + u64::from(current),
            total: u64::from(runs) * u64::from(self.count),
            finished: self.effects.len() as u32 == self.replicas,
        }
    }

    /// The number of the request whose decision is forked.
    pub fn request(&self) -> u32 {
        self.request
    }

    /// The decision with its explanation, as it was made; `None` before the original came to it.
    pub fn decided(&self) -> Option<&Decided> {
        self.decided.as_ref()
    }

    /// What the decision led to; `None` before the original has ended.
    pub fn original(&self) -> Option<&Effect> {
        self.original.as_ref()
    }

    /// What sending the request to each replica leads to, in the order of the replicas, as far as they have been run; the original
    /// is one of them, unless the policy turned the request away.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// The runs, if they are kept; else empty.
    pub fn runs(&self) -> &[Run] {
        self.runs.as_deref().unwrap_or_default()
    }
}
