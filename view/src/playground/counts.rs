//! The figures that a router is watched by: requests with a hit, token reuse, mean prefix of a hit, and each replica's share, with
//! their targets.
//!
//! The counters and their JSON are FakeAI's ([`warmpath_fakeai`]), filled by this fleet: the match of a look-up is what the
//! replica that answered held, in whole blocks. (FakeAI counts the match in the whole tree, whichever worker answers.) The
//! targets are those that FakeAI's guide names. The output of a request counts with the length that the router assumes.

use super::{ESTIMATED_OUTPUT, Playground};
use crate::format::{self, GAP};
use crate::rich::{Judged, RichText, Tone};
use crate::table::{Cell, Place, Row, Table};
use warmpath_core::decimal::short;
use warmpath_fakeai::{EndpointReport, KvCacheMetrics};

/// The endpoint under which all look-ups are counted.
const ENDPOINT: &str = "/v1/chat/completions";
/// How far from the mean a replica's share of the requests may be, as a share of the mean.
pub const BALANCE: f64 = 0.2;

/// The counters of the prompts that were sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    metrics: KvCacheMetrics,
    /// The number of requests that each replica answered.
    requests: Vec<u64>,
    /// The number of prompt and output tokens of each replica's requests.
    tokens: Vec<u64>,
}

impl Counts {
    pub(super) fn new(replicas: u32) -> Self {
        Self {
            requests: vec![0; replicas as usize],
            tokens: vec![0; replicas as usize],
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, replica: u32, tokens: u64, matched: u64) {
        self.metrics.record_lookup(ENDPOINT, tokens, matched);
        self.requests[replica as usize] += 1;
        self.tokens[replica as usize] += tokens + u64::from(ESTIMATED_OUTPUT);
    }

    /// The number of prompts that were sent.
    fn sent(&self) -> u64 {
        self.requests.iter().sum()
    }

    /// The largest distance of a replica's number of requests from their mean, as a share of it.
    fn imbalance(&self) -> f64 {
        let mean = self.sent() as f64 / self.requests.len().max(1) as f64;
        if mean == 0.0 {
            return 0.0;
        }
        let far = |n: &u64| (*n as f64 / mean - 1.0).abs();
        self.requests.iter().map(far).fold(0.0, f64::max)
    }
}

/// A JSON object with these members, whose names need no escapes.
fn object<N: AsRef<str>>(members: impl IntoIterator<Item = (N, String)>) -> String {
    let mut text = String::from("{");
    for (name, value) in members {
        if text.len() > 1 {
            text.push(',');
        }
        text.extend(["\"", name.as_ref(), "\":", &value]);
    }
    text.push('}');
    text
}

/// A number in JSON, with at most six decimals.
fn number(x: f64) -> String {
    let text = short(x, 6);
    if text.contains('.') {
        text
    } else {
        text + ".0"
    }
}

/// A figure with its value and its target.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What the figure is called.
    pub title: &'static str,
    /// The figure as text, with its unit.
    pub value: String,
    /// The value that it should reach.
    pub target: String,
    /// Whether the figure reaches its target.
    pub met: bool,
}

impl Measure {
    /// The text behind the figure: its target, and whether it is met. A target is for a fleet that has been at work for
    /// some time, so one that has hardly begun has not failed.
    pub fn judged(&self) -> RichText {
        let judged = if self.met {
            Judged::Met
        } else {
            Judged::NotYet
        };
        vec![(Tone::Judged(judged), format!("target {}", self.target))]
    }
}

impl Playground {
    /// The share of the requests so far that found something in a cache.
    pub fn hit_rate(&self) -> String {
        format::share(self.counts.metrics.report().cache_hit_rate / 100.0)
    }

    /// The number of prompts that were sent, those included that the replicas had answered before.
    pub fn sent(&self) -> u64 {
        self.counts.sent()
    }

    /// All figures with their targets.
    pub fn measures(&self) -> [Measure; 4] {
        let report = self.counts.metrics.report();
        let share = |title, value: f64, target: f64| Measure {
            title,
            value: format::share(value / 100.0),
            target: format!("over {}", format::share(target / 100.0)),
            met: value > target,
        };
        let apart = self.counts.imbalance();
        [
            share("requests with a hit", report.cache_hit_rate, 50.0),
            share("token reuse", report.token_reuse_rate, 30.0),
            Measure {
                title: "mean prefix of a hit",
                value: format!(
                    "{}{GAP}tokens",
                    format::figure(report.average_prefix_length)
                ),
                target: format!("over 64{GAP}tokens"),
                met: report.average_prefix_length > 64.0,
            },
            Measure {
                title: "furthest from an even share",
                value: format::share(apart),
                target: format!("within {}", format::share(BALANCE)),
                met: apart <= BALANCE,
            },
        ]
    }

