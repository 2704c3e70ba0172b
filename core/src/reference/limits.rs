//! A list of what the simulation leaves out and in which direction that changes figures, for readers who have to decide
//! whether to believe them.

/// Something that is not simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is not simulated.
    pub what: &'static str,
    /// What a real fleet would show instead, or what the simulation assumes.
    pub so: &'static str,
}

const fn limit(what: &'static str, so: &'static str) -> Limit {
    Limit { what, so }
}

/// Everything that is known to be left out.
pub static LEFT_OUT: [Limit; 9] = [
    limit(
        "answers' words",
        "token counts come from the workload; a sampled answer's length does not depend on the policy",
    ),
    limit(
        "pauses: garbage collection, other processes, clock throttling",
        "real P99s have spikes that these do not",
    ),
    limit(
        "failures of anything but replicas and routers: nodes, networks, gateways",
        "what fails is what a scenario's events name, or each replica by itself by chance; all else holds",
    ),
    limit(
        "how quickly your disks and network load an image and weights",
        "a start takes an assumed time by the model's size, unless a scenario says another",
    ),
    limit(
        "cache outside the GPU: host memory, disks, transfers between replicas",
        "what is evicted is computed again",
    ),
    limit(
        "speculative decoding, disaggregated prefill, pipeline parallelism",
        "one engine prefills and decodes, a token a step",
    ),
    limit(
        "the network's bandwidth and its losses",
        "each way takes the same time, whatever is sent",
    ),
    limit(
        "the router's own time to decide",
        "a decision takes no time, however many prefixes are looked up",
    ),
    limit(
        "a block that two sequences begin to compute in one step",
        "vLLM holds both copies; here the second joins the first",
    ),
];
