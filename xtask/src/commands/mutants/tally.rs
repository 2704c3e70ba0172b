//! Counts for each test how many faults it was run on and how many it noticed, in target/faults/tests.tsv. Tests that
//! noticed much come first the next time; a test that was run on many and noticed none may be one that cannot fail.

use super::tests::Test;
use super::tree;
use crate::fault::{Fault, Outcome};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

fn path() -> PathBuf {
    tree::folder().join("tests.tsv")
}

/// Reads the counts of earlier runs, if there are any.
pub(super) fn read(tests: &mut [Test]) {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let counts: BTreeMap<&str, (u32, u32)> = text.lines().filter_map(line).collect();
    for test in tests {
        if let Some(&(shown, failed)) = counts.get(test.name.as_str()) {
            (test.shown, test.failed) = (shown, failed);
        }
    }
}

fn line(line: &str) -> Option<(&str, (u32, u32))> {
    let mut words = line.split('\t');
    let mut count = || words.next()?.parse().ok();
    let counts = (count()?, count()?);
    Some((words.nth(1)?, counts))
}

/// Writes the counts so far.
pub(super) fn write(tests: &[Test]) -> Outcome<()> {
    let mut text = String::new();
    for test in tests {
        let (shown, failed, time) = (test.shown, test.failed, test.time.as_millis());
        let _ = writeln!(text, "{shown}\t{failed}\t{time}\t{}", test.name);
    }
    std::fs::write(path(), text)
        .map_err(|error| Fault::new("counting what tests notice", error.to_string(), "df"))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        assert_eq!(line("30\t2\t115\tlaws::all"), Some(("laws::all", (30, 2))));
        assert_eq!(line("30\tmany"), None);
    }
}
