//! What a router is watched by: hit rate, token reuse, mean prefix length, and each replica's share, with their targets.
//!
//! The counters and their JSON are FakeAI's ([`warmpath_fakeai`]), filled by this fleet: a look-up's match is what
//! the replica that answered held, in whole blocks. (FakeAI counts the match of the whole tree, whoever answers.) The
//! targets are those its guide names. A request's output counts with what the router assumes of it.

use super::{ESTIMATED_OUTPUT, Playground};
use crate::format::{self, GAP};
use crate::rich::{Judged, RichText, Tone};
use crate::table::{Cell, Place, Row, Table};
use warmpath_fakeai::{
    ConfigReport, KvCacheMetrics, RouterReport, TreeReport, WorkerReport, kv_cache_json,
};

/// What a prompt is sent to.
const ENDPOINT: &str = "/v1/chat/completions";
/// How far from the mean a replica's share of the requests may lie.
pub const BALANCE: f64 = 0.2;

/// The counters.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    metrics: KvCacheMetrics,
    /// By replica.
    requests: Vec<u64>,
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

    /// Requests sent in all.
    fn sent(&self) -> u64 {
        self.requests.iter().sum()
    }

    /// The largest distance of a replica's requests from their mean, as a share of it.
    fn imbalance(&self) -> f64 {
        let mean = self.sent() as f64 / self.requests.len().max(1) as f64;
        if mean == 0.0 {
            return 0.0;
        }
        let far = |n: &u64| (*n as f64 / mean - 1.0).abs();
        self.requests.iter().map(far).fold(0.0, f64::max)
    }
}

/// A figure with its target.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What it is.
    pub title: &'static str,
    /// The figure.
    pub value: String,
    /// What it should be.
    pub target: String,
    /// Whether it is.
    pub met: bool,
}

impl Measure {
    /// What stands behind the figure: its target, and whether it is met. A target is where a fleet at work should come to, so
    /// one that has hardly begun has not failed.
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
    /// The share of the requests so far that found something.
    pub fn hit_rate(&self) -> String {
        format::share(self.counts.metrics.report().cache_hit_rate / 100.0)
    }

    /// The figures with their targets.
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
            share("hit rate", report.cache_hit_rate, 50.0),
            share("token reuse", report.token_reuse_rate, 30.0),
            Measure {
                title: "mean prefix length",
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

    /// The counters as FakeAI serves them.
    pub fn metrics_json(&self) -> String {
        let stats = self.index.stats();
        let workers = (0..).zip(&self.active).map(|(replica, active)| {
            let at = replica as usize;
            let report = WorkerReport {
                active_requests: i64::from(*active),
                total_requests: self.counts.requests[at],
                cached_blocks: self.held(replica),
                tokens_processed: self.counts.tokens[at],
            };
            (format!("worker-{replica}"), report)
        });
        let router = RouterReport {
            workers: workers.collect(),
            radix_tree: TreeReport {
                total_nodes: stats.nodes + 1,
                total_cached_blocks: stats.blocks,
            },
            config: ConfigReport {
                kv_overlap_weight: self.weights.overlap,
                load_balance_weight: self.weights.load,
                block_size: self.block_size,
                num_workers: self.active.len(),
            },
        };
        kv_cache_json(&self.counts.metrics, &router)
    }

    /// How many targets are met after how many requests, and what to do about the others.
    pub fn standing(&self) -> RichText {
        let met = self.measures().iter().filter(|it| it.met).count();
        let standing = match met {
            0 => "none of the four targets is met yet",
            1 => "one of the four targets is met",
            2 => "two of the four targets are met",
            3 => "three of the four targets are met",
            _ => "all four targets are met",
        };
        let advice = match met {
            ..4 => {
                " Press Send a few times: a prompt that is found warm raises the first three, and a larger load weight \
                 spreads the requests, so that the last falls."
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
        let head = ["replica", "requests", "from even", "blocks", "tokens"];
        let rows = (0..self.active.len() as u32).map(row).collect();
        Table::simple(head.map(Cell::column), rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{SAMPLES, router};
    use super::*;
    use crate::rich::words;

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

    #[test]
    fn the_json_is_fakeais_document() {
        let json = router(4).metrics_json();
        for key in [
            "\"cache_performance\":{\"cache_hit_rate\":",
            "\"endpoint_stats\":{\"/v1/chat/completions\":{\"hits\":",
            "\"smart_router\":{\"workers\":{\"worker-0\":{\"active_requests\":5,\"total_requests\":2,",
            "\"config\":{\"kv_overlap_weight\":1.0,\"load_balance_weight\":0.5,\"block_size\":4,\"num_workers\":4}",
        ] {
            assert!(json.contains(key), "{key} is not in {json}");
        }
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
        let said = words(&fleet.standing());
        assert!(said.starts_with("After 5\u{a0}requests none of"), "{said}");
        for _ in 0..10 {
            fleet.send(&SAMPLES[0].prompt());
        }
        let said = words(&fleet.standing());
        assert!(
            said.starts_with("After 15\u{a0}requests three of"),
            "{said}"
        );
    }
}
