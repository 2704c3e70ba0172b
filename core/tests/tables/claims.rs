//! What the sentences of docs/policies.md say in figures and superlatives, as conditions on the figures of docs/policy-tables.md.
//!
//! A sentence that says more than its claims has a word left over that the test finds; a claim that no longer holds says
//! which. Lines to compare with take no part in who is best.

use std::collections::BTreeMap;

use warmpath_core::router::{Knowledge, POLICIES};

/// A figure's column in docs/policy-tables.md.
const RATE: usize = 1;
const TTFT: usize = 3;
const P99: usize = 4;
const REUSE: usize = 6;
const IMBALANCE: usize = 7;

const BENCHMARK: &str = "Benchmark";
const SESSIONS: &str = "Sessions";
const MOONCAKE: &str = "Mooncake";
const TWICE: &str = "Mooncake at twice the rate";
const HOT: &str = "One hot prefix";

/// The figures of docs/policy-tables.md, by workload and policy.
pub(crate) struct Figures(BTreeMap<String, BTreeMap<String, Vec<f64>>>);

impl Figures {
    pub(crate) fn read(document: &str) -> Self {
        let mut all = BTreeMap::<String, BTreeMap<String, Vec<f64>>>::new();
        let mut workload = String::new();
        for line in document.lines() {
            if let Some(title) = line.strip_prefix("## ") {
                workload = title.to_owned();
            }
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let name = cells.next().unwrap_or_default().trim_matches('*');
            let figures: Vec<f64> = cells.filter_map(|cell| cell.parse().ok()).collect();
            if figures.len() == 8 {
                let workload = all.entry(workload.clone()).or_default();
                workload.insert(name.to_owned(), figures);
            }
        }
        Self(all)
    }

    fn get(&self, workload: &str, policy: &str, figure: usize) -> f64 {
        let rows = self.0.get(workload);
        let row = rows.and_then(|rows| rows.get(policy));
        row.unwrap_or_else(|| panic!("no row of {policy} on {workload}: cargo xtask tables"))
            [figure]
    }

    /// The figures of the routers, the least first.
    fn ranks(&self, workload: &str, figure: usize) -> Vec<(f64, &'static str)> {
        let routers = POLICIES.iter().filter(|entry| !entry.reference);
        let mut all: Vec<_> = routers
            .map(|entry| (self.get(workload, entry.name, figure), entry.name))
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all
    }

    /// Which place it has among the routers with the least (or the most) of a figure, from 0; equals share one.
    fn place(&self, workload: &str, policy: &str, figure: usize, most: bool) -> usize {
        let mine = self.get(workload, policy, figure);
        let ranks = self.ranks(workload, figure);
        let before = |other: f64| if most { other > mine } else { other < mine };
        ranks.iter().filter(|&&(other, _)| before(other)).count()
    }

    fn lowest(&self, workload: &str, policy: &str, figure: usize) -> bool {
        self.place(workload, policy, figure, false) == 0
    }

    fn most(&self, workload: &str, figure: usize) -> f64 {
        self.ranks(workload, figure).last().map_or(0.0, |it| it.0)
    }

    /// Whether it rounds to this.
    fn about(&self, workload: &str, policy: &str, figure: usize, value: f64, step: f64) -> bool {
        (self.get(workload, policy, figure) - value).abs() <= step / 2.0
    }

    /// Whether no policy that knows nothing of caches has less.
    fn lowest_of_the_blind(&self, workload: &str, policy: &str, figure: usize) -> bool {
        let blind = |name: &str| {
            let entry = POLICIES.iter().find(|entry| entry.name == name);
            entry.is_some_and(|entry| entry.knowledge == Knowledge::Nothing)
        };
        let mut ranks = self.ranks(workload, figure).into_iter();
        ranks
            .find(|(_, name)| blind(name))
            .is_some_and(|it| it.1 == policy)
    }
}

/// A policy's row, what stands in it, and whether it is so.
type Claim = (&'static str, &'static str, fn(&Figures) -> bool);

