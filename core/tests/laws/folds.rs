//! What a run says of its requests is what its log says, told a second time in the plainest way (I-30): request by request
//! and block by block, from all facts at once, where the run folds them one by one as they come.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU16;

use warmpath_core::fleet::{Believed, Fact, Outcome, Record, Run, What};
use warmpath_core::replica::terms::Switch;
use warmpath_core::request::{Chain, Request, SegmentId};
use warmpath_core::scenario::Client;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::Workload;

use super::whole::Ready;

/// Compares every record and the sums of a run with what its log says; the error names the first difference.
pub(crate) fn say_what_the_log_says(ready: &Ready, run: &Run) -> Result<(), String> {
    let log = run.log.as_deref().unwrap_or_default();
    let losses = losses(ready, run, log);
    let mut network = None;
    for (n, record) in run.records.iter().enumerate() {
        let facts = facts_of(log, n as u32);
        let mut expected = by_the_log(&facts);
        // An answer that was kept in front of the fleet has no first token there.
        let first = last(&facts, |what| matches!(what, What::FirstToken { .. }));
        if record.outcome == Outcome::Completed
            && ready.scenario.client == Client::Free
            && first.is_some()
        {
            // From the replica to the client a first token takes the same time \[ns\] for all requests.
            let way = first.map(|first| record.first_token.0.wrapping_sub(first.at.0));
            if way != *network.get_or_insert(way) {
                return Err(format!(
                    "request {n}: its first token takes {way:?} ns, not {network:?}"
                ));
            }
        }
        expected.first_token = match ready.scenario.client {
            _ if expected.recalled => record.first_token,
            Client::Free => record.first_token,
            Client::Python => expected.first_token,
        };
        let lost = losses.get(&(n as u32)).copied().unwrap_or_default();
        let expected = Record {
            lost_never: lost.never,
            lost_evicted: lost.evicted,
            lost_elsewhere: lost.elsewhere,
            lost_forgotten: lost.forgotten,
            lost_unknown: lost.unknown,
            ..expected
        };
        if expected != *record {
            return Err(format!("request {n}: {record:?}, by the log {expected:?}"));
        }
    }
    nothing_is_lost_for_nothing(run, log)?;
    sums(ready, run, log)
}

/// Where no pool evicted a block, no replica died and none began with a cache, no block that was cached once is gone.
fn nothing_is_lost_for_nothing(run: &Run, log: &[Fact]) -> Result<(), String> {
    let gone = |fact: &Fact| matches!(fact.what, What::Evicted { .. } | What::CacheLost { .. });
    let mut records = run.records.iter().enumerate();
    match records.find(|(_, record)| record.lost_evicted > 0) {
        Some((n, _)) if !log.iter().any(gone) => Err(format!("request {n}: evicted by nobody")),
        _ => Ok(()),
    }
}

/// The request that a fact is about.
fn subject(what: &What) -> Option<u32> {
    match *what {
        What::Due { request }
        | What::Sent { request }
        | What::Routed { request, .. }
        | What::Admitted { request, .. }
        | What::FirstToken { request }
        | What::FirstRead { request }
        | What::Recalled { request }
        | What::Answered { request }
        | What::Broke { request, .. }
        | What::Again { request, .. }
        | What::Ended { request, .. } => Some(request),
        _ => None,
    }
}

/// The facts about request `n`.
fn facts_of(log: &[Fact], n: u32) -> Vec<Fact> {
    let its = log.iter().filter(|fact| subject(&fact.what) == Some(n));
    its.copied().collect()
}

/// The last of the facts of one kind.
fn last(facts: &[Fact], is: impl Fn(&What) -> bool) -> Option<Fact> {
    facts.iter().rfind(|fact| is(&fact.what)).copied()
}

/// A request's record from its facts. What a client sees (due, sent, broken attempts) comes from all of them, what the fleet did
/// from those of the last attempt.
fn by_the_log(facts: &[Fact]) -> Record {
    let again = facts
        .iter()
        .rposition(|fact| matches!(fact.what, What::Again { .. }));
    let attempt = &facts[again.map_or(0, |at| at + 1)..];
    let at = |facts: &[Fact], is: fn(&What) -> bool| {
        last(facts, is).map_or(VirtualTime::ZERO, |fact| fact.at)
    };
    let mut record = Record {
        due: at(facts, |what| matches!(what, What::Due { .. })),
        sent: at(facts, |what| matches!(what, What::Sent { .. })),
        first_token: at(attempt, |what| matches!(what, What::FirstRead { .. })),
        done: at(attempt, |what| matches!(what, What::Answered { .. })),
        ..Record::default()
    };
    let broken = facts
        .iter()
        .filter(|fact| matches!(fact.what, What::Broke { .. }));
    record.broken = broken.count().min(255) as u8;
    record.first = facts.iter().find_map(|fact| match fact.what {
        What::Routed { replica, .. } => NonZeroU16::new(replica + 1),
        _ => None,
    });
    if let Some(What::Routed {
        replica,
        router,
        belief,
        ..
    }) = last(attempt, |what| matches!(what, What::Routed { .. })).map(|fact| fact.what)
    {
        (record.replica, record.router) = (replica, router);
        record.believed_blocks = belief.map_or(0, |belief| belief.chosen);
    }
    if let Some(What::Admitted {
        hit_tokens,
        hit_blocks,
        ..
    }) = last(attempt, |what| matches!(what, What::Admitted { .. })).map(|fact| fact.what)
    {
        (record.hit_tokens, record.hit_blocks) = (hit_tokens, hit_blocks);
    }
    record.recalled = last(attempt, |what| matches!(what, What::Recalled { .. })).is_some();
    if let Some(What::Ended { outcome, .. }) =
        last(attempt, |what| matches!(what, What::Ended { .. })).map(|fact| fact.what)
    {
        record.outcome = outcome;
    }
    record
}

