//! One driver for all that takes long: runs, sweeps, forks and searches, computed in slices.
//!
//! The page's workers and the command line use the same driver. A [`Session`] works until its slice is over, shows how far
//! it has come when that is due, and returns, so that its caller can take messages, redraw a bar, or stop: a session that is
//! not continued is cancelled. The model knows no clock, so the caller hands one in; it decides how much is done at once and
//! when that is shown, never what the result is.
//!
//! ```
//! use std::sync::Arc;
//! use warmpath_core::fleet::Replay;
//! use warmpath_core::scenario::Scenario;
//! use warmpath_core::session::{Pace, Session, SessionState};
//! use warmpath_core::workload::Named;
//!
//! let scenario = Scenario::from_query("v=2&n=200&p=smart")?;
//! let workload = Named::parse(&scenario.workload)?.generate(16, scenario.seed, Some(200))?;
//! let replay = Replay::new(scenario, Arc::new(workload), false)?;
//!
//! let mut session = Session::new(replay, Pace::untimed(100));
//! let mut shown = Vec::new();
//! while session.slice(&|| 0.0, &|| true, &mut |_, progress| shown.push(progress.done))? == SessionState::GoesOn {
//!     // between two slices a caller takes messages or redraws
//! }
//! assert!(shown.len() > 1 && shown.is_sorted());
//! assert_eq!(session.into_work().runs().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod abreast;
mod searching;
mod sweep;

pub use abreast::Abreast;
pub use searching::{KnownOutcomes, Searching};
pub use sweep::SweepRuns;

use crate::fleet::{Fork, ForkError, Progress, Replay};
use crate::scenario::ScenarioError;

/// A computation that can be done in slices.
pub trait Work {
    /// The error with which the work ends early.
    type Error;

    /// Handles up to `events` events.
    ///
    /// # Errors
    /// Why the work cannot go on.
    fn advance(&mut self, events: u32) -> Result<Progress, Self::Error>;

    /// How much of the work is done, and of how much.
    fn progress(&self) -> Progress;
}

impl Work for Replay {
    type Error = ScenarioError;

    fn advance(&mut self, events: u32) -> Result<Progress, ScenarioError> {
        self.run(events)
    }

    fn progress(&self) -> Progress {
        Replay::progress(self)
    }
}

impl Work for Fork {
    type Error = ForkError;

    fn advance(&mut self, events: u32) -> Result<Progress, ForkError> {
        Fork::advance(self, events)
    }

    fn progress(&self) -> Progress {
        Fork::progress(self)
    }
}

/// How much is done at once, and how often it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Events between two looks at the clock.
    pub events: u32,
    /// The length of the slices until the work is first shown, if that is less than `slice_ms` \[ms\].
    pub first_ms: f64,
    /// The length of the later slices, after the first showing \[ms\].
    pub slice_ms: f64,
    /// The least time between two showings \[ms\].
    pub apart_ms: f64,
    /// The least time between two showings is also this multiple of what the last showing took; the longer of the two holds.
    pub pause_factor: f64,
}

impl Pace {
    /// Slices of this many events, with a showing after each but the last, once something is done: for a driver that has nothing else to
    /// do.
    pub fn untimed(events: u32) -> Self {
        Self {
            events,
            first_ms: 0.0,
            slice_ms: 0.0,
            apart_ms: 0.0,
            pause_factor: 0.0,
        }
    }
}

/// Where a session stands after a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// There is more to do in a further slice.
    GoesOn,
    /// All of the work is done.
    Finished,
    /// The driver no longer wants the work, so it was left unfinished.
    Cancelled,
}

/// Work under way. See the [module](self).
#[derive(Debug)]
pub struct Session<W> {
    work: W,
    pace: Pace,
    /// The length of the next slice \[ms\].
    slice_ms: f64,
    /// When the work was shown last, or when it began, by the driver's clock \[ms\]; `None` before the first slice.
    shown_ms: Option<f64>,
    /// The least time from then until the next showing \[ms\].
    pause_ms: f64,
}

impl<W: Work> Session<W> {
    /// A session that has done nothing of its work yet.
    pub fn new(work: W, pace: Pace) -> Self {
        Self {
            work,
            pace,
            slice_ms: pace.slice_ms.min(pace.first_ms),
            shown_ms: None,
            pause_ms: 0.0,
        }
    }

    /// Works for one slice. `now` is a clock \[ms\], `alive` says whether the work is still wanted, and `show` is called with the
    /// work as far as it has come, at the end of the slice, if a showing is due and something has been done.
    ///
    /// # Errors
    /// Why the work cannot go on.
    pub fn slice(
        &mut self,
        now: &dyn Fn() -> f64,
        alive: &dyn Fn() -> bool,
        show: &mut dyn FnMut(&W, Progress),
    ) -> Result<SessionState, W::Error> {
        if !alive() {
            return Ok(SessionState::Cancelled);
        }
        let start = now();
        let shown = *self.shown_ms.get_or_insert(start);
        let (progress, at) = loop {
            let progress = self.work.advance(self.pace.events)?;
            if progress.finished {
                return Ok(SessionState::Finished);
            }
            let at = now();
            // A clock that is set back ends the slice as well.
            if !(0.0..self.slice_ms).contains(&(at - start)) {
                break (progress, at);
            }
        };
        let since = at - shown;
        if progress.done > 0 && (since >= self.pause_ms || since < 0.0) {
            show(&self.work, progress);
            let end = now();
            self.shown_ms = Some(end);
            self.slice_ms = self.pace.slice_ms;
            self.pause_ms = self.pace.apart_ms.max((end - at) * self.pace.pause_factor);
        }
        Ok(SessionState::GoesOn)
    }

    /// The work as far as it has come.
    pub fn work(&self) -> &W {
        &self.work
    }

    /// The work, to tell it something.
    pub fn work_mut(&mut self) -> &mut W {
        &mut self.work
    }

    /// The work, to take out what has come of it.
    pub fn into_work(self) -> W {
        self.work
    }
}

#[cfg(test)]
mod tests;
