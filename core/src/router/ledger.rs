//! A router's own count of what it sent: requests, tokens and blocks under way at each replica.
//!
//! Prompt blocks that several active requests share count once, see [`ActiveBlocks`]. Only what the policy reads is kept.

use super::active::ActiveBlocks;
use super::signals::Columns;
use super::{Ask, Reads};
use crate::units::{Map, ReplicaId, VirtualTime};

/// A request that was sent and has not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenRequest {
    /// The prompt tokens that the router expected to be computed \[tokens\].
    pub(super) uncached: u32,
    pub(super) routed: VirtualTime,
    /// The prompt and the expected answer \[tokens\].
    tokens: u64,
    /// Whether its first token has come back, so that its prompt no longer counts as prefill under way.
    prefilled: bool,
}

/// A router's count of what it sent. See the [module](self).
#[derive(Clone)]
pub(super) struct Ledger {
    entries: Map<u32, OpenRequest>,
    /// The blocks under way; `None` where the policy does not read them.
    blocks: Option<ActiveBlocks>,
    /// Whether entries of requests are kept at all.
    keeps: bool,
}

impl Ledger {
    pub(super) fn new(reads: Reads) -> Self {
        Self {
            entries: Map::default(),
            blocks: reads.blocks.then(ActiveBlocks::default),
            keeps: reads.ledger || reads.replies,
        }
    }

    pub(super) fn keeps(&self) -> bool {
        self.keeps
    }

    /// Fills in the blocks that the request to be routed shares with active ones at each replica.
    pub(super) fn look_up(&self, ask: &Ask<'_>, signals: &mut Columns) {
        if let Some(blocks) = &self.blocks {
            blocks.look_up(ask.corpus, ask.request.prompt, &mut signals.shared_blocks);
        }
    }

    pub(super) fn sent(
        &mut self,
        n: u32,
        ask: &Ask<'_>,
        replica: ReplicaId,
        overlap: u32,
        signals: &mut Columns,
    ) {
        let at = replica.index();
        signals.active[at] += 1;
        signals.sent[at] += 1;
        if let Some(blocks) = &mut self.blocks {
            signals.active_blocks[at] += blocks.add(ask.corpus, ask.request.prompt, replica);
        }
        if self.keeps {
            let uncached = ask.uncached_tokens(overlap);
            let tokens = u64::from(ask.request.prompt_tokens) + u64::from(ask.estimated_output);
            signals.prefill_tokens[at] += u64::from(uncached);
            signals.tokens[at] += tokens;
            let entry = OpenRequest {
                uncached,
                routed: ask.now,
                tokens,
                prefilled: false,
            };
            self.entries.insert(n, entry);
        }
    }

    pub(super) fn first_token(
        &mut self,
        n: u32,
        now: VirtualTime,
        replica: ReplicaId,
        signals: &mut Columns,
    ) -> Option<OpenRequest> {
        let at = replica.index();
        let entry = self.entries.get_mut(&n)?;
        if !entry.prefilled {
            entry.prefilled = true;
            signals.prefill_tokens[at] -= u64::from(entry.uncached);
            signals.ttft_ms[at] = (now - entry.routed).millis();
        }
        Some(*entry)
    }

    pub(super) fn finished(
        &mut self,
        n: u32,
        ask: &Ask<'_>,
        replica: ReplicaId,
        signals: &mut Columns,
    ) -> Option<OpenRequest> {
        let at = replica.index();
        signals.active[at] -= 1;
        if let Some(blocks) = &mut self.blocks {
            signals.active_blocks[at] -= blocks.remove(ask.corpus, ask.request.prompt, replica);
        }
        let entry = self.entries.remove(&n)?;
        signals.tokens[at] -= entry.tokens;
        if !entry.prefilled {
            signals.prefill_tokens[at] -= u64::from(entry.uncached);
        }
        Some(entry)
    }
}
