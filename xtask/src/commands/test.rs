//! `test`: every test there is, in four stages, with each runner's closing line at the end.
//!
//! A stage that ran no test has failed, whatever its exit code says.

mod browser;
mod e2e;
mod native;
mod tally;

use crate::fault::{Fault, Outcome};
use crate::setup;
use std::time::Instant;
use tally::Tally;

pub(crate) fn run() -> Outcome<()> {
    let start = Instant::now();
    let tools = setup::tools()?;
    let browser = setup::browser()?;
    let ready = start.elapsed();

    // Each stage runs even when one before it failed: one run tells all that is wrong.
    let mut stages = vec![("native", native::run()?)];
    let mut broken = None;
    match browser::run(&tools, &browser) {
        Ok(tally) => stages.push(("browser", tally)),
        Err(fault) => broken = Some(fault),
    }
    let e2e = super::build::build(&tools).and_then(|()| match &tools.node {
        Some(node) => e2e::run(&tools, node, &browser).map(Some),
        None => Ok(None),
    });
    match e2e {
        Ok(Some(tally)) => stages.push(("e2e", tally)),
        Ok(None) => println!("left out: the end-to-end tests, as there is no Node"),
        Err(fault) => broken = Some(fault),
    }

    println!(
        "\nset-up {} s, all {} s",
        ready.as_secs(),
        start.elapsed().as_secs()
    );
    for (name, tally) in &stages {
        println!("{}", tally.line(name));
    }
    if let Some(fault) = broken {
        return Err(fault);
    }
    let bad: Vec<&str> = stages
        .iter()
        .filter(|(_, tally)| !tally.good())
        .map(|(name, _)| *name)
        .collect();
    if bad.is_empty() {
        Ok(())
    } else {
        Err(Fault::new(
            format!("tests: {}", bad.join(", ")),
            "a test failed, or the stage ran none",
            "read that stage's words above",
        ))
    }
}
