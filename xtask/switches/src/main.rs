//! Puts many faults into a copy of the model at once, each behind a switch that is read when the tests run: so that a build
//! serves some hundred faults and not one.
//!
//! `warmpath-switches TREE BUILD LIST NAMES OUT`: the copy's folder, where it is built, the faults as `cargo mutants --list --json` writes them, the
//! names of those to put in (one a line), and where to write what became of each: `planted`, `unviable` (it does not compile)
//! or `inexpressible` (it may compile, but not behind a switch), its name, and why not. The fault of line n of NAMES is switched
//! on by `WARMPATH_FAULT=n`, counted from 1. With `WARMPATH_REACHED=FILE` none is on, and the number of each fault that the
//! program runs is written down.
//!
//! It is a crate of its own because it reads Rust: `cargo xtask` has no dependencies, so that its first answer is quick.

mod check;
mod mutant;
mod render;
mod site;
mod switch;

use check::Planting;
use mutant::Mutant;
use std::error::Error;
use std::fmt::Write;
use std::process::ExitCode;

/// What becomes of a fault.
#[derive(Clone, Debug, PartialEq)]
enum Fate {
    Planted,
    /// It does not compile.
    Unviable(String),
    /// A switch cannot turn it on.
    Inexpressible(String),
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match &words[..] {
        [tree, build, list, names, out] => plant([tree, build], list, names, out),
        _ => Err("usage: warmpath-switches TREE BUILD LIST NAMES OUT".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn plant(
    [tree, build]: [&str; 2],
    list: &str,
    names: &str,
    out: &str,
) -> Result<(), Box<dyn Error>> {
    let list: Vec<Mutant> = serde_json::from_str(&std::fs::read_to_string(list)?)?;
    let names = std::fs::read_to_string(names)?;
    let mut mutants = Vec::new();
    for name in names.lines() {
        let known = list.iter().find(|mutant| mutant.name == name);
        mutants.push(known.ok_or_else(|| format!("no fault is called {name:?}"))?);
    }
    let fates = Planting::read(tree.as_ref(), &mutants)?.until_it_compiles(build.as_ref())?;
    let mut text = String::new();
    for (mutant, fate) in mutants.iter().zip(fates) {
        let (word, why) = match fate {
            Fate::Planted => ("planted", String::new()),
            Fate::Unviable(why) => ("unviable", why),
            Fate::Inexpressible(why) => ("inexpressible", why),
        };
        writeln!(text, "{word}\t{}\t{why}", mutant.name)?;
    }
    Ok(std::fs::write(out, text)?)
}
