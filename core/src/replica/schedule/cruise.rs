//! Steps in which nothing happens except that each sequence of the batch gets a token: most steps of most runs.
//!
//! They have the effect of [`Engine::complete`] and [`Engine::begin`], which run all other steps; what cannot come up in such a
//! step is not checked.

use std::cmp::Reverse;

use super::{Current, Engine, StepEnd, Switch};
use crate::units::VirtualTime;

impl Engine {
    /// Whether the batch stays as it is until a sequence of it ends or is out of blocks: all of it decodes, no sequence can join
    /// it, no client reads token by token, and batches are not collected.
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
        // Only contexts and blocks grow, so the part of a step's length that depends on everything else was computed when it began.
        if self.unsteady {
            self.steady = self.timing.steady(&self.batch());
        }
        let mut steady = self.steady;
        let all_reserved = self.without(Switch::Preemption);
        let (first, before) = (current, self.step);
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
            let base = self.go_on(current);
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
                steady = self.timing.steady(&self.batch());
            }
            let seconds = steady.seconds(self.context, self.pool.referenced());
            current = self.launch(current.end, 0, seconds);
        }
        // A step begins when the one before it ends; only the first of these may have computed part of a prompt.
        let steps = self.step - before;
        if steps > 0 {
            self.tally.steps += steps;
            self.tally.busy_ns += (current.start - first.start).0;
            self.tally.prefilled_tokens += u64::from(first.prefill_tokens);
            self.tally.generated_tokens += u64::from(self.decoding) * steps;
        }
        self.current = Some(current);
    }
}
