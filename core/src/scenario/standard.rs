//! A replica of the default scenario, without the scenario around it: what [`Scenario::default`](super::Scenario::default)
//! is made of, for a program that shows one replica and runs no fleet (the page's story).

use crate::hardware::L4;
use crate::llm::{Dtype, LLAMA_8B};
use crate::replica::Limits;
use crate::replica::calibration::SHIPPED_ENGINE;
use crate::replica::roofline::{Efficiency, Machine, PoolSum, Roofline};
use crate::replica::terms::Off;

/// The tokens of a block, as in vLLM on CUDA \[tokens\].
pub const BLOCK_SIZE: u32 = 16;
/// The most sequences that run at once in a replica's batch.
pub const MAX_SEQS: u32 = 256;
/// The most new tokens of a step, over all sequences \[tokens\].
pub const BATCH_TOKENS: u32 = 8192;
/// The share of a GPU's memory that an engine takes for itself.
pub const MEMORY_UTILIZATION: f64 = 0.9;

/// The GPU and the model, with their formats: those of the shipped calibration.
pub const MACHINE: Machine = Machine {
    gpu: &L4,
    llm: &LLAMA_8B,
    dtype: Dtype::Fp8,
    kv_dtype: Dtype::Bf16,
    tensor_parallel: 1,
    experts_over: 1,
    cuda_graphs: true,
    older: false,
};

/// The efficiencies that were measured for this machine.
pub const EFFICIENCY: Efficiency = SHIPPED_ENGINE;

/// The times of this machine's steps, by the roofline model.
pub fn roofline() -> Roofline {
    Roofline::new(MACHINE, EFFICIENCY, true)
}

/// The number of blocks of the replica's KV pool \[blocks\].
pub fn pool_blocks() -> u32 {
    let sum = PoolSum::new(&MACHINE, MEMORY_UTILIZATION, BATCH_TOKENS);
    u32::try_from(sum.tokens / u64::from(BLOCK_SIZE)).unwrap_or(u32::MAX)
}

/// The limits within which the replica's engine forms its batches.
pub fn limits() -> Limits {
    Limits {
        sequences: MAX_SEQS,
        batch_tokens: BATCH_TOKENS,
        block_size: BLOCK_SIZE,
        preallocate: EFFICIENCY.preallocate_blocks,
        whole_prompt: true,
        gather: None,
        off: Off::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Admit, Scenario};
    use super::*;

    #[test]
    fn it_is_a_replica_of_the_default_scenario() {
        let scenario = Scenario::default();
        assert_eq!(MACHINE, scenario.machine());
        assert_eq!(roofline(), scenario.roofline());
        assert_eq!(pool_blocks(), scenario.pool_blocks());
        let limits = limits();
        assert_eq!(limits.sequences, scenario.max_seqs);
        assert_eq!(limits.batch_tokens, scenario.batch_tokens);
        assert_eq!(limits.block_size, scenario.block_size);
        assert_eq!(limits.off, scenario.off);
        assert_eq!(limits.gather, scenario.gather);
        assert_eq!(limits.whole_prompt, scenario.admission == Admit::Prompt);
    }
}
