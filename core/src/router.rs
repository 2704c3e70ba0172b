//! Where to send a request, and why.
//!
//! A [`Policy`] sees one request ([`Ask`]) and what its router knows of each replica ([`Known`]); it chooses one, and on
//! demand lays out every candidate's terms. Policies are values: [`spec`] parses `name:k=v;k=v@knowledge`, [`POLICIES`]
//! lists them all. Each lives in a file of its own. An [`Instance`] is one running router: its policy, its own ledger of
//! what it sent, and what it believes the replicas' caches hold.
//!
//! What a router knows is a matter of its own, beside its formula: [`Knowledge`] says where its picture of the caches
//! comes from, [`SIGNALS`] lists every figure with its source and its age.

pub mod advanced;
pub mod cost;
pub mod formula;
pub mod offline;
pub mod spec;

mod active;
mod ask;
mod belief;
mod explain;
mod instance;
mod ledger;
mod pick;
mod provenance;
mod residents;
mod ring;
mod signals;

// One file a policy.
mod aibrix;
mod cache_aware;
mod cache_aware_original;
mod chwbl;
mod conductor;
mod dynamo;
mod dynamo_two_tier;
mod endpoint_picker;
mod fakeai;
mod infinite_cache;
mod least_load;
mod least_tokens;
mod load_aware;
mod oracle;
mod power_of_two;
mod preble;
mod prefix_aware;
mod prefix_hash;
mod random;
mod ray;
mod round_robin;
mod session;
mod smart;
mod smetric;
mod smg;
mod smg_least_load;
mod sticky_least_loaded;
mod vllm_dp;

use serde::Serialize;

use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};
pub use ask::Ask;
pub(crate) use belief::Belief;
pub use explain::{Candidate, Decision, Flip, Gate, Term, explain};
pub use instance::Instance;
pub use provenance::{Provenance, UNRECORDED};
pub use signals::{LoadAge, SIGNALS, Signal, Signals, Speed};
pub use spec::{Forget, Knowledge, PolicySpec, SpecError};

/// What a router knows of the fleet when it decides.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// One entry a replica.
    pub signals: &'a [Signals],
    /// Full prompt blocks that the router believes each replica holds, from the first on. All 0 for a router that
    /// knows nothing of caches.
    pub overlaps: &'a [u32],
    /// For a router that remembers in blocks of its own (see [`OwnBlocks`]): by replica, the prompt's blocks it believes
    /// there, and how many the prompt has. Else nothing, and 0.
    pub own_blocks: (&'a [u32], u32),
    /// How fast a replica is, for rules that estimate times.
    pub speed: Speed,
    /// When the replicas last reported their load.
    pub reported: VirtualTime,
    /// Whether the overlaps are what replicas say they hold (their events), not what was sent to them.
    pub exact: bool,
    /// By replica: whether it is out, as far as the router knows, and must not be chosen; `None`: none is.
    pub out: Option<&'a [bool]>,
}

impl<'a> Known<'a> {
    /// What is known where no time passes.
    pub fn new(signals: &'a [Signals], overlaps: &'a [u32]) -> Self {
        Self {
            signals,
            overlaps,
            own_blocks: (&[], 0),
            speed: Speed::default(),
            reported: VirtualTime::ZERO,
            exact: false,
            out: None,
        }
    }

    /// Replicas, those that are out included.
    pub fn replicas(&self) -> u32 {
        self.signals.len() as u32
    }

    /// Whether a replica may be chosen.
    #[inline]
    pub fn may(&self, replica: ReplicaId) -> bool {
        self.out.is_none_or(|out| !out[replica.index()])
    }

    /// Replicas that may be chosen.
    pub fn candidates(&self) -> u32 {
        match self.out {
            None => self.replicas(),
            Some(out) => out.iter().filter(|out| !**out).count() as u32,
        }
    }

