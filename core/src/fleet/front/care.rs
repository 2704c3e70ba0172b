//! What routers believe about the replicas' lives, and what they do when an attempt fails.
//!
//! A router sends to replicas that it believes to be up, that it does not avoid because of an error or its breaker, and, where it
//! is so set, that it has not tried for this request. What probes find reaches each router on its own, after the watch's lag, or is
//! missed and comes with the next listing. When a router hears that a replica is down, it forgets what it believed about its cache
//! as its product does: at once, some time after, or never.
//!
//! A failed attempt is sent again by the same router and its rule, as often as is allowed, unless its stream had begun or its
//! client is gone. With no replica to send to, a request is answered 503, or waits until its router may use one: one that it
//! hears is up, or whose breaker lets requests through, or that it avoided for an error for long enough.

use smallvec::SmallVec;

use super::{Front, ask};
use crate::fleet::fact::What;
use crate::fleet::message::{Attempt, FailureKind, Message};
use crate::fleet::out::Out;
use crate::limit::breaker::{Breaker, BreakerState, Rule};
use crate::rng::Rng;
use crate::router::diary::{Deed, DiaryEntry};
use crate::router::{Belief, Instance};
use crate::scenario::Scenario;
use crate::scenario::life::{Health, Purge, RouterRetry};
use crate::scenario::scaling::Autoscale;
use crate::units::{Map, ReplicaId, VirtualTime};

/// A request's attempts by its router.
#[derive(Clone, Default)]
struct Tries {
    router: u8,
    /// How many have failed.
    failed: u32,
    /// Whether a retry is under way, which counts towards the router's budget.
    retrying: bool,
    /// The replicas at which failed tries are still counted.
    counted: SmallVec<[u16; 4]>,
    /// The replicas that the request must not go to, because they failed it.
    excluded: SmallVec<[u16; 4]>,
}

/// What one router believes about each replica.
#[derive(Clone)]
struct Watcher {
    up: Vec<bool>,
    /// For each replica, the number of the last change of it that the router heard of.
    heard: Vec<u32>,
    /// For each replica, the time before which the router does not send there.
    inhibited: Vec<VirtualTime>,
    breakers: Vec<Breaker>,
    /// How often the router has begun anew: restarted without a snapshot, so that it forgot what it had sent.
    epoch: u8,
}

impl Watcher {
    /// Whether the router sends nothing to a replica for now, because of an error or its breaker.
    fn avoids(&self, id: usize, now: VirtualTime) -> bool {
        now < self.inhibited[id] || self.breakers[id].state(now) == BreakerState::Open
    }

    /// The moment from which on the router sends to a replica again, as far as it knows; one that is past if it does now.
    fn avoids_until(&self, id: usize) -> VirtualTime {
        self.inhibited[id].max(self.breakers[id].until())
    }
}

/// What the routers know of the replicas' lives. See the [module](self).
#[derive(Clone)]
pub(in crate::fleet) struct Care {
    health: Health,
    /// Whether a request that finds no replica waits for one.
    holds: bool,
    /// Whether an autoscaler hears how many requests wait.
    scales: bool,
    retry: RouterRetry,
    rule: Rule,
    timeout: VirtualTime,
    watchers: Vec<Watcher>,
    /// For each replica, what was found out last: whether it answers, and the number of that change.
    found: Vec<(bool, u32)>,
    tries: Map<u32, Tries>,
    /// The requests that wait for a replica to be there.
    held: Vec<Attempt>,
    /// How many retries are under way: as many as there are [`Tries::retrying`].
    retrying: u32,
    /// The routers as they are after a restart.
    fresh: Vec<Instance>,
    jitter: Rng,
    misses: Rng,
}

impl Care {
    /// The state at the beginning; `None` if nothing can befall the replicas.
    pub(in crate::fleet) fn new(
        scenario: &Scenario,
        seed: u64,
        routers: &[Instance],
    ) -> Option<Self> {
        let troubles = &scenario.troubles;
        if !scenario.changes() {
            return None;
        }
        let all = scenario.replicas_ever() as usize;
        let up: Vec<bool> = (0..all).map(|id| id < scenario.replicas as usize).collect();
        let watcher = Watcher {
            up: up.clone(),
            heard: vec![0; all],
            inhibited: vec![VirtualTime::ZERO; all],
            breakers: vec![Breaker::default(); all],
            epoch: 0,
        };
        Some(Self {
            health: troubles.health,
            holds: troubles.health.preset.holds
                || scenario.autoscale.as_ref().is_some_and(Autoscale::holds),
            scales: scenario.autoscale.is_some(),
            retry: troubles.router_retry(),
            rule: troubles.breaker(),
            timeout: troubles.client_timeout(),
            watchers: vec![watcher; routers.len()],
            found: up.into_iter().map(|up| (up, 0)).collect(),
            tries: Map::default(),
            held: Vec::new(),
            retrying: 0,
            fresh: routers.to_vec(),
            jitter: Rng::new(seed, "router-retry"),
            misses: Rng::new(seed, "watch"),
        })
    }

