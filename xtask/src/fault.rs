//! The error of a step: which step failed, why, and what to try next.

use std::fmt;

/// The result of a step.
pub(crate) type Outcome<T> = Result<T, Fault>;

/// A step that failed, with the reason and the next thing to try.
#[derive(Debug)]
pub(crate) struct Fault {
    step: String,
    reason: String,
    next: String,
}

impl Fault {
    pub(crate) fn new(
        step: impl Into<String>,
        reason: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            step: step.into(),
            reason: reason.into(),
            next: next.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "failed: {}", self.step)?;
        writeln!(out, "reason: {}", self.reason)?;
        write!(out, "next:   {}", self.next)
    }
}
