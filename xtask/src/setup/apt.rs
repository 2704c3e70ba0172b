//! Installs Debian's packages, where that is possible.

use crate::fault::Outcome;
use crate::process;
use std::process::Command;

/// Whether packages can be installed: as root, on Debian.
pub(super) fn possible() -> bool {
    let root = process::answer("id", &["-u"]).is_some_and(|id| id == "0");
    let debian = std::fs::read_to_string("/etc/os-release")
        .is_ok_and(|release| release.lines().any(|line| line == "ID=debian"));
    root && debian
}

/// The command that installs these packages, as a person would type it.
pub(super) fn command(packages: &[&str]) -> String {
    format!(
        "apt-get install --no-install-recommends {}",
        packages.join(" ")
    )
}

/// Installs these packages with apt-get; `step` names the step in an error.
pub(super) fn install(step: &str, packages: &[&str]) -> Outcome<()> {
    let next = format!("check the network, then `{}` by hand", command(packages));
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        process::run(step, &mut apt, &next)
    };
    apt(&["update", "-qq"])?;
    let all = ["install", "-y", "-qq", "--no-install-recommends"];
    apt(&[&all[..], packages].concat())
}