    /// What the routers believe about the caches just after a restart.
    pub(super) fn fresh_pictures(&self) -> Vec<Option<Belief>> {
        self.fresh.iter().map(Instance::picture).collect()
    }

    /// The router that has tried this request and failed, if one has.
    pub(super) fn router_of(&self, request: u32) -> Option<usize> {
        let tries = self.tries.get(&request);
        tries.map(|tries| usize::from(tries.router))
    }

    /// Whether routers forget the cache of a replica that they take for gone.
    pub(super) fn purges(&self) -> bool {
        self.health.preset.purge != Purge::Never
    }

    /// How often a router has begun anew.
    pub(super) fn epoch(&self, router: usize) -> u8 {
        self.watchers[router].epoch
    }

    /// How long a client waits for an answer that does not come.
    pub(super) fn patience(&self) -> VirtualTime {
        self.timeout
    }

    /// Whether an autoscaler hears of requests that find no replica.
    pub(super) fn scales(&self) -> bool {
        self.scales
    }

    /// Whether a router believes that a replica answers.
    pub(super) fn believes_up(&self, router: usize, id: usize) -> bool {
        self.watchers[router].up[id]
    }

    /// For each replica, whether this router must not send this request there.
    fn out(
        &self,
        router: usize,
        request: u32,
        now: VirtualTime,
    ) -> impl Iterator<Item = bool> + '_ {
        let watcher = &self.watchers[router];
        let tries = self.tries.get(&request);
        let excluded = tries.map_or(&[][..], |tries| &tries.excluded);
        (0u16..).zip(&watcher.up).map(move |(id, up)| {
            !up || watcher.avoids(usize::from(id), now) || excluded.contains(&id)
        })
    }
}

impl Front {
    /// Whether the router of an attempt has any replica to send it to; if so, it is told which it has.
    #[inline(never)] // for runs in which replicas can fail
    pub(super) fn has_candidates(
        &mut self,
        attempt: Attempt,
        router: usize,
        now: VirtualTime,
        out: &mut Out,
    ) -> bool {
        if self.tell_out(router, attempt.request, now) {
            return true;
        }
        let Some(care) = &mut self.care else {
            return true;
        };
        if care.holds {
            care.held.push(attempt);
            out.at(now + care.timeout, Message::HeldTooLong(attempt));
        } else {
            care.forget(attempt.request);
            let how = FailureKind::Nobody;
            out.fact(now, self.nowhere(attempt.request));
            out.now(Message::Lost { attempt, how });
        }
        self.tell_held(out);
        false
    }

    /// Tells a router which replicas it must not send this request to; whether any is left.
    #[inline(never)] // for runs in which replicas can fail
    pub(super) fn tell_out(&mut self, router: usize, request: u32, now: VirtualTime) -> bool {
        let Some(care) = &self.care else {
            return true;
        };
        let mut any = false;
        let left_out = care.out(router, request, now);
        self.routers[router].set_out(left_out.inspect(|out| any |= !out));
        any
    }

    /// Lets all go on that wait for a replica; those that still find none wait again.
    fn let_go(&mut self, out: &mut Out) {
        let Some(care) = self.care.as_mut().filter(|care| !care.held.is_empty()) else {
            return;
        };
        let held = core::mem::take(&mut care.held);
        self.tell_held(out);
        for attempt in held {
            out.now(Message::Route(attempt));
        }
    }

    /// Informs the autoscaler how many requests wait for a replica.
    fn tell_held(&self, out: &mut Out) {
        if let Some(care) = self.care.as_ref().filter(|care| care.scales) {
            let requests = care.held.len() as u32;
            out.now(Message::Held { requests });
        }
    }

    /// The fact that an attempt failed because it found no replica.
    fn nowhere(&self, request: u32) -> What {
        What::Broke {
            request,
            replica: self.lives.len() as u16,
            cut: false,
        }
    }

