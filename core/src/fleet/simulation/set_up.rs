//! Building a fleet's parts from a scenario.

use std::sync::Arc;

use super::Simulation;
use crate::cache::CacheState;
use crate::fleet::client::python::PythonLoop;
use crate::fleet::client::schedule::Schedule;
use crate::fleet::client::{Cap, Client, Habits, Patience, Sending};
use crate::fleet::fact::What;
use crate::fleet::fold::line::LineFold;
use crate::fleet::fold::lives::LivesFold;
use crate::fleet::fold::losses::Losses;
use crate::fleet::fold::record::Records;
use crate::fleet::fold::scaling::ScalingFold;
use crate::fleet::front::{self, Front};
use crate::fleet::gate::{Answers, Bounds, Connections, Endpoint, Gate, Tier};
use crate::fleet::log::{Keep, Log};
use crate::fleet::out::Out;
use crate::fleet::queue::Queue;
use crate::fleet::replicas::spec::{ReplicaSpec, Role, start_s};
use crate::fleet::replicas::{Replica, Replicas, WantedReports, trouble, warm};
use crate::fleet::scaler::Scaler;
use crate::limit::{Limiter, Retry};
use crate::replica::calibration::ClientCosts;
use crate::replica::terms::Switch;
use crate::replica::{Engine, Limits, Pool, Timing};
use crate::request::Chain;
use crate::rng::Rng;
use crate::router::{Instance, PolicySpec, Speed};
use crate::scenario::entrance::Groups;
use crate::scenario::{self, Admit, Scenario, ScenarioError, TimingChoice, Warm};
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;

