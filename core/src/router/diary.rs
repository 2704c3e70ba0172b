//! What the routers of a run did, so that those of a later run can begin where they left off.
//!
//! A router's memory follows from what it sent where, what came back, and when: its belief about the caches, and a policy's own
//! sessions, windows and averages. So that is kept, and gone through again ([`Instance::resume`]); the clock of the later run goes
//! on from the end of the first. Left out: whose turn it is among equals, what broke ties, and which replicas a router had stopped
//! asking after errors. What pools reported is not kept either: they report it again as they are filled, and it is known at once.
//!
//! A router that is restarted without a snapshot begins anew: nothing of what it did before is kept, be it in this run or in an
//! earlier one.

use super::{Ask, Instance};
use crate::order;
use crate::units::{ClockEnd, Map, ReplicaId, VirtualTime};

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
    /// The router began anew and forgot all that it had done: this is its first entry. Its request and replica have no meaning.
    Anew,
}

/// An entry of the diary: what a router did, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiaryEntry {
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
    pub entries: Vec<DiaryEntry>,
}

impl Diary {
    /// Removes all entries of a router that begins anew, and notes that it did.
    pub fn begin_anew(&mut self, at: VirtualTime, router: u8) {
        self.entries.retain(|it| it.router != router);
        self.entries.push(DiaryEntry {
            at,
            router,
            deed: Deed::Anew,
            request: 0,
            replica: 0,
        });
    }

    /// This diary appended to that of the run `before`, without what routers did there that began anew since. Requests that were
    /// still open when that run ended have failed. If the two runs have different numbers of routers, this diary alone, as no
    /// router of the later run remembers the earlier one.
    ///
    /// # Errors
    /// The end of both runs together, if it lies beyond the end of the clock.
    pub fn after(self, before: &Self) -> Result<Self, ClockEnd> {
        if self.routers != before.routers {
            return Ok(self);
        }
        let anew = |router: u8| {
            let is = |it: &DiaryEntry| it.router == router && it.deed == Deed::Anew;
            self.entries.iter().any(is)
        };
        let forgotten: Vec<bool> = (0..self.routers).map(anew).collect();
        let known = |it: &&DiaryEntry| !forgotten[usize::from(it.router)];
        let mut entries: Vec<DiaryEntry> = before.entries.iter().filter(known).copied().collect();
        let cut = under_way(entries.iter())
            .into_iter()
            .map(|sent| DiaryEntry {
                at: before.ended,
                deed: Deed::Failed,
                ..sent
            });
        entries.extend(cut);
        entries.extend(self.entries.iter().map(|entry| DiaryEntry {
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

/// The entries by which requests were sent that are still open, by request. A request that was sent again is open from then on.
fn under_way<'a>(entries: impl DoubleEndedIterator<Item = &'a DiaryEntry>) -> Vec<DiaryEntry> {
    let mut later: Map<u64, u64> = Map::default();
    let mut open = Vec::new();
    for entry in entries.rev() {
        let request = u64::from(entry.request);
        match entry.deed {
            Deed::Sent if later.insert(request, 0).is_none() => open.push(*entry),
            Deed::Finished | Deed::Failed => _ = later.insert(request, 0),
            Deed::Sent | Deed::FirstToken | Deed::Left | Deed::Anew => {}
        }
    }
    let mut places: Vec<(u64, u32)> = (0..)
        .zip(&open)
        .map(|(at, it)| (it.request.into(), at))
        .collect();
    order::keys(&mut places);
    places.iter().map(|&(_, at)| open[at as usize]).collect()
}

impl Instance {
    /// Goes through what router `number` did, as if this router had done it, and goes on from there: times given to it from now on
    /// count from the diary's end. `ask` turns a request into what a router sees of it.
    pub fn resume<'a>(
        &mut self,
        diary: &Diary,
        number: usize,
        ask: impl Fn(u32, VirtualTime) -> Ask<'a>,
    ) {
        let mine = |entry: &&DiaryEntry| usize::from(entry.router) == number;
        // Replicas that are not there when the later run begins are forgotten.
        let members = self.members().to_vec();
        let there = |entry: &&DiaryEntry| {
            let replica = ReplicaId(entry.replica.into());
            members.binary_search(&replica).is_ok()
        };
        let known = || diary.entries.iter().filter(mine).filter(there);
        for entry in known() {
            let (request, replica) = (entry.request, ReplicaId(entry.replica.into()));
            let ask = || ask(request, entry.at);
            match entry.deed {
                Deed::Sent => {
                    self.believed(&ask());
                    self.place(request, &ask(), replica);
                }
                Deed::FirstToken => self.first_token(request, &ask(), replica),
                Deed::Finished => self.finished(request, &ask(), replica),
                Deed::Failed => self.failed(request, &ask(), replica, false),
                Deed::Left => {
                    self.left(replica);
                    self.joined(replica);
                }
                // Entries from before have been removed.
                Deed::Anew => {}
            }
        }
        // Answers that never came back will not come any more.
        for sent in under_way(known()) {
            let replica = ReplicaId(sent.replica.into());
            self.failed(
                sent.request,
                &ask(sent.request, diary.ended),
                replica,
                false,
            );
        }
        self.go_on_from(diary.ended);
    }
}
