//! What the caches hold when a run has ended, and what its routers remember, as a file that another run can begin with.
//!
//! Lines of text, of which the first is a JSON object and the second names the columns:
//!
//! ```text
//! {"schema":"warmpath.cache/2","workload":"rag","block_size":16,"blocks":96,"fingerprint":"5f0c…","replicas":2,"routers":1,"ended_ns":2500000000,"entries":3}
//! replica,free
//! 0,x40 1-32 33-64
//! 1,x72 65-96
//! router,deed,request,replica,at_ns
//! 0,sent,0,1,2000000
//! 0,first,0,1,81000000
//! 0,done,0,1,911000000
//! ```
//!
//! A replica's free queue, oldest first: `A-B` are cached blocks, of which B is evicted first, and `xN` are N blocks that
//! hold nothing that a request can ask for. Blocks go by their numbers in the workload, as a trace has no text; a number names
//! its whole prefix. So a state belongs to its workload, which the fingerprint over the tree of prefixes identifies; it may
//! have grown since (more requests of the same file). Into a smaller pool goes what was used last; in a larger one there
//! is room. Of a fleet that grows and shrinks, the file has all replicas that the fleet may have; a run takes the caches of those
//! that it begins with.
//!
//! Below that stands what the routers did, as many entries as line 1 says: `sent` a request, had its `first` token (noted only
//! under policies that heed it), were `done` with it, saw it `failed`, forgot a replica that had `left`, or began `anew`; the later
//! run's routers go through it ([`crate::router::diary`]). A file of the first version has the caches alone, and a run that begins
//! with it has routers that remember nothing; so has a run with another number of routers.

mod file;

use thiserror::Error;

use crate::replica::Pool;
use crate::request::corpus::{ROOT, SegmentId};
use crate::request::{Chain, Corpus};
use crate::router::diary::Diary;
use crate::units::ClockEnd;
use crate::workload::Workload;
use file::value;

/// The name of the format with its version.
pub const SCHEMA: &str = "warmpath.cache/2";
/// The name of the version before, whose files have the caches alone.
const CACHES_ALONE: &str = "warmpath.cache/1";
/// A run of blocks in a free queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Free {
    /// Cached blocks, by the numbers of the first and the last.
    Cached(u64, u64),
    /// So many blocks that hold nothing.
    Blank(u32),
}

/// The caches of a fleet at rest, and what its routers did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheState {
    workload: String,
    block_size: u32,
    /// The number of blocks of the workload.
    blocks: u64,
    fingerprint: u64,
    replicas: Vec<Vec<Free>>,
    diary: Option<Diary>,
}

/// Why a cache state cannot be used. The message is one sentence without the file's name, which the caller knows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CacheError {
    /// The file is of another kind.
    #[error(
        "line 1: {found}; expected a cache state as --save-cache writes it, which begins {{\"schema\":\"{SCHEMA}\""
    )]
    Kind {
        /// What is wrong with it, in words.
        found: String,
    },
    /// A field has a value that it cannot have.
    #[error("line {line}: field `{field}` is {found}, {expected} expected")]
    Value {
        /// The line of the file, counted from 1.
        line: usize,
        /// The name of the column or key.
        field: &'static str,
        /// The text that stands in that field.
        found: String,
        /// What would be right, in words.
        expected: String,
    },
    /// The file breaks off before its last replica, or its last entry.
    #[error("line {line}: the file breaks off; it should have {count} {of}")]
    Short {
        /// The line of the file, counted from 1.
        line: usize,
        /// The number that line 1 gives.
        count: u64,
        /// What it is the number of.
        of: &'static str,
    },
    /// The state was left by a run of more requests.
    #[error("the state has {found} requests, the scenario {wanted}; give at least as many")]
    Requests {
        /// The number of requests that the state knows of, at least.
        found: u64,
        /// The number of requests of the scenario.
        wanted: u32,
    },
    /// The state was left by another fleet, or by another workload.
    #[error("line 1: field `{field}` is {found}, but the scenario has {wanted}; {advice}")]
    Other {
        /// The key of the setting in which the two differ.
        field: &'static str,
        /// The setting as the file has it.
        found: String,
        /// The setting as the scenario has it.
        wanted: String,
        /// What to do about it, in words.
        advice: &'static str,
    },
}

