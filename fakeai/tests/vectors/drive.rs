//! The re-creation's answers to the recorded inputs, in the form of the recorded answers: tokens, blocks, the tree, the router,
//! metrics, the prompt cache and latency. The fields are named as in the recordings.

use serde::Deserialize;
use serde_json::{Result, Value, from_value, json, to_value};
use warmpath_core::router::cost::Weights;
use warmpath_core::token::{Tokenizer, approximate_count, id_of, spans};
use warmpath_fakeai::latency::{Load, Profile};
use warmpath_fakeai::{
    Config, KvCacheMetrics, Message, PromptCache, RouteError, SmartRouter, TokenTree, block_ids,
    prompt_hash,
};

/// For texts longer than this the recordings have the number of tokens instead of the tokens \[characters\].
const LONG: usize = 3000;

pub(crate) fn tokenize(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        text: String,
    }
    let Input { text } = from_value(input)?;
    let (mut tokenizer, mut ids) = (Tokenizer::default(), Vec::new());
    tokenizer.encode(&text, &mut ids);
    let tokens: Vec<&str> = spans(&text).map(|span| &text[span]).collect();
    assert!(
        tokens
            .iter()
            .map(|token| id_of(token))
            .eq(ids.iter().copied())
    );
    let count = approximate_count(&text);
    Ok(if text.chars().count() > LONG {
        json!({"ids": ids, "n_tokens": tokens.len(), "token_count": count})
    } else {
        json!({"ids": ids, "tokens": tokens, "token_count": count})
    })
}

pub(crate) fn block_id(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        block_size: u32,
        tokens: Vec<u32>,
    }
    let Input { block_size, tokens } = from_value(input)?;
    Ok(json!({"block_ids": block_ids(&tokens, block_size)}))
}

pub(crate) fn radix(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        #[serde(default = "sixteen")]
        block_size: u32,
        seqs: Vec<Vec<u32>>,
        ops: Vec<Op>,
    }
    #[derive(Deserialize)]
    #[serde(tag = "op", rename_all = "snake_case")]
    enum Op {
        Insert { seq: usize, worker: String },
        Find { seq: usize },
        Stats,
    }
    let input: Input = from_value(input)?;
    let mut tree = TokenTree::new(input.block_size);
    let results = input.ops.iter().map(|op| {
        Ok(match op {
            Op::Insert { seq, worker } => tree.insert(&input.seqs[*seq], worker).into(),
            Op::Find { seq } => {
                let found = tree.find(&input.seqs[*seq]);
                json!({
                    "matched_tokens": found.tokens,
                    "matched_blocks": found.blocks,
                    "workers": found.workers,
                })
            }
            Op::Stats => to_value(tree.report())?,
        })
    });
    Ok(json!({"results": results.collect::<Result<Vec<Value>>>()?}))
}

fn sixteen() -> u32 {
    16
}

