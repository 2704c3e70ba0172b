//! What befalls replicas: they die, start, hang, slow down and are taken out, and probes find that out.
//!
//! [`care`] holds what is to happen and when it is found out, for which [`answering`] keeps what probes see; [`life`] ends and begins
//! lives; [`speed`] slows replicas down and makes them hang.

mod answering;
pub(in crate::fleet) mod care;
mod life;
mod speed;

use std::collections::BTreeMap;

use super::Replicas;
use crate::fleet::fact::{LifeStage, What};
use crate::fleet::message::{Attempt, FailureKind, Message};
use crate::fleet::out::Out;
use crate::scenario::life::Verb;
use crate::units::VirtualTime;
use answering::Answering;

/// An attempt that is at a replica.
#[derive(Clone, Copy)]
struct Here {
    number: u32,
    /// Whether its first token has left.
    streamed: bool,
}

/// The troubles of one replica.
#[derive(Clone, Default)]
pub(super) struct Trouble {
    /// The requests sent here and not answered, by their numbers.
    here: BTreeMap<u32, Here>,
    /// Since when it hangs; `None` if it does not.
    hung: Option<VirtualTime>,
    /// When that will be over, and the number of the hang that lasts so long.
    hangs_until: VirtualTime,
    hang: u32,
    /// Attempts that came to its engine while it hung.
    backlog: Vec<Attempt>,
    /// The slowdowns that are not over, each with its number and its factor, in the order in which they began.
    slows: Vec<(u32, f64)>,
    answering: Answering,
    /// Whether it takes no more requests.
    terminating: bool,
    /// Whether its next life does not begin by itself.
    stays: bool,
    /// Whether its last life ended by a failure.
    failed: bool,
    /// How often it has died and come back by itself, without a long life in between.
    deaths: u32,
    /// When its life began, and when it last became ready.
    begun: VirtualTime,
    up: VirtualTime,
}

impl Trouble {
    /// The troubles of a replica at the beginning of the run: it answers, if it is up.
    pub(super) fn new(up: bool) -> Self {
        Self {
            answering: Answering::new(up),
            stays: !up,
            ..Self::default()
        }
    }

    /// The number of requests there or on the way, when it was ready, and whether, if it is down, it stays so.
    pub(super) fn standing(&self) -> (u32, VirtualTime, bool) {
        (self.here.len() as u32, self.up, self.stays)
    }

    /// Makes it stay down when it is: what starts there next is another, of which no death is known.
    pub(super) fn stay(&mut self) {
        (self.stays, self.deaths) = (true, 0);
    }

    /// Whether it hangs, and so computes nothing.
    pub(super) fn hangs(&self) -> bool {
        self.hung.is_some()
    }

    /// Notes that a token of a request has left.
    pub(super) fn streams(&mut self, request: u32) {
        if let Some(here) = self.here.get_mut(&request) {
            here.streamed = true;
        }
    }
}

impl Replicas {
    /// Whether a replica takes an attempt, which it has then; if not, nobody listens there.
    #[inline(never)] // for runs in which replicas can fail
    pub(super) fn takes(
        &mut self,
        attempt: Attempt,
        id: usize,
        now: VirtualTime,
        out: &mut Out,
    ) -> bool {
        let Some(care) = &self.care else {
            return true;
        };
        let replica = &mut self.all[id];
        let trouble = &mut replica.trouble;
        let listens = match replica.stage {
            LifeStage::Ready => true,
            LifeStage::Draining => !trouble.terminating,
            LifeStage::Starting | LifeStage::Down => false,
        };
        if !listens {
            let (replica, how) = (replica.life.replica, FailureKind::Reset);
            let broke = Message::Broke {
                attempt,
                replica,
                how,
            };
            let network = self.all[id].spec.network;
            out.at(now + network + network, broke);
            return false;
        }
        let here = Here {
            number: attempt.number,
            streamed: false,
        };
        trouble.here.insert(attempt.request, here);
        if trouble.hangs() {
            let life = replica.life;
            let silent = Message::Silent { attempt, life };
            out.at(now + care.troubles.client_timeout(), silent);
        }
        true
    }

    /// Whether the client of an attempt gave it up while it was on its way to the engine of a replica that hung.
    pub(super) fn is_given_up(&self, attempt: Attempt, id: usize) -> bool {
        let here = self.all[id].trouble.here.get(&attempt.request);
        here.is_none_or(|here| here.number != attempt.number)
    }

    /// Whether an attempt that has come to an engine waits there, because the replica hangs.
    pub(super) fn waits(&mut self, attempt: Attempt, id: usize) -> bool {
        let trouble = &mut self.all[id].trouble;
        if trouble.hangs() {
            trouble.backlog.push(attempt);
        }
        trouble.hangs()
    }

    /// Notes that a request is answered; for a replica that is taken out it may have been the last.
    pub(super) fn has_answered(&mut self, request: u32, id: usize, at: VirtualTime, out: &mut Out) {
        if self.care.is_none() {
            return;
        }
        let replica = &mut self.all[id];
        replica.trouble.here.remove(&request);
        if replica.trouble.terminating && replica.trouble.here.is_empty() {
            // Behind the answer itself, which leaves at the same moment.
            out.at(at, Message::GraceOver(replica.life));
        }
    }

