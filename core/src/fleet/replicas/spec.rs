//! What a replica is: its hardware, its model, its role in the fleet and its limits.

use crate::hardware::Gpu;
use crate::llm::Llm;
use crate::replica::{Engine, Limits, Pool, Timing};
use crate::units::VirtualTime;

/// The part of a request's work that a replica does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// It computes the prompt and generates the answer.
    #[default]
    Whole,
}

/// What a replica is. Replicas of a fleet may share one specification; none changes while it lives.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaSpec {
    /// The GPU that it runs on.
    pub gpu: &'static Gpu,
    /// The model that it serves.
    pub model: &'static Llm,
    /// How many GPUs share each layer of the model.
    pub tensor_parallel: u32,
    /// The part of a request's work that it does.
    pub role: Role,
    /// The size of its KV pool \[blocks\].
    pub pool_blocks: u32,
    /// How its steps' times are computed.
    pub timing: Timing,
    /// The settings of its engine's scheduler.
    pub limits: Limits,
    /// The time of a request's way over the network to it \[ns\].
    pub network: VirtualTime,
    /// The time that gateway, router and server take for a request, side by side with others \[ns\].
    pub front: VirtualTime,
    /// The time that they take in addition for each token of its prompt \[s\].
    pub front_token_s: f64,
    /// The time that its API server takes for a request, once to read it and once to hand it on \[ns\].
    pub api_request: VirtualTime,
    /// The time that its API server takes to send a token \[ns\].
    pub api_token: VirtualTime,
    /// The time of a prompt token with nothing else to do \[s\].
    pub prefill_s: f64,
    /// The time of a generated token in a full batch, with nothing else to do \[s\].
    pub decode_s: f64,
}

impl ReplicaSpec {
    /// An idle engine of such a replica, with this pool. `keep_steps`: it keeps every step, for pictures. `keep_tokens`: it reports
    /// every token, for a client that reads them one by one.
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

/// The time of a replica's start, part by part \[s\]: in sum about 60 s for a model of 8 billion parameters, 240 s for one of 70.
/// These are published figures for a machine that is there, with an image and a compile cache that are there. The parts that do not
/// grow with the model are within what vLLM's users report (vllm-project/vllm#17280, #20264); weights are taken to be loaded in 16
/// bits at 0.695 GB/s, the rate that makes the two figures fit. The hardware does not enter.
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
