//! CPU time of this process, so that other work on the machine does not count.

use std::sync::OnceLock;
use std::time::Instant;

/// Seconds of CPU so far; on systems without `/proc`, seconds of the wall clock.
pub fn seconds() -> f64 {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let spent = std::fs::read_to_string("/proc/self/schedstat").ok();
    let ns = spent.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    match ns {
        Some(ns) => ns as f64 / 1e9,
        None => BEGUN.get_or_init(Instant::now).elapsed().as_secs_f64(),
    }
}
