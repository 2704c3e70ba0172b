//! The table of docs/quality.md, and which survivors that page does not speak of yet.

use super::MODULES;
use super::kept::Kept;
use super::score::{Score, together};
use super::trial::Verdict;
use crate::fault::{Fault, Outcome};
use crate::places;
use std::fmt::Write;

const BEGIN: &str = "<!-- made by `cargo xtask mutants` -->\n";
const END: &str = "<!-- end -->\n";

/// Writes the table into the page, prints it, and names what nobody has looked at.
pub(super) fn write(kept: &Kept) -> Outcome<()> {
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

/// A fault's file and what it does, as the page names it: lines and columns move.
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

fn table(kept: &Kept) -> String {
    let mut text = String::from(
        "| module | faults | tried | noticed | share | 95 % interval |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let mut scores = Vec::new();
    for (at, name) in MODULES.iter().enumerate() {
        let (caught, tried) = kept.of_module(at);
        let (score, all) = (Score { caught, tried }, kept.all[at]);
        let (low, high) = score.interval();
        let told = told(tried > 0, score.share(), low, high);
        let _ = writeln!(text, "| `{name}` | {all} | {tried} | {caught} | {told} |");
        scores.push((score, all));
    }
    let (share, half) = together(&scores);
    let tried: usize = scores.iter().map(|(score, _)| score.tried).sum();
    let caught: usize = scores.iter().map(|(score, _)| score.caught).sum();
    let all: usize = kept.all.iter().sum();
    let (low, high) = ((share - half).max(0.0), (share + half).min(1.0));
    // Of a module of which nothing was tried nothing can be said, so neither of all.
    let whole = scores.iter().all(|(score, _)| score.tried > 0);
    let told = told(whole, share, low, high);
    let _ = writeln!(
        text,
        "| all, by their faults | {all} | {tried} | {caught} | {told} |"
    );
    let unviable = kept.ended(Verdict::Unviable);
    let inexpressible = kept.ended(Verdict::Inexpressible);
    let late = kept.ended(Verdict::Late);
    let unreached = kept.ended(Verdict::Unreached);
    let commit = kept.commit.get(..12).unwrap_or(&kept.commit);
    let _ = writeln!(
        text,
        "\nCommit {commit}, seed {}. Of those noticed {late} ran out of time; of the others no test came by {unreached}. Of what \
         was drawn, {unviable} more did not compile and {inexpressible} cannot be switched.",
        kept.seed
    );
    text
}

/// A share and its interval, if there is one.
fn told(known: bool, share: f64, low: f64, high: f64) -> String {
    match known {
        true => format!(
            "{} % | {} to {} %",
            percent(share),
            percent(low),
            percent(high)
        ),
        false => "– | –".to_owned(),
    }
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
