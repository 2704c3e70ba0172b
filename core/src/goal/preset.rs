//! Goals with names.

/// A goal by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// As typed.
    pub name: &'static str,
    /// The limits that it stands for.
    pub limits: &'static str,
    /// Where they come from, and how what the source leaves open was read.
    pub readings: &'static str,
}

/// All of them.
pub static PRESETS: [Preset; 1] = [Preset {
    name: "seed-slo",
    limits: "p95_ttft<300/600ms;p99_ttft<500/1000ms;errors<0.5/2%;cache_hit_rate>50/30%;mean_waiting<50/100;busy<70/90%;peak_kv_usage<75/100%",
    readings: "the targets and critical values of FakeAI's operations guide. It does not say which latency it means; here \
               it is TTFT, since the length of an answer would decide any other. Its CPU is read as the time that a replica \
               computes, its memory (6 of 8 GB) as the largest share of the KV pool, its queue as the mean requests waiting at a \
               replica",
}];