    /// Takes a message of those that only a scenario with troubles has.
    #[cold] // the loop over messages stays small
    pub(super) fn befall(&mut self, now: VirtualTime, message: Message, out: &mut Out) {
        match message {
            Message::Broke {
                attempt,
                replica,
                how,
            } => self.broke(attempt, replica, how, now, out),
            Message::HeldTooLong(attempt) => self.held_too_long(attempt, now, out),
            Message::Usable { router, replica } => {
                let id = usize::from(replica);
                // It may be avoided for longer by now, or be known to be down.
                let usable = |care: &Care| {
                    let watcher = &care.watchers[usize::from(router)];
                    watcher.up[id] && !watcher.avoids(id, now)
                };
                if self.care.as_deref().is_some_and(usable) {
                    self.let_go(out);
                }
            }
            Message::Died(replica) => {
                let life = &mut self.lives[usize::from(replica)];
                life.number = life.number.wrapping_add(1);
                for router in &mut self.routers {
                    router.died(ReplicaId(replica.into()), now);
                }
            }
            Message::Known {
                replica,
                up,
                change,
            } => self.known(replica, up, change, now, out),
            Message::Heard {
                router,
                listed,
                replica,
                up,
                change,
            } => {
                // A list shows what is, not what has been: what is known to be over is not in it.
                let is_over = |care: &Care| change < care.found[usize::from(replica)].1;
                if !(listed && self.care.as_deref().is_some_and(is_over)) {
                    self.heard(router, replica, up, change, now, out);
                }
            }
            Message::Forget { router, replica } => {
                self.hear(out);
                let down =
                    |care: &Care| !care.watchers[usize::from(router)].up[usize::from(replica)];
                if self.care.as_deref().is_some_and(down) {
                    self.routers[usize::from(router)].left(ReplicaId(replica.into()));
                    self.note(now, router, Deed::Left, 0, replica);
                    let replica = Some(replica);
                    out.detail(now, What::Forgot { router, replica });
                }
            }
            Message::Restart {
                router,
                snapshot,
                event,
            } => self.restart(router, snapshot, event, now, out),
            _ => debug_assert!(false, "{message:?} is not for the front"),
        }
    }

    /// Whether the router that sent a request still remembers it.
    pub(super) fn knows(&self, request: u32) -> bool {
        let Some(care) = &self.care else {
            return true;
        };
        let sent = self.sent[request as usize];
        care.epoch(usize::from(sent.router)) == sent.epoch
    }

    /// An attempt was answered.
    #[inline(never)] // for runs in which replicas can fail
    pub(super) fn fared_well(&mut self, request: u32, now: VirtualTime) {
        let (router, replica) = self.whither(request);
        let Some(care) = &mut self.care else {
            return;
        };
        if care.rule.is_on() {
            care.watchers[router].breakers[replica.index()].succeeded(&care.rule, now);
        }
        self.uncount(request);
    }

    /// Ends a request at its router: failed tries that were kept in its count no longer are.
    pub(super) fn uncount(&mut self, request: u32) {
        let Some(care) = &mut self.care else {
            return;
        };
        let Some(tries) = care.forget(request) else {
            return;
        };
        if care.health.preset.keeps_failed
            && care.epoch(usize::from(tries.router)) == self.sent[request as usize].epoch
        {
            for replica in tries.counted {
                self.routers[usize::from(tries.router)].uncount(ReplicaId(replica.into()));
            }
        }
    }

