//! Steps in which nothing happens but that each sequence of the batch gets a token: most steps of most runs.
//!
//! They leave behind what [`Engine::complete`] and [`Engine::begin`] would, which run all others; what cannot come up in such
//! a step is not asked for.

use std::cmp::Reverse;

use super::{Current, Engine, StepEnd, Switch};
use crate::units::VirtualTime;

impl Engine {
    /// Whether the batch stays as it is until a sequence of it ends or is out of blocks: all of it decodes, nobody can join it,
    /// and nobody wants to hear of each token.
    pub(super) fn cruises(&self) -> bool {
        self.prefilling.is_empty()
            && self.decoding > 0
            && (self.waiting.is_empty() || self.blocked)
            && self.tokens.is_none()
            && self.limits.gather.is_none()
    }

    /// Runs the steps from `current` on that end at or before `to`, up to the first at whose end a sequence ends or is out of
    /// blocks.
    pub(super) fn cruise(&mut self, mut current: Current, to: VirtualTime) {
        let finish = self.finish.peek();
        let finish = finish.map_or(0, |&Reverse((finish, ..))| finish);
        if self.step >= finish {
            return;
        }
        // Only its contexts and its blocks grow, so what of a step's length depends on all else is worked out once.
        let mut batch = self.batch();
        let by_size = self.timing.seconds_by_size(&batch);
        let all_reserved = self.without(Switch::Preemption);
        let mut phase = (self.step % self.due.len() as u64) as usize;
        while current.end <= to && self.step < finish {
            phase = if phase + 1 == self.due.len() {
                0
            } else {
                phase + 1
            };
            if !self.has_room(phase) {
                break;
            }
            let base = self.account(current, self.decoding);
            self.api_free = VirtualTime(base.0 + u64::from(self.decoding) * self.api_token.0);
            self.api_last = base;
            self.step_end = StepEnd {
                at: current.end,
                waiting: current.waiting,
                running: self.running(),
                referenced_blocks: self.pool.referenced(),
            };
            self.pool.reach(current.end);
            self.grow_at(phase);
            if all_reserved {
                batch = self.batch();
            }
            batch.context_tokens = self.context;
            batch.referenced_blocks = self.pool.referenced();
            let seconds = self.timing.seconds_from(by_size, &batch);
            current = self.launch(current.end, &batch, seconds);
        }
        self.current = Some(current);
    }
}
