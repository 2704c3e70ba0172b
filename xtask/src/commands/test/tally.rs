//! Counting tests from what their runners print.

/// How many tests passed, failed and were skipped, and whether the runner itself was content.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) failed: u32,
    pub(super) skipped: u32,
    pub(super) content: bool,
}

impl Tally {
    /// Adds what a line of Rust's test harness says:
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

    /// Adds what a line of Node's test runner says in TAP: `# pass 3`.
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

    /// At least one test ran, none failed, and the runner ended well.
    pub(super) fn good(&self) -> bool {
        self.content && self.failed == 0 && self.passed > 0
    }

    /// The closing line.
    pub(super) fn line(&self, stage: &str) -> String {
        let mut line = format!("{stage}: {} passed, {} failed", self.passed, self.failed);
        if self.skipped > 0 {
            line += &format!(", {} skipped", self.skipped);
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
}
