//! A router's own account of what it sent: requests, tokens and blocks under way at each replica.
//!
//! Prompt blocks that several active requests share count once, as in Dynamo's active sequences. They are kept in a
//! [`Pool`] without bounds, which counts exactly that. Only what the policy reads is kept.

use super::signals::Signals;
use super::{Ask, Reads};
use crate::replica::Pool;
use crate::request::Chain;
use crate::units::{Map, ReplicaId, VirtualTime};

/// A request under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) uncached: u32,
    pub(super) routed: VirtualTime,
    tokens: u64,
    computed: bool,
}

#[derive(Clone)]
pub(super) struct Ledger {
    entries: Map<u32, Entry>,
    blocks: Vec<Pool>,
    /// Whether entries are kept at all.
    keeps: bool,
}

impl Ledger {
    pub(super) fn new(reads: Reads, listens: bool, replicas: u32) -> Self {
        let pools = if reads.blocks { replicas } else { 0 };
        Self {
            entries: Map::default(),
            blocks: vec![Pool::new(u32::MAX, false); pools as usize],
            keeps: reads.ledger || listens,
        }
    }

    pub(super) fn keeps(&self) -> bool {
        self.keeps
    }

    /// Fills in what depends on the request.
    pub(super) fn look_up(&self, ask: &Ask<'_>, signals: &mut [Signals]) {
        for (pool, signals) in self.blocks.iter().zip(signals) {
            let prompt = ask.request.prompt;
            let known = pool.matched(ask.corpus, prompt);
            let idle = pool.free_among(ask.corpus, ask.corpus.prefix(prompt, known));
            signals.active_blocks = pool.referenced();
            signals.shared_blocks = known - idle;
        }
    }

    pub(super) fn sent(
        &mut self,
        n: u32,
        ask: &Ask<'_>,
        replica: ReplicaId,
        overlap: u32,
        signals: &mut Signals,
    ) {
        signals.active += 1;
        signals.sent += 1;
        if let Some(pool) = self.blocks.get_mut(replica.index()) {
            pool.refer(ask.corpus, Chain::default(), ask.request.prompt, true);
        }
        if self.keeps {
            let uncached = ask.uncached_tokens(overlap);
            let tokens = u64::from(ask.request.prompt_tokens) + u64::from(ask.estimated_output);
            signals.prefill_tokens += u64::from(uncached);
            signals.tokens += tokens;
            let entry = Entry {
                uncached,
                routed: ask.now,
                tokens,
                computed: false,
            };
            self.entries.insert(n, entry);
        }
    }

    pub(super) fn first_token(
        &mut self,
        n: u32,
        now: VirtualTime,
        signals: &mut Signals,
    ) -> Option<Entry> {
        let entry = self.entries.get_mut(&n)?;
        if !entry.computed {
            entry.computed = true;
            signals.prefill_tokens -= u64::from(entry.uncached);
            signals.ttft_ms = (now - entry.routed).millis();
        }
        Some(*entry)
    }

    pub(super) fn finished(
        &mut self,
        n: u32,
        ask: &Ask<'_>,
        replica: ReplicaId,
        signals: &mut Signals,
    ) -> Option<Entry> {
        signals.active -= 1;
        if let Some(pool) = self.blocks.get_mut(replica.index()) {
            pool.release(ask.corpus, ask.request.prompt);
        }
        let entry = self.entries.remove(&n)?;
        signals.tokens -= entry.tokens;
        if !entry.computed {
            signals.prefill_tokens -= u64::from(entry.uncached);
        }
        Some(entry)
    }
}
