//! Counts tests from the output of their runners.

/// The numbers of tests that passed, failed, were skipped and were tried twice.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) failed: u32,
    pub(super) skipped: u32,
    /// Whether the runner itself ended with success.
    pub(super) content: bool,
    /// The names of the tests that passed only at their second try, in the order in which they ran.
    pub(super) retried: Vec<String>,
    /// The largest number of tests that may need a second try before the run fails; `None` if they are only counted.
    pub(super) second_tries: Option<usize>,
    /// How long the tests took \[s\]; `None` if that is not reported.
    pub(super) seconds: Option<u64>,
    /// The last test that the TAP report mentioned.
    pub(super) current: String,
}

/// The message of a test of the page that passed only at its second try, written by the harness of those tests.
const SECOND_TRY: &str = "needed a second try";

impl Tally {
    /// Adds the counts in a line of Rust's test harness, such as
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; ...`.
    pub(super) fn see_rust(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else {
            return;
        };
        let counts = rest.split_once(". ").map_or("", |(_, counts)| counts);
        for count in counts.split("; ") {
            let Some((number, what)) = count.split_once(' ') else {
                continue;
            };
            let number = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// Notes the tests of a TAP report that passed only at their second try.
    pub(super) fn see_second_tries(&mut self, line: &str) {
        let line = line.trim_start();
        if let Some(name) = line.strip_prefix("# Subtest: ") {
            name.clone_into(&mut self.current);
        } else if line.starts_with("# ") && line.contains(SECOND_TRY) {
            self.retried.push(self.current.clone());
        }
    }

    /// Adds the count in a line of Node's test runner in TAP: `# pass 3`.
    pub(super) fn see_tap(&mut self, line: &str) {
        let Some((what, number)) = line
            .strip_prefix("# ")
            .and_then(|rest| rest.split_once(' '))
        else {
            return;
        };
        let number = number.parse().unwrap_or(0);
        match what {
            "pass" => self.passed += number,
            "fail" | "cancelled" => self.failed += number,
            "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }

    /// Whether at least one test ran, none failed, no more needed a second try than may, and the runner ended with success.
    pub(super) fn good(&self) -> bool {
        let steady = self
            .second_tries
            .is_none_or(|most| self.retried.len() <= most);
        self.content && steady && self.failed == 0 && self.passed > 0
    }

    /// The closing line, preceded by the tests that needed a second try, if any.
    pub(super) fn line(&self, stage: &str) -> String {
        let mut line = String::new();
        if !self.retried.is_empty() {
            let names = self.retried.join("; ");
            let count = self.retried.len();
            let may = match self.second_tries {
                Some(most) => format!("{most} may"),
                None => "counted, and held against nobody".to_owned(),
            };
            line = format!("{stage}: {count} needed a second try, {may}: {names}\n");
        }
        line += &format!("{stage}: {} passed, {} failed", self.passed, self.failed);
        if self.skipped > 0 {
            line += &format!(", {} skipped", self.skipped);
        }
        if let Some(seconds) = self.seconds {
            line += &format!(", in {seconds} s");
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn rust_and_node_lines_are_added_up() {
        let mut tally = Tally {
            content: true,
            ..Tally::default()
        };
        assert!(!tally.good(), "no test ran");
        tally.see_rust("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.1s");
        tally.see_rust(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        );
        assert_eq!(
            tally.line("native"),
            "native: 4 passed, 2 failed, 1 skipped"
        );
        assert!(!tally.good());
        let mut tally = Tally {
            content: true,
            ..Tally::default()
        };
        for line in [
            "# tests 5",
            "# pass 5",
            "# fail 0",
            "# cancelled 0",
            "ok 1 - # pass 7",
        ] {
            tally.see_tap(line);
        }
        assert_eq!(tally.line("e2e"), "e2e: 5 passed, 0 failed");
        assert!(tally.good());
    }

    #[test]
    fn a_second_try_is_named_and_two_of_them_fail_the_run_where_one_may() {
        let mut tally = Tally {
            content: true,
            passed: 2,
            second_tries: Some(1),
            ..Tally::default()
        };
        for line in [
            "# Subtest: a chart appears",
            "ok 1 - a chart appears",
            "# needed a second try: Timeout 30000ms exceeded.",
            "# Subtest: a tree is lit",
            "ok 2 - a tree is lit",
        ] {
            tally.see_second_tries(line);
        }
        assert_eq!(
            tally.line("e2e"),
            "e2e: 1 needed a second try, 1 may: a chart appears\ne2e: 2 passed, 0 failed"
        );
        assert!(tally.good());
        tally.see_second_tries("    # needed a second try: no lit node");
        assert_eq!(tally.retried, ["a chart appears", "a tree is lit"]);
        assert!(!tally.good());
        tally.second_tries = None;
        tally.seconds = Some(41);
        assert_eq!(
            tally.line("webkit"),
            "webkit: 2 needed a second try, counted, and held against nobody: a chart appears; a tree is lit\n\
             webkit: 2 passed, 0 failed, in 41 s"
        );
        assert!(tally.good());
    }
}
