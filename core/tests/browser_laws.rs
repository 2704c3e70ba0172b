//! Whole scenarios give the same bytes in another process and in a browser (I-7).
//!
//! Natively the reports are made here and in a second process, and compared. In a browser they are compared with what a native
//! process made of the same cases: `cargo xtask test` asks that one first and compiles its answers in, as it does the seed.

use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::report::{Report, json};
use whole::{Whole, numbers};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[path = "laws/files.rs"]
mod files;
#[cfg(not(target_arch = "wasm32"))]
#[path = "laws/seeds.rs"]
mod seeds;
#[path = "laws/whole.rs"]
mod whole;

/// A scenario's whole report as a digest, or why there is none; either must be the same everywhere.
fn digest(seed: &str, at: u32) -> String {
    let Some(ready) = Whole::from_numbers(&numbers(seed, at)).ready() else {
        return "refused".to_owned();
    };
    let replay = Replay::new(ready.scenario.clone(), Arc::clone(&ready.workload), false);
    match replay.and_then(Replay::finish) {
        Err(error) => format!("{:016x}", hash(&error.to_string())),
        Ok(runs) => {
            let report = Report::new(&ready.scenario, &ready.workload, &runs);
            format!("{:016x}", hash(&json::write(&report)))
        }
    }
}

fn hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn i7_two_processes_give_the_same_bytes() {
    // Set in the second process, and by those who want the digests.
    const PRINT: &str = "WARMPATH_PRINT_DIGESTS";
    let seed = seeds::seed();
    // A quarter of what a test asks for, all of what is asked for beyond that.
    let wanted = match seeds::cases() {
        most @ 201.. => most,
        few => (few / 4).max(1),
    };
    let digests: Vec<String> = (0..wanted).map(|at| digest(seed, at)).collect();
    let line = format!("digests of {seed}: {}", digests.join(" "));
    if std::env::var_os(PRINT).is_some() {
        println!("{line}");
        return;
    }
    let itself = std::env::current_exe().expect("a test has a file");
    let second = std::process::Command::new(itself)
        .args([
            "--exact",
            "i7_two_processes_give_the_same_bytes",
            "--nocapture",
        ])
        .env(PRINT, "1")
        .env("WARMPATH_SEED", seed)
        .output()
        .expect("the second process runs");
    let printed = String::from_utf8_lossy(&second.stdout);
    let other = printed
        .lines()
        .find_map(|line| line.find("digests of").map(|at| &line[at..]));
    assert_eq!(other, Some(line.as_str()), "WARMPATH_SEED={seed}");
    assert!(digests.iter().filter(|it| *it == "refused").count() * 2 < digests.len());
}

#[cfg(target_arch = "wasm32")]
#[test]
fn i7_a_browser_gives_the_same_bytes() {
    let native = option_env!("WARMPATH_DIGESTS")
        .expect("compiled by `cargo xtask test`, which gives the native digests");
    let (seed, digests) = native
        .strip_prefix("digests of ")
        .and_then(|rest| rest.split_once(": "))
        .expect("a line of digests");
    for (at, native) in (0..).zip(digests.split(' ')) {
        assert_eq!(
            digest(seed, at),
            native,
            "case {at} of WARMPATH_SEED={seed}"
        );
    }
}
