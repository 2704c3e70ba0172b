//! The event loop.

mod client;
mod engines;
mod ever;
mod gate;
mod holders;
mod ladder;
mod losses;
mod routers;
mod routing;
mod set_up;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use super::arrivals::Schedule;
use super::client::PythonClient;
use super::record::{Mark, Outcome, Record, Refusals, Run, Work};
use crate::cache::CacheState;
use gate::Gate;
use ladder::Ladder;
use routers::Routers;

use crate::replica::{Engine, Output, Pool};
use crate::request::Request;
use crate::router::{Decision, PolicySpec};
use crate::units::{ReplicaId, VirtualTime};
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
    ladder: Ladder,
    events: BinaryHeap<Reverse<(VirtualTime, u64, Event)>>,
    order: u64,
    handled: u64,
    now: VirtualTime,
    routers: Routers,
    replicas: Vec<Replica>,
    records: Vec<Record>,
    marks: Option<Vec<Mark>>,
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
    watch: Option<Watch>,
    /// Where each request goes, if no policy is asked.
    routes: Option<Arc<[Option<ReplicaId>]>>,
}

/// One request's decision, looked at and perhaps overruled.
#[derive(Clone)]
struct Watch {
    request: u32,
    /// Where it goes, whatever the policy says.
    to: Option<ReplicaId>,
    seen: Option<Decided>,
}

/// A decision as it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// When.
    pub at: VirtualTime,
    /// By which router, counted from 0.
    pub router: u8,
    /// Whom the policy chose; `None`: it turned the request away.
    pub chosen: Option<ReplicaId>,
    /// The choice laid out, on what was known then.
    pub decision: Decision,
}

#[derive(Clone, Copy)]
struct Settings {
    block_size: u32,
    context: u32,
    concurrency: u32,
    in_flight_limit: u32,
    network: VirtualTime,
    api_request: VirtualTime,
    /// The way to the engine besides: of a request, and of a token of its prompt \[s\].
    front: VirtualTime,
    front_token_s: f64,
    api_token: VirtualTime,
    think: VirtualTime,
    prefill_s: f64,
    decode_s: f64,
}

impl Simulation {
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

    /// Replicas.
    pub fn replicas(&self) -> u32 {
        self.replicas.len() as u32
    }

    /// The policy.
    pub fn spec(&self) -> &PolicySpec {
        &self.spec
    }

    /// By replica: leading blocks of request `n`'s prompt that it holds now, whatever any router believes. Empty if there is
    /// no such request.
    pub fn held(&self, n: u32) -> Vec<u32> {
        let base = self.workload.requests.len().max(1);
        let Some(request) = self.workload.requests.get(n as usize % base) else {
            return Vec::new();
        };
        let pools = self.replicas.iter().map(|replica| &replica.engine.pool);
        pools
            .map(|pool| pool.matched(&self.workload.corpus, request.prompt))
            .collect()
    }

    /// Looks at the decision over one request, to be read with [`Self::watched`] once it has been made. With `to` it goes
    /// to that replica, whatever the policy says (one that there is not: as the policy says). The policy chooses all the
    /// same, so what it draws does not change.
    pub fn watch(&mut self, request: u32, to: Option<ReplicaId>) {
        self.watch = Some(Watch {
            request,
            to: to.filter(|replica| replica.index() < self.replicas.len()),
            seen: None,
        });
    }

    /// Sends every request where a run of the same scenario sent it, and asks no policy: the same run but for what routers
    /// believed, without the work of looking at the replicas and choosing.
    pub fn follow(&mut self, run: &Run) {
        let route = |record: &Record| {
            let sent = record.outcome != Outcome::Rejected;
            sent.then_some(ReplicaId(u32::from(record.replica)))
        };
        self.routes = Some(run.records.iter().map(route).collect());
    }

    /// The decision looked at; `None` before it was made.
    pub fn watched(&self) -> Option<&Decided> {
        self.watch.as_ref()?.seen.as_ref()
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

    /// What its caches hold; of a run that has not ended, without what is in use.
    pub fn caches(&self) -> CacheState {
        let pools = self.replicas.iter().map(|replica| &replica.engine.pool);
        CacheState::of(&self.workload, pools)
    }

    /// The result. What is still under way stays [`Outcome::Pending`].
    pub fn finish(mut self) -> Run {
        let stages = self.take_stages();
        let mut replicas = self.take_totals();
        let mut client_gaps = self.client.map(|(client, _)| client.gaps);
        let mut refusals = self.refusals;
        for stage in &stages {
            for (whole, part) in replicas.iter_mut().zip(&stage.replicas) {
                whole.merge(part);
            }
            if let (Some(whole), Some(part)) = (&mut client_gaps, &stage.client_gaps) {
                whole.merge(part);
            }
            refusals.merge(stage.refusals);
        }
        let pools = || self.replicas.iter().map(|replica| &replica.engine.pool);
        let work = Work {
            events: self.handled,
            touches: pools().map(Pool::touches).sum(),
            probes: pools().map(Pool::probes).sum(),
            looks: self.routers.looks(),
        };
        for (totals, replica) in replicas.iter_mut().zip(self.replicas) {
            totals.steps = replica.engine.steps;
        }
        Run {
            work,
            replicas,
            policy: self.spec,
            seed: self.seed,
            records: self.records,
            marks: self.marks,
            refusals,
            client_gaps,
            end: self.now,
            stages,
            stage_of: self.schedule.stage_of.as_slice().into(),
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
        let due = self.next_start();
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
        self.handled += 1;
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
}
