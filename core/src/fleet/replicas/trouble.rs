//! What befalls replicas: they die, come up, hang, slow down and are taken out, and probes find out.
//!
//! # A life
//!
//! `Starting` until it is up, `Ready`, perhaps `Draining`, then `Down`; the next life begins after a back-off (10 s, doubled
//! with each death up to 300 s, 10 s again after 10 min without one: Kubernetes) or at a `start`. A death resets every
//! connection at once and loses queue, batch and cache. A replica that hangs keeps its connections and computes nothing. The
//! way through a start is no state of its own here: image (cached), weights, compile, graphs, init are one span, see
//! [`super::spec::start_s`].
//!
//! # Who notices
//!
//! Probes go at equal intervals, each replica's from a phase drawn by the seed. They are not run one by one: when a replica
//! begins to answer or ceases to, the moment at which probes will have found that out is known, and is void if it changes
//! again before. Left out: a probe that began in a hang and was answered after it within its timeout; liveness probes; the
//! readiness of a replica that is overloaded.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Replicas;
use crate::fleet::fact::{LifeStage, What};
use crate::fleet::message::{Attempt, How, Life, Message};
use crate::fleet::out::Out;
use crate::rng::Rng;
use crate::scenario::Scenario;
use crate::scenario::life::{DrainMode, Target, Troubles, Verb};
use crate::units::{RequestId, VirtualTime};

/// The back-off after the first death, the longest one, and how long a life must last for the next to be a first again.
const BACKOFF: [VirtualTime; 3] = [
    VirtualTime(10_000_000_000),
    VirtualTime(300_000_000_000),
    VirtualTime(600_000_000_000),
];

/// What befalls the replicas of a run.
#[derive(Clone)]
pub(in crate::fleet) struct Care {
    troubles: Arc<Troubles>,
    /// By event: whom it befalls.
    targets: Vec<Vec<u16>>,
    /// From the beginning of a start until it is up.
    start: VirtualTime,
    /// By replica: when its first probe is.
    phases: Vec<VirtualTime>,
    /// By replica: when it dies by chance.
    chances: Vec<Rng>,
    /// Changes of state so far; each has its number.
    changes: u32,
    /// An autoscaler changes how many there are.
    pub(super) scales: bool,
}

/// An attempt on a replica.
#[derive(Clone, Copy)]
struct Here {
    number: u32,
    /// Its first token has left.
    streamed: bool,
}

/// What befalls one replica.
#[derive(Clone, Default)]
pub(super) struct Trouble {
    /// Requests sent here and not answered, by their number.
    here: BTreeMap<u32, Here>,
    /// It has hung since then.
    hung: Option<VirtualTime>,
    /// Attempts that came to its engine while it hung.
    backlog: Vec<Attempt>,
    /// The numbers of the last changes: of its speed, of hanging, and of answering.
    slow: u32,
    hang: u32,
    answer: u32,
    answers: bool,
    /// It takes no more requests.
    terminating: bool,
    /// Its next life does not begin by itself.
    stays: bool,
    /// Deaths without a long life between them, and when this life was up.
    deaths: u32,
    up: VirtualTime,
}

impl Care {
    /// What befalls the replicas of this scenario under this seed; its events go to `out`. `None`: nothing ever does.
    pub(in crate::fleet) fn new(
        scenario: &Scenario,
        seed: u64,
        start: VirtualTime,
        out: &mut Out,
    ) -> Option<Self> {
        let troubles = &scenario.troubles;
        if !scenario.changes() {
            return None;
        }
        let all = scenario.replicas_ever();
        let mut probes = Rng::new(seed, "probes");
        let health = &troubles.health.preset;
        let interval = match health.lease > 0.0 {
            true => health.lease / 2.0,
            false => health.period,
        };
        let phase = |_| VirtualTime::from_secs(interval * probes.uniform());
        let phases = (0..all).map(phase).collect();
        let chance = |replica| Rng::new(seed, &format!("mtbf/{replica}"));
        let mut care = Self {
            targets: Vec::new(),
            start,
            phases,
            chances: (0..all).map(chance).collect(),
            changes: 0,
            scales: scenario.counts_staff(),
            troubles: Arc::new(troubles.clone()),
        };
        for (number, event) in (0..).zip(&troubles.events.all) {
            care.targets.push(match event.target {
                Target::One(whom) => vec![whom],
                Target::Share(share) => drawn(share, scenario.replicas, number, seed),
            });
            out.ranked(event.at, Message::Event(number));
        }
        for replica in 0..scenario.replicas as u16 {
            care.plan_chance(Life { replica, number: 0 }, VirtualTime::ZERO, out);
        }
        Some(care)
    }