    /// The candidate of that place among them, in the order of their numbers.
    fn candidate(&self, place: u32) -> ReplicaId {
        match self.out {
            None => ReplicaId(place),
            Some(_) => pick::all(self).nth(place as usize).unwrap_or_default(),
        }
    }

    /// What is known of those that may be chosen.
    fn active(&self) -> impl Iterator<Item = &'a Signals> + Clone + use<'a> {
        let known = *self;
        let all = (0..).map(ReplicaId).zip(self.signals);
        all.filter(move |(id, _)| known.may(*id)).map(|(_, it)| it)
    }

    /// What is known of one.
    pub fn of(&self, replica: ReplicaId) -> &'a Signals {
        &self.signals[replica.index()]
    }

    /// The blocks one is believed to hold.
    pub fn overlap(&self, replica: ReplicaId) -> u32 {
        self.overlaps[replica.index()]
    }

    /// The least, the mean and the most of active requests.
    fn active_spread(&self) -> (u32, f64, u32) {
        let active = || self.active().map(|s| s.active);
        let sum: u64 = active().map(u64::from).sum();
        let mean = sum as f64 / f64::from(self.candidates().max(1));
        (
            active().min().unwrap_or(0),
            mean,
            active().max().unwrap_or(0),
        )
    }

    /// Whether the most and the least of active requests are further apart than `threshold`.
    fn load_difference(&self, threshold: f64, effect: &'static str) -> Gate {
        let (least, _, most) = self.active_spread();
        let apart = f64::from(most - least);
        Gate::above("load difference", apart, threshold, "requests", effect)
    }

    /// The most blocks any replica is believed to hold.
    fn deepest(&self) -> u32 {
        match self.out {
            None => self.overlaps.iter().copied().max().unwrap_or(0),
            Some(_) => {
                let overlaps = pick::all(self).map(|replica| self.overlap(replica));
                overlaps.max().unwrap_or(0)
            }
        }
    }
}

/// What a policy reads beyond the number of its active requests. What it does not read is not kept for it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reads {
    /// [`Known::overlaps`].
    pub overlaps: bool,
    /// [`Signals::held_blocks`].
    pub held: bool,
    /// The ledger's token counts and times ([`Signals::prefill_tokens`], [`Signals::tokens`], [`Signals::ttft_ms`]).
    pub ledger: bool,
    /// The ledger's blocks ([`Signals::active_blocks`], [`Signals::shared_blocks`]).
    pub blocks: bool,
    /// What engines report ([`Signals::waiting`], [`Signals::running`], [`Signals::kv_usage`]).
    pub engine: bool,
    /// How long requests took ([`Signals::ttft_ms`], [`Reply::after`]), without which its rule says nothing.
    pub latency: bool,
    /// Its own reports are at least so old, however fresh the scenario's are.
    pub age: Option<VirtualTime>,
    /// It takes a prompt for cached, for so long, as soon as it has routed it.
    pub predict: Option<VirtualTime>,
    /// What it sent where it remembers in blocks of its own ([`Known::own_blocks`]), if it forgets the least recent.
    pub own_blocks: Option<OwnBlocks>,
}

/// The blocks in which a router remembers what it sent, where they are not the engines'.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnBlocks {
    /// The smallest block \[tokens\]; where the engines' are larger, it takes theirs.
    pub at_least: u32,
    /// How much of a prompt is looked at \[tokens\].
    pub most: u32,
}

impl Reads {
    /// What either reads.
    fn and(self, other: Self) -> Self {
        Self {
            overlaps: self.overlaps || other.overlaps,
            held: self.held || other.held,
            ledger: self.ledger || other.ledger,
            blocks: self.blocks || other.blocks,
            engine: self.engine || other.engine,
            latency: self.latency || other.latency,
            age: self.age.max(other.age),
            predict: self.predict.max(other.predict),
            own_blocks: self.own_blocks.or(other.own_blocks),
        }
    }
}

