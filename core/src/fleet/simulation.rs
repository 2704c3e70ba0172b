//! The event loop.

mod routing;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use super::arrivals::{LAST, Schedule};
use super::client::{Act, Chunks, PythonClient};
use super::record::{Outcome, Record, Refusals, ReplicaTotals, Run};
use super::warm;
use routing::Routers;

use crate::limit::{Limiter, Retry, Verdict};
use crate::replica::{Engine, Limits, Output, Pool, Sequence, Timing};
use crate::request::{Arrival, Request};
use crate::rng::Rng;
use crate::router::{PolicySpec, Speed};
use crate::scenario::{Client, Scenario, ScenarioError, TimingChoice, Warm};
use crate::units::{Map, RequestId, VirtualTime};
use crate::workload::Workload;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A request is due at the client.
    Due(u32),
    /// A request reaches the engine of its replica.
    Reach(u32),
    /// A replica may have something to say.
    Wake(u32),
    /// A response has left its replica.
    Left(u32),
    /// The client has a response.
    Answered(u32),
    /// The client's event loop turns.
    Turn,
    /// A request leaves the client's event loop.
    Post(u32),
    /// A refused request tries again.
    Again(u32),
    /// A first token has left its replica, and the router wants to know.
    First(u32),
    /// The engines' load is collected.
    Poll,
}

#[derive(Clone)]
struct Replica {
    engine: Engine,
    /// The earliest wake-up under way.
    wake: VirtualTime,
    /// When the API server has handled what came before.
    api_ready: VirtualTime,
    requests: u32,
}

/// One policy over one workload, in virtual time.
#[derive(Clone)]
pub struct Simulation {
    workload: Arc<Workload>,
    spec: PolicySpec,
    seed: u64,
    count: u32,
    schedule: Arc<Schedule>,
    /// How many of the schedule's starts have been put on the heap.
    started: usize,
    events: BinaryHeap<Reverse<(VirtualTime, u64, Event)>>,
    order: u64,
    now: VirtualTime,
    routers: Routers,
    replicas: Vec<Replica>,
    records: Vec<Record>,
    /// Requests past the client's cap, and those that wait for it.
    under_way: u32,
    held: VecDeque<u32>,
    in_flight: u32,
    concluded: u32,
    outputs: Vec<Output>,
    settings: Settings,
    gate: Option<Gate>,
    refusals: Refusals,
    /// A client that takes its own time, and when its loop turns next.
    client: Option<(PythonClient, VirtualTime)>,
}

/// The rate limiter in front of the router, and what refused clients do.
#[derive(Clone)]
struct Gate {
    limiter: Limiter,
    keys: u32,
    retry: Retry,
    jitter: Rng,
    /// Retries so far of requests that were refused and have not given up.
    retries: Map<u32, u32>,
}

#[derive(Clone, Copy)]
struct Settings {
    block_size: u32,
    context: u32,
    concurrency: u32,
    in_flight_limit: u32,
    network: VirtualTime,
    api_request: VirtualTime,
    api_token: VirtualTime,
    think: VirtualTime,
    prefill_s: f64,
    decode_s: f64,
}

