//! A report's figures are what their names say of the records (I-35): told a second time, each by itself, in the plainest way.

use warmpath_core::fleet::{Outcome, Record, ReplicaTotals, Run};
use warmpath_core::metrics::{FIGURES, Figures};
use warmpath_core::report::Report;
use warmpath_core::request::Request;
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;

use super::whole::Ready;

/// A run or a stage of it, as far as its figures need it.
struct Part<'a> {
    ready: &'a Ready,
    start: VirtualTime,
    /// Each request with what became of it, by the request's number.
    records: Vec<(&'a Request, &'a Record)>,
    replicas: &'a [ReplicaTotals],
}

impl Part<'_> {
    fn count(&self, outcome: Outcome) -> f64 {
        let same = self.records.iter().filter(|(_, it)| it.outcome == outcome);
        same.count() as f64
    }

    fn completed(&self) -> impl Iterator<Item = &(&Request, &Record)> {
        let all = self.records.iter();
        all.filter(|(_, record)| record.outcome == Outcome::Completed)
    }

    fn sum(&self, of: impl Fn(&Request, &Record) -> u32) -> f64 {
        self.completed()
            .map(|(asked, it)| f64::from(of(asked, it)))
            .sum()
    }

    /// Seconds until the last answer.
    fn seconds(&self) -> f64 {
        let done = self.completed().map(|(_, record)| record.done.0);
        let last = done.max().unwrap_or(0).max(self.start.0);
        (last - self.start.0) as f64 / 1e9
    }

    /// Milliseconds of each answer, from the least on.
    fn times(&self, of: impl Fn(&Request, &Record) -> Option<f64>) -> Vec<f64> {
        let mut times: Vec<f64> = self
            .completed()
            .filter_map(|(asked, it)| of(asked, it))
            .collect();
        times.sort_by(f64::total_cmp);
        times
    }

    fn figure(&self, key: &str) -> Option<f64> {
        let size = self.ready.scenario.block_size;
        let input = self.sum(|asked, _| asked.prompt_tokens);
        let output = self.sum(|asked, _| asked.output_tokens);
        // An answer that was kept in front of the fleet asks no cache there.
        let routed = |tokens: u32, it: &Record| if it.recalled { 0 } else { tokens };
        let routed_tokens = self.sum(|asked, it| routed(asked.prompt_tokens, it));
        let blocks = self.sum(|asked, it| routed(asked.prompt_tokens / size, it));
        let a_second = |amount: f64| {
            if self.seconds() > 0.0 {
                amount / self.seconds()
            } else {
                0.0
            }
        };
        let share = |part: f64, of: f64| if of > 0.0 { part / of } else { f64::NAN };
        // What a replica did is summed until the end of the run, and so is the time in which it was there.
        let there = |it: &ReplicaTotals| {
            let there = it.span_s - it.away_s - it.gone_s;
            if there < 0.5e-9 { 0.0 } else { there }
        };
        let mut work: Vec<f64> = Vec::new();
        for replica in self.replicas {
            if there(replica) > 0.0 || replica.work_s > 0.0 {
                work.push(replica.work_s);
            }
        }
        let mean_work = work.iter().sum::<f64>() / work.len() as f64;
        let tallies = || self.replicas.iter().map(|it| &it.tally);
        Some(match key {
            "completed" => self.count(Outcome::Completed),
            "rejected" => self.count(Outcome::Rejected),
            "failed" => self.count(Outcome::Failed),
            "duration" => self.seconds(),
            "total_input_tokens" => input,
            "total_output_tokens" => output,
            "request_throughput" => a_second(self.count(Outcome::Completed)),
            "output_throughput" => a_second(output),
            "total_token_throughput" => a_second(input + output),
            "request_goodput" => a_second(self.good()),
            "token_reuse_rate" => share(self.sum(|_, it| it.hit_tokens), routed_tokens),
            "cache_hit_rate" => share(self.sum(|_, it| it.hit_blocks), blocks),
            "lost_never_cached" => share(self.sum(|_, it| it.lost_never), blocks),
            "lost_evicted" => share(self.sum(|_, it| it.lost_evicted), blocks),
            "lost_elsewhere" => share(self.sum(|_, it| it.lost_elsewhere), blocks),
            "lost_forgotten" => share(self.sum(|_, it| it.lost_forgotten), blocks),
            "lost_unknown" => share(self.sum(|_, it| it.lost_unknown), blocks),
            "false_hits" => {
                let missed = |it: &Record| it.believed_blocks.saturating_sub(it.hit_blocks);
                share(self.sum(|_, it| missed(it)), blocks)
            }
            "imbalance" if mean_work > 0.0 => work.iter().copied().fold(0.0, f64::max) / mean_work,
            "imbalance" => f64::NAN,
            "mean_waiting" => {
                let waited: f64 = tallies().map(|it| it.waiting_ns as f64 / 1e9).sum();
                let there: f64 = self.replicas.iter().map(there).sum();
                if there > 0.0 { waited / there } else { 0.0 }
            }
            "peak_kv_usage" => {
                let use_of = |it: &ReplicaTotals| {
                    f64::from(it.tally.peak_referenced) / f64::from(it.pool_blocks.max(1))
                };
                self.replicas.iter().map(use_of).fold(0.0, f64::max)
            }
            "preemptions" => tallies().map(|it| it.preemptions as f64).sum(),
            _ => return self.time(key),
        })
    }

    /// Requests a second within their limits: a first token and a pace, where those are limited.
    fn good(&self) -> f64 {
        let scenario = &self.ready.scenario;
        let within = |limit: Option<f64>, time: Option<f64>| match (limit, time) {
            (Some(limit), Some(time)) => time <= limit,
            _ => true,
        };
        let good = self.completed().filter(|(asked, record)| {
            within(
                scenario.ttft_slo_ms,
                between(record.sent, record.first_token),
            ) && within(scenario.tpot_slo_ms, pace(asked, record))
        });
        good.count() as f64
    }

    fn time(&self, key: &str) -> Option<f64> {
        let (statistic, rest) = key.split_once('_')?;
        let times = match rest {
            "ttft_ms" => self.times(|_, it| between(it.sent, it.first_token)),
            "tpot_ms" => self.times(pace),
            "e2el_ms" => self.times(|_, it| between(it.sent, it.done)),
            "client_wait_ms" => self.times(|_, it| between(it.due, it.sent)),
            _ => return None,
        };
        Some(match statistic {
            _ if times.is_empty() => f64::NAN,
            "mean" => times.iter().sum::<f64>() / times.len() as f64,
            "median" => at(&times, 0.5),
            "p90" => at(&times, 0.9),
            "p95" => at(&times, 0.95),
            "p99" => at(&times, 0.99),
            _ => return None,
        })
    }
}

