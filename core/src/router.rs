//! Where to send a request, and why.
//!
//! A [`Policy`] sees one request ([`Ask`]) and what its router knows of each replica ([`Known`]); it chooses one, and on
//! demand lays out every candidate's terms. Policies are values: [`spec`] parses `name:k=v;k=v@knowledge`, [`policies`]
//! lists them all. Each lives in a file of its own.

pub mod chwbl;
pub mod cost;
pub mod desk;
pub mod least_load;
pub mod random;
pub mod round_robin;
pub mod smart;
pub mod spec;

use serde::Serialize;

use crate::request::{Corpus, Request};
use crate::rng::Rng;
use crate::units::ReplicaId;
pub use spec::{Knowledge, PolicySpec, SpecError};

/// A request as a router sees it.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The request.
    pub request: &'a Request,
    /// The blocks its chains are made of.
    pub corpus: &'a Corpus,
    /// Tokens a block.
    pub block_size: u32,
    /// The limit the client asked for, or 100 \[tokens\].
    pub estimated_output: u32,
}

impl Ask<'_> {
    /// The hash of the prompt's first 100 characters. Without texts, the blocks that hold so many characters at 4
    /// characters a token stand in for them.
    pub fn prefix_key(&self) -> u64 {
        match &self.request.keys {
            Some(keys) => keys.chars_100,
            None => {
                let depth = 25u32
                    .div_ceil(self.block_size)
                    .min(self.request.prompt.depth);
                self.corpus
                    .last_id(self.corpus.prefix(self.request.prompt, depth))
                    .0
                    .wrapping_mul(SPREAD)
            }
        }
    }
}

/// Spreads dense ids over 64 bits (the golden ratio's fraction, as in Fibonacci hashing).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// What a router knows of one replica, but for its cache.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals {
    /// Requests routed there and not finished.
    pub active: u32,
    /// Requests waiting for the engine's batch.
    pub waiting: u32,
    /// Requests in the engine's batch.
    pub running: u32,
    /// Share of the pool held by running requests.
    pub kv_usage: f64,
}

/// What a router knows of the fleet when it decides.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// One entry a replica.
    pub signals: &'a [Signals],
    /// Full prompt blocks that the router believes each replica holds, from the first on. All 0 for a router that
    /// knows nothing of caches.
    pub overlaps: &'a [u32],
}

/// A weighted part of a candidate's cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// What it measures.
    pub name: &'static str,
    /// Weight times value is what it adds.
    pub weight: f64,
    /// The value.
    pub value: f64,
    /// The value's unit.
    pub unit: &'static str,
}

/// One replica in a decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Which.
    pub replica: u32,
    /// Full prompt blocks the router believes it holds.
    pub overlap_blocks: u32,
    /// The parts of its cost; empty for a policy that computes none.
    pub terms: Vec<Term>,
    /// Their sum: lowest wins.
    pub cost: f64,
}

/// A choice, explained.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The chosen replica.
    pub replica: u32,
    /// Every candidate, by replica.
    pub candidates: Vec<Candidate>,
    /// Replicas whose cost equals the chosen one's, the chosen one included; one entry: no tie.
    pub tied: Vec<u32>,
    /// How a tie is broken.
    pub tie_rule: &'static str,
    /// How much more the best of the others costs; `None` with one replica.
    pub margin: Option<f64>,
}

/// A way to choose.
pub trait Policy {
    /// Chooses a replica. There is at least one.
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId;

    /// The parts of a candidate's cost for this request; empty if the policy computes none.
    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term>;

    /// How a tie is broken, in words.
    fn tie_rule(&self) -> &'static str {
        "the lowest-numbered replica"
    }

    /// Whether it looks at [`Known::overlaps`].
    fn uses_overlaps(&self) -> bool {
        false
    }

    /// A copy that goes its own way.
    fn boxed(&self) -> Box<dyn Policy>;
}

impl Clone for Box<dyn Policy> {
    fn clone(&self) -> Self {
        self.boxed()
    }
}

/// Lays out the choice of `replica` that `policy` makes or made on what is `known`.
pub fn explain(
    policy: &dyn Policy,
    ask: &Ask<'_>,
    known: &Known<'_>,
    replica: ReplicaId,
) -> Decision {
    let candidates: Vec<Candidate> = (0..known.signals.len() as u32)
        .map(|id| {
            let terms = policy.terms(ask, known, ReplicaId(id));
            // From left to right, as the policies add.
            let cost = terms
                .iter()
                .map(|term| term.weight * term.value)
                .fold(0.0, |sum, term| sum + term);
            Candidate {
                replica: id,
                overlap_blocks: known.overlaps[id as usize],
                terms,
                cost,
            }
        })
        .collect();
    let chosen = candidates[replica.index()].cost;
    let computes = candidates
        .iter()
        .any(|candidate| !candidate.terms.is_empty());
    let tied = candidates
        .iter()
        .filter(|candidate| {
            candidate.replica == replica.0 || (computes && candidate.cost == chosen)
        })
        .map(|candidate| candidate.replica)
        .collect();
    let margin = candidates
        .iter()
        .filter(|candidate| computes && candidate.replica != replica.0)
        .map(|candidate| candidate.cost - chosen)
        .min_by(f64::total_cmp);
    Decision {
        replica: replica.0,
        candidates,
        tied,
        tie_rule: policy.tie_rule(),
        margin,
    }
}

/// A policy's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// As typed.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// The shipped default.
    pub default: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// One line.
    pub about: &'static str,
}

/// What builds a policy: its parameters in the entry's order, the number of replicas, and a seed for what it hashes.
pub type Build = fn(&[f64], u32, u64) -> Box<dyn Policy>;

/// A policy in the table.
#[derive(Clone, Copy)]
pub struct Entry {
    /// As typed.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// Where its rule comes from.
    pub source: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// What it knows of caches unless told otherwise.
    pub knowledge: Knowledge,
    /// The constructor.
    pub build: Build,
}

/// Every policy there is.
pub const POLICIES: &[Entry] = &[
    round_robin::ENTRY,
    random::ENTRY,
    least_load::ENTRY,
    smart::ENTRY,
    chwbl::ENTRY,
];

/// The least of `costs`, ties to the lowest replica.
fn cheapest(replicas: u32, mut cost: impl FnMut(ReplicaId) -> f64) -> ReplicaId {
    let mut best = (ReplicaId(0), f64::INFINITY);
    for id in (0..replicas).map(ReplicaId) {
        let cost = cost(id);
        if cost < best.1 {
            best = (id, cost);
        }
    }
    best.0
}
