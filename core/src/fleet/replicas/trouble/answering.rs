//! Whether a replica answers, and how its probes see that.
//!
//! What probes find depends on how many in a row saw the same, not on what befell the replica last: one that dies while it hangs, or
//! while it starts, has failed its probes all along, so that its death is found out no later. What begins and ends between two
//! probes is seen by none, so it does not end a row, which is what successive probes that saw the same are called here.

use crate::units::VirtualTime;

/// Whether a replica answers, since when, and what was found of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Answering {
    /// Whether it answers.
    pub(super) answers: bool,
    /// What was found last: whether it answers.
    pub(super) found: bool,
    /// The number of the last change; what is still to be found of an earlier one is void.
    pub(super) change: u32,
    /// The number of the first probe that sees what it is now, with which its row begins.
    row: u64,
    /// The number of the first probe of the row before.
    before: u64,
    /// When it last began to answer, whether or not it still does; 0 if that was not during the run.
    pub(super) since: VirtualTime,
    /// If it does not answer, when its lease expires; of no meaning without leases.
    pub(super) expires: VirtualTime,
}

impl Answering {
    /// A replica at the beginning of the run, of which it is known whether it is there.
    pub(super) fn new(up: bool) -> Self {
        Self {
            answers: up,
            found: up,
            ..Self::default()
        }
    }

    /// The number of the first probe that sees what it is now.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    /// Notes that it begins to answer, or ceases to, before probe `next`.
    pub(super) fn turn(&mut self, answers: bool, next: u64) {
        if self.answers == answers {
            return;
        }
        self.answers = answers;
        match next == self.row {
            // No probe saw what has just ended: the row before it goes on.
            true => core::mem::swap(&mut self.row, &mut self.before),
            false => (self.before, self.row) = (self.row, next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probes 1 and 3 see it away; that it was back between 1 and 2, and between 2 and 3, no probe saw.
    #[test]
    fn what_no_probe_saw_ends_no_row() {
        let mut seen = Answering::new(true);
        let mut turn = |answers: bool, next: u64| {
            seen.turn(answers, next);
            seen.row()
        };
        assert_eq!(turn(false, 1), 1);
        assert_eq!(turn(true, 2), 2);
        assert_eq!(turn(false, 2), 1);
        assert_eq!(turn(false, 3), 1, "as before");
        assert_eq!(turn(true, 3), 3);
        assert_eq!(turn(false, 3), 1);
        // Probe 4 sees it answer.
        assert_eq!(turn(true, 4), 4);
        assert_eq!(turn(false, 5), 5);
        // Nothing saw it away, so its row of good probes goes on.
        assert_eq!(turn(true, 5), 4);
    }
}
