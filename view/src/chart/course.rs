//! What the charts of a run need of one policy, taken from `core`'s records. The page and the command line use the same.

use super::befell::{Befell, befell};
use super::ecdf::{SHARES, thin};
use warmpath_core::fleet::{Outcome, Record, Run};
use warmpath_core::metrics;
use warmpath_core::order;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Workload;

/// The number of points that a distribution is thinned to.
const POINTS: usize = 1000;
/// The number of bins of a figure over time.
const BINS: usize = 50;

/// What the charts show of one policy's run: its distribution of times, and figures over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// The policy as it is typed.
    pub policy: String,
    /// The number of completed requests.
    pub completed: u64,
    /// Times to first token at even ranks, ascending \[s\].
    pub ttft: Vec<f64>,
    /// Times to first token that [`SHARES`] of the completed requests stay within: the exact percentiles of `core` \[s\]. NaN
    /// where none was completed: as a time, 0 would be the quickest of all.
    pub within: [f64; 8],
    /// The time from zero to the last answer \[s\].
    pub duration: f64,
    /// The time by which half of the completed requests were answered \[s\]; NaN where none was.
    pub half: f64,
    /// The width of a bin \[s\].
    pub bin: f64,
    /// Completed requests per second, in each bin; the last bin ends with the last answer (see `ended`).
    pub rate: Vec<f64>,
    /// Of the requests that are completed in the end, the mean number that were sent and not completed yet, in each bin; the last
    /// bin ends as that of `rate`. Requests that fail or break off are not counted, however long they are under way.
    pub in_flight: Vec<f64>,
    /// The shares of the prompts' full blocks, in the order of [`super::losses::PARTS`].
    pub blocks: [f64; 6],
    /// What befell the fleet; `None` if nothing did, or while the run is going on.
    pub befell: Option<Befell>,
}

/// The courses of several policies from their records so far, all on one time axis.
pub fn courses(workload: &Workload, block_size: u32, parts: &[(String, &[Record])]) -> Vec<Course> {
    let ends = parts.iter().map(|(_, records)| end(records));
    let until = ends.fold(0.0, f64::max).max(1e-3);
    let course = |(policy, records): &(String, &[Record])| {
        let sorted = metrics::ecdf(records);
        // Computed in milliseconds as in the report, so that not even the last digit differs.
        let within = SHARES.map(|share| match sorted.is_empty() {
            true => f64::NAN,
            false => metrics::percentile(&sorted, share * 100.0) / 1e3,
        });
        let ttft: Vec<f64> = sorted.into_iter().map(|ms| ms / 1e3).collect();
        let bin = until / BINS as f64;
        let bins = libm::ceil(end(records) / bin - 1e-9).max(0.0) as usize;
        let mut rate = metrics::throughput(records, until, BINS);
        // An answer exactly at the end of the last bin falls into a bin beyond it.
        let beyond: f64 = rate.drain(bins.min(rate.len())..).sum();
        if let Some(last) = rate.last_mut() {
            *last += beyond;
        }
        Course {
            policy: policy.clone(),
            completed: ttft.len() as u64,
            within,
            duration: end(records),
            half: half(records),
            ttft: thin(&ttft, POINTS),
            bin,
            rate: ended(rate, bin, end(records)),
            in_flight: ended(in_flight(records, bin, bins), bin, end(records)),
            blocks: blocks(workload, block_size, records),
            befell: None,
        }
    };
    parts.iter().map(course).collect()
}

/// The courses of finished runs; with several seeds, those of the first.
pub fn of_runs(scenario: &Scenario, workload: &Workload, runs: &[Run]) -> Vec<Course> {
    let first = runs.iter().filter(|run| run.seed == scenario.seed);
    let parts: Vec<(String, &[Record])> = first
        .map(|run| (run.policy.to_string(), run.records.as_slice()))
        .collect();
    let mut courses = courses(workload, scenario.block_size, &parts);
    let first = runs.iter().filter(|run| run.seed == scenario.seed);
    for (course, run) in courses.iter_mut().zip(first) {
        course.befell = befell(scenario, workload, run, course.bin, course.rate.len());
    }
    courses
}

fn completed(records: &[Record]) -> impl Iterator<Item = (usize, &Record)> {
    let all = records.iter().enumerate();
    all.filter(|(_, record)| record.outcome == Outcome::Completed)
}

/// The time of the last answer \[s\].
fn end(records: &[Record]) -> f64 {
    completed(records)
        .map(|(_, record)| record.done.secs())
        .fold(0.0, f64::max)
}

/// When half of the completed requests were answered \[s\]; NaN where none was.
fn half(records: &[Record]) -> f64 {
    let mut times: Vec<f64> = completed(records).map(|(_, it)| it.done.secs()).collect();
    order::numbers(&mut times);
    let at = times.len().div_ceil(2).checked_sub(1);
    at.map_or(f64::NAN, |at| times[at])
}

/// Corrects the last bin of a series, which the end of the run cuts off but whose value is a mean over a whole bin: it gets
/// its real length, or is joined with the bin before if shorter than half a bin. So a curve neither sinks at its end for
/// want of time nor jumps for a single answer in a short bin, and the mean over the whole duration is unchanged.
pub(crate) fn ended(mut values: Vec<f64>, bin: f64, duration: f64) -> Vec<f64> {
    const LEAST: f64 = 0.5;
    let Some(before) = values.len().checked_sub(1) else {
        return values;
    };
    let rest = duration - before as f64 * bin;
    let mut length = rest;
    if before > 0 && rest < LEAST * bin {
        let sliver = values.pop().unwrap_or_default();
        values[before - 1] += sliver;
        length += bin;
    }
    if let Some(last) = values.last_mut().filter(|_| length > 0.0) {
        *last *= bin / length;
    }
    values
}