impl Simulation {
    /// Puts the fleet together. `keep_steps`: record every engine step, for drawing.
    pub fn new(
        scenario: &Scenario,
        spec: &PolicySpec,
        workload: Arc<Workload>,
        seed: u64,
        keep_steps: bool,
    ) -> Result<Self, ScenarioError> {
        let count = scenario
            .requests
            .unwrap_or(workload.count)
            .min(workload.count);
        let schedule = Schedule::new(scenario, &workload, count, seed)?;
        let roofline = scenario.roofline();
        let efficiency = *roofline.efficiency();
        let modelled = scenario.timing == TimingChoice::Roofline;
        let seconds = |s: f64| {
            if modelled {
                VirtualTime::from_secs(s)
            } else {
                VirtualTime::ZERO
            }
        };
        let limits = Limits {
            sequences: scenario.max_seqs,
            batch_tokens: scenario.batch_tokens,
            block_size: scenario.block_size,
            preallocate: if modelled {
                efficiency.preallocate_blocks
            } else {
                0
            },
        };
        let settings = Settings {
            block_size: scenario.block_size,
            context: scenario.context_tokens(),
            concurrency: scenario.concurrency.unwrap_or(u32::MAX),
            in_flight_limit: scenario.in_flight_limit.unwrap_or(u32::MAX),
            network: seconds(efficiency.network_s),
            api_request: seconds(efficiency.api_request_s),
            api_token: seconds(efficiency.api_token_s),
            think: VirtualTime::from_secs(scenario.think_s),
            // Under Dynamo's curves: the linear term of prefill, and the decode floor over a full batch.
            prefill_s: if modelled {
                roofline.prefill_seconds_per_token()
            } else {
                1.518344e-5
            },
            decode_s: if modelled {
                roofline.decode_seconds_per_token(scenario.max_seqs)
            } else {
                5.74e-3 / f64::from(scenario.max_seqs)
            },
        };
        let speed = if modelled {
            Speed::of(&roofline, scenario.max_seqs)
        } else {
            Speed {
                prefill_s: settings.prefill_s,
                step_s: 5.74e-3,
                sequence_s: 0.0,
            }
        };
        let timing = if modelled {
            Timing::Roofline(roofline)
        } else {
            Timing::Dynamo
        };
        let mut routers = Routers::new(scenario, spec, seed, speed, &workload.corpus);
        let replica = Replica {
            engine: Engine::new(
                timing,
                limits,
                Pool::new(
                    if routers.remember_everything() {
                        u32::MAX
                    } else {
                        scenario.pool_blocks()
                    },
                    routers.wants_events(),
                ),
                settings.api_token,
                keep_steps,
            ),
            wake: VirtualTime::NEVER,
            api_ready: VirtualTime::ZERO,
            requests: 0,
        };
        let mut replicas = vec![replica; scenario.replicas as usize];
        if let Warm::Random(rounds) = scenario.warm {
            let mut pools: Vec<&mut Pool> = replicas
                .iter_mut()
                .map(|replica| &mut replica.engine.pool)
                .collect();
            warm::route_at_random(&workload, &mut pools, rounds, seed);
            routers.warmed(&workload);
        }
        let costs = match scenario.client {
            Client::Free => None,
            Client::Python => scenario.client_costs(),
        };
        let client = costs.map(|costs| {
            for replica in &mut replicas {
                replica.engine.tokens = Some(Vec::new());
            }
            (
                PythonClient::new(
                    costs,
                    settings.network,
                    settings.concurrency,
                    count as usize,
                ),
                VirtualTime::NEVER,
            )
        });
        let mut simulation = Self {
            spec: spec.clone(),
            seed,
            count,
            schedule: Arc::new(schedule),
            started: 0,
            events: BinaryHeap::new(),
            order: 0,
            now: VirtualTime::ZERO,
            routers,
            replicas,
            records: vec![Record::default(); count as usize],
            under_way: 0,
            held: VecDeque::new(),
            in_flight: 0,
            concluded: 0,
            outputs: Vec::new(),
            settings,
            gate: scenario.tier.map(|tier| Gate {
                limiter: Limiter::new(tier.limits()),
                keys: scenario.keys,
                retry: Retry {
                    most_retries: scenario.retries,
                    ..Retry::default()
                },
                jitter: Rng::new(seed, "retry"),
                retries: Map::default(),
            }),
            refusals: Refusals::default(),
            workload,
            client,
        };
        if simulation.client.is_some() {
            // It creates the requests itself, from the schedule.
            simulation.started = simulation.schedule.starts.len();
            simulation.schedule_turn();
        }
        Ok(simulation)
    }

    /// Requests that have come to an end, and all there are.
    pub fn progress(&self) -> (u32, u32) {
        (self.concluded, self.count)
    }

    /// The virtual time reached.
    pub fn now(&self) -> VirtualTime {
        self.now
    }

    /// The records so far.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Handles up to `events` events; `false` when there are none left.
    pub fn run(&mut self, events: u32) -> bool {
        for _ in 0..events {
            if !self.step() {
                return false;
            }
        }
        true
    }

    /// The result. What is still under way stays [`Outcome::Pending`].
    pub fn finish(mut self) -> Run {
        let settings = self.settings;
        let replicas = self.replicas.drain(..).map(|replica| {
            let Replica {
                engine, requests, ..
            } = replica;
            ReplicaTotals {
                requests,
                pool_blocks: engine.pool.capacity(),
                evicted_blocks: engine.pool.evicted(),
                work_s: engine.tally.prefilled_tokens as f64 * settings.prefill_s
                    + engine.tally.generated_tokens as f64 * settings.decode_s,
                steps: engine.steps,
                tally: engine.tally,
            }
        });
        Run {
            replicas: replicas.collect(),
            policy: self.spec,
            seed: self.seed,
            records: self.records,
            refusals: self.refusals,
            client_gaps: self.client.map(|(client, _)| client.gaps),
            end: self.now,
        }
    }

    fn request(&self, n: u32) -> &Request {
        &self.workload.requests[n as usize % self.workload.requests.len()]
    }

