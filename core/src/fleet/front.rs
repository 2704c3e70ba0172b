//! The front: the routers, what they are shown of the replicas, and what they decide.
//!
//! Requests are dealt to the routers in turn; each router has knowledge of its own. What engines report is read at the decision or
//! collected at equal intervals, as long as requests are in flight; it is the load at that moment, or the load when the
//! engine's last step ended. Where a router reads that at the decision, or its knowledge asks for it, the replicas are brought up
//! to now before it chooses; what it reads of them it reads from a [`View`].
//!
//! What routers believe about the replicas' lives, and their retries, is in [`care`]; the line in front of them in [`line`].

mod care;
mod line;

use std::sync::Arc;

use super::ever::EverCached;
use super::fact::{Believed, What};
use super::message::{Attempt, Life, Message};
use super::out::Out;
use super::view::{News, View};
use crate::router::diary::{Deed, Diary, DiaryEntry};
use crate::router::{ASSUMED_OUTPUT, Ask, Belief, Decision, EngineLoads, Instance, LoadAge};
use crate::units::{ReplicaId, VirtualTime};
use crate::workload::Workload;
pub(super) use care::Care;
pub(super) use line::Attendant;

/// A decision as it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The moment of the decision.
    pub at: VirtualTime,
    /// The router that decided, counted from 0.
    pub router: u8,
    /// The replica that the policy chose; `None`: it turned the request away.
    pub chosen: Option<ReplicaId>,
    /// The explanation of the choice, from what was known then.
    pub decision: Decision,
}

/// Where a request was sent, and by which router. It is kept when the request has left, so it is small.
#[derive(Clone, Copy, Default)]
struct Sent {
    router: u8,
    /// How often the router had begun anew by then.
    epoch: u8,
    replica: u16,
}

/// The front of a run. See the [module](self).
#[derive(Clone)]
pub(super) struct Front {
    workload: Arc<Workload>,
    block_size: u32,
    routers: Vec<Instance>,
    /// The router that takes the next request.
    turn: usize,
    age: LoadAge,
    /// When the load is collected next; [`VirtualTime::NEVER`] while nothing is in flight.
    poll: VirtualTime,
    /// The load as last collected, and when.
    loads: EngineLoads,
    collected_at: VirtualTime,
    /// The lives of the replicas that requests are sent to.
    lives: Vec<Life>,
    in_flight: u32,
    /// By the number of the request, where it was last sent; only as long as needed.
    sent: Vec<Sent>,
    /// For each router, everything that it sent to any replica since it last began anew; empty if no router forgets.
    once: Vec<EverCached>,
    /// The number of caches looked into for policies that ask every replica.
    looks: u64,
    wants_first_tokens: bool,
    /// Whether every replica holds what any replica has computed.
    shares_caches: bool,
    /// The replica that each request goes to, where no policy is asked.
    routes: Option<Arc<[Option<ReplicaId>]>>,
    /// A request, and the replica that its next attempt goes to whatever its policy says.
    overruled: Option<(u32, ReplicaId)>,
    /// What routers know of the replicas' lives; `None` if nothing can befall them.
    care: Option<Box<Care>>,
    /// The line in front of the routers; `None` if there is none.
    line: Option<Box<Attendant>>,
    /// What the routers do, if a later run is to begin with it.
    diary: Option<Box<Diary>>,
}

