//! `mutants`: whether the tests bite. Small faults are put into the model, one at a time, and the tests of `core` are run on each.
//!
//! cargo-mutants makes the faults; which of them are tried is a random sample of the modules that matter most, each module's
//! turn coming round, so that a run that is stopped at any moment has tried as many of each. The faults are put into a copy of
//! one commit under target/faults, where results are kept as well: a run that was stopped goes on where it was, on its own
//! commit, whatever was edited since. A fault is shown to its module's quick tests first and only to all tests of `core` when
//! those let it pass.

mod kept;
mod sample;
mod score;
mod table;
mod tree;
mod trial;

use crate::fault::{Fault, Outcome};
use crate::seed::Seed;
use crate::setup;
use kept::Kept;
use sample::Mutant;
use std::time::Instant;
use tree::Tree;
use trial::Verdict;

/// How many faults are tried, unless it is said.
const MUTANTS: usize = 300;

/// A module of `core` that is tried: its name, which is a file and a folder in core/src, and the tests that usually notice.
struct Module {
    name: &'static str,
    quick: &'static [&'static str],
}

const MODULES: &[Module] = &[
    Module {
        name: "radix",
        quick: &["radix", "laws"],
    },
    Module {
        name: "router",
        quick: &["laws", "policies"],
    },
    Module {
        name: "fleet",
        quick: &["fleet", "laws", "life", "ladder"],
    },
    Module {
        name: "replica",
        quick: &["engine", "pool", "terms", "fleet", "laws"],
    },
    Module {
        name: "metrics",
        quick: &["laws", "life", "ladder"],
    },
];

/// `rest`: how many faults, `--anew` (of the commit checked out now), `--again` (the ones not noticed, with its tests), or
/// `--table` (only writes docs/quality.md).
pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    match words[..] {
        [] => go_on(MUTANTS, false),
        ["--anew"] => go_on(MUTANTS, true),
        ["--again"] => again(),
        ["--table"] => table::write(&Kept::read()?),
        [count] | [count, "--anew"] => match count.parse() {
            Ok(count) if count > 0 => go_on(count, words.len() > 1),
            _ => Err(refused(rest)),
        },
        _ => Err(refused(rest)),
    }
}

fn refused(rest: &[String]) -> Fault {
    let said = rest.join(" ");
    Fault::new(
        "the command line",
        format!("mutants takes a number of faults, --anew, --again or --table, not {said:?}"),
        "cargo xtask mutants 300",
    )
}

/// Tries faults until so many were, those of earlier runs counted.
fn go_on(count: usize, anew: bool) -> Outcome<()> {
    let program = setup::mutants()?;
    let mut kept = match Kept::read() {
        Ok(kept) if !anew => kept,
        _ => Kept::begin(tree::commit()?, Seed::fresh().text())?,
    };
    println!(
        "commit {}, seed {}: {} of {count} faults were tried before",
        kept.commit,
        kept.seed,
        kept.count()
    );
    let tree = Tree::at(&kept.commit)?;
    let sample = sample::of(&tree.list(&program)?, &kept.seed);
    kept.note_all(&sample)?;
    for mutant in &sample {
        if kept.count() >= count {
            break;
        }
        if !kept.has(&mutant.name) {
            one(&tree, &program, mutant, &mut kept)?;
        }
    }
    table::write(&kept)
}

/// Shows the faults that no test noticed to the tests of the commit that is checked out now.
fn again() -> Outcome<()> {
    let program = setup::mutants()?;
    let mut kept = Kept::read()?;
    let tree = Tree::at(&tree::commit()?)?;
    let list = tree.list(&program)?;
    tree.unharmed(trial::ALL)?;
    for survivor in kept.survivors() {
        match sample::found_again(&survivor, &list) {
            Some(mutant) => {
                let verdict = trial::all(&tree, &program, &mutant)?;
                println!("{}: {}", verdict.word(), mutant.name);
                kept.replace(&survivor, verdict)?;
            }
            None => println!("no longer in the code: {survivor}"),
        }
    }
    table::write(&kept)
}

fn one(tree: &Tree, program: &std::path::Path, mutant: &Mutant, kept: &mut Kept) -> Outcome<()> {
    let module = &MODULES[mutant.module];
    tree.unharmed(module.quick)?;
    let start = Instant::now();
    let mut verdict = trial::quick(tree, program, mutant, module.quick)?;
    if verdict == Verdict::Missed {
        tree.unharmed(trial::ALL)?;
        verdict = trial::all(tree, program, mutant)?;
    }
    kept.add(mutant, verdict)?;
    let (seconds, count) = (start.elapsed().as_secs(), kept.count());
    println!(
        "{count}: {} after {seconds} s: {}",
        verdict.word(),
        mutant.name
    );
    Ok(())
}
