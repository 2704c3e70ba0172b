//! Computes the figures of a run, or their medians over several runs, from the records of its requests and the totals of
//! its replicas; and the series that charts show.

use serde::{Deserialize, Serialize};

use super::above::{self, AboveFigures};
use super::kinds::{self, KindFigures};
use super::line::{self, LineFigures};
use super::lives::{self, LifeFigures};
use super::percentile;
use super::scaling::{self, ScalingFigures};
use super::verdict::{self, Verdict};
use crate::figure::Figures;
use crate::fleet::{Outcome, Record, Refusals, ReplicaTotals, Run, ttfts_ms};
use crate::histogram::{Histogram, mean, of_some};
use crate::order;
use crate::request::Request;
use crate::scenario::Scenario;
use crate::units::VirtualTime;
use crate::workload::Workload;

/// The figures of one replica over a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplicaFigures {
    /// Number of attempts that were sent to this replica, without those that found nobody listening there.
    pub requests: f64,
    /// Prompt tokens that this replica computed.
    pub prefilled_tokens: f64,
    /// Output tokens that this replica generated.
    pub generated_tokens: f64,
    /// Number of requests that waited for a place in its batch, averaged over time.
    pub mean_waiting: f64,
    /// Largest share of its pool that running requests held at any time, from 0 to 1.
    pub peak_kv_usage: f64,
    /// Number of cached blocks that were evicted from its pool.
    pub evicted_blocks: f64,
    /// How often a request was preempted on this replica.
    pub preemptions: f64,
}

/// One policy's figures: of one run, or the medians of several with their range.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The policy in its canonical spelling, parameters included.
    pub policy: String,
    /// Number of runs, each with a seed of its own, that the figures summarise.
    pub seeds: u32,
    /// The value of each figure; of several runs, the median of those that have it. NaN where nothing has it: a time or a share
    /// where no request was answered, the time per token where each answer is one token long.
    pub values: Figures,
    /// The smallest and largest value of each figure over the runs that have it; `None` for a single run.
    pub ranges: Option<Figures<(f64, f64)>>,
    /// The figures of each replica, by its number; of several runs, those of the first.
    pub replicas: Vec<ReplicaFigures>,
    /// The figures of each stage of a ladder of rates; empty if the scenario has no ladder.
    pub stages: Vec<StageFigures>,
    /// What befell the fleet (failures, drains, restarts), of the first run; `None` if nothing could.
    pub life: Option<LifeFigures>,
    /// Whether the scenario's goal was met; of several runs, limit by limit the worst. `None`: there is no goal.
    pub verdict: Option<Verdict>,
    /// The figures by kind of replica, of the first run; empty if all replicas are alike.
    pub kinds: Vec<KindFigures>,
    /// How the fleet grew and shrank, of the first run; `None` if its size was fixed and no price was asked for.
    #[serde(alias = "staff")] // its name in directories of --resume from before
    pub scaling: Option<ScalingFigures>,
    /// What the entrance did, of the first run; `None` if the scenario neither limits, holds nor groups requests.
    pub line: Option<LineFigures>,
    /// What the caches above the fleet saved, of the first run; `None`: there are none.
    pub above: Option<AboveFigures>,
}

/// The figures of one stage of a ladder of rates; durations and rates count from the beginning of the stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageFigures {
    /// The arrival rate of the stage \[requests/s\].
    pub rate: f64,
    /// The time at which the stage began \[s\]; of several runs, the median.
    pub start_s: f64,
    /// The value of each figure over this stage, as in [`Summary::values`].
    pub values: Figures,
    /// The range of each figure over the runs, as in [`Summary::ranges`].
    pub ranges: Option<Figures<(f64, f64)>>,
    /// Whether this stage met the scenario's goal, as in [`Summary::verdict`].
    pub verdict: Option<Verdict>,
}

/// The figures of each policy, in the order of the runs; the runs of one policy with different seeds become one summary.
pub fn summarise(scenario: &Scenario, workload: &Workload, runs: &[Run]) -> Vec<Summary> {
    let mut summaries: Vec<(&Run, Vec<Summary>)> = Vec::new();
    for run in runs {
        let summary = of_run(scenario, workload, run);
        match summaries.last_mut() {
            // If the scenario has the same policy twice, its runs are separated where the first seed comes again.
            Some((first, same)) if first.policy == run.policy && run.seed != first.seed => {
                same.push(summary)
            }
            _ => summaries.push((run, vec![summary])),
        }
    }
    summaries
        .into_iter()
        .map(|(_, same)| combine(same))
        .collect()
}