    fn broke(
        &mut self,
        attempt: Attempt,
        replica: u16,
        how: FailureKind,
        now: VirtualTime,
        out: &mut Out,
    ) {
        let request = attempt.request;
        let (router, sent_to) = self.whither(request);
        debug_assert_eq!(
            sent_to.0,
            u32::from(replica),
            "an attempt breaks where it was sent"
        );
        let knows = self.knows(request);
        let ask = ask(&self.workload, self.block_size, request, now);
        let Some(care) = &mut self.care else {
            return;
        };
        let keeps = care.health.preset.keeps_failed;
        if knows {
            self.routers[router].failed(request, &ask, sent_to, keeps);
            if let Some(diary) = &mut self.diary {
                diary.entries.push(DiaryEntry {
                    at: now,
                    router: router as u8,
                    deed: Deed::Failed,
                    request,
                    replica,
                });
            }
        }
        self.in_flight -= 1;
        let cut = how == FailureKind::Cut;
        out.fact(
            now,
            What::Broke {
                request,
                replica,
                cut,
            },
        );
        care.failed(router, replica, now, out);
        let tries = care.tries.entry(request).or_insert_with(|| Tries {
            router: router as u8,
            ..Tries::default()
        });
        // If it was a retry, that one is over.
        care.retrying -= u32::from(core::mem::take(&mut tries.retrying));
        tries.failed += 1;
        if keeps && knows {
            tries.counted.push(replica);
        }
        if care.retry.exclude {
            tries.excluded.push(replica);
        }
        let number = tries.failed;
        let afford = match care.retry.budget {
            share if share > 0.0 => {
                f64::from(care.retrying) < (share * f64::from(self.in_flight)).max(3.0)
            }
            _ => true,
        };
        let again = how == FailureKind::Reset && number <= care.retry.most && afford;
        if !again {
            self.uncount(request);
            return out.now(Message::Lost { attempt, how });
        }
        tries.retrying = true;
        care.retrying += 1;
        let router = true;
        out.fact(now, What::Again { request, router });
        let next = attempt.next();
        out.begin(next);
        let wait = care.retry.wait_ms(number, care.jitter.uniform());
        match VirtualTime::from_millis(wait) {
            VirtualTime::ZERO => out.now(Message::Route(next)),
            wait => out.at(now + wait, Message::Route(next)),
        }
    }

    fn held_too_long(&mut self, attempt: Attempt, now: VirtualTime, out: &mut Out) {
        let Some(care) = &mut self.care else {
            return;
        };
        let Some(place) = care.held.iter().position(|&held| held == attempt) else {
            return;
        };
        care.held.remove(place);
        self.tell_held(out);
        let how = FailureKind::Silent;
        out.fact(now, self.nowhere(attempt.request));
        self.uncount(attempt.request);
        out.now(Message::Lost { attempt, how });
    }

    /// Sends what was found out about a replica on its way to every router.
    fn known(&mut self, replica: u16, up: bool, change: u32, now: VirtualTime, out: &mut Out) {
        let Some(care) = &mut self.care else {
            return;
        };
        care.found[usize::from(replica)] = (up, change);
        let (lag, relist) = (care.health.preset.lag, care.health.relist);
        for router in 0..care.watchers.len() as u8 {
            let missed = care.health.loss > 0.0 && care.misses.uniform() < care.health.loss;
            let heard = Message::Heard {
                router,
                listed: missed,
                replica,
                up,
                change,
            };
            let at = match VirtualTime::from_secs(relist).0 {
                0 if missed => continue,
                relist if missed => {
                    VirtualTime((now.0 / relist).saturating_add(1).saturating_mul(relist))
                }
                _ => now + VirtualTime::from_secs(lag),
            };
            out.ranked(at, heard);
        }
    }

    fn heard(
        &mut self,
        router: u8,
        replica: u16,
        up: bool,
        change: u32,
        now: VirtualTime,
        out: &mut Out,
    ) {
        let (number, id) = (usize::from(router), usize::from(replica));
        let Some(care) = &mut self.care else {
            return;
        };
        let watcher = &mut care.watchers[number];
        if change < watcher.heard[id] {
            return; // what is newer came first
        }
        watcher.heard[id] = change;
        let known = core::mem::replace(&mut watcher.up[id], up) == up;
        let readmitted = up && care.readmit(router, replica);
        if known {
            // It went down and came back before its router heard of that.
            if readmitted {
                self.let_go(out);
            }
            return;
        }
        let believes = What::Believes {
            router,
            replica,
            up,
        };
        out.fact(now, believes);
        if up {
            self.routers[number].joined(ReplicaId(replica.into()));
            self.let_go(out);
            // There is one replica more, so what held the line back may no longer do so.
            self.go_on(out);
            return;
        }
        self.go_on(out);
        if let Some(care) = &self.care {
            care.forget_replica(router, replica, now, out);
        }
    }

