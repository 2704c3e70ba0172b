//! What a simulation leaves behind.

use core::num::NonZeroU16;
use std::sync::Arc;

use super::fact::Fact;
use super::fold::line::LineSums;
use super::fold::lives::Lives;
use super::fold::staff::Staff;
use super::fold::stays::Stay;
use crate::histogram::Histogram;
use crate::order;
use crate::replica::StepReport;
use crate::replica::schedule::Tally;
use crate::router::PolicySpec;
use crate::units::VirtualTime;

/// What became of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Not arrived, or under way.
    #[default]
    Pending,
    /// Answered.
    Completed,
    /// Beyond the context, or refused for good.
    Rejected,
    /// Given up after an error.
    Failed,
    /// Its answer broke off in the middle.
    Cut,
}

/// One request's figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Record {
    /// When it was due at the client.
    pub due: VirtualTime,
    /// When the client sent it (later than `due` if it waited for the concurrency cap).
    pub sent: VirtualTime,
    /// When the client had its first token.
    pub first_token: VirtualTime,
    /// When the client had its last token.
    pub done: VirtualTime,
    /// Prompt tokens taken from the cache at first admission.
    pub hit_tokens: u32,
    /// Full prompt blocks found in the cache at first admission.
    pub hit_blocks: u32,
    /// Full prompt blocks not found there that were cached once, and nowhere any more.
    pub lost_evicted: u32,
    /// Full prompt blocks not found there but on another replica, as the router could have known.
    pub lost_elsewhere: u32,
    /// Full prompt blocks not found there but on another replica, that the router had once sent somewhere and forgotten:
    /// by age, or as the least recently sent.
    pub lost_forgotten: u32,
    /// Full prompt blocks not found there but on another replica, of which the router was not told, or not in time. (A
    /// router that looks at no cache is not blamed: all it loses is `lost_elsewhere`.)
    pub lost_unknown: u32,
    /// Full prompt blocks not found there because they had never been cached anywhere.
    pub lost_never: u32,
    /// Full prompt blocks the router believed its choice held.
    pub believed_blocks: u32,
    /// Where its last attempt went.
    pub replica: u16,
    /// One more than the number of the replica that its first attempt went to; `None`: no router has sent it anywhere. (Like
    /// this it takes two bytes.)
    pub first: Option<NonZeroU16>,
    /// Which router sent it.
    pub router: u8,
    /// What became of it.
    pub outcome: Outcome,
    /// Attempts that came to nothing, of this client and its routers.
    pub broken: u8,
    /// Its answer came from the cache of whole answers; it went nowhere, and `replica` and `router` say nothing.
    pub recalled: bool,
}

impl Record {
    /// Where its first attempt went; `None`: no router has sent it anywhere.
    pub fn first_replica(&self) -> Option<u16> {
        self.first.map(|it| it.get() - 1)
    }

    /// Its time to first token, as the client sees it: from when it was sent; `None` if it was not answered.
    pub fn ttft(&self) -> Option<VirtualTime> {
        (self.outcome == Outcome::Completed).then(|| self.first_token - self.sent)
    }
}

/// Times to first token of the answered requests \[ms\], from the least on. Whoever sums them up does it in this order,
/// so all say the same.
pub fn ttfts_ms(records: &[Record]) -> Vec<f64> {
    let waited = |record: &Record| record.ttft().map(VirtualTime::millis);
    let mut waits: Vec<f64> = records.iter().filter_map(waited).collect();
    order::numbers(&mut waits);
    waits
}

/// One replica's sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicaTotals {
    /// Requests routed there.
    pub requests: u32,
    /// The engine's sums.
    pub tally: Tally,
    /// Blocks of its pool.
    pub pool_blocks: u32,
    /// Cached blocks evicted.
    pub evicted_blocks: u64,
    /// Time its work would take with nothing else to do \[s\]: prompt tokens computed and tokens generated, each at its
    /// roofline cost.
    pub work_s: f64,
    /// Its steps, if they were kept.
    pub steps: Option<Vec<StepReport>>,
}

