//! Checks whether a command fits into memory before its work begins, so that the system need not end it in the middle.

use std::fs;

use warmpath_core::scenario::Scenario;
use warmpath_core::words::grouped;
use warmpath_core::workload::Workload;

use crate::failure::Failure;
use crate::terminal::{Label, say};

/// The memory that a request of a generated workload takes while it is made and replayed \[bytes\]. For a million requests,
/// whole processes took 306 MB with shared-system, 312 with rag, 310 with unique and 251 with multi-turn
/// (docs/performance.md).
const MADE: u64 = 320;
/// The most memory that a request takes in each run that is kept until the report \[bytes\]: its record, its place in the
/// schedule, its attempt and where it was sent.
const RECORDED: u64 = 100;
/// The need from which on it is announced, even if there is enough memory \[bytes\].
const MUCH: u64 = 4 << 30;

/// Refuses to make a number of requests if they do not fit.
pub(crate) fn to_make(requests: u64) -> Result<(), Failure> {
    check(requests, requests.saturating_mul(MADE), free())
}

/// Refuses to replay a workload under every policy and seed of a scenario if the records do not fit.
pub(crate) fn to_replay(scenario: &Scenario, workload: &Workload) -> Result<(), Failure> {
    let runs = scenario.policies.len() as u64 * u64::from(scenario.seeds);
    let count = scenario.requests.unwrap_or(workload.count);
    let requests = u64::from(count.min(workload.count));
    let need = requests.saturating_mul(runs).saturating_mul(RECORDED);
    check(requests, need, free())
}

/// Refuses what needs more memory than is free, and announces what needs much.
fn check(requests: u64, need: u64, free: Option<u64>) -> Result<(), Failure> {
    let about = format!(
        "{} requests need about {} of memory",
        grouped(requests),
        size(need)
    );
    match free {
        Some(free) if need > free => Err(Failure::run(format!(
            "{about}, and {} are free; ask for fewer (--requests), or for fewer policies and seeds at a time",
            size(free)
        ))),
        _ if need > MUCH => {
            say(Label::Warning, &about);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn size(bytes: u64) -> String {
    match bytes >> 20 {
        mib @ ..1024 => format!("{mib} MiB"),
        mib => format!("{:.1} GiB", mib as f64 / 1024.0),
    }
}

/// The memory that is available \[bytes\]; `None` if the system does not say it (Linux does).
fn free() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_there_is_is_refused_with_both_sizes() {
        let refused = |free| match check(100_000_000, 100_000_000 * MADE, free) {
            Err(Failure::Run(text)) => text,
            _ => String::new(),
        };
        assert_eq!(
            refused(Some(8 << 30)),
            "100,000,000 requests need about 29.8 GiB of memory, and 8.0 GiB are free; ask for fewer (--requests), or for \
             fewer policies and seeds at a time"
        );
        assert_eq!(refused(Some(100 << 30)), "");
        assert_eq!(refused(None), "");
    }
}
