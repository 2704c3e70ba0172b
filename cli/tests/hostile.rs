//! Hostile input to the binary, made anew with each run: files of every format with mutations, command lines of every field with
//! values that fit, nearly fit and do not.
//!
//! Whatever it gets, the binary ends by itself, soon and in little memory, with an exit code that says whose fault it was and one
//! line that says why. `WARMPATH_HOSTILE` is the number of inputs (500 if it is not given); the seed is printed and can be given
//! again as `WARMPATH_SEED`. What an input that failed was stays in the target folder.
#![cfg(unix)]

#[path = "hostile/chance.rs"]
mod chance;
#[path = "hostile/files.rs"]
mod files;
#[path = "hostile/lines.rs"]
mod lines;
#[path = "hostile/mutate.rs"]
mod mutate;
#[path = "hostile/process.rs"]
mod process;

use chance::Chance;
use process::{Input, judge, run, tidy};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Inputs unless asked otherwise: what the whole tests have time for.
const INPUTS: u64 = 500;
/// Failures after which no more are looked for.
const ENOUGH: usize = 20;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is {text:?}, a whole number expected")),
    )
}

/// The seed that is given: a number as it stands, any other text (a commit) by its hash.
fn given() -> Option<u64> {
    let text = std::env::var("WARMPATH_SEED").ok()?;
    let hash = |text: &str| {
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    Some(text.parse().unwrap_or_else(|_| hash(&text)))
}

/// The `n`-th input of a seed: it depends on nothing else.
fn input(seed: u64, n: u64, seeds: &files::Seeds) -> Input {
    let chance = &mut Chance::new(seed, n);
    match chance.below(5) {
        0 | 1 => lines::input(chance),
        2 => files::beside(chance, seeds),
        _ => files::workload(chance, seeds),
    }
}

#[test]
fn whatever_it_gets_it_ends_well() {
    let seed = given().unwrap_or_else(chance::fresh);
    let inputs = number("WARMPATH_HOSTILE").unwrap_or(INPUTS);
    println!("{inputs} inputs; again with WARMPATH_SEED={seed}");
    let seeds = files::Seeds::new();
    let (next, failures) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let codes = [const { AtomicU64::new(0) }; 3];
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (next, failures, seeds, codes) = (&next, &failures, &seeds, &codes);
            scope.spawn(move || {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= inputs || failures.lock().unwrap().len() >= ENOUGH {
                        break;
                    }
                    let input = input(seed, n, seeds);
                    let ended = run(&input, worker);
                    match judge(&input, &ended) {
                        Ok(code) => {
                            codes[code].fetch_add(1, Ordering::Relaxed);
                        }
                        Err(why) => {
                            let kept = input.keep(n);
                            failures
                                .lock()
                                .unwrap()
                                .push(format!("input {n}: {why}\n  {kept}"));
                        }
                    }
                }
                tidy(worker);
            });
        }
    });
    let counts = codes.map(|count| count.into_inner());
    println!(
        "ended with 0: {}, 1: {}, 2: {}",
        counts[0], counts[1], counts[2]
    );
    let failures = failures.into_inner().unwrap();
    assert!(
        failures.is_empty(),
        "WARMPATH_SEED={seed}: {} inputs fail\n{}",
        failures.len(),
        failures.join("\n")
    );
    // A generator all of whose inputs are refused, or none, tests nothing.
    if inputs >= INPUTS {
        assert!(
            counts.iter().all(|count| *count * 20 > inputs),
            "{counts:?}"
        );
    }
}