fn combine(mut runs: Vec<Summary>) -> Summary {
    if runs.len() == 1 {
        return runs.remove(0);
    }
    let (values, ranges) = over(&runs, |run| &run.values);
    let stage = |at: usize, first: &StageFigures| {
        let (values, ranges) = over(&runs, |run| &run.stages[at].values);
        let mut starts: Vec<f64> = runs.iter().map(|run| run.stages[at].start_s).collect();
        order::numbers(&mut starts);
        StageFigures {
            rate: first.rate,
            start_s: percentile(&starts, 50.0),
            values,
            ranges: Some(ranges),
            verdict: worst(&runs, |run| run.stages[at].verdict.as_ref()),
        }
    };
    let stages = runs[0].stages.iter().enumerate();
    let stages = stages.map(|(at, first)| stage(at, first)).collect();
    Summary {
        seeds: runs.len() as u32,
        values,
        ranges: Some(ranges),
        stages,
        verdict: worst(&runs, |run| run.verdict.as_ref()),
        ..runs.remove(0)
    }
}

/// The verdict over several runs: of each limit, the worst found; `None` if there is no goal.
fn worst<'a>(
    runs: &'a [Summary],
    of: impl Fn(&'a Summary) -> Option<&'a Verdict>,
) -> Option<Verdict> {
    let mut all = runs.iter().filter_map(of);
    let first = all.next()?.clone();
    Some(all.fold(first, Verdict::worst))
}

/// The median and the range of every figure over those of several runs that have it.
fn over(runs: &[Summary], of: impl Fn(&Summary) -> &Figures) -> (Figures, Figures<(f64, f64)>) {
    let sorted = |at: usize| {
        let known = runs.iter().map(|run| of(run)[at]);
        let mut values: Vec<f64> = known.filter(|it| !it.is_nan()).collect();
        order::numbers(&mut values);
        values
    };
    let ends = |values: Vec<f64>| match values[..] {
        [] => (f64::NAN, f64::NAN),
        [least, ..] => (least, values[values.len() - 1]),
    };
    (
        Figures::from_fn(|at| of_some(&sorted(at), |it| percentile(it, 50.0))),
        Figures::from_fn(|at| ends(sorted(at))),
    )
}

/// The summary of one run.
fn of_run(scenario: &Scenario, workload: &Workload, run: &Run) -> Summary {
    let whole = Scope {
        stage: None,
        start: VirtualTime::ZERO,
        replicas: &run.replicas,
        refusals: run.refusals,
        gaps: run.gaps(),
    };
    let (values, replicas) = figures(scenario, workload, run, &whole);
    let goal = scenario.goal.as_ref();
    let verdict = goal.map(|goal| verdict::of(goal, workload, run, &whole, &values));
    let stages = run.stages.iter().enumerate().map(|(at, stage)| {
        let part = Scope {
            stage: Some(at),
            start: stage.start,
            replicas: &stage.replicas,
            refusals: stage.refusals,
            gaps: stage.gaps(),
        };
        StageFigures {
            rate: stage.rate,
            start_s: stage.start.secs(),
            verdict: None,
            values: figures(scenario, workload, run, &part).0,
            ranges: None,
        }
        .judged(scenario, workload, run, &part)
    });
    Summary {
        policy: run.policy.to_string(),
        seeds: 1,
        values,
        ranges: None,
        replicas,
        stages: stages.collect(),
        life: lives::of(scenario, workload, run),
        verdict,
        kinds: kinds::of(scenario, workload, run),
        scaling: scaling::of(scenario, run),
        line: line::of(scenario, workload, run),
        above: above::of(scenario, workload, run),
    }
}

impl StageFigures {
    /// Adds the verdict on this stage, if the scenario has a goal.
    fn judged(
        mut self,
        scenario: &Scenario,
        workload: &Workload,
        run: &Run,
        part: &Scope<'_>,
    ) -> Self {
        let goal = scenario.goal.as_ref();
        self.verdict = goal.map(|goal| verdict::of(goal, workload, run, part, &self.values));
        self
    }
}

/// The part of a run that figures are computed of: the whole run, or one stage.
pub(super) struct Scope<'a> {
    stage: Option<usize>,
    start: VirtualTime,
    pub(super) replicas: &'a [ReplicaTotals],
    refusals: Refusals,
    pub(super) gaps: Histogram,
}

