//! What the routers of a run did, so that those of a later run can begin where they left off.
//!
//! A router's memory follows from what it sent where, what came back, and when: its belief about the caches, and a policy's own
//! sessions, windows and averages. So that is kept, and gone through again ([`Instance::recall`]); the clock of the later run goes
//! on from the end of the first. Left out: whose turn it is among equals, what broke ties, and which replicas a router had stopped
//! asking after errors. What pools reported is not kept either: they report it again as they are filled, and it is known at once.

use std::collections::BTreeMap;

use super::{Ask, Instance};
use crate::units::{ReplicaId, VirtualTime};

/// Something that a router did or heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It sent a request to a replica.
    Sent,
    /// The request's first token came back.
    FirstToken,
    /// The request's last token came back.
    Finished,
    /// The attempt failed: no answer will come from that replica.
    Failed,
    /// The router forgot a replica that had gone; the entry's request has no meaning.
    Left,
}

/// An entry of the diary: what a router did, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The time since the first run began.
    pub at: VirtualTime,
    /// The number of the router, from 0.
    pub router: u8,
    /// What the router did or heard of.
    pub deed: Deed,
    /// The number of the request in the workload.
    pub request: u32,
    /// The number of the replica that the request went to, or that had gone.
    pub replica: u16,
}

/// What all routers of a fleet did, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diary {
    /// How many routers there are.
    pub routers: u8,
    /// The time at which the run ended, since the first run began.
    pub ended: VirtualTime,
    /// The entries, in the order of time.
    pub entries: Vec<Entry>,
}

impl Diary {
    /// This diary appended to that of the run `before`.
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
    /// Goes through what router `number` did, as if this router had done it, and goes on from there: times given to it from now on
    /// count from the diary's end. `ask` turns a request into what a router sees of it.
    pub fn recall<'a>(
        &mut self,
        diary: &Diary,
        number: usize,
        ask: impl Fn(u32, VirtualTime) -> Ask<'a>,
    ) {
        let mine = |entry: &&Entry| usize::from(entry.router) == number;
        // Replicas that are not there when the later run begins are forgotten.
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
        // Answers that never came back will not come any more.
        for (request, replica) in open {
            self.failed(request, &ask(request, diary.ended), replica, false);
        }
        self.go_on_from(diary.ended);
    }
}
