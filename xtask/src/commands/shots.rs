//! `shots`: takes screenshots of the page, for people to look at.

use crate::fault::{Fault, Outcome};
use crate::{places, process, setup};

pub(crate) fn run() -> Outcome<()> {
    let step = "taking pictures of the page";
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
    process::run(
        step,
        tools
            .command(&node.to_string_lossy())
            .arg("tests/shots.mjs")
            .env("WARMPATH_CHROME", &browser.chrome),
        "read its output above",
    )?;
    println!("see {}", places::root().join("target/shots").display());
    Ok(())
}