/// The mean number of completed requests between their sending and their last token, in each bin.
fn in_flight(records: &[Record], bin: f64, bins: usize) -> Vec<f64> {
    // The number in flight as differences between whole bins, and corrections for the bins at both ends.
    let (mut whole, mut part) = (vec![0.0; bins + 2], vec![0.0; bins + 2]);
    for (_, record) in completed(records) {
        let (from, to) = (record.sent.secs() / bin, record.done.secs() / bin);
        let first = (from as usize).min(bins);
        let last = (to as usize).min(bins);
        if first == last {
            part[first] += to - from;
        } else {
            part[first] += (first + 1) as f64 - from;
            part[last] += to - last as f64;
            whole[first + 1] += 1.0;
            whole[last] -= 1.0;
        }
    }
    let mut under_way = 0.0;
    let mean = |(at, change): (usize, f64)| {
        under_way += change;
        under_way + part[at]
    };
    whole.into_iter().take(bins).enumerate().map(mean).collect()
}

fn blocks(workload: &Workload, block_size: u32, records: &[Record]) -> [f64; 6] {
    let mut asked = 0u64;
    let mut found = [0u64; 5];
    // A request that the cache of whole answers served asked for no block.
    for (n, record) in completed(records).filter(|(_, it)| !it.recalled) {
        asked += u64::from(workload.request(n as u32).prompt_tokens / block_size.max(1));
        let parts = [
            record.hit_blocks,
            record.lost_elsewhere,
            record.lost_forgotten,
            record.lost_unknown,
            record.lost_evicted,
        ];
        for (sum, part) in found.iter_mut().zip(parts) {
            *sum += u64::from(part);
        }
    }
    if asked == 0 {
        return [0.0; 6];
    }
    let new = asked.saturating_sub(found.iter().sum());
    let share = |blocks: u64| blocks as f64 / asked as f64;
    let [hit, elsewhere, forgotten, unknown, evicted] = found.map(share);
    [hit, elsewhere, forgotten, unknown, evicted, share(new)]
}

crate::wire_fields! {
    Course { policy, completed, ttft, within, duration, half, bin, rate, in_flight, blocks, befell }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::units::VirtualTime;

    fn record(sent: f64, done: f64) -> Record {
        Record {
            sent: VirtualTime::from_secs(sent),
            done: VirtualTime::from_secs(done),
            outcome: Outcome::Completed,
            ..Record::default()
        }
    }

    #[test]
    fn requests_in_flight_are_averaged_over_bins() {
        let records = [record(0.5, 2.5), record(1.0, 1.5)];
        assert_eq!(in_flight(&records, 1.0, 3), [0.5, 1.5, 0.5]);
    }

    #[test]
    fn the_last_bin_is_as_long_as_the_run_or_one_with_the_bin_before() {
        let near = |a: &[f64], b: &[f64]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9)
        };
        // Three answers per second until the end, however much of the last bin there is.
        let even = |duration: f64| {
            let bins = libm::ceil(duration / 2.0) as usize;
            let values = (0..bins).map(|at| 3.0 * (duration / 2.0 - at as f64).min(1.0));
            ended(values.collect(), 2.0, duration)
        };
        assert!(near(&even(6.0), &[3.0; 3]));
        assert!(near(&even(5.2), &[3.0; 3]), "{:?}", even(5.2));
        assert!(near(&even(4.8), &[3.0; 2]), "{:?}", even(4.8));
        assert!(near(&even(0.4), &[3.0]));
        // One answer in a very short last bin is no burst.
        assert!(near(
            &ended(vec![1.0, 1.0, 0.5], 2.0, 4.1),
            &[1.0, 3.0 / 2.1]
        ));
        assert!(ended(Vec::new(), 2.0, 0.0).is_empty());
    }

    #[test]
    fn no_answer_is_lost_between_the_bins() {
        let slow: Vec<Record> = (0..40).map(|n| record(0.0, f64::from(n) + 1.0)).collect();
        let workload = crate::trial::run("v=2&w=rag&n=1&p=smart")
            .workload()
            .clone();
        for fast in [0.2, 0.4, 0.41, 0.799, 0.8, 1.0] {
            let fast: Vec<Record> = (0..30)
                .map(|n| record(0.0, f64::from(n + 1) * fast))
                .collect();
            let parts = [("a".to_owned(), &slow[..]), ("b".to_owned(), &fast[..])];
            for (course, count) in courses(&workload, 16, &parts).iter().zip([40.0, 30.0]) {
                let series = super::super::over_time::Series {
                    name: String::new(),
                    bin: course.bin,
                    values: course.rate.clone(),
                    edges: false,
                    duration: course.duration,
                    count: course.completed,
                    half: course.half,
                };
                let total = series.mean().unwrap() * course.duration;
                assert!((total - count).abs() < 1e-9, "{total} of {count}");
                assert_eq!(course.rate.len(), course.in_flight.len());
            }
        }
    }

    #[test]
    fn the_time_in_flight_is_all_there() {
        let records: Vec<Record> = (0..40)
            .map(|n| record(f64::from(n) * 0.37, f64::from(n) * 0.61 + 1.3))
            .collect();
        let bin = end(&records) / 50.0;
        let sum: f64 = in_flight(&records, bin, 50).iter().sum();
        let all: f64 = records.iter().map(|r| r.done.secs() - r.sent.secs()).sum();
        assert!((sum * bin - all).abs() < 1e-6 * all, "{} {all}", sum * bin);
    }
}
