//! The parts of a scenario as a table: key in the query, option on the command line, control on the page.

use super::attached::{Attached, like_a_file};
use super::{Arrivals, Client, Scenario, ScenarioError, TimingChoice, Warm};
use crate::decimal;
use crate::hardware::{self, GPUS};
use crate::limit::Tier;
use crate::llm::{self, Dtype, MODELS};
use crate::nearest::nearest;
use crate::replica::terms::Off;
use crate::router::{LoadAge, PolicySpec};
use crate::units::VirtualTime;

/// One part of a scenario.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its key in the query string.
    pub key: &'static str,
    /// Its option on the command line (`--flag`) and its name in a JSON scenario.
    pub flag: &'static str,
    /// How its value is written, in a word.
    pub value: &'static str,
    /// Unit, empty where there is none.
    pub unit: &'static str,
    /// One line.
    pub about: &'static str,
    /// Its value as text.
    pub get: fn(&Scenario) -> String,
    /// Sets it from text.
    pub set: fn(&mut Scenario, &str) -> Result<(), ScenarioError>,
}

/// All parts, in the canonical order.
pub const FIELDS: &[Field] = &[
    Field {
        key: "w",
        flag: "workload",
        value: "FILE|NAME",
        unit: "",
        about: "where requests come from: a named workload with parameters, or a trace file",
        get: |s| s.workload.clone(),
        set: |s, v| {
            if v.is_empty() {
                return Err(wrong("workload", v, "the name of a workload or a file"));
            }
            v.clone_into(&mut s.workload);
            Ok(())
        },
    },
    Field {
        key: "n",
        flag: "requests",
        value: "N",
        unit: "requests",
        about: "only the first N requests (human turns in file order for conversations)",
        get: |s| optional(s.requests),
        set: |s, v| whole("requests", v, 1, 100_000_000).map(|n| s.requests = Some(n as u32)),
    },
    Field {
        key: "seed",
        flag: "seed",
        value: "S",
        unit: "",
        about: "seed of everything random",
        get: |s| s.seed.to_string(),
        set: |s, v| whole("seed", v, 0, u64::MAX).map(|n| s.seed = n),
    },
    Field {
        key: "seeds",
        flag: "seeds",
        value: "K",
        unit: "runs",
        about: "runs each policy with K seeds and reports the median and the range",
        get: |s| s.seeds.to_string(),
        set: |s, v| whole("seeds", v, 1, 1000).map(|n| s.seeds = n as u32),
    },
    Field {
        key: "r",
        flag: "replicas",
        value: "N",
        unit: "replicas",
        about: "replicas behind the router",
        get: |s| s.replicas.to_string(),
        set: |s, v| whole("replicas", v, 1, 1024).map(|n| s.replicas = n as u32),
    },
    Field {
        key: "hw",
        flag: "gpu",
        value: "NAME",
        unit: "",
        about: "the GPU of a replica",
        get: |s| s.gpu.name.to_owned(),
        set: |s, v| {
            let gpu = hardware::gpu(v)
                .ok_or_else(|| unknown("gpu", v, GPUS.iter().map(|gpu| gpu.name)))?;
            s.gpu = gpu;
            Ok(())
        },
    },
    Field {
        key: "tp",
        flag: "tp",
        value: "N",
        unit: "GPUs",
        about: "GPUs of a replica (tensor parallel)",
        get: |s| s.tensor_parallel.to_string(),
        set: |s, v| match v {
            "1" | "2" | "4" | "8" => whole("tp", v, 1, 8).map(|n| s.tensor_parallel = n as u32),
            _ => Err(wrong("tp", v, "1, 2, 4 or 8")),
        },
    },
    Field {
        key: "m",
        flag: "model",
        value: "NAME",
        unit: "",
        about: "the model every replica serves",
        get: |s| s.model.name.to_owned(),
        set: |s, v| {
            let model = llm::model(v)
                .ok_or_else(|| unknown("model", v, MODELS.iter().map(|model| model.name)))?;
            s.model = model;
            Ok(())
        },
    },
    Field {
        key: "dtype",
        flag: "dtype",
        value: "NAME",
        unit: "",
        about: "number format of the weights: bf16, fp8, int4",
        get: |s| s.dtype.name().to_owned(),
        set: |s, v| {
            s.dtype = Dtype::parse(v).ok_or_else(|| wrong("dtype", v, "bf16, fp8 or int4"))?;
            Ok(())
        },
    },
    Field {
        key: "kvdtype",
        flag: "kv-dtype",
        value: "NAME",
        unit: "",
        about: "number format of the KV cache: bf16, fp8",
        get: |s| s.kv_dtype.name().to_owned(),
        set: |s, v| {
            let dtype = Dtype::parse(v).filter(|dtype| *dtype != Dtype::Int4);
            s.kv_dtype = dtype.ok_or_else(|| wrong("kv-dtype", v, "bf16 or fp8"))?;
            Ok(())
        },
    },
    Field {
        key: "bs",
        flag: "block-size",
        value: "N",
        unit: "tokens",
        about: "tokens a block",
        get: |s| s.block_size.to_string(),
        set: |s, v| whole("block-size", v, 1, 4096).map(|n| s.block_size = n as u32),
    },
    Field {
        key: "kv",
        flag: "kv-tokens",
        value: "N",
        unit: "tokens",
        about: "KV pool of a replica, instead of what fits in the GPU's memory",
        get: |s| optional(s.kv_tokens),
        set: |s, v| whole("kv-tokens", v, 1, 1_000_000_000).map(|n| s.kv_tokens = Some(n)),
    },
    Field {
        key: "timing",
        flag: "timing",
        value: "NAME",
        unit: "",
        about: "step times: roofline (from the hardware), dynamo (the curves of Dynamo's replay)",
        get: |s| match s.timing {
            TimingChoice::Roofline => "roofline".to_owned(),
            TimingChoice::Dynamo => "dynamo".to_owned(),
        },
        set: |s, v| {
            s.timing = match v {
                "roofline" => TimingChoice::Roofline,
                "dynamo" => TimingChoice::Dynamo,
                _ => return Err(wrong("timing", v, "roofline or dynamo")),
            };
            Ok(())
        },
    },
    Field {
        key: "cal",
        flag: "calibration",
        value: "FILE",
        unit: "",
        about: "a JSON file with your own measured efficiencies, in the form of the shipped one",
        get: |s| {
            s.calibration
                .as_ref()
                .map_or_else(String::new, |own| own.name().to_owned())
        },
        set: |s, v| {
            s.calibration = match v {
                "" => None,
                name if like_a_file(name) => Some(Attached::named(name)),
                _ => return Err(wrong("calibration", v, "the name of a file")),
            };
            Ok(())
        },
    },
    Field {
        key: "off",
        flag: "off",
        value: "TERM,…",
        unit: "",
        about: "terms of the replica model to do without, split by commas: prefix-cache, preemption, mixed … (warmpath list terms)",
        get: |s| s.off.to_string(),
        set: |s, v| {
            s.off = Off::parse(v).map_err(|name| unknown("off", &name, Off::names()))?;
            Ok(())
        },
    },
    Field {
        key: "rate",
        flag: "rate",
        value: "R",
        unit: "arrivals/s",
        about: "arrivals a second: of conversations where there are any (later turns follow the answers), else of requests",
        get: |s| s.rate.to_string(),
        set: |s, v| real("rate", v, 1e-6, 1e6).map(|x| s.rate = x),
    },
    Field {
        key: "stages",
        flag: "stages",
        value: "R1,R2,…",
        unit: "arrivals/s",
        about: "a ladder of 2 to 64 rates, instead of rate: the workload is dealt to them in equal shares, and each begins when the one before has drained",
        get: |s| {
            let stages: Vec<String> = s.stages.iter().map(ToString::to_string).collect();
            stages.join(",")
        },
        set: |s, v| {
            let rates = v.split(',').map(str::trim).filter(|_| !v.is_empty());
            let rates: Vec<f64> = rates
                .map(|rate| real("stages", rate, 1e-6, 1e6))
                .collect::<Result<_, _>>()?;
            if rates.len() == 1 || rates.len() > 64 {
                return Err(wrong("stages", v, "2 to 64 numbers split by commas"));
            }
            s.stages = rates;
            Ok(())
        },
    },
    Field {
        key: "arr",
        flag: "arrivals",
        value: "PROCESS",
        unit: "",
        about: "auto (recorded where the workload has times, else poisson), poisson, constant, gamma:CV, recorded, kubeai (the gaps that benchmark drew), all-at-once",
        get: |s| match s.arrivals {
            Arrivals::Auto => "auto".to_owned(),
            Arrivals::Poisson => "poisson".to_owned(),
            Arrivals::Constant => "constant".to_owned(),
            Arrivals::Gamma(cv) => format!("gamma:{cv}"),
            Arrivals::Recorded => "recorded".to_owned(),
            Arrivals::KubeAi => "kubeai".to_owned(),
            Arrivals::AllAtOnce => "all-at-once".to_owned(),
        },
        set: |s, v| {
            s.arrivals = match v.split_once(':') {
                None if v == "auto" => Arrivals::Auto,
                None if v == "poisson" => Arrivals::Poisson,
                None if v == "constant" => Arrivals::Constant,
                None if v == "recorded" => Arrivals::Recorded,
                None if v == "kubeai" => Arrivals::KubeAi,
                None if v == "all-at-once" => Arrivals::AllAtOnce,
                Some(("gamma", cv)) => Arrivals::Gamma(real("arrivals", cv, 0.01, 10.0)?),
                _ => {
                    let names = "auto, poisson, constant, gamma:CV (CV from 0.01 to 10), recorded, kubeai or all-at-once";
                    return Err(wrong("arrivals", v, names));
                }
            };
            Ok(())
        },
    },
    Field {
        key: "ts",
        flag: "time-scale",
        value: "X",
        unit: "times",
        about: "recorded times are multiplied by X: 0.5 replays twice as fast",
        get: |s| s.time_scale.to_string(),
        set: |s, v| real("time-scale", v, 1e-3, 1e3).map(|x| s.time_scale = x),
    },
    Field {
        key: "think",
        flag: "think",
        value: "S",
        unit: "s",
        about: "pause between an answer and the next turn, where the workload records none",
        get: |s| s.think_s.to_string(),
        set: |s, v| real("think", v, 0.0, 1e6).map(|x| s.think_s = x),
    },
    Field {
        key: "conc",
        flag: "concurrency",
        value: "N",
        unit: "requests",
        about: "most requests under way at once; more wait at the client (reported apart, as client_wait)",
        get: |s| optional(s.concurrency),
        set: |s, v| whole("concurrency", v, 1, 1_000_000).map(|n| s.concurrency = Some(n as u32)),
    },
    Field {
        key: "inflight",
        flag: "in-flight-limit",
        value: "N",
        unit: "requests",
        about: "most requests in flight behind the router; more fail at once",
        get: |s| optional(s.in_flight_limit),
        set: |s, v| {
            whole("in-flight-limit", v, 1, 1_000_000).map(|n| s.in_flight_limit = Some(n as u32))
        },
    },
    Field {
        key: "tier",
        flag: "tier",
        value: "NAME",
        unit: "",
        about: "rate limits per API key: TABLE:TIER (fakeai:tier-1, performance-guide:tier1, tuning-guide:tier-1) or custom:RPM/TPM",
        get: |s| optional(s.tier),
        set: |s, v| {
            s.tier = Some(Tier::parse(v)?);
            Ok(())
        },
    },
    Field {
        key: "keys",
        flag: "keys",
        value: "N",
        unit: "API keys",
        about: "conversations take turns over so many API keys",
        get: |s| s.keys.to_string(),
        set: |s, v| whole("keys", v, 1, 1_000_000).map(|n| s.keys = n as u32),
    },
    Field {
        key: "retries",
        flag: "retries",
        value: "N",
        unit: "retries",
        about: "how often a request refused by its tier tries again: after 1, 2, 4 … s plus up to 1 s, at least Retry-After",
        get: |s| s.retries.to_string(),
        set: |s, v| whole("retries", v, 0, 100).map(|n| s.retries = n as u32),
    },
    Field {
        key: "client",
        flag: "client",
        value: "NAME",
        unit: "",
        about: "what sends the requests: free (costs no time), python (one asyncio process, the usual load generator)",
        get: |s| match s.client {
            Client::Free => "free".to_owned(),
            Client::Python => "python".to_owned(),
        },
        set: |s, v| {
            s.client = match v {
                "free" => Client::Free,
                "python" => Client::Python,
                _ => return Err(wrong("client", v, "free or python")),
            };
            Ok(())
        },
    },
    Field {
        key: "warm",
        flag: "warm",
        value: "none|random:N|FILE",
        unit: "",
        about: "what the caches hold at the start: nothing, what the workload routed at random N times leaves, or what an earlier run left in the file that --save-cache wrote",
        get: |s| match &s.warm {
            Warm::Cold => "none".to_owned(),
            Warm::Random(rounds) => format!("random:{rounds}"),
            Warm::Left(state) => state.name().to_owned(),
        },
        set: |s, v| {
            s.warm = match v.split_once(':') {
                None if v == "none" => Warm::Cold,
                Some(("random", rounds)) => Warm::Random(whole("warm", rounds, 1, 1000)? as u32),
                _ if like_a_file(v) => Warm::Left(Attached::named(v)),
                _ => {
                    let wanted =
                        "none, random:N with N from 1 to 1000, or a file that --save-cache wrote";
                    return Err(wrong("warm", v, wanted));
                }
            };
            Ok(())
        },
    },
    Field {
        key: "seqs",
        flag: "max-seqs",
        value: "N",
        unit: "sequences",
        about: "most sequences in a replica's batch",
        get: |s| s.max_seqs.to_string(),
        set: |s, v| whole("max-seqs", v, 1, 65_536).map(|n| s.max_seqs = n as u32),
    },
    Field {
        key: "batch",
        flag: "batch-tokens",
        value: "N",
        unit: "tokens",
        about: "most new tokens in a step; longer prompts are computed in chunks",
        get: |s| s.batch_tokens.to_string(),
        set: |s, v| whole("batch-tokens", v, 1, 1_000_000).map(|n| s.batch_tokens = n as u32),
    },
    Field {
        key: "ctx",
        flag: "context",
        value: "N",
        unit: "tokens",
        about: "longest prompt and answer together; also limited by the model and by the pool",
        get: |s| optional(s.context),
        set: |s, v| whole("context", v, 1, 100_000_000).map(|n| s.context = Some(n as u32)),
    },
    Field {
        key: "age",
        flag: "load-age",
        value: "MS|step",
        unit: "ms",
        about: "how old the load is that engines report to routers: 0 (as of the decision), collected every MS, or step (as of the engine's last step)",
        get: |s| match s.load_age {
            LoadAge::Now => "0".to_owned(),
            LoadAge::Every(period) => period.millis().to_string(),
            LoadAge::Step => "step".to_owned(),
        },
        set: |s, v| {
            s.load_age = match v {
                "0" => LoadAge::Now,
                "step" => LoadAge::Step,
                _ => {
                    let period = real("load-age", v, 1.0, 1e6);
                    let period = period.map_err(|_| {
                        wrong("load-age", v, "0, step, or a number from 1 to 1000000")
                    });
                    LoadAge::Every(VirtualTime::from_millis(period?))
                }
            };
            Ok(())
        },
    },
    Field {
        key: "routers",
        flag: "routers",
        value: "N",
        unit: "routers",
        about: "routers side by side, each with its own view of the fleet; requests take them in turn",
        get: |s| s.routers.to_string(),
        set: |s, v| whole("routers", v, 1, 16).map(|n| s.routers = n as u32),
    },
    Field {
        key: "ttft",
        flag: "ttft-slo",
        value: "MS",
        unit: "ms",
        about: "a request counts as goodput if its TTFT is at most this",
        get: |s| optional(s.ttft_slo_ms),
        set: |s, v| real("ttft-slo", v, 0.001, 1e9).map(|x| s.ttft_slo_ms = Some(x)),
    },
    Field {
        key: "tpot",
        flag: "tpot-slo",
        value: "MS",
        unit: "ms",
        about: "a request counts as goodput if its TPOT is at most this",
        get: |s| optional(s.tpot_slo_ms),
        set: |s, v| real("tpot-slo", v, 0.001, 1e9).map(|x| s.tpot_slo_ms = Some(x)),
    },
    Field {
        key: "p",
        flag: "policy",
        value: "SPEC",
        unit: "",
        about: "policies to compare, split by commas: name[:k=v[;k=v…]] or name=FORMULA, then [@nothing|@truth|@routed[:120s|:lru[=TOKENS]]|@events[:50ms[,loss=0.01]]]",
        get: |s| {
            s.policies
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(",")
        },
        set: |s, v| {
            s.policies = PolicySpec::parse_list(v)?;
            Ok(())
        },
    },
];

