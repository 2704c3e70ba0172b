//! Paged KV blocks with a prefix cache, in runs.
//!
//! vLLM keeps every block either referenced by a running request or in one free queue, oldest first. A freed block keeps its
//! contents until the queue's head reaches it: that is the prefix cache, and its eviction order. A request frees its blocks tail
//! first, so the end of a prefix is always evicted before its beginning. From this two facts follow, which let this module keep
//! counts and runs instead of touching blocks one by one:
//!
//! - what is resident is a set of prefixes (a subtree of the [`Corpus`]), so a segment's resident blocks are one count;
//! - what a release frees of a segment is one run, so the free queue is a list of runs.
//!
//! Blocks whose content no later prompt can ask for (part-filled, preallocated, answers of unknown text) are *private*: they count,
//! and leave the queue like any other. When two running sequences compute the same block, vLLM holds it twice until one ends; here
//! the second joins the first (it still pays the computation).

mod queue;

use core::cell::Cell;

use smallvec::SmallVec;

use crate::request::{Chain, Corpus, SegmentId};
use crate::units::{Map, VirtualTime};
use queue::FreeRun;

/// A change of what the prefix cache holds, as a run of blocks of one segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolEvent {
    /// Blocks `from..to` of the segment became resident.
    Stored {
        /// The segment whose blocks they are.
        segment: SegmentId,
        /// The first of the blocks, counted within the segment.
        from: u32,
        /// One past the last of the blocks, counted within the segment.
        to: u32,
    },
    /// Blocks `from..to` of the segment were evicted.
    Removed {
        /// The segment whose blocks they are.
        segment: SegmentId,
        /// The first of the blocks, counted within the segment.
        from: u32,
        /// One past the last of the blocks, counted within the segment.
        to: u32,
    },
}

const NONE: u32 = u32::MAX;

/// The state of a segment that has resident blocks.
#[derive(Clone, Debug)]
struct Resident {
    /// How many of the segment's first blocks are resident.
    blocks: u32,
    /// The depths up to which sequences refer to the segment, each with how many do, the deepest last.
    users: SmallVec<[(u32, u32); 2]>,
    /// The number of its shallowest free run.
    free: u32,
}

impl Resident {
    fn referenced(&self) -> u32 {
        self.users.last().map_or(0, |&(depth, _)| depth)
    }

    /// The place of the users of that depth in the list, or where they would be. Mostly the deepest is asked for.
    fn place(users: &[(u32, u32)], depth: u32) -> Result<usize, usize> {
        match users.last() {
            None => Err(0),
            Some(&(deepest, _)) if deepest < depth => Err(users.len()),
            Some(&(deepest, _)) if deepest == depth => Ok(users.len() - 1),
            Some(_) => users.binary_search_by_key(&depth, |&(d, _)| d),
        }
    }

    fn add_user(&mut self, depth: u32) {
        let users = &mut self.users[..];
        match Self::place(users, depth) {
            Ok(at) => users[at].1 += 1,
            Err(at) if at == users.len() => self.users.push((depth, 1)),
            Err(at) => self.users.insert(at, (depth, 1)),
        }
    }

    fn drop_user(&mut self, depth: u32) {
        let users = &mut self.users[..];
        if let Ok(at) = Self::place(users, depth) {
            let last = users.len() - 1;
            users[at].1 -= 1;
            match users[at].1 {
                0 if at == last => drop(self.users.pop()),
                0 => drop(self.users.remove(at)),
                _ => {}
            }
        }
    }
}

/// The blocks of one replica. See the [module](self).
#[derive(Clone, Debug)]
pub struct Pool {
    capacity: u32,
    referenced: u32,
    free: u32,
    runs: Vec<FreeRun>,
    spare: Vec<u32>,
    oldest: u32,
    newest: u32,
    resident: Map<SegmentId, Resident>,
    /// The changes since they were last taken, if changes are recorded.
    events: Vec<(VirtualTime, PoolEvent)>,
    listening: bool,
    /// The moment that changes are stamped with.
    clock: VirtualTime,
    evicted: u64,
    touches: u64,
    probes: Cell<u64>,
}

