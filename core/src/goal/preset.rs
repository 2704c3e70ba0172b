//! Goals that have a name, so that they need not be typed out.

/// A goal with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name that is typed in place of the limits.
    pub name: &'static str,
    /// The limits that the name stands for, in the notation of a goal.
    pub limits: &'static str,
    /// The source of the limits, and how they were read where the source leaves something open.
    pub readings: &'static str,
}

/// All goals with a name.
pub static PRESETS: [Preset; 1] = [Preset {
    name: "seed-slo",
    limits: "p95_ttft<300/600ms;p99_ttft<500/1000ms;errors<0.5/2%;cache_hit_rate>50/30%;mean_waiting<50/100;busy<70/90%;peak_kv_usage<75/100%",
    readings: "the targets and critical values of FakeAI's operations guide. It does not say which latency it means; here \
               it is TTFT, since the length of an answer would decide any other. Its CPU is read as the time that a replica \
               computes, its memory (6 of 8 GB) as the largest share of the KV pool, its queue as the mean requests waiting at a \
               replica",
}];
