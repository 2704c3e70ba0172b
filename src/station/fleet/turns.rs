//! Updates what follows the playhead, a little per frame: sentences, tables and trees take turns while a run is played, so
//! no frame has to wait for all of them; when the playhead rests all are brought up to date at once.

use crate::dom;
use std::cell::{Cell, RefCell};
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::Comparison;

/// The time that is spent on jobs in a frame before the others are left to the next frames \[ms\].
const BUDGET: f64 = 0.5;

/// What the jobs have to show.
pub(super) struct Frame<'a> {
    /// The replayed policies, with all sides.
    pub comparison: &'a Comparison,
    /// The number of the replay, which changes whenever another one is shown.
    pub run: u32,
    /// The position of the playhead.
    pub at: VirtualTime,
    /// Whether the playhead rests.
    pub resting: bool,
    /// A number that changes whenever the colours or the width do.
    pub drawing: u32,
}

/// A function that brings a part of the figure up to date, and changes nothing if the part already is.
pub(super) type Job = Box<dyn FnMut(&Frame<'_>)>;

/// Jobs that take turns: in each frame as many as there is time for, beginning where the last frame stopped.
pub(super) struct Turns {
    jobs: RefCell<Vec<Job>>,
    next: Cell<usize>,
}

impl Turns {
    /// Jobs, in the order of their turns.
    pub(super) fn new(jobs: impl IntoIterator<Item = Job>) -> Self {
        Self {
            jobs: RefCell::new(jobs.into_iter().collect()),
            next: Cell::new(0),
        }
    }

    /// Runs as many jobs as there is time for, or all if the playhead rests.
    pub(super) fn take(&self, frame: &Frame<'_>) {
        let mut jobs = self.jobs.borrow_mut();
        let start = dom::clock();
        for _ in 0..jobs.len() {
            let at = self.next.get() % jobs.len();
            self.next.set(at + 1);
            jobs[at](frame);
            if !frame.resting && dom::clock() - start >= BUDGET {
                return;
            }
        }
    }
}
