//! How a router learns that a replica answers or does not: presets by product, and their figures one by one.
//!
//! A scenario names a preset, such as `kubernetes`, and may change figures of it: `kubernetes:period=5;lag=1`.
//!
//! Probes of a replica run at equal intervals, from a phase that the seed draws. What they find reaches each router through a
//! watch: after the lag of the watch, or, with probability `loss`, not before the router lists all replicas again (`relist`).
//! Some products have other means beside probes or in their place: a lease that expires, or a death that is seen at once.
//!
//! Each preset names the repository and the commit that its figures were read in. A figure that no source states is listed in
//! `assumed`: so far only how long a watch takes to tell of a change, as Kubernetes promises nothing about it.

use core::fmt;

use super::retry::RouterRetry;
use crate::limit::breaker::{RULES, Rule};

/// What becomes of a router's belief about a replica's cache when it learns that the replica is gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Purge {
    /// It is forgotten this many seconds after the router has learnt it.
    After(f64),
    /// It is kept: when the replica is back, the router takes it for still holding what it held before.
    Never,
}

/// How a product deals with replicas that come and go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HealthPreset {
    /// Its name, as typed before the colon.
    pub name: &'static str,
    /// What the product does, in one sentence.
    pub about: &'static str,
    /// The repository and the commit in which the figures were read.
    pub source: &'static str,
    /// The names of the figures that no source states; empty if there are none.
    pub assumed: &'static str,
    /// The time between two probes of one replica \[s\].
    pub period: f64,
    /// How many failed probes in a row make a replica not ready.
    pub fails: u32,
    /// How many good probes in a row make it ready again.
    pub oks: u32,
    /// How long a probe waits for its answer \[s\].
    pub timeout: f64,
    /// The time from what probes find until a router hears of it \[s\].
    pub lag: f64,
    /// The lifetime of a lease that stands for the probes \[s\]: it is renewed each half of this time and expires after it; 0: no
    /// lease.
    pub lease: f64,
    /// Whether a death (not a hang) is seen at once.
    pub sees_death: bool,
    /// For how long a router that sees an error sends nothing to that replica \[s\]; 0: it goes on sending.
    pub inhibit: f64,
    /// Whether a request waits when there is no replica to send it to; if not, it is answered 503.
    pub holds: bool,
    /// Whether a failed try stays in the router's count of requests there until its request ends.
    pub keeps_failed: bool,
    /// What a router forgets when a replica is not ready any more.
    pub purge: Purge,
    /// What the product's router does with a failed attempt.
    pub retry: RouterRetry,
    /// The product's circuit breaker; the rule that never opens, if it has none.
    pub breaker: Rule,
}

/// A router that tries nothing again; presets with retries begin from it.
const NO_RETRIES: RouterRetry = RouterRetry {
    most: 0,
    exclude: false,
    backoff_ms: 0.0,
    growth: 0.0,
    jitter: 0.0,
    budget: 0.0,
};

const KUBERNETES: HealthPreset = HealthPreset {
    name: "kubernetes",
    about: "readiness probes as Kubernetes ships them, a watch, no retries; a replica that is not ready is forgotten at once",
    source: "kubernetes/kubernetes pkg/apis/core/v1/defaults.go@023f88a3",
    assumed: "lag",
    period: 10.0,
    fails: 3,
    oks: 1,
    timeout: 1.0,
    lag: 0.2,
    lease: 0.0,
    sees_death: false,
    inhibit: 0.0,
    holds: false,
    keeps_failed: false,
    purge: Purge::After(0.0),
    retry: NO_RETRIES,
    breaker: Rule::OFF,
};

