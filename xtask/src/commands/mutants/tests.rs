//! The tests of the copy: which there are, how long each takes, and which faults it reaches.
//!
//! Each test is first run alone with no fault switched on. It must pass, or every fault would seem to be noticed. A fault
//! is then tried only on tests that reach it, the promising ones first.

use super::tree::{self, Tree};
use crate::fault::{Fault, Outcome};
use crate::process;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The cargo profile of these builds: the test profile with more optimisation.
const PROFILE: &str = "mutants";

/// The test files of `core` that exercise these modules. The others read files and tokenize, or read the source itself.
const TARGETS: &[&str] = &[
    "browser_golden",
    "browser_laws",
    "engine",
    "entrance",
    "exports",
    "fleet",
    "goals",
    "heap",
    "ladder",
    "laws",
    "life",
    "mixed",
    "operations",
    "parity",
    "plans",
    "playback",
    "policies",
    "pool",
    "radix",
    "scaling",
    "scaling_doc",
    "tables",
    "terms",
    "warm",
];

/// The number of scenarios of each law: always the same, and fewer than `cargo xtask test` tries.
const CASES: &str = "60";

/// A test of the copy.
pub(super) struct Test {
    /// The name of the test, preceded by its file's.
    pub(super) name: String,
    /// The name of the test within its file, and the program that it is part of.
    pub(super) own: String,
    pub(super) program: PathBuf,
    /// The time that the test takes with no fault switched on.
    pub(super) time: Duration,
    /// The numbers of the faults that the test reaches.
    reached: BTreeSet<usize>,
    /// The number of faults that the test was run on, and the number it noticed.
    pub(super) shown: u32,
    pub(super) failed: u32,
}

impl Test {
    pub(super) fn reaches(&self, fault: usize) -> bool {
        self.reached.contains(&fault)
    }

    /// About how long it takes this test to notice one fault, judged by what it noticed so far; a test of which little is
    /// known is assumed to notice half of them.
    pub(super) fn cost(&self) -> f64 {
        self.time.as_secs_f64() * f64::from(self.shown + 2) / f64::from(self.failed + 1)
    }
}

/// Builds the tests and runs each alone.
pub(super) fn all(tree: &Tree) -> Outcome<Vec<Test>> {
    let mut tests = Vec::new();
    for (target, program) in build(tree)? {
        let start = Instant::now();
        let names = names(tree, &program)?;
        for own in &names {
            tests.push(alone(tree, &target, &program, own)?);
        }
        let (count, seconds) = (names.len(), start.elapsed().as_secs());
        println!("{target}: {count} tests pass with no fault on, each alone, in {seconds} s");
    }
    Ok(tests)
}

/// Builds the tests; returns the programs with their names.
fn build(tree: &Tree) -> Outcome<Vec<(String, PathBuf)>> {
    let step = "building the tests";
    let mut command = Command::new("cargo");
    command.args(["test", "--no-run", "--package", "warmpath-core"]);
    command.args(["--profile", PROFILE, "--lib"]);
    for target in TARGETS {
        command.args(["--test", target]);
    }
    command.env("CARGO_TARGET_DIR", tree::build());
    println!("$ {}", process::typed(&command));
    let output = command.current_dir(&tree.root).output();
    let output = output.map_err(|error| Fault::new(step, error.to_string(), "cargo --version"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let programs: Vec<(String, PathBuf)> = stderr
        .lines()
        .filter_map(|line| executable(line, &tree.root))
        .collect();
    match output.status.success() && programs.len() == TARGETS.len() + 1 {
        true => Ok(programs),
        false => Err(Fault::new(step, stderr, process::typed(&command))),
    }
}

/// The program that a line of cargo's output names, such as `Executable tests/pool.rs (target/…/pool-0123)`.
fn executable(line: &str, root: &Path) -> Option<(String, PathBuf)> {
    let rest = line.trim().strip_prefix("Executable ")?;
    let (source, program) = rest.split_once(" (")?;
    let program = root.join(program.strip_suffix(')')?);
    let source = source.strip_prefix("unittests ").unwrap_or(source);
    let name = Path::new(source).file_stem()?.to_string_lossy();
    Some((name.into_owned(), program))
}

/// A command that runs a test program as cargo would, except for what is measured here.
pub(super) fn command(tree: &Tree, program: &Path) -> Command {
    let mut command = Command::new(program);
    surround(&mut command, tree);
    command
}

/// Sets the environment that the tests expect.
pub(super) fn surround(command: &mut Command, tree: &Tree) {
    let package = tree.root.join("core");
    command
        .current_dir(&package)
        .env("CARGO_MANIFEST_DIR", &package)
        .env("WARMPATH_CASES", CASES)
        .env("WARMPATH_SEED", "mutants")
        .env("PROPTEST_RNG_SEED", "1")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null());
}

fn names(tree: &Tree, program: &Path) -> Outcome<Vec<String>> {
    let mut command = command(tree, program);
    command.args(["--list", "--format", "terse"]);
    let broken = |why: String| Fault::new("listing the tests", why, "run it by hand");
    let output = command
        .output()
        .map_err(|error| broken(error.to_string()))?;
    if !output.status.success() {
        return Err(broken(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = listing.lines().filter_map(|it| it.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

fn alone(tree: &Tree, target: &str, program: &Path, own: &str) -> Outcome<Test> {
    let notes = tree::folder().join("reached");
    // The file exists only if something was noted before.
    let _ = std::fs::remove_file(&notes);
    let mut command = command(tree, program);
    command
        .args(["--exact", own])
        .env("WARMPATH_REACHED", &notes);
    let broken = |why: String| Fault::new("a test without a fault", why, "mend the test first");
    let start = Instant::now();
    let output = command
        .output()
        .map_err(|error| broken(error.to_string()))?;
    let time = start.elapsed();
    if !output.status.success() {
        let stdout = String::from_utf8_lossy(&output.stdout);
        return Err(broken(format!("{}: {stdout}", process::typed(&command))));
    }
    let reached = std::fs::read_to_string(&notes).unwrap_or_default();
    Ok(Test {
        name: format!("{target}::{own}"),
        own: own.to_owned(),
        program: program.to_owned(),
        time,
        reached: reached.lines().filter_map(|it| it.parse().ok()).collect(),
        shown: 0,
        failed: 0,
    })
}

#[cfg(test)]
mod itself {
    use super::*;

    #[test]
    fn cargo_names_the_programs() {
        let root = Path::new("/tree");
        let line = "  Executable unittests src/lib.rs (/build/deps/warmpath_core-12)";
        let lib = executable(line, root).expect("a program");
        assert_eq!(
            lib,
            (
                "lib".to_owned(),
                PathBuf::from("/build/deps/warmpath_core-12")
            )
        );
        let pool = executable("  Executable tests/pool.rs (target/pool-3)", root);
        assert_eq!(
            pool,
            Some(("pool".to_owned(), PathBuf::from("/tree/target/pool-3")))
        );
        assert_eq!(
            executable("   Compiling warmpath-core v0.1.0 (/tree/core)", root),
            None
        );
    }
}
