//! What a router sent where, in blocks of its own size, each replica's share least recently sent first out.
//!
//! llm-d's approximate prefix cache, block for block: a prompt is cut into blocks of the router's own, which may be larger
//! than the engines'. Each is of whole engine blocks, or of whole chunks of a text, as many as come to its size; the last, part-filled one counts too. A block is remembered for the replica the prompt is sent to.
//! A look-up walks from the prompt's beginning as far as any replica has the next block, and counts for each replica how many
//! of the blocks it walked over that replica has. The blocks of one prompt age together, the first of them first, so a
//! replica may have lost the beginning of a prompt and still be credited with the rest while another has the beginning.
//!
//! Tokens are the router's: where the workload has texts, four characters each, else the engine's. A part-filled block of
//! a prompt without text is the same as another's if the lengths and all full blocks before are.

mod holders;

use std::collections::VecDeque;

use super::Fleet;
use crate::router::{Ask, OwnBlocks};
use crate::units::{BlockId, Map, ReplicaId};
use holders::BlockHolders;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The number of characters that llm-d's estimate takes for a token of a text.
const CHARACTERS: u32 = 4;
/// The number of characters of a chunk of [`crate::workload::Workload::chunks`].
const CHUNK: u32 = 128;

/// The memory of a router. See the [module](self).
#[derive(Clone)]
pub(super) struct Memory {
    /// The least size of this memory's blocks \[tokens\]; see [`Self::size`].
    block: u32,
    /// The most of a prompt that is looked at \[tokens\].
    most: u32,
    /// The most that is remembered of each replica \[tokens\]; `None`: as many blocks as the engine's pool has, whatever their sizes.
    tokens: Option<u32>,
    /// How many blocks the engines' pools have.
    pool: usize,
    /// The same for each replica, where the pools differ; empty: `pool` holds for all.
    own: Vec<usize>,
    holders: Map<BlockId, BlockHolders>,
    recent: Vec<Recent>,
    /// The blocks of the prompt looked up last that each replica is remembered to have.
    matched: Vec<u32>,
    /// How many blocks the prompt looked up last has.
    asked: u32,
    ids: Vec<BlockId>,
    /// The blocks that were added and dropped since they were last taken; `None` where that is not noted.
    changes: Option<Vec<BlockId>>,
}

impl Memory {
    pub(super) fn new(own: OwnBlocks, tokens: Option<u32>, fleet: Fleet) -> Self {
        Self {
            block: own.at_least.max(fleet.block_size),
            most: own.most,
            tokens,
            pool: fleet.pool_blocks as usize,
            own: Vec::new(),
            holders: Map::default(),
            recent: vec![Recent::default(); fleet.replicas as usize],
            matched: vec![0; fleet.replicas as usize],
            asked: 0,
            ids: Vec::new(),
            changes: None,
        }
    }

    /// Sets the sizes of the replicas' pools, where they are not all alike.
    pub(super) fn rooms(&mut self, rooms: &[u32]) {
        self.own = rooms.iter().map(|&room| room as usize).collect();
    }

    /// The size of the blocks into which a prompt is cut \[tokens\].
    fn size(&self, ask: &Ask<'_>) -> u32 {
        let least = match ask.request.keys {
            Some(_) => CHUNK / CHARACTERS,
            None => ask.block_size,
        };
        self.block.next_multiple_of(least)
    }

    /// Looks a prompt up: see [`Self::matched`] for the answer in this memory's blocks; `overlaps` gets it in the engine's.
    pub(super) fn look_up(&mut self, ask: &Ask<'_>, overlaps: &mut [u32]) {
        self.cut(ask);
        self.asked = self.ids.len() as u32;
        self.matched.fill(0);
        // Blocks with the same holders that follow each other are counted at once.
        let mut alike: Option<(&BlockHolders, u32)> = None;
        for id in &self.ids {
            let Some(holders) = self.holders.get(id).filter(|it| !it.is_empty()) else {
                break;
            };
            alike = match alike {
                Some((before, times)) if before == holders => Some((before, times + 1)),
                others => {
                    if let Some((before, times)) = others {
                        before.count(times, &mut self.matched);
                    }
                    Some((holders, 1))
                }
            };
        }
        if let Some((holders, times)) = alike {
            holders.count(times, &mut self.matched);
        }
        let depth = u64::from(ask.request.prompt.depth);
        let tokens = u64::from(ask.request.prompt_tokens);
        // Most replicas have as much as the replica before, so the division is not repeated.
        let mut before = (0, 0);
        for (overlap, &matched) in overlaps.iter_mut().zip(&self.matched) {
            if matched == before.0 {
                *overlap = before.1;
                continue;
            }
            let known = match ask.request.keys {
                Some(_) => tokens * u64::from(matched) / u64::from(self.asked.max(1)),
                None => u64::from(matched) * u64::from(self.size(ask)),
            };
            *overlap = (known / u64::from(ask.block_size)).min(depth) as u32;
            before = (matched, *overlap);
        }
    }

    /// Of the prompt looked up last, the blocks that each replica has, and how many blocks it is cut into.
    pub(super) fn matched(&self) -> (&[u32], u32) {
        (&self.matched, self.asked)
    }

