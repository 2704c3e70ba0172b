//! Dynamo's own router, asked line by line: its radix tree, its ledger of active sequences, and the selection policies it
//! ships. `dynamo.py` drives it.
//!
//! Arguments: how many workers, tokens per block, `default` or a policy's type, and its configuration as JSON. Standard
//! input, a JSON object a line:
//!
//! - `{"send": 7, "tokens": […]}`: select and book; answered by `{"to": 2, "costs": […]}`. A cost is `null` where it was not
//!   asked for: with a decay it depends on who else is a candidate, so there only the chosen worker's is.
//! - `{"store": 7}`: the worker of request 7 stores the full blocks of its prompt;
//! - `{"first": 7}`, `{"end": 7}`: its first token came back; it has ended.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Write};
use std::sync::Mutex;
use tokio::time::Instant;

use dynamo_kv_router::multi_worker_sequence::NoopSequencePublisher;
use dynamo_kv_router::plugins::RouterPluginRegistry;
use dynamo_kv_router::plugins::worker_selection::WorkerSelectionPolicy;
use dynamo_kv_router::protocols::{
    BlockHashOptions, ExternalSequenceBlockHash, KvCacheEvent, KvCacheEventData, KvCacheStoreData,
    KvCacheStoredBlockData, PrefillLoadHint, RouterEvent, RoutingConstraints, WorkerWithDpRank,
    compute_block_hash_for_seq, compute_seq_hash_for_block,
};
use dynamo_kv_router::scheduling::{OverlapSignals, ScheduleMode};
use dynamo_kv_router::test_utils::SimpleWorkerConfig;
use dynamo_kv_router::{
    ActiveSequencesMultiWorker, KvRouterConfig, LocalBlockHash, RadixTree, RoutingPartitionRef,
    SchedulingRequest, SequenceRequest, WorkerSelectionInput, WorkerSelector, WorkerType,
};
use serde::Deserialize;
use serde_json::json;
use tracing::field::{Field, Visit};

/// The cost of the last selection, as the product logs it: `logit`, a real number in full.
static COST: Mutex<Option<f64>> = Mutex::new(None);

struct Log;

struct Logit;

