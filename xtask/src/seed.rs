//! The seed of a run of tests, which decides which cases its property tests try.

use crate::fnv::Fnv;
use crate::process;
use std::process::Command;
use std::time::SystemTime;

/// The environment variable that sets the seed of the tests on whole scenarios.
const GIVEN: &str = "WARMPATH_SEED";

/// A seed as text, which can be given to a later run.
pub(crate) struct Seed(String);

impl Seed {
    /// The seed in `WARMPATH_SEED`, else one made from the commit that is checked out: the same commit tries the same cases
    /// on every machine, the next one tries others.
    pub(crate) fn of_commit() -> Self {
        let head = || process::answer("git", &["rev-parse", "--short=12", "HEAD"]);
        Self(
            Self::given()
                .or_else(head)
                .unwrap_or_else(|| "1".to_owned()),
        )
    }

    /// The seed in `WARMPATH_SEED`, else a new one at each call.
    pub(crate) fn fresh() -> Self {
        let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let fresh = || now().map_or(1, |since| since.as_nanos()).to_string();
        Self(Self::given().unwrap_or_else(fresh))
    }

    /// The text of the seed.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    fn given() -> Option<String> {
        std::env::var(GIVEN).ok()
    }

    /// Gives the seed to the tests that a command runs, and prints it.
    pub(crate) fn give<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let Self(text) = self;
        println!("{GIVEN}={text}");
        let mut hash = Fnv::new();
        hash.add(text.as_bytes());
        command
            .env(GIVEN, text)
            // The property tests of single modules take a number.
            .env("PROPTEST_RNG_SEED", hash.0.to_string())
    }
}