/// The part with that option name.
pub fn field(flag: &str) -> Result<&'static Field, ScenarioError> {
    FIELDS
        .iter()
        .find(|field| field.flag == flag)
        .ok_or_else(|| ScenarioError::Unknown {
            place: "field",
            found: flag.to_owned(),
            hint: hint(flag, FIELDS.iter().map(|field| field.flag)),
        })
}

pub(super) fn by_key(key: &str) -> Result<&'static Field, ScenarioError> {
    FIELDS
        .iter()
        .find(|field| field.key == key)
        .ok_or_else(|| ScenarioError::Unknown {
            place: "query key",
            found: key.to_owned(),
            hint: match FIELDS.iter().find(|field| field.flag == key) {
                Some(field) => format!("; did you mean \"{}\"?", field.key),
                None => hint(key, FIELDS.iter().map(|field| field.key)),
            },
        })
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn hint<'a>(found: &str, among: impl Iterator<Item = &'a str>) -> String {
    nearest(found, among)
        .map(|name| format!("; did you mean \"{name}\"?"))
        .unwrap_or_default()
}

fn wrong(name: &'static str, found: &str, wanted: &str) -> ScenarioError {
    ScenarioError::Value {
        name,
        found: found.to_owned(),
        wanted: wanted.to_owned(),
        hint: String::new(),
    }
}

fn unknown<'a>(
    name: &'static str,
    found: &str,
    among: impl Iterator<Item = &'a str> + Clone,
) -> ScenarioError {
    let wanted = format!("one of {}", among.clone().collect::<Vec<_>>().join(", "));
    ScenarioError::Value {
        name,
        found: found.to_owned(),
        wanted,
        hint: hint(found, among),
    }
}

fn whole(name: &'static str, text: &str, min: u64, max: u64) -> Result<u64, ScenarioError> {
    let value = text
        .parse()
        .ok()
        .filter(|value| (min..=max).contains(value));
    value.ok_or_else(|| wrong(name, text, &format!("a whole number from {min} to {max}")))
}

fn real(name: &'static str, text: &str, min: f64, max: f64) -> Result<f64, ScenarioError> {
    let value = decimal::real(text).filter(|value| (min..=max).contains(value));
    value.ok_or_else(|| wrong(name, text, &format!("a number from {min} to {max}")))
}