impl Pool {
    /// A pool of `capacity` blocks that holds nothing. `listening`: it records [`PoolEvent`]s.
    pub fn new(capacity: u32, listening: bool) -> Self {
        let mut pool = Self {
            capacity,
            referenced: 0,
            free: 0,
            runs: Vec::new(),
            spare: Vec::new(),
            oldest: NONE,
            newest: NONE,
            resident: Map::default(),
            events: Vec::new(),
            listening,
            clock: VirtualTime::ZERO,
            evicted: 0,
            touches: 0,
            probes: Cell::new(0),
        };
        pool.push_free(None, 0, capacity);
        pool
    }

    /// How many blocks the pool has, free or not.
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Blocks that sequences refer to, each counted once.
    pub fn referenced(&self) -> u32 {
        self.referenced
    }

    /// Blocks in the free queue, cached ones included.
    pub fn free(&self) -> u32 {
        self.free
    }

    /// The number of cached blocks that were evicted so far.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// The number of runs of blocks that were referred to, freed or evicted so far.
    pub fn touches(&self) -> u64 {
        self.touches
    }

    /// The number of runs of blocks at which a prompt's cached prefix was looked for so far.
    pub fn probes(&self) -> u64 {
        self.probes.get()
    }

    /// Blocks whose contents are known and could be hit, referenced or not.
    pub fn cached(&self) -> u64 {
        self.resident.values().map(|r| u64::from(r.blocks)).sum()
    }

    /// Stamps changes with `at` from now on, or with a later moment that the pool has reached already. (An engine runs through its
    /// steps after the fact, so what befalls its pool from outside may have been recorded before.)
    pub fn reach(&mut self, at: VirtualTime) {
        self.clock = self.clock.max(at);
    }

    /// Starts or stops recording changes; those recorded and not taken are kept.
    pub fn listen(&mut self, listening: bool) {
        self.listening = listening;
    }

    /// Loses the contents of all blocks at once, as when the machine dies: every block is free and holds nothing. No change is
    /// recorded, as there is no engine left to report it; the pool's counts stay.
    pub fn reset(&mut self) {
        let cold = Self::new(self.capacity, self.listening);
        let lost = core::mem::replace(self, cold);
        self.clock = lost.clock;
        self.events = lost.events;
        (self.evicted, self.touches, self.probes) = (lost.evicted, lost.touches, lost.probes);
    }

    /// The resident blocks: how many of each segment's first blocks, later segments first.
    pub fn contents(&self) -> Vec<(SegmentId, u32)> {
        let held = self.resident.iter().map(|(&id, here)| (id, here.blocks));
        let mut held: Vec<(SegmentId, u32)> = held.filter(|&(_, blocks)| blocks > 0).collect();
        crate::order::by(&mut held, |a, b| b.0.cmp(&a.0));
        held
    }

    /// Whether there are recorded changes to be taken.
    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Moves the changes since the last call to `sink`.
    pub fn drain_events(&mut self, sink: &mut Vec<(VirtualTime, PoolEvent)>) {
        sink.append(&mut self.events);
    }

    /// How many of the chain's first blocks are resident.
    pub fn matched(&self, corpus: &Corpus, chain: Chain) -> u32 {
        // With a block all blocks before it are resident, so the first run that is found from the deep end decides.
        for (segment, covered) in corpus.runs(chain) {
            if let Some(here) = self.resident.get(&segment)
                && here.blocks > 0
            {
                return corpus.segment(segment).before + here.blocks.min(covered);
            }
        }
        0
    }

    /// [`Pool::matched`], counted among the probes.
    pub fn find(&self, corpus: &Corpus, chain: Chain) -> u32 {
        let found = self.matched(corpus, chain);
        let runs = corpus.runs(chain);
        let missed = runs.take_while(|&(id, _)| corpus.segment(id).before >= found);
        self.probes
            .set(self.probes.get() + 1 + missed.count() as u64);
        found
    }

    /// As [`Self::resident`], for a caller that counts lost hits: it is not counted among the model's probes.
    pub fn holds(&self, segment: SegmentId) -> u32 {
        self.resident.get(&segment).map_or(0, |here| here.blocks)
    }

    /// How many of a segment's first blocks are resident.
    pub fn resident(&self, segment: SegmentId) -> u32 {
        self.probes.set(self.probes.get() + 1);
        self.resident.get(&segment).map_or(0, |here| here.blocks)
    }

