//! The replicas: each with what it is ([`ReplicaSpec`]), its engine, and where it stands in its life.
//!
//! A request comes over the network and through the API server, which handles one at a time; then it joins the engine's
//! queue. Engines run through their steps lazily: up to now when a message comes for them, when they may have something
//! to tell, or when a router wants to look at them.
//!
//! Every replica is born ready and stays so until the run ends, unless something befalls it ([`trouble`]).

mod engines;
mod pods;
mod shared;
pub(super) mod spec;
mod tell;
pub(super) mod trouble;
pub(super) mod warm;

use std::sync::Arc;

use super::fact::{LifeStage, What};
use super::message::{Attempt, Life, Message};
use super::out::Out;
use super::record::ReplicaTotals;
use super::view::{News, Pod, View};
use crate::replica::{Engine, Output, PoolEvent, Sequence, StepReport};
use crate::router::EngineLoads;
use crate::units::{Map, RequestId, VirtualTime};
use crate::workload::Workload;
use engines::Engines;
use spec::ReplicaSpec;
use trouble::Trouble;
use trouble::care::Care;

/// One replica, but for its engine.
#[derive(Clone)]
pub(super) struct Replica {
    spec: Arc<ReplicaSpec>,
    life: Life,
    stage: LifeStage,
    /// The earliest wake-up under way.
    wake: VirtualTime,
    /// When the API server has handled what came before.
    api_ready: VirtualTime,
    /// Since the sums began: requests sent here.
    requests: u32,
    /// Before the sums began: cached blocks evicted.
    evicted: u64,
    trouble: Trouble,
}

/// Who wants to know what of the replicas.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted {
    /// Routers want to hear what pools store and evict.
    pub(super) events: bool,
    /// The log keeps what pools store and evict.
    pub(super) events_logged: bool,
    /// Routers want to hear of first tokens.
    pub(super) first_tokens: bool,
    /// Routers read what engines report.
    pub(super) loads: bool,
    /// That is what held when an engine's last step ended; else what holds when it is read.
    pub(super) at_step_ends: bool,
    /// Every replica holds what any has computed (a line to compare with, no fleet).
    pub(super) shared_caches: bool,
}

/// The replicas of a run. See the [module](self).
#[derive(Clone)]
pub(super) struct Replicas {
    workload: Arc<Workload>,
    all: Vec<Replica>,
    engines: Engines,
    wanted: Wanted,
    /// The numbers of attempts that are not a request's first, while they are here.
    numbers: Map<u32, u32>,
    news: Vec<News>,
    /// Sums of the stages that have ended.
    stages: Vec<Vec<ReplicaTotals>>,
    outputs: Vec<Output>,
    heard: Vec<(VirtualTime, PoolEvent)>,
    /// What befalls them, if anything can.
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

    fn news(&self) -> &[News] {
        &self.news
    }

    fn pods(&self) -> Vec<Pod> {
        self.all_pods()
    }
}

impl Replica {
    /// One that is born ready.
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
            trouble: Trouble::new(true),
        }
    }

    /// It is not there yet.
    pub(super) fn absent(mut self) -> Self {
        self.stage = LifeStage::Down;
        self.trouble = Trouble::new(false);
        self
    }

    /// What it did since its sums began; they begin anew.
    fn take_totals(&mut self, engine: &mut Engine) -> ReplicaTotals {
        let tally = core::mem::take(&mut engine.tally);
        let evicted = engine.pool.evicted();
        let before = core::mem::replace(&mut self.evicted, evicted);
        ReplicaTotals {
            requests: core::mem::take(&mut self.requests),
            pool_blocks: engine.pool.capacity(),
            evicted_blocks: evicted - before,
            work_s: tally.prefilled_tokens as f64 * self.spec.prefill_s
                + tally.generated_tokens as f64 * self.spec.decode_s,
            steps: None,
            tally,
        }
    }
}

impl Replicas {
    /// Replicas that have done nothing yet, and their engines; their births go to `out`.
    pub(super) fn new(
        workload: Arc<Workload>,
        (all, engines): (Vec<Replica>, Vec<Engine>),
        wanted: Wanted,
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
            news: Vec::new(),
            stages: Vec::new(),
            outputs: Vec::new(),
            heard: Vec::new(),
            care: care.map(Box::new),
        };
        replicas.staffed(VirtualTime::ZERO, out);
        // What the pools begin with.
        for id in 0..replicas.all.len() {
            replicas.take_events(id, out);
        }
        if wanted.shared_caches {
            replicas.share_warmth(out);
        }
        replicas
    }

    /// Takes a message.
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
                out.detail(now, What::Queued { request, replica });
                if self.care.is_some() && self.waits(attempt, usize::from(replica)) {
                    return;
                }
                self.advance(usize::from(replica), now, out);
                // What the engine had to tell comes before what it is told now.
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
                let totals = self.take_totals();
                self.stages.push(totals);
            }
            Message::Survey { from } => self.survey(from, now, out),
            Message::Retire(life) => self.retire(life, now, out),
            _ => self.befall(now, message, out),
        }
    }

    /// What the pools began with, for routers that want to hear what they store. It is told once.
    pub(super) fn first_news(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        for id in 0..self.all.len() {
            self.engines.hear(id, &mut news);
        }
        news
    }

    /// No router wants to hear what pools store and evict any more.
    pub(super) fn stop_telling_events(&mut self) {
        self.wanted.events = false;
        let logged = self.wanted.events_logged;
        for id in 0..self.all.len() {
            self.engines.change(id, |engine| engine.pool.listen(logged));
            self.engines.forget(id);
        }
    }

    /// The replicas.
    pub(super) fn all(&self) -> &[Replica] {
        &self.all
    }

    /// What each replica did since this was last asked.
    pub(super) fn take_totals(&mut self) -> Vec<ReplicaTotals> {
        let all = self.all.iter_mut().enumerate();
        all.map(|(id, replica)| {
            self.engines
                .change(id, |engine| replica.take_totals(engine))
        })
        .collect()
    }

    /// What each did in the stages that have ended.
    pub(super) fn take_stages(&mut self) -> Vec<Vec<ReplicaTotals>> {
        core::mem::take(&mut self.stages)
    }

    /// The steps of each engine, if they were kept.
    pub(super) fn take_steps(&mut self) -> impl Iterator<Item = Option<Vec<StepReport>>> {
        (0..self.all.len()).map(|id| self.engines.change(id, |engine| engine.steps.take()))
    }

    /// Brings replicas from number `from` on up to now, but no further than one that has something to tell: that is to
    /// be taken in before the next. Returns the number to go on with.
    pub(super) fn catch_up(&mut self, from: u16, now: VirtualTime, out: &mut Out) -> Option<u16> {
        if from == 0 {
            self.news.clear();
        }
        let told = |out: &Out| (out.facts.len(), out.immediate.len());
        let before = told(out);
        let mut next = usize::from(from);
        while let Some(id) = self.engines.first_due(next, now) {
            next = id + 1;
            self.advance(id, now, out);
            if self.wanted.events {
                self.engines.hear(id, &mut self.news);
            }
            if told(out) != before {
                return Some(next as u16);
            }
        }
        None
    }

    /// Network and API server pass a request on to its engine.
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

    /// Whether its engine tells a client of every token, which is to hear of those before anything else happens.
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
