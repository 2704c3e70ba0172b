//! Installs tools that are Rust programs: Trunk and the wasm-bindgen command line.
//!
//! They are built in the debug profile, which takes half as long and is fast enough to use.

use super::{announce, present};
use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The version of Trunk; 0.22 needs a newer Rust than `rust-version`.
const TRUNK: &str = "0.21.14";

const MUTANTS: &str = "27.1.0";

/// The time limit for fetching a prebuilt program, after which it is built here.
const PREBUILT_LIMIT: Duration = Duration::from_secs(90);

/// A program to be installed by cargo.
pub(super) struct Tool {
    package: &'static str,
    program: &'static str,
    version: String,
    locked: bool,
    usually: &'static str,
    /// The arguments that make it print its version.
    asked: &'static [&'static str],
}

const VERSION: &[&str] = &["--version"];

pub(super) fn trunk() -> Tool {
    Tool {
        package: "trunk",
        program: "trunk",
        version: TRUNK.into(),
        locked: true,
        usually: "3 minutes",
        asked: VERSION,
    }
}

/// cargo-mutants, which lists the possible faults. Only `cargo xtask mutants` needs it, and installs it itself.
pub(super) fn mutants() -> Tool {
    Tool {
        package: "cargo-mutants",
        program: "cargo-mutants",
        version: MUTANTS.into(),
        locked: true,
        usually: "2 minutes",
        // It is a cargo command and expects its own name as the first argument.
        asked: &["mutants", "--version"],
    }
}

/// The wasm-bindgen command line in exactly the library's version, since the two share a format without a version of its
/// own.
pub(super) fn wasm_bindgen() -> Outcome<Tool> {
    Ok(Tool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: locked_version("wasm-bindgen")?,
        // Its lock file names a package of certificates that may have been withdrawn.
        locked: false,
        usually: "1 minute",
        asked: VERSION,
    })
}

/// Installs a tool if it is missing, and returns its path.
pub(super) fn ensure(tool: &Tool) -> Outcome<PathBuf> {
    let step = format!("{} {}", tool.package, tool.version);
    if let Some(found) = places::find(&[tool.program]).filter(|path| tool.is(path)) {
        present(&step);
        return Ok(found);
    }
    let kept = places::tools().join(format!("{}-{}", tool.package, tool.version));
    let program =
        kept.join("bin")
            .join(format!("{}{}", tool.program, std::env::consts::EXE_SUFFIX));
    if tool.is(&program) {
        present(&step);
        return Ok(program);
    }
    announce(&format!("{step} into {}", kept.display()), tool.usually);
    if process::answer("cargo", &["binstall", "-V"]).is_some() {
        let prebuilt = process::run_within(
            &step,
            Command::new("cargo")
                .args([
                    "binstall",
                    "--no-confirm",
                    "--disable-strategies",
                    "compile",
                    "--root",
                ])
                .arg(&kept)
                .arg(format!("{}@{}", tool.package, tool.version)),
            PREBUILT_LIMIT,
            "",
        );
        if prebuilt.is_ok() && tool.is(&program) {
            return Ok(program);
        }
        println!("no prebuilt program to be had; building it here");
    }
    let mut install = Command::new("cargo");
    install.args(["install", "--debug", "--quiet", "--root"]);
    install.arg(&kept);
    install.args([tool.package, "--version", &tool.version]);
    if tool.locked {
        install.arg("--locked");
    }
    process::run(
        &step,
        &mut install,
        "check the network and the C compiler, then the same command by hand",
    )?;
    if tool.is(&program) {
        Ok(program)
    } else {
        Err(Fault::new(
            step,
            format!(
                "{} is not there or of another version after its installation",
                program.display()
            ),
            format!("delete {} and try again", kept.display()),
        ))
    }
}

impl Tool {
    /// Whether the program at `path` is this tool in this version.
    fn is(&self, path: &Path) -> bool {
        process::answer(&path.to_string_lossy(), self.asked)
            .is_some_and(|answer| answer.split_whitespace().nth(1) == Some(self.version.as_str()))
    }
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Outcome<String> {
    let path = places::root().join("Cargo.lock");
    let step = format!("reading the version of {package} from Cargo.lock");
    let lock = std::fs::read_to_string(&path)
        .map_err(|error| Fault::new(&step, error.to_string(), "cargo generate-lockfile"))?;
    version_in(&lock, package).ok_or_else(|| {
        Fault::new(
            &step,
            "the package is not in it",
            "cargo generate-lockfile, in the repository's root folder",
        )
    })
}

/// The version of a package in Cargo.lock, where `name = "x"` is followed by `version = "y"`.
fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn the_version_is_that_of_the_package_named_and_not_of_a_longer_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "wasm"), None);
    }
}
