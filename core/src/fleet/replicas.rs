//! The replicas: each with what it is ([`ReplicaSpec`]), its engine, and the stage of its life.
//!
//! A request comes over the network and through the API server, which handles one at a time; then it joins the engine's queue.
//! Engines run through their steps lazily: up to now when a message comes for them, when they may have something to report, or when
//! a router wants to look at them.
//!
//! The replicas that the scenario sets are there and ready when the run begins, and stay so until it ends, unless something befalls
//! them ([`trouble`]). Those that an event or the autoscaler may start are absent until then.

mod engines;
mod notify;
mod pods;
mod shared;
pub(super) mod spec;
pub(super) mod trouble;
pub(super) mod warm;

use std::sync::Arc;

use super::fact::{LifeStage, What};
use super::message::{Attempt, Life, Message};
use super::out::Out;
use super::record::ReplicaTotals;
use super::view::{News, Pod, View};
use crate::replica::{Engine, EngineOutput, PoolEvent, Sequence, StepReport};
use crate::router::EngineLoads;
use crate::units::{Map, RequestId, VirtualTime};
use crate::workload::Workload;
use engines::Engines;
use spec::ReplicaSpec;
use trouble::Trouble;
use trouble::care::Care;

/// One replica, apart from its engine.
#[derive(Clone)]
pub(super) struct Replica {
    spec: Arc<ReplicaSpec>,
    life: Life,
    stage: LifeStage,
    /// The time of the earliest wake-up under way.
    wake: VirtualTime,
    /// The time at which the API server has handled everything that came before.
    api_ready: VirtualTime,
    /// How many attempts it took since the sums began.
    requests: u32,
    /// How many cached blocks had been evicted when the sums began.
    evicted: u64,
    /// How long it was down or starting since the sums began, without the time since `away_since`.
    away: VirtualTime,
    /// Since when it is down or starting; `None` if it is there.
    away_since: Option<VirtualTime>,
    /// When the sums began.
    sums_since: VirtualTime,
    trouble: Trouble,
}

/// Which reports of the replicas are wanted.
#[derive(Clone, Copy, Default)]
pub(super) struct WantedReports {
    /// Whether routers need what pools store and evict.
    pub(super) events: bool,
    /// Whether the log keeps what pools store and evict.
    pub(super) events_logged: bool,
    /// Whether routers or the line need to hear of first tokens.
    pub(super) first_tokens: bool,
    /// Whether routers or the line read what engines report.
    pub(super) loads: bool,
    /// Whether engines report the load at the end of their last step; if not, the load at the moment of reading.
    pub(super) at_step_ends: bool,
    /// Whether every replica holds what any replica has computed (a reference line, which no fleet does).
    pub(super) shared_caches: bool,
}

/// The replicas of a run. See the [module](self).
#[derive(Clone)]
pub(super) struct Replicas {
    workload: Arc<Workload>,
    all: Vec<Replica>,
    engines: Engines,
    wanted: WantedReports,
    /// The numbers of attempts that are not their request's first, while they are here.
    numbers: Map<u32, u32>,
    /// The sums of each replica in the stages that have ended.
    stages: Vec<Vec<ReplicaTotals>>,
    outputs: Vec<EngineOutput>,
    heard: Vec<(VirtualTime, PoolEvent)>,
    /// What befalls the replicas; `None` if nothing can.
    care: Option<Box<Care>>,
}

impl View for Replicas {
    fn engines(&self) -> impl Iterator<Item = &Engine> {
        self.engines.all().iter()
    }

    fn engine(&self, replica: usize) -> &Engine {
        &self.engines[replica]
    }

    fn loads(&self) -> &EngineLoads {
        self.engines.loads()
    }

    fn stepped(&self) -> VirtualTime {
        self.engines.stepped()
    }

    fn pods(&self) -> Vec<Pod> {
        self.all_pods()
    }
}

impl Replica {
    /// A replica that is ready from the beginning.
    pub(super) fn new(number: u16, spec: Arc<ReplicaSpec>) -> Self {
        Self {
            spec,
            life: Life {
                replica: number,
                number: 0,
            },
            stage: LifeStage::Ready,
            wake: VirtualTime::NEVER,
            api_ready: VirtualTime::ZERO,
            requests: 0,
            evicted: 0,
            away: VirtualTime::ZERO,
            away_since: None,
            sums_since: VirtualTime::ZERO,
            trouble: Trouble::new(true),
        }
    }

    /// The same replica, not there yet.
    pub(super) fn absent(mut self) -> Self {
        self.stage = LifeStage::Down;
        self.away_since = Some(VirtualTime::ZERO);
        self.trouble = Trouble::new(false);
        self
    }

    /// Comes to a stage of its life.
    fn enter(&mut self, stage: LifeStage, now: VirtualTime) {
        self.stage = stage;
        if let Some(since) = self.away_since {
            self.away += now.since(since);
        }
        let away = matches!(stage, LifeStage::Down | LifeStage::Starting);
        self.away_since = away.then_some(now);
    }