impl Simulation {
    /// Builds the simulation of one policy and seed. `keep`: what is kept besides what a report needs; `true`: everything.
    ///
    /// # Errors
    /// What of the scenario does not go with the workload.
    pub fn new(
        scenario: &Scenario,
        spec: &PolicySpec,
        workload: Arc<Workload>,
        seed: u64,
        keep: impl Into<Keep>,
    ) -> Result<Self, ScenarioError> {
        let asked = keep.into();
        let keep = asked == Keep::Log;
        scenario.ready()?;
        let count = scenario
            .requests
            .unwrap_or(workload.count)
            .min(workload.count);
        let schedule = Arc::new(Schedule::new(scenario, &workload, count, seed)?);
        let kinds = kinds(scenario, &workload);
        let replica = Arc::clone(&kinds[0].0);
        let routers = routers(scenario, spec, &kinds, seed);
        let endless = routers.iter().any(Instance::remembers_everything);
        let groups = Arc::new(Groups::deal(
            &scenario.entrance.tenants,
            &scenario.entrance.classes,
            &workload,
            seed,
        ));
        let lined = scenario.entrance.has_line();
        let line = front::Attendant::new(scenario, &groups);
        let care = front::Care::new(scenario, seed, &routers);
        let mut front = Front::new(
            Arc::clone(&workload),
            scenario.block_size,
            routers,
            scenario.load_age,
            scenario.replicas_ever() as u16,
            care,
            line,
        );
        let left = left_before(scenario, &workload)?;
        // What the routers of an earlier run remember goes to the routers of the same numbers, so there must be as many.
        let diary = left.and_then(CacheState::diary);
        if let Some(diary) = diary.filter(|it| u32::from(it.routers) == scenario.routers) {
            front.resume(diary);
        }
        let wanted = WantedReports {
            events: front.wants_events(),
            events_logged: keep,
            first_tokens: front.wants_first_tokens(),
            loads: front.reads_engines() || front.gauges(),
            at_step_ends: scenario.load_age.at_step_ends,
            shared_caches: endless,
        };
        let costs = match scenario.client {
            scenario::Client::Free => None,
            scenario::Client::Python => scenario.client_costs(),
        };

        let ever = scenario.replicas_ever();
        let of_kind = |replica: u32| &kinds[scenario.kind_of(replica)];
        let pool = |replica: u32| {
            let blocks = match endless {
                true => u32::MAX,
                false => of_kind(replica).0.pool_blocks,
            };
            Pool::new(blocks, wanted.events || keep)
        };
        let mut pools: Vec<Pool> = (0..ever).map(pool).collect();
        let cacheless = scenario.off.has(Switch::PrefixCache);
        let (size, replicas) = (scenario.block_size, ever);
        let mut losses = Losses::new(Arc::clone(&workload), size, replicas, (cacheless, endless));
        if !cacheless {
            let cached = |chain| losses.cached(chain);
            let at_first = &mut pools[..scenario.replicas as usize];
            warm((scenario, left), &workload, at_first, seed, cached);
        }
        for (id, pool) in pools.iter().enumerate() {
            losses.begins_with(pool, id);
        }

        let mut out = Out::new(asked >= Keep::Stays);
        let all = (0..).zip(pools).map(|(number, pool)| {
            let kind = &of_kind(number.into()).0;
            let born = Replica::new(number, Arc::clone(kind));
            let engine = kind.engine(pool, keep, costs.is_some());
            match u32::from(number) < scenario.replicas {
                true => (born, engine),
                false => (born.absent(), engine),
            }
        });
        let all: (Vec<Replica>, Vec<Engine>) = all.unzip();
        let queue = Queue::new(all.0.len());
        let care = trouble::care::Care::new(scenario, seed, start_span(scenario), &mut out);
        let troubled = care.is_some();
        let mut replicas = Replicas::new(Arc::clone(&workload), all, wanted, care, &mut out);
        front.begins_with(replicas.first_news());
        let scaler = Scaler::new(scenario, seed, &mut out).map(Box::new);
        let scaling = scenario.records_replica_counts().then(ScalingFold::default);
        if scaling.is_some() && scaler.is_none() {
            count_as_set(scenario, &mut out);
        }
        let gate = gate(
            scenario,
            &workload,
            (&replica, ever as u16),
            &groups,
            costs.is_some(),
        );
        let records = Records::new(count, replica.network, costs.is_some());
        let lives = LivesFold::new(Arc::clone(&workload), scenario, ever as usize);
        let lives = troubled.then_some(lives);
        let by_group = scenario.entrance.any() || !workload.labels.is_empty();
        let line = by_group.then(|| LineFold::new(Arc::clone(&workload), groups));
        let impatient = troubled || scenario.entrance.connections.is_some();
        let client = Client::new(
            Arc::clone(&workload),
            schedule,
            kind(scenario, costs, &replica, count),
            habits(scenario, impatient, seed, count),
            &mut out,
        );
        let mut simulation = Self {
            workload,
            spec: spec.clone(),
            seed,
            queue,
            client,
            gate,
            front,
            replicas,
            log: Log::new(records, losses, (lives, scaling), line, (count, asked)),
            scaler,
            troubled,
            lined,
            out,
        };
        simulation.carry();
        Ok(simulation)
    }
}

/// The routers, each knowing how large and how fast the replicas are that there may ever be.
fn routers(
    scenario: &Scenario,
    spec: &PolicySpec,
    kinds: &[(Arc<ReplicaSpec>, Speed)],
    seed: u64,
) -> Vec<Instance> {
    let pool = scenario.pool_blocks();
    let replicas = (scenario.replicas_ever(), scenario.replicas);
    let router = |number| {
        let size = scenario.block_size;
        let router = Instance::new(spec, replicas, pool, size, kinds[0].1, (seed, number));
        if kinds.len() == 1 {
            return router;
        }
        let each = || (0..replicas.0).map(|replica| &kinds[scenario.kind_of(replica)]);
        let rooms: Vec<u32> = each().map(|(spec, _)| spec.pool_blocks).collect();
        router.among(&rooms, each().map(|(_, speed)| *speed).collect())
    };
    (0..scenario.routers).map(router).collect()
}