impl Scope<'_> {
    /// The requests that belong to this part, each with its number in the workload.
    pub(super) fn records<'a>(
        &self,
        run: &'a Run,
    ) -> impl Iterator<Item = (usize, &'a Record)> + use<'a> {
        let stage = self.stage;
        let numbered = run.records.iter().enumerate();
        numbered.filter(move |(n, _)| {
            stage.is_none() || run.stage_of.get(*n).map(|&of| usize::from(of)) == stage
        })
    }
}

/// Counts and sums over the requests of a part of a run.
#[derive(Default)]
struct Totals {
    completed: u64,
    rejected: u64,
    failed: u64,
    /// Completed within the limits on the time to first token and on the pace.
    good: u64,
    prompt_tokens: u64,
    output_tokens: u64,
    /// The tokens and full blocks of those prompts that reached a replica's cache.
    routed_tokens: u64,
    routed_blocks: u64,
    hit_tokens: u64,
    hit_blocks: u64,
    /// The blocks that were not found, by why.
    lost_never: u64,
    lost_evicted: u64,
    lost_elsewhere: u64,
    lost_forgotten: u64,
    lost_unknown: u64,
    /// The blocks that the router believed to be there and that were not.
    not_held: u64,
    /// When the last of the completed requests was done.
    end: VirtualTime,
}

impl Totals {
    fn of(scenario: &Scenario, workload: &Workload, run: &Run, part: &Scope<'_>) -> Self {
        let mut it = Self {
            end: part.start,
            ..Self::default()
        };
        for (n, record) in part.records(run) {
            match record.outcome {
                Outcome::Completed => it.add(scenario, record, workload.request(n as u32)),
                Outcome::Rejected => it.rejected += 1,
                Outcome::Failed => it.failed += 1,
                Outcome::Cut | Outcome::Pending => {}
            }
        }
        it
    }

    /// Adds a completed request.
    fn add(&mut self, scenario: &Scenario, record: &Record, request: &Request) {
        self.completed += 1;
        let [prompt, output] = [request.prompt_tokens, request.output_tokens].map(u64::from);
        self.prompt_tokens += prompt;
        self.output_tokens += output;
        self.hit_tokens += u64::from(record.hit_tokens);
        self.hit_blocks += u64::from(record.hit_blocks);
        // A request that the cache of whole answers served never reached a replica's cache.
        if !record.recalled {
            self.routed_tokens += prompt;
            self.routed_blocks += prompt / u64::from(scenario.block_size);
        }
        self.lost_never += u64::from(record.lost_never);
        self.lost_evicted += u64::from(record.lost_evicted);
        self.lost_elsewhere += u64::from(record.lost_elsewhere);
        self.lost_forgotten += u64::from(record.lost_forgotten);
        self.lost_unknown += u64::from(record.lost_unknown);
        self.not_held += u64::from(record.believed_blocks.saturating_sub(record.hit_blocks));
        self.end = self.end.max(record.done);
        let first = (record.first_token - record.sent).millis();
        let pace = per_token(record, request.output_tokens);
        let in_time = scenario.ttft_slo_ms.is_none_or(|limit| first <= limit);
        let in_pace = scenario
            .tpot_slo_ms
            .is_none_or(|limit| pace.is_none_or(|pace| pace <= limit));
        self.good += u64::from(in_time && in_pace);
    }
}