    /// What it did since its sums began; they begin anew.
    fn take_totals(&mut self, engine: &mut Engine, now: VirtualTime) -> ReplicaTotals {
        let gone = self
            .away_since
            .map_or(VirtualTime::ZERO, |it| now.since(it));
        self.away_since = self.away_since.map(|_| now);
        let tally = core::mem::take(&mut engine.tally);
        let evicted = engine.pool.evicted();
        let before = core::mem::replace(&mut self.evicted, evicted);
        ReplicaTotals {
            requests: core::mem::take(&mut self.requests),
            pool_blocks: engine.pool.capacity(),
            evicted_blocks: evicted - before,
            away_s: core::mem::take(&mut self.away).secs(),
            gone_s: gone.secs(),
            span_s: now
                .since(core::mem::replace(&mut self.sums_since, now))
                .secs(),
            work_s: tally.prefilled_tokens as f64 * self.spec.prefill_s
                + tally.generated_tokens as f64 * self.spec.decode_s,
            steps: None,
            tally,
        }
    }
}

impl Replicas {
    /// Replicas that have done nothing yet, and their engines; the stage of each goes to `out` as a fact.
    pub(super) fn new(
        workload: Arc<Workload>,
        (all, engines): (Vec<Replica>, Vec<Engine>),
        wanted: WantedReports,
        care: Option<Care>,
        out: &mut Out,
    ) -> Self {
        for Replica { life, stage, .. } in &all {
            let (replica, stage) = (life.replica, *stage);
            out.detail(VirtualTime::ZERO, What::Life { replica, stage });
        }
        let mut replicas = Self {
            workload,
            engines: Engines::new(engines, wanted.loads.then_some(wanted.at_step_ends)),
            all,
            wanted,
            numbers: Map::default(),
            stages: Vec::new(),
            outputs: Vec::new(),
            heard: Vec::new(),
            care: care.map(Box::new),
        };
        replicas.count_replicas(VirtualTime::ZERO, out);
        // The pools are filled with what they hold at the beginning.
        for id in 0..replicas.all.len() {
            replicas.take_events(id, out);
            // What was evicted until now is none of the run's.
            replicas.all[id].evicted = replicas.engines[id].pool.evicted();
        }
        if wanted.shared_caches {
            replicas.share_warmth(out);
        }
        replicas
    }

    /// Takes a message addressed to the replicas.
    pub(super) fn handle(&mut self, now: VirtualTime, message: Message, out: &mut Out) {
        match message {
            Message::Observe {
                attempt,
                router,
                from,
            } => match self.catch_up(from, now, out) {
                Some(from) => out.now(Message::Observe {
                    attempt,
                    router,
                    from,
                }),
                None => out.now(Message::Choose { attempt, router }),
            },
            Message::Collect { from } => match self.catch_up(from, now, out) {
                Some(from) => out.now(Message::Collect { from }),
                None => out.now(Message::Collected),
            },
            Message::Measure { from, poll } => match self.catch_up(from, now, out) {
                Some(from) => out.now(Message::Measure { from, poll }),
                None => out.now(Message::Gauged { poll }),
            },
            Message::Dispatch { attempt, replica } => {
                if self.care.is_none() || self.takes(attempt, usize::from(replica), now, out) {
                    self.dispatch(attempt, usize::from(replica), now, out);
                }
            }
            Message::Reach { attempt, life } => {
                let (request, replica) = (attempt.request, life.replica);
                if self.care.is_some() && self.is_given_up(attempt, usize::from(replica)) {
                    return;
                }
                out.detail(now, What::Queued { request, replica });
                if self.care.is_some() && self.waits(attempt, usize::from(replica)) {
                    return;
                }
                self.advance(usize::from(replica), now, out);
                // What the engine had to report comes before what happens to it now.
                match self.tells_tokens(usize::from(replica)) {
                    true => out.now(Message::Enqueue { attempt, life }),
                    false => self.enqueue(attempt, life, now, out),
                }
            }
            Message::Enqueue { attempt, life } => self.enqueue(attempt, life, now, out),
            Message::Wake(life) => {
                let id = usize::from(life.replica);
                if self.all[id].wake != now {
                    return; // an earlier wake-up took its place
                }
                self.all[id].wake = VirtualTime::NEVER;
                self.advance(id, now, out);
                match self.tells_tokens(id) {
                    true => out.now(Message::Rest(life)),
                    false => self.plan_wake(id, out),
                }
            }
            Message::Rest(life) => self.plan_wake(usize::from(life.replica), out),
            Message::Computed { attempt, life } => {
                self.computed(attempt, usize::from(life.replica), now, out);
            }
            Message::StageEnded => {
                let totals = self.take_totals(now);
                self.stages.push(totals);
            }
            Message::Survey { from } => self.survey(from, now, out),
            Message::Retire(life) => self.retire(life, now, out),
            _ => self.befall(now, message, out),
        }
    }

