//! How requests come to replicas, and what routers are shown and told on the way.
//!
//! Requests take the routers in turn; each has a view of its own. The engines' load is read at the decision, as of each
//! engine's last step, or collected at equal intervals (then an engine at rest needs no collecting).

use std::sync::Arc;

use super::routers::{Believed, load};
use super::{Decided, Event, Simulation};
use crate::fleet::record::Outcome;
use crate::request::Chain;
use crate::router::{Ask, Decision, LoadAge};
use crate::units::{ReplicaId, VirtualTime};
use crate::workload::Workload;

impl Simulation {
    pub(super) fn route(&mut self, n: u32) {
        let seat = self.routers.turn;
        self.routers.turn = (seat + 1) % self.routers.seats.len();
        let workload = Arc::clone(&self.workload);
        let (ask, given) = (self.ask(&workload, n), self.routes.is_some());
        let replica = match &self.routes {
            None => self.decide(seat, n, &ask),
            Some(routes) => {
                let route = routes.get(n as usize).copied().flatten();
                if self.routers.wants_events() {
                    self.hear();
                }
                route
            }
        };
        let Some(replica) = replica else {
            return self.refuse(n, Outcome::Rejected);
        };
        let router = &mut self.routers.seats[seat];
        router.place(n, &ask, replica);
        let record = &mut self.records[n as usize];
        let router = &self.routers.seats[seat];
        record.replica = replica.0 as u16;
        record.router = seat as u8;
        if router.reads().overlaps && !given {
            record.believed_blocks = router.overlaps()[replica.index()];
            let deepest = router.overlaps().iter().copied().max().unwrap_or(0);
            let once = self
                .routers
                .sends(seat, &workload.corpus, ask.request.prompt);
            let once = once.max(deepest);
            self.routers.beliefs.insert(n, Believed { deepest, once });
        }
        self.dispatch(n);
    }

    /// Shows a router the replicas and has it choose.
    fn decide(&mut self, seat: usize, n: u32, ask: &Ask<'_>) -> Option<ReplicaId> {
        self.show(seat, n);
        let router = &mut self.routers.seats[seat];
        let Some(watch) = self.watch.as_mut().filter(|watch| watch.request == n) else {
            return router.choose(ask);
        };
        let decision = router.explain(ask);
        let chosen = router.choose(ask);
        watch.seen = Some(Decided {
            at: self.now,
            router: seat as u8,
            chosen,
            decision,
        });
        watch.to.or(chosen)
    }

