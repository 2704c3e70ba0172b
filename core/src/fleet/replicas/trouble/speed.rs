//! A replica slows down or hangs. One that hangs keeps its connections and computes nothing until that is over.
//!
//! Each slowdown and each hang lasts as long as it says, also where two overlap. Of slowdowns the one that began last sets the
//! speed; when it is over, the one that began before it and is not over does so again. A hang is over when the last of those that
//! overlap is. A death ends them all.

use super::super::Replicas;
use crate::fleet::fact::{LifeStage, What};
use crate::fleet::message::{Attempt, FailureKind, Life, Message};
use crate::fleet::out::Out;
use crate::units::{RequestId, VirtualTime};

impl Replicas {
    pub(super) fn set_speed(&mut self, id: usize, factor: f64, now: VirtualTime, out: &mut Out) {
        self.advance(id, now, out);
        self.engines.change(id, |engine| engine.set_speed(factor));
        if self.all[id].trouble.hangs() {
            return; // it goes on at this speed when that is over
        }
        let (replica, thousandths) = (id as u16, (factor * 1000.0) as u32);
        let speed = What::Speed {
            replica,
            thousandths,
        };
        out.fact(now, speed);
        self.plan_wake(id, out);
    }

    pub(super) fn hang(
        &mut self,
        id: usize,
        length: Option<VirtualTime>,
        now: VirtualTime,
        out: &mut Out,
    ) {
        self.advance(id, now, out);
        let change = self.change();
        let Some(care) = &self.care else {
            return;
        };
        let replica = &mut self.all[id];
        let (life, trouble) = (replica.life, &mut replica.trouble);
        let until = length.map_or(VirtualTime::NEVER, |length| now + length);
        let before = trouble.hung;
        if before.is_some() && until <= trouble.hangs_until {
            return; // the one before lasts longer
        }
        trouble.hung = before.or(Some(now));
        (trouble.hangs_until, trouble.hang) = (until, change);
        if let Some(length) = length {
            out.ranked(now + length, Message::Over { life, change });
        }
        if before.is_some() {
            return;
        }
        let timeout = care.troubles.client_timeout();
        for (&request, here) in &trouble.here {
            let number = here.number;
            let attempt = Attempt { request, number };
            out.at(now + timeout, Message::Silent { attempt, life });
        }
        let (replica, thousandths) = (id as u16, 0);
        let speed = What::Speed {
            replica,
            thousandths,
        };
        out.fact(now, speed);
        let (answers, hangs) = (false, true);
        self.answers(id, answers, hangs, now, out);
    }

    /// Ends the slowdown or the hang of this number; what overlaps with it goes on.
    pub(super) fn over(&mut self, id: usize, change: u32, now: VirtualTime, out: &mut Out) {
        let trouble = &mut self.all[id].trouble;
        if let Some(place) = trouble.slows.iter().position(|it| it.0 == change) {
            trouble.slows.remove(place);
            if place == trouble.slows.len() {
                let factor = trouble.slows.last().map_or(1.0, |it| it.1);
                self.set_speed(id, factor, now, out);
            }
            return;
        }
        if change != trouble.hang {
            return;
        }
        let replica = &mut self.all[id];
        let Some(since) = replica.trouble.hung.take() else {
            return;
        };
        self.engines
            .change(id, |engine| engine.stood_still(now - since));
        let life = replica.life;
        for attempt in core::mem::take(&mut replica.trouble.backlog) {
            out.now(Message::Enqueue { attempt, life });
        }
        let (replica, thousandths) = (id as u16, self.engines[id].thousandths());
        let speed = What::Speed {
            replica,
            thousandths,
        };
        out.fact(now, speed);
        self.plan_wake(id, out);
        if self.all[id].stage == LifeStage::Ready {
            let (answers, hangs) = (true, false);
            self.answers(id, answers, hangs, now, out);
        }
    }

    /// Gives up an attempt whose client has heard nothing for as long as it waits, if the replica still hangs.
    pub(super) fn silent(&mut self, attempt: Attempt, life: Life, now: VirtualTime, out: &mut Out) {
        let Some(care) = &self.care else {
            return;
        };
        let replica = &mut self.all[usize::from(life.replica)];
        let trouble = &mut replica.trouble;
        let waited = |since: VirtualTime| now.since(since) >= care.troubles.client_timeout();
        let here = trouble.here.get(&attempt.request).copied();
        let Some(here) = here.filter(|here| here.number == attempt.number) else {
            return;
        };
        if !trouble.hung.is_some_and(waited) {
            return;
        }
        trouble.here.remove(&attempt.request);
        trouble.backlog.retain(|&waiting| waiting != attempt);
        self.numbers.remove(&attempt.request);
        let request = RequestId(attempt.request);
        let corpus = &self.workload.corpus;
        self.engines.change(usize::from(life.replica), |engine| {
            engine.abort(corpus, request, now)
        });
        // The blocks that the attempt had filled stay cached.
        if self.wanted.events || self.wanted.events_logged {
            self.take_events(usize::from(life.replica), out);
        }
        out.now(Message::Broke {
            attempt,
            replica: life.replica,
            how: match here.streamed {
                true => FailureKind::Cut,
                false => FailureKind::Silent,
            },
        });
    }
}
