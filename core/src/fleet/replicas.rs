//! The replicas: each with what it is ([`ReplicaSpec`]), its engine, and where it stands in its life.
//!
//! A request comes over the network and through the API server, which handles one at a time; then it joins the engine's
//! queue. Engines run through their steps lazily: up to now when a message comes for them, when they may have something
//! to tell, or when a router wants to look at them.
//!
//! Every replica is born ready and stays so until the run ends, unless something befalls it ([`trouble`]).

pub(super) mod pods;
pub(super) mod spec;
pub(super) mod trouble;
pub(super) mod warm;

use std::sync::Arc;

use super::fact::{LifeStage, What};
use super::message::{Attempt, Life, Message};
use super::out::Out;
use super::record::ReplicaTotals;
use super::view::{Load, News, Pod, View, load};
use crate::replica::{Engine, Output, Pool, PoolEvent, Sequence, StepReport};
use crate::request::Chain;
use crate::units::{Map, ReplicaId, RequestId, VirtualTime};
use crate::workload::Workload;
use spec::ReplicaSpec;
use trouble::{Care, Trouble};

/// One replica.
#[derive(Clone)]
pub(super) struct Replica {
    spec: Arc<ReplicaSpec>,
    life: Life,
    stage: LifeStage,
    pub(super) engine: Engine,
    /// The earliest wake-up under way.
    wake: VirtualTime,
    /// When the API server has handled what came before.
    api_ready: VirtualTime,
    /// Since the sums began: requests sent here.
    requests: u32,
    /// Before the sums began: cached blocks evicted.
    evicted: u64,
    /// What its pool had to tell that no router has heard yet.
    unheard: Vec<(VirtualTime, PoolEvent)>,
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
    /// By replica: from when on there is something to bring up. That is when its engine's step ends; at once, while its
    /// pool has told what no router has heard. A fleet of hundreds is brought up at every decision, so what is due is
    /// found here, without a look at the replicas themselves.
    due: Vec<VirtualTime>,
    wanted: Wanted,
    /// The numbers of attempts that are not a request's first, while they are here.
    numbers: Map<u32, u32>,
    /// By replica: what its engine reports, if a router reads it. A copy side by side, since a router reads them all.
    loads: Vec<Load>,
    /// When the latest of the steps that have ended did so, if a router reads what engines report.
    stepped: VirtualTime,
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
        self.all.iter().map(|replica| &replica.engine)
    }

    fn engine(&self, replica: usize) -> &Engine {
        &self.all[replica].engine
    }

    fn loads(&self) -> &[Load] {
        &self.loads
    }

    fn stepped(&self) -> VirtualTime {
        self.stepped
    }

    fn news(&self) -> &[News] {
        &self.news
    }

    fn pods(&self) -> Vec<Pod> {
        self.all_pods()
    }
}