    fn restart(&mut self, router: u8, snapshot: bool, event: u16, now: VirtualTime, out: &mut Out) {
        let number = usize::from(router);
        let Some(care) = &mut self.care else {
            return;
        };
        let Some(watcher) = care.watchers.get_mut(number) else {
            return;
        };
        out.fact(
            now,
            What::Event {
                event,
                whom: u16::from(router),
                router: true,
            },
        );
        // A restarted router lists the replicas as they are known to be. What is older and still on its way to it is no news then.
        let (mut gone, mut back) = (SmallVec::<[u16; 4]>::new(), SmallVec::<[u16; 4]>::new());
        for (replica, &(up, change)) in (0..).zip(&care.found) {
            let id = usize::from(replica);
            if core::mem::replace(&mut watcher.heard[id], change) != change && up {
                back.push(replica);
            }
            if watcher.up[id] != up {
                watcher.up[id] = up;
                if !up {
                    gone.push(replica);
                }
                let believes = What::Believes {
                    router,
                    replica,
                    up,
                };
                out.fact(now, believes);
            }
        }
        watcher.inhibited.fill(VirtualTime::ZERO);
        watcher.breakers.fill(Breaker::default());
        if !snapshot {
            watcher.epoch = watcher.epoch.wrapping_add(1);
            // What was tried is forgotten with everything else.
            for tries in care.tries.values_mut().filter(|it| it.router == router) {
                care.retrying -= u32::from(tries.retrying);
                *tries = Tries {
                    router,
                    ..Tries::default()
                };
            }
            self.routers[number].begin_anew(&care.fresh[number]);
            if let Some(diary) = &mut self.diary {
                diary.begin_anew(now, router);
            }
            let replica = None;
            out.detail(now, What::Forgot { router, replica });
            // The restarted router has never known the replicas that are not there.
            for (id, _) in (0..).zip(&care.found).filter(|(_, found)| !found.0) {
                self.routers[number].left(ReplicaId(id));
            }
            if let Some(once) = self.once.get_mut(number) {
                *once = crate::fleet::ever::EverCached::new(&self.workload.corpus);
            }
        }
        for (id, _) in (0..).zip(&care.found).filter(|(_, found)| found.0) {
            self.routers[number].joined(ReplicaId(id));
        }
        for replica in back {
            care.readmit(router, replica);
        }
        // Its snapshot may hold blocks of replicas that went down without its hearing of it; they are forgotten as if it had heard.
        for replica in gone.into_iter().filter(|_| snapshot) {
            care.forget_replica(router, replica, now, out);
        }
        self.let_go(out);
        self.go_on(out);
    }
}

impl Care {
    /// Makes a router forget the cache of a replica that it takes to be down, when its product does.
    fn forget_replica(&self, router: u8, replica: u16, now: VirtualTime, out: &mut Out) {
        if let Purge::After(seconds) = self.health.preset.purge {
            let purge = Message::Purge { router, replica };
            match VirtualTime::from_secs(seconds) {
                VirtualTime::ZERO => out.now(purge),
                after => out.ranked(now + after, purge),
            }
        }
    }

    /// Forgets the tries of a request that is not tried any more.
    fn forget(&mut self, request: u32) -> Option<Tries> {
        let tries = self.tries.remove(&request)?;
        self.retrying -= u32::from(tries.retrying);
        Some(tries)
    }

    /// Lets the requests of a router go to a replica again that failed them and has answered since; whether there is any.
    fn readmit(&mut self, router: u8, replica: u16) -> bool {
        let mut any = false;
        for tries in self.tries.values_mut().filter(|it| it.router == router) {
            let before = tries.excluded.len();
            tries.excluded.retain(|it| *it != replica);
            any |= tries.excluded.len() < before;
        }
        any
    }

    /// Notes that a replica failed an attempt of a router.
    fn failed(&mut self, router: usize, replica: u16, now: VirtualTime, out: &mut Out) {
        let id = usize::from(replica);
        let watcher = &mut self.watchers[router];
        let before = watcher.avoids_until(id);
        if self.health.preset.inhibit > 0.0 {
            watcher.inhibited[id] = now + VirtualTime::from_secs(self.health.preset.inhibit);
        }
        if self.rule.is_on() {
            let open = |breaker: &&Breaker| breaker.state(now) == BreakerState::Open;
            let left_alone = watcher.breakers.iter().filter(open).count() as u32;
            let may_open = left_alone < self.rule.most(watcher.breakers.len() as u32);
            if watcher.breakers[id].failed(&self.rule, now, may_open) {
                let router = router as u8;
                out.fact(now, What::BreakerOpened { router, replica });
            }
        }
        // Only where requests wait for a replica does anybody ask when it is used again.
        let until = watcher.avoids_until(id);
        if self.holds && until != before {
            let router = router as u8;
            out.ranked(until, Message::Usable { router, replica });
        }
    }
}

#[cfg(test)]
mod tests;