    fn push(&mut self, at: VirtualTime, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at, self.order, event)));
    }

    fn step(&mut self) -> bool {
        // The schedule is in order, so it is merged in rather than held on the heap.
        let due = self.schedule.starts.get(self.started).copied();
        let heap = self.events.peek().map(|Reverse((at, ..))| *at);
        let (at, event) = match (due, heap) {
            (Some((at, n)), heap) if heap.is_none_or(|heap| at <= heap) => {
                self.started += 1;
                (at, Event::Due(n))
            }
            _ => match self.events.pop() {
                Some(Reverse((at, _, event))) => (at, event),
                None => return false,
            },
        };
        debug_assert!(at >= self.now, "time runs back");
        self.now = at;
        match event {
            Event::Due(n) => self.due(n),
            Event::Reach(n) => self.reach(n),
            Event::Wake(id) => self.wake(id),
            Event::Left(n) => self.left(n),
            Event::Answered(n) => self.answered(n),
            Event::Turn => self.turn(),
            Event::Post(n) => self.send(n),
            Event::Again(n) => self.knock(n),
            Event::First(n) => self.first(n),
            Event::Poll => self.poll(),
        }
        true
    }

    fn due(&mut self, n: u32) {
        if let Some((client, _)) = &mut self.client {
            client.begin(n, self.now, &mut self.records);
            return self.schedule_turn();
        }
        self.records[n as usize].due = self.now;
        if self.under_way >= self.settings.concurrency {
            self.held.push_back(n);
        } else {
            self.send(n);
            self.send_held();
        }
    }

    /// Sends what waits for the cap, as far as it allows; what is refused at once makes room for the next.
    fn send_held(&mut self) {
        while self.client.is_none()
            && self.under_way < self.settings.concurrency
            && let Some(n) = self.held.pop_front()
        {
            self.send(n);
        }
    }

    fn send(&mut self, n: u32) {
        self.under_way += 1;
        if self.client.is_none() {
            self.records[n as usize].sent = self.now;
        }
        let request = self.request(n);
        if u64::from(request.prompt_tokens) + u64::from(request.output_tokens)
            > u64::from(self.settings.context)
        {
            self.refuse(n, Outcome::Rejected);
        } else {
            self.knock(n);
        }
    }

    /// Asks the rate limiter, then the router.
    fn knock(&mut self, n: u32) {
        let request = self.request(n);
        let (conversation, tokens) = (request.conversation, request.prompt_tokens);
        if let Some(gate) = &mut self.gate {
            // FakeAI estimates a request's tokens from its size, and never below 100.
            let verdict = gate
                .limiter
                .check(conversation % gate.keys, tokens.max(100), self.now);
            if let Verdict::Refused { retry_after } = verdict {
                self.refusals.refused += 1;
                let retries = gate.retries.entry(n).or_default();
                match gate
                    .retry
                    .wait(*retries, Some(retry_after), &mut gate.jitter)
                {
                    Some(wait) => {
                        *retries += 1;
                        self.refusals.retried += 1;
                        self.push(self.now + wait, Event::Again(n));
                    }
                    None => {
                        gate.retries.remove(&n);
                        self.refusals.given_up += 1;
                        self.refuse(n, Outcome::Rejected);
                        self.send_held();
                    }
                }
                return;
            }
        }
        if self.in_flight >= self.settings.in_flight_limit {
            self.refuse(n, Outcome::Failed);
        } else {
            self.route(n);
        }
    }

    fn refuse(&mut self, n: u32, outcome: Outcome) {
        self.conclude(n, outcome);
        if let Some((client, _)) = &mut self.client {
            client.refuse(self.now);
            self.schedule_turn();
        }
    }

    /// One turn of the client's event loop.
    fn turn(&mut self) {
        let Some((client, at)) = &mut self.client else {
            return;
        };
        if *at != self.now {
            return; // an earlier turn took its place
        }
        *at = VirtualTime::NEVER;
        let requests = &self.workload.requests;
        let output = |n: u32| requests[n as usize % requests.len()].output_tokens.max(1);
        client.turn(self.now, &self.schedule.starts, &mut self.records, output);
        let mut acts = core::mem::take(&mut client.acts);
        for act in acts.drain(..) {
            match act {
                Act::Post(n, at) => self.push(at, Event::Post(n)),
                Act::Answered(n, at) => self.push(at, Event::Answered(n)),
            }
        }
        if let Some((client, _)) = &mut self.client {
            client.acts = acts;
        }
        self.schedule_turn();
    }

    fn schedule_turn(&mut self) {
        let Some((client, at)) = &mut self.client else {
            return;
        };
        let next = client.next_turn();
        if next < *at {
            *at = next;
            self.push(next, Event::Turn);
        }
    }

    /// Network and API server pass a routed request on to its engine.
    fn dispatch(&mut self, n: u32) {
        let id = usize::from(self.records[n as usize].replica);
        self.in_flight += 1;
        let (now, settings) = (self.now, self.settings);
        let there = &mut self.replicas[id];
        there.requests += 1;
        let arrived = now + settings.network;
        there.api_ready = there.api_ready.max(arrived) + settings.api_request;
        let at = there.api_ready + settings.api_request;
        if at == now {
            self.reach(n)
        } else {
            self.push(at, Event::Reach(n))
        }
    }

    fn reach(&mut self, n: u32) {
        let id = usize::from(self.records[n as usize].replica);
        self.advance(id);
        self.remember(n, id);
        let workload = Arc::clone(&self.workload);
        let request = self.request(n);
        let sequence = Sequence {
            request: RequestId(n),
            prompt_tokens: request.prompt_tokens.max(1),
            output_tokens: request.output_tokens.max(1),
            prompt: request.prompt,
            answered: request.answered,
        };
        let mut outputs = core::mem::take(&mut self.outputs);
        self.replicas[id]
            .engine
            .enqueue(&workload.corpus, sequence, self.now, &mut outputs);
        self.outputs = outputs;
        self.report();
        self.schedule_wake(id);
    }

    fn wake(&mut self, id: u32) {
        let id = id as usize;
        if self.replicas[id].wake != self.now {
            return; // an earlier wake-up took its place
        }
        self.replicas[id].wake = VirtualTime::NEVER;
        self.advance(id);
        self.schedule_wake(id);
    }

    fn advance(&mut self, id: usize) {
        let workload = Arc::clone(&self.workload);
        let mut outputs = core::mem::take(&mut self.outputs);
        self.replicas[id]
            .engine
            .advance(&workload.corpus, self.now, &mut outputs);
        self.outputs = outputs;
        self.report();
        self.note_step(id);
        self.deliver(id);
    }

    /// Hands a step's tokens to a client that takes them one by one.
    fn deliver(&mut self, id: usize) {
        let Some((client, _)) = &mut self.client else {
            return;
        };
        let Some(tokens) = &mut self.replicas[id].engine.tokens else {
            return;
        };
        if tokens.is_empty() {
            return;
        }
        for batch in tokens.drain(..) {
            client.deliver(Chunks {
                base: batch.base,
                each: self.settings.api_token,
                requests: batch.requests,
                sent: 0,
            });
        }
        self.schedule_turn();
    }

    fn schedule_wake(&mut self, id: usize) {
        let wake = self.replicas[id].engine.wake();
        if wake < self.replicas[id].wake {
            self.replicas[id].wake = wake;
            self.push(wake, Event::Wake(id as u32));
        }
    }

    fn report(&mut self) {
        let outputs = core::mem::take(&mut self.outputs);
        let network = self.settings.network;
        for output in &outputs {
            match *output {
                Output::Admitted(request, _, admission) => {
                    let record = &mut self.records[request.index()];
                    record.hit_tokens = admission.hit_tokens;
                    record.hit_blocks = admission.hit_blocks;
                    self.account(request.0);
                }
                Output::FirstToken(request, at) => {
                    self.records[request.index()].first_token = at + network;
                    if self.routers.wants_first_tokens() {
                        self.push(at, Event::First(request.0));
                    }
                }
                Output::Finished(request, at) => self.push(at, Event::Left(request.0)),
                Output::Preempted(..) => {}
            }
        }
        self.outputs = outputs;
        self.outputs.clear();
    }

    fn left(&mut self, n: u32) {
        self.finished(n);
        self.in_flight -= 1;
        if self.client.is_none() {
            self.push(self.now + self.settings.network, Event::Answered(n));
        }
    }

    fn answered(&mut self, n: u32) {
        if self.client.is_none() {
            self.records[n as usize].done = self.now;
        }
        self.conclude(n, Outcome::Completed);
        self.send_held();
    }

    /// Ends a request at the client; its conversation goes on.
    fn conclude(&mut self, n: u32, outcome: Outcome) {
        self.records[n as usize].outcome = outcome;
        self.concluded += 1;
        self.under_way -= 1;
        let len = self.workload.requests.len() as u32;
        let turn = self.schedule.next[(n % len) as usize];
        if turn != LAST && n - n % len + turn < self.count {
            let pause = match self.workload.requests[turn as usize].arrival {
                Arrival::AfterPrevious(Some(gap)) => gap,
                _ => self.settings.think,
            };
            self.push(self.now + pause, Event::Due(n - n % len + turn));
        }
    }
}
