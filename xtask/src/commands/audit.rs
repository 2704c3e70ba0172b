//! `audit`: measures the page's properties that differ from run to run in a browser, and writes them to
//! docs/page-quality.md.

use crate::fault::{Fault, Outcome};
use crate::{places, process, setup};
use std::path::PathBuf;
use std::process::Command;

const LIGHTHOUSE: &str = "12.8.2";

/// Runs the command; `rest` may name the 125 MB ShareGPT file.
pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    let step = "the audit";
    if rest.len() > 1 {
        return Err(Fault::new(
            "the command line",
            "audit takes one file at most",
            "cargo xtask help",
        ));
    }
    let tools = setup::tools()?;
    let browser = setup::browser()?;
    let Some(node) = &tools.node else {
        return Err(Fault::new(
            step,
            "there is no Node to drive the browser",
            "install Node 20 or newer",
        ));
    };
    super::build::build(&tools)?;
    let mut command = tools.command(&node.to_string_lossy());
    command
        .arg("tests/audit.mjs")
        .env("WARMPATH_CHROME", &browser.chrome)
        .env("WARMPATH_LIGHTHOUSE", lighthouse()?)
        .env("WARMPATH_GOLDEN", golden());
    if let Some(file) = rest.first() {
        command.env("WARMPATH_SHAREGPT", file);
    }
    process::run(step, &mut command, "read its output above")
}

/// The path of Lighthouse, which is installed beside the other tools if it is missing.
fn lighthouse() -> Outcome<PathBuf> {
    let folder = places::tools().join(format!("lighthouse-{LIGHTHOUSE}"));
    let program = folder.join("node_modules/lighthouse/cli/index.js");
    if program.is_file() {
        println!("ok: Lighthouse {LIGHTHOUSE}");
        return Ok(program);
    }
    let step = "installing Lighthouse";
    println!("set-up: Lighthouse {LIGHTHOUSE} (usually half a minute)");
    let fault = |reason: String| Fault::new(step, reason, "check the network and the disk");
    std::fs::create_dir_all(&folder)
        .map_err(|error| fault(format!("{}: {error}", folder.display())))?;
    let npm = places::find(&["npm"]).ok_or_else(|| fault("there is no npm on PATH".to_owned()))?;
    process::run(
        step,
        Command::new(npm)
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
            .arg("--prefix")
            .arg(&folder)
            .arg(format!("lighthouse@{LIGHTHOUSE}")),
        "check the network",
    )?;
    Ok(program)
}

/// The result of the golden tests as a word for the table; the other properties are measured in any case.
fn golden() -> &'static str {
    let same = process::run(
        "golden reports",
        Command::new("cargo")
            .args([
                "test",
                "--quiet",
                "-p",
                "warmpath-core",
                "--test",
                "browser_golden",
            ])
            .args(["-p", "warmpath-cli", "--test", "golden"])
            .current_dir(places::root()),
        "cargo test",
    );
    match same {
        Ok(()) => "identical",
        Err(_) => "the golden tests fail",
    }
}