    /// Draws when a life that is up now ends by chance.
    fn plan_chance(&mut self, life: Life, now: VirtualTime, out: &mut Out) {
        if let Some(hours) = self.troubles.mtbf_h {
            let lots = &mut self.chances[usize::from(life.replica)];
            let after = -libm::log(1.0 - lots.uniform()) * hours * 3600.0;
            out.ranked(now + VirtualTime::from_secs(after), Message::Chance(life));
        }
    }

    /// When it is found out that a replica answers from now on, or does not.
    fn found_out(&self, replica: u16, answers: bool, hangs: bool, now: VirtualTime) -> VirtualTime {
        let health = &self.troubles.health.preset;
        let phase = self.phases[usize::from(replica)];
        if health.lease > 0.0 {
            // It registers by itself; its lease was last renewed at half its time.
            let half = VirtualTime::from_secs(health.lease / 2.0);
            let since = now.since(phase).0 % half.0.max(1);
            let renewed = if now < phase {
                now
            } else {
                VirtualTime(now.0 - since)
            };
            return match answers {
                true => now,
                false => renewed + VirtualTime::from_secs(health.lease),
            };
        }
        if health.sees_death && !answers && !hangs {
            return now;
        }
        let period = VirtualTime::from_secs(health.period).0.max(1);
        let passed = now.since(phase).0.div_ceil(period);
        let (probes, wait) = match (answers, hangs) {
            (true, _) => (health.oks, 0.0),
            (false, false) => (health.fails, 0.0),
            (false, true) => (health.fails, health.timeout),
        };
        let last = passed.saturating_add(u64::from(probes.saturating_sub(1)));
        let at = phase.0.saturating_add(last.saturating_mul(period));
        VirtualTime(at) + VirtualTime::from_secs(wait)
    }
}

/// So many percent of the replicas, at least one.
fn drawn(share: f64, replicas: u32, event: u16, seed: u64) -> Vec<u16> {
    let mut lots = Rng::new(seed, &format!("events/{event}"));
    let mut left: Vec<u16> = (0..replicas as u16).collect();
    let count = libm::round(share / 100.0 * f64::from(replicas)).max(1.0) as usize;
    let mut drawn: Vec<u16> = (0..count.min(left.len()))
        .map(|_| left.swap_remove(lots.below(left.len() as u32) as usize))
        .collect();
    drawn.sort_unstable();
    drawn
}

impl Trouble {
    /// As one is born: it answers, if it is up.
    pub(super) fn new(up: bool) -> Self {
        Self {
            answers: up,
            stays: !up,
            ..Self::default()
        }
    }

    /// Requests there or on the way, when it was up, and whether it stays down if it is.
    pub(super) fn standing(&self) -> (u32, VirtualTime, bool) {
        (self.here.len() as u32, self.up, self.stays)
    }

    /// It does not come back by itself.
    pub(super) fn stay(&mut self) {
        self.stays = true;
    }

    /// It computes nothing.
    pub(super) fn hangs(&self) -> bool {
        self.hung.is_some()
    }

    /// A token of a request has left.
    pub(super) fn streams(&mut self, request: u32) {
        if let Some(here) = self.here.get_mut(&request) {
            here.streamed = true;
        }
    }
}

impl Replicas {
    /// Whether a replica takes an attempt, which it has then; if not, nobody listens there.
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
            let (replica, how) = (replica.life.replica, How::Reset);
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

    /// Whether an attempt that has come to an engine waits there, because the replica hangs.
    pub(super) fn waits(&mut self, attempt: Attempt, id: usize) -> bool {
        let trouble = &mut self.all[id].trouble;
        if trouble.hangs() {
            trouble.backlog.push(attempt);
        }
        trouble.hangs()
    }

    /// A request is answered; of a replica that is taken out it may have been the last.
    pub(super) fn has_answered(&mut self, request: u32, id: usize, at: VirtualTime, out: &mut Out) {
        if self.care.is_none() {
            return;
        }
        let replica = &mut self.all[id];
        replica.trouble.here.remove(&request);
        if replica.trouble.terminating && replica.trouble.here.is_empty() {
            out.ranked(at, Message::GraceOver(replica.life));
        }
    }

