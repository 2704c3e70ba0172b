//! `mutants`: measures whether the tests notice faults. Small faults are put into the model, and the tests of `core` are
//! run on each.
//!
//! cargo-mutants lists the possible faults; those that are tried are a random sample of the most important modules, which
//! take turns, so that a run that is stopped at any time has tried about as many in each. Some hundred faults at a time are
//! put into a copy of one commit under target/faults, each behind a switch (xtask/switches), and the copy is built once:
//! with a build per fault, 300 of them would take days on a small machine. Then each is switched on by itself, and only the
//! tests that reach it are run, those that notice most for their time first. Results are kept under target/faults as well:
//! a run that was stopped goes on where it was, on its own commit, whatever was edited since.

mod kept;
mod sample;
mod score;
mod table;
mod tally;
mod tests;
mod tree;
mod trial;

use crate::fault::{Fault, Outcome};
use crate::seed::Seed;
use crate::setup;
use kept::SampleResults;
use sample::Mutant;
use std::time::Instant;
use tree::{Fate, Tree};
use trial::{FaultResult, Trial};

/// The number of faults that are tried unless another is given.
const MUTANTS: usize = 300;

/// The largest number of faults that are put in at once, since each makes all tests run a little slower.
const TOGETHER: usize = 600;

/// The modules of `core` in which faults are tried, each a file and a folder in core/src.
const MODULES: &[&str] = &["radix", "router", "fleet", "replica", "metrics"];

/// Runs the command. `rest`: the number of faults, `--anew` (begin with the commit that is checked out now), `--again` (try
/// the faults that were not noticed with the tests of that commit), or `--table` (only write docs/quality.md).
pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    match words[..] {
        [] => go_on(MUTANTS, false),
        ["--anew"] => go_on(MUTANTS, true),
        ["--again"] => again(),
        ["--table"] => table::write(&SampleResults::read()?),
        [count] | [count, "--anew"] => match count.parse() {
            Ok(count) if count > 0 => go_on(count, words.len() > 1),
            _ => Err(refused(rest)),
        },
        _ => Err(refused(rest)),
    }
}

fn refused(rest: &[String]) -> Fault {
    let given = rest.join(" ");
    Fault::new(
        "the command line",
        format!("mutants takes a number of faults, --anew, --again or --table, not {given:?}"),
        "cargo xtask mutants 300",
    )
}

/// Tries faults until `count` were tried, including those of earlier runs.
fn go_on(count: usize, anew: bool) -> Outcome<()> {
    let program = setup::mutants()?;
    let mut kept = match SampleResults::read() {
        Ok(kept) if !anew => kept,
        _ => SampleResults::begin(tree::commit()?, Seed::fresh().text())?,
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
    while kept.count() < count {
        let left = (count - kept.count()).min(TOGETHER);
        let untried = sample.iter().filter(|it| !kept.has(&it.name));
        // Some more than are needed are taken, since about a tenth of them cannot be put in.
        let batch: Vec<Mutant> = untried.take(left + left / 8 + 1).cloned().collect();
        if batch.is_empty() {
            break;
        }
        try_all(&tree, &batch, &mut kept, count)?;
    }
    table::write(&kept)
}

/// Tries the faults that no test noticed with the tests of the commit that is checked out now.
fn again() -> Outcome<()> {
    let program = setup::mutants()?;
    let mut kept = SampleResults::read()?;
    let tree = Tree::at(&tree::commit()?)?;
    let list = tree.list(&program)?;
    let mut batch = Vec::new();
    for survivor in kept.survivors() {
        match sample::found_again(&survivor, &list) {
            Some(now) => batch.push((survivor, now)),
            None => println!("no longer in the code: {survivor}"),
        }
    }
    let (names, mutants): (Vec<String>, Vec<Mutant>) = batch.into_iter().unzip();
    let fates = tree.plant(&mutants)?;
    let mut tests = tests::all(&tree)?;
    for ((name, mutant), fate) in names.iter().zip(&mutants).zip(fates) {
        let trial = try_one(&tree, mutant, fate, &mut tests)?;
        kept.add(name, trial)?;
    }
    table::write(&kept)
}

/// Tries these faults until `count` were tried in all.
fn try_all(tree: &Tree, batch: &[Mutant], kept: &mut SampleResults, count: usize) -> Outcome<()> {
    let fates = tree.plant(batch)?;
    let mut tests = tests::all(tree)?;
    tally::read(&mut tests);
    for (mutant, fate) in batch.iter().zip(fates) {
        if kept.count() >= count {
            break;
        }
        let trial = try_one(tree, mutant, fate, &mut tests)?;
        kept.add(&mutant.name, trial)?;
        tally::write(&tests)?;
    }
    Ok(())
}

/// Tries one fault and prints the result.
fn try_one(tree: &Tree, mutant: &Mutant, fate: Fate, tests: &mut [tests::Test]) -> Outcome<Trial> {
    let start = Instant::now();
    let untried = |verdict| Trial {
        verdict,
        by: Vec::new(),
    };
    let trial = match fate {
        Fate::Planted(number) => trial::run(tree, number, tests)?,
        Fate::Unviable => untried(FaultResult::Unviable),
        Fate::Inexpressible => untried(FaultResult::Inexpressible),
    };
    let by = trial.by.first().map_or("", String::as_str);
    println!(
        "{:.1} s: {} {}: {by}",
        start.elapsed().as_secs_f64(),
        trial.verdict.word(),
        mutant.name
    );
    Ok(trial)
}
