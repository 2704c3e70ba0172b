//! Race: several policies on the same arrivals. Where two of them part, what that costs, and how far each is from the reference
//! lines that no real router can reach.
//!
//! Two runs are the same up to the first request that they send to different replicas. That first parting often means nothing: at a
//! cold start all replicas are alike, and which of them is called 0 is chance. So the first *costly* one is given as well: a
//! request sent elsewhere whose own time to first token differs by at least a stated amount ([`COSTLY`] unless said otherwise). By
//! then the two fleets may be in different states, so the difference comes from both histories; [`super::fork`] says what one
//! decision alone is worth.
//!
//! Requests are taken in the order sent, by the earlier of the two sends, then by number.

use serde::Serialize;

use super::record::{Outcome, Record, Run, ttfts_ms};
use crate::histogram::{mean, of_some};
use crate::units::VirtualTime;
use crate::workload::Workload;

/// A difference in one request's time to first token that people notice (100 ms).
pub const COSTLY: VirtualTime = VirtualTime(100_000_000);

/// A request that two policies sent to different replicas, or that only one of them sent at all.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parting {
    /// The request's number, from 0.
    pub request: u32,
    /// When it was sent, in the run that sent it earlier \[s\].
    pub at_s: f64,
    /// The replica that each of the two sent it to first; `None` where it was sent nowhere.
    pub replicas: [Option<u16>; 2],
    /// Its time to first token in each of the two runs \[ms\]; `None` where it was not answered.
    pub ttft_ms: [Option<f64>; 2],
}

/// How two runs over the same arrivals differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Pair {
    /// The first request that the two sent to different replicas; `None` if there is none.
    pub first: Option<Parting>,
    /// The first of those that was answered sooner by at least the stated amount in one run, or was answered in one run only.
    pub costly: Option<Parting>,
    /// How many requests the two sent to different replicas.
    pub elsewhere: u32,
}

/// Compares two runs. `costly`: the least difference of a request's time to first token that counts.
pub fn pair(a: &Run, b: &Run, costly: VirtualTime) -> Pair {
    let both = || (0u32..).zip(a.records.iter().zip(&b.records));
    // Where it was sent, whatever became of it there: a replica may have died.
    let sent_elsewhere = || both().filter(|(_, (a, b))| a.first_replica() != b.first_replica());
    let first = |which: &dyn Fn(&Record, &Record) -> bool| {
        sent_elsewhere()
            .filter(|(_, (a, b))| which(a, b))
            .min_by_key(|(n, (a, b))| (a.sent.min(b.sent), *n))
            .map(|(request, (a, b))| Parting {
                request,
                at_s: a.sent.min(b.sent).secs(),
                replicas: [a, b].map(|it| it.first_replica()),
                ttft_ms: [a.ttft(), b.ttft()].map(|ttft| ttft.map(VirtualTime::millis)),
            })
    };
    Pair {
        first: first(&|_, _| true),
        costly: first(&|a, b| match (a.ttft(), b.ttft()) {
            (Some(a), Some(b)) => VirtualTime(a.0.abs_diff(b.0)) >= costly,
            (a, b) => a.is_some() || b.is_some(),
        }),
        elsewhere: sent_elsewhere().count() as u32,
    }
}

/// One policy's figures in a race.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RaceFigures {
    /// The policy, as a scenario writes it.
    pub policy: String,
    /// The share of the prompt tokens of answered requests that were taken from a cache; NaN if none was answered.
    pub token_reuse_rate: f64,
    /// That share over the share of `infinite-cache`; `None` if that reference line was not run, or reuses nothing.
    pub of_reusable: Option<f64>,
    /// The mean time to first token of answered requests \[ms\]; NaN if none was answered.
    pub mean_ttft_ms: f64,
    /// That mean over the mean of `oracle`: 1 is as good, below 1 is better (the oracle is greedy, not a bound); `None` if that
    /// reference line was not run, or answered nothing.
    pub of_oracle: Option<f64>,
}

/// The comparison of several policies over the same arrivals.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Race {
    /// The least difference of a time to first token that counts as costly \[ms\].
    pub costly_ms: f64,
    /// The share of prompt tokens that `infinite-cache` reuses; `None` if it was not run. A policy that answers the same requests
    /// reuses at most a block a request more: a prompt found whole computes its last block again, and which is depends on the order.
    pub reusable: Option<f64>,
    /// The mean time to first token of `oracle` \[ms\]; `None` if it was not run.
    pub oracle_ttft_ms: Option<f64>,
    /// Every policy's figures, in the order of the runs.
    pub standings: Vec<RaceFigures>,
    /// Every pair of policies, by their places in `standings`, with how they differ.
    pub pairs: Vec<(usize, usize, Pair)>,
}

impl Race {
    /// Compares `runs` (one for each policy, over the same arrivals). The reference lines are looked for among them and among
    /// `lines`, runs that are not compared.
    pub fn new(runs: &[&Run], lines: &[Run], workload: &Workload, costly: VirtualTime) -> Self {
        let figures: Vec<(f64, f64)> = runs
            .iter()
            .map(|run| reuse_and_ttft(run, workload))
            .collect();
        let line = |name: &str| {
            let all = runs.iter().copied().chain(lines);
            let mut named = all.filter(|run| run.policy.entry().name == name);
            named.next().map(|run| reuse_and_ttft(run, workload))
        };
        let known = |it: &f64| !it.is_nan();
        let reusable = line("infinite-cache").map(|it| it.0).filter(known);
        let oracle_ttft_ms = line("oracle").map(|it| it.1).filter(known);
        let as_share_of = |value: f64, line: Option<f64>| {
            let line = line.filter(|&line| line > 0.0 && known(&value));
            line.map(|line| value / line)
        };
        let standings = runs
            .iter()
            .zip(&figures)
            .map(|(run, &(reuse, ttft))| RaceFigures {
                policy: run.policy.to_string(),
                token_reuse_rate: reuse,
                of_reusable: as_share_of(reuse, reusable),
                mean_ttft_ms: ttft,
                of_oracle: as_share_of(ttft, oracle_ttft_ms),
            });
        let mut pairs = Vec::new();
        for (a, one) in runs.iter().enumerate() {
            for (b, other) in runs.iter().enumerate().skip(a + 1) {
                pairs.push((a, b, pair(one, other, costly)));
            }
        }
        Self {
            costly_ms: costly.millis(),
            reusable,
            oracle_ttft_ms,
            standings: standings.collect(),
            pairs,
        }
    }
}

/// Reused share of prompt tokens, and mean time to first token \[ms\], of answered requests; NaN of none.
fn reuse_and_ttft(run: &Run, workload: &Workload) -> (f64, f64) {
    let (mut prompt, mut hit) = (0u64, 0u64);
    for (n, record) in (0..).zip(&run.records) {
        if record.outcome == Outcome::Completed {
            prompt += u64::from(workload.request(n).prompt_tokens);
            hit += u64::from(record.hit_tokens);
        }
    }
    let reuse = match prompt {
        0 => f64::NAN,
        _ => hit as f64 / prompt as f64,
    };
    (reuse, of_some(&ttfts_ms(&run.records), mean))
}