impl Front {
    /// The front of routers that have sent nothing yet, to this many replicas.
    pub(super) fn new(
        workload: Arc<Workload>,
        block_size: u32,
        routers: Vec<Instance>,
        age: LoadAge,
        replicas: u16,
        care: Option<Care>,
        line: Option<Attendant>,
    ) -> Self {
        // A policy with reports of its own age makes every router's load at least so old.
        let own = routers.first().and_then(|router| router.reads().age);
        let age = LoadAge {
            every: age.every.max(own),
            ..age
        };
        let purged = care.as_ref().is_some_and(Care::purges);
        let forgets = routers.iter().any(|router| router.forgets(purged));
        let life = |replica| Life { replica, number: 0 };
        Self {
            once: match forgets {
                true => vec![EverCached::new(&workload.corpus); routers.len()],
                false => Vec::new(),
            },
            shares_caches: routers.iter().any(Instance::remembers_everything),
            wants_first_tokens: routers.iter().any(Instance::wants_first_tokens),
            workload,
            block_size,
            routers,
            turn: 0,
            age,
            poll: VirtualTime::NEVER,
            loads: EngineLoads::new(replicas.into()),
            collected_at: VirtualTime::ZERO,
            lives: (0..replicas).map(life).collect(),
            in_flight: 0,
            sent: Vec::new(),
            looks: 0,
            routes: None,
            overruled: None,
            care: care.map(Box::new),
            line: line.map(Box::new),
            diary: None,
        }
    }

    /// Makes the routers go on from what those of an earlier run did.
    pub(super) fn resume(&mut self, diary: &Diary) {
        let (workload, size) = (&self.workload, self.block_size);
        for (number, router) in self.routers.iter_mut().enumerate() {
            router.resume(diary, number, |request, at| {
                ask(workload, size, request, at)
            });
        }
        for entry in diary.entries.iter().filter(|it| it.deed == Deed::Sent) {
            if let Some(once) = self.once.get_mut(usize::from(entry.router)) {
                once.add(&workload.corpus, workload.request(entry.request).prompt);
            }
        }
    }

    /// Keeps from now on what the routers do, for a later run to begin with.
    pub(super) fn keep_diary(&mut self) {
        self.diary = Some(Box::default());
    }

    /// What the routers have done until now; `None` if that is not kept.
    pub(super) fn diary(&self, now: VirtualTime) -> Option<Diary> {
        let diary = self.diary.as_deref()?;
        Some(Diary {
            routers: self.routers.len() as u8,
            ended: now,
            entries: diary.entries.clone(),
        })
    }

    fn note(&mut self, at: VirtualTime, router: u8, deed: Deed, request: u32, replica: u16) {
        if let Some(diary) = &mut self.diary {
            diary.entries.push(DiaryEntry {
                at,
                router,
                deed,
                request,
                replica,
            });
        }
    }

    /// Takes a message addressed to the front.
    pub(super) fn handle(
        &mut self,
        now: VirtualTime,
        message: Message,
        replicas: &impl View,
        out: &mut Out,
    ) {
        match message {
            Message::Route(attempt) => self.route(attempt, now, replicas, out),
            Message::Choose { attempt, router } => {
                self.choose(attempt, usize::from(router), now, replicas, out);
            }
            Message::FirstLeft(attempt) => {
                if self.line.is_some() {
                    self.line_hears_first(attempt.request, out);
                }
                if self.wants_first_tokens && self.knows(attempt.request) {
                    self.first_left(attempt.request, now);
                }
            }
            Message::Left(attempt) => self.left(attempt, now, out),
            Message::Poll => out.now(Message::Collect { from: 0 }),
            Message::Collected => self.collected(now, replicas, out),
            Message::Join(_)
            | Message::Enter(_)
            | Message::Expire(_)
            | Message::Freed { .. }
            | Message::Drain
            | Message::Gauge
            | Message::Gauged { .. }
            | Message::Surveyed => self.attend(now, message, replicas, out),
            _ => self.befall(now, message, out),
        }
    }

    /// Whether any router needs to hear what pools store and evict.
    pub(super) fn wants_events(&self) -> bool {
        self.routes.is_none() && self.routers.iter().any(Instance::wants_events)
    }

    /// Whether a router, or the line, needs to hear of first tokens.
    pub(super) fn wants_first_tokens(&self) -> bool {
        self.wants_first_tokens || self.line.as_ref().is_some_and(|line| line.counts_prefill())
    }

