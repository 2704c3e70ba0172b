//! Named scenarios, each a query string with a name: those that teach, the published benchmark's, and those that speed is measured
//! with.

/// A scenario with a name, as a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name, as typed in place of a query string.
    pub name: &'static str,
    /// What it shows, in one line.
    pub about: &'static str,
    /// Its query string, as [`Scenario::from_query`](super::Scenario::from_query) reads it.
    pub query: &'static str,
}

/// Names that presets had before they were called by their workload, each with the present name; they can still be typed.
const BEFORE: [(&str, &str); 2] = [("chat", "multi-turn"), ("nothing-shared", "unique")];

/// Every preset; first come those that teach, in the order in which they are best read, each called by its workload.
pub static PRESETS: &[Preset] = &[
    Preset {
        name: "shared-system",
        about: "one long system prompt, many questions: after the first answer every replica holds it, so every policy reuses",
        query: "v=2",
    },
    Preset {
        name: "rag",
        about: "a few long documents, many questions about each: reuse depends on sending a question where its document is",
        query: "v=2&w=rag",
    },
    Preset {
        name: "multi-turn",
        about: "conversations of several turns: each turn repeats all before it",
        query: "v=2&w=multi-turn",
    },
    Preset {
        name: "unique",
        about: "every prompt unique: no cache helps, and no policy should lose by trying",
        query: "v=2&w=unique",
    },
    Preset {
        name: "kubeai-1600",
        about: "the published eight-GPU benchmark at 1,600 concurrent requests, without and with prefix-aware routing",
        query: "v=2&w=kubeai&r=8&kv=65900&admit=chunk&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=least-load,chwbl",
    },
    Preset {
        name: "kubeai-3200",
        about: "the same at 3,200 concurrent requests",
        query: "v=2&w=kubeai&r=8&kv=65900&admit=chunk&rate=200&arr=kubeai&conc=3200&client=python&warm=random:6&batch=16384&p=least-load,chwbl",
    },
    Preset {
        name: "kubeai-8000",
        about: "the same at 8,000 concurrent requests, arriving four times as fast",
        query: "v=2&w=kubeai&r=8&kv=65900&admit=chunk&rate=800&arr=kubeai&conc=8000&client=python&warm=random:6&batch=16384&p=least-load,chwbl",
    },
    Preset {
        name: "kubeai-free-client",
        about: "counterfactual: the benchmark at 8,000 with a load generator that costs no time, so the fleet's own queue shows",
        query: "v=2&w=kubeai&r=8&kv=65900&admit=chunk&rate=800&arr=kubeai&conc=8000&warm=random:6&batch=16384&p=least-load,chwbl",
    },
    Preset {
        name: "kubeai-fp8-pool",
        about: "counterfactual: the benchmark at 1,600 with a cache in fp8, twice as large: everything fits everywhere, and the gain is gone",
        query: "v=2&w=kubeai&r=8&kvdtype=fp8&kv=131800&admit=chunk&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=least-load,chwbl",
    },
    Preset {
        name: "check-dynamo-mooncake",
        about: "Mooncake's conversations under Dynamo's timing, to be held against Dynamo's own replay: 8.17 % reused, mean TTFT 321 ms",
        query: "v=2&w=mooncake-conversation&r=8&bs=64&kv=1048576&timing=dynamo&p=round-robin",
    },
    Preset {
        name: "bench-sessions",
        about: "speed: 12,000 requests in sessions, 8 replicas, Dynamo's timing",
        query: "v=2&w=sessions&r=8&kv=432000&timing=dynamo&rate=5&p=smart",
    },
    Preset {
        name: "bench-mooncake",
        about: "speed: Mooncake's conversations as recorded, 8 replicas, Dynamo's timing",
        query: "v=2&w=mooncake-conversation&r=8&kv=1048576&timing=dynamo&p=smart",
    },
    Preset {
        name: "bench-kubeai",
        about: "speed: the published benchmark at 1,600, both policies, the Python client",
        query: "v=2&w=kubeai&r=8&kv=65900&admit=chunk&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=least-load,chwbl",
    },
];

/// The preset of that name; `None` if there is none.
///
/// ```
/// use warmpath_core::scenario::preset;
/// assert_eq!(preset("chat").map(|it| it.name), Some("multi-turn"));
/// assert!(preset("talk").is_none());
/// ```
pub fn preset(name: &str) -> Option<&'static Preset> {
    let now = BEFORE.iter().find(|(before, _)| *before == name);
    let name = now.map_or(name, |(_, now)| now);
    PRESETS.iter().find(|preset| preset.name == name)
}