    fn ask<'a>(&self, workload: &'a Workload, n: u32) -> Ask<'a> {
        let request = &workload.requests[n as usize % workload.requests.len()];
        let output = request.max_tokens.unwrap_or(100);
        Ask {
            chunks: &workload.chunks,
            now: self.now,
            ..Ask::new(request, &workload.corpus, self.settings.block_size, output)
        }
    }

    /// Brings what a router sees of the replicas up to date.
    fn show(&mut self, seat: usize, n: u32) {
        let router = &self.routers.seats[seat];
        let (engine, events) = (router.reads().engine, router.wants_events());
        let pools = router.asks_pools();
        if engine && let LoadAge::Every(period) = self.routers.age {
            self.start_polling(period);
        }
        let fresh = engine && self.routers.age == LoadAge::Now;
        if pools || events || fresh {
            (0..self.replicas.len()).for_each(|id| self.advance(id));
        }
        if events {
            self.hear();
        }
        let replicas = &self.replicas;
        let routers = &mut self.routers;
        let router = &mut routers.seats[seat];
        if pools {
            routers.looks += replicas.len() as u64;
            let prompt = self.workload.requests[n as usize % self.workload.requests.len()].prompt;
            for (overlap, replica) in router.overlaps_mut().iter_mut().zip(replicas) {
                *overlap = replica.engine.pool.matched(&self.workload.corpus, prompt);
            }
            if router.asks_held() {
                for (held, replica) in router.held_mut().zip(replicas) {
                    *held = u32::try_from(replica.engine.pool.cached()).unwrap_or(u32::MAX);
                }
            }
        }
        if fresh {
            let loads = replicas.iter().map(|replica| load(&replica.engine));
            router.report(self.now, loads);
        } else if engine {
            router.report(routers.reported, routers.loads.iter().copied());
        }
    }

    /// Hands what the pools have to say to every router.
    fn hear(&mut self) {
        let heard = &mut self.routers.heard;
        for (id, replica) in (0..).map(ReplicaId).zip(&mut self.replicas) {
            replica.engine.pool.drain_events(heard);
            for (at, event) in heard.drain(..) {
                for router in &mut self.routers.seats {
                    router.tell(id, at, event);
                }
            }
        }
    }

    fn start_polling(&mut self, period: VirtualTime) {
        if self.routers.poll == VirtualTime::NEVER {
            // Nothing was in flight since the last time, so what was reported then is true of the last period's end.
            let periods = self.now.0 / period.0;
            self.routers.reported = VirtualTime(periods * period.0);
            self.schedule_poll(VirtualTime((periods + 1) * period.0));
        }
    }

    fn schedule_poll(&mut self, at: VirtualTime) {
        self.routers.poll = at;
        self.push(at, Event::Poll);
    }

    pub(super) fn poll(&mut self) {
        let LoadAge::Every(period) = self.routers.age else {
            return;
        };
        for id in 0..self.replicas.len() {
            self.advance(id);
            self.routers.loads[id] = load(&self.replicas[id].engine);
        }
        self.routers.reported = self.now;
        self.routers.poll = VirtualTime::NEVER;
        if self.in_flight > 0 {
            self.schedule_poll(self.now + period);
        }
    }

    /// Gives every replica but `id` what that one computes or has computed, if every replica holds what any has.
    pub(super) fn share(&mut self, id: usize, computed: Chain) {
        if !self.routers.remember_everything() {
            return;
        }
        let corpus = &self.workload.corpus;
        for (_, other) in (0..).zip(&mut self.replicas).filter(|(at, _)| *at != id) {
            let pool = &mut other.engine.pool;
            pool.refer(corpus, Chain::default(), computed, true);
            pool.release(corpus, computed);
        }
    }

    /// Gives every replica what any begins with, if every replica holds what any has.
    pub(super) fn share_warmth(&mut self) {
        if !self.routers.remember_everything() {
            return;
        }
        let workload = Arc::clone(&self.workload);
        for request in &workload.requests {
            let chain = request.answered;
            let matched = |id: usize| {
                self.replicas[id]
                    .engine
                    .pool
                    .matched(&workload.corpus, chain)
            };
            let most = (0..self.replicas.len()).map(|id| (matched(id), id)).max();
            if let Some((depth @ 1.., id)) = most {
                self.share(id, workload.corpus.prefix(chain, depth));
            }
        }
    }

    /// Takes an engine's report, if it makes one at the end of each step and has ended one.
    pub(super) fn note_step(&mut self, id: usize) {
        if self.routers.age != LoadAge::Step {
            return;
        }
        let engine = &self.replicas[id].engine;
        if engine.tally.steps != self.routers.steps[id] {
            self.routers.steps[id] = engine.tally.steps;
            self.routers.loads[id] = load(engine);
            self.routers.reported = self.now;
        }
    }

    pub(super) fn first(&mut self, n: u32) {
        let record = self.records[n as usize];
        let workload = Arc::clone(&self.workload);
        let ask = self.ask(&workload, n);
        let router = &mut self.routers.seats[usize::from(record.router)];
        router.first_token(n, &ask, ReplicaId(u32::from(record.replica)));
    }

    pub(super) fn finished(&mut self, n: u32) {
        let record = self.records[n as usize];
        let workload = Arc::clone(&self.workload);
        let ask = self.ask(&workload, n);
        // The last token generated is never computed, so a block that ends with it is not cached.
        let request = ask.request;
        let computed = u64::from(request.prompt_tokens) + u64::from(request.output_tokens) - 1;
        let full = u32::try_from(computed / u64::from(ask.block_size)).unwrap_or(u32::MAX);
        let cached = workload.corpus.prefix(request.answered, full);
        self.routers.cached(&workload.corpus, cached);
        self.share(usize::from(record.replica), cached);
        let router = &mut self.routers.seats[usize::from(record.router)];
        router.finished(n, &ask, ReplicaId(u32::from(record.replica)));
    }

    /// By replica: full blocks of request `n`'s prompt that the next router in turn believes it holds; what it is told of a
    /// decision in [`Self::explain`], without the decision.
    pub fn believed(&mut self, n: u32) -> Vec<u32> {
        let seat = self.routers.turn;
        self.show(seat, n);
        let workload = Arc::clone(&self.workload);
        let ask = self.ask(&workload, n);
        self.routers.seats[seat].believed(&ask).to_vec()
    }

    /// The decision the next router in turn would make for request `n` on what is known now, laid out.
    pub fn explain(&mut self, n: u32) -> Decision {
        let seat = self.routers.turn;
        self.show(seat, n);
        let workload = Arc::clone(&self.workload);
        let ask = self.ask(&workload, n);
        self.routers.seats[seat].explain(&ask)
    }
}