pub(crate) const CLAIMS: &[Claim] = &[
    ("round-robin", "8 % reused on sessions", |it| {
        it.about(SESSIONS, "round-robin", REUSE, 8.0, 1.0)
    }),
    (
        "session",
        "twice the mean work on one replica of the benchmark, a P99 of 52 s",
        |it| {
            it.about(BENCHMARK, "session", IMBALANCE, 2.0, 0.1)
                && it.about(BENCHMARK, "session", P99, 52_000.0, 1000.0)
        },
    ),
    ("session", "reuse near the best without", |it| {
        near_in_reuse(it, "session", 2.0)
    }),
    (
        "least-tokens",
        "the best P99 among the blind on Mooncake",
        |it| it.lowest_of_the_blind(MOONCAKE, "least-tokens", P99),
    ),
    ("smart", "best or second best in reuse", |it| {
        [BENCHMARK, SESSIONS]
            .iter()
            .all(|on| it.place(on, "smart", REUSE, true) < 2)
    }),
    (
        "dynamo",
        "second best P99 of the real routers on Mooncake",
        |it| it.place(MOONCAKE, "dynamo", P99, false) == 1,
    ),
    ("cache-aware", "near the best in reuse of them all", |it| {
        near_in_reuse(it, "cache-aware", 2.0)
            && it.most(MOONCAKE, REUSE) - it.get(MOONCAKE, "cache-aware", REUSE) < 1.0
    }),
    (
        "cache-aware-vllm",
        "the second has the highest throughput",
        |it| it.place(BENCHMARK, "cache-aware-vllm", RATE, true) == 0,
    ),
    ("sticky-least-loaded", "reuse near the best without", |it| {
        near_in_reuse(it, "sticky-least-loaded", 1.0)
    }),
    (
        "prefix-hash",
        "3.7 times the mean work on one, on Mooncake",
        |it| it.about(MOONCAKE, "prefix-hash", IMBALANCE, 3.7, 0.1),
    ),
    (
        "fakeai-learned",
        "everywhere: the best record draws all",
        |it| {
            // Hardly another router is slower anywhere.
            let workloads = it.0.keys();
            { workloads }.all(|on| it.place(on, "fakeai-learned", TTFT, true) < 4)
        },
    ),
    (
        "load-aware",
        "a mean TTFT near the best but on Mooncake",
        |it| {
            let near = |on: &str| it.get(on, "load-aware", TTFT) < 1.25 * it.ranks(on, TTFT)[0].0;
            let on_others = it.0.keys().filter(|on| !on.starts_with(MOONCAKE));
            { on_others }.all(|on| near(on)) && !near(MOONCAKE)
        },
    ),
    (
        "load-aware",
        "sessions: 62 % reused where 69 % can be",
        |it| {
            it.about(SESSIONS, "load-aware", REUSE, 62.0, 1.0)
                && it
                    .ranks(SESSIONS, REUSE)
                    .iter()
                    .any(|&(share, _)| (68.5..70.0).contains(&share))
        },
    ),
    (
        "endpoint-picker",
        "within 3 % of the lowest mean TTFT",
        |it| it.get(BENCHMARK, "endpoint-picker", TTFT) < 1.03 * it.ranks(BENCHMARK, TTFT)[0].0,
    ),
    ("endpoint-picker", "a quarter reused", |it| {
        it.about(MOONCAKE, "endpoint-picker", REUSE, 25.0, 4.0)
    }),
    ("aibrix", "the benchmark: the lowest mean TTFT", |it| {
        it.lowest(BENCHMARK, "aibrix", TTFT)
    }),
    ("aibrix", "Mooncake: the most reuse", |it| {
        it.place(MOONCAKE, "aibrix", REUSE, true) == 0
    }),
    ("aibrix", "66 % reused where `smart` has 69 %", |it| {
        it.about(SESSIONS, "aibrix", REUSE, 66.0, 1.0)
            && it.about(SESSIONS, "smart", REUSE, 69.0, 1.0)
    }),
    ("preble", "a quarter reused", |it| {
        it.about(MOONCAKE, "preble", REUSE, 25.0, 4.0)
    }),
    ("ray", "within half a point of the most reuse", |it| {
        [MOONCAKE, SESSIONS]
            .iter()
            .all(|on| it.most(on, REUSE) - it.get(on, "ray", REUSE) < 0.5)
    }),
    ("smetric", "the lowest mean TTFT", |it| {
        it.lowest(SESSIONS, "smetric", TTFT) && it.lowest(HOT, "smetric", TTFT)
    }),
    ("smetric", "15 % reused on Mooncake", |it| {
        it.about(MOONCAKE, "smetric", REUSE, 15.0, 1.0)
    }),
    (
        "conductor",
        "at twice the rate too: the lowest mean TTFT",
        |it| it.lowest(MOONCAKE, "conductor", TTFT) && it.lowest(TWICE, "conductor", TTFT),
    ),
    ("oracle", "mean TTFT, to several real routers", |it| {
        let mine = it.get(BENCHMARK, "oracle", TTFT);
        it.ranks(BENCHMARK, TTFT)[2].0 < mine
    }),
];

/// Not more than this many points of reuse behind the most, on the benchmark and on sessions.
fn near_in_reuse(figures: &Figures, policy: &str, points: f64) -> bool {
    [BENCHMARK, SESSIONS]
        .iter()
        .all(|on| figures.most(on, REUSE) - figures.get(on, policy, REUSE) <= points)
}
