//! What a replica is: its hardware, its model, its part in the fleet and what it may do.

use crate::hardware::Gpu;
use crate::llm::Llm;
use crate::replica::{Limits, Timing};
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