impl CacheState {
    /// The state of these pools at rest, with what the routers did.
    pub(crate) fn of<'a>(
        workload: &Workload,
        pools: impl Iterator<Item = &'a Pool>,
        diary: Option<Diary>,
    ) -> Self {
        let corpus = &workload.corpus;
        let run = |(owner, start, end): (Option<SegmentId>, u32, u32)| match owner {
            None => Free::Blank(end - start),
            Some(owner) => {
                let first = corpus.segment(owner).first;
                Free::Cached(first + u64::from(start), first + u64::from(end) - 1)
            }
        };
        Self {
            workload: workload.name.clone(),
            block_size: workload.block_size,
            blocks: corpus.blocks(),
            fingerprint: corpus.fingerprint(corpus.blocks()),
            replicas: pools
                .map(|pool| joined(pool.free_queue().map(run)))
                .collect(),
            diary,
        }
    }

    /// What the routers did; `None` if the state does not have it.
    pub fn diary(&self) -> Option<&Diary> {
        self.diary.as_ref()
    }

    /// The same state, with what the routers did in the run `before`, which this run began with, put before its own.
    ///
    /// # Errors
    /// The end of both runs together, if it lies beyond the end of the clock.
    pub(crate) fn after(mut self, before: &Self) -> Result<Self, ClockEnd> {
        if let Some(before) = &before.diary {
            let diary = self.diary.take().map(|diary| diary.after(before));
            self.diary = diary.transpose()?;
        }
        Ok(self)
    }

    /// The number of replicas whose caches it has.
    pub fn replicas(&self) -> u32 {
        self.replicas.len() as u32
    }

    /// The number of cached blocks, over all replicas.
    pub fn cached(&self) -> u64 {
        let runs = self.replicas.iter().flatten();
        runs.map(|run| match *run {
            Free::Cached(first, last) => last - first + 1,
            Free::Blank(_) => 0,
        })
        .sum()
    }

    /// Checks that it is of this workload, and of at least as many replicas as the fleet begins with and at most as many as it may
    /// come to have.
    ///
    /// # Errors
    /// What differs; or a free queue in which a block stands without its prefix or twice.
    pub(crate) fn check(
        &self,
        workload: &Workload,
        (replicas, ever): (u32, u32),
    ) -> Result<(), CacheError> {
        let other = |field, found: String, wanted: String, advice| {
            Err(CacheError::Other {
                field,
                found,
                wanted,
                advice,
            })
        };
        if !(replicas..=ever).contains(&self.replicas()) {
            let advice = "a state goes with as many replicas as it was saved of, or with a fleet that may grow to so many";
            return other(
                "replicas",
                self.replicas().to_string(),
                replicas.to_string(),
                advice,
            );
        }
        if self.block_size != workload.block_size {
            let (found, wanted) = (self.block_size.to_string(), workload.block_size.to_string());
            let advice = "a state goes with the block size it was saved with";
            return other("block_size", found, wanted, advice);
        }
        let corpus = &workload.corpus;
        let same = self.workload == workload.name;
        let diary = self.diary.iter().flat_map(|it| &it.entries);
        let last = diary.map(|it| it.request).max();
        let fewer = last.filter(|&it| it >= workload.count);
        let fewer = fewer.map(|last| CacheError::Requests {
            found: u64::from(last) + 1,
            wanted: workload.count,
        });
        // Fewer requests of the same workload have fewer blocks too, which says less.
        if let Some(fewer) = fewer.clone().filter(|_| same) {
            return Err(fewer);
        }
        let known = (self.blocks <= corpus.blocks()).then(|| corpus.fingerprint(self.blocks));
        if known != Some(self.fingerprint) {
            let (field, found, wanted) = if !same {
                ("workload", self.workload.clone(), workload.name.clone())
            } else if let Some(wanted) = known {
                let hex = |fingerprint: u64| format!("{fingerprint:016x}");
                ("fingerprint", hex(self.fingerprint), hex(wanted))
            } else {
                let (found, wanted) = (self.blocks.to_string(), corpus.blocks().to_string());
                ("blocks", found, wanted)
            };
            let advice = "a state goes with the workload it was saved of, or with more requests of the same file";
            return other(field, found, wanted, advice);
        }
        if let Some(fewer) = fewer {
            return Err(fewer);
        }
        for (id, runs) in self.replicas.iter().enumerate() {
            if let Some((first, last)) = hole(corpus, runs) {
                let found = format!("{first}-{last}");
                let expected = "blocks with their prefix further back in the queue, and none twice";
                return Err(value(3 + id, "free", &found, expected));
            }
        }
        Ok(())
    }

    /// Fills empty pools, and passes the chains that are in them to `cached`. The state must have been checked.
    pub(crate) fn fill(
        &self,
        corpus: &Corpus,
        pools: &mut [&mut Pool],
        mut cached: impl FnMut(Chain),
    ) {
        for (pool, runs) in pools.iter_mut().zip(&self.replicas) {
            let runs = newest(runs, pool.capacity());
            // First all blocks are in use, then they are freed in the queue's order; a prefix is freed after what it leads to.
            let mut ends: Vec<Result<Chain, u32>> = Vec::new();
            for run in runs {
                match run {
                    Free::Blank(blocks) => ends.push(Err(blocks)),
                    Free::Cached(first, last) => {
                        let parts = corpus.parts(first, last);
                        ends.extend(parts.into_iter().rev().map(|(leaf, _, end)| {
                            let depth = corpus.segment(leaf).before + end;
                            Ok(Chain { leaf, depth })
                        }));
                    }
                }
            }
            for end in &ends {
                match *end {
                    Ok(chain) => {
                        pool.refer(corpus, Chain::default(), chain, true);
                        cached(chain);
                    }
                    Err(blocks) => pool.take(blocks),
                }
            }
            for end in ends {
                match end {
                    Ok(chain) => pool.release(corpus, chain),
                    Err(blocks) => pool.give_back(blocks),
                }
            }
        }
    }
}

