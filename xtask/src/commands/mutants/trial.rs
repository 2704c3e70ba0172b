//! One fault shown to tests.

use super::sample::Mutant;
use super::tree::{self, Tree};
use crate::fault::{Fault, Outcome};
use std::path::Path;
use std::process::{Command, Stdio};

/// The cargo profile of these builds: the test profile, but that the tests run a good deal faster.
pub(super) const PROFILE: &str = "mutants";

/// All tests of `core` that the modules can be seen by; the others read files and tokenize.
pub(super) const ALL: &[&str] = &[
    "lib",
    "browser_golden",
    "engine",
    "exports",
    "fleet",
    "ladder",
    "laws",
    "life",
    "operations",
    "order",
    "parity",
    "playback",
    "policies",
    "pool",
    "radix",
    "tables",
    "terms",
    "warm",
];

/// Scenarios of each law that a fault is shown to first: always the same, and few.
const FEW: &str = "12";
/// And when the quick tests have let it pass.
const CASES: &str = "60";

/// A process that a fault keeps busy longer than this is ended, and the fault was noticed. CPU time, so that a busy machine
/// changes nothing: the longest test takes a tenth of it.
const CPU_SECONDS: &str = "90";
/// Likewise one that takes more address space than this.
const KILOBYTES: &str = "12000000";
/// Seconds by the clock, for what waits for ever; a machine shared by many is slow.
const TIMEOUT: &str = "1800";

/// What became of a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    Caught,
    Missed,
    /// It does not compile.
    Unviable,
}

impl Verdict {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Caught => "caught",
            Self::Missed => "missed",
            Self::Unviable => "unviable",
        }
    }

    pub(super) fn read(word: &str) -> Option<Self> {
        let all = [Self::Caught, Self::Missed, Self::Unviable];
        all.into_iter().find(|it| it.word() == word)
    }
}

/// The argument that names a test target.
pub(super) fn target(name: &str) -> String {
    match name {
        "lib" => "--lib".to_owned(),
        name => format!("--test={name}"),
    }
}

/// What the tests of a fault find around them, when all are run.
pub(super) fn surround(command: &mut Command) {
    command
        .env("CARGO_TARGET_DIR", tree::folder().join("build"))
        .env("WARMPATH_CASES", CASES)
        .env("WARMPATH_SEED", "mutants")
        .env("PROPTEST_RNG_SEED", "1");
}

/// Shows a fault to its module's quick tests.
pub(super) fn quick(
    tree: &Tree,
    program: &Path,
    mutant: &Mutant,
    tests: &[&str],
) -> Outcome<Verdict> {
    shown(tree, program, mutant, tests, FEW)
}

/// Shows a fault to all tests.
pub(super) fn all(tree: &Tree, program: &Path, mutant: &Mutant) -> Outcome<Verdict> {
    shown(tree, program, mutant, ALL, CASES)
}

fn shown(
    tree: &Tree,
    program: &Path,
    mutant: &Mutant,
    tests: &[&str],
    cases: &str,
) -> Outcome<Verdict> {
    let out = tree::folder().join("out");
    let mut command = Command::new("sh");
    let limits = format!("ulimit -t {CPU_SECONDS}; ulimit -v {KILOBYTES}; exec \"$0\" \"$@\"");
    command.args(["-c", &limits]).arg(program);
    command.args(["mutants", "--in-place", "--baseline", "skip"]);
    command.args(["--timeout", TIMEOUT, "--build-timeout", TIMEOUT]);
    command.args(["--package", "warmpath-core", "--profile", PROFILE]);
    let file = mutant.name.split(':').next().unwrap_or_default();
    command.args(["--file", file, "--re"]);
    command.arg(format!("^{}$", escaped(&mutant.name)));
    command.arg("--output").arg(&out);
    // For building as well as for running: what is not run need not be built.
    for name in tests {
        command.arg(format!("--cargo-arg={}", target(name)));
    }
    surround(&mut command);
    command.env("WARMPATH_CASES", cases);
    let output = command
        .current_dir(&tree.root)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| fault(mutant, &error.to_string()))?;
    let named = |list: &str| {
        let list = std::fs::read_to_string(out.join("mutants.out").join(list));
        list.is_ok_and(|list| list.lines().any(|line| line == mutant.name))
    };
    if named("missed.txt") {
        Ok(Verdict::Missed)
    } else if named("caught.txt") || named("timeout.txt") {
        Ok(Verdict::Caught)
    } else if named("unviable.txt") {
        Ok(Verdict::Unviable)
    } else {
        let said = [output.stdout, output.stderr].concat();
        Err(fault(mutant, &String::from_utf8_lossy(&said)))
    }
}

fn fault(mutant: &Mutant, said: &str) -> Fault {
    Fault::new(
        format!("trying {}", mutant.name),
        said,
        "cargo xtask mutants goes on where it stopped",
    )
}

/// A name as a pattern that matches nothing else.
fn escaped(name: &str) -> String {
    let mut pattern = String::new();
    for c in name.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_name_is_its_own_pattern() {
        assert_eq!(
            escaped("a.rs:1: replace + with (x) -> Vec<u8>"),
            r"a\.rs:1: replace \+ with \(x\) -> Vec<u8>"
        );
    }
}
