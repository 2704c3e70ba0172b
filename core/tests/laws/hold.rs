//! Trying a law on whole scenarios, and telling the simplest one that breaks it.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::seeds::{cases, seed};
use super::whole::{NUMBERS, Ready, Whole};

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
/// apart; if most are, the generator is at fault, and that fails too.
pub(crate) fn hold(law: &str, check: impl Fn(&Ready) -> Result<(), String> + Send) {
    let wanted = cases();
    hold_in(law, wanted, check);
}

/// As [`hold`], for a law that takes longer: this many cases for each hundred, but where more are asked for than a test's 200,
/// at least all of them.
pub(crate) fn hold_percent(
    law: &str,
    percent: u32,
    check: impl Fn(&Ready) -> Result<(), String> + Send,
) {
    let asked = cases();
    let all = if asked > 200 { asked } else { 1 };
    hold_in(law, (asked * percent / 100).max(all), check);
}

/// The stack of a thread in which laws are tried \[bytes\]: nothing recurses with the number of requests (I-27), so a
/// browser's smallest is enough for all of them.
const STACK: usize = 256 << 10;

fn hold_in(law: &str, wanted: u32, check: impl Fn(&Ready) -> Result<(), String> + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, || try_in(law, wanted, check));
        let thread = thread.expect("a thread can be made");
        if let Err(panic) = thread.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

fn try_in(law: &str, wanted: u32, check: impl Fn(&Ready) -> Result<(), String>) {
    let config = Config {
        cases: wanted,
        max_shrink_iters: 2000,
        max_global_rejects: wanted.saturating_mul(2).max(100),
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, rng(law));
    let (ran, refused) = (Cell::new(0u32), Cell::new(0u32));
    let result = runner.run(&vec(0u32..1_000_000, 0..NUMBERS), |numbers| {
        let whole = Whole::from_numbers(&numbers);
        let Some(ready) = whole.ready() else {
            // Another takes its place: as many are run as were asked for.
            refused.set(refused.get() + 1);
            return Err(TestCaseError::reject("it contradicts itself"));
        };
        ran.set(ran.get() + 1);
        check(&ready)
            .map_err(|why| TestCaseError::fail(format!("{why}\n{}", ready.scenario.to_query())))
    });
    if let Err(error) = result {
        panic!("{law}, WARMPATH_SEED={}: {}", seed(), explained(&error));
    }
    // Of a few cases many may be refused by chance.
    assert!(
        wanted < 100 || refused.get() <= ran.get(),
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

fn explained(error: &TestError<Vec<u32>>) -> String {
    match error {
        TestError::Abort(why) => format!("given up: {why}"),
        TestError::Fail(why, numbers) => {
            let whole = Whole::from_numbers(numbers);
            format!("{why}\n{whole:?}\nnumbers {numbers:?}")
        }
    }
}