/// The same queue in the fewest runs.
fn joined(runs: impl Iterator<Item = Free>) -> Vec<Free> {
    let mut joined: Vec<Free> = Vec::new();
    for run in runs {
        match (joined.last_mut(), run) {
            (Some(Free::Blank(before)), Free::Blank(blocks)) => *before += blocks,
            // The blocks that are evicted next lead up to those evicted before.
            (Some(Free::Cached(first, _)), Free::Cached(from, to)) if to + 1 == *first => {
                *first = from;
            }
            _ => joined.push(run),
        }
    }
    joined
}

/// The end of the queue that fits into a pool of `capacity` blocks.
fn newest(runs: &[Free], capacity: u32) -> Vec<Free> {
    let mut left = u64::from(capacity);
    let mut kept = Vec::new();
    for run in runs.iter().rev() {
        let run = match *run {
            Free::Blank(blocks) => Free::Blank(u64::from(blocks).min(left) as u32),
            Free::Cached(first, last) => {
                Free::Cached(first, last.min((first + left).saturating_sub(1)))
            }
        };
        let blocks = match run {
            Free::Blank(blocks) => u64::from(blocks),
            Free::Cached(first, last) => (last + 1).saturating_sub(first),
        };
        if blocks > 0 {
            left -= blocks;
            kept.push(run);
        }
    }
    kept.reverse();
    kept
}

/// The newest run with a block whose prefix is not behind it in the queue, or that stands there twice.
fn hole(corpus: &Corpus, runs: &[Free]) -> Option<(u64, u64)> {
    let mut there: crate::units::Map<SegmentId, u32> = Default::default();
    for run in runs.iter().rev() {
        let Free::Cached(first, last) = *run else {
            continue;
        };
        for (id, start, end) in corpus.parts(first, last) {
            let segment = corpus.segment(id);
            let parent = corpus.segment(segment.parent);
            let before = match segment.parent {
                ROOT => 0,
                _ => segment.before - parent.before,
            };
            let rooted = start > 0 || there.get(&segment.parent).copied().unwrap_or(0) >= before;
            let here = there.entry(id).or_default();
            if *here != start || !rooted {
                return Some((first, last));
            }
            *here = end;
        }
    }
    None
}
