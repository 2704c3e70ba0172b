//! `setup`: everything the other commands need.

use crate::fault::Outcome;
use crate::setup;

pub(crate) fn run() -> Outcome<()> {
    setup::tools()?;
    setup::browser()?;
    Ok(())
}
