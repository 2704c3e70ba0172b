//! Every policy, a file each: its rule, its line in the table, and where the rule was read.
//!
//! A policy enters the candidates' costs on a [`Board`]; everything else follows from that. For a new one: a file here with an
//! `ENTRY`, its `mod`, and its line in the table below. `cargo xtask bless` makes again what is generated from them.

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
mod lately;
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
mod recorded;
mod ring;
mod round_robin;
mod session;
mod smart;
mod smetric;
mod smg;
mod smg_least_load;
mod sticky_least_loaded;
mod vllm_dp;

use super::board::{Board, FIRST};
use super::cost::Weights;
use super::provenance::Provenance;
use super::setup::{
    Beginning, Blocks, Engine, Held, Ledger, Matches, Overlaps, Own, OwnBlocks, Setup,
};
use super::view::View;
use super::{Forget, Knowledge, Parameter, PolicyDocs, PolicyEntry, Reply};
use crate::units::ReplicaId;

/// A rule that chooses a replica for each request.
pub(super) trait Policy: Boxed {
    /// Lays out the replicas for a request. It may take turns and draw, but whether the request goes there is said by
    /// [`Self::sent`].
    fn score(&mut self, view: &View<'_>, board: &mut Board);

    /// Notes that the request goes to `replica`, by this policy's choice or not; what the policy remembers of its own choices it
    /// writes down here.
    fn sent(&mut self, _: &View<'_>, _: ReplicaId) {}

    /// Adds these replicas, which take requests from now on; each is new, or comes back with nothing of what it had.
    fn joined(&mut self, _: &[ReplicaId]) {}

    /// Removes a replica that is gone with all it held. What is under way there is over.
    fn left(&mut self, _: ReplicaId) {}

    /// Hears that a request's first token came back; called for a policy that asked for [`Setup::replies`].
    fn first_token(&mut self, _: &Reply<'_>) {}

    /// Hears that a request's last token came back; called for a policy that asked for [`Setup::replies`].
    fn finished(&mut self, _: &Reply<'_>) {}
}

/// Cloning of a policy in a box: the copy goes its own way.
pub(super) trait Boxed {
    fn boxed(&self) -> Box<dyn Policy>;
}

impl<T: Policy + Clone + 'static> Boxed for T {
    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Policy> {
    fn clone(&self) -> Self {
        self.as_ref().boxed()
    }
}

/// Makes room in a list that has an entry per replica.
fn grow<T: Clone + Default>(list: &mut Vec<T>, replicas: &[ReplicaId]) {
    let most = replicas.iter().map(|it| it.index() + 1).max().unwrap_or(0);
    list.resize(list.len().max(most), T::default());
}

/// Records the condition that the most and the least of active requests differ by more than `threshold`.
fn load_difference(
    board: &mut Board,
    (least, _, most): (u32, f64, u32),
    threshold: f64,
    effect: &'static str,
) -> bool {
    let apart = f64::from(most - least);
    board.gate("load difference", apart, threshold, "requests", effect)
}

/// From which share of a prompt on a match counts, in the routers that grew from SGLang's.
const THRESHOLD: Parameter = Parameter::new(
    "threshold",
    0.3,
    (0.0, 1.0),
    "share of the prompt",
    "a match longer than this counts (--cache-threshold)",
);

/// The longest match that any replica holds, in the unit in which prompts are matched, and whether it is a larger share of the
/// prompt than `threshold`.
fn longest_match(
    view: &View<'_>,
    matches: Matches,
    threshold: f64,
    board: &mut Board,
) -> (u32, bool) {
    let deepest = view.longest(matches);
    let share = view.share(matches, deepest);
    let effect = "only those that hold it";
    let counts = board.gate("longest match", share, threshold, "share", effect);
    (deepest, counts)
}

/// The constructor of a policy.
pub(super) type Build = fn(&mut Setup<'_>) -> Box<dyn Policy>;

/// A policy as its file gives it: its line in the table, and its constructor.
struct PolicyDef {
    /// Its name in a scenario, as typed before the parameters.
    name: &'static str,
    /// What the rule is, in one line.
    about: &'static str,
    /// The product or paper that the rule comes from; "Warmpath" for a rule of our own.
    source: &'static str,
    /// What the rule was read in and on which day; [`Provenance::OWN`] for a rule of our own.
    provenance: Provenance,
    /// What its text may set. Each is read whatever the others are, as a test checks.
    parameters: &'static [Parameter],
    /// What it knows of the replicas' caches unless its text says otherwise, after `@`.
    knowledge: Knowledge,
    /// Whether it hashes or matches the prompt's text; a report says so where a workload has none.
    text: bool,
    /// Whether it is no product's router but a reference line, such as one that knows everything.
    reference: bool,
    /// The constructor, which asks for the figures that the rule reads.
    build: Build,
}

impl PolicyDef {
    const fn entry(self) -> PolicyEntry {
        PolicyEntry {
            name: self.name,
            parameters: self.parameters,
            knowledge: self.knowledge,
            text: self.text,
            reference: self.reference,
        }
    }

    const fn docs(self) -> PolicyDocs {
        PolicyDocs {
            name: self.name,
            about: self.about,
            source: self.source,
        }
    }
}

/// The source of a policy that is no router but a reference line.
const REFERENCE: &str = "reference line";

macro_rules! policies {
    ($($made:path),* $(,)?) => {
        /// The table of every policy there is.
        pub static POLICIES: &[PolicyEntry] = &[$($made.entry()),*];
        /// The constructor of each policy, in the order of [`POLICIES`]. They are in a table of their own so that a program that
        /// only names policies does not contain their code.
        pub(super) static BUILDERS: &[Build] = &[$($made.build),*];
        pub(super) static DOCS: &[PolicyDocs] = &[$($made.docs()),*];
        pub(super) static PROVENANCE: &[(&str, Provenance)] = &[$(($made.name, $made.provenance)),*];
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
    recorded::ENTRY,
    infinite_cache::ENTRY,
    oracle::ENTRY,
];

/// The policy `smart` with these weights.
pub(super) fn smart(weights: Weights, setup: &mut Setup<'_>) -> Box<dyn Policy> {
    smart::with(weights, setup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_searched_within_its_range() {
        for entry in POLICIES {
            for it in entry.parameters {
                let name = format!("{}:{}", entry.name, it.name);
                let search = it.search;
                assert!(search.low <= search.high, "{name}");
                assert!(it.min <= search.low && search.high <= it.max, "{name}");
                let log = search.scale == crate::router::Scale::Log;
                assert!(!log || search.low > 0.0, "{name}");
            }
        }
    }

    #[test]
    fn every_policy_reads_its_parameters_and_no_others() {
        for (entry, build) in POLICIES.iter().zip(BUILDERS) {
            // The values at which every rule that can be switched off is on.
            let values: Vec<f64> = entry.parameters.iter().map(|it| it.max).collect();
            let mut setup = Setup::new(entry.parameters, &values, 1);
            build(&mut setup);
            assert!(
                setup.unread().is_empty(),
                "{}: {:?}",
                entry.name,
                setup.unread()
            );
        }
    }
}
