//! `setup`: installs everything that the other commands need.

use crate::fault::Outcome;
use crate::setup;

pub(crate) fn run() -> Outcome<()> {
    setup::tools()?;
    setup::browser()?;
    for other in setup::OTHERS {
        // The tests run without this browser, and say so.
        if let Err(fault) = other.ensure() {
            println!("left out: {}\n{fault}", other.name);
        }
    }
    Ok(())
}
