//! Which prompts' beliefs a router may have changed, and when it will next change one by itself.
//!
//! This serves a reader who follows a belief through a run ([`crate::fleet::playback`]): asking about every prompt at every moment
//! would be exact as well, and thousands of times the work. A belief that is followed notes the first block of whatever it adds or
//! drops; only a prompt that has this block can be believed otherwise of.

use super::memory::Memory;
use super::{Belief, BeliefKind, Forget};
use crate::router::{Ask, Unit};
use crate::units::{BlockId, VirtualTime};

/// How a router's belief names blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Names {
    /// Dense ids of the corpus of blocks.
    Blocks,
    /// Dense ids of the corpus of characters.
    Characters,
    /// Dense ids of the corpus of tokens.
    Tokens,
    /// Names that the belief makes itself: [`Belief::own_names`].
    Own,
}

/// The blocks about which the belief may have changed since this was last taken; of neighbours, the first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stirred(pub(crate) Vec<(Names, BlockId)>);

impl Belief {
    /// Begins to note what it adds and drops.
    pub(crate) fn follow(&mut self) {
        match &mut self.kind {
            BeliefKind::Routed(routed) => routed.index.note_changes(),
            BeliefKind::Events(events) => events.index.note_changes(),
            BeliefKind::Own(memory) => memory.note_changes(),
            BeliefKind::Nothing | BeliefKind::Pools | BeliefKind::Residents(_) => {}
        }
        if let Some((index, _)) = &mut self.predicted {
            index.note_changes();
        }
    }

    /// Takes what was noted since the last call.
    pub(crate) fn take_stirred(&mut self, stirred: &mut Stirred) {
        let in_unit = |names: Names| move |id: BlockId| (names, id);
        match &mut self.kind {
            BeliefKind::Routed(routed) => {
                let names = match routed.unit {
                    Unit::Characters if routed.in_pieces => Names::Characters,
                    Unit::Tokens if routed.in_pieces => Names::Tokens,
                    _ => Names::Blocks,
                };
                stirred.0.extend(routed.index.changes().map(in_unit(names)));
            }
            BeliefKind::Events(events) => {
                let changes = events.index.changes();
                stirred.0.extend(changes.map(in_unit(Names::Blocks)));
            }
            BeliefKind::Own(memory) => stirred.0.extend(memory.changes().map(in_unit(Names::Own))),
            BeliefKind::Nothing | BeliefKind::Pools | BeliefKind::Residents(_) => {}
        }
        if let Some((index, _)) = &mut self.predicted {
            stirred
                .0
                .extend(index.changes().map(in_unit(Names::Blocks)));
        }
    }

    /// Whether it follows the pools themselves, without delay.
    pub(crate) fn sees_pools(&self) -> bool {
        matches!(self.kind, BeliefKind::Pools | BeliefKind::Residents(_))
    }

    /// The names that the belief itself gives to a prompt's blocks; empty if it uses names of the corpus.
    pub(crate) fn own_names(&mut self, ask: &Ask<'_>) -> &[BlockId] {
        match &mut self.kind {
            BeliefKind::Own(memory) => Memory::names(memory, ask),
            _ => &[],
        }
    }

    /// When it may next change without anything being sent or reported: something becomes too old, or a message arrives. At that
    /// moment [`Belief::refresh`] moves this on. [`VirtualTime::NEVER`]: it will not.
    pub(crate) fn changes_at(&self) -> VirtualTime {
        // What is exactly as old as the time to live is still known.
        let after = |oldest: Option<VirtualTime>, ttl: VirtualTime| {
            oldest.map_or(VirtualTime::NEVER, |oldest| oldest + ttl + VirtualTime(1))
        };
        let itself = match &self.kind {
            BeliefKind::Routed(routed) => match routed.forget {
                Forget::After(ttl) => after(routed.index.oldest(), ttl),
                Forget::Lru { every, .. } if every > VirtualTime::ZERO => routed.swept + every,
                _ => VirtualTime::NEVER,
            },
            BeliefKind::Events(events) => {
                let heads = events.lines.iter().filter_map(|line| line.pending.front());
                let first = heads.map(|&(at, _)| at).min();
                first.unwrap_or(VirtualTime::NEVER)
            }
            _ => VirtualTime::NEVER,
        };
        let predicted = self.predicted.as_ref();
        let predicted = predicted.map(|(index, ttl)| after(index.oldest(), *ttl));
        match itself.min(predicted.unwrap_or(VirtualTime::NEVER)) {
            VirtualTime::NEVER => VirtualTime::NEVER,
            moment => moment - self.before,
        }
    }
}