/// How a request went that this router sent.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The request.
    pub ask: Ask<'a>,
    /// Where it went.
    pub replica: ReplicaId,
    /// Prompt tokens the router believed were not cached there.
    pub uncached_tokens: u32,
    /// From the decision until now.
    pub after: VirtualTime,
}

/// A way to choose.
pub trait Policy {
    /// Chooses a replica; there is at least one. It draws and takes turns, but whether the request goes there is said by
    /// [`Self::sent`].
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId;

    /// The request goes to `replica`, whoever chose it; what the policy remembers of its own choices it writes down here.
    fn sent(&mut self, _: &Ask<'_>, _: &Known<'_>, _: ReplicaId) {}

    /// The parts of a candidate's cost for this request; empty if the policy computes none. Read before [`Self::choose`].
    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term>;

    /// The conditions that decide which rule applies, in the order they are asked.
    fn gates(&self, _: &Ask<'_>, _: &Known<'_>) -> Vec<Gate> {
        Vec::new()
    }

    /// Why a replica is no candidate for this request.
    fn excluded(&self, _: &Ask<'_>, _: &Known<'_>, _: ReplicaId) -> Option<&'static str> {
        None
    }

    /// How a tie is broken, in words.
    fn tie_rule(&self) -> &'static str {
        "the lowest-numbered replica"
    }

    /// Whether it looks at [`Known::overlaps`].
    fn uses_overlaps(&self) -> bool {
        self.reads().overlaps
    }

    /// Whether the product matches characters, for which full blocks stand in here.
    fn matches_characters(&self) -> bool {
        false
    }

    /// Whether the request may go to the replica chosen; if not, it is rejected for good.
    fn admits(&self, _: &Ask<'_>, _: &Known<'_>, _: ReplicaId) -> bool {
        true
    }

    /// Whether the run is one in which every replica holds whatever was ever sent (a line to compare with, no router).
    fn remembers_everything(&self) -> bool {
        false
    }

    /// What it looks at.
    fn reads(&self) -> Reads {
        Reads::default()
    }

    /// Whether it wants to hear of [`Self::first_token`] and [`Self::finished`].
    fn listens(&self) -> bool {
        false
    }

    /// A request's first token came back.
    fn first_token(&mut self, _: &Reply<'_>) {}

    /// A request's last token came back.
    fn finished(&mut self, _: &Reply<'_>) {}

    /// A copy that goes its own way.
    fn boxed(&self) -> Box<dyn Policy>;
}

impl Clone for Box<dyn Policy> {
    fn clone(&self) -> Self {
        self.boxed()
    }
}

/// Which numbers a parameter takes between its smallest and its largest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// Every number.
    Real,
    /// Whole numbers.
    Integer,
    /// 1, which switches a rule on, and 0, which switches it off.
    Switch,
}

/// A policy's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// As typed.
    pub name: &'static str,
    /// Which numbers it takes.
    pub kind: ParameterKind,
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

impl Parameter {
    const fn new(
        name: &'static str,
        default: f64,
        (min, max): (f64, f64),
        unit: &'static str,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            kind: ParameterKind::Real,
            unit,
            default,
            min,
            max,
            about,
        }
    }

    /// The same, of whole numbers.
    const fn whole(self) -> Self {
        Self {
            kind: ParameterKind::Integer,
            ..self
        }
    }

    /// A rule that is on at 1 and off at 0.
    const fn switch(name: &'static str, on: bool, about: &'static str) -> Self {
        let default = if on { 1.0 } else { 0.0 };
        Self {
            kind: ParameterKind::Switch,
            ..Self::new(name, default, (0.0, 1.0), "", about)
        }
    }

    /// Whether it takes this value.
    fn takes(&self, value: f64) -> bool {
        let fits = match self.kind {
            ParameterKind::Real => true,
            ParameterKind::Integer => value == libm::trunc(value),
            ParameterKind::Switch => value == 0.0 || value == 1.0,
        };
        fits && (self.min..=self.max).contains(&value)
    }
}