impl Visit for Logit {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "logit" {
            *COST.lock().unwrap() = Some(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::INFO
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Logit);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[derive(Deserialize)]
struct Line {
    send: Option<u64>,
    #[serde(default)]
    tokens: Vec<u32>,
    store: Option<u64>,
    first: Option<u64>,
    end: Option<u64>,
}

struct Sent {
    to: WorkerWithDpRank,
    hashes: Vec<LocalBlockHash>,
}

fn request(tokens: usize, only: Option<u64>) -> SchedulingRequest {
    SchedulingRequest {
        mode: ScheduleMode::QueryOnly { request_id: None },
        token_seq: None,
        isl_tokens: tokens,
        lora_name: None,
        expected_output_tokens: None,
        affinity_target: None,
        pinned_worker: None,
        allowed_worker_ids: only.map(|id| HashSet::from([id])),
        routing_constraints: RoutingConstraints::default(),
        router_config_override: None,
        track_prefill_tokens: true,
        priority_jump: 0.0,
        strict_priority: 0,
        policy_class: None,
        session_context: None,
        overlap: OverlapSignals::default(),
        kv_transfer_candidates: None,
        retain_kv_transfer_chain: false,
        shared_cache_hits: None,
        worker_loads: Default::default(),
        resp_tx: None,
    }
}

/// The policy as a host makes it: the default's factory, or a named type with its parameters.
fn policy(kind: &str, mut config: KvRouterConfig, parameters: &str) -> WorkerSelectionPolicy {
    if kind == "default" {
        let factory = dynamo_custom_policy_builtin::default_factory();
        return factory(&config, WorkerType::Aggregated, RoutingPartitionRef::new("m", "default"));
    }
    let path = std::env::temp_dir().join(format!("policy-{}.yaml", std::process::id()));
    let yaml = format!(
        "worker_selection:\n  aggregated: it\n  instances:\n    - name: it\n      type: {kind}\n      parameters: {parameters}\n"
    );
    std::fs::write(&path, yaml).unwrap();
    config.router_policy_config = Some(path.display().to_string());
    let mut registry: RouterPluginRegistry = dynamo_custom_policy_builtin::default_registry();
    dynamo_custom_policy_builtin::register(&mut registry).unwrap();
    let factory = registry.resolve(&config).unwrap().expect("a factory");
    std::fs::remove_file(&path).unwrap();
    factory(&config, WorkerType::Aggregated, RoutingPartitionRef::new("m", "default"))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workers, block, kind, config] = &arguments[..] else {
        panic!("workers, block size, policy and configuration expected");
    };
    let (count, block): (u64, u32) = (workers.parse().unwrap(), block.parse().unwrap());
    let default = kind == "default";
    let router_config: KvRouterConfig = match default {
        true => serde_json::from_str(config).unwrap(),
        false => KvRouterConfig::default(),
    };
    let decays = router_config.overlap_score_credit_decay > 0.0;
    tracing::subscriber::set_global_default(Log).unwrap();
    let policy = policy(kind, router_config, config);
    let configs: HashMap<u64, SimpleWorkerConfig> =
        (0..count).map(|id| (id, SimpleWorkerConfig::default())).collect();
    // Workers are numbered in the order in which the host goes through them.
    let order: Vec<u64> = configs.keys().copied().collect();
    let number = |worker: WorkerWithDpRank| order.iter().position(|&id| id == worker.worker_id).unwrap();
    let ranges = (0..count).map(|id| (id, (0, 1))).collect();
    let ledger = ActiveSequencesMultiWorker::new_without_expiry(
        NoopSequencePublisher, block as usize, ranges, false, 0, "aggregated",
    );
    let mut tree = RadixTree::new();
    let mut sent: HashMap<u64, Sent> = HashMap::new();
    let mut events = 0;
    let now = Instant::now();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line: Line = serde_json::from_str(&line.unwrap()).unwrap();
        if let Some(n) = line.send {
            let hashes = compute_block_hash_for_seq(&line.tokens, block, BlockHashOptions::default());
            let sequence = compute_seq_hash_for_block(&hashes);
            let mut asked = request(line.tokens.len(), None);
            for (worker, blocks) in tree.find_matches(hashes.clone(), false).scores {
                let tokens = blocks as usize * block as usize;
                asked.overlap.effective_overlap_blocks.insert(worker, f64::from(blocks));
                asked.overlap.effective_cached_tokens.insert(worker, tokens);
                asked.overlap.tier_overlap_blocks.device.insert(worker, blocks as usize);
            }
            asked.worker_loads = ledger.project_worker_loads(Some(&sequence), now);
            let select = |asked: &SchedulingRequest| {
                *COST.lock().unwrap() = None;
                let input = WorkerSelectionInput::configured(&configs, asked, asked.eligibility(), block);
                let chosen = policy.select_worker(input).unwrap();
                (chosen, COST.lock().unwrap().take())
            };
            let (chosen, cost) = select(&asked);
            let mut costs: Vec<Option<f64>> = vec![None; count as usize];
            if default {
                costs[number(chosen.worker)] = cost;
                if !decays {
                    for (at, &id) in order.iter().enumerate() {
                        asked.allowed_worker_ids = Some(HashSet::from([id]));
                        costs[at] = select(&asked).1;
                    }
                }
            }
            let uncached = line.tokens.len().saturating_sub(chosen.cached_tokens);
            ledger
                .add_request(
                    SequenceRequest {
                        request_id: n.to_string(),
                        token_sequence: Some(sequence),
                        track_prefill_tokens: true,
                        expected_output_tokens: None,
                        prefill_load_hint: (uncached > 0).then_some(PrefillLoadHint {
                            initial_effective_prefill_tokens: uncached,
                            expected_prefill_duration: None,
                        }),
                        worker: chosen.worker,
                        lora_name: None,
                    },
                    now,
                )
                .unwrap();
            sent.insert(n, Sent { to: chosen.worker, hashes });
            writeln!(out, "{}", json!({"to": number(chosen.worker), "costs": costs})).unwrap();
            out.flush().unwrap();
        }
        if let Some(n) = line.store {
            let Sent { to, hashes } = &sent[&n];
            let chained = compute_seq_hash_for_block(hashes);
            let blocks = hashes.iter().zip(chained).map(|(&tokens_hash, chained)| KvCacheStoredBlockData {
                block_hash: ExternalSequenceBlockHash(chained),
                tokens_hash,
                mm_extra_info: None,
            });
            events += 1;
            let event = KvCacheEvent {
                event_id: events,
                data: KvCacheEventData::Stored(KvCacheStoreData {
                    parent_hash: None,
                    start_position: None,
                    blocks: blocks.collect(),
                }),
                dp_rank: 0,
            };
            tree.apply_event(RouterEvent::new(to.worker_id, event)).unwrap();
        }
        if let Some(n) = line.first {
            ledger.mark_prefill_completed(&n.to_string(), now).unwrap();
        }
        if let Some(n) = line.end {
            ledger.free(&n.to_string(), now).unwrap();
        }
    }
}
