//! Sentences on what happens to the fleet and what came of it, a list of how that comes about, and a sentence on a moment.

use super::{Failure, FailureRun};
use crate::rich::{RichText, Tone};

mod attempts;
mod costs;
mod moment;
mod story;
mod waits;

pub use costs::{costs, costs_brief, costs_by_policy, further_costs};
pub use moment::{lately, now};
pub use story::story;

/// A sentence that is being put together from pieces.
#[derive(Default)]
struct SentenceParts(RichText);

impl SentenceParts {
    fn plain(&mut self, text: impl Into<String>) -> &mut Self {
        self.0.push((Tone::Plain, text.into()));
        self
    }

    fn strong(&mut self, text: impl Into<String>) -> &mut Self {
        self.0.push((Tone::Strong, text.into()));
        self
    }
}

/// Whether anything befalls the fleet: an event, or a failure by chance.
fn is_befallen(failure: &Failure) -> bool {
    failure.first().is_some()
}

/// How many replicas or routers are befallen, at most, under any of the policies; one twice if it is so twice.
fn failures(failure: &Failure) -> usize {
    let sides = failure.sides.iter();
    let counts = sides.map(|side| side.with.befell().count());
    counts.max().unwrap_or(0)
}

/// How many requests of a run were refused, failed or broke off.
fn unserved(run: &FailureRun) -> u64 {
    run.ended(1) + run.ended(2) + run.ended(3)
}
