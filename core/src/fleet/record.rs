//! What a simulation results in: a record for each request, sums for each replica, and what else was kept.

use core::num::NonZeroU16;
use std::sync::Arc;

use super::fact::Fact;
use super::fold::line::LineSums;
use super::fold::lives::Lives;
use super::fold::scaling::Scaling;
use super::fold::stays::Stay;
use crate::histogram::Histogram;
use crate::order;
use crate::replica::StepReport;
use crate::replica::schedule::Tally;
use crate::router::PolicySpec;
use crate::units::VirtualTime;

/// How a request ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It has not arrived yet, or is under way.
    #[default]
    Pending,
    /// The client has its whole answer.
    Completed,
    /// It was longer than the context, was refused for good, or was turned away by its router.
    Rejected,
    /// The client gave it up after an error.
    Failed,
    /// Its answer broke off after the first token.
    Cut,
}

/// The figures of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Record {
    /// When it was due at the client.
    pub due: VirtualTime,
    /// When the client sent it (later than `due` if it waited for the concurrency cap, or for a client that takes its own time).
    pub sent: VirtualTime,
    /// When the client had its first token.
    pub first_token: VirtualTime,
    /// When the client had its last token.
    pub done: VirtualTime,
    /// Prompt tokens taken from the cache when it first joined a batch \[tokens\].
    pub hit_tokens: u32,
    /// Full prompt blocks found in the cache when it first joined a batch \[blocks\].
    pub hit_blocks: u32,
    /// Full prompt blocks that its replica did not have, that had been cached somewhere once, and were nowhere any more \[blocks\].
    pub lost_evicted: u32,
    /// Full prompt blocks that only other replicas had, and that the router believed to be on some replica \[blocks\].
    pub lost_elsewhere: u32,
    /// Full prompt blocks that only other replicas had, and that the router had once sent somewhere and forgotten: because of their
    /// age, because they were the least recently sent, or because it took a replica for gone \[blocks\].
    pub lost_forgotten: u32,
    /// Full prompt blocks that only other replicas had, of which the router did not hear, or not in time \[blocks\]. (For a router
    /// that looks at no cache these count as `lost_elsewhere`.)
    pub lost_unknown: u32,
    /// Full prompt blocks that its replica did not have because they had never been cached anywhere \[blocks\].
    pub lost_never: u32,
    /// Full prompt blocks that the router believed the chosen replica held \[blocks\].
    pub believed_blocks: u32,
    /// The replica that its last attempt went to; 0 if that attempt follows one that failed and came to no replica.
    pub replica: u16,
    /// One more than the number of the replica that its first attempt went to; `None`: no router has sent it anywhere. (In this
    /// form it takes two bytes.)
    pub first: Option<NonZeroU16>,
    /// The router that sent its last attempt; 0 if none did.
    pub router: u8,
    /// How the request ended.
    pub outcome: Outcome,
    /// How many of its attempts failed, the client's and the routers'.
    pub broken: u8,
    /// Whether its answer came from the cache of whole answers; then it went nowhere, and `replica` and `router` have no meaning.
    pub recalled: bool,
}

impl Record {
    /// The replica that its first attempt went to; `None`: no router has sent it anywhere.
    pub fn first_replica(&self) -> Option<u16> {
        self.first.map(|it| it.get() - 1)
    }

    /// Its time to first token, as the client sees it: from when it was sent; `None` unless it was completed.
    pub fn ttft(&self) -> Option<VirtualTime> {
        (self.outcome == Outcome::Completed).then(|| self.first_token - self.sent)
    }
}

/// The times to first token of the completed requests \[ms\], from the least on. All sums over them are taken in this order, so that
/// they are the same to the last bit.
pub fn ttfts_ms(records: &[Record]) -> Vec<f64> {
    let waited = |record: &Record| record.ttft().map(VirtualTime::millis);
    let mut waits: Vec<f64> = records.iter().filter_map(waited).collect();
    order::numbers(&mut waits);
    waits
}

/// The sums of one replica, over the run or a stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicaTotals {
    /// Attempts that routers sent to it and that it took; those that found nobody listening are not counted.
    pub requests: u32,
    /// The sums that its engine keeps.
    pub tally: Tally,
    /// The size of its KV pool \[blocks\].
    pub pool_blocks: u32,
    /// Cached blocks that its pool evicted \[blocks\].
    pub evicted_blocks: u64,
    /// How long it was not there (down, or starting) before it came back, all such times together \[s\].
    pub away_s: f64,
    /// For how long before the end of the sums it had not been there \[s\]; 0 if it was there at their end.
    pub gone_s: f64,
    /// How long the sums went on \[s\]: beyond the last answer, if something was under way that got none.
    pub span_s: f64,
    /// The time that its work would take with nothing else to do \[s\]: prompt tokens computed and tokens generated (these at
    /// their cost in a full batch), by the roofline or by Dynamo's curves.
    pub work_s: f64,
    /// Its engine's steps; `None` if they were not kept.
    pub steps: Option<Vec<StepReport>>,
}

