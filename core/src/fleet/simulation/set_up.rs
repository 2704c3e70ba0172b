//! Putting a fleet together from a scenario.

use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use super::gate::Gate;
use super::ladder::Ladder;
use super::routers::Routers;
use super::{Replica, Settings, Simulation};
use crate::fleet::arrivals::Schedule;
use crate::fleet::client::PythonClient;
use crate::fleet::record::{Record, Refusals};
use crate::fleet::warm;
use crate::limit::{Limiter, Retry};
use crate::replica::terms::Switch;
use crate::replica::{Engine, Limits, Pool, Timing};
use crate::rng::Rng;
use crate::router::{PolicySpec, Speed};
use crate::scenario::{Admit, Client, Scenario, ScenarioError, TimingChoice, Warm};
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;

impl Simulation {
    /// Puts the fleet together. `keep_steps`: record every engine step and every request's stages, for
    /// drawing.
    pub fn new(
        scenario: &Scenario,
        spec: &PolicySpec,
        workload: Arc<Workload>,
        seed: u64,
        keep_steps: bool,
    ) -> Result<Self, ScenarioError> {
        scenario.ready()?;
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
            whole_prompt: scenario.admission == Admit::Prompt,
            off: scenario.off,
        };
        let settings = Settings {
            block_size: scenario.block_size,
            context: scenario.context_tokens(),
            concurrency: scenario.concurrency.unwrap_or(u32::MAX),
            in_flight_limit: scenario.in_flight_limit.unwrap_or(u32::MAX),
            network: seconds(efficiency.network_s),
            api_request: seconds(efficiency.api_request_s),
            api_token: seconds(efficiency.api_token_s),
            front: seconds(efficiency.front_s),
            front_token_s: if modelled {
                efficiency.front_token_s
            } else {
                0.0
            },
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
            // The slope of Dynamo's decode curve where a pool begins to fill, by what a request of this workload holds.
            let held = workload
                .requests
                .iter()
                .map(|request| f64::from(request.prompt_tokens) + f64::from(request.output_tokens));
            let mean = held.sum::<f64>() / workload.requests.len().max(1) as f64;
            let pool = f64::from(scenario.pool_blocks()) * f64::from(scenario.block_size);
            Speed {
                prefill_s: settings.prefill_s,
                step_s: 5.74e-3,
                sequence_s: 54.01e-3 * mean / pool.max(1.0),
                block_s: 54.01e-3 / f64::from(scenario.pool_blocks().max(1)),
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
        let mut pools: Vec<&mut Pool> = replicas
            .iter_mut()
            .map(|replica| &mut replica.engine.pool)
            .collect();
        match &scenario.warm {
            _ if scenario.off.has(Switch::PrefixCache) => {}
            Warm::Cold => {}
            Warm::Random(rounds) => {
                warm::route_at_random(&workload, &mut pools, *rounds, seed);
                routers.warmed(&workload);
            }
            Warm::Left(file) => {
                if let Some(state) = file.content() {
                    let checked = state.check(&workload, scenario.replicas);
                    checked.map_err(|source| ScenarioError::Cache {
                        name: file.name().to_owned(),
                        source,
                    })?;
                    let corpus = &workload.corpus;
                    state.fill(corpus, &mut pools, |chain| routers.cached(corpus, chain));
                }
            }
        }
        for (id, replica) in replicas.iter().enumerate() {
            routers.begins_with(&replica.engine.pool, id);
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
            ladder: Ladder::default(),
            events: BinaryHeap::new(),
            order: 0,
            handled: 0,
            now: VirtualTime::ZERO,
            routers,
            replicas,
            records: vec![Record::default(); count as usize],
            marks: keep_steps.then(Vec::new),
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
            watch: None,
            routes: None,
        };
        if simulation.client.is_some() {
            // It creates the requests itself, from the schedule.
            simulation.started = simulation.schedule.starts.len();
            simulation.schedule_turn();
        }
        Ok(simulation)
    }
}