    /// What the pools hold when the run begins, as events, for routers that follow these. A second call gives nothing.
    pub(super) fn first_news(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        for id in 0..self.all.len() {
            self.engines.hear(id, &mut news);
        }
        news
    }

    /// Stops reports of what pools store and evict: no router needs them any more.
    pub(super) fn stop_telling_events(&mut self) {
        self.wanted.events = false;
        let logged = self.wanted.events_logged;
        for id in 0..self.all.len() {
            self.engines.change(id, |engine| engine.pool.listen(logged));
            self.engines.forget(id);
        }
    }

    /// The replicas, in the order of their numbers.
    pub(super) fn all(&self) -> &[Replica] {
        &self.all
    }

    /// What each replica did since this was last called.
    pub(super) fn take_totals(&mut self, now: VirtualTime) -> Vec<ReplicaTotals> {
        let all = self.all.iter_mut().enumerate();
        all.map(|(id, replica)| {
            self.engines
                .change(id, |engine| replica.take_totals(engine, now))
        })
        .collect()
    }

    /// What each replica did in each of the stages that have ended.
    pub(super) fn take_stages(&mut self) -> Vec<Vec<ReplicaTotals>> {
        core::mem::take(&mut self.stages)
    }

    /// The steps of each engine; `None` if they were not kept.
    pub(super) fn take_steps(&mut self) -> impl Iterator<Item = Option<Vec<StepReport>>> {
        (0..self.all.len()).map(|id| self.engines.change(id, |engine| engine.steps.take()))
    }

    /// Brings replicas from number `from` on up to now, but no further than one that has something to report, which is to be taken
    /// in before the next is brought up. Returns the number to go on with.
    pub(super) fn catch_up(&mut self, from: u16, now: VirtualTime, out: &mut Out) -> Option<u16> {
        let lengths = |out: &Out| (out.facts.len(), out.immediate.len());
        let before = lengths(out);
        let mut next = usize::from(from);
        while let Some(id) = self.engines.first_due(next, now) {
            next = id + 1;
            self.advance(id, now, out);
            if self.wanted.events {
                self.engines.hear(id, &mut out.news);
            }
            if lengths(out) != before {
                return Some(next as u16);
            }
        }
        None
    }

    /// Sends a request over the network and through the API server to its engine.
    fn dispatch(&mut self, attempt: Attempt, id: usize, now: VirtualTime, out: &mut Out) {
        let prompt = self.workload.request(attempt.request).prompt_tokens;
        let there = &mut self.all[id];
        let life = there.life;
        there.requests += 1;
        let spec = &there.spec;
        let tokens = VirtualTime::from_secs(spec.front_token_s * f64::from(prompt));
        let arrived = now + spec.network + spec.front + tokens;
        there.api_ready = there.api_ready.max(arrived) + there.spec.api_request;
        let at = there.api_ready + there.spec.api_request;
        let reach = Message::Reach { attempt, life };
        if at == now {
            out.now(reach);
        } else {
            out.at(at, reach);
        }
    }

    fn enqueue(&mut self, attempt: Attempt, life: Life, now: VirtualTime, out: &mut Out) {
        let id = usize::from(life.replica);
        let request = self.workload.request(attempt.request);
        if attempt.number > 0 {
            self.numbers.insert(attempt.request, attempt.number);
        }
        let sequence = Sequence {
            request: RequestId(attempt.request),
            prompt_tokens: request.prompt_tokens.max(1),
            output_tokens: request.output_tokens.max(1),
            prompt: request.prompt,
            answered: request.answered,
        };
        let (corpus, outputs) = (&self.workload.corpus, &mut self.outputs);
        self.engines.change(id, |engine| {
            engine.enqueue(corpus, sequence, now, outputs);
        });
        self.report(id, out);
        self.plan_wake(id, out);
    }

    /// Runs an engine's steps up to now.
    fn advance(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        if self.engines[id].step_ends() > now || self.all[id].trouble.hangs() {
            return;
        }
        let (corpus, outputs) = (&self.workload.corpus, &mut self.outputs);
        self.engines
            .change(id, |engine| engine.advance(corpus, now, outputs));
        self.report(id, out);
        if self.tells_tokens(id) {
            self.engines.change(id, |engine| {
                for batch in engine.tokens.iter_mut().flat_map(|it| it.drain(..)) {
                    out.tokens.push_back(batch);
                    out.now(Message::Tokens);
                }
            });
        }
    }

    /// Whether an engine reports every token to a client, which must have those before anything else happens.
    fn tells_tokens(&self, id: usize) -> bool {
        self.engines[id].tokens.is_some()
    }

    fn plan_wake(&mut self, id: usize, out: &mut Out) {
        let replica = &mut self.all[id];
        let wake = self.engines[id].wake();
        if wake < replica.wake && !replica.trouble.hangs() {
            replica.wake = wake;
            out.at(wake, Message::Wake(replica.life));
        }
    }
}