/// What an earlier run left in the caches, if the scenario begins with that; an error if it does not go with the workload.
fn left_before<'a>(
    scenario: &'a Scenario,
    workload: &Workload,
) -> Result<Option<&'a CacheState>, ScenarioError> {
    let left = scenario.left_before();
    if let (Some(state), Warm::Left(file)) = (left, &scenario.warm) {
        let checked = state.check(workload, (scenario.replicas, scenario.replicas_ever()));
        checked.map_err(|source| ScenarioError::Cache {
            name: file.name().to_owned(),
            source,
        })?;
    }
    Ok(left)
}

/// Notes that as many replicas as the scenario sets are wanted, paid and ready, where they are counted and no autoscaler says how
/// many.
fn count_as_set(scenario: &Scenario, out: &mut Out) {
    let there = scenario.replicas;
    out.fact(VirtualTime::ZERO, What::Wanted { wanted: there });
    let (paid, ready) = (there as u16, there as u16);
    out.fact(VirtualTime::ZERO, What::ReplicasCounted { paid, ready });
}

/// How the client of `count` requests thinks and tries again; only an impatient one tries again after a broken connection.
fn habits(scenario: &Scenario, impatient: bool, seed: u64, count: u32) -> Habits {
    Habits {
        think: VirtualTime::from_secs(scenario.think_s),
        retry: Retry {
            most_retries: scenario.retries,
            ..Retry::default()
        },
        jitter: Rng::new(seed, "retry"),
        patience: impatient.then(|| Patience {
            most_retries: scenario.troubles.client_retries(),
            jitter: Rng::new(seed, "client-retry"),
            tried: Map::default(),
        }),
        count,
    }
}

/// The time from the beginning of a replica's start until it is ready.
fn start_span(scenario: &Scenario) -> VirtualTime {
    let own = scenario.autoscale.as_ref().and_then(|it| it.start_s);
    if let Some(seconds) = own {
        return VirtualTime::from_secs(seconds);
    }
    let parts = start_s(scenario.model);
    VirtualTime::from_secs(parts.iter().map(|(_, seconds)| seconds).sum())
}

/// The replicas of each kind, and how fast they are, in the order of the scenario's kinds. The network to them is the same for all,
/// as it does not depend on their GPUs: that of the first kind. What their servers take for a request is each kind's own.
fn kinds(scenario: &Scenario, workload: &Workload) -> Vec<(Arc<ReplicaSpec>, Speed)> {
    let mut network = None;
    let kind = |kind| {
        let alone = scenario.as_kind(&kind);
        let mut spec = replica_spec(&alone);
        spec.network = *network.get_or_insert(spec.network);
        let speed = speed(&alone, workload, &spec);
        (Arc::new(spec), speed)
    };
    scenario.kinds().into_iter().map(kind).collect()
}

/// What each replica is in a fleet whose replicas are all alike.
fn replica_spec(scenario: &Scenario) -> ReplicaSpec {
    let roofline = scenario.roofline();
    let efficiency = *roofline.efficiency();
    let modelled = scenario.timing == TimingChoice::Roofline;
    let seconds = |s: f64| match modelled {
        true => VirtualTime::from_secs(s),
        false => VirtualTime::ZERO,
    };
    ReplicaSpec {
        gpu: scenario.gpu,
        model: scenario.model,
        tensor_parallel: scenario.tensor_parallel,
        role: Role::Whole,
        pool_blocks: scenario.pool_blocks(),
        limits: Limits {
            sequences: scenario.max_seqs,
            batch_tokens: scenario.batch_tokens,
            block_size: scenario.block_size,
            preallocate: match modelled {
                true => efficiency.preallocate_blocks,
                false => 0,
            },
            whole_prompt: scenario.admission == Admit::Prompt,
            gather: scenario.gather,
            off: scenario.off,
        },
        network: seconds(efficiency.network_s),
        front: seconds(efficiency.front_s),
        front_token_s: match modelled {
            true => efficiency.front_token_s,
            false => 0.0,
        },
        api_request: seconds(efficiency.api_request_s),
        api_token: seconds(efficiency.api_token_s),
        // Under Dynamo's curves these are the linear term of prefill, and the decode floor over a full batch.
        prefill_s: match modelled {
            true => roofline.prefill_seconds_per_token(),
            false => 1.518344e-5,
        },
        decode_s: match modelled {
            true => roofline.decode_seconds_per_token(scenario.max_seqs),
            false => 5.74e-3 / f64::from(scenario.max_seqs),
        },
        timing: match modelled {
            true => Timing::Roofline(roofline),
            false => Timing::Dynamo,
        },
    }
}

