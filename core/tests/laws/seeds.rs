//! Which cases a law is tried on, and how a failure is told.
//!
//! The seed is `WARMPATH_SEED` where it is given, else the commit that is checked out: the same commit tries the same cases
//! on every machine, the next one tries others. It is printed with every failure. `WARMPATH_CASES` says how many cases
//! (200 unless given).

use std::fmt::Debug;
use std::process::Command;
use std::sync::OnceLock;

use proptest::collection::vec;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::whole::{NUMBERS, Ready, Whole};

/// How many cases each law is tried on.
fn cases() -> u32 {
    std::env::var("WARMPATH_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(200)
}

/// The seed of this run, as a text that can be given again.
pub(crate) fn seed() -> &'static str {
    static SEED: OnceLock<String> = OnceLock::new();
    SEED.get_or_init(|| {
        if let Ok(seed) = std::env::var("WARMPATH_SEED") {
            return seed;
        }
        let head = Command::new("git")
            .args(["rev-parse", "--short=12", "HEAD"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output();
        let head = head.ok().filter(|output| output.status.success());
        let head = head.and_then(|output| String::from_utf8(output.stdout).ok());
        head.map_or("1".to_owned(), |head| head.trim().to_owned())
    })
}

fn rng(law: &str) -> TestRng {
    let mut bytes = [0; 32];
    for (at, part) in bytes.chunks_mut(8).enumerate() {
        let text = format!("{}/{law}", seed());
        let hash = xxhash_rust::xxh3::xxh3_64_with_seed(text.as_bytes(), at as u64);
        part.copy_from_slice(&hash.to_le_bytes());
    }
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// Tries a law on whole scenarios and panics with the simplest one that breaks it. Cases that are refused in words count
/// apart; if nearly all are, the generator is at fault, and that fails too.
pub(crate) fn hold(law: &str, check: impl Fn(&Ready) -> Result<(), String>) {
    let wanted = cases();
    hold_in(law, wanted, check);
}

/// As [`hold`], for a law that takes longer: so many cases for each hundred.
pub(crate) fn hold_percent(law: &str, percent: u32, check: impl Fn(&Ready) -> Result<(), String>) {
    hold_in(law, (cases() * percent / 100).max(1), check);
}

fn hold_in(law: &str, wanted: u32, check: impl Fn(&Ready) -> Result<(), String>) {
    let config = Config {
        cases: wanted,
        max_shrink_iters: 2000,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, rng(law));
    let (ran, refused) = (std::cell::Cell::new(0u32), std::cell::Cell::new(0u32));
    let result = runner.run(&vec(0u32..1_000_000, 0..NUMBERS), |numbers| {
        let whole = Whole::from_numbers(&numbers);
        let Some(ready) = whole.ready() else {
            refused.set(refused.get() + 1);
            return Ok(());
        };
        ran.set(ran.get() + 1);
        check(&ready)
            .map_err(|why| TestCaseError::fail(format!("{why}\n{}", ready.scenario.to_query())))
    });
    if let Err(error) = result {
        panic!(
            "{law}, WARMPATH_SEED={}: {}",
            seed(),
            told(&error, Whole::from_numbers)
        );
    }
    assert!(
        ran.get() * 4 >= wanted * 3,
        "{law}: of {wanted} cases {} were refused",
        refused.get()
    );
    println!(
        "{law}: {} scenarios ran, {} were refused, WARMPATH_SEED={}",
        ran.get(),
        refused.get(),
        seed()
    );
}

fn told<T: Debug>(
    error: &proptest::test_runner::TestError<Vec<u32>>,
    show: impl Fn(&[u32]) -> T,
) -> String {
    use proptest::test_runner::TestError::{Abort, Fail};
    match error {
        Abort(why) => format!("given up: {why}"),
        Fail(why, numbers) => format!("{why}\n{:?}\nnumbers {numbers:?}", show(numbers)),
    }
}