    /// Notes that the prompt is sent to `replica`.
    pub(super) fn sent(&mut self, ask: &Ask<'_>, replica: ReplicaId) {
        self.cut(ask);
        let capacity = match self.tokens {
            Some(tokens) => (tokens / self.size(ask)) as usize,
            None => *self.own.get(replica.index()).unwrap_or(&self.pool),
        };
        let recent = &mut self.recent[replica.index()];
        for &id in &self.ids {
            if let Some(gone) = recent.touch(id, capacity)
                && let Some(holders) = self.holders.get_mut(&gone)
            {
                holders.remove(replica.0);
                if holders.is_empty() {
                    self.holders.remove(&gone);
                }
                self.changes.iter_mut().for_each(|it| it.push(gone));
            }
        }
        for &id in &self.ids {
            let holders = self.holders.entry(id).or_default();
            if holders.add(replica.0, self.recent.len()) {
                self.changes.iter_mut().for_each(|it| it.push(id));
            }
        }
    }

    /// Begins to note which blocks it adds and drops.
    pub(super) fn note_changes(&mut self) {
        self.changes = Some(Vec::new());
    }

    /// Takes the blocks noted since the last call.
    pub(super) fn changes(&mut self) -> impl Iterator<Item = BlockId> {
        self.changes.iter_mut().flat_map(|it| it.drain(..))
    }

    /// The names of a prompt's blocks.
    pub(super) fn names(&mut self, ask: &Ask<'_>) -> &[BlockId] {
        self.cut(ask);
        &self.ids
    }

    /// Forgets a replica that is gone.
    pub(super) fn left(&mut self, replica: ReplicaId) {
        let gone = core::mem::take(&mut self.recent[replica.index()]);
        if let Some(changes) = &mut self.changes {
            changes.extend(gone.stamps.keys());
        }
        self.holders.retain(|_, holders| {
            holders.remove(replica.0);
            !holders.is_empty()
        });
    }

    /// The number of blocks that are remembered of a replica.
    pub(super) fn held(&self, replica: ReplicaId) -> usize {
        self.recent[replica.index()].stamps.len()
    }

    /// Writes the names of the prompt's blocks to `ids`.
    fn cut(&mut self, ask: &Ask<'_>) {
        let (request, size) = (ask.request, self.size(ask));
        let (ids, step, ended) = match &request.keys {
            Some(keys) => {
                ask.chunks.ids(keys.chunks, &mut self.ids);
                // A chunk's name covers all of the text up to its end; so does that of the last, shorter one.
                (&mut self.ids, (size * CHARACTERS / CHUNK) as usize, true)
            }
            None => {
                ask.corpus.ids(request.prompt, &mut self.ids);
                (&mut self.ids, (size / ask.block_size) as usize, false)
            }
        };
        let whole = ids.len() / step;
        let last = ids.last().copied();
        let left = match ended {
            true => !ids.len().is_multiple_of(step),
            false => request.prompt_tokens as usize > whole * step * ask.block_size as usize,
        };
        for at in 0..whole {
            ids[at] = ids[(at + 1) * step - 1];
        }
        ids.truncate(whole);
        if left {
            ids.push(match last {
                Some(last) if ended => last,
                last => part_filled(last.unwrap_or_default(), request.prompt_tokens),
            });
        }
        ids.truncate((self.most / size) as usize);
    }
}

/// The name of the last block of a prompt of this many tokens, none of which fills it; `before` is its last full engine block.
fn part_filled(before: BlockId, tokens: u32) -> BlockId {
    // The dense ids of full blocks never have the highest bit.
    BlockId(xxh3_64_with_seed(&before.0.to_le_bytes(), u64::from(tokens)) | 1 << 63)
}

/// The blocks that were sent to one replica, and in which order.
#[derive(Clone, Default)]
struct Recent {
    stamps: Map<BlockId, u64>,
    /// The blocks, the least recently sent first; an entry whose stamp is not its block's has been sent again since.
    order: VecDeque<(u64, BlockId)>,
    now: u64,
}

impl Recent {
    /// Makes the block the latest; returns the block that must be dropped for it, if one must.
    fn touch(&mut self, id: BlockId, capacity: usize) -> Option<BlockId> {
        self.now += 1;
        self.stamps.insert(id, self.now);
        self.order.push_back((self.now, id));
        if self.order.len() > 2 * self.stamps.len() + 64 {
            let stamps = &self.stamps;
            self.order
                .retain(|(stamp, id)| stamps.get(id) == Some(stamp));
        }
        if self.stamps.len() <= capacity {
            return None;
        }
        while let Some((stamp, oldest)) = self.order.pop_front() {
            if self.stamps.get(&oldest) == Some(&stamp) {
                self.stamps.remove(&oldest);
                return Some(oldest);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_last_is_kept_however_often_it_was_sent() {
        let mut recent = Recent::default();
        assert_eq!(recent.touch(BlockId(1), 2), None);
        // So often that the order is rid of what is out of date.
        for _ in 0..200 {
            assert_eq!(recent.touch(BlockId(2), 2), None);
        }
        assert!(recent.order.len() < 100, "{}", recent.order.len());
        assert_eq!(recent.touch(BlockId(3), 2), Some(BlockId(1)));
        assert_eq!(recent.touch(BlockId(4), 2), Some(BlockId(2)));
    }
}
