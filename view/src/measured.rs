//! What a log measured beside what the simulation gives: figures with errors, replica by replica, and the distribution of
//! times to first token.
//!
//! The command line's `reproduce FILE` and the page's laboratory show the same rows.

use crate::chart::ecdf::{SHARES, Sample, thin};
use crate::format;
use crate::table::{Cell, Row, Table};
use crate::wire_fields;
use warmpath_core::fleet::{Outcome, Run};
use warmpath_core::histogram::percentile;
use warmpath_core::metrics::{FIGURES, Summary};
use warmpath_core::order;
use warmpath_core::workload::{Recorded, Workload};

/// The number of points of the distribution that is sent to the page.
const POINTS: usize = 1000;

/// A figure that was measured, and simulated under one policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The name of the figure, with its unit.
    pub figure: String,
    /// The value that the file's own records give.
    pub measured: f64,
    /// The policy that was simulated.
    pub policy: String,
    /// The simulated value; `None` if no request was answered.
    pub simulated: Option<f64>,
    /// The relative error of the simulated value \[%\]; `None` if the measured one is 0.
    pub error: Option<f64>,
}

/// What one replica served, measured and simulated under one policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Replica {
    /// The name of the replica in the log.
    pub name: String,
    /// The number of requests that the log has of it.
    pub requests: u64,
    /// Their mean time to first token \[ms\]; `None` if the log has none.
    pub ttft_ms: Option<f64>,
    /// The policy that was simulated.
    pub policy: String,
    /// The number of requests that the corresponding simulated replica answered.
    pub simulated: u64,
    /// Their mean time to first token \[ms\]; `None` if there were none.
    pub simulated_ttft_ms: Option<f64>,
}

/// Measured and simulated figures side by side, as the engine sends them to the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beside {
    /// The figures, and for each of them the policies.
    pub figures: Vec<Compared>,
    /// The replicas, policy by policy.
    pub replicas: Vec<Replica>,
    /// Measured times to first token in ascending order \[s\]; of more than a thousand only a thousand, at even ranks.
    pub ttft: Vec<f64>,
    /// For each of [`SHARES`], the time to first token that this share of the measured requests stays within \[s\].
    pub within: [f64; 8],
    /// The number of measured times.
    pub count: u64,
    /// Whether the unit of measured times was inferred from their size alone.
    pub unit_inferred: bool,
}

wire_fields! {
    Compared { figure, measured, policy, simulated, error }
    Replica { name, requests, ttft_ms, policy, simulated, simulated_ttft_ms }
    Beside { figures, replicas, ttft, within, count, unit_inferred }
}

/// The note for readers if the unit of measured times was inferred from their size alone.
pub const UNIT_INFERRED: &str = "measured times have no unit in their names: they are read as seconds if all are at most 600, else \
     as milliseconds; “Unit of a file's times” says otherwise";

/// Each measured figure beside the simulated one.
pub fn figures(recorded: &Recorded, summaries: &[Summary]) -> Vec<Compared> {
    let mut rows = Vec::new();
    let mut add = |figure: &str, measured: f64, key: &str| {
        for summary in summaries {
            let simulated = Some(value(summary, key)).filter(|it| it.is_finite());
            let error = simulated.filter(|_| measured > 0.0);
            rows.push(Compared {
                figure: figure.to_owned(),
                measured,
                policy: summary.policy.clone(),
                simulated,
                error: error.map(|it| (it / measured - 1.0) * 100.0),
            });
        }
    };
    for (name, list, key) in [
        ("TTFT", &recorded.ttft_ms, "ttft"),
        ("E2E", &recorded.e2e_ms, "e2el"),
    ] {
        if list.is_empty() {
            continue;
        }
        let sorted = ascending(list);
        let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
        add(&format!("mean {name} ms"), mean, &format!("mean_{key}_ms"));
        for (word, q) in [
            ("median", 50.0),
            ("p90", 90.0),
            ("p95", 95.0),
            ("p99", 99.0),
        ] {
            let figure = format!("{word} {name} ms");
            add(&figure, percentile(&sorted, q), &format!("{word}_{key}_ms"));
        }
    }
    if let Some((cached, all)) = recorded.cached {
        let share = if all > 0 {
            cached as f64 / all as f64
        } else {
            0.0
        };
        add("prompt tokens reused, share", share, "token_reuse_rate");
    }
    rows
}

