//! Which prompts a router may have come to believe otherwise of, and when it will do so by itself.
//!
//! For whoever follows a belief through a run ([`crate::fleet::playback`]): asking after every prompt at every moment would be
//! exact as well, and thousands of times the work. A belief that is followed notes the first block of whatever it adds
//! or drops; only a prompt that has this block can be believed otherwise of.

use super::memory::Memory;
use super::{Belief, Forget, Kind};
use crate::router::{Ask, Unit};
use crate::units::{BlockId, VirtualTime};

/// What blocks are named by in a router's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Names {
    /// Dense ids of the corpus of blocks.
    Blocks,
    /// Dense ids of the corpus of characters.
    Characters,
    /// Dense ids of the corpus of tokens.
    Tokens,
    /// Names that the picture makes itself: [`Belief::own_names`].
    Own,
}

/// Blocks of which the belief may have changed since this was last taken; of neighbours, the first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stirred(pub(crate) Vec<(Names, BlockId)>);

impl Belief {
    /// From now on it notes what it adds and drops.
    pub(crate) fn follow(&mut self) {
        match &mut self.kind {
            Kind::Routed(routed) => routed.index.note_changes(),
            Kind::Events(events) => events.index.note_changes(),
            Kind::Own(memory) => memory.note_changes(),
            Kind::Nothing | Kind::Pools | Kind::Residents(_) => {}
        }
        if let Some((index, _)) = &mut self.predicted {
            index.note_changes();
        }
    }

    /// Takes what it has noted.
    pub(crate) fn take_stirred(&mut self, stirred: &mut Stirred) {
        let of = |names: Names| move |id: BlockId| (names, id);
        match &mut self.kind {
            Kind::Routed(routed) => {
                let names = match routed.unit {
                    Unit::Characters if routed.in_pieces => Names::Characters,
                    Unit::Tokens if routed.in_pieces => Names::Tokens,
                    _ => Names::Blocks,
                };
                stirred.0.extend(routed.index.changes().map(of(names)));
            }
            Kind::Events(events) => {
                let changes = events.index.changes();
                stirred.0.extend(changes.map(of(Names::Blocks)));
            }
            Kind::Own(memory) => stirred.0.extend(memory.changes().map(of(Names::Own))),
            Kind::Nothing | Kind::Pools | Kind::Residents(_) => {}
        }
        if let Some((index, _)) = &mut self.predicted {
            stirred.0.extend(index.changes().map(of(Names::Blocks)));
        }
    }

    /// Whether it believes what the pools hold, as they come to hold it.
    pub(crate) fn sees_pools(&self) -> bool {
        matches!(self.kind, Kind::Pools | Kind::Residents(_))
    }

    /// The names that its picture gives to a prompt's blocks; none if it makes no names itself.
    pub(crate) fn own_names(&mut self, ask: &Ask<'_>) -> &[BlockId] {
        match &mut self.kind {
            Kind::Own(memory) => Memory::names(memory, ask),
            _ => &[],
        }
    }

    /// When it may next come to believe otherwise with nothing sent or said: something is too old, or what pools have said
    /// arrives. At that moment [`Belief::refresh`] moves this on. [`VirtualTime::NEVER`]: it will not.
    pub(crate) fn changes_at(&self) -> VirtualTime {
        // What is just as old as that is still known.
        let after = |oldest: Option<VirtualTime>, ttl: VirtualTime| {
            oldest.map_or(VirtualTime::NEVER, |oldest| oldest + ttl + VirtualTime(1))
        };
        let itself = match &self.kind {
            Kind::Routed(routed) => match routed.forget {
                Forget::After(ttl) => after(routed.index.oldest(), ttl),
                Forget::Lru { every, .. } if every > VirtualTime::ZERO => routed.swept + every,
                _ => VirtualTime::NEVER,
            },
            Kind::Events(events) => {
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