/// The numbers of a prompt's blocks that were not found, by reason.
#[derive(Clone, Copy, Default)]
struct Lost {
    never: u32,
    evicted: u32,
    elsewhere: u32,
    forgotten: u32,
    unknown: u32,
}

/// What replicas hold, and what was ever cached.
struct Caches<'a> {
    workload: &'a Workload,
    /// How many of a segment's first blocks a replica holds, by replica and segment.
    held: Vec<BTreeMap<SegmentId, u32>>,
    /// The ids of all blocks that were ever cached anywhere.
    ever: BTreeSet<u64>,
    /// Whether anything is cached: not with the term `prefix-cache` off.
    keeps: bool,
}

impl Caches<'_> {
    fn ids(&self, chain: Chain) -> Vec<u64> {
        let mut ids = Vec::new();
        self.workload.corpus.ids(chain, &mut ids);
        ids.into_iter().map(|id| id.0).collect()
    }

    fn cached(&mut self, chain: Chain) {
        if self.keeps {
            let ids = self.ids(chain);
            self.ever.extend(ids);
        }
    }

    /// How many of a chain's first blocks were ever cached.
    fn ever(&self, chain: Chain) -> u32 {
        let ids = self.ids(chain);
        ids.iter().take_while(|id| self.ever.contains(id)).count() as u32
    }

    /// How many of a chain's first blocks a replica holds.
    fn holds(&self, replica: usize, chain: Chain) -> u32 {
        let mut runs: Vec<_> = self.workload.corpus.runs(chain).collect();
        runs.reverse();
        let mut depth = 0;
        for (segment, covered) in runs {
            let here = self.held[replica].get(&segment).copied().unwrap_or(0);
            depth += here.min(covered);
            if here < covered {
                break;
            }
        }
        depth
    }
}

/// What each request lost at its last admission.
fn losses(ready: &Ready, run: &Run, log: &[Fact]) -> BTreeMap<u32, Lost> {
    let workload = &*ready.workload;
    let asked = |n: u32| -> &Request { &workload.requests[n as usize % workload.requests.len()] };
    let mut caches = Caches {
        workload,
        held: vec![BTreeMap::new(); run.replicas.len()],
        ever: BTreeSet::new(),
        keeps: !ready.scenario.off.has(Switch::PrefixCache),
    };
    // What is stored before anything is sent is what the caches begin with, and what left them again as they were filled.
    let filling = |fact: &&Fact| !matches!(fact.what, What::Routed { .. });
    for fact in log.iter().take_while(filling) {
        if let What::Stored { segment, to, .. } = fact.what {
            let before = workload.corpus.segment(segment).before;
            caches.cached(Chain {
                leaf: segment,
                depth: before + to,
            });
        }
    }
    let mut sent: BTreeMap<u32, (usize, Option<Believed>)> = BTreeMap::new();
    let mut losses = BTreeMap::new();
    for fact in log {
        match fact.what {
            What::Stored {
                replica,
                segment,
                to,
                ..
            } => _ = caches.held[usize::from(replica)].insert(segment, to),
            What::Evicted {
                replica,
                segment,
                from,
                ..
            } => _ = caches.held[usize::from(replica)].insert(segment, from),
            What::Routed {
                request,
                replica,
                belief,
                ..
            } => _ = sent.insert(request, (usize::from(replica), belief)),
            What::Admitted {
                request,
                hit_blocks: found,
                ..
            } => {
                let prompt = asked(request).prompt;
                let (own, belief) = sent.get(&request).copied().unwrap_or_default();
                let ever = caches.ever(prompt);
                let others = (0..run.replicas.len()).filter(|&other| other != own);
                let elsewhere = others.map(|other| caches.holds(other, prompt)).max();
                let elsewhere = elsewhere.unwrap_or(0).max(found);
                losses.insert(request, split(prompt.depth, found, ever, elsewhere, belief));
                if run.policy.reads().everything {
                    let never = prompt.depth - found;
                    let lost = Lost {
                        never,
                        ..Lost::default()
                    };
                    losses.insert(request, lost);
                }
            }
            What::FirstToken { request } => caches.cached(asked(request).prompt),
            What::Again { request, .. } => _ = losses.remove(&request),
            What::Broke {
                request, replica, ..
            } if usize::from(replica) < run.replicas.len() => {
                let answered = asked(request).answered;
                let held = caches.holds(usize::from(replica), answered);
                caches.cached(workload.corpus.prefix(answered, held));
            }
            What::Left { request } => {
                let asked = asked(request);
                let computed = asked.prompt_tokens + asked.output_tokens - 1;
                let full = computed / ready.scenario.block_size;
                let chain = workload.corpus.prefix(asked.answered, full);
                caches.cached(chain);
            }
            _ => {}
        }
    }
    losses
}

