//! The free queue: runs of blocks, oldest first, and each segment's own runs from the shallowest down.

use super::{NONE, Pool};
use crate::request::SegmentId;

/// A run of blocks in the free queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeRun {
    /// The segment whose blocks they are; `None`: they are private, and `start..end` only counts them.
    pub(super) owner: Option<SegmentId>,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The neighbours in the queue: towards the head (older) and the tail (newer).
    pub(super) older: u32,
    pub(super) newer: u32,
    /// The next free run of the same segment, which is deeper (and older).
    pub(super) deeper: u32,
}

impl Pool {
    /// The free queue, oldest first: for each run the segment (`None`: its blocks have no known content), its first block, and one
    /// past the last. Of a run the last block is evicted first.
    pub fn free_queue(&self) -> impl Iterator<Item = (Option<SegmentId>, u32, u32)> + '_ {
        let mut at = self.oldest;
        core::iter::from_fn(move || {
            let run = self.runs.get(at as usize)?;
            at = run.newer;
            Some((run.owner, run.start, run.end))
        })
    }

    /// Takes the blocks of `owner` below `upto` out of the free queue, as a sequence refers to them again.
    pub(super) fn unqueue(&mut self, owner: SegmentId, upto: u32) {
        let Some(mut at) = self.resident.get(&owner).map(|here| here.free) else {
            return;
        };
        while at != NONE && self.runs[at as usize].start < upto {
            let run = self.runs[at as usize];
            self.touches += 1;
            let taken = run.end.min(upto) - run.start;
            self.free -= taken;
            self.referenced += taken;
            if run.end <= upto {
                self.unlink(at);
                at = run.deeper;
            } else {
                self.runs[at as usize].start = upto;
            }
        }
        if let Some(here) = self.resident.get_mut(&owner) {
            here.free = at;
        }
    }

    /// Drops an emptied run from its owner's list: the deepest run is the oldest, so it is the last of the list.
    pub(super) fn forget_run(&mut self, owner: SegmentId, gone: u32) {
        let Some(here) = self.resident.get_mut(&owner) else {
            return;
        };
        if here.free == gone {
            here.free = NONE;
            return;
        }
        let mut at = here.free;
        while at != NONE {
            let deeper = self.runs[at as usize].deeper;
            if deeper == gone {
                self.runs[at as usize].deeper = NONE;
                return;
            }
            at = deeper;
        }
    }

    pub(super) fn push_free(&mut self, owner: Option<SegmentId>, start: u32, end: u32) -> u32 {
        if start == end {
            return NONE;
        }
        self.free += end - start;
        // Private runs that follow each other become one run.
        if owner.is_none() && self.newest != NONE && self.runs[self.newest as usize].owner.is_none()
        {
            self.runs[self.newest as usize].end += end - start;
            return self.newest;
        }
        let run = FreeRun {
            owner,
            start,
            end,
            older: self.newest,
            newer: NONE,
            deeper: NONE,
        };
        let at = match self.spare.pop() {
            Some(at) => {
                self.runs[at as usize] = run;
                at
            }
            None => {
                self.runs.push(run);
                self.runs.len() as u32 - 1
            }
        };
        match self.newest {
            NONE => self.oldest = at,
            newest => self.runs[newest as usize].newer = at,
        }
        self.newest = at;
        at
    }

    pub(super) fn unlink(&mut self, at: u32) {
        let FreeRun { older, newer, .. } = self.runs[at as usize];
        match older {
            NONE => self.oldest = newer,
            _ => self.runs[older as usize].newer = newer,
        }
        match newer {
            NONE => self.newest = older,
            _ => self.runs[newer as usize].older = older,
        }
        self.spare.push(at);
    }

    /// Counts the blocks in the free queue again, and returns what does not add up; for tests.
    pub fn audit(&self) -> Result<(), String> {
        let (mut at, mut queued) = (self.oldest, 0);
        while at != NONE {
            let run = self.runs[at as usize];
            queued += run.end - run.start;
            if let Some(owner) = run.owner {
                let here = self
                    .resident
                    .get(&owner)
                    .ok_or("a free run of a segment that is not resident")?;
                if run.end > here.blocks || run.start < here.referenced() {
                    return Err(format!(
                        "free run {}..{} of {owner:?} outside {here:?}",
                        run.start, run.end
                    ));
                }
            }
            at = run.newer;
        }
        if queued != self.free || self.free + self.referenced != self.capacity {
            return Err(format!(
                "queue holds {queued}, free {} + referenced {} of {}",
                self.free, self.referenced, self.capacity
            ));
        }
        Ok(())
    }
}