/// What the rate limiter did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// Answers with status 429.
    pub refused: u32,
    /// Of these, how many were followed by another try.
    pub retried: u32,
    /// Requests that gave up; they count as rejected.
    pub given_up: u32,
}

/// What a simulation had to do, for those who want to know what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Events handled.
    pub events: u64,
    /// Runs of blocks that pools referred to, freed or evicted.
    pub touches: u64,
    /// Runs of blocks at which a prompt's cached prefix was looked for, in its replica and, where it was not found, in
    /// others that may hold it.
    pub probes: u64,
    /// Caches that policies which ask every replica looked into: their loop.
    pub looks: u64,
}

/// A stage of a ladder of rates: what the engines and the limiter did from its beginning until it had drained.
#[derive(Clone, Debug)]
pub struct StageTotals {
    /// Arrivals a second.
    pub rate: f64,
    /// When it began.
    pub start: VirtualTime,
    /// One entry a replica.
    pub replicas: Vec<ReplicaTotals>,
    /// What the rate limiter did.
    pub refusals: Refusals,
    /// Gaps between tokens as the client stamped them, if it stamps every one.
    pub client_gaps: Option<Histogram>,
}

/// The result of one policy over one workload.
#[derive(Clone, Debug)]
pub struct Run {
    /// The policy.
    pub policy: PolicySpec,
    /// The seed.
    pub seed: u64,
    /// One record a request, by request number.
    pub records: Vec<Record>,
    /// One entry a replica.
    pub replicas: Vec<ReplicaTotals>,
    /// What the rate limiter did.
    pub refusals: Refusals,
    /// Gaps between tokens as the client stamped them, if it stamps every one.
    pub client_gaps: Option<Histogram>,
    /// Each request's stay at its replica, by request number, if they were kept.
    pub stays: Option<Vec<Stay>>,
    /// Everything that happened, if it was kept; in the order in which the model learned of it (see [`super::fact`]).
    pub log: Option<Vec<Fact>>,
    /// What befell the fleet, if anything could.
    pub lives: Option<Lives>,
    /// How many replicas there were when, if an autoscaler changed that.
    pub staff: Option<Staff>,
    /// What the entrance did, if there is more to it than a door, or if requests have tenants or classes.
    pub line: Option<LineSums>,
    /// The last moment anything happened.
    pub end: VirtualTime,
    /// What it took to simulate.
    pub work: Work,
    /// The stages of a ladder of rates; empty without one.
    pub stages: Vec<StageTotals>,
    /// Each request's stage; empty without a ladder.
    pub stage_of: Arc<[u8]>,
}

impl Run {
    /// Gaps between tokens: as the client stamped them, else of all replicas, weighted by tokens.
    pub fn gaps(&self) -> Histogram {
        gaps(self.client_gaps.as_ref(), &self.replicas)
    }
}

impl StageTotals {
    /// As [`Run::gaps`], of this stage.
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
    /// Adds a later stage's.
    pub(super) fn merge(&mut self, later: &Self) {
        self.requests += later.requests;
        self.tally.merge(&later.tally);
        self.pool_blocks = later.pool_blocks;
        self.evicted_blocks += later.evicted_blocks;
        self.work_s += later.work_s;
    }
}

impl Refusals {
    /// Adds a later stage's.
    pub(super) fn merge(&mut self, later: Self) {
        self.refused += later.refused;
        self.retried += later.retried;
        self.given_up += later.given_up;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_request_takes_at_most_a_hundred_bytes() {
        // Its record, its place in the schedule, the number of its socket at a client that reads every chunk, the number of
        // its attempt, and where it was sent.
        let client = size_of::<u32>() + size_of::<(u8, u8, u16)>();
        let attempt = size_of::<u32>();
        let kept = size_of::<Record>() + size_of::<(VirtualTime, u32)>() + client + attempt;
        assert!(kept <= 100, "{kept} bytes");
    }
}
