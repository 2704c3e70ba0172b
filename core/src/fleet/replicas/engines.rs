//! The engines of a fleet, side by side, and the one function through which they change.
//!
//! Beside its engines the fleet keeps what its pools did that no router has heard of, and two columns that follow from both: when
//! each replica is due to be brought up, and what each engine reports. An engine is changed by [`Engines::change`] alone, which
//! brings the columns up to date, so no change can leave them behind. Reading goes by index and costs nothing.

use core::ops::Index;

use crate::fleet::view::{News, load};
use crate::replica::{Engine, PoolEvent};
use crate::router::EngineLoads;
use crate::units::{ReplicaId, VirtualTime};

/// The engines, in the order of the replicas. See the [module](self).
#[derive(Clone)]
pub(super) struct Engines {
    all: Vec<Engine>,
    /// The time from which on each replica has something to bring up. That is when its engine's step ends, or the beginning of time
    /// while its pool did something that no router has heard of. A fleet of hundreds is brought up at every decision, so what is
    /// due is found here, without a look at the engines themselves.
    due: Vec<VirtualTime>,
    /// What each engine reports, if anyone reads it. It is a copy side by side, since a reader reads all of them.
    loads: EngineLoads,
    /// Whether loads are read, and whether as of each engine's last step's end; `None`: neither a router nor the line reads them.
    reads: Option<AtStepEnds>,
    /// When the latest of the steps that have ended did so, if what engines report is read.
    stepped: VirtualTime,
    /// What each pool did that no router has heard of yet, with its times.
    unheard: Vec<Vec<(VirtualTime, PoolEvent)>>,
}

/// Whether an engine reports the load at the end of its last step; if not, the load at the moment of reading.
pub(super) type AtStepEnds = bool;

impl Engines {
    /// These engines, idle. `reads`: whether what they report is read, and as of when.
    pub(super) fn new(all: Vec<Engine>, reads: Option<AtStepEnds>) -> Self {
        Self {
            due: vec![VirtualTime::NEVER; all.len()],
            loads: EngineLoads::new(all.len()),
            unheard: vec![Vec::new(); all.len()],
            all,
            reads,
            stepped: VirtualTime::ZERO,
        }
    }

    /// All engines, in the order of the replicas.
    pub(super) fn all(&self) -> &[Engine] {
        &self.all
    }

    /// What the engines report.
    pub(super) fn loads(&self) -> &EngineLoads {
        &self.loads
    }

    /// When the latest of the engines' last steps ended.
    pub(super) fn stepped(&self) -> VirtualTime {
        self.stepped
    }

    /// Changes an engine, then updates the columns that follow from it. There is no other way to change an engine.
    #[inline]
    pub(super) fn change<T>(&mut self, id: usize, change: impl FnOnce(&mut Engine) -> T) -> T {
        let result = change(&mut self.all[id]);
        self.settle(id);
        result
    }

    /// The first replica from `from` on that has something to bring up by now.
    pub(super) fn first_due(&self, from: usize, now: VirtualTime) -> Option<usize> {
        let further = self.due.get(from..)?.iter().position(|&due| due <= now);
        further.map(|further| from + further)
    }

    /// Keeps what a pool did until a router hears of it.
    pub(super) fn keep(&mut self, id: usize, events: &mut Vec<(VirtualTime, PoolEvent)>) {
        self.unheard[id].append(events);
        self.settle(id);
    }

    /// Moves what a pool did to `news`, from which the routers hear of it.
    pub(super) fn hear(&mut self, id: usize, news: &mut Vec<News>) {
        if self.unheard[id].is_empty() {
            return;
        }
        let unheard = self.unheard[id].drain(..);
        news.extend(unheard.map(|(at, event)| (ReplicaId(id as u32), at, event)));
        self.settle(id);
    }

    /// Drops what a pool did, of which no router is to hear.
    pub(super) fn forget(&mut self, id: usize) {
        self.unheard[id].clear();
        self.settle(id);
    }

    /// Updates the columns for an engine that has changed.
    #[inline]
    fn settle(&mut self, id: usize) {
        let engine = &self.all[id];
        self.due[id] = match self.unheard[id].is_empty() {
            true => engine.step_ends(),
            false => VirtualTime::ZERO,
        };
        if let Some(at_step_ends) = self.reads {
            self.loads.set(id, load(engine, at_step_ends));
            self.stepped = self.stepped.max(engine.step_end.at);
        }
    }
}

impl Index<usize> for Engines {
    type Output = Engine;

    fn index(&self, id: usize) -> &Engine {
        &self.all[id]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::terms::Off;
    use crate::replica::{Limits, Pool, Sequence, Timing};
    use crate::request::{Chain, Corpus};
    use crate::units::RequestId;

    #[test]
    fn reports_are_as_of_the_latest_step_that_ended() {
        let limits = Limits {
            sequences: 8,
            batch_tokens: 2048,
            block_size: 16,
            preallocate: 0,
            whole_prompt: true,
            gather: None,
            off: Off::default(),
        };
        let engine = || {
            let pool = Pool::new(100, false);
            Engine::new(Timing::Dynamo, limits, pool, VirtualTime::ZERO, false)
        };
        let mut engines = Engines::new(vec![engine(), engine()], Some(true));
        let mut corpus = Corpus::default();
        let prompt = corpus.extend(Chain::default(), 4);
        let sequence = Sequence {
            request: RequestId(0),
            prompt_tokens: 65,
            output_tokens: 9,
            prompt,
            answered: prompt,
        };
        let mut out = Vec::new();
        for (id, seconds) in [(1, 1.0), (0, 0.5)] {
            let at = VirtualTime::from_secs(seconds);
            engines.change(id, |it| it.enqueue(&corpus, sequence, at, &mut out));
        }
        assert_eq!(engines.stepped(), VirtualTime::ZERO, "no step has ended");
        let (early, late) = (engines[0].step_ends(), engines[1].step_ends());
        assert!(early < late);
        engines.change(1, |it| it.advance(&corpus, late, &mut out));
        assert_eq!(engines.stepped(), late);
        engines.change(0, |it| it.advance(&corpus, early, &mut out));
        assert_eq!(engines.stepped(), late, "that one was earlier");
    }
}