/// How fast a replica is, as routers that estimate times know it.
fn speed(scenario: &Scenario, workload: &Workload, replica: &ReplicaSpec) -> Speed {
    if let Timing::Roofline(roofline) = &replica.timing {
        return Speed::of(roofline, scenario.max_seqs);
    }
    // The slope of Dynamo's decode curve where a pool begins to fill, times what a request of this workload holds.
    let held = workload
        .requests
        .iter()
        .map(|request| f64::from(request.prompt_tokens) + f64::from(request.output_tokens));
    let mean = held.sum::<f64>() / workload.requests.len().max(1) as f64;
    let pool = f64::from(scenario.pool_blocks()) * f64::from(scenario.block_size);
    Speed {
        prefill_s: replica.prefill_s,
        step_s: 5.74e-3,
        sequence_s: 54.01e-3 * mean / pool.max(1.0),
        block_s: 54.01e-3 / f64::from(scenario.pool_blocks().max(1)),
    }
}

/// Fills the pools with what they hold at the start, and passes each chain to `cached`.
fn warm(
    (scenario, left): (&Scenario, Option<&CacheState>),
    workload: &Workload,
    pools: &mut [Pool],
    seed: u64,
    mut cached: impl FnMut(Chain),
) {
    let mut pools: Vec<&mut Pool> = pools.iter_mut().collect();
    if let Warm::Random(rounds) = scenario.warm {
        warm::route_at_random(workload, &mut pools, rounds, seed, &mut cached);
    }
    if let Some(state) = left {
        state.fill(&workload.corpus, &mut pools, cached);
    }
}

/// The gate: which requests it lets into the fleet.
fn gate(
    scenario: &Scenario,
    workload: &Arc<Workload>,
    (replica, ever): (&ReplicaSpec, u16),
    groups: &Arc<Groups>,
    stamps: bool,
) -> Gate {
    let tier = scenario.tier.map(|tier| Tier {
        limiter: Limiter::new(tier.limits()),
        keys: scenario.keys,
        groups: Arc::clone(groups),
    });
    let entrance = &scenario.entrance;
    let lined = entrance.has_line();
    let bounds = Bounds {
        context: scenario.context_tokens(),
        in_flight: match scenario.in_flight_limit {
            Some(most) if !lined => most,
            _ => u32::MAX,
        },
        lined,
        nowhere: ever,
        way_back: (!stamps).then_some(replica.network),
    };
    let limits = (
        tier,
        entrance.connections.map(Connections::new),
        entrance.endpoint.map(Endpoint::new),
        scenario.above.answers_s.map(Answers::new),
    );
    Gate::new(Arc::clone(workload), limits, bounds)
}

/// The kind of client. `costs`: the client's costs in time, if it takes its own time.
fn kind(
    scenario: &Scenario,
    costs: Option<ClientCosts>,
    replica: &ReplicaSpec,
    count: u32,
) -> Sending {
    match (costs, scenario.concurrency) {
        (Some(costs), most) => Sending::Python(Box::new(PythonLoop::new(
            costs,
            (replica.network, replica.api_token),
            most.unwrap_or(u32::MAX),
            count as usize,
        ))),
        (None, Some(most)) => Sending::Closed(Cap::new(most)),
        (None, None) => Sending::Open,
    }
}
