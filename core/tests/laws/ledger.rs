//! What a router has on its account is what it has sent and what has not come back (I-26).
//!
//! The account is kept a little at a time, as requests go and come. Here it is made anew from the run's log after every
//! event: every request a router has sent somewhere that has neither left nor broken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use warmpath_core::fleet::{Fact, Simulation, What};
use warmpath_core::request::Request;
use warmpath_core::router::{Ask, Instance, Signals};
use warmpath_core::scenario::life::Verb;
use warmpath_core::units::{ReplicaId, VirtualTime};

use super::whole::Ready;

/// A request under way.
#[derive(Clone)]
struct Open {
    replica: u16,
    /// Prompt tokens that the router did not believe there.
    uncached: u64,
    /// When its first token left the replica.
    first: Option<VirtualTime>,
}

/// What routers have sent, told from the log.
struct Naive<'a> {
    ready: &'a Ready,
    /// By router, then by request.
    open: Vec<BTreeMap<u32, Open>>,
    /// Failed tries that a router goes on counting until their request has ended: by router, request and replica.
    kept: Vec<Vec<(u32, u16)>>,
    keeps: bool,
    /// By router and replica.
    sent: Vec<Vec<u32>>,
    /// Something has happened since all was compared.
    changed: bool,
}

impl<'a> Naive<'a> {
    fn new(ready: &'a Ready, routers: usize, replicas: usize) -> Self {
        Self {
            ready,
            open: vec![BTreeMap::new(); routers],
            kept: vec![Vec::new(); routers],
            keeps: ready.scenario.troubles.health.preset.keeps_failed,
            sent: vec![vec![0; replicas]; routers],
            changed: true,
        }
    }

    fn request(&self, n: u32) -> &'a Request {
        let requests = &self.ready.workload.requests;
        &requests[n as usize % requests.len()]
    }

    fn ask(&self, n: u32) -> Ask<'a> {
        let request = self.request(n);
        let output = request.max_tokens.unwrap_or(100);
        let size = self.ready.scenario.block_size;
        Ask::new(request, &self.ready.workload.corpus, size, output)
    }

    /// Takes in a fact; `next` is what follows from it, if anything does.
    fn apply(&mut self, fact: &Fact, next: Option<&Fact>) {
        self.changed |= !matches!(fact.what, What::Stored { .. } | What::Evicted { .. });
        match fact.what {
            What::Routed {
                request,
                replica,
                router,
                belief,
            } => {
                let overlap = belief.map_or(0, |belief| belief.chosen);
                let open = Open {
                    replica,
                    uncached: u64::from(self.ask(request).uncached_tokens(overlap)),
                    first: None,
                };
                self.open[usize::from(router)].insert(request, open);
                self.sent[usize::from(router)][usize::from(replica)] += 1;
            }
            What::FirstToken { request } => {
                for open in &mut self.open {
                    if let Some(open) = open.get_mut(&request) {
                        open.first = Some(fact.at);
                    }
                }
            }
            What::Left { request } => {
                self.open
                    .iter_mut()
                    .for_each(|open| _ = open.remove(&request));
                self.ended(request);
            }
            What::Broke {
                request, replica, ..
            } => {
                let again = |next: &Fact| matches!(next.what, What::Again { request: again, router: true } if again == request);
                for router in 0..self.open.len() {
                    if self.open[router].remove(&request).is_some() && self.keeps {
                        self.kept[router].push((request, replica));
                    }
                }
                if !next.is_some_and(again) {
                    self.ended(request);
                }
            }
            What::Event {
                event,
                whom,
                router: true,
            } => {
                let event = self
                    .ready
                    .scenario
                    .troubles
                    .events
                    .all
                    .get(usize::from(event));
                let snapshot = event.map(|event| event.verb);
                if snapshot != Some(Verb::RestartRouter { snapshot: true }) {
                    let router = usize::from(whom);
                    self.open[router].clear();
                    self.kept[router].clear();
                    self.sent[router].fill(0);
                }
            }
            _ => {}
        }
    }

    fn ended(&mut self, request: u32) {
        for kept in &mut self.kept {
            kept.retain(|&(other, _)| other != request);
        }
    }

    /// What a router's account must say of a replica at this moment; `blocks`: of blocks as well.
    fn must(&self, router: usize, replica: u16, now: VirtualTime, blocks: bool) -> Signals {
        let here = self.open[router].iter();
        let here = here.filter(|(_, open)| open.replica == replica);
        let kept = self.kept[router].iter().filter(|(_, at)| *at == replica);
        let mut must = Signals {
            active: kept.count() as u32,
            sent: self.sent[router][usize::from(replica)],
            ..Signals::default()
        };
        let mut ids = BTreeSet::new();
        for (&n, open) in here {
            if blocks {
                let corpus = &self.ready.workload.corpus;
                let mut prompt = Vec::new();
                corpus.ids(self.request(n).prompt, &mut prompt);
                ids.extend(prompt);
            }
            let ask = self.ask(n);
            must.active += 1;
            must.tokens += u64::from(ask.request.prompt_tokens) + u64::from(ask.estimated_output);
            if open.first.is_none_or(|at| at > now) {
                must.prefill_tokens += open.uncached;
            }
        }
        must.active_blocks = ids.len() as u32;
        must
    }
}