    /// Whether the line reads what engines report.
    pub(super) fn gauges(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.reads_loads())
    }

    /// Whether any router reads what engines report.
    pub(super) fn reads_engines(&self) -> bool {
        self.routers.iter().any(|router| router.reads().engine)
    }

    /// The number of caches looked into so far for policies that ask every replica.
    pub(super) fn looks(&self) -> u64 {
        self.looks
    }

    /// The routers as they are now, in the order of their numbers.
    pub(super) fn routers(&self) -> &[Instance] {
        &self.routers
    }

    /// Each router's belief about the replicas' caches; `None` for a router that looks at none.
    pub(super) fn pictures(&self) -> Vec<Option<Belief>> {
        self.routers.iter().map(Instance::picture).collect()
    }

    /// Each router's belief just after a restart; `None` for a router that looks at no cache.
    pub(super) fn fresh_pictures(&self) -> Vec<Option<Belief>> {
        match &self.care {
            Some(care) => care.fresh_pictures(),
            None => self.pictures(),
        }
    }

    /// Sends requests from now on along these routes; no policy is asked.
    pub(super) fn follow(&mut self, routes: Arc<[Option<ReplicaId>]>) {
        self.routes = Some(routes);
    }

    /// Sends the next attempt of one request to a replica, whatever its policy says. The policy chooses all the same, so what it draws does
    /// not change.
    pub(super) fn overrule(&mut self, request: u32, replica: ReplicaId) {
        self.overruled = Some((request, replica));
    }

    fn route(&mut self, attempt: Attempt, now: VirtualTime, replicas: &impl View, out: &mut Out) {
        let mut router = self.turn;
        match self
            .care
            .as_ref()
            .and_then(|care| care.router_of(attempt.request))
        {
            Some(before) => router = before,
            None => self.turn = (router + 1) % self.routers.len(),
        }
        if let Some(routes) = &self.routes {
            let route = routes.get(attempt.request as usize).copied().flatten();
            return self.place(attempt, router, route, now, out);
        }
        if self.routers[router].reads().engine
            && let Some(period) = self.age.every
        {
            self.start_polling(period, now, out);
        }
        if self.must_observe(router) {
            out.now(Message::Observe {
                attempt,
                router: router as u8,
                from: 0,
            });
        } else {
            self.choose(attempt, router, now, replicas, out);
        }
    }

    /// Whether the replicas must be brought up to now before this router chooses.
    fn must_observe(&self, router: usize) -> bool {
        let router = &self.routers[router];
        router.asks_pools()
            || router.wants_events()
            || router.reads().engine && self.age.every.is_none()
    }

    fn choose(
        &mut self,
        attempt: Attempt,
        router: usize,
        now: VirtualTime,
        replicas: &impl View,
        out: &mut Out,
    ) {
        self.hear(out);
        if self.care.is_some() && !self.has_candidates(attempt, router, now, out) {
            return;
        }
        self.look(attempt.request, router, now, replicas);
        let ask = ask(&self.workload, self.block_size, attempt.request, now);
        let mut chosen = self.routers[router].choose(&ask);
        // Once: where that attempt fails, the policy chooses for the next one.
        let overruled = self.overruled;
        if let Some((_, replica)) = overruled.filter(|(request, _)| *request == attempt.request) {
            chosen = Some(replica);
            self.overruled = None;
        }
        self.place(attempt, router, chosen, now, out);
    }

    /// Hands the routers what the pools hold when the run begins.
    pub(super) fn begins_with(&mut self, news: Vec<News>) {
        for (replica, _, event) in news {
            for router in &mut self.routers {
                router.begins_with(&self.workload.corpus, replica, event);
            }
        }
    }

    /// Hands the routers what the pools stored and evicted until the replicas were last brought up to now. It is taken out of `out`, so
    /// that no router hears it twice.
    #[inline(never)] // asked for at every decision, but there is news only for routers that follow events
    pub(super) fn hear(&mut self, out: &mut Out) {
        for (replica, at, event) in out.news.drain(..) {
            for router in &mut self.routers {
                router.tell(replica, at, event);
            }
        }
    }

    /// Updates what a router knows of the replicas, as far as it may know it.
    fn look(&mut self, request: u32, router: usize, now: VirtualTime, replicas: &impl View) {
        let workload = &self.workload;
        let router = &mut self.routers[router];
        if router.asks_pools() {
            self.looks += self.lives.len() as u64;
            let prompt = workload.request(request).prompt;
            for (overlap, engine) in router.overlaps_mut().iter_mut().zip(replicas.engines()) {
                *overlap = engine.pool.matched(&workload.corpus, prompt);
            }
            if router.asks_held() {
                for (held, engine) in router.held_mut().zip(replicas.engines()) {
                    *held = u32::try_from(engine.pool.cached()).unwrap_or(u32::MAX);
                }
            }
        }
        if router.reads().engine {
            let (at, loads) = match self.age.every {
                Some(_) => (self.collected_at, &self.loads),
                None if self.age.at_step_ends => (replicas.stepped(), replicas.loads()),
                None => (now, replicas.loads()),
            };
            router.report(at, loads);
        }
    }

    /// Sends an attempt on its way, or turns it away.
    fn place(
        &mut self,
        attempt: Attempt,
        router: usize,
        chosen: Option<ReplicaId>,
        now: VirtualTime,
        out: &mut Out,
    ) {
        let Some(replica) = chosen else {
            if self.care.is_some() {
                self.uncount(attempt.request);
            }
            return out.now(Message::TurnedAway(attempt));
        };
        let ask = ask(&self.workload, self.block_size, attempt.request, now);
        let instance = &mut self.routers[router];
        instance.place(attempt.request, &ask, replica);
        let knows_caches = instance.reads().overlaps && self.routes.is_none();
        let belief = knows_caches.then(|| {
            let overlaps = instance.overlaps();
            let deepest = overlaps.iter().copied().max().unwrap_or(0);
            let once = self.once.get_mut(router).map_or(0, |once| {
                let before = once.depth(ask.corpus, ask.request.prompt);
                once.add(ask.corpus, ask.request.prompt);
                before
            });
            Believed {
                chosen: overlaps[replica.index()],
                deepest,
                once: once.max(deepest),
            }
        });
        let (request, router) = (attempt.request, router as u8);
        let replica = replica.0 as u16;
        if self.sent.len() <= request as usize {
            self.sent.resize(request as usize + 1, Sent::default());
        }
        let epoch = self
            .care
            .as_ref()
            .map_or(0, |care| care.epoch(usize::from(router)));
        self.sent[request as usize] = Sent {
            router,
            epoch,
            replica,
        };
        if let Some(line) = &mut self.line {
            let instance = &self.routers[usize::from(router)];
            let known = match instance.reads().overlaps {
                true => instance.overlaps()[usize::from(replica)],
                false => 0,
            };
            let known = known.saturating_mul(self.block_size);
            line.sent(
                request,
                replica,
                ask.request.prompt_tokens.saturating_sub(known),
            );
        }
        self.note(now, router, Deed::Sent, request, replica);
        self.in_flight += 1;
        out.fact(
            now,
            What::Routed {
                request,
                replica,
                router,
                belief,
            },
        );
        out.now(Message::Dispatch { attempt, replica });
    }

    fn first_left(&mut self, request: u32, now: VirtualTime) {
        let (router, replica) = self.router_and_replica(request);
        let ask = ask(&self.workload, self.block_size, request, now);
        self.routers[router].first_token(request, &ask, replica);
        self.note(
            now,
            router as u8,
            Deed::FirstToken,
            request,
            replica.0 as u16,
        );
    }

    fn left(&mut self, attempt: Attempt, now: VirtualTime, out: &mut Out) {
        let request = attempt.request;
        out.fact(now, What::Left { request });
        let (router, replica) = self.router_and_replica(request);
        let ask = ask(&self.workload, self.block_size, request, now);
        if self.care.is_none() || self.knows(request) {
            self.routers[router].finished(request, &ask, replica);
            self.note(now, router as u8, Deed::Finished, request, replica.0 as u16);
        }
        if self.care.is_some() {
            self.fared_well(request, now);
        }
        self.in_flight -= 1;
        if self.shares_caches {
            let life = self.lives[replica.index()];
            out.now(Message::Computed { attempt, life });
        }
        out.now(Message::Leave(attempt));
    }

    /// The router that sent a request, and the replica that it went to.
    fn router_and_replica(&self, request: u32) -> (usize, ReplicaId) {
        let Sent {
            router, replica, ..
        } = self.sent[request as usize];
        (usize::from(router), ReplicaId(u32::from(replica)))
    }

    fn start_polling(&mut self, period: VirtualTime, now: VirtualTime, out: &mut Out) {
        if self.poll == VirtualTime::NEVER {
            // Nothing was in flight since the last collection, so what was reported then is true of the last period's end.
            let periods = now.0 / period.0;
            self.collected_at = VirtualTime(periods * period.0);
            self.poll_at(VirtualTime((periods + 1) * period.0), out);
        }
    }

    fn poll_at(&mut self, at: VirtualTime, out: &mut Out) {
        self.poll = at;
        out.at(at, Message::Poll);
    }

    fn collected(&mut self, now: VirtualTime, replicas: &impl View, out: &mut Out) {
        self.hear(out);
        let Some(period) = self.age.every else {
            return;
        };
        self.loads.clone_from(replicas.loads());
        self.collected_at = now;
        self.poll = VirtualTime::NEVER;
        if self.in_flight > 0 {
            self.poll_at(now + period, out);
        }
    }

    /// The decision that the next router in turn would make on a request now, explained, and its choice. The replicas have been
    /// brought up to now. Choosing draws random numbers, so ask a copy if the run is to go on.
    pub(super) fn decide(
        &mut self,
        request: u32,
        now: VirtualTime,
        replicas: &impl View,
    ) -> Decided {
        let anyone = self.prepare(request, now, replicas);
        let router = self.turn;
        let ask = ask(&self.workload, self.block_size, request, now);
        let instance = &mut self.routers[router];
        let decision = instance.explain(&ask);
        Decided {
            at: now,
            router: router as u8,
            chosen: anyone.then(|| instance.choose(&ask)).flatten(),
            decision,
        }
    }

    /// The leading full blocks of a request's prompt that the next router in turn believes each replica holds. The replicas have
    /// been brought up to now.
    pub(super) fn believed(
        &mut self,
        request: u32,
        now: VirtualTime,
        replicas: &impl View,
    ) -> Vec<u32> {
        let router = self.turn;
        self.look(request, router, now, replicas);
        let ask = ask(&self.workload, self.block_size, request, now);
        self.routers[router].believed(&ask).to_vec()
    }

    /// The decision that the next router in turn would make on a request now, explained. The replicas have been brought up to now.
    pub(super) fn explain(
        &mut self,
        request: u32,
        now: VirtualTime,
        replicas: &impl View,
    ) -> Decision {
        self.prepare(request, now, replicas);
        let ask = ask(&self.workload, self.block_size, request, now);
        self.routers[self.turn].explain(&ask)
    }

    /// Lets the next router in turn know what it may know before it decides on a request; whether there is any replica that it may
    /// send it to.
    fn prepare(&mut self, request: u32, now: VirtualTime, replicas: &impl View) -> bool {
        self.look(request, self.turn, now, replicas);
        self.set_out_replicas(self.turn, request, now)
    }
}

/// A request as its router sees it.
pub(super) fn ask(workload: &Workload, block_size: u32, request: u32, now: VirtualTime) -> Ask<'_> {
    let request = workload.request(request);
    let output = request.max_tokens.unwrap_or(ASSUMED_OUTPUT);
    Ask {
        chunks: &workload.chunks,
        characters: (!workload.characters.is_empty()).then_some(&workload.characters),
        tokens: (!workload.tokens.is_empty()).then_some(&workload.tokens),
        heads: &workload.heads,
        now,
        ..Ask::new(request, &workload.corpus, block_size, output)
    }
}