/// The value of a figure, by its key; not a number if there is no such figure.
fn value(summary: &Summary, key: &str) -> f64 {
    let each = summary.values.each();
    let at = FIGURES.iter().position(|figure| figure.key == key);
    at.map_or(f64::NAN, |at| *each[at])
}

fn ascending(list: &[f64]) -> Vec<f64> {
    let mut sorted = list.to_vec();
    order::numbers(&mut sorted);
    sorted
}

/// The distribution of the measured times to first token.
pub fn sample(recorded: &Recorded) -> Sample {
    let sorted = ascending(&recorded.ttft_ms);
    let sorted: Vec<f64> = sorted.iter().map(|ms| ms / 1e3).collect();
    Sample {
        name: MEASURED.to_owned(),
        within: SHARES.map(|share| percentile(&sorted, share * 100.0)),
        count: sorted.len() as u64,
        sorted,
    }
}

/// The name of the measured curve.
const MEASURED: &str = "measured";

/// What each replica served. With the log's own choices (`recorded`) replicas are paired by name; under another policy they
/// are paired by how many requests they served, since the simulated router's numbers are not the log's names.
pub fn replicas(recorded: &Recorded, workload: &Workload, runs: &[Run]) -> Vec<Replica> {
    let mut rows = Vec::new();
    for run in runs {
        let mut simulated = served(run, workload);
        let mut measured: Vec<_> = recorded.replicas.iter().collect();
        let policy = run.policy.to_string();
        if policy != "recorded" {
            order::by(&mut measured, |a, b| b.requests.cmp(&a.requests));
            order::by(&mut simulated, |a, b| b.0.cmp(&a.0));
        }
        for (at, it) in measured.into_iter().enumerate() {
            let (requests, ttft) = simulated.get(at).copied().unwrap_or_default();
            rows.push(Replica {
                name: it.name.clone(),
                requests: it.requests,
                ttft_ms: it.mean_ttft_ms,
                policy: policy.clone(),
                simulated: requests,
                simulated_ttft_ms: ttft,
            });
        }
    }
    rows
}

/// For each replica, the number of requests it answered and their mean time to first token \[ms\].
fn served(run: &Run, workload: &Workload) -> Vec<(u64, Option<f64>)> {
    let mut sums = vec![(0_u64, 0.0); run.replicas.len()];
    let records = run.records.iter().take(workload.count as usize);
    for record in records.filter(|it| it.outcome == Outcome::Completed) {
        if let (Some(sum), Some(ttft)) = (sums.get_mut(usize::from(record.replica)), record.ttft())
        {
            sum.0 += 1;
            sum.1 += ttft.millis();
        }
    }
    let mean = |(count, sum): (u64, f64)| (count, (count > 0).then(|| sum / count as f64));
    sums.into_iter().map(mean).collect()
}

impl Beside {
    /// Compares what a log measured with runs of its workload.
    pub fn new(
        recorded: &Recorded,
        workload: &Workload,
        summaries: &[Summary],
        runs: &[Run],
    ) -> Self {
        let sample = sample(recorded);
        Self {
            figures: figures(recorded, summaries),
            replicas: replicas(recorded, workload, runs),
            ttft: thin(&sample.sorted, POINTS),
            within: sample.within,
            count: sample.count,
            unit_inferred: recorded.unit_inferred,
        }
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty() && self.replicas.is_empty()
    }

    /// The curve of measured times to first token; `None` if none were measured.
    pub fn sample(&self) -> Option<Sample> {
        let sample = Sample {
            name: MEASURED.to_owned(),
            sorted: self.ttft.clone(),
            within: self.within,
            count: self.count,
        };
        (self.count > 0).then_some(sample)
    }

    /// The figures as a table: a row per figure, two columns per policy.
    pub fn table(&self) -> Table {
        let mut policies: Vec<&str> = Vec::new();
        for it in &self.figures {
            if !policies.contains(&it.policy.as_str()) {
                policies.push(&it.policy);
            }
        }
        let mut head = vec![Cell::default(), Cell::column("measured")];
        for policy in &policies {
            head.extend([Cell::column(*policy), Cell::column("error")]);
        }
        let number = |it: Option<f64>| Cell::value(it.map_or(format::NONE.into(), format::figure));
        let rows = self.figures.chunks(policies.len().max(1)).map(|of| {
            let name = of.first().map_or("", |it| it.figure.as_str());
            let measured = of.first().map(|it| it.measured);
            let mut cells = vec![Cell::row(name), number(measured)];
            for it in of {
                let error = it.error.map(|error| format::delta(100.0 + error, 100.0));
                cells.push(number(it.simulated));
                cells.push(Cell::value(error.unwrap_or_else(|| format::NONE.into())));
            }
            Row::new(cells)
        });
        Table::simple(head, rows.collect())
    }