/// Why each block of a prompt beyond the `found` ones was not found: the first of the reasons that holds for it.
fn split(depth: u32, found: u32, ever: u32, elsewhere: u32, belief: Option<Believed>) -> Lost {
    let mut lost = Lost::default();
    for block in found..depth {
        let believed = belief.is_none_or(|belief| block < belief.deepest);
        let once = belief.is_none_or(|belief| block < belief.once);
        let count = if block < elsewhere && believed {
            &mut lost.elsewhere
        } else if block < elsewhere && once {
            &mut lost.forgotten
        } else if block < elsewhere {
            &mut lost.unknown
        } else if block < ever {
            &mut lost.evicted
        } else {
            &mut lost.never
        };
        *count += 1;
    }
    lost
}

/// Sums of a run against the counts of its facts.
fn sums(ready: &Ready, run: &Run, log: &[Fact]) -> Result<(), String> {
    let count =
        |is: &dyn Fn(&What) -> bool| log.iter().filter(|fact| is(&fact.what)).count() as u64;
    let mut pairs = vec![
        (
            "refused",
            u64::from(run.refusals.refused),
            count(&|it| matches!(it, What::Refused { .. })),
        ),
        (
            "retried",
            u64::from(run.refusals.retried),
            count(&|it| matches!(it, What::Retried { .. })),
        ),
        (
            "given up",
            u64::from(run.refusals.given_up),
            count(&|it| matches!(it, What::GivenUp { .. })),
        ),
        (
            "preemptions",
            run.replicas.iter().map(|it| it.tally.preemptions).sum(),
            count(&|it| matches!(it, What::Preempted { .. })),
        ),
    ];
    // What the caches went through before the run began stands before the first request is due.
    let is_before = |fact: &&Fact| !matches!(fact.what, What::Due { .. });
    let in_run = || log.iter().skip_while(is_before);
    if !ready.scenario.changes() {
        for (id, replica) in (0u16..).zip(&run.replicas) {
            let routed = count(&|it| matches!(it, What::Routed { replica, .. } if *replica == id));
            pairs.push(("routed", u64::from(replica.requests), routed));
            let evicted = in_run().map(|fact| match fact.what {
                What::Evicted {
                    replica, from, to, ..
                } if replica == id => u64::from(to - from),
                _ => 0,
            });
            pairs.push(("evicted blocks", replica.evicted_blocks, evicted.sum()));
        }
    }
    if let Some(lives) = &run.lives {
        let events = count(&|it| matches!(it, What::Event { .. }));
        pairs.push(("happenings", lives.happenings.len() as u64, events));
        let again = |router: bool| {
            count(&|it| matches!(it, What::Again { router: by, .. } if *by == router))
        };
        pairs.push(("tries of routers", lives.router_again, again(true)));
        // A client that asks again after a 429 makes a further attempt too.
        let retried = count(&|it| matches!(it, What::Retried { .. }));
        let of_clients = again(false) + retried;
        pairs.push(("tries of clients", lives.client_again, of_clients));
        let again = log.iter().filter_map(|fact| match fact.what {
            What::Again { request, .. } | What::Retried { request } => Some(request),
            _ => None,
        });
        let again: BTreeSet<u32> = again.collect();
        let completed = |&&it: &&u32| run.records[it as usize].outcome == Outcome::Completed;
        let completed = again.iter().filter(completed).count() as u64;
        pairs.push(("completed again", lives.completed_after_again, completed));
        // No lost block is computed anew more than once.
        let size = u64::from(ready.scenario.block_size);
        for it in &lives.happenings {
            let most = u64::from(it.lost_alone) * size;
            let anew = it.recomputed_tokens;
            pairs.push(("computed anew, at most", anew, anew.min(most)));
        }
        let opened = count(&|it| matches!(it, What::BreakerOpened { .. }));
        pairs.push(("breakers opened", lives.breakers_opened, opened));
    }
    let mut starts = vec![VirtualTime::ZERO];
    let ended = log.iter().filter(|fact| fact.what == What::StageEnded);
    starts.extend(ended.map(|fact| fact.at));
    for (stage, start) in run.stages.iter().zip(&starts) {
        pairs.push(("a stage's start", stage.start.0, start.0));
    }
    match pairs.iter().find(|(_, folded, counted)| folded != counted) {
        None => Ok(()),
        Some((what, folded, counted)) => Err(format!("{what}: {folded}, by the log {counted}")),
    }
}