pub(crate) fn router(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        #[serde(default)]
        config: Settings,
        prompts: Vec<Vec<u32>>,
        events: Vec<Event>,
    }
    #[derive(Default, Deserialize)]
    struct Settings {
        kv_overlap_weight: Option<f64>,
        load_balance_weight: Option<f64>,
        block_size: Option<u32>,
        num_workers: Option<usize>,
    }
    #[derive(Deserialize)]
    #[serde(tag = "op", rename_all = "snake_case")]
    enum Event {
        Route {
            prompt: usize,
            est: Option<u64>,
        },
        Start {
            worker: String,
        },
        Complete {
            worker: String,
            prompt: usize,
            output_tokens: u64,
        },
        Stats,
    }
    let input: Input = from_value(input)?;
    let (set, default) = (input.config, Config::default());
    let mut router = SmartRouter::new(Config {
        weights: Weights {
            kv_overlap: set.kv_overlap_weight.unwrap_or(default.weights.kv_overlap),
            load_balance: set
                .load_balance_weight
                .unwrap_or(default.weights.load_balance),
        },
        block_size: set.block_size.unwrap_or(default.block_size),
        workers: set.num_workers.unwrap_or(default.workers),
    });
    let results = input.events.iter().map(|event| {
        Ok(match event {
            Event::Route { prompt, est } => {
                match router.route(&input.prompts[*prompt], est.unwrap_or(100)) {
                    Err(error) => error_json(&error),
                    Ok(decision) => {
                        let mut answer = json!({
                            "worker": decision.worker,
                            "matched_tokens": decision.matched.tokens,
                            "matched_blocks": decision.matched.blocks,
                        });
                        if decision.costs.len() <= 8 {
                            answer["costs"] =
                                decision.costs.iter().map(|terms| terms.total()).collect();
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
            } => done(router.complete(worker, &input.prompts[*prompt], *output_tokens)),
            Event::Stats => to_value(router.report())?,
        })
    });
    Ok(json!({"results": results.collect::<Result<Vec<Value>>>()?}))
}

pub(crate) fn done(outcome: std::result::Result<(), RouteError>) -> Value {
    outcome.map_or_else(|error| error_json(&error), |()| Value::Null)
}

/// An error as Python would raise it.
fn error_json(error: &RouteError) -> Value {
    match error {
        RouteError::NoWorkers => json!({"error": "ValueError", "message": error.to_string()}),
        RouteError::UnknownWorker { .. } => json!({"error": "KeyError"}),
    }
}

pub(crate) fn kv_metrics(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        events: Vec<Event>,
    }
    #[derive(Deserialize)]
    #[serde(tag = "op", rename_all = "snake_case")]
    enum Event {
        Lookup {
            endpoint: String,
            total_tokens: u64,
            matched_tokens: u64,
        },
        Speedup {
            baseline_ttft: f64,
            actual_ttft: f64,
            cache_hit_ratio: f64,
        },
        Rates,
        Stats,
        Note,
    }
    let input: Input = from_value(input)?;
    let mut metrics = KvCacheMetrics::default();
    let results = input.events.iter().map(|event| {
        Ok(match event {
            Event::Lookup {
                endpoint,
                total_tokens,
                matched_tokens,
            } => {
                metrics.record_lookup(endpoint, *total_tokens, *matched_tokens);
                Value::Null
            }
            Event::Speedup {
                baseline_ttft,
                actual_ttft,
                cache_hit_ratio,
            } => {
                metrics.record_speedup(*baseline_ttft, *actual_ttft, *cache_hit_ratio);
                Value::Null
            }
            Event::Rates => json!({
                "cache_hit_rate": metrics.hit_rate(),
                "token_reuse_rate": metrics.reuse_rate(),
            }),
            Event::Stats => to_value(metrics.report())?,
            Event::Note => Value::Null,
        })
    });
    Ok(json!({"results": results.collect::<Result<Vec<Value>>>()?}))
}

pub(crate) fn prompt_cache(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        config: Settings,
        events: Vec<Event>,
    }
    #[derive(Deserialize)]
    struct Settings {
        enable_prompt_caching: bool,
        cache_ttl_seconds: f64,
        min_tokens_for_cache: u64,
    }
    #[derive(Deserialize)]
    struct Event {
        t: f64,
        hash: String,
        tokens: u64,
    }
    let Input { config, events } = from_value(input)?;
    let mut cache = PromptCache::new(
        config.enable_prompt_caching,
        config.cache_ttl_seconds,
        config.min_tokens_for_cache,
    );
    let results = events.iter().map(|event| {
        let found = cache.check(&event.hash, event.tokens, event.t);
        json!({"hit": found.hit, "cached_tokens": found.cached_tokens, "entries": cache.entries()})
    });
    Ok(json!({"results": results.collect::<Vec<Value>>()}))
}

pub(crate) fn conversation(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        messages: Vec<Message>,
    }
    let Input { messages } = from_value(input)?;
    Ok(json!({"sha256": prompt_hash(&messages)}))
}

pub(crate) fn latency(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        model: String,
        prompt_tokens: u64,
        kv_cache_hit: bool,
        kv_cache_hit_tokens: u64,
        current_load: u64,
        temperature: f64,
        /// A draw from the standard normal distribution.
        z: f64,
        /// A draw from 0 to 1.
        u: f64,
    }
    let input: Input = from_value(input)?;
    let profile = Profile::of(&input.model);
    let load = Load {
        prompt_tokens: input.prompt_tokens,
        cached_tokens: input.kv_cache_hit_tokens,
        hit: input.kv_cache_hit,
        requests: input.current_load,
        temperature: input.temperature,
    };
    Ok(json!({
        "ttft_s": profile.ttft(&load, input.z, input.u),
        "itl_s": profile.itl(&load, input.z),
        "profile": profile,
    }))
}