    /// Takes a message of those that only a scenario with troubles has.
    #[cold] // the loop over messages stays small
    pub(super) fn befall(&mut self, now: VirtualTime, message: Message, out: &mut Out) {
        match message {
            Message::Event(number) => self.event(number, now, out),
            Message::Chance(life) => {
                let events = self.care.as_ref().map_or(0, |care| care.targets.len());
                let id = usize::from(life.replica);
                if self.all[id].stage != LifeStage::Down {
                    let whom = life.replica;
                    let event = events as u16;
                    let router = false;
                    out.fact(
                        now,
                        What::Event {
                            event,
                            whom,
                            router,
                        },
                    );
                    self.doom(id, false, now, out);
                }
            }
            Message::Purge { router, replica } => {
                // What it has reported is forgotten as well, so it is taken in before.
                if self.wanted.events {
                    let id = usize::from(replica);
                    self.advance(id, now, out);
                    self.engines.hear(id, &mut out.news);
                }
                out.now(Message::Forget { router, replica });
            }
            Message::Die(life) => self.die(usize::from(life.replica), now, out),
            Message::Begin(life) => self.begin(usize::from(life.replica), now, out),
            Message::Up(life) => self.come_up(usize::from(life.replica), now, out),
            Message::Over { life, change } => {
                self.over(usize::from(life.replica), change, now, out)
            }
            Message::Probed { replica, change } => {
                let seen = &mut self.all[usize::from(replica)].trouble.answering;
                if seen.change == change {
                    let up = seen.answers;
                    seen.found = up;
                    out.now(Message::Known {
                        replica,
                        up,
                        change,
                    });
                }
            }
            Message::Terminate(life) => self.terminate(usize::from(life.replica), now, out),
            Message::GraceOver(life) => {
                let id = usize::from(life.replica);
                if self.all[id].stage == LifeStage::Draining {
                    self.doom(id, true, now, out);
                }
            }
            Message::Silent { attempt, life } => self.silent(attempt, life, now, out),
            _ => debug_assert!(false, "{message:?} is not for the replicas"),
        }
    }

    fn event(&mut self, number: u16, now: VirtualTime, out: &mut Out) {
        let Some(care) = &self.care else {
            return;
        };
        let verb = care.troubles.events.all[usize::from(number)].verb;
        let whom = care.targets[usize::from(number)].clone();
        for replica in whom {
            if let Verb::RestartRouter { snapshot } = verb {
                if self.wanted.events {
                    // What was reported before is forgotten as well, so it is taken in before.
                    let (from, poll) = (0, false);
                    out.now(Message::Measure { from, poll });
                }
                let (router, event) = (replica as u8, number);
                out.now(Message::Restart {
                    router,
                    snapshot,
                    event,
                });
                continue;
            }
            let id = usize::from(replica);
            let Some(there) = self.all.get(id) else {
                continue;
            };
            let (stage, life) = (there.stage, there.life);
            let befalls = match verb {
                Verb::Start => stage == LifeStage::Down,
                Verb::Kill { .. } => stage != LifeStage::Down,
                Verb::Drain => stage == LifeStage::Ready,
                _ => matches!(stage, LifeStage::Ready | LifeStage::Draining),
            };
            if !befalls {
                continue;
            }
            let event = What::Event {
                event: number,
                whom: replica,
                router: false,
            };
            out.fact(now, event);
            match verb {
                Verb::Kill { stay } => self.doom(id, stay, now, out),
                Verb::Start => self.begin(id, now, out),
                Verb::Slow { factor, length } => {
                    self.set_speed(id, factor, now, out);
                    let change = self.change();
                    self.all[id].trouble.slows.push((change, factor));
                    if let Some(length) = length {
                        out.ranked(now + length, Message::Over { life, change });
                    }
                }
                Verb::Hang { length } => self.hang(id, length, now, out),
                Verb::Drain => self.drain(id, now, out),
                Verb::RestartRouter { .. } => {}
            }
        }
    }

    /// Numbers a change of state that begins now.
    fn change(&mut self) -> u32 {
        self.care.as_mut().map_or(0, |care| {
            care.changes += 1;
            care.changes
        })
    }

    /// Notes that a replica answers from now on, or does not (`hangs`: because it hangs), and plans when that is found out. For one that
    /// did not answer before either, what made it so is another now.
    fn answers(&mut self, id: usize, answers: bool, hangs: bool, now: VirtualTime, out: &mut Out) {
        let change = self.change();
        let Some(care) = &self.care else {
            return;
        };
        let replica = id as u16;
        let seen = &mut self.all[id].trouble.answering;
        seen.change = change;
        if seen.answers != answers {
            match answers {
                true => seen.since = now,
                false => seen.expires = care.lease_ends(replica, seen.since, now),
            }
            seen.turn(answers, care.next_probe(replica, now));
        }
        // What does not answer and was found not to is no news. What answers again is: it may have failed requests in between.
        if answers || seen.found {
            let at = care.found_out(replica, seen, hangs, now);
            out.ranked(at, Message::Probed { replica, change });
        }
    }

    /// Notes that a replica is to go, or is gone, which no probe needs to find out; returns the number of that change.
    fn announced(&mut self, id: usize, now: VirtualTime) -> u32 {
        let change = self.change();
        if let Some(care) = &self.care {
            let seen = &mut self.all[id].trouble.answering;
            seen.turn(false, care.next_probe(id as u16, now));
            (seen.found, seen.change) = (false, change);
        }
        change
    }
}
