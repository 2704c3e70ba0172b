//! A replica's life ends and the next one begins.
//!
//! A life is `Starting` until it is up, `Ready`, perhaps `Draining`, then `Down`. After its first death a replica starts again at
//! once, after the second with a back-off of 10 s, which is doubled with each further death up to 300 s; the death of one that had
//! been running for 10 min counts as the first, where its start counts as running (kubernetes.io, Pod Lifecycle, "Container restarts";
//! the kubelet measures from the restart: kubernetes/kubernetes client-go/util/flowcontrol/backoff.go@5667ebd4). Where the time to
//! repair is given there is no back-off. A replica that drained or died for good begins its next life at a `start`, or when the
//! autoscaler wants it: as another replica, with no death behind it. The end of a drain is no failure, so it is not repaired either.
//!
//! A death resets every connection at once and loses queue, batch and cache. A replica that hangs keeps its connections and computes
//! nothing. The parts of a start are no stages here: image (cached), weights, compile, graphs and init are one span of time, see
//! [`crate::fleet::replicas::spec::start_s`].

use super::super::Replicas;
use crate::fleet::fact::{LifeStage, What};
use crate::fleet::message::{Attempt, FailureKind, Message};
use crate::fleet::out::Out;
use crate::scenario::life::DrainMode;
use crate::units::VirtualTime;

/// The back-off after the second death, the longest back-off, and how long ago a replica's life must have begun for its death to count
/// as the first again.
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
        self.count_replicas(now, out);
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
        let before = self.all[id].stage;
        self.stage(id, LifeStage::Down, now, out);
        // What its pool had reported before is on its way to the routers, and goes on.
        self.engines.change(id, |engine| engine.crash(now));
        let replica = &mut self.all[id];
        replica.life.number = replica.life.number.wrapping_add(1);
        replica.wake = VirtualTime::NEVER;
        replica.api_ready = now;
        let trouble = &mut replica.trouble;
        trouble.hung = None;
        trouble.slows.clear();
        trouble.backlog.clear();
        trouble.terminating = false;
        trouble.failed = before != LifeStage::Draining;
        trouble.deaths = match now.since(trouble.begun) >= BACKOFF[2] {
            _ if trouble.stays => 0,
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
        match before {
            // That it goes was told before; now it is not listed any more.
            LifeStage::Draining => {
                let (replica, change) = (id as u16, self.announced(id, now));
                out.ranked(now, Message::Probed { replica, change });
            }
            _ => self.answers(id, false, false, now, out),
        }
        let mttr = self.care.as_ref().and_then(|care| care.troubles.mttr_s);
        if stays && self.care.as_ref().is_some_and(|care| care.scales) {
            out.now(Message::Vacant);
        }
        if !stays {
            let backoff = match deaths {
                _ if mttr.is_some() => VirtualTime::ZERO,
                0 | 1 => VirtualTime::ZERO,
                more => VirtualTime(BACKOFF[0].0 << (more - 2).min(5)).min(BACKOFF[1]),
            };
            out.ranked(now + backoff, Message::Begin(life));
        }
    }

    pub(super) fn begin(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        if self.all[id].stage != LifeStage::Down {
            return;
        }
        self.stage(id, LifeStage::Starting, now, out);
        self.all[id].trouble.begun = now;
        let Some(care) = &self.care else {
            return;
        };
        let there = &self.all[id];
        // A replica that the autoscaler starts anew has not failed.
        let again = there.trouble.failed && !(care.scales && there.trouble.stays);
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
        let change = self.announced(id, now);
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
