//! The lists of hardware, models and presets.

use serde_json::json;
use warmpath_core::hardware::GPUS;
use warmpath_core::llm::MODELS;
use warmpath_core::scenario::PRESETS;

use crate::table::Table;

pub(super) fn gpus() -> Vec<Table> {
    let mut table = Table::new(
        "gpus",
        "GPUs",
        &[
            ("name", "gpu"),
            ("title", "name"),
            ("memory_bytes", "memory (GB)"),
            ("bandwidth_bytes_per_s", "bandwidth (GB/s)"),
            ("bf16_flops", "bf16 (TFLOP/s)"),
            ("fp8_flops", "fp8 (TFLOP/s)"),
            ("link", "link"),
            ("source", "source"),
        ],
    )
    .shown_per("memory_bytes", 1e9)
    .shown_per("bandwidth_bytes_per_s", 1e9)
    .shown_per("bf16_flops", 1e12)
    .shown_per("fp8_flops", 1e12);
    for gpu in &GPUS {
        table.rows.push(vec![
            json!(gpu.name),
            json!(gpu.title),
            json!(gpu.memory_bytes),
            json!(gpu.bandwidth),
            json!(gpu.bf16_flops),
            json!(gpu.fp8_flops),
            json!(gpu.link.name),
            json!(gpu.source),
        ]);
    }
    vec![table]
}

pub(super) fn models() -> Vec<Table> {
    let mut table = Table::new(
        "models",
        "Models",
        &[
            ("name", "model"),
            ("title", "name"),
            ("parameters", "parameters (10⁹)"),
            ("active_parameters", "active (10⁹)"),
            ("layers", "layers"),
            ("query_heads", "query heads"),
            ("kv_heads", "KV heads"),
            ("head_size", "head size"),
            ("context_tokens", "context (tokens)"),
            ("source", "source"),
        ],
    )
    .shown_per("parameters", 1e9)
    .shown_per("active_parameters", 1e9);
    for llm in &MODELS {
        table.rows.push(vec![
            json!(llm.name),
            json!(llm.title),
            json!(llm.parameters),
            json!(llm.active_parameters),
            json!(llm.layers),
            json!(llm.query_heads),
            json!(llm.kv_heads),
            json!(llm.head_size),
            json!(llm.context),
            json!(llm.source),
        ]);
    }
    vec![table]
}

pub(super) fn presets() -> Vec<Table> {
    let mut table = Table::new(
        "presets",
        "Presets",
        &[
            ("name", "preset"),
            ("query", "scenario"),
            ("about", "shows"),
        ],
    );
    for preset in PRESETS {
        table.rows.push(vec![
            json!(preset.name),
            json!(preset.query),
            json!(preset.about),
        ]);
    }
    vec![table]
}