impl Replica {
    /// One that is born ready, with this pool.
    pub(super) fn new(
        number: u16,
        spec: Arc<ReplicaSpec>,
        pool: Pool,
        keep_steps: bool,
        keep_tokens: bool,
    ) -> Self {
        let mut engine = Engine::new(
            spec.timing.clone(),
            spec.limits,
            pool,
            spec.api_token,
            keep_steps,
        );
        engine.tokens = keep_tokens.then(Vec::new);
        Self {
            spec,
            life: Life {
                replica: number,
                number: 0,
            },
            stage: LifeStage::Ready,
            engine,
            wake: VirtualTime::NEVER,
            api_ready: VirtualTime::ZERO,
            requests: 0,
            evicted: 0,
            unheard: Vec::new(),
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
    fn take_totals(&mut self) -> ReplicaTotals {
        let tally = core::mem::take(&mut self.engine.tally);
        let evicted = self.engine.pool.evicted();
        let before = core::mem::replace(&mut self.evicted, evicted);
        ReplicaTotals {
            requests: core::mem::take(&mut self.requests),
            pool_blocks: self.engine.pool.capacity(),
            evicted_blocks: evicted - before,
            work_s: tally.prefilled_tokens as f64 * self.spec.prefill_s
                + tally.generated_tokens as f64 * self.spec.decode_s,
            steps: None,
            tally,
        }
    }
}

impl Replicas {
    /// Replicas that have done nothing yet; their births go to `out`.
    pub(super) fn new(
        workload: Arc<Workload>,
        all: Vec<Replica>,
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
            due: vec![VirtualTime::NEVER; all.len()],
            loads: vec![(0, 0, 0.0); all.len()],
            all,
            wanted,
            numbers: Map::default(),
            stepped: VirtualTime::ZERO,
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
            Message::Measure { from } => self.measure(from, now, out),
            Message::Retire(life) => self.retire(life, now, out),
            _ => self.befall(now, message, out),
        }
    }

    /// No router wants to hear what pools store and evict any more.
    pub(super) fn stop_telling_events(&mut self) {
        self.wanted.events = false;
        for replica in &mut self.all {
            replica.engine.pool.listen(self.wanted.events_logged);
        }
    }

    /// The replicas.
    pub(super) fn all(&self) -> &[Replica] {
        &self.all
    }

    /// What each replica did since this was last asked.
    pub(super) fn take_totals(&mut self) -> Vec<ReplicaTotals> {
        self.all.iter_mut().map(Replica::take_totals).collect()
    }

    /// What each did in the stages that have ended.
    pub(super) fn take_stages(&mut self) -> Vec<Vec<ReplicaTotals>> {
        core::mem::take(&mut self.stages)
    }

    /// The steps of each engine, if they were kept.
    pub(super) fn take_steps(&mut self) -> impl Iterator<Item = Option<Vec<StepReport>>> {
        self.all
            .iter_mut()
            .map(|replica| replica.engine.steps.take())
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
        while let Some(further) = self.due.get(next..).and_then(|due| position(due, now)) {
            let id = next + further;
            next = id + 1;
            self.advance(id, now, out);
            if self.wanted.events {
                let unheard = self.all[id].unheard.drain(..);
                let replica = ReplicaId(id as u32);
                self.news
                    .extend(unheard.map(|(at, event)| (replica, at, event)));
            }
            self.due[id] = self.all[id].engine.step_ends();
            if told(out) != before {
                return Some(next as u16);
            }
        }
        None
    }

    /// Network and API server pass a request on to its engine.
    fn dispatch(&mut self, attempt: Attempt, id: usize, now: VirtualTime, out: &mut Out) {
        let requests = &self.workload.requests;
        let prompt = requests[attempt.request as usize % requests.len()].prompt_tokens;
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
        let requests = &self.workload.requests;
        let request = &requests[attempt.request as usize % requests.len()];
        let (corpus, engine) = (&self.workload.corpus, &mut self.all[id].engine);
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
        engine.enqueue(corpus, sequence, now, &mut self.outputs);
        self.settled(id);
        self.report(id, out);
        self.plan_wake(id, out);
    }

    /// Runs an engine's steps up to now.
    fn advance(&mut self, id: usize, now: VirtualTime, out: &mut Out) {
        let replica = &mut self.all[id];
        if replica.engine.step_ends() > now || replica.trouble.hangs() {
            return;
        }
        let corpus = &self.workload.corpus;
        replica.engine.advance(corpus, now, &mut self.outputs);
        self.settled(id);
        self.report(id, out);
        let replica = &mut self.all[id];
        for batch in replica.engine.tokens.iter_mut().flat_map(|it| it.drain(..)) {
            out.tokens.push_back(batch);
            out.now(Message::Tokens);
        }
    }

    /// Notes what follows for the fleet from what an engine has become.
    fn settled(&mut self, id: usize) {
        let Replica {
            engine, unheard, ..
        } = &self.all[id];
        self.due[id] = match unheard.is_empty() {
            true => engine.step_ends(),
            false => VirtualTime::ZERO,
        };
        if self.wanted.loads {
            self.loads[id] = load(engine, self.wanted.at_step_ends);
            self.stepped = self.stepped.max(engine.step_end.at);
        }
    }

    /// Whether its engine tells a client of every token, which is to hear of those before anything else happens.
    fn tells_tokens(&self, id: usize) -> bool {
        self.all[id].engine.tokens.is_some()
    }

    fn plan_wake(&mut self, id: usize, out: &mut Out) {
        let replica = &mut self.all[id];
        let wake = replica.engine.wake();
        if wake < replica.wake && !replica.trouble.hangs() {
            replica.wake = wake;
            out.at(wake, Message::Wake(replica.life));
        }
    }

    /// Writes down what an engine has to tell.
    fn report(&mut self, id: usize, out: &mut Out) {
        let first_tokens = self.wanted.first_tokens;
        let (mut admitted, mut answered) = (Vec::new(), Vec::new());
        for output in self.outputs.drain(..) {
            match output {
                Output::Admitted(RequestId(request), at, admission) => {
                    out.fact(
                        at,
                        What::Admitted {
                            request,
                            hit_tokens: admission.hit_tokens,
                            hit_blocks: admission.hit_blocks,
                        },
                    );
                    if self.wanted.shared_caches {
                        admitted.push(request);
                    }
                }
                Output::FirstToken(RequestId(request), at) => {
                    out.fact(at, What::FirstToken { request });
                    if self.care.is_some() {
                        self.all[id].trouble.streams(request);
                    }
                    if first_tokens {
                        let number = self.numbers.get(&request).copied().unwrap_or(0);
                        out.at(at, Message::FirstLeft(Attempt { request, number }));
                    }
                }
                Output::Finished(RequestId(request), at) => {
                    out.detail(at, What::Finished { request });
                    let number = self.numbers.remove(&request).unwrap_or(0);
                    out.at(at, Message::Left(Attempt { request, number }));
                    if self.care.is_some() {
                        answered.push((request, at));
                    }
                }
                Output::Preempted(RequestId(request), at) => {
                    out.detail(at, What::Preempted { request });
                }
                Output::Readmitted(RequestId(request), at) => {
                    out.detail(at, What::Readmitted { request });
                }
                Output::Resumed(RequestId(request), at) => {
                    out.detail(at, What::Resumed { request });
                }
            }
        }
        for (request, at) in answered {
            self.has_answered(request, id, at, out);
        }
        if self.wanted.events || self.wanted.events_logged {
            self.take_events(id, out);
        }
        for request in admitted {
            let requests = &self.workload.requests;
            let prompt = requests[request as usize % requests.len()].prompt;
            self.share(id, prompt, out);
        }
    }

    /// What a replica has computed of a request when its response has left: all but the last token, which is never computed,
    /// so a block that ends with it is not cached.
    fn computed(&mut self, attempt: Attempt, id: usize, now: VirtualTime, out: &mut Out) {
        let requests = &self.workload.requests;
        let request = &requests[attempt.request as usize % requests.len()];
        let computed = u64::from(request.prompt_tokens) + u64::from(request.output_tokens) - 1;
        let full = computed / u64::from(self.all[id].spec.limits.block_size);
        let full = u32::try_from(full).unwrap_or(u32::MAX);
        let chain = self.workload.corpus.prefix(request.answered, full);
        for replica in &mut self.all {
            replica.engine.pool.clock = replica.engine.pool.clock.max(now);
        }
        self.share(id, chain, out);
    }

    /// Gives every replica but `id` what that one computes or has computed.
    fn share(&mut self, id: usize, computed: Chain, out: &mut Out) {
        let corpus = &self.workload.corpus;
        for (_, other) in (0..).zip(&mut self.all).filter(|(at, _)| *at != id) {
            let pool = &mut other.engine.pool;
            pool.refer(corpus, Chain::default(), computed, true);
            pool.release(corpus, computed);
        }
        if self.wanted.events_logged {
            for other in 0..self.all.len() {
                self.take_events(other, out);
            }
        }
    }

    /// Gives every replica what any begins with.
    fn share_warmth(&mut self, out: &mut Out) {
        let workload = Arc::clone(&self.workload);
        for request in &workload.requests {
            let pools = self.all.iter().map(|replica| &replica.engine.pool);
            let matched = pools.map(|pool| pool.matched(&workload.corpus, request.answered));
            let most = matched.zip(0usize..).max();
            if let Some((depth @ 1.., id)) = most {
                let chain = workload.corpus.prefix(request.answered, depth);
                self.share(id, chain, out);
            }
        }
    }

    /// Takes what a pool has stored and evicted.
    fn take_events(&mut self, id: usize, out: &mut Out) {
        let replica = &mut self.all[id];
        replica.engine.pool.drain_events(&mut self.heard);
        if self.wanted.events_logged {
            for &(at, event) in &self.heard {
                out.fact(at, logged(id as u16, event));
            }
        }
        if self.wanted.events {
            replica.unheard.append(&mut self.heard);
            if !replica.unheard.is_empty() {
                self.due[id] = VirtualTime::ZERO;
            }
        }
        self.heard.clear();
    }
}

/// The first that is due by now.
fn position(due: &[VirtualTime], now: VirtualTime) -> Option<usize> {
    due.iter().position(|&due| due <= now)
}

fn logged(replica: u16, event: PoolEvent) -> What {
    match event {
        PoolEvent::Stored { segment, from, to } => What::Stored {
            replica,
            segment,
            from,
            to,
        },
        PoolEvent::Removed { segment, from, to } => What::Evicted {
            replica,
            segment,
            from,
            to,
        },
    }
}