    /// Takes a message of those that only a scenario with troubles has.
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
            Message::Die(life) => self.die(usize::from(life.replica), now, out),
            Message::Begin(life) => self.begin(usize::from(life.replica), now, out),
            Message::Up(life) => self.come_up(usize::from(life.replica), now, out),
            Message::Over { life, change } => {
                self.over(usize::from(life.replica), change, now, out)
            }
            Message::Probed { replica, change } => {
                let trouble = &self.all[usize::from(replica)].trouble;
                if trouble.answer == change {
                    let up = trouble.answers;
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
                    self.all[id].trouble.slow = change;
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

    fn change(&mut self) -> u32 {
        self.care.as_mut().map_or(0, |care| {
            care.changes += 1;
            care.changes
        })
    }

    fn stage(&mut self, id: usize, stage: LifeStage, now: VirtualTime, out: &mut Out) {
        self.all[id].stage = stage;
        let replica = id as u16;
        out.fact(now, What::Life { replica, stage });
        self.staffed(now, out);
    }

    /// A replica is about to die: what it holds is written down while it is there.
    pub(super) fn doom(&mut self, id: usize, stays: bool, now: VirtualTime, out: &mut Out) {
        self.advance(id, now, out);
        let replica = &mut self.all[id];
        replica.trouble.stays = stays;
        let blocks = u32::try_from(replica.engine.pool.cached()).unwrap_or(u32::MAX);
        let replica = id as u16;
        out.fact(now, What::CacheLost { replica, blocks });
        out.now(Message::Die(self.all[id].life));
    }

    fn die(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        if self.wanted.events_logged {
            for (segment, to) in self.all[id].engine.pool.contents() {
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
        self.stage(id, LifeStage::Down, now, out);
        let replica = &mut self.all[id];
        replica.engine.crash(now);
        replica.life.number = replica.life.number.wrapping_add(1);
        replica.wake = VirtualTime::NEVER;
        replica.api_ready = now;
        replica.unheard.clear();
        let trouble = &mut replica.trouble;
        trouble.hung = None;
        trouble.backlog.clear();
        trouble.terminating = false;
        trouble.deaths = match now.since(trouble.up) >= BACKOFF[2] {
            true => 1,
            false => trouble.deaths + 1,
        };
        let (life, stays, deaths) = (replica.life, trouble.stays, trouble.deaths);
        let here = core::mem::take(&mut trouble.here);
        self.settled(id);
        out.live(life);
        out.now(Message::Died(life.replica));
        for (request, here) in here {
            self.numbers.remove(&request);
            out.now(Message::Broke {
                attempt: Attempt {
                    request,
                    number: here.number,
                },
                replica: life.replica,
                how: match here.streamed {
                    true => How::Cut,
                    false => How::Reset,
                },
            });
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

    fn begin(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        if self.all[id].stage != LifeStage::Down {
            return;
        }
        self.stage(id, LifeStage::Starting, now, out);
        let Some(care) = &self.care else {
            return;
        };
        let there = &self.all[id];
        // What the autoscaler starts anew did not fail.
        let again = there.life.number > 0 && !(care.scales && there.trouble.stays);
        let start = match care.troubles.mttr_s {
            Some(mttr) if again => VirtualTime::from_secs(mttr),
            _ => care.start,
        };
        out.ranked(now + start, Message::Up(self.all[id].life));
    }

    fn come_up(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
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

    /// From now on a replica answers, or does not; when is that found out?
    fn answers(&mut self, id: usize, answers: bool, hangs: bool, now: VirtualTime, out: &mut Out) {
        let change = self.change();
        let trouble = &mut self.all[id].trouble;
        (trouble.answers, trouble.answer) = (answers, change);
        let replica = id as u16;
        if let Some(care) = &self.care {
            let at = care.found_out(replica, answers, hangs, now);
            out.ranked(at, Message::Probed { replica, change });
        }
    }

    fn set_speed(&mut self, id: usize, factor: f64, now: VirtualTime, out: &mut Out) {
        self.advance(id, now, out);
        self.all[id].engine.set_speed(factor);
        let (replica, thousandths) = (id as u16, (factor * 1000.0) as u32);
        let speed = What::Speed {
            replica,
            thousandths,
        };
        out.fact(now, speed);
        self.plan_wake(id, out);
    }

    fn hang(&mut self, id: usize, length: Option<VirtualTime>, now: VirtualTime, out: &mut Out) {
        self.advance(id, now, out);
        let change = self.change();
        let Some(care) = &self.care else {
            return;
        };
        let replica = &mut self.all[id];
        let (life, trouble) = (replica.life, &mut replica.trouble);
        trouble.hang = change;
        let before = trouble.hung.replace(trouble.hung.unwrap_or(now));
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
        self.answers(id, false, true, now, out);
    }

    fn over(&mut self, id: usize, change: u32, now: VirtualTime, out: &mut Out) {
        let trouble = &self.all[id].trouble;
        if change == trouble.slow && !trouble.hangs() {
            return self.set_speed(id, 1.0, now, out);
        }
        if change == trouble.slow {
            self.all[id].engine.set_speed(1.0);
            return;
        }
        if change != trouble.hang {
            return;
        }
        let replica = &mut self.all[id];
        let Some(since) = replica.trouble.hung.take() else {
            return;
        };
        replica.engine.stood_still(now - since);
        let life = replica.life;
        for attempt in core::mem::take(&mut replica.trouble.backlog) {
            out.now(Message::Enqueue { attempt, life });
        }
        let (replica, thousandths) = (id as u16, replica.engine.thousandths());
        let speed = What::Speed {
            replica,
            thousandths,
        };
        out.fact(now, speed);
        self.settled(id);
        self.plan_wake(id, out);
        if self.all[id].stage == LifeStage::Ready {
            self.answers(id, true, false, now, out);
        }
    }

    pub(super) fn drain(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
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

    fn terminate(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
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

    /// A client that has heard nothing for as long as it waits gives up its attempt, if the replica still hangs.
    fn silent(&mut self, attempt: Attempt, life: Life, now: VirtualTime, out: &mut Out) {
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
        replica.engine.abort(&self.workload.corpus, request, now);
        self.settled(usize::from(life.replica));
        out.now(Message::Broke {
            attempt,
            replica: life.replica,
            how: match here.streamed {
                true => How::Cut,
                false => How::Silent,
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::life::Health;

    fn care(health: &str) -> Care {
        let query = format!("v=1&ev=1s:kill%3D0&health={health}");
        let scenario = Scenario::from_query(&query).unwrap();
        let start = VirtualTime::from_secs(60.0);
        let mut care = Care::new(&scenario, 1, start, &mut Out::default()).unwrap();
        care.phases.fill(VirtualTime::ZERO);
        care
    }

    fn found(care: &Care, answers: bool, hangs: bool, now: f64) -> f64 {
        care.found_out(0, answers, hangs, VirtualTime::from_secs(now))
            .secs()
    }

    /// Spec 8.4, 7: three failures at 60, 120, 180 s, and 5 s more if it hangs.
    #[test]
    fn smg_finds_a_death_out_after_three_minutes() {
        let smg = care("smg");
        assert_eq!(found(&smg, false, false, 0.001), 180.0);
        assert_eq!(found(&smg, false, true, 0.001), 185.0);
        assert_eq!(found(&smg, true, false, 200.0), 300.0);
    }

    #[test]
    fn kubernetes_finds_a_death_out_in_20_to_31_seconds() {
        let kubernetes = care("kubernetes");
        assert_eq!(found(&kubernetes, false, false, 10.0), 30.0);
        assert_eq!(found(&kubernetes, false, true, 10.001), 41.0);
        assert_eq!(found(&kubernetes, true, false, 12.0), 20.0);
        // A lease was last renewed 3 s ago; a death is seen at once where actors are watched.
        assert_eq!(found(&care("dynamo"), false, false, 13.0), 20.0);
        assert_eq!(found(&care("dynamo"), true, false, 13.0), 13.0);
        assert_eq!(found(&care("ray"), false, false, 13.0), 13.0);
        assert_eq!(found(&care("ray"), false, true, 13.0), 70.0);
        assert!(Health::named("ray").unwrap().preset.sees_death);
    }

    #[test]
    fn a_share_is_drawn_by_the_seed() {
        assert_eq!(drawn(50.0, 8, 0, 1).len(), 4);
        assert_eq!(drawn(1.0, 8, 0, 1).len(), 1);
        assert_eq!(drawn(100.0, 3, 0, 1), [0, 1, 2]);
        assert_eq!(drawn(50.0, 8, 0, 1), drawn(50.0, 8, 0, 1));
        assert_ne!(drawn(50.0, 64, 0, 1), drawn(50.0, 64, 0, 2));
    }
}