/// The answers with status 429: those of the rate limiter, of the endpoint's limit and of the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// How many there were.
    pub refused: u32,
    /// How many of these refusals were followed by another try.
    pub retried: u32,
    /// How many requests gave up after refusals; they count as rejected.
    pub given_up: u32,
}

/// What a simulation had to do, from which its cost follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Events that were handled.
    pub events: u64,
    /// Runs of blocks that pools referred to, freed or evicted.
    pub touches: u64,
    /// Runs of blocks at which a prompt's cached prefix was looked for, in its replica and, where it was not found, in
    /// others that may hold it.
    pub probes: u64,
    /// Caches that were looked into for policies that ask every replica.
    pub looks: u64,
}

/// A stage of a ladder of rates: what the engines and the entrance did from its beginning until it had drained.
#[derive(Clone, Debug)]
pub struct StageTotals {
    /// The rate of arrivals in the stage \[1/s\].
    pub rate: f64,
    /// The moment at which it began.
    pub start: VirtualTime,
    /// The sums of each replica in the stage.
    pub replicas: Vec<ReplicaTotals>,
    /// The answers with status 429 in the stage.
    pub refusals: Refusals,
    /// Gaps between tokens as the client stamped them; `None` for a client that does not stamp every token.
    pub client_gaps: Option<Histogram>,
}

/// The result of one policy over one workload.
#[derive(Clone, Debug)]
pub struct Run {
    /// The policy that chose, with its parameters and its knowledge.
    pub policy: PolicySpec,
    /// The seed of everything drawn in the run.
    pub seed: u64,
    /// The record of each request, in the order of their numbers.
    pub records: Vec<Record>,
    /// The sums of each replica over the run.
    pub replicas: Vec<ReplicaTotals>,
    /// The answers with status 429.
    pub refusals: Refusals,
    /// Gaps between tokens as the client stamped them; `None` for a client that does not stamp every token.
    pub client_gaps: Option<Histogram>,
    /// Each request's stay at its replica, in the order of their numbers; `None` if they were not kept.
    pub stays: Option<Vec<Stay>>,
    /// Everything that happened, in the order in which the model learned of it (see [`super::fact`]); `None` if it was not kept.
    pub log: Option<Vec<Fact>>,
    /// What befell the fleet; `None` if nothing could.
    pub lives: Option<Lives>,
    /// How many replicas there were at each time; `None` if there was neither an autoscaler nor a price that the user gave.
    pub scaling: Option<Scaling>,
    /// What the entrance did; `None` if nothing of it was set, and there are neither tenants nor classes.
    pub line: Option<LineSums>,
    /// The last moment at which anything happened.
    pub end: VirtualTime,
    /// What the simulation had to do.
    pub work: Work,
    /// The stages of a ladder of rates; empty if there is no ladder.
    pub stages: Vec<StageTotals>,
    /// The stage of each request; empty if there is no ladder.
    pub stage_of: Arc<[u8]>,
}

impl Run {
    /// Gaps between tokens: as the client stamped them, else of all replicas, weighted by tokens.
    pub fn gaps(&self) -> Histogram {
        gaps(self.client_gaps.as_ref(), &self.replicas)
    }
}

impl StageTotals {
    /// Gaps between tokens in this stage, as [`Run::gaps`].
    pub fn gaps(&self) -> Histogram {
        gaps(self.client_gaps.as_ref(), &self.replicas)
    }
}

fn gaps(client: Option<&Histogram>, replicas: &[ReplicaTotals]) -> Histogram {
    if let Some(gaps) = client {
        return gaps.clone();
    }
    let mut all = Histogram::default();
    for replica in replicas {
        all.merge(&replica.tally.gaps);
    }
    all
}

impl ReplicaTotals {
    /// For how long it was there, ready or draining, while the sums went on \[s\]. All that it did is summed over the same time, which may
    /// end after the last answer.
    pub fn there_s(&self) -> f64 {
        let there = self.span_s - self.gone_s - self.away_s;
        // Times are whole nanoseconds: what is less is rounding.
        if there < 0.5e-9 { 0.0 } else { there }
    }

    /// Adds the sums of an earlier stage.
    pub(super) fn merge(&mut self, other: &Self) {
        self.requests += other.requests;
        self.tally.merge(&other.tally);
        self.pool_blocks = other.pool_blocks;
        self.evicted_blocks += other.evicted_blocks;
        // If it was gone at the end of the earlier stage, that time lies in the middle of the two stages taken together.
        self.away_s += other.away_s + other.gone_s;
        self.span_s += other.span_s;
        self.work_s += other.work_s;
    }
}

impl Refusals {
    /// Adds the sums of another stage.
    pub(super) fn merge(&mut self, other: Self) {
        self.refused += other.refused;
        self.retried += other.retried;
        self.given_up += other.given_up;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_request_takes_at_most_a_hundred_bytes() {
        // A request's record, its place in the schedule, the number of its socket at a client that reads every chunk, the number of
        // its attempt, and where it was sent.
        let client = size_of::<u32>() + size_of::<(u8, u8, u16)>();
        let attempt = size_of::<u32>();
        let kept = size_of::<Record>() + size_of::<(VirtualTime, u32)>() + client + attempt;
        assert!(kept <= 100, "{kept} bytes");
    }
}
