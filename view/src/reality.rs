//! The published benchmark, simulated beside measured, and two changes to it that nobody measured.
//!
//! Rows, tolerances and scores are `core`'s ([`warmpath_core::reference`]); simulated figures are medians over [`SEEDS`]
//! seeds. A run is asked for as a query and comes back as the figures of each policy, in the order of `core`'s table, so
//! this module does not depend on which program ran it.

use warmpath_core::metrics::{Figures, PLACES, Summary};
use warmpath_core::reference::comparison::Compared;
use warmpath_core::reference::kubeai::{self, ROWS, Role};
use warmpath_core::scenario::preset;

pub mod picture;
pub mod sentences;
pub mod steps;
pub mod tables;

/// The number of seeds behind every simulated figure; they change the hash ring for `chwbl`, the breaking of ties for
/// `least-load`, the choices for `random`.
pub const SEEDS: u32 = 8;
/// The policies that stand for the benchmark's routers; the last one stands for a Kubernetes service instead of KubeAI's
/// router.
pub const POLICIES: [&str; 3] = ["least-load", "chwbl", "random"];
/// The policies that stand for KubeAI's router.
pub const ROUTED: [&str; 2] = [POLICIES[0], POLICIES[1]];

/// The figures of each policy, in the order of [`POLICIES`].
pub type PolicyFigures = Vec<Figures>;

/// The numbers of concurrent requests in the rows that the model is judged by: first that of the rows to which it was fitted,
/// then those of the rows that it predicts, then that of the rows that were compared only when it was finished.
pub fn levels() -> Vec<u32> {
    let mut levels: Vec<u32> = Vec::new();
    for row in ROWS.iter().filter(|row| row.role != Role::Archived) {
        if !levels.contains(&row.concurrency) {
            levels.push(row.concurrency);
        }
    }
    levels
}

/// A change to the benchmark that nobody measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhatIf {
    /// The load generator costs no time.
    FreeClient,
    /// A token takes half as many bytes in the cache.
    SmallTokens,
}

impl WhatIf {
    /// All changes, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::FreeClient, Self::SmallTokens];

    /// The text on the button that runs the change.
    pub fn title(self) -> &'static str {
        match self {
            Self::FreeClient => "Free the load generator",
            Self::SmallTokens => "Fix the cache",
        }
    }

    /// The question that the change answers.
    pub fn question(self) -> &'static str {
        match self {
            Self::FreeClient => "What if sending cost no time?",
            Self::SmallTokens => "What if the cache were twice as large?",
        }
    }

    /// Why the question is of interest.
    pub fn why(self) -> &'static str {
        match self {
            Self::FreeClient => {
                "One Python process sent every request and read every token of every answer. With prefix routing the GPUs \
                 were quicker than it, so the benchmark measured the process."
            }
            Self::SmallTokens => {
                "The weights were in fp8, the KV cache was not. In fp8 the same GPU holds twice as many tokens, and \
                 each replica has room for nearly everything that is asked."
            }
        }
    }

    /// The id of the button that runs the change.
    pub fn id(self) -> &'static str {
        match self {
            Self::FreeClient => "free-client",
            Self::SmallTokens => "small-tokens",
        }
    }

    /// The scenario of the benchmark with the change.
    fn query(self) -> &'static str {
        shipped(match self {
            Self::FreeClient => "kubeai-free-client",
            Self::SmallTokens => "kubeai-fp8-pool",
        })
    }

    /// The place among [`levels`] of the unchanged benchmark that the change is compared with.
    pub fn level(self) -> usize {
        let at = crate::query::value(self.query(), "conc");
        levels()
            .iter()
            .position(|level| Some(level.to_string()) == at)
            .unwrap_or(0)
    }
}

/// A part of the comparison that is run by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Experiment {
    /// The benchmark at one of [`levels`], given by its place.
    Level(usize),
    /// A change to the benchmark.
    WhatIf(WhatIf),
}

/// The query of the named scenario in `core`'s table of presets.
fn shipped(name: &str) -> &'static str {
    preset(name).map_or("", |preset| preset.query)
}

