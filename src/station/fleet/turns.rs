//! What follows the playhead, a little a frame: sentences, tables and trees take turns while it plays, so no frame waits for
//! all of them; where it rests all are up to date at once.

use crate::dom;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use warmpath_core::units::VirtualTime;
use warmpath_view::duel::Duel;

/// How long jobs are done in a frame before the rest is left to the next ones \[ms\].
const BUDGET: f64 = 0.5;

/// What there is to show.
pub(super) struct Scene<'a> {
    /// The replayed policies, all sides of them.
    pub duel: &'a Duel,
    /// Which replay it is: another number, another replay.
    pub run: u32,
    /// Where the playhead is.
    pub at: VirtualTime,
    /// Whether it stands still.
    pub resting: bool,
    /// Another number: the colours or the width are others.
    pub drawing: u32,
}

/// Brings a part of the figure up to date. One that is so does nothing.
pub(super) type Job = Box<dyn FnMut(&Scene<'_>)>;

/// Jobs that take turns: in each frame as many as there is time for, from where the last frame ended.
pub(super) struct Turns {
    jobs: RefCell<Vec<Job>>,
    next: Cell<usize>,
}

impl Turns {
    /// These jobs, in turn.
    pub(super) fn new(jobs: impl IntoIterator<Item = Job>) -> Self {
        Self {
            jobs: RefCell::new(jobs.into_iter().collect()),
            next: Cell::new(0),
        }
    }

    /// Does what there is time for, and all of it where the playhead rests. Each comes to its turn, as every frame goes on where
    /// the last one ended.
    pub(super) fn take(&self, scene: &Scene<'_>) {
        let mut jobs = self.jobs.borrow_mut();
        let start = dom::clock();
        for _ in 0..jobs.len() {
            let at = self.next.get() % jobs.len();
            self.next.set(at + 1);
            jobs[at](scene);
            if !scene.resting && dom::clock() - start >= BUDGET {
                return;
            }
        }
    }
}

/// Sets a signal, if that changes it: what follows it is not woken in vain.
pub(super) fn renew<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, now: T) {
    if signal.with_untracked(|before| *before != now) {
        signal.set(now);
    }
}