/// What builds a policy: its parameters in the entry's order, the number of replicas, and a seed for what it hashes.
type Build = fn(&[f64], u32, u64) -> Box<dyn Policy>;

/// A policy in the table.
#[derive(Clone, Copy)]
pub struct Entry {
    /// As typed.
    pub name: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// What it knows of caches unless told otherwise.
    pub knowledge: Knowledge,
    /// Whether it looks at the prompt's text (see [`crate::request::TextKeys`]).
    pub text: bool,
    /// Whether it is no router, but a line to compare with.
    pub reference: bool,
}

/// What is told of a policy.
#[derive(Clone, Copy)]
pub struct Words {
    name: &'static str,
    /// One line.
    pub about: &'static str,
    /// Where its rule comes from.
    pub source: &'static str,
}

impl Entry {
    /// What is told of it. Not in the table of policies, so that a program that runs them does not hold their words.
    pub fn words(&self) -> &'static Words {
        let of = WORDS.iter().find(|words| words.name == self.name);
        of.unwrap_or(&formula::WORDS)
    }

    /// What its rule was read in. In a table of its own, so that only a program that prints it holds it.
    pub fn provenance(&self) -> &'static Provenance {
        let of = PROVENANCE.iter().find(|(name, _)| *name == self.name);
        of.map_or(&Provenance::OWN, |(_, provenance)| provenance)
    }
}

/// A policy as its file gives it: its line in the table, and its constructor.
struct Made {
    name: &'static str,
    about: &'static str,
    source: &'static str,
    provenance: Provenance,
    parameters: &'static [Parameter],
    knowledge: Knowledge,
    text: bool,
    reference: bool,
    build: Build,
}

impl Made {
    const fn entry(self) -> Entry {
        Entry {
            name: self.name,
            parameters: self.parameters,
            knowledge: self.knowledge,
            text: self.text,
            reference: self.reference,
        }
    }

    const fn words(self) -> Words {
        Words {
            name: self.name,
            about: self.about,
            source: self.source,
        }
    }
}

/// The source of what is no router, but a line to compare with.
const REFERENCE: &str = "reference line";

macro_rules! policies {
    ($($made:path),* $(,)?) => {
        /// Every policy there is.
        pub static POLICIES: &[Entry] = &[$($made.entry()),*];
        /// What builds each, in the same order. A table of its own: a program that names policies and never asks one does
        /// not hold their code.
        static BUILDERS: &[Build] = &[$($made.build),*];
        static WORDS: &[Words] = &[$($made.words()),*];
        static PROVENANCE: &[(&str, Provenance)] = &[$(($made.name, $made.provenance)),*];
    };
}

policies![
    round_robin::ENTRY,
    random::ENTRY,
    least_load::ENTRY,
    power_of_two::ENTRY,
    session::ENTRY,
    least_tokens::ENTRY,
    smart::ENTRY,
    fakeai::SMART,
    fakeai::ROUND_ROBIN,
    fakeai::LEAST_LOADED,
    fakeai::CACHE_AWARE,
    fakeai::HYBRID,
    fakeai::LEARNED,
    chwbl::ENTRY,
    dynamo::ENTRY,
    dynamo_two_tier::ENTRY,
    cache_aware::ENTRY,
    cache_aware_original::ENTRY,
    cache_aware_original::VLLM,
    smg_least_load::ENTRY,
    smg_least_load::TWO,
    sticky_least_loaded::ENTRY,
    prefix_hash::ENTRY,
    prefix_aware::ENTRY,
    load_aware::ENTRY,
    endpoint_picker::ENTRY,
    aibrix::ENTRY,
    preble::ENTRY,
    ray::ENTRY,
    vllm_dp::ENTRY,
    smetric::ENTRY,
    conductor::ENTRY,
    infinite_cache::ENTRY,
    oracle::ENTRY,
];

/// `smart` with these weights, however large or small. What only asks this one does not hold the others.
pub fn smart(weights: cost::Weights) -> Box<dyn Policy> {
    smart::with(weights)
}