/// Every preset; the first is the default.
pub static HEALTH: [HealthPreset; 8] = [
    KUBERNETES,
    HealthPreset {
        name: "kubeai",
        about: "pod watch; three retries at once by the same rule, a failed try stays counted; with no replica requests wait",
        source: "substratusai/kubeai@2f32ef49",
        timeout: 2.0,
        holds: true,
        keeps_failed: true,
        retry: RouterRetry {
            most: 3,
            ..NO_RETRIES
        },
        ..KUBERNETES
    },
    HealthPreset {
        name: "smg",
        about: "probes of its own each 60 s; five attempts by the same rule; a breaker of 10 failures; the tree forgets on removal only",
        source: "smg-project/smg@f8daa883",
        assumed: "",
        period: 60.0,
        oks: 2,
        timeout: 5.0,
        lag: 0.0,
        purge: Purge::Never,
        retry: RouterRetry {
            most: 4,
            backoff_ms: 50.0,
            growth: 1.5,
            jitter: 0.2,
            ..NO_RETRIES
        },
        breaker: RULES[2],
        ..KUBERNETES
    },
    HealthPreset {
        name: "dynamo",
        about: "a lease of 10 s; a router that sees an error leaves the replica alone for 5 s; its blocks are forgotten when the lease expires",
        source: "ai-dynamo/dynamo etcd.rs@0f249f5e, migration.rs@0135b9a5",
        assumed: "",
        lag: 0.0,
        lease: 10.0,
        inhibit: 5.0,
        ..KUBERNETES
    },
    HealthPreset {
        name: "production-stack",
        about: "readiness probes each 5 s, a watch that is never listed again, no retries, a trie that is never pruned",
        source: "vllm-project/production-stack@a6c01db0",
        period: 5.0,
        timeout: 3.0,
        purge: Purge::Never,
        ..KUBERNETES
    },
    HealthPreset {
        name: "llm-d",
        about: "pod watch; no retries; prefix entries of a replica that is gone are dropped every 2 min",
        source: "llm-d/llm-d-router@ebab6879",
        purge: Purge::After(120.0),
        ..KUBERNETES
    },
    HealthPreset {
        name: "aibrix",
        about: "informer; no retries; what was believed of a replica's cache is kept",
        source: "vllm-project/aibrix@e3e10f9e",
        purge: Purge::Never,
        ..KUBERNETES
    },
    HealthPreset {
        name: "ray",
        about: "a death is seen at once; a hang after three checks of 30 s each; no retries",
        source: "ray-project/ray python/ray/serve/config.py@00239d48",
        assumed: "",
        timeout: 30.0,
        lag: 0.0,
        sees_death: true,
        ..KUBERNETES
    },
];

/// How routers learn of the replicas' state. See the [module](self).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Health {
    /// The preset, with the figures that were changed in it.
    pub preset: HealthPreset,
    /// The probability that a router misses a change \[0 to 1\].
    pub loss: f64,
    /// How often a router lists all replicas again, so that no change is missed for longer \[s\]; 0: never.
    pub relist: f64,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            preset: KUBERNETES,
            loss: 0.0,
            relist: 0.0,
        }
    }
}

impl Health {
    /// The figures that can be typed, by their names, with their values.
    pub fn figures(&self) -> [(&'static str, f64); 9] {
        let preset = &self.preset;
        [
            ("period", preset.period),
            ("fails", f64::from(preset.fails)),
            ("oks", f64::from(preset.oks)),
            ("timeout", preset.timeout),
            ("lag", preset.lag),
            ("lease", preset.lease),
            (
                "purge",
                match preset.purge {
                    Purge::After(seconds) => seconds,
                    Purge::Never => -1.0,
                },
            ),
            ("loss", self.loss),
            ("relist", self.relist),
        ]
    }

    /// Sets a figure by its name. `None`: there is no figure of that name, or it does not take this value.
    pub fn set(&mut self, name: &str, value: f64) -> Option<()> {
        let most = match name {
            "fails" | "oks" => 100.0,
            "loss" => 1.0,
            _ => 1e5,
        };
        let least = match name {
            "period" => 0.01,
            "fails" | "oks" => 1.0,
            "purge" => -1.0,
            _ => 0.0,
        };
        let counts = matches!(name, "fails" | "oks");
        if !(least..=most).contains(&value) || counts && value != libm::trunc(value) {
            return None;
        }
        let preset = &mut self.preset;
        match name {
            "period" => preset.period = value,
            "fails" => preset.fails = value as u32,
            "oks" => preset.oks = value as u32,
            "timeout" => preset.timeout = value,
            "lag" => preset.lag = value,
            "lease" => preset.lease = value,
            "purge" if value < 0.0 => preset.purge = Purge::Never,
            "purge" => preset.purge = Purge::After(value),
            "loss" => self.loss = value,
            "relist" => self.relist = value,
            _ => return None,
        }
        Some(())
    }

    /// The preset of that name as it ships.
    pub fn named(name: &str) -> Option<Self> {
        let preset = HEALTH.iter().find(|preset| preset.name == name)?;
        Some(Self {
            preset: *preset,
            ..Self::default()
        })
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.preset.name;
        f.write_str(name)?;
        let shipped = Self::named(name).unwrap_or_default().figures();
        let changed = self.figures().into_iter().zip(shipped);
        let mut mark = ':';
        for ((name, value), _) in changed.filter(|(ours, theirs)| ours != theirs) {
            write!(f, "{mark}{name}={value}")?;
            mark = ';';
        }
        Ok(())
    }
}
