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

mod failed;
mod news;

use super::{Front, ask};
use crate::fleet::fact::What;
use crate::fleet::message::{Attempt, Message};
use crate::fleet::out::Out;
use crate::limit::breaker::{Breaker, BreakerState, Rule};
use crate::rng::Rng;
use crate::router::diary::Deed;
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
    counted: Vec<u16>,
    /// The replicas that the request must not go to, because they failed it.
    excluded: Vec<u16>,
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
    /// Sets for a router which replicas it must not send this request to; whether any is left.
    #[inline(never)] // for runs in which replicas can fail
    pub(super) fn set_out_replicas(
        &mut self,
        router: usize,
        request: u32,
        now: VirtualTime,
    ) -> bool {
        let Some(care) = &self.care else {
            return true;
        };
        let mut any = false;
        let left_out = care.out(router, request, now);
        self.routers[router].set_out(left_out.inspect(|out| any |= !out));
        any
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
}

#[cfg(test)]
mod tests;
