//! What routers did in a run, so that those of a later run can begin where they left off.
//!
//! A router's memory follows from what it sent where, what came back, and when: its picture of the caches, a policy's own
//! sessions, windows and averages. So that is kept, and gone through again ([`Instance::recall`]); the clock of the later run
//! goes on from the end of this one. Left out: whose turn it is among equals, what broke ties, and which replicas a router
//! had stopped asking after errors. What pools said is not kept either: they say
//! it again as they are filled, and it is known at once.

use std::collections::BTreeMap;

use super::{Ask, Instance};
use crate::units::{ReplicaId, VirtualTime};

/// Something a router did or heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It sent a request.
    Sent,
    /// The request's first token came back.
    FirstToken,
    /// The request's last token came back.
    Finished,
    /// The attempt came to nothing.
    Failed,
    /// It forgot a replica that had gone. The request says nothing.
    Left,
}

/// An entry: who did what, when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Since the first run began.
    pub at: VirtualTime,
    /// Which router, from 0.
    pub router: u8,
    /// What it did.
    pub deed: Deed,
    /// The request's number in the workload.
    pub request: u32,
    /// The replica's number.
    pub replica: u16,
}

/// What all routers of a fleet did, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diary {
    /// How many routers there are.
    pub routers: u8,
    /// When the run ended, since the first run began.
    pub ended: VirtualTime,
    /// In order of time.
    pub entries: Vec<Entry>,
}

impl Diary {
    /// This after what was done `before`.
    #[must_use]
    pub fn after(mut self, before: &Self) -> Self {
        for entry in &mut self.entries {
            entry.at += before.ended;
        }
        self.ended += before.ended;
        self.entries
            .splice(0..0, before.entries.iter().copied())
            .for_each(drop);
        self
    }
}

impl Instance {
    /// Goes through what router `number` did, as if it had done it itself, and goes on from there: times that it is told from
    /// now on count from the diary's end. `ask` makes a request what a router sees of it.
    pub fn recall<'a>(
        &mut self,
        diary: &Diary,
        number: usize,
        ask: impl Fn(u32, VirtualTime) -> Ask<'a>,
    ) {
        let mine = |entry: &&Entry| usize::from(entry.router) == number;
        // A replica that is not there when the later run begins is nobody's any more.
        let members = self.members().to_vec();
        let mut open = BTreeMap::new();
        for entry in diary.entries.iter().filter(mine) {
            let (request, replica) = (entry.request, ReplicaId(entry.replica.into()));
            if members.binary_search(&replica).is_err() {
                continue;
            }
            let ask = || ask(request, entry.at);
            match entry.deed {
                Deed::Sent => {
                    self.believed(&ask());
                    self.place(request, &ask(), replica);
                    open.insert(request, replica);
                }
                Deed::FirstToken => self.first_token(request, &ask(), replica),
                Deed::Finished => {
                    self.finished(request, &ask(), replica);
                    open.remove(&request);
                }
                Deed::Failed => {
                    self.failed(request, &ask(), replica, false);
                    open.remove(&request);
                }
                Deed::Left => {
                    self.left(replica);
                    self.joined(replica);
                }
            }
        }
        // What never came back does not come any more.
        for (request, replica) in open {
            self.failed(request, &ask(request, diary.ended), replica, false);
        }
        self.go_on_from(diary.ended);
    }
}