fn figures(
    scenario: &Scenario,
    workload: &Workload,
    run: &Run,
    part: &Scope<'_>,
) -> (Figures, Vec<ReplicaFigures>) {
    let totals = Totals::of(scenario, workload, run, part);
    let seconds = (totals.end - part.start).secs();
    let rate = |amount: u64| {
        if seconds > 0.0 {
            amount as f64 / seconds
        } else {
            0.0
        }
    };
    let share = |part: u64, whole: u64| match whole {
        0 => f64::NAN,
        _ => part as f64 / whole as f64,
    };
    let of_blocks = |part: u64| share(part, totals.routed_blocks);
    let gaps = &part.gaps;

    // One buffer serves all four latencies in turn, as there may be millions of requests.
    let mut samples: Vec<f64> = Vec::with_capacity(totals.completed as usize);
    let mut spread_of = |of: &dyn Fn(usize, &Record) -> Option<f64>| {
        samples.clear();
        let records = part.records(run);
        let completed = records.filter(|(_, record)| record.outcome == Outcome::Completed);
        samples.extend(completed.filter_map(|(n, record)| of(n, record)));
        spread(&mut samples)
    };
    let first = |_, record: &Record| record.ttft().map(VirtualTime::millis);
    let [
        mean_ttft_ms,
        median_ttft_ms,
        p90_ttft_ms,
        p95_ttft_ms,
        p99_ttft_ms,
    ] = spread_of(&first);
    let [
        mean_tpot_ms,
        median_tpot_ms,
        p90_tpot_ms,
        p95_tpot_ms,
        p99_tpot_ms,
    ] = spread_of(&|n, record| per_token(record, workload.request(n as u32).output_tokens));
    let [
        mean_itl_ms,
        median_itl_ms,
        p90_itl_ms,
        p95_itl_ms,
        p99_itl_ms,
    ] = match gaps.total() {
        0 => [f64::NAN; 5],
        _ => {
            let [p50, p90, p95, p99] = gaps.percentiles_ms([50.0, 90.0, 95.0, 99.0]);
            [gaps.mean_ms(), p50, p90, p95, p99]
        }
    };
    let whole = |_, record: &Record| Some((record.done - record.sent).millis());
    let [
        mean_e2el_ms,
        median_e2el_ms,
        p90_e2el_ms,
        p95_e2el_ms,
        p99_e2el_ms,
    ] = spread_of(&whole);
    let wait = |_, record: &Record| Some((record.sent - record.due).millis());
    let [
        mean_client_wait_ms,
        median_client_wait_ms,
        p90_client_wait_ms,
        p95_client_wait_ms,
        p99_client_wait_ms,
    ] = spread_of(&wait);

    let replicas = by_replica(part.replicas);
    // A replica that was never there is no part of the fleet: an autoscaler's largest fleet may never be reached.
    let there = |it: &&ReplicaTotals| it.there_s() > 0.0 || it.work_s > 0.0;
    let work: Vec<f64> = part
        .replicas
        .iter()
        .filter(there)
        .map(|it| it.work_s)
        .collect();
    let mean_work = mean(&work);
    let most_work = work.iter().copied().fold(0.0, f64::max);
    let values = Figures {
        completed: totals.completed as f64,
        rejected: totals.rejected as f64,
        failed: totals.failed as f64,
        refused: f64::from(part.refusals.refused),
        retried: f64::from(part.refusals.retried),
        given_up: f64::from(part.refusals.given_up),
        duration: seconds,
        total_input_tokens: totals.prompt_tokens as f64,
        total_output_tokens: totals.output_tokens as f64,
        request_throughput: rate(totals.completed),
        output_throughput: rate(totals.output_tokens),
        total_token_throughput: rate(totals.prompt_tokens + totals.output_tokens),
        request_goodput: rate(totals.good),
        mean_ttft_ms,
        median_ttft_ms,
        p90_ttft_ms,
        p95_ttft_ms,
        p99_ttft_ms,
        mean_tpot_ms,
        median_tpot_ms,
        p90_tpot_ms,
        p95_tpot_ms,
        p99_tpot_ms,
        mean_itl_ms,
        median_itl_ms,
        p90_itl_ms,
        p95_itl_ms,
        p99_itl_ms,
        mean_e2el_ms,
        median_e2el_ms,
        p90_e2el_ms,
        p95_e2el_ms,
        p99_e2el_ms,
        mean_client_wait_ms,
        median_client_wait_ms,
        p90_client_wait_ms,
        p95_client_wait_ms,
        p99_client_wait_ms,
        token_reuse_rate: share(totals.hit_tokens, totals.routed_tokens),
        cache_hit_rate: of_blocks(totals.hit_blocks),
        lost_never_cached: of_blocks(totals.lost_never),
        lost_evicted: of_blocks(totals.lost_evicted),
        lost_elsewhere: of_blocks(totals.lost_elsewhere),
        lost_forgotten: of_blocks(totals.lost_forgotten),
        lost_unknown: of_blocks(totals.lost_unknown),
        false_hits: of_blocks(totals.not_held),
        // Where nobody worked, nobody worked more than others.
        imbalance: match mean_work > 0.0 {
            true => most_work / mean_work,
            false => f64::NAN,
        },
        mean_waiting: mean_waiting(part.replicas),
        peak_kv_usage: replicas
            .iter()
            .map(|replica| replica.peak_kv_usage)
            .fold(0.0, f64::max),
        preemptions: replicas.iter().map(|replica| replica.preemptions).sum(),
    };
    (values, replicas)
}

/// The mean, median, P90, P95 and P99 of some samples; NaN of none.
fn spread(samples: &mut Vec<f64>) -> [f64; 5] {
    order::numbers(samples);
    let mean = of_some(samples, mean);
    let [p50, p90, p95, p99] =
        [50.0, 90.0, 95.0, 99.0].map(|q| of_some(samples, |it| percentile(it, q)));
    [mean, p50, p90, p95, p99]
}

