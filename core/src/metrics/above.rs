//! What the caches above the fleet saved: tokens and money at an API's prices (prompt caching as it is billed), and
//! requests that a cache of whole answers served.
//!
//! **Prompt caching as billed.** When a request is sent, the longest prefix of its prompt is looked up that was part of a
//! prompt of the same tenant within the cache's lifetime; the tokens of that prefix are counted in full blocks and billed
//! by the rule ([`crate::scenario::above::PromptCache`]). A prompt counts as cached from the moment of its first token,
//! because its prefix has been computed by then; each use starts the lifetime of the prefix anew. Only answered requests
//! are billed. What the fleet's replicas reused is a different figure (`token_reuse_rate`): an API bills by its rule,
//! whatever its machines did.

use serde::{Deserialize, Serialize};

use crate::fleet::{Outcome, Run};
use crate::order;
use crate::request::SegmentId;
use crate::scenario::Scenario;
use crate::scenario::above::PromptCache;
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;

/// What an API that caches prompts would bill for a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Billed {
    /// The requests that were billed: those that a replica answered.
    pub requests: u64,
    /// Of the billed requests, those with at least one token at the cached price.
    pub hits: u64,
    /// Prompt tokens that were billed at the full price.
    pub input_tokens: u64,
    /// Prompt tokens that were billed at the cached price.
    pub cached_tokens: u64,
    /// Tokens of the answers, billed at the price for output.
    pub output_tokens: u64,
    /// The whole bill \[US$\]: prompt tokens, cached prompt tokens and answer tokens.
    pub cost_usd: f64,
    /// The bill for the same requests if every prompt token had the full price \[US$\].
    pub uncached_usd: f64,
}

impl Billed {
    /// What the cache saves \[US$\]: the bill without it less the bill with it.
    pub fn saved_usd(&self) -> f64 {
        self.uncached_usd - self.cost_usd
    }
}

/// What the cache of whole answers saved: requests that it answered never reached a replica.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recalled {
    /// The requests that were answered from the cache.
    pub requests: u64,
    /// Prompt tokens of the requests that were answered from the cache.
    pub input_tokens: u64,
    /// Answer tokens of the requests that were answered from the cache.
    pub output_tokens: u64,
    /// What those requests would have cost at an API that caches no prompts \[US$\].
    pub saved_usd: f64,
}

/// What the caches above the fleet saved under one policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AboveFigures {
    /// The bill with prompt caching; `None` if the scenario has no rule for it.
    pub billed: Option<Billed>,
    /// What the cache of whole answers saved; `None` if the scenario has no such cache.
    pub recalled: Option<Recalled>,
}

/// What the caches above a run's fleet saved; `None` if the scenario has no such cache.
pub(super) fn of(scenario: &Scenario, workload: &Workload, run: &Run) -> Option<AboveFigures> {
    let above = &scenario.above;
    let figures = AboveFigures {
        billed: above
            .prompts
            .map(|rule| billed(scenario, workload, run, rule)),
        recalled: above.answers_s.map(|_| recalled(scenario, workload, run)),
    };
    (figures != AboveFigures::default()).then_some(figures)
}

fn recalled(scenario: &Scenario, workload: &Workload, run: &Run) -> Recalled {
    let mut sums = Recalled::default();
    for (n, _) in run.records.iter().enumerate().filter(|(_, it)| it.recalled) {
        let request = workload.request(n as u32);
        sums.requests += 1;
        sums.input_tokens += u64::from(request.prompt_tokens);
        sums.output_tokens += u64::from(request.output_tokens);
    }
    sums.saved_usd = scenario
        .above
        .price
        .cost(sums.input_tokens, 0, sums.output_tokens);
    sums
}

fn billed(scenario: &Scenario, workload: &Workload, run: &Run, rule: PromptCache) -> Billed {
    let all = (0u32..).zip(&run.records);
    let answered = all.filter(|(_, it)| it.outcome == Outcome::Completed && !it.recalled);
    // Of two entries at one time, the one that makes a prefix known comes first.
    let mut course: Vec<(VirtualTime, bool, u32)> = Vec::new();
    for (n, record) in answered {
        course.push((record.first_token, false, n));
        course.push((record.sent, true, n));
    }
    let course = order::by_key(course, |&(at, asks, _)| at.0 << 1 | u64::from(asks));
    let groups = run.line.as_ref().map(|line| &line.groups);
    let mut known = CachedPrefixes::new(VirtualTime::from_secs(rule.time_s));
    let mut sums = Billed::default();
    for (at, asks, n) in course {
        let request = workload.request(n);
        let tenant = groups.map_or(0, |groups| groups.of(workload, n).tenant);
        if !asks {
            known.learn(workload, tenant, request.prompt, at);
            continue;
        }
        let blocks = known.depth(workload, tenant, request.prompt, at);
        let tokens = blocks
            .saturating_mul(scenario.block_size)
            .min(request.prompt_tokens);
        let cached = rule.cached(tokens);
        sums.requests += 1;
        sums.hits += u64::from(cached > 0);
        sums.cached_tokens += u64::from(cached);
        sums.input_tokens += u64::from(request.prompt_tokens - cached);
        sums.output_tokens += u64::from(request.output_tokens);
        if cached > 0 {
            let used = workload.corpus.prefix(request.prompt, blocks);
            known.learn(workload, tenant, used, at);
        }
    }
    let price = &scenario.above.price;
    let (input, cached, output) = (sums.input_tokens, sums.cached_tokens, sums.output_tokens);
    sums.cost_usd = price.cost(input, cached, output);
    sums.uncached_usd = price.cost(input + cached, 0, output);
    sums
}

/// For each tenant, the prompt prefixes that are cached, with the time of their last use.
struct CachedPrefixes {
    keep: VirtualTime,
    /// By tenant and segment: pairs of a number of first blocks and the time of their last use, the deepest pair first and
    /// oldest.
    uses: Map<(u16, SegmentId), Vec<(u32, VirtualTime)>>,
}

impl CachedPrefixes {
    fn new(keep: VirtualTime) -> Self {
        Self {
            keep,
            uses: Map::default(),
        }
    }

    /// Marks all blocks of a chain as used by a tenant at a time; the times of successive calls never decrease.
    fn learn(
        &mut self,
        workload: &Workload,
        tenant: u16,
        chain: crate::request::Chain,
        at: VirtualTime,
    ) {
        for (segment, covered) in workload.corpus.runs(chain) {
            let uses = self.uses.entry((tenant, segment)).or_default();
            let forgotten = |&(depth, used): &(u32, VirtualTime)| {
                depth <= covered || at.since(used) > self.keep
            };
            uses.retain(|it| !forgotten(it));
            uses.push((covered, at));
        }
    }

    /// How many of a chain's first blocks a tenant used within the cache's lifetime before a time.
    fn depth(
        &self,
        workload: &Workload,
        tenant: u16,
        chain: crate::request::Chain,
        at: VirtualTime,
    ) -> u32 {
        for (segment, covered) in workload.corpus.runs(chain) {
            let uses = self.uses.get(&(tenant, segment)).into_iter().flatten();
            let young = uses.filter(|(_, used)| at.since(*used) <= self.keep);
            let deepest = young.map(|&(depth, _)| depth.min(covered)).max();
            if let Some(depth @ 1..) = deepest {
                return workload.corpus.segment(segment).before + depth;
            }
        }
        0
    }
}
