//! The published benchmark, simulated beside measured, and two things that were not measured.
//!
//! Rows, tolerances and scores are `core`'s ([`warmpath_core::reference`]); simulated figures are a run's, medians over
//! [`SEEDS`] seeds. A run is asked for as a query and comes back as the figures of each policy, in the order of `core`'s
//! table, so it does not matter here who ran it.

use warmpath_core::metrics::{self, PLACES, Summary};
use warmpath_core::reference::kubeai::{self, ROWS, Role};
use warmpath_core::reference::told::Compared;
use warmpath_core::scenario::preset;

pub mod picture;
pub mod say;
pub mod steps;
pub mod tables;

/// Seeds behind every simulated figure: of the ring for `chwbl`, of the ties for `least-load`, of the choices for `random`.
pub const SEEDS: u32 = 8;
/// The policies, as the benchmark compares them; the last one is past KubeAI's router.
pub const POLICIES: [&str; 3] = ["least-load", "chwbl", "random"];
/// Those of KubeAI's router.
pub const ROUTED: [&str; 2] = [POLICIES[0], POLICIES[1]];

/// The figures of the policies.
pub type Figures = Vec<metrics::Figures>;

/// How many were under way at once in the rows that are not archived: those of the fit first, then the others of the same
/// table, then one that came later.
pub fn levels() -> Vec<u32> {
    let mut levels: Vec<u32> = Vec::new();
    for row in ROWS.iter().filter(|row| row.role != Role::Archived) {
        if !levels.contains(&row.concurrency) {
            levels.push(row.concurrency);
        }
    }
    levels
}

/// A change that nobody measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhatIf {
    /// A load generator that costs no time.
    FreeClient,
    /// A cache of half the bytes a token.
    SmallTokens,
}

impl WhatIf {
    /// All changes, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::FreeClient, Self::SmallTokens];

    /// What its button says.
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

    /// Why one would ask.
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

    /// The scenario of the benchmark so changed.
    fn query(self) -> &'static str {
        shipped(match self {
            Self::FreeClient => "kubeai-free-client",
            Self::SmallTokens => "kubeai-fp8-pool",
        })
    }

    /// What it is compared with: the place among [`levels`] of the benchmark as it was.
    pub fn level(self) -> usize {
        let at = crate::query::value(self.query(), "conc");
        levels()
            .iter()
            .position(|level| Some(level.to_string()) == at)
            .unwrap_or(0)
    }
}

/// What can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The benchmark at one of [`levels`].
    Level(usize),
    /// A change to it.
    WhatIf(WhatIf),
}

/// The scenario of that name among `core`'s, as a query.
fn shipped(name: &str) -> &'static str {
    preset(name).map_or("", |preset| preset.query)
}

/// The scenario of a part, over [`SEEDS`] seeds from `seed` on, as a query; empty if there is no such part.
pub fn query(part: Part, seed: u64) -> String {
    let mut parts = vec![("seeds", SEEDS.to_string()), ("seed", seed.to_string())];
    let scenario = match part {
        Part::WhatIf(what) => what.query(),
        Part::Level(at) => {
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

/// The rows of a level beside what a run of it gave.
pub fn compared(level: usize, figures: &Figures) -> Vec<Compared> {
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

/// All that has been run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reality {
    /// The figures of each level of concurrency, in the order of [`levels`].
    pub levels: Vec<Figures>,
    /// By change, in the order of [`WhatIf::ALL`].
    pub what_if: [Option<Figures>; 2],
}

impl Reality {
    /// Every level beside its rows.
    pub fn rows(&self) -> Vec<Compared> {
        let all = self.levels.iter().enumerate();
        all.flat_map(|(level, figures)| compared(level, figures))
            .collect()
    }

    /// Keeps what a part gave.
    pub fn keep(&mut self, part: Part, figures: Figures) {
        match part {
            Part::Level(at) => {
                if self.levels.len() <= at {
                    self.levels.resize(at + 1, Figures::new());
                }
                self.levels[at] = figures;
            }
            Part::WhatIf(what) => self.what_if[what as usize] = Some(figures),
        }
    }

    /// What came of a change.
    pub fn changed(&self, what: WhatIf) -> Option<&Figures> {
        self.what_if[what as usize].as_ref()
    }

    /// The same at the benchmark as it was.
    pub fn base(&self, what: WhatIf) -> Option<&Figures> {
        self.levels.get(what.level())
    }
}

/// A policy's value of a figure, by its place in `core`'s table; NaN where there is no such policy.
pub fn value(figures: &Figures, policy: usize, at: usize) -> f64 {
    figures.get(policy).map_or(f64::NAN, |of| of[at])
}

/// How often the mean first token without prefix routing fits into the one with it: into `without / with`.
pub fn gain(figures: &Figures) -> f64 {
    value(figures, 0, PLACES.mean_ttft_ms) / value(figures, 1, PLACES.mean_ttft_ms)
}

/// The policy as the benchmark calls it.
pub fn named(policy: &str) -> &'static str {
    match policy {
        "chwbl" => "prefix-aware (CHWBL)",
        "random" => "by chance (Kubernetes service)",
        _ => "least-load",
    }
}

/// Whether a cell is as near as its tolerance asks.
pub use kubeai::near;

#[cfg(test)]
pub(crate) mod tests;