    /// The counters as FakeAI serves them. A test holds the text equal to FakeAI's own
    /// [`kv_cache_json`](warmpath_fakeai::kv_cache_json). A JSON library for this alone would be a thirtieth of the story's
    /// program.
    pub fn metrics_json(&self) -> String {
        let report = self.counts.metrics.report();
        let endpoint = |(name, it): (&String, &EndpointReport)| {
            let counts = [
                ("hits", it.hits.to_string()),
                ("misses", it.misses.to_string()),
            ];
            (name.clone(), object(counts))
        };
        let performance = object([
            ("cache_hit_rate", number(report.cache_hit_rate)),
            ("token_reuse_rate", number(report.token_reuse_rate)),
            ("total_cache_hits", report.total_cache_hits.to_string()),
            ("total_cache_misses", report.total_cache_misses.to_string()),
            (
                "total_tokens_processed",
                report.total_tokens_processed.to_string(),
            ),
            (
                "cached_tokens_reused",
                report.cached_tokens_reused.to_string(),
            ),
            (
                "average_prefix_length",
                number(report.average_prefix_length),
            ),
            (
                "endpoint_stats",
                object(report.endpoint_stats.iter().map(endpoint)),
            ),
            // Nothing here takes time, so there is no speed-up.
            ("speedup_stats", object::<&str>([])),
        ]);
        let worker = |(replica, active): (u32, &u32)| {
            let at = replica as usize;
            let worker = object([
                ("active_requests", active.to_string()),
                ("total_requests", self.counts.requests[at].to_string()),
                ("cached_blocks", self.held(replica).to_string()),
                ("tokens_processed", self.counts.tokens[at].to_string()),
            ]);
            (format!("worker-{replica}"), worker)
        };
        let stats = self.index.stats();
        let tree = object([
            ("total_nodes", (stats.nodes + 1).to_string()),
            ("total_cached_blocks", stats.blocks.to_string()),
        ]);
        let config = object([
            ("kv_overlap_weight", number(self.weights.overlap)),
            ("load_balance_weight", number(self.weights.load)),
            ("block_size", self.block_size.to_string()),
            ("num_workers", self.active.len().to_string()),
        ]);
        let router = object([
            ("workers", object((0..).zip(&self.active).map(worker))),
            ("radix_tree", tree),
            ("config", config),
        ]);
        object([("cache_performance", performance), ("smart_router", router)])
    }

    /// How many targets are met, and that in words.
    fn met(&self) -> (usize, &'static str) {
        let met = self.measures().iter().filter(|it| it.met).count();
        let words = match met {
            0 => "none of the four targets is met yet",
            1 => "one of the four targets is met",
            2 => "two of the four targets are met",
            3 => "three of the four targets are met",
            _ => "all four targets are met",
        };
        (met, words)
    }

    /// What the measures say, in a line.
    pub fn watched(&self) -> String {
        let sent = format::plural(self.counts.sent(), "request");
        format!(
            "What a router is watched by: after {sent}, {}",
            self.met().1
        )
    }

    /// The number of targets that are met after so many requests, and what helps with the others.
    pub fn standing(&self) -> RichText {
        let (met, standing) = self.met();
        let advice = match met {
            ..4 => {
                " Press Send a few times: a prompt that is found warm raises the first three. Where all go to one replica the shares \
                 become uneven; a larger active weight spreads them, so that the last falls."
            }
            _ => "",
        };
        vec![
            (Tone::Plain, "After ".to_owned()),
            (Tone::Strong, format::plural(self.counts.sent(), "request")),
            (Tone::Plain, format!(" {standing}.{advice}")),
        ]
    }