fn between(from: VirtualTime, to: VirtualTime) -> Option<f64> {
    Some((to.0 - from.0) as f64 / 1e6)
}

/// Milliseconds a token after the first.
fn pace(asked: &Request, record: &Record) -> Option<f64> {
    let gaps = asked
        .output_tokens
        .checked_sub(1)
        .filter(|&gaps| gaps > 0)?;
    Some(between(record.first_token, record.done)? / f64::from(gaps))
}

/// As numpy's percentile: between the two nearest, in proportion.
fn at(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (place.floor(), place.ceil());
    let [low_value, high_value] = [low, high].map(|at| sorted[at as usize]);
    low_value + (high_value - low_value) * (place - low)
}

/// Computes each figure of a report from its definition, in another way than the report does, and compares.
pub(crate) fn are_what_they_are_called(ready: &Ready, run: &Run) -> Result<(), String> {
    let alone = Scenario {
        policies: vec![run.policy.clone()],
        seeds: 1,
        seed: run.seed,
        ..ready.scenario.clone()
    };
    let report = Report::new(&alone, &ready.workload, std::slice::from_ref(run));
    let summary = &report.summaries[0];
    let requests = &ready.workload.requests;
    let numbered = || run.records.iter().enumerate();
    let asked = |n: usize| &requests[n % requests.len()];
    let whole = Part {
        ready,
        start: VirtualTime::ZERO,
        records: numbered().map(|(n, record)| (asked(n), record)).collect(),
        replicas: &run.replicas,
    };
    same(&whole, &summary.values)?;
    for (stage, (totals, of_stage)) in run.stages.iter().zip(&summary.stages).enumerate() {
        let mine = numbered().filter(|(n, _)| usize::from(run.stage_of[*n]) == stage);
        let part = Part {
            ready,
            start: totals.start,
            records: mine.map(|(n, record)| (asked(n), record)).collect(),
            replicas: &totals.replicas,
        };
        same(&part, &of_stage.values).map_err(|why| format!("stage {stage}: {why}"))?;
    }
    Ok(())
}

fn same(part: &Part<'_>, values: &Figures) -> Result<(), String> {
    for (figure, &value) in FIGURES.iter().zip(values.iter()) {
        let Some(naive) = part.figure(figure.key) else {
            continue;
        };
        let near = (value - naive).abs() <= 1e-9 * value.abs().max(naive.abs()).max(1e-3);
        // What nobody has is in neither.
        let nobody = value.is_nan() && naive.is_nan();
        if !(near || nobody) {
            return Err(format!("{} is {value}, counted {naive}", figure.key));
        }
    }
    Ok(())
}
