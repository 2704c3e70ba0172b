//! What a replica is: its hardware, its model, its part in the fleet and what it may do.

use crate::hardware::Gpu;
use crate::llm::Llm;
use crate::replica::{Engine, Limits, Pool, Timing};
use crate::units::VirtualTime;

/// What a replica does of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Prompt and answer.
    #[default]
    Whole,
}

/// What a replica is. Replicas of a fleet may share one; none changes while it lives.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaSpec {
    /// Its GPU.
    pub gpu: &'static Gpu,
    /// Its model.
    pub model: &'static Llm,
    /// GPUs that it is spread over.
    pub tensor_parallel: u32,
    /// What it does of a request.
    pub role: Role,
    /// Blocks of its pool.
    pub pool_blocks: u32,
    /// How long its steps take.
    pub timing: Timing,
    /// What a step of it may hold.
    pub limits: Limits,
    /// The way of a request to it \[ns\].
    pub network: VirtualTime,
    /// What gateway, router and server take for a request, side by side with others \[ns\].
    pub front: VirtualTime,
    /// What they take besides for a token of its prompt \[s\].
    pub front_token_s: f64,
    /// What its API server takes for a request, twice: to read it, and to hand it on \[ns\].
    pub api_request: VirtualTime,
    /// What its API server takes to send a token \[ns\].
    pub api_token: VirtualTime,
    /// What a prompt token would cost it with nothing else to do \[s\].
    pub prefill_s: f64,
    /// What a generated token would cost it with nothing else to do \[s\].
    pub decode_s: f64,
}

impl ReplicaSpec {
    /// An idle engine of such a replica, with this pool. `keep_steps`: it keeps every step, for pictures. `keep_tokens`: it
    /// tells of every token, for a client that takes them one by one.
    pub(in crate::fleet) fn engine(
        &self,
        pool: Pool,
        keep_steps: bool,
        keep_tokens: bool,
    ) -> Engine {
        let timing = self.timing.clone();
        let mut engine = Engine::new(timing, self.limits, pool, self.api_token, keep_steps);
        engine.tokens = keep_tokens.then(Vec::new);
        engine
    }
}

/// What a replica's start takes, part by part \[s\]: about 60 s for a model of 8 billion parameters, 240 s for one of 70, as
/// published figures have it for a machine that is there, with an image and a compile cache that are there. The parts that
/// do not grow are within what vLLM's users report (vllm-project/vllm#17280, #20264); weights are taken to be loaded in 16 bits
/// at 0.695 GB/s, the rate that makes the two figures fit. A model of its own hardware it is not.
pub(crate) fn start_s(model: &Llm) -> [(&'static str, f64); 5] {
    let gigabytes = model.parameters * 2.0 / 1e9;
    [
        ("image", 0.0),
        ("weights", gigabytes / 0.695),
        ("compile", 8.0),
        ("graphs", 17.0),
        ("init", 12.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm;

    #[test]
    fn a_start_takes_what_is_published() {
        let takes = |name| {
            let parts = start_s(llm::model(name).unwrap());
            parts.iter().map(|(_, seconds)| seconds).sum::<f64>()
        };
        assert!((takes("llama-3.1-8b") - 60.0).abs() < 1.0);
        assert!((takes("llama-3.1-70b") - 240.0).abs() < 2.0);
    }
}