/// The scenario of an experiment over [`SEEDS`] seeds from `seed` on, as a query string; empty if there is no such experiment.
pub fn query(experiment: Experiment, seed: u64) -> String {
    let mut parts = vec![("seeds", SEEDS.to_string()), ("seed", seed.to_string())];
    let scenario = match experiment {
        Experiment::WhatIf(what) => what.query(),
        Experiment::Level(at) => {
            let judged = ROWS.iter().filter(|row| row.role != Role::Archived);
            let mut row = judged.filter(|row| levels().get(at) == Some(&row.concurrency));
            let Some(row) = row.next() else {
                return String::new();
            };
            parts.extend([
                ("w", row.workload.to_owned()),
                ("conc", row.concurrency.to_string()),
                ("rate", row.rate.to_string()),
                ("p", POLICIES.join(",")),
            ]);
            shipped("kubeai-1600")
        }
    };
    let set = |query: String, (key, value): (&str, String)| crate::query::with(&query, key, &value);
    parts.into_iter().fold(scenario.to_owned(), set)
}

/// The published rows of a level, each beside what a run of the level gave.
pub fn compared(level: usize, figures: &PolicyFigures) -> Vec<Compared> {
    let at = levels().get(level).copied();
    let judged = ROWS.iter().filter(|row| row.role != Role::Archived);
    let rows = judged.filter(|row| Some(row.concurrency) == at);
    let beside = rows.filter_map(|row| {
        let which = POLICIES.iter().position(|policy| *policy == row.policy)?;
        let summary = Summary {
            policy: row.policy.to_owned(),
            seeds: SEEDS,
            values: *figures.get(which)?,
            ranges: None,
            replicas: Vec::new(),
            stages: Vec::new(),
            life: None,
            ..Summary::default()
        };
        Some((*row, row.compare(&summary)))
    });
    beside.collect()
}

/// The figures of all experiments that have been run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reality {
    /// The figures of each level of concurrency, in the order of [`levels`]; empty for a level that was not run yet.
    pub levels: Vec<PolicyFigures>,
    /// The figures of each change, in the order of [`WhatIf::ALL`]; `None` if it was not run yet.
    pub what_if: [Option<PolicyFigures>; 2],
}

impl Reality {
    /// The published rows of all levels, each beside its simulated figures.
    pub fn rows(&self) -> Vec<Compared> {
        let all = self.levels.iter().enumerate();
        all.flat_map(|(level, figures)| compared(level, figures))
            .collect()
    }

    /// Stores the figures of an experiment that was run.
    pub fn keep(&mut self, experiment: Experiment, figures: PolicyFigures) {
        match experiment {
            Experiment::Level(at) => {
                if self.levels.len() <= at {
                    self.levels.resize(at + 1, PolicyFigures::new());
                }
                self.levels[at] = figures;
            }
            Experiment::WhatIf(what) => self.what_if[what as usize] = Some(figures),
        }
    }

    /// The figures of a change; `None` if it was not run yet.
    pub fn changed(&self, what: WhatIf) -> Option<&PolicyFigures> {
        self.what_if[what as usize].as_ref()
    }

    /// The figures of the unchanged benchmark that a change is compared with; `None` if they were not computed yet.
    pub fn base(&self, what: WhatIf) -> Option<&PolicyFigures> {
        let level = self.levels.get(what.level());
        level.filter(|figures| !figures.is_empty())
    }
}

/// The figure at the place `at` in `core`'s table, of the policy at its place in [`POLICIES`]; NaN if there is no such policy.
pub fn value(figures: &PolicyFigures, policy: usize, at: usize) -> f64 {
    figures.get(policy).map_or(f64::NAN, |of| of[at])
}

/// The ratio of mean TTFT without prefix routing to that with it.
pub fn gain(figures: &PolicyFigures) -> f64 {
    value(figures, 0, PLACES.mean_ttft_ms) / value(figures, 1, PLACES.mean_ttft_ms)
}

/// The name of the policy's router in the benchmark.
pub fn named(policy: &str) -> &'static str {
    match policy {
        "chwbl" => "prefix-aware (CHWBL)",
        "random" => "by chance (Kubernetes service)",
        _ => "least-load",
    }
}

/// Whether a simulated figure is within its tolerance.
pub use kubeai::near;

#[cfg(test)]
pub(crate) mod tests;
