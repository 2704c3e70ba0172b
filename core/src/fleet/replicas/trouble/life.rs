//! A replica's life ends and the next one begins.
//!
//! A life is `Starting` until it is up, `Ready`, perhaps `Draining`, then `Down`; the next life begins after a back-off (10 s,
//! doubled with each death up to 300 s, 10 s again at the death of a replica that had been ready for 10 min: Kubernetes' figures, though
//! its kubelet starts a container at once after the first crash and has the 10 s after the second; none where the time to repair is
//! given), at a `start`, or when the autoscaler wants it. The end of a drain is counted as a death too. A death resets every
//! connection at once and loses queue, batch and cache. A replica that hangs keeps its connections and computes nothing. The parts
//! of a start are no stages here: image (cached), weights, compile, graphs and init are one span of time, see
//! [`crate::fleet::replicas::spec::start_s`].

use super::super::Replicas;
use crate::fleet::fact::{LifeStage, What};
use crate::fleet::message::{Attempt, FailureKind, Message};
use crate::fleet::out::Out;
use crate::scenario::life::DrainMode;
use crate::units::VirtualTime;

/// The back-off after the first death, the longest back-off, and how long ago a replica must have become ready for the next death to
/// count as the first again.
const BACKOFF: [VirtualTime; 3] = [
    VirtualTime(10_000_000_000),
    VirtualTime(300_000_000_000),
    VirtualTime(600_000_000_000),
];

impl Replicas {
    pub(super) fn stage(&mut self, id: usize, stage: LifeStage, now: VirtualTime, out: &mut Out) {
        self.all[id].enter(stage, now);
        let replica = id as u16;
        out.fact(now, What::Life { replica, stage });
        self.staffed(now, out);
    }

    /// Records what a replica holds that is about to die, while it is still there.
    pub(in crate::fleet::replicas) fn doom(
        &mut self,
        id: usize,
        stays: bool,
        now: VirtualTime,
        out: &mut Out,
    ) {
        self.advance(id, now, out);
        let replica = &mut self.all[id];
        // One that drains is on its way out, whatever ends it.
        replica.trouble.stays = stays || replica.stage == LifeStage::Draining;
        let blocks = u32::try_from(self.engines[id].pool.cached()).unwrap_or(u32::MAX);
        let replica = id as u16;
        out.fact(now, What::CacheLost { replica, blocks });
        out.now(Message::Die(self.all[id].life));
    }

    pub(super) fn die(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        if self.wanted.events_logged {
            for (segment, to) in self.engines[id].pool.contents() {
                let (replica, from) = (id as u16, 0);
                out.fact(
                    now,
                    What::Evicted {
                        replica,
                        segment,
                        from,
                        to,
                    },
                );
            }
        }
        // What dies as it starts has not been ready in this life, however long ago it was in one before.
        let was_ready = self.all[id].stage != LifeStage::Starting;
        self.stage(id, LifeStage::Down, now, out);
        // What its pool had reported before is on its way to the routers, and goes on.
        self.engines.change(id, |engine| engine.crash(now));
        let replica = &mut self.all[id];
        replica.life.number = replica.life.number.wrapping_add(1);
        replica.wake = VirtualTime::NEVER;
        replica.api_ready = now;
        let trouble = &mut replica.trouble;
        trouble.hung = None;
        trouble.backlog.clear();
        trouble.terminating = false;
        trouble.deaths = match was_ready && now.since(trouble.up) >= BACKOFF[2] {
            true => 1,
            false => trouble.deaths + 1,
        };
        let (life, stays, deaths) = (replica.life, trouble.stays, trouble.deaths);
        let here = core::mem::take(&mut trouble.here);
        out.live(life);
        out.now(Message::Died(life.replica));
        for (request, here) in here {
            self.numbers.remove(&request);
            // Not at once: where the death is seen at once, the router hears of it before it tries again.
            let broke = Message::Broke {
                attempt: Attempt {
                    request,
                    number: here.number,
                },
                replica: life.replica,
                how: match here.streamed {
                    true => FailureKind::Cut,
                    false => FailureKind::Reset,
                },
            };
            out.at(now, broke);
        }
        self.answers(id, false, false, now, out);
        let mttr = self.care.as_ref().and_then(|care| care.troubles.mttr_s);
        if stays && self.care.as_ref().is_some_and(|care| care.scales) {
            out.now(Message::Vacant);
        }
        if !stays {
            let backoff = match mttr {
                Some(_) => VirtualTime::ZERO,
                None => VirtualTime(BACKOFF[0].0 << (deaths - 1).min(5)).min(BACKOFF[1]),
            };
            out.ranked(now + backoff, Message::Begin(life));
        }
    }

    pub(super) fn begin(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        if self.all[id].stage != LifeStage::Down {
            return;
        }
        self.stage(id, LifeStage::Starting, now, out);
        let Some(care) = &self.care else {
            return;
        };
        let there = &self.all[id];
        // A replica that the autoscaler starts anew has not failed.
        let again = there.life.number > 0 && !(care.scales && there.trouble.stays);
        let start = match care.troubles.mttr_s {
            Some(mttr) if again => VirtualTime::from_secs(mttr),
            _ => care.start,
        };
        out.ranked(now + start, Message::Up(self.all[id].life));
    }

    pub(super) fn come_up(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        if self.all[id].stage != LifeStage::Starting {
            return;
        }
        self.stage(id, LifeStage::Ready, now, out);
        self.all[id].trouble.up = now;
        let life = self.all[id].life;
        if let Some(care) = &mut self.care {
            care.plan_chance(life, now, out);
        }
        self.answers(id, true, false, now, out);
    }

    pub(in crate::fleet::replicas) fn drain(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        self.stage(id, LifeStage::Draining, now, out);
        let change = self.change();
        let trouble = &mut self.all[id].trouble;
        (trouble.answers, trouble.answer) = (false, change);
        let (replica, life) = (id as u16, self.all[id].life);
        out.now(Message::Known {
            replica,
            up: false,
            change,
        });
        if let Some(care) = &self.care {
            let drain = care.troubles.drain;
            out.ranked(now + drain.prestop, Message::Terminate(life));
            out.ranked(now + drain.grace, Message::GraceOver(life));
        }
    }

    pub(super) fn terminate(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        let mode = self.care.as_ref().map(|care| care.troubles.drain.mode);
        if self.all[id].stage != LifeStage::Draining {
            return;
        }
        self.advance(id, now, out);
        let trouble = &mut self.all[id].trouble;
        trouble.terminating = true;
        if mode == Some(DrainMode::Abort) || trouble.here.is_empty() {
            self.doom(id, true, now, out);
        }
    }
}