    /// Each replica's share of the requests.
    pub fn shares(&self) -> Table {
        let even = self.counts.sent() as f64 / self.active.len() as f64;
        let row = |replica: u32| {
            let at = replica as usize;
            let requests = self.counts.requests[at];
            let name = vec![
                (Tone::Replica(replica), replica.to_string()),
                (Tone::Plain, format!(" replica {replica}")),
            ];
            let values = [
                format::count(requests),
                format::delta(requests as f64, even),
                format::count(self.held(replica) as u64),
                format::count(self.counts.tokens[at]),
            ];
            let name = Cell::rich(Place::Row, name);
            Row::new([name].into_iter().chain(values.map(Cell::value)))
        };
        let head = [
            "replica",
            "requests sent",
            "from even",
            "blocks held",
            "tokens of prompts and answers",
        ];
        let rows = (0..self.active.len() as u32).map(row).collect();
        Table::simple(head.map(Cell::column), rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{SAMPLES, router};
    use super::*;
    use crate::rich::words;
    use warmpath_fakeai::{ConfigReport, RouterReport, TreeReport, WorkerReport, kv_cache_json};

    #[test]
    fn what_is_sent_is_counted() {
        let mut fleet = router(4);
        let before = fleet.measures();
        let reused = u64::from(fleet.look(&SAMPLES[0].prompt()).reused() * 4);
        assert_eq!(fleet.counts.requests.iter().sum::<u64>(), 5);
        let replica = fleet.send(&SAMPLES[0].prompt());
        assert_eq!(fleet.counts.requests[replica as usize], 2);
        let report = fleet.counts.metrics.report();
        assert_eq!(report.total_cache_hits + report.total_cache_misses, 6);
        assert!(report.cached_tokens_reused >= reused && reused > 0);
        assert_ne!(fleet.measures(), before);
    }

    /// What FakeAI itself writes for these counters.
    fn fakeais(fleet: &Playground) -> String {
        let workers = (0..).zip(&fleet.active).map(|(replica, active)| {
            let at = replica as usize;
            let report = WorkerReport {
                active_requests: i64::from(*active),
                total_requests: fleet.counts.requests[at],
                cached_blocks: fleet.held(replica),
                tokens_processed: fleet.counts.tokens[at],
            };
            (format!("worker-{replica}"), report)
        });
        let stats = fleet.index.stats();
        let router = RouterReport {
            workers: workers.collect(),
            radix_tree: TreeReport {
                total_nodes: stats.nodes + 1,
                total_cached_blocks: stats.blocks,
            },
            config: ConfigReport {
                kv_overlap_weight: fleet.weights.overlap,
                load_balance_weight: fleet.weights.load,
                block_size: fleet.block_size,
                num_workers: fleet.active.len(),
            },
        };
        kv_cache_json(&fleet.counts.metrics, &router)
    }

    #[test]
    fn the_json_is_fakeais_document() {
        let mut fleet = router(4);
        let json = fleet.metrics_json();
        for key in [
            "\"cache_performance\":{\"cache_hit_rate\":",
            "\"smart_router\":{\"workers\":{\"worker-0\":{\"active_requests\":5,\"total_requests\":2,",
            "\"config\":{\"kv_overlap_weight\":1.0,\"load_balance_weight\":0.5,\"block_size\":4,\"num_workers\":4}",
        ] {
            assert!(json.contains(key), "{key} is not in {json}");
        }
        for weight in [0.0, 0.07, 1.25, 2.0] {
            fleet.weights.overlap = weight;
            fleet.send(&SAMPLES[1].prompt());
            assert_eq!(fleet.metrics_json(), fakeais(&fleet));
        }
        let new = Playground::new(2, 4);
        assert_eq!(new.metrics_json(), fakeais(&new));
    }

    #[test]
    fn balance_is_measured_from_the_mean() {
        let mut counts = Counts::new(2);
        assert_eq!(counts.imbalance(), 0.0);
        for replica in [0, 0, 0, 1] {
            counts.add(replica, 10, 0);
        }
        assert_eq!(counts.imbalance(), 0.5);
        assert_eq!(counts.metrics.report().average_prefix_length, 0.0);
    }

    #[test]
    fn nothing_sent_is_no_trouble() {
        let fleet = Playground::new(2, 4);
        assert!(!fleet.measures()[0].met);
        assert!(words(&fleet.standing()).starts_with("After 0\u{a0}requests one of"));
        assert_eq!(fleet.shares().rows().count(), 2);
    }

    #[test]
    fn targets_are_met_by_sending() {
        let mut fleet = router(4);
        let sentence = words(&fleet.standing());
        assert!(
            sentence.starts_with("After 5\u{a0}requests none of"),
            "{sentence}"
        );
        for _ in 0..10 {
            fleet.send(&SAMPLES[0].prompt());
        }
        let sentence = words(&fleet.standing());
        assert!(
            sentence.starts_with("After 15\u{a0}requests three of"),
            "{sentence}"
        );
    }
}
