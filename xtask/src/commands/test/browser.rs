//! Runs Rust tests in a headless browser: of every crate, the integration tests whose file name begins with `browser`. The
//! stage before runs the same files natively, so that what they check holds on both.

use super::Tally;
use crate::fault::{Fault, Outcome};
use crate::seed::Seed;
use crate::setup::{Browser, Tools};
use crate::{places, process};
use std::path::Path;

/// The crates that compile for wasm, with their folders.
const CRATES: &[(&str, &str)] = &[
    ("warmpath-core", "core"),
    ("warmpath-view", "view"),
    ("warmpath", "."),
];

/// The digests of whole scenarios as a native process computes them, in one line; the browser must compute the same.
fn native_digests(tools: &Tools) -> Outcome<String> {
    let test = "i7_two_processes_give_the_same_bytes";
    let mut line = None;
    let mut command = tools.command("cargo");
    command
        .args(["test", "-p", "warmpath-core", "--test", "browser_laws"])
        .args(["--", "--exact", test, "--nocapture"])
        .env("WARMPATH_PRINT_DIGESTS", "1");
    process::watch(
        "native digests",
        Seed::of_commit().give(&mut command),
        |printed| {
            // The test runner writes words of its own before it on the same line.
            if let Some(at) = printed.find("digests of ") {
                line = Some(printed[at..].to_owned());
            }
        },
    )?;
    line.ok_or_else(|| {
        Fault::new(
            "tests in the browser",
            "the native digests of whole scenarios were not printed",
            format!("cargo test -p warmpath-core --test browser_laws {test}"),
        )
    })
}

pub(super) fn run(tools: &Tools, browser: &Browser) -> Outcome<Tally> {
    let root = places::root();
    let crates: Vec<&str> = CRATES
        .iter()
        .filter(|(_, folder)| has_browser_tests(&root.join(folder).join("tests")))
        .map(|(name, _)| *name)
        .collect();
    if crates.is_empty() {
        return Err(Fault::new(
            "tests in the browser",
            "no crate has a tests/browser*.rs",
            "git status",
        ));
    }
    let digests = native_digests(tools)?;
    let mut command = tools.command("cargo");
    command.env("WARMPATH_DIGESTS", digests).args([
        "test",
        "--target",
        "wasm32-unknown-unknown",
        "--no-fail-fast",
        "--test",
        "browser*",
    ]);
    for name in crates {
        command.args(["-p", name]);
    }
    command
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        // Without this variable, tests that do not insist on a browser would run in Node.
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            browser.write_capabilities()?,
        )
        // In seconds; the runner's defaults of 5 and 20 are too short for a busy machine.
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
        .env("CHROMEDRIVER", &browser.driver);
    let mut tally = Tally::default();
    tally.content = process::watch("tests in the browser", &mut command, |line| {
        tally.see_rust(line)
    })?;
    Ok(tally)
}

fn has_browser_tests(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("browser") && name.ends_with(".rs")
        })
    })
}