    /// How many blocks of a chain, all of them resident, lie in the free queue.
    pub fn free_among(&self, corpus: &Corpus, chain: Chain) -> u32 {
        corpus
            .runs(chain)
            .map(|(segment, covered)| {
                self.resident
                    .get(&segment)
                    .map_or(0, |r| covered.min(r.blocks).saturating_sub(r.referenced()))
            })
            .sum()
    }

    /// Refers to the blocks `from.depth..to.depth` of a chain (`from` is a prefix of `to`, already referred to by the
    /// same sequence). Resident ones are taken out of the free queue; `allocate` says whether missing ones come from the
    /// queue, or from private blocks the sequence already holds. Returns how many were missing.
    pub fn refer(&mut self, corpus: &Corpus, from: Chain, to: Chain, allocate: bool) -> u32 {
        if from.depth >= to.depth {
            return 0;
        }
        let (mut missing, before) = (0, self.events.len());
        for (id, covered) in corpus.runs(to) {
            let segment = corpus.segment(id);
            if segment.before + covered <= from.depth {
                break;
            }
            self.touches += 1;
            let had = from.depth.saturating_sub(segment.before).min(covered);
            let here = self.resident.entry(id).or_insert_with(|| Resident {
                blocks: 0,
                users: SmallVec::new(),
                free: NONE,
            });
            let (referenced, blocks) = (here.referenced(), here.blocks);
            if had > 0 {
                here.drop_user(had);
            }
            here.add_user(covered);
            if covered > blocks {
                here.blocks = covered;
                missing += covered - blocks;
                if self.listening {
                    self.events.push((
                        self.clock,
                        PoolEvent::Stored {
                            segment: id,
                            from: blocks,
                            to: covered,
                        },
                    ));
                }
            }
            if covered.min(blocks) > referenced {
                self.unqueue(id, covered.min(blocks));
            }
        }
        // Runs come deepest first, but parents must be reported before their children.
        self.events[before..].reverse();
        if allocate {
            self.take(missing);
        }
        missing
    }

    /// Takes `blocks` private blocks from the free queue, evicting what they held. At most [`Pool::free`].
    pub fn take(&mut self, blocks: u32) {
        debug_assert!(blocks <= self.free, "more blocks taken than free");
        self.free -= blocks;
        self.referenced += blocks;
        let mut left = blocks;
        while left > 0 && self.oldest != NONE {
            let at = self.oldest;
            let run = self.runs[at as usize];
            self.touches += 1;
            let count = (run.end - run.start).min(left);
            left -= count;
            self.runs[at as usize].end -= count;
            if let Some(owner) = run.owner {
                self.evict(owner, run.end - count, run.end);
            }
            if run.end - count == run.start {
                if let Some(owner) = run.owner {
                    self.forget_run(owner, at);
                }
                self.unlink(at);
            }
        }
    }

    /// Gives `blocks` private blocks back to the queue.
    pub fn give_back(&mut self, blocks: u32) {
        self.referenced -= blocks;
        self.push_free(None, 0, blocks);
    }

    /// Ends a sequence's reference to the first blocks of `chain`; those that no other refers to are freed, the last first.
    pub fn release(&mut self, corpus: &Corpus, chain: Chain) {
        for (id, covered) in corpus.runs(chain) {
            let Some(here) = self.resident.get_mut(&id) else {
                continue;
            };
            let before = here.referenced();
            self.touches += 1;
            here.drop_user(covered);
            let after = here.referenced();
            if after < before {
                self.referenced -= before - after;
                let deeper = here.free;
                let at = self.push_free(Some(id), after, before);
                self.runs[at as usize].deeper = deeper;
                if let Some(here) = self.resident.get_mut(&id) {
                    here.free = at;
                }
            }
        }
    }

    fn evict(&mut self, owner: SegmentId, from: u32, to: u32) {
        self.evicted += u64::from(to - from);
        if let Some(here) = self.resident.get_mut(&owner) {
            here.blocks = from;
            if from == 0 && here.users.is_empty() {
                self.resident.remove(&owner);
            }
        }
        if self.listening {
            self.events.push((
                self.clock,
                PoolEvent::Removed {
                    segment: owner,
                    from,
                    to,
                },
            ));
        }
    }
}
