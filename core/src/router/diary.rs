//! What routers did in a run, so that those of a later run can begin where they left off.
//!
//! A router's memory follows from what it sent where, what came back, and when: its picture of the caches, a policy's own
//! sessions, windows and averages. So that is kept, and gone through again ([`Instance::recall`]); the clock of the later run
//! goes on from the end of this one. Left out: whose turn it is among equals, what broke ties, and which replicas a router
//! had stopped asking after errors. What pools said is not kept either: they say
//! it again as they are filled, and it is known at once.
//!
//! A router that is restarted without a snapshot begins anew: of what it did before nothing is kept, in this run or an earlier one.

use std::collections::BTreeMap;

use super::{Ask, Instance};
use crate::units::{ClockEnd, ReplicaId, VirtualTime};

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
    /// It forgot all that it had done, and its first entry is this. Request and replica say nothing.
    Anew,
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
    /// Notes that a router forgot all that it had done.
    pub fn begin_anew(&mut self, at: VirtualTime, router: u8) {
        self.entries.retain(|it| it.router != router);
        self.entries.push(Entry {
            at,
            router,
            deed: Deed::Anew,
            request: 0,
            replica: 0,
        });
    }

    /// This after what was done `before`, of which routers that began anew know nothing. What was under way when that run ended
    /// came to nothing. Of another number of routers none knows of what was done before ([`Instance::recall`] is not for them).
    ///
    /// # Errors
    /// Both together go on beyond the end of the clock.
    pub fn after(self, before: &Self) -> Result<Self, ClockEnd> {
        if self.routers != before.routers {
            return Ok(self);
        }
        let anew = |router: u8| {
            let is = |it: &Entry| it.router == router && it.deed == Deed::Anew;
            self.entries.iter().any(is)
        };
        let forgotten: Vec<bool> = (0..self.routers).map(anew).collect();
        let known = |it: &&Entry| !forgotten[usize::from(it.router)];
        let mut entries: Vec<Entry> = before.entries.iter().filter(known).copied().collect();
        let cut = under_way(&entries).into_values().map(|sent| Entry {
            at: before.ended,
            deed: Deed::Failed,
            ..sent
        });
        entries.extend(cut);
        entries.extend(self.entries.iter().map(|entry| Entry {
            at: entry.at + before.ended,
            ..*entry
        }));
        Ok(Self {
            routers: self.routers,
            ended: (self.ended + before.ended).in_range()?,
            entries,
        })
    }
}

/// By request: what was sent and did not come back.
fn under_way(entries: &[Entry]) -> BTreeMap<u32, Entry> {
    let mut open = BTreeMap::new();
    for entry in entries {
        match entry.deed {
            Deed::Sent => _ = open.insert(entry.request, *entry),
            Deed::Finished | Deed::Failed => _ = open.remove(&entry.request),
            Deed::FirstToken | Deed::Left | Deed::Anew => {}
        }
    }
    open
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
                // What it did before is not here.
                Deed::Anew => {}
            }
        }
        // What never came back does not come any more.
        for (request, replica) in open {
            self.failed(request, &ask(request, diary.ended), replica, false);
        }
        self.go_on_from(diary.ended);
    }
}
