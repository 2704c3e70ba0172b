//! The workloads of the tables in docs/policies.md and docs/policy-tables.md, and a digest that tells whether those tables were
//! made with the policies as they are now.
//!
//! The whole tables take too long for a test. The digest is of what the table of policies says and of the reports of the
//! same six scenarios with their first few requests, so a change of a rule that none of those requests meets goes unseen.

use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::report::{Report, json};
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::{Scenario, preset};
use warmpath_core::workload::Named;
use xxhash_rust::xxh3::Xxh3;

/// A workload in the tables.
pub(crate) struct Shown {
    /// The heading of its table.
    pub(crate) title: &'static str,
    /// The heading of its two columns in docs/policies.md.
    pub(crate) short: &'static str,
    /// What it is: the beginning of a sentence that ends with the command.
    pub(crate) about: &'static str,
    /// What to type after `warmpath replay`.
    pub(crate) command: &'static str,
    /// The preset or the query behind it.
    base: &'static str,
    /// The parameters of the query that differ from the preset, the same as the options in `command`.
    changes: &'static [(&'static str, &'static str)],
    /// The number of requests that the digest runs.
    sample: u32,
}

pub(crate) const WORKLOADS: [Shown; 6] = [
    Shown {
        title: "Benchmark",
        short: "benchmark",
        about: "KubeAI's published benchmark at 1,600 concurrent requests, eight warmed L4",
        command: "kubeai-1600",
        base: "kubeai-1600",
        changes: &[],
        sample: 60,
    },
    Shown {
        title: "Cold start",
        short: "cold start",
        about: "The same with empty caches",
        command: "kubeai-1600 --warm none",
        base: "kubeai-1600",
        changes: &[("warm", "none")],
        sample: 60,
    },
    Shown {
        title: "Sessions",
        short: "sessions",
        about: "Generated multi-turn sessions at five new ones a second, Dynamo's step times",
        command: "bench-sessions",
        base: "bench-sessions",
        changes: &[],
        sample: 120,
    },
    Shown {
        title: "Mooncake",
        short: "Mooncake",
        about: "Mooncake's conversation trace as recorded, Dynamo's step times",
        command: "check-dynamo-mooncake",
        base: "check-dynamo-mooncake",
        changes: &[],
        sample: 60,
    },
    Shown {
        title: "Mooncake at twice the rate",
        short: "Mooncake x 2",
        about: "The same, arriving twice as fast",
        command: "check-dynamo-mooncake --time-scale 0.5",
        base: "check-dynamo-mooncake",
        changes: &[("ts", "0.5")],
        sample: 30,
    },
    Shown {
        title: "One hot prefix",
        short: "hot prefix",
        about: "3,000 requests that share a system prompt of 1,024 tokens, 20 a second",
        command: "shared-system --rate 20 --requests 3000",
        base: "shared-system",
        changes: &[("rate", "20"), ("n", "3000")],
        sample: 120,
    },
];

impl Shown {
    /// The report of every policy as shipped on this workload, seed 1; on its first `requests` requests, or on all.
    pub(crate) fn report(&self, requests: Option<u32>) -> Report {
        let query = preset(self.base).expect("a preset").query;
        let names: Vec<&str> = POLICIES.iter().map(|entry| entry.name).collect();
        let mut changes = self.changes.to_vec();
        let names = names.join(",");
        changes.push(("p", &names));
        let requests = requests.map(|n| n.to_string());
        if let Some(n) = &requests {
            changes.retain(|(key, _)| *key != "n");
            changes.push(("n", n));
        }
        let kept = query.split('&').filter(|pair| {
            let key = pair.split('=').next();
            !changes.iter().any(|(changed, _)| Some(*changed) == key)
        });
        let mut pairs: Vec<String> = kept.map(str::to_owned).collect();
        pairs.extend(changes.iter().map(|(key, value)| format!("{key}={value}")));
        let mut scenario = Scenario::from_query(&pairs.join("&")).expect("a scenario");
        let named = Named::parse(&scenario.workload).expect("a workload");
        let workload = named
            .generate(scenario.block_size, scenario.seed, scenario.requests)
            .expect("its requests");
        let workload = Arc::new(workload);
        scenario.workload.clone_from(&workload.name);
        let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).expect("a fleet");
        let runs = replay.finish().expect("runs");
        Report::new(&scenario, &workload, &runs)
    }
}

/// The digest of the policies as they are; see the [module](self).
pub(crate) fn digest() -> String {
    let mut hash = Xxh3::new();
    for entry in POLICIES {
        hash.update(format!("{}@{}", entry.name, entry.knowledge).as_bytes());
        for parameter in entry.parameters {
            hash.update(format!(":{}={}", parameter.name, parameter.default).as_bytes());
        }
    }
    for shown in &WORKLOADS {
        hash.update(json::write(&shown.report(Some(shown.sample))).as_bytes());
    }
    format!("{:016x}", hash.digest())
}
