//! The recorded calls of the advanced router (route, start, complete, …), made again here; the answers are given as JSON.

use crate::drive::done;
use serde::Deserialize;
use serde_json::{Result, Value, from_value, json, to_value};
use warmpath_fakeai::advanced::{AdvancedConfig, AdvancedRouter, Affinity, CostWeights, Strategy};

#[derive(Deserialize)]
struct Input {
    strategy: String,
    block_size: u32,
    num_workers: usize,
    #[serde(default)]
    cost_weights: Weights,
    prompts: Vec<Vec<u32>>,
    events: Vec<Event>,
}

#[derive(Default, Deserialize)]
struct Weights {
    kv_overlap: Option<f64>,
    load_balance: Option<f64>,
    memory_pressure: Option<f64>,
    queue_depth: Option<f64>,
    historical_performance: Option<f64>,
    slo_violation_penalty: Option<f64>,
}

#[derive(Default, Deserialize)]
struct Asker {
    conversation_id: Option<String>,
    user_id: Option<String>,
    model_id: Option<String>,
}

impl Asker {
    fn affinity(&self) -> Affinity<'_> {
        Affinity {
            conversation: self.conversation_id.as_deref(),
            user: self.user_id.as_deref(),
            model: self.model_id.as_deref(),
        }
    }
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Event {
    Route {
        prompt: usize,
        est: Option<u64>,
        #[serde(flatten)]
        asker: Asker,
    },
    Start {
        worker: String,
    },
    Complete {
        worker: String,
        prompt: usize,
        output_tokens: u64,
        #[serde(default = "yes")]
        success: bool,
        #[serde(default)]
        latency_ms: f64,
    },
    Health {
        worker: String,
        success: bool,
        latency_ms: f64,
        #[serde(default)]
        timeout: bool,
    },
    MemoryPressure {
        worker: String,
        value: f64,
    },
    Explain {
        prompt: usize,
        est: Option<u64>,
        #[serde(flatten)]
        asker: Asker,
    },
    Optimize,
    Stats,
}

fn yes() -> bool {
    true
}

pub(crate) fn adv_router(input: Value) -> Result<Value> {
    let input: Input = from_value(input)?;
    let (set, default) = (input.cost_weights, CostWeights::default());
    let mut router = AdvancedRouter::new(AdvancedConfig {
        strategy: Strategy::named(&input.strategy).expect("a strategy of FakeAI's"),
        weights: CostWeights {
            kv_overlap: set.kv_overlap.unwrap_or(default.kv_overlap),
            load_balance: set.load_balance.unwrap_or(default.load_balance),
            memory_pressure: set.memory_pressure.unwrap_or(default.memory_pressure),
            queue_depth: set.queue_depth.unwrap_or(default.queue_depth),
            historical_performance: set
                .historical_performance
                .unwrap_or(default.historical_performance),
            slo_violation_penalty: set
                .slo_violation_penalty
                .unwrap_or(default.slo_violation_penalty),
        },
        block_size: input.block_size,
        workers: input.num_workers,
    });
    let results = input.events.iter().map(|event| {
        Ok(match event {
            Event::Route { prompt, est, asker } => {
                match router.route(
                    &input.prompts[*prompt],
                    est.unwrap_or(100),
                    asker.affinity(),
                ) {
                    Err(error) => done(Err(error)),
                    Ok(decision) => {
                        let mut answer = json!({
                            "matched_tokens": decision.matched_tokens,
                            "matched_blocks": decision.matched_blocks,
                            "cost": decision.cost,
                        });
                        if !decision.tied.is_empty() {
                            // The trace goes on as if the first were chosen, so ours has to be the first.
                            assert_eq!(decision.tied.first(), Some(&decision.worker));
                            answer["worker_one_of"] = decision.tied.into();
                        } else {
                            answer["worker"] = decision.worker.into();
                        }
                        answer
                    }
                }
            }
            Event::Start { worker } => done(router.start(worker)),
            Event::Complete {
                worker,
                prompt,
                output_tokens,
                success,
                latency_ms,
            } => done(router.complete(
                worker,
                &input.prompts[*prompt],
                *output_tokens,
                *success,
                *latency_ms,
            )),
            Event::Health {
                worker,
                success,
                latency_ms,
                timeout,
            } => {
                router.update_health(worker, *success, *latency_ms, *timeout);
                Value::Null
            }
            Event::MemoryPressure { worker, value } => {
                done(router.set_memory_pressure(worker, *value))
            }
            Event::Explain { prompt, est, asker } => to_value(router.explain(
                &input.prompts[*prompt],
                est.unwrap_or(100),
                asker.affinity(),
            ))?,
            Event::Optimize => to_value(router.optimize())?,
            Event::Stats => to_value(router.report())?,
        })
    });
    Ok(json!({"results": results.collect::<Result<Vec<Value>>>()?}))
}