pub(super) fn per_token(record: &Record, output_tokens: u32) -> Option<f64> {
    let rest = (record.done - record.first_token).millis();
    (output_tokens > 1).then(|| rest / f64::from(output_tokens - 1))
}

/// The mean number of requests waiting at a replica while it was there.
fn mean_waiting(replicas: &[ReplicaTotals]) -> f64 {
    let waited = replicas.iter().map(|it| it.tally.waiting_ns as f64 / 1e9);
    match replicas.iter().map(|it| it.there_s()).sum::<f64>() {
        there if there > 0.0 => waited.sum::<f64>() / there,
        _ => 0.0,
    }
}

fn by_replica(replicas: &[ReplicaTotals]) -> Vec<ReplicaFigures> {
    let of = |replica: &ReplicaTotals| ReplicaFigures {
        requests: f64::from(replica.requests),
        prefilled_tokens: replica.tally.prefilled_tokens as f64,
        generated_tokens: replica.tally.generated_tokens as f64,
        mean_waiting: mean_waiting(core::slice::from_ref(replica)),
        peak_kv_usage: f64::from(replica.tally.peak_referenced)
            / f64::from(replica.pool_blocks.max(1)),
        evicted_blocks: replica.evicted_blocks as f64,
        preemptions: replica.tally.preemptions as f64,
    };
    replicas.iter().map(of).collect()
}

/// TTFTs of completed requests, sorted \[ms\]: the ECDF's x values, each worth 1/n.
pub fn ecdf(records: &[Record]) -> Vec<f64> {
    ttfts_ms(records)
}

/// Requests completed per second in `bins` equal spans of `0..until_s` \[req/s\].
pub fn throughput(records: &[Record], until_s: f64, bins: usize) -> Vec<f64> {
    let mut counts = vec![0.0; bins];
    let width = until_s / bins as f64;
    for record in records
        .iter()
        .filter(|record| record.outcome == Outcome::Completed)
    {
        let bin = (record.done.secs() / width) as usize;
        if let Some(count) = counts.get_mut(bin.min(bins.saturating_sub(1))) {
            *count += 1.0 / width;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::VirtualTime;

    /// Of several seeds the figures are of those that have them.
    #[test]
    fn a_seed_that_answered_somebody_decides() {
        let one = |value: f64| {
            let mut it = Summary::default();
            it.values.mean_ttft_ms = value;
            it
        };
        let combined = |all: &[f64]| {
            let it = combine(all.iter().map(|&value| one(value)).collect());
            (it.values.mean_ttft_ms, it.ranges.unwrap().mean_ttft_ms)
        };
        assert_eq!(combined(&[1.0, f64::NAN, 3.0]), (2.0, (1.0, 3.0)));
        assert_eq!(combined(&[f64::NAN, 4.0]), (4.0, (4.0, 4.0)));
        let (value, ends) = combined(&[f64::NAN, f64::NAN]);
        assert!(value.is_nan() && ends.0.is_nan() && ends.1.is_nan());
    }

    #[test]
    fn the_distribution_is_of_who_was_answered_in_order() {
        let at = |first: f64, outcome| Record {
            outcome,
            first_token: VirtualTime::from_secs(first),
            done: VirtualTime::from_secs(9.0),
            ..Record::default()
        };
        let records = [
            at(2.0, Outcome::Completed),
            at(0.5, Outcome::Completed),
            at(1.0, Outcome::Failed),
        ];
        assert_eq!(ecdf(&records), [500.0, 2000.0]);
    }

    /// Four seconds in two spans: two completed at 1 s and 1.9 s, one at 2 s, one at the very end; a refused one does not count.
    #[test]
    fn completed_requests_are_counted_by_span() {
        let done = |seconds: f64, outcome| Record {
            outcome,
            done: VirtualTime::from_secs(seconds),
            ..Record::default()
        };
        let completed = [1.0, 1.9, 2.0, 4.0].map(|at| done(at, Outcome::Completed));
        let mut records = completed.to_vec();
        records.push(done(1.0, Outcome::Rejected));
        assert_eq!(throughput(&records, 4.0, 2), [1.0, 1.0]);
        assert_eq!(throughput(&records, 4.0, 4), [0.0, 2.0, 1.0, 1.0]);
        assert_eq!(throughput(&records[..2], 2.0, 1), [1.0]);
        assert!(throughput(&records, 4.0, 0).is_empty());
    }
}
