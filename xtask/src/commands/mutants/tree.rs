//! A copy of one commit, into which faults are put.

use super::sample::Mutant;
use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of everything that belongs to this command. It is also built there, apart from other builds: cargo takes a
/// crate in the copy for the same crate outside, so sharing a folder could test a crate with a fault in it.
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

/// The result of putting a fault into the copy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    /// The fault is in the copy, and is switched on by this number.
    Planted(usize),
    /// The code does not compile with the fault.
    Unviable,
    /// The fault cannot be put behind a switch.
    Inexpressible,
}

/// The copy of a commit under target/faults, in which faults are planted.
pub(super) struct Tree {
    pub(super) root: PathBuf,
    commit: String,
}

impl Tree {
    /// The copy at a commit, whatever an earlier run has left in it.
    pub(super) fn at(commit: &str) -> Outcome<Self> {
        let root = folder().join("tree");
        if !root.join(".git").exists() {
            let mut clone = Command::new("git");
            clone.args(["clone", "--quiet", "--shared", "--no-checkout"]);
            clone.arg(places::root()).arg(&root);
            process::run("copying the commit", &mut clone, "git status")?;
        }
        let commit = commit.to_owned();
        let tree = Self { root, commit };
        tree.restore()?;
        Ok(tree)
    }

    /// Removes all faults from the copy.
    fn restore(&self) -> Outcome<()> {
        let mut checkout = Command::new("git");
        checkout.args(["checkout", "--quiet", "--force", "--detach", &self.commit]);
        process::run(
            "checking the commit out",
            checkout.current_dir(&self.root),
            "delete target/faults/tree",
        )
    }

    /// All faults of the modules, as cargo-mutants names them. Their places are stored in a file beside the copy.
    pub(super) fn list(&self, program: &Path) -> Outcome<Vec<String>> {
        let places = self.ask(program, &["--json"])?;
        write("list.json", &places)?;
        let names = self.ask(program, &[])?;
        Ok(names.lines().map(str::to_owned).collect())
    }

    fn ask(&self, program: &Path, more: &[&str]) -> Outcome<String> {
        let mut command = Command::new(program);
        command.args(["mutants", "--list", "--package", "warmpath-core"]);
        for module in super::MODULES {
            command.args(["--file", &format!("core/src/{module}.rs")]);
            command.args(["--file", &format!("core/src/{module}/**")]);
        }
        command.args(more);
        let output = command.current_dir(&self.root).output().map_err(|error| {
            Fault::new("listing the faults", error.to_string(), "cargo xtask setup")
        })?;
        match output.stdout.is_empty() {
            false => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            true => Err(Fault::new(
                "listing the faults",
                String::from_utf8_lossy(&output.stderr),
                process::typed(&command),
            )),
        }
    }

    /// Puts these faults into the copy in place of the earlier ones, and returns the result for each.
    pub(super) fn plant(&self, mutants: &[Mutant]) -> Outcome<Vec<Fate>> {
        self.restore()?;
        let names: Vec<&str> = mutants.iter().map(|it| it.name.as_str()).collect();
        write("names", &(names.join("\n") + "\n"))?;
        let mut command = Command::new("cargo");
        command.args(["run", "--quiet", "--package", "warmpath-switches", "--"]);
        command.arg(&self.root).arg(build());
        for file in ["list.json", "names", "planted.tsv"] {
            command.arg(folder().join(file));
        }
        let step = "putting the faults in";
        process::run(
            step,
            command.current_dir(places::root()),
            "read the compiler's output above",
        )?;
        let read = std::fs::read_to_string(folder().join("planted.tsv"));
        let read = read.map_err(|error| Fault::new(step, error.to_string(), "df"))?;
        let fates = read.lines().zip(1..).map(|(line, number)| {
            match line.split('\t').next().unwrap_or_default() {
                "planted" => Fate::Planted(number),
                "unviable" => Fate::Unviable,
                _ => Fate::Inexpressible,
            }
        });
        Ok(fates.collect())
    }
}

/// The folder in which the copy is built.
pub(super) fn build() -> PathBuf {
    folder().join("build")
}

fn write(name: &str, text: &str) -> Outcome<()> {
    let path = folder().join(name);
    std::fs::write(&path, text).map_err(|error| {
        let why = format!("{}: {error}", path.display());
        Fault::new("keeping what is to be tried", why, "df")
    })
}