    /// The replicas as a table.
    pub fn replica_table(&self) -> Table {
        let head = [
            "replica",
            "policy",
            "requests measured",
            "simulated",
            "mean TTFT measured",
            "simulated",
        ];
        let time = |it: Option<f64>| Cell::value(it.map_or(format::NONE.into(), format::millis));
        let rows = self.replicas.iter().map(|it| {
            Row::new([
                Cell::row(it.name.clone()),
                Cell::value(it.policy.clone()),
                Cell::value(format::count(it.requests)),
                Cell::value(format::count(it.simulated)),
                time(it.ttft_ms),
                time(it.simulated_ttft_ms),
            ])
        });
        Table::simple(head.map(Cell::column), rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;
    use crate::wire::Wire;
    use std::sync::Arc;
    use warmpath_core::fleet::Replay;
    use warmpath_core::metrics::summarise;
    use warmpath_core::scenario::Scenario;
    use warmpath_core::workload::{ReadOptions, Reader};

    const LOG: &str = r#"{"timestamp": 1000, "input_length": 512, "output_length": 10, "hash_ids": [1], "ttft_ms": 40, "replica": "b", "cached_tokens": 0}
{"timestamp": 3000, "input_length": 512, "output_length": 10, "hash_ids": [1], "ttft_ms": 20, "replica": "a", "cached_tokens": 128}
{"timestamp": 5000, "input_length": 512, "output_length": 10, "hash_ids": [1], "ttft_ms": 30, "replica": "b", "cached_tokens": 256}
"#;

    fn beside() -> Beside {
        let mut reader = Reader::new("log.jsonl", ReadOptions::default());
        reader.push(LOG.as_bytes()).unwrap();
        let (workload, origin) = reader.understood().unwrap();
        let scenario = Scenario::from_query("v=2&r=2&p=recorded,random").unwrap();
        let workload = Arc::new(workload);
        let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
        let runs = replay.finish().unwrap();
        let summaries = summarise(&scenario, &workload, &runs);
        Beside::new(&origin.recorded, &workload, &summaries, &runs)
    }

    #[test]
    fn measured_stands_beside_simulated() {
        let beside = beside();
        let at = |figure: &str, policy: &str| {
            let of = |it: &&Compared| it.figure == figure && it.policy == policy;
            beside.figures.iter().find(of).unwrap().clone()
        };
        let mean = at("mean TTFT ms", "recorded");
        let simulated = mean.simulated.unwrap();
        assert_eq!(mean.measured, 30.0);
        assert!((mean.error.unwrap() - (simulated / 30.0 - 1.0) * 100.0).abs() < 1e-9);
        let cached = at("prompt tokens reused, share", "recorded");
        assert_eq!(cached.measured, 384.0 / 1536.0);
        // A replica's last block of a prompt is always computed: 496 of 512 tokens are found again on replica b alone.
        assert_eq!(cached.simulated, Some(496.0 / 1536.0));
        let of_recorded: Vec<_> = beside
            .replicas
            .iter()
            .filter(|it| it.policy == "recorded")
            .collect();
        let counts: Vec<_> = of_recorded
            .iter()
            .map(|it| (it.name.as_str(), it.requests, it.simulated))
            .collect();
        assert_eq!(counts, [("a", 1, 1), ("b", 2, 2)]);
        assert_eq!(
            (of_recorded[0].ttft_ms, of_recorded[1].ttft_ms),
            (Some(20.0), Some(35.0))
        );
        let sample = beside.sample().unwrap();
        assert_eq!(sample.sorted, [0.02, 0.03, 0.04]);
        let mut bytes = Vec::new();
        beside.write(&mut bytes);
        assert_eq!(Beside::read(&mut &bytes[..]), Some(beside));
    }

    #[test]
    fn tables_have_a_cell_for_each_policy() {
        let beside = beside();
        let widths = |it: &Table| -> Vec<usize> {
            let rows = it.head.iter().chain(it.groups.iter().flatten());
            rows.map(|row| row.cells.len()).collect()
        };
        // The head, mean and four quantiles of TTFT, and the share that was cached.
        assert_eq!(widths(&beside.table()), [6; 7]);
        assert_eq!(widths(&beside.replica_table()), [6; 5]);
        assert_eq!(Beside::default().sample(), None);
        assert!(Beside::default().is_empty());
    }
}