/// Whether an account says what it must. `quiet`: nothing more happens at that moment, so first tokens have been told.
fn agree(router: &Instance, there: &Signals, must: &Signals, quiet: bool) -> bool {
    let reads = router.reads();
    let keeps = reads.ledger || reads.replies;
    must.active == there.active
        && must.sent == there.sent
        && (!keeps || must.tokens == there.tokens)
        && (!keeps || !quiet || must.prefill_tokens == there.prefill_tokens)
        && (!reads.blocks || must.active_blocks == there.active_blocks)
}

/// Compares what each router has on its account with the same made anew from the log, after every event of a run.
pub(crate) fn is_what_is_open(ready: &Ready) -> Result<(), String> {
    for policy in &ready.scenario.policies {
        let (scenario, workload) = (&ready.scenario, Arc::clone(&ready.workload));
        let simulation = Simulation::new(scenario, policy, workload, scenario.seed, true);
        let Ok(mut simulation) = simulation else {
            continue;
        };
        along(ready, &mut simulation).map_err(|why| format!("{policy}: {why}"))?;
        for router in simulation.routers() {
            let idle = |it: &Signals| {
                (it.active, it.active_blocks, it.tokens, it.prefill_tokens) == (0, 0, 0, 0)
            };
            if let Some(there) = rows(router).iter().find(|it| !idle(it)) {
                return Err(format!("{policy}: at the end a router has {there:?}"));
            }
        }
    }
    Ok(())
}

fn along(ready: &Ready, simulation: &mut Simulation) -> Result<(), String> {
    let routers = simulation.routers().len();
    let mut naive = Naive::new(ready, routers, simulation.replicas() as usize);
    let mut seen = 0;
    loop {
        let now = simulation.now();
        let before = (naive.changed).then(|| accounts(simulation));
        let goes_on = simulation.run(1);
        if let Some(before) = before
            && (!goes_on || simulation.now() > now)
        {
            compare(&naive, simulation, &before, now, true)?;
            naive.changed = false;
        }
        let log = simulation.log().unwrap_or_default();
        let count = log.len();
        for at in seen..count {
            // Between a failure and the next try a breaker may open.
            let opens = |fact: &&Fact| matches!(fact.what, What::BreakerOpened { .. });
            let next = log[at + 1..].iter().find(|fact| !opens(fact));
            naive.apply(&log[at], next);
        }
        if naive.changed && seen < count {
            compare(
                &naive,
                simulation,
                &accounts(simulation),
                simulation.now(),
                false,
            )?;
        }
        seen = count;
        if !goes_on {
            return Ok(());
        }
    }
}

fn accounts(simulation: &Simulation) -> Vec<Vec<Signals>> {
    let routers = simulation.routers().iter();
    routers.map(rows).collect()
}

/// What a router knows of each replica.
fn rows(router: &Instance) -> Vec<Signals> {
    let replicas = router.overlaps().len() as u32;
    let row = |n| router.signals().row(ReplicaId(n));
    (0..replicas).map(row).collect()
}

fn compare(
    naive: &Naive<'_>,
    simulation: &Simulation,
    accounts: &[Vec<Signals>],
    now: VirtualTime,
    quiet: bool,
) -> Result<(), String> {
    for (number, (router, signals)) in simulation.routers().iter().zip(accounts).enumerate() {
        for (replica, there) in (0..).zip(signals) {
            let must = naive.must(number, replica, now, router.reads().blocks);
            if !agree(router, there, &must, quiet) {
                return Err(format!(
                    "at {} ns router {number} has of replica {replica}\n{there:?}, but open are\n{must:?}",
                    now.0
                ));
            }
        }
    }
    Ok(())
}
