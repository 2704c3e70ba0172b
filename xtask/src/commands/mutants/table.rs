//! Writes the table of docs/quality.md, and lists the unnoticed faults that the page does not discuss yet.

use super::MODULES;
use super::kept::SampleResults;
use super::score::{Score, together};
use super::trial::FaultResult;
use crate::fault::{Fault, Outcome};
use crate::places;
use std::fmt::Write;

const BEGIN: &str = "<!-- made by `cargo xtask mutants` -->\n";
const END: &str = "<!-- end -->\n";

/// Writes the table into the page, prints it, and lists the faults that nobody has looked at.
pub(super) fn write(kept: &SampleResults) -> Outcome<()> {
    let path = places::root().join("docs/quality.md");
    let fault = |why: String| Fault::new("docs/quality.md", why, "git checkout docs/quality.md");
    let page = std::fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
    let table = table(kept);
    println!("\n{table}");
    let page =
        replaced(&page, &table).ok_or_else(|| fault("it has no place for the table".into()))?;
    std::fs::write(&path, &page).map_err(|error| fault(error.to_string()))?;
    let unseen: Vec<String> = kept
        .survivors()
        .into_iter()
        .filter(|name| !page.contains(&what(name)))
        .collect();
    if !unseen.is_empty() {
        println!(
            "{} that no test notices are not in docs/quality.md:",
            unseen.len()
        );
        unseen.iter().for_each(|name| println!("{name}"));
    }
    Ok(())
}

/// The file of a fault and what it does, without line and column, which move.
fn what(name: &str) -> String {
    let mut parts = name.splitn(4, ':');
    let file = parts.next().unwrap_or_default();
    let file = file.strip_prefix("core/src/").unwrap_or(file);
    let fault = parts.nth(2).unwrap_or_default();
    format!("`{file}`: `{}`", fault.trim())
}

fn replaced(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}{END}{after}"))
}

fn table(kept: &SampleResults) -> String {
    let mut text = String::from(
        "| module | faults | tried | noticed at first | share | 95 % interval | noticed now | share |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (at, name) in MODULES.iter().enumerate() {
        let ([first, now, tried], all) = (kept.of_module(at), kept.all[at]);
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
    let sum = |of: &[(Score, usize)], what: fn(&Score) -> usize| {
        of.iter().map(|(score, _)| what(score)).sum::<usize>()
    };
    let counts = [
        sum(&before, |it| it.tried),
        sum(&before, |it| it.caught),
        sum(&after, |it| it.caught),
    ];
    let bounds = ((share - half).max(0.0), (share + half).min(1.0));
    let cells = cells(counts, [share, now], known, bounds);
    let all: usize = kept.all.iter().sum();
    let _ = writeln!(text, "| all, by their faults | {all} | {cells} |");
    let unviable = kept.ended(FaultResult::Unviable);
    let inexpressible = kept.ended(FaultResult::Inexpressible);
    let late = kept.ended(FaultResult::Late);
    let unreached = kept.ended(FaultResult::Unreached);
    let commit = kept.commit.get(..12).unwrap_or(&kept.commit);
    let _ = writeln!(
        text,
        "\nCommit {commit}, seed {}. Of those noticed {late} ran out of time; of the others no test came by {unreached}. Of what \
         was drawn, {unviable} more did not compile and {inexpressible} cannot be switched.",
        kept.seed
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
            what("core/src/radix/view.rs:3:4: replace + with - in f"),
            "`radix/view.rs`: `replace + with - in f`"
        );
    }
}
