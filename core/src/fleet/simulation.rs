//! The loop: it takes the next message from the queue, hands it to its part, and carries out what the part writes.
//!
//! The parts are its fields. It borrows them one at a time, so none can reach another. The front, the scaler and the log may read of
//! the replicas, which are handed to them as a [`View`].

mod set_up;

use std::sync::Arc;

use super::client::Client;
use super::fact::Fact;
use super::front::{Decided, Front};
use super::gate::Gate;
use super::log::Log;
use super::message::{Message, Recipient};
use super::out::{Out, Rare};
use super::queue::Queue;
use super::record::{Record, ReplicaTotals, Run, StageTotals, Work};
use super::replicas::Replicas;
use super::scaler::Scaler;
use super::view::View;
use crate::cache::CacheState;
use crate::histogram::Histogram;
use crate::replica::Pool;
use crate::router::{Belief, Decision, Instance, PolicySpec};
use crate::units::{ClockEnd, ReplicaId, VirtualTime};
use crate::workload::Workload;

/// One policy over one workload, in virtual time. A clone goes on independently.
#[derive(Clone)]
pub struct Simulation {
    workload: Arc<Workload>,
    spec: PolicySpec,
    seed: u64,
    queue: Queue,
    client: Client,
    gate: Gate,
    front: Front,
    replicas: Replicas,
    scaler: Option<Box<Scaler>>,
    log: Log,
    /// Whether events may go on when every request has ended; they are not waited for.
    troubled: bool,
    /// Whether requests wait in a line before they come to a router.
    lined: bool,
    /// The messages to be delivered at this time, and the tokens that go with them; its other lists are empty between two messages.
    out: Out,
}

impl Simulation {
    /// The number of requests that have ended, and of all requests.
    pub fn progress(&self) -> (u32, u32) {
        self.client.progress()
    }

    /// The virtual time that the run has reached.
    pub fn now(&self) -> VirtualTime {
        self.queue.now()
    }

    /// The records so far, in the order of the requests' numbers.
    pub fn records(&self) -> &[Record] {
        self.log.records.all()
    }

    #[cfg(test)]
    pub(super) fn front(&self) -> &Front {
        &self.front
    }

    /// The facts so far; `None` if they are not kept.
    pub fn log(&self) -> Option<&[Fact]> {
        self.log.kept()
    }

    /// The number of replicas that there may be, whether or not they are there now.
    pub fn replicas(&self) -> u32 {
        self.replicas.all().len() as u32
    }

    /// The routers as they are now, for a reader of what they know.
    pub fn routers(&self) -> &[Instance] {
        self.front.routers()
    }

    /// The policy that chooses, with its parameters and its knowledge.
    pub fn spec(&self) -> &PolicySpec {
        &self.spec
    }

    /// The leading blocks of request `n`'s prompt that each replica holds, whatever any router believes; of each replica, as of the
    /// step that its engine was last brought up to.
    pub fn held(&self, n: u32) -> Vec<u32> {
        let prompt = self.workload.request(n).prompt;
        self.pools()
            .map(|pool| pool.matched(&self.workload.corpus, prompt))
            .collect()
    }

    /// Sends every request where a run of the same scenario sent it, and asks no policy: the same run except for what routers
    /// believed, without the work of looking at the replicas and choosing. (Where replicas fail, a request may go to several, and
    /// where requests wait in a line, its order may go by beliefs; there the policy is asked all the same.)
    pub fn follow(&mut self, run: &Run) {
        if self.troubled || self.lined {
            return;
        }
        let routes = run.records.iter().map(|it| it.first_replica());
        let routes = routes.map(|to| to.map(|to| ReplicaId(to.into())));
        self.front.follow(routes.collect());
        self.replicas.stop_telling_events();
    }

    /// Sends one request to a replica, whatever its policy says; a replica that there is not leaves it to the policy. The policy
    /// chooses all the same, so what it draws does not change.
    pub fn overrule(&mut self, request: u32, replica: ReplicaId) {
        if replica.index() < self.replicas.all().len() {
            self.front.overrule(request, replica);
        }
    }

    /// Whether what happened lay in the range of the clock.
    ///
    /// # Errors
    /// Something would have happened beyond the end of the clock: the run has stopped before it, and has no result.
    pub fn within_the_clock(&self) -> Result<(), ClockEnd> {
        match self.queue.went_beyond() {
            true => Err(ClockEnd),
            false => Ok(()),
        }
    }

