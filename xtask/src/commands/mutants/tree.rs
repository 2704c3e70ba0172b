//! A copy of one commit, in which faults are put.

use super::trial;
use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What belongs to this command is kept here. It builds here as well, apart from all else: to cargo a crate in the copy is the
/// same as the crate outside, and whoever used what was built last would test one with a fault.
pub(super) fn folder() -> PathBuf {
    places::root().join("target/faults")
}

/// The commit that is checked out.
pub(super) fn commit() -> Outcome<String> {
    process::answer("git", &["rev-parse", "HEAD"]).ok_or_else(|| {
        Fault::new(
            "finding the commit that is checked out",
            "this is no clone, or there is no git",
            "git rev-parse HEAD",
        )
    })
}

/// The copy.
pub(super) struct Tree {
    pub(super) root: PathBuf,
    /// Tests that passed without a fault.
    passed: RefCell<Vec<&'static [&'static str]>>,
}

impl Tree {
    /// The copy as it is at this commit, whatever an earlier run has left in it.
    pub(super) fn at(commit: &str) -> Outcome<Self> {
        let root = folder().join("tree");
        if !root.join(".git").exists() {
            let mut clone = Command::new("git");
            clone.args(["clone", "--quiet", "--shared", "--no-checkout"]);
            clone.arg(places::root()).arg(&root);
            process::run("copying the commit", &mut clone, "git status")?;
        }
        let mut checkout = Command::new("git");
        checkout.args(["checkout", "--quiet", "--force", "--detach", commit]);
        process::run(
            "checking the commit out",
            checkout.current_dir(&root),
            "delete target/faults/tree",
        )?;
        let passed = RefCell::default();
        Ok(Self { root, passed })
    }

    /// All faults of the modules, as cargo-mutants names them.
    pub(super) fn list(&self, program: &Path) -> Outcome<Vec<String>> {
        let mut command = Command::new(program);
        command.args(["mutants", "--list", "--package", "warmpath-core"]);
        for module in super::MODULES {
            let name = module.name;
            command.args(["--file", &format!("core/src/{name}.rs")]);
            command.args(["--file", &format!("core/src/{name}/**")]);
        }
        let output = command.current_dir(&self.root).output().map_err(|error| {
            Fault::new("listing the faults", error.to_string(), "cargo xtask setup")
        })?;
        let said = String::from_utf8_lossy(&output.stdout);
        let list: Vec<String> = said.lines().map(str::to_owned).collect();
        if list.is_empty() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Fault::new(
                "listing the faults",
                why,
                process::typed(&command),
            ));
        }
        Ok(list)
    }

    /// Makes sure that these tests pass as long as there is no fault: else every fault would seem to be noticed. Asked once
    /// for the same tests.
    pub(super) fn unharmed(&self, tests: &'static [&'static str]) -> Outcome<()> {
        let mut passed = self.passed.borrow_mut();
        if passed.contains(&tests) {
            return Ok(());
        }
        let mut command = Command::new("cargo");
        command.args(["test", "--quiet", "--package", "warmpath-core"]);
        command.args(["--profile", trial::PROFILE]);
        for name in tests {
            command.arg(trial::target(name));
        }
        trial::surround(&mut command);
        process::run(
            "the tests without a fault",
            command.current_dir(&self.root),
            "mend the tests first",
        )?;
        passed.push(tests);
        Ok(())
    }
}
