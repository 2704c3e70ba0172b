//! `test`: runs every test there is, in stages, with each stage's closing line at the end.
//!
//! A stage that ran no test has failed, whatever its exit code says. Firefox and WebKit may be missing; their closing lines then
//! say so. So may Node: then all tests of the page are left out, in every browser.

mod browser;
mod e2e;
mod native;
mod tally;
mod walk;

use crate::fault::{Fault, Outcome};
use crate::setup::{self, OTHERS, Other};
use std::time::Instant;
use tally::Tally;

pub(crate) fn run() -> Outcome<()> {
    let start = Instant::now();
    let tools = setup::tools()?;
    let browser = setup::browser()?;
    let others: Vec<(&Other, Outcome<()>)> = OTHERS.iter().map(|it| (it, it.ensure())).collect();
    let ready = start.elapsed();

    // Each stage is run even if one before it failed or could not be run, so that one run shows all failures.
    let mut untried = Vec::new();
    for (other, there) in &others {
        if let Err(fault) = there {
            untried.push((
                other.name,
                format!("this machine has no such browser\n{fault}"),
            ));
        }
    }
    let mut stages = vec![
        ("native", native::run()),
        ("browser", browser::run(&tools, &browser)),
    ];
    let page = super::build::build(&tools);
    match (page, &tools.node) {
        (Err(fault), _) => stages.push(("e2e", Err(fault))),
        (Ok(()), Some(node)) => {
            stages.push(("e2e", e2e::run(&tools, node, &browser)));
            for (other, _) in others.iter().filter(|(_, there)| there.is_ok()) {
                stages.push((other.name, walk::run(&tools, node, other)));
            }
        }
        (Ok(()), None) => untried.push(("e2e", "there is no Node".to_owned())),
    }

    println!(
        "\nset-up {} s, all {} s",
        ready.as_secs(),
        start.elapsed().as_secs()
    );
    let mut bad = Vec::new();
    for (name, result) in &stages {
        println!("{}", line(name, result));
        if !result.as_ref().is_ok_and(Tally::good) {
            bad.push(*name);
        }
    }
    for (name, why) in &untried {
        println!("{}", not_tried(name, why));
    }
    if bad.is_empty() {
        return Ok(());
    }
    Err(Fault::new(
        format!("tests: {}", bad.join(", ")),
        "a test failed or needed too many second tries, or the stage did not run",
        "read its output above",
    ))
}

/// The closing line for a stage that this machine cannot have: nothing was tested in it.
fn not_tried(name: &str, why: &str) -> String {
    format!("{name}: NOT TRIED, 0 passed: {why}")
}

/// The closing line of a stage; if the stage could not be run, it says why.
fn line(name: &str, result: &Outcome<Tally>) -> String {
    match result {
        Ok(tally) => tally.line(name),
        Err(fault) => format!("{name}: not run\n{fault}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_could_not_run_says_so_in_its_place() {
        let text = not_tried("e2e", "there is no Node");
        assert_eq!(text, "e2e: NOT TRIED, 0 passed: there is no Node");
        let fault = Fault::new("building the page", "no compiler", "install one");
        let text = line("e2e", &Err(fault));
        assert!(text.starts_with("e2e: not run\nfailed: building the page\nreason: no compiler"));
        assert_eq!(
            line("native", &Ok(Tally::default())),
            "native: 0 passed, 0 failed"
        );
    }
}
