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
        "token counts come from the workload, and no policy changes a sampled answer's length: favours none",
    ),
    limit(
        "pauses: garbage collection, other processes, clock throttling",
        "real P99s have spikes: those here are too short",
    ),
    limit(
        "failures of anything but replicas and routers: nodes, networks, gateways",
        "what fails is what a scenario's events name, or each replica by itself by chance: real fleets fail more",
    ),
    limit(
        "how quickly your disks and network load an image and weights",
        "a start takes an assumed time by the model's size, unless a scenario says another: too long or too short",
    ),
    limit(
        "cache outside the GPU: host memory, disks, transfers between replicas",
        "what is evicted is computed again: too slow for engines that keep it elsewhere",
    ),
    limit(
        "speculative decoding, disaggregated prefill, pipeline parallelism",
        "one engine prefills and decodes, a token a step: too slow for engines that do these",
    ),
    limit(
        "the network's bandwidth and its losses",
        "each way takes the same time, whatever is sent: too quick for large prompts and bad links",
    ),
    limit(
        "the router's own time to decide",
        "a decision takes no time, however many prefixes are looked up: too quick, most for policies that look up many",
    ),
    limit(
        "a block that two running sequences both compute, as it was not registered when the second began",
        "vLLM holds both copies until one ends; here the second, which computes it too, joins the first: pools have a little more room here",
    ),
];
