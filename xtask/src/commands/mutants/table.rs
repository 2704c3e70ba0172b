//! Writes the table of docs/quality.md, and lists the faults (mutants) that no test notices and that this document does not discuss
//! yet.

use super::MODULES;
use super::kept::SampleResults;
use super::score::{Score, together};
use super::trial::FaultResult;
use crate::fault::{Fault, Outcome};
use crate::places;
use std::fmt::Write;

const BEGIN: &str = "<!-- made by `cargo xtask mutants` -->\n";
const END: &str = "<!-- end -->\n";

/// Writes the table into the document, prints it, and lists the unnoticed faults that the document does not name.
pub(super) fn write(results: &SampleResults) -> Outcome<()> {
    let path = places::root().join("docs/quality.md");
    let failed = |why: String| Fault::new("docs/quality.md", why, "git checkout docs/quality.md");
    let document = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
    let table = table(results);
    println!("\n{table}");
    let document = replaced(&document, &table)
        .ok_or_else(|| failed("it has no place for the table".into()))?;
    std::fs::write(&path, &document).map_err(|error| failed(error.to_string()))?;
    let undiscussed: Vec<String> = results
        .survivors()
        .into_iter()
        .filter(|name| !document.contains(&without_line(name)))
        .collect();
    if !undiscussed.is_empty() {
        println!(
            "{} that no test notices are not in docs/quality.md:",
            undiscussed.len()
        );
        undiscussed.iter().for_each(|name| println!("{name}"));
    }
    Ok(())
}

/// A fault as the document names it: its file and what it changes, without line and column, since these move as the file is edited.
fn without_line(name: &str) -> String {
    let mut parts = name.splitn(4, ':');
    let file = parts.next().unwrap_or_default();
    let file = file.strip_prefix("core/src/").unwrap_or(file);
    let fault = parts.nth(2).unwrap_or_default();
    format!("`{file}`: `{}`", fault.trim())
}

/// The document with this table in place of its old one; `None` if it has no place for one.
fn replaced(document: &str, table: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}{END}{after}"))
}

fn table(results: &SampleResults) -> String {
    let mut text = String::from(
        "| module | faults | tried | noticed at first | share | 95 % interval | noticed now | share |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (at, name) in MODULES.iter().enumerate() {
        let ([first, now, tried], all) = (results.of_module(at), results.all[at]);
        let [first, now] = [first, now].map(|caught| Score { caught, tried });
        let known = tried > 0;
        let row = row(name, all, [first, now], known, first.interval());
        let _ = writeln!(text, "{row}");
        before.push((first, all));
        after.push((now, all));
    }
    // If nothing was tried in one module, nothing can be said of it, nor of all together.
    let known = before.iter().all(|(score, _)| score.tried > 0);
    let ((share, half), (now, _)) = (together(&before), together(&after));
    let sum = |of: &[(Score, usize)], number: fn(&Score) -> usize| {
        of.iter().map(|(score, _)| number(score)).sum::<usize>()
    };
    let counts = [
        sum(&before, |it| it.tried),
        sum(&before, |it| it.caught),
        sum(&after, |it| it.caught),
    ];
    let bounds = ((share - half).max(0.0), (share + half).min(1.0));
    let cells = cells(counts, [share, now], known, bounds);
    let all: usize = results.all.iter().sum();
    let _ = writeln!(
        text,
        "| all, each weighted by its faults | {all} | {cells} |"
    );
    let unviable = results.ended(FaultResult::Unviable);
    let inexpressible = results.ended(FaultResult::Inexpressible);
    let late = results.ended(FaultResult::Late);
    let unreached = results.ended(FaultResult::Unreached);
    let commit = results.commit.get(..12).unwrap_or(&results.commit);
    let _ = writeln!(
        text,
        "\nCommit {commit}, seed {}. Of the faults that were noticed, {late} ran out of time; of the others, {unreached} lie in code that no \
         test runs. Of the faults drawn, {unviable} more did not compile and {inexpressible} cannot be put behind a switch.",
        results.seed
    );
    text
}

fn row(
    name: &str,
    all: usize,
    [first, now]: [Score; 2],
    known: bool,
    bounds: (f64, f64),
) -> String {
    let counts = [first.tried, first.caught, now.caught];
    let cells = cells(counts, [first.share(), now.share()], known, bounds);
    format!("| `{name}` | {all} | {cells} |")
}

/// The cells of a row: faults tried, share noticed at first with its interval, share noticed now; shares are empty if
/// nothing was tried.
fn cells(
    [tried, first, now]: [usize; 3],
    shares: [f64; 2],
    known: bool,
    (low, high): (f64, f64),
) -> String {
    if !known {
        return format!("{tried} | {first} | – | – | {now} | –");
    }
    let [before, after] = shares.map(percent);
    let (low, high) = (percent(low), percent(high));
    format!("{tried} | {first} | {before} % | {low} to {high} % | {now} | {after} %")
}

fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_takes_the_old_ones_place() {
        let page = format!("before\n{BEGIN}old\n{END}after\n");
        let new = replaced(&page, "new\n").expect("a place");
        assert_eq!(new, format!("before\n{BEGIN}new\n{END}after\n"));
        assert_eq!(replaced("no place", "new"), None);
    }

    #[test]
    fn a_fault_is_named_without_its_line() {
        assert_eq!(
            without_line("core/src/radix/view.rs:3:4: replace + with - in f"),
            "`radix/view.rs`: `replace + with - in f`"
        );
    }
}