    /// Handles up to `events` events; `false` when there are none left that the clock can count
    /// ([`Self::within_the_clock`]), or every request has ended and what is left only befalls the fleet.
    pub fn run(&mut self, events: u32) -> bool {
        for _ in 0..events {
            if !self.step(None) {
                return false;
            }
        }
        true
    }

    /// Handles up to `events` events, but goes no further than to the moment at which `request` comes to a router.
    pub(super) fn run_to_route(&mut self, request: u32, events: u32) -> Stopped {
        for _ in 0..events {
            if !self.step(Some(request)) {
                return Stopped::AtEnd;
            }
            if self.is_at_route(request) {
                return Stopped::AtRoute;
            }
        }
        Stopped::Between
    }

    /// What the caches hold; of a run that has not ended, without what is in use. What the routers did is in it if that is kept
    /// ([`Self::keep_diary`]).
    pub fn caches(&self) -> CacheState {
        let diary = self.front.diary(self.queue.now());
        CacheState::of(&self.workload, self.pools(), diary)
    }

    /// Keeps from now on what the routers do, for [`Self::caches`].
    pub fn keep_diary(&mut self) {
        self.front.keep_diary();
    }

    /// The blocks of each replica's pool that requests hold now. Blocks that are only cached are not held.
    pub fn blocks_held(&self) -> Vec<u32> {
        // A clone is brought up to now, so that looking changes nothing.
        let mut now = self.clone();
        now.bring_up();
        now.pools().map(Pool::referenced).collect()
    }

    /// The decision that the next router in turn would make for request `n` on what is known now, explained.
    pub fn explain(&mut self, n: u32) -> Decision {
        self.bring_up();
        self.front.explain(n, self.queue.now(), &self.replicas)
    }

    /// As [`Self::explain`], with what the router would choose. Choosing draws, so ask a clone.
    pub(super) fn decide(&mut self, n: u32) -> Decided {
        self.bring_up();
        self.front.decide(n, self.queue.now(), &self.replicas)
    }

    /// The leading full blocks of request `n`'s prompt that the next router in turn believes each replica holds: what
    /// [`Self::explain`] says of overlaps, without the decision.
    pub fn believed(&mut self, n: u32) -> Vec<u32> {
        self.bring_up();
        self.front.believed(n, self.queue.now(), &self.replicas)
    }

    /// Each router's belief about the caches; `None` for a router that looks at none.
    pub(super) fn pictures(&self) -> Vec<Option<Belief>> {
        self.front.pictures()
    }

    /// Each router's belief just after a restart; `None` for a router that looks at no cache.
    pub(super) fn fresh_pictures(&self) -> Vec<Option<Belief>> {
        self.front.fresh_pictures()
    }

    /// The result of the run. The outcome of a request that is still under way stays [`Outcome::Pending`](crate::fleet::Outcome::Pending).
    pub fn finish(mut self) -> Run {
        let (stage_gaps, mut client_gaps) = match self.client.take_gaps() {
            Some((stages, last)) => (Some(stages), Some(last)),
            None => (None, None),
        };
        let stages = self.take_stages(stage_gaps);
        let mut replicas = self.replicas.take_totals(self.now());
        let mut refusals = self.log.stages.current.refusals;
        for stage in &stages {
            for (whole, part) in replicas.iter_mut().zip(&stage.replicas) {
                whole.merge(part);
            }
            if let (Some(whole), Some(part)) = (&mut client_gaps, &stage.client_gaps) {
                whole.merge(part);
            }
            refusals.merge(stage.refusals);
        }
        let work = Work {
            events: self.queue.handled(),
            touches: self.pools().map(Pool::touches).sum(),
            probes: self.pools().map(Pool::probes).sum(),
            looks: self.front.looks(),
        };
        for (totals, steps) in replicas.iter_mut().zip(self.replicas.take_steps()) {
            totals.steps = steps;
        }
        Run {
            work,
            replicas,
            policy: self.spec,
            seed: self.seed,
            stays: self.log.take_stays(),
            log: self.log.take_kept(),
            scaling: self
                .log
                .scaling
                .map(|scaling| scaling.into_sums(self.queue.now())),
            lives: self.log.lives.map(|lives| lives.into_sums()),
            line: self.log.line.map(|line| line.into_sums()),
            records: self.log.records.into_all(),
            refusals,
            client_gaps,
            end: self.queue.now(),
            stages,
            stage_of: self.client.schedule().stage_of.as_slice().into(),
        }
    }

    fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.replicas.engines().map(|engine| &engine.pool)
    }

    /// The sums of the stages that have drained, with the gaps that the client stamped in each, if it stamps tokens; empty without
    /// a ladder.
    fn take_stages(&mut self, gaps: Option<Vec<Histogram>>) -> Vec<StageTotals> {
        let sums = core::mem::take(&mut self.log.stages.ended).into_iter();
        let totals: Vec<Vec<ReplicaTotals>> = self.replicas.take_stages();
        let rates = self.client.schedule().stages.iter().map(|stage| stage.rate);
        let gaps = gaps.into_iter().flatten().map(Some);
        sums.zip(totals)
            .zip(rates)
            .zip(gaps.chain(core::iter::repeat(None)))
            .map(|(((sums, replicas), rate), client_gaps)| StageTotals {
                rate,
                start: sums.start,
                replicas,
                refusals: sums.refusals,
                client_gaps,
            })
            .collect()
    }

    /// Brings every replica up to now, to be looked at.
    fn bring_up(&mut self) {
        let now = self.queue.now();
        let mut from = Some(0);
        while let Some(next) = from {
            from = self.replicas.catch_up(next, now, &mut self.out);
            self.carry();
        }
        self.front.hear(&mut self.out);
    }

    /// Whether the next message takes `request` to a router.
    fn is_at_route(&self, request: u32) -> bool {
        let next = self.out.immediate.last();
        next.is_some_and(|next| matches!(next, Message::Route(it) if it.request == request))
    }

    /// Goes on to the next event in time, and through all that follows from it at once; if a request is named, no further
    /// than to its route. `false`: there was none, or none that is waited for.
    #[inline(always)] // in the loop over events
    fn step(&mut self, stop: Option<u32>) -> bool {
        let mut gone_on = false;
        loop {
            if gone_on && stop.is_some_and(|request| self.is_at_route(request)) {
                return true;
            }
            let message = match self.out.immediate.pop() {
                Some(message) if self.queue.is_current(&message) => message,
                Some(_) => continue,
                None if gone_on => return true,
                None => {
                    if self.troubled && self.client.is_done() {
                        return false;
                    }
                    let Some(message) = self.queue.next_later() else {
                        return false;
                    };
                    gone_on = true;
                    message
                }
            };
            self.deliver(message);
        }
    }

    #[inline(always)] // there is one caller
    fn deliver(&mut self, message: Message) {
        let (now, out) = (self.queue.now(), &mut self.out);
        let waiting = out.immediate.len();
        match message.part() {
            Recipient::Client => self.client.handle(now, message, out),
            Recipient::Gate => self.gate.handle(now, message, out),
            Recipient::Front => self.front.handle(now, message, &self.replicas, out),
            Recipient::Replicas => self.replicas.handle(now, message, out),
            Recipient::Scaler => {
                if let Some(scaler) = &mut self.scaler {
                    scaler.handle(now, message, &self.replicas, out);
                }
            }
        }
        // What was written first is delivered first, with all that follows from it, before what waited.
        if out.immediate.len() > waiting + 1 {
            out.immediate[waiting..].reverse();
        }
        self.carry();
    }

    /// Carries out what a part has written.
    #[inline(always)] // it follows every message
    fn carry(&mut self) {
        let out = &mut self.out;
        if !out.facts.is_empty() {
            self.log.append(&mut out.facts, &self.replicas);
        }
        if !out.later.is_empty() {
            out.later.iter().for_each(|later| self.queue.push(*later));
            out.later.clear();
        }
        if !out.rare.is_empty() {
            out.rare.drain(..).for_each(|rare| match rare {
                Rare::Begin(attempt) => self.queue.begin(attempt),
                Rare::Live(life) => self.queue.live(life),
                Rare::Ranked(later) => self.queue.push_ranked(later),
            });
        }
        if let Some(start) = out.start.take() {
            self.queue.push_start(start);
        }
    }
}

/// Why [`Simulation::run_to_route`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The next message takes the request to a router.
    AtRoute,
    /// The run is over, see [`Simulation::run`].
    AtEnd,
    /// As many events as asked for have been handled.
    Between,
}
