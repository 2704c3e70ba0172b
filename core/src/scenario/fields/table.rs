//! The table of a scenario's parts, in the order in which queries and help list them.

use super::{Field, FieldWords, Form, entrance, life, optional, texts, unknown, whole, wrong};
use crate::goal::Goal;
use crate::hardware::{self, GPUS, GpuError};
use crate::limit::Tier;
use crate::llm::Dtype;
use crate::price::Prices;
use crate::replica::terms::Off;
use crate::router::PolicySpec;
use crate::scenario::ScenarioError;
use crate::scenario::scaling::Autoscale;
use crate::workload::MOST_REQUESTS;

/// A part as it is written here; its words go to a table of their own, so that a program that reads scenarios and tells nobody
/// what one may be does not hold them.
#[derive(Clone, Copy)]
struct FieldGroup {
    /// The key, the flag, the unit and the form are those of the [`Field`] that is made of it.
    key: &'static str,
    flag: &'static str,
    unit: &'static str,
    form: Form,
    /// The sign for the value and the sentence on it are those of its [`FieldWords`].
    value: &'static str,
    about: &'static str,
}

/// Every part of a scenario, in the canonical order of a query.
pub static FIELDS: &[Field] = &{
    let mut all = [PARTS[0].field(); PARTS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = PARTS[at].field();
        at += 1;
    }
    all
};

/// The words of all parts, in the same order.
pub(super) static WORDS: &[FieldWords] = &{
    let mut all = [PARTS[0].words(); PARTS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = PARTS[at].words();
        at += 1;
    }
    all
};

impl FieldGroup {
    const fn field(self) -> Field {
        Field {
            key: self.key,
            flag: self.flag,
            unit: self.unit,
            form: self.form,
        }
    }

    const fn words(self) -> FieldWords {
        FieldWords {
            flag: self.flag,
            value: self.value,
            about: self.about,
        }
    }
}

const PARTS: &[FieldGroup] = &[
    FieldGroup {
        key: "w",
        flag: "workload",
        value: "FILE|NAME",
        unit: "",
        about: "where requests come from: a named workload with parameters, or a trace file",
        form: Form::Text(
            |s| s.workload.clone(),
            |s, v| {
                if v.is_empty() {
                    return Err(wrong("workload", v, "the name of a workload or a file"));
                }
                v.clone_into(&mut s.workload);
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "n",
        flag: "requests",
        value: "N",
        unit: "requests",
        about: "the first N requests of a file (human turns in file order for conversations); what is generated makes N",
        form: Form::Whole(
            1,
            MOST_REQUESTS as u64,
            |s| s.requests.map(u64::from),
            |s, n| s.requests = Some(n as u32),
        ),
    },
    FieldGroup {
        key: "tok",
        flag: "tokenizer",
        value: "words|o200k|cl100k|FILE",
        unit: "",
        about: "what counts the text of a file: o200k or cl100k (byte pairs), words (FakeAI's), or a model's tokenizer.json",
        form: Form::Text(texts::tokenizer, texts::set_tokenizer),
    },
    FieldGroup {
        key: "perid",
        flag: "tokens-per-id",
        value: "N",
        unit: "tokens",
        about: "what a hash id of a trace stands for, instead of what its ids and lengths say",
        form: Form::Whole(
            1,
            65_536,
            |s| s.reading.tokens_per_id.map(u64::from),
            |s, n| s.reading.tokens_per_id = Some(n as u32),
        ),
    },
    FieldGroup {
        key: "tunit",
        flag: "time-unit",
        value: "s|ms|us|ns|min|h",
        unit: "",
        about: "unit of a file's times, instead of what the file says",
        form: Form::Text(texts::time_unit, texts::set_time_unit),
    },
    FieldGroup {
        key: "map",
        flag: "map",
        value: "WHAT=COLUMN;…",
        unit: "",
        about: "which column of a file holds what, where its names are not known: time=arrived_at;input=prompt_len, also end, output, max, ids, tokens-per-id, session, chat, parent, delay, prompt, context, system, messages, reply, ttft, first-token, e2e, replica, cached, tenant, priority, deadline; a dot leads into an object; prompt=line reads plain text",
        form: Form::Text(|s| s.reading.map.to_string(), texts::set_map),
    },
    FieldGroup {
        key: "srows",
        flag: "session-rows",
        value: "full|delta",
        unit: "",
        about: "what a row of a session holds: the whole prompt, or what is new since the answer before",
        form: Form::Text(
            |s| s.reading.session_rows.word().to_owned(),
            texts::set_session_rows,
        ),
    },
    FieldGroup {
        key: "tmpl",
        flag: "chat-template",
        value: "none|chatml|llama3",
        unit: "",
        about: "what a server adds around each message of a file's chats",
        form: Form::Text(
            |s| s.reading.chat_template.word().to_owned(),
            texts::set_chat_template,
        ),
    },
    FieldGroup {
        key: "seed",
        flag: "seed",
        value: "S",
        unit: "",
        about: "seed of everything random",
        form: Form::Whole(0, u64::MAX, |s| Some(s.seed), |s, n| s.seed = n),
    },
    FieldGroup {
        key: "seeds",
        flag: "seeds",
        value: "K",
        unit: "runs",
        about: "runs each policy with K seeds and reports the median and the range",
        form: Form::Whole(1, 1000, |s| Some(s.seeds.into()), |s, n| s.seeds = n as u32),
    },
    FieldGroup {
        key: "fleet",
        flag: "fleet",
        value: "NxGPU,…",
        unit: "",
        about: "a fleet of several kinds of replicas, instead of replicas, gpu and tp: 4xh100,4xl4, with /tp2 behind a GPU for replicas that are spread over two",
        form: Form::Text(|s| s.mix.to_string(), |s, v| s.set_mix(v)),
    },
    FieldGroup {
        key: "r",
        flag: "replicas",
        value: "N",
        unit: "replicas",
        about: "replicas behind the router",
        form: Form::Whole(
            1,
            1024,
            |s| Some(s.replicas.into()),
            |s, n| s.replicas = n as u32,
        ),
    },
    FieldGroup {
        key: "hw",
        flag: "gpu",
        value: "NAME",
        unit: "",
        about: "the GPU of a replica: a name (warmpath list gpus), or name:memory=BYTES;bandwidth=B/S;bf16=FLOPS;fp8=FLOPS;link=pcie4|pcie5|nvlink3|nvlink4|nvlink5|B/S",
        form: Form::Text(
            |s| s.gpu.name.to_owned(),
            |s, v| {
                s.gpu = hardware::parse(v).map_err(|error| match error {
                    GpuError::Unknown(_) => unknown("gpu", v, GPUS.iter().map(|gpu| gpu.name)),
                    other => ScenarioError::Conflict(format!("gpu: {other}")),
                })?;
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "tp",
        flag: "tp",
        value: "N",
        unit: "GPUs",
        about: "GPUs of a replica (tensor parallel)",
        form: Form::Text(
            |s| s.tensor_parallel.to_string(),
            |s, v| match v {
                "1" | "2" | "4" | "8" => whole("tp", v, 1, 8).map(|n| s.tensor_parallel = n as u32),
                _ => Err(wrong("tp", v, "1, 2, 4 or 8")),
            },
        ),
    },
    FieldGroup {
        key: "m",
        flag: "model",
        value: "NAME|FILE",
        unit: "",
        about: "the model every replica serves: a name (warmpath list models), or its Hugging Face config.json",
        form: Form::Text(texts::model, texts::set_model),
    },
    FieldGroup {
        key: "ep",
        flag: "ep",
        value: "N",
        unit: "GPUs",
        about: "GPUs over which experts are spread (expert parallel), a multiple of tp; other ranks' attention runs beside it, under the same load",
        form: Form::Whole(
            1,
            1024,
            |s| s.experts_over.map(u64::from),
            |s, n| s.experts_over = Some(n as u32),
        ),
    },
    FieldGroup {
        key: "dtype",
        flag: "dtype",
        value: "NAME",
        unit: "",
        about: "number format of the weights: bf16, fp8, int4, mxfp4 (experts only)",
        form: Form::Text(
            |s| s.dtype.name().to_owned(),
            |s, v| {
                s.dtype =
                    Dtype::parse(v).ok_or_else(|| wrong("dtype", v, "bf16, fp8, int4 or mxfp4"))?;
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "kvdtype",
        flag: "kv-dtype",
        value: "NAME",
        unit: "",
        about: "number format of the KV cache: bf16, fp8",
        form: Form::Text(
            |s| s.kv_dtype.name().to_owned(),
            |s, v| {
                let dtype =
                    Dtype::parse(v).filter(|dtype| matches!(dtype, Dtype::Bf16 | Dtype::Fp8));
                s.kv_dtype = dtype.ok_or_else(|| wrong("kv-dtype", v, "bf16 or fp8"))?;
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "bs",
        flag: "block-size",
        value: "N",
        unit: "tokens",
        about: "tokens a block",
        form: Form::Whole(
            1,
            4096,
            |s| Some(s.block_size.into()),
            |s, n| s.block_size = n as u32,
        ),
    },
    FieldGroup {
        key: "kv",
        flag: "kv-tokens",
        value: "N",
        unit: "tokens",
        about: "KV pool of a replica, instead of what fits in the GPU's memory",
        form: Form::Whole(
            1,
            1_000_000_000,
            |s| s.kv_tokens,
            |s, n| s.kv_tokens = Some(n),
        ),
    },
    FieldGroup {
        key: "mem",
        flag: "memory-utilization",
        value: "SHARE",
        unit: "of the memory",
        about: "share of a GPU's memory the engine may use for weights and KV pool (vLLM's --gpu-memory-utilization)",
        form: Form::Real(
            0.05,
            1.0,
            |s| Some(s.memory_utilization),
            |s, x| s.memory_utilization = x,
        ),
    },
    FieldGroup {
        key: "graphs",
        flag: "cuda-graphs",
        value: "on|off",
        unit: "",
        about: "whether decoding steps run as CUDA graphs; off is vLLM's --enforce-eager",
        form: Form::Text(texts::cuda_graphs, texts::set_cuda_graphs),
    },
    FieldGroup {
        key: "admit",
        flag: "admission",
        value: "prompt|chunk",
        unit: "",
        about: "what must be free for a request to be admitted: the blocks of its whole prompt (current vLLM), or of its first chunk (earlier)",
        form: Form::Text(texts::admission, texts::set_admission),
    },
    FieldGroup {
        key: "vllm",
        flag: "vllm",
        value: "current|0.N",
        unit: "",
        about: "the engine's version, where one is known to differ: block-scaled fp8 experts cost more before 0.17",
        form: Form::Text(texts::vllm, texts::set_vllm),
    },
    FieldGroup {
        key: "timing",
        flag: "timing",
        value: "NAME",
        unit: "",
        about: "step times: roofline (from the hardware), dynamo (the curves of Dynamo's replay)",
        form: Form::Text(texts::timing, texts::set_timing),
    },
    FieldGroup {
        key: "cal",
        flag: "calibration",
        value: "FILE",
        unit: "",
        about: "a JSON file with your own measured efficiencies, in the form of the shipped one",
        form: Form::Text(texts::calibration, texts::set_calibration),
    },
    FieldGroup {
        key: "off",
        flag: "off",
        value: "TERM,…",
        unit: "",
        about: "terms of the replica model to do without, split by commas: prefix-cache, preemption, mixed … (warmpath list terms)",
        form: Form::Text(
            |s| s.off.to_string(),
            |s, v| {
                s.off = Off::parse(v).map_err(|name| unknown("off", &name, Off::names()))?;
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "rate",
        flag: "rate",
        value: "R",
        unit: "arrivals/s",
        about: "arrivals a second: of conversations where there are any (later turns follow the answers), else of requests",
        form: Form::Real(1e-6, 1e6, |s| Some(s.rate), |s, x| s.rate = x),
    },
    FieldGroup {
        key: "stages",
        flag: "stages",
        value: "R1,R2,…",
        unit: "arrivals/s",
        about: "a ladder of 2 to 64 stages, instead of rate: R, or with a size of its own R:ARRIVALS or R:SECONDSs (5,10:200,20:30s); the rest of the workload is dealt in equal shares to the stages without one, and each stage begins when the one before has drained. With arrivals recorded each stage keeps the log's pattern, at its own rate",
        form: Form::Text(texts::stages, texts::set_stages),
    },
    FieldGroup {
        key: "arr",
        flag: "arrivals",
        value: "PROCESS",
        unit: "",
        about: "auto (recorded where the workload has times, else poisson), poisson, constant, gamma:CV, recorded, kubeai (the gaps that benchmark drew), all-at-once",
        form: Form::Text(texts::arrivals, texts::set_arrivals),
    },
    FieldGroup {
        key: "ts",
        flag: "time-scale",
        value: "X",
        unit: "times",
        about: "recorded times are multiplied by X: 0.5 replays twice as fast",
        form: Form::Real(1e-3, 1e3, |s| Some(s.time_scale), |s, x| s.time_scale = x),
    },
    FieldGroup {
        key: "think",
        flag: "think",
        value: "S",
        unit: "s",
        about: "pause between an answer and the next turn, where the workload records none",
        form: Form::Real(0.0, 1e6, |s| Some(s.think_s), |s, x| s.think_s = x),
    },
    FieldGroup {
        key: "conc",
        flag: "concurrency",
        value: "N",
        unit: "requests",
        about: "most active requests at once; more wait at the client (reported apart, as client_wait)",
        form: Form::Whole(
            1,
            1_000_000,
            |s| s.concurrency.map(u64::from),
            |s, n| s.concurrency = Some(n as u32),
        ),
    },
    FieldGroup {
        key: "inflight",
        flag: "in-flight-limit",
        value: "N",
        unit: "requests",
        about: "most active requests behind the router; more fail at once",
        form: Form::Whole(
            1,
            1_000_000,
            |s| s.in_flight_limit.map(u64::from),
            |s, n| s.in_flight_limit = Some(n as u32),
        ),
    },
    FieldGroup {
        key: "tier",
        flag: "tier",
        value: "NAME",
        unit: "",
        about: "rate limits per API key: TABLE:TIER (fakeai:tier-1, performance-guide:tier1, tuning-guide:tier-1) or custom:RPM/TPM",
        form: Form::Text(
            |s| optional(s.tier),
            |s, v| {
                s.tier = Some(Tier::parse(v)?);
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "keys",
        flag: "keys",
        value: "N",
        unit: "API keys",
        about: "conversations take turns over so many API keys",
        form: Form::Whole(
            1,
            1_000_000,
            |s| Some(s.keys.into()),
            |s, n| s.keys = n as u32,
        ),
    },
    FieldGroup {
        key: "retries",
        flag: "retries",
        value: "N",
        unit: "retries",
        about: "how often a request with status 429 tries again: after 1, 2, 4 … s plus up to 1 s, at least Retry-After",
        form: Form::Whole(
            0,
            100,
            |s| Some(s.retries.into()),
            |s, n| s.retries = n as u32,
        ),
    },
    FieldGroup {
        key: "client",
        flag: "client",
        value: "NAME",
        unit: "",
        about: "what sends the requests: free (costs no time), python (one asyncio process, the usual load generator)",
        form: Form::Text(texts::client, texts::set_client),
    },
    FieldGroup {
        key: "warm",
        flag: "warm",
        value: "none|random:N|FILE",
        unit: "",
        about: "what the caches hold at the start: nothing, what the workload routed at random N times leaves, or what an earlier run left in the file that --save-cache wrote",
        form: Form::Text(texts::warm, texts::set_warm),
    },
    FieldGroup {
        key: "seqs",
        flag: "max-seqs",
        value: "N",
        unit: "sequences",
        about: "most sequences in a replica's batch",
        form: Form::Whole(
            1,
            65_536,
            |s| Some(s.max_seqs.into()),
            |s, n| s.max_seqs = n as u32,
        ),
    },
    FieldGroup {
        key: "batch",
        flag: "batch-tokens",
        value: "N",
        unit: "tokens",
        about: "most new tokens in a step; longer prompts are computed in chunks",
        form: Form::Whole(
            1,
            1_000_000,
            |s| Some(s.batch_tokens.into()),
            |s, n| s.batch_tokens = n as u32,
        ),
    },
    FieldGroup {
        key: "batching",
        flag: "batching",
        value: "continuous|static:N,TIME",
        unit: "",
        about: "how a replica's batch comes about: continuous (requests join and leave at any step), or static:64,10ms (collect up to 64 or for 10 ms after the first, run to the end of the longest, answer all together)",
        form: Form::Text(entrance::batching, entrance::set_batching),
    },
    FieldGroup {
        key: "ctx",
        flag: "context",
        value: "N",
        unit: "tokens",
        about: "longest prompt and answer together; also limited by the model and by the pool",
        form: Form::Whole(
            1,
            100_000_000,
            |s| s.context.map(u64::from),
            |s, n| s.context = Some(n as u32),
        ),
    },
    FieldGroup {
        key: "age",
        flag: "load-age",
        value: "MS|step|step+MS",
        unit: "ms",
        about: "how old the load is that engines report to routers: 0 (as of the decision), collected every MS, step (as of the end of the engine's last step), or step+50ms (that, collected every 50 ms)",
        form: Form::Text(texts::load_age, texts::set_load_age),
    },
    FieldGroup {
        key: "routers",
        flag: "routers",
        value: "N",
        unit: "routers",
        about: "routers side by side, each with its own view of the fleet; requests take them in turn",
        form: Form::Whole(
            1,
            16,
            |s| Some(s.routers.into()),
            |s, n| s.routers = n as u32,
        ),
    },
    FieldGroup {
        key: "ttft",
        flag: "ttft-slo",
        value: "MS",
        unit: "ms",
        about: "a request counts as goodput if its TTFT is at most this",
        form: Form::Real(
            0.001,
            1e9,
            |s| s.ttft_slo_ms,
            |s, x| s.ttft_slo_ms = Some(x),
        ),
    },
    FieldGroup {
        key: "tpot",
        flag: "tpot-slo",
        value: "MS",
        unit: "ms",
        about: "a request counts as goodput if its TPOT is at most this",
        form: Form::Real(
            0.001,
            1e9,
            |s| s.tpot_slo_ms,
            |s, x| s.tpot_slo_ms = Some(x),
        ),
    },
    FieldGroup {
        key: "goal",
        flag: "goal",
        value: "GOAL",
        unit: "",
        about: "limits that a policy is judged by, split by semicolons: p95_ttft<500ms;errors<1%;attainment(ttft<500ms,tpot<80ms)>=95%, any figure and percentile, TARGET/CRITICAL; or seed-slo",
        form: Form::Text(
            |s| {
                s.goal
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string)
            },
            |s, v| {
                s.goal = match v {
                    "" => None,
                    goal => Some(Goal::parse(goal)?),
                };
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "price",
        flag: "price",
        value: "GPU=USD;…",
        unit: "US$/h",
        about: "what a GPU costs an hour, over the table of prices: h100=2.5;l4=0.8",
        form: Form::Text(
            |s| s.prices.to_string(),
            |s, v| {
                s.prices = Prices::parse(v)?;
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "ev",
        flag: "events",
        value: "EVENTS",
        unit: "",
        about: "what happens to replicas and routers, split by semicolons: TIME:kill=2[/stay], start=2, slow=1x0.3[/20s], hang=3[/15s], drain=0, restart-router=0[/snapshot]; 50% for a share of the replicas. Where slowdowns overlap the last to begin counts, of hangs the latest end",
        form: Form::Text(life::events, life::set_events),
    },
    FieldGroup {
        key: "mtbf",
        flag: "mtbf",
        value: "H",
        unit: "h",
        about: "replicas fail at random, each so often on average",
        form: Form::Real(
            0.001,
            1e6,
            |s| s.troubles.mtbf_h,
            |s, x| s.troubles.mtbf_h = Some(x),
        ),
    },
    FieldGroup {
        key: "mttr",
        flag: "mttr",
        value: "S",
        unit: "s",
        about: "from a failure until the replica is up again; without it the back-off and the model's start",
        form: Form::Real(
            0.0,
            1e6,
            |s| s.troubles.mttr_s,
            |s, x| s.troubles.mttr_s = Some(x),
        ),
    },
    FieldGroup {
        key: "drain",
        flag: "drain",
        value: "MODE",
        unit: "",
        about: "how a replica is taken out: abort or finish, then [:prestop=S;grace=S]",
        form: Form::Text(life::drain, life::set_drain),
    },
    FieldGroup {
        key: "health",
        flag: "health",
        value: "NAME",
        unit: "",
        about: "how routers learn of failures: a preset (see list health), then [:period=S;fails=N;oks=N;timeout=S;lag=S;lease=S;purge=S;loss=P;relist=S]",
        form: Form::Text(life::health, life::set_health),
    },
    FieldGroup {
        key: "rtries",
        flag: "router-retries",
        value: "N",
        unit: "",
        about: "how often a router tries a failed request again: N[:exclude=1;backoff_ms=50;growth=1.5;jitter=0.2;budget=0.2]; auto: as the health preset does",
        form: Form::Text(life::router_retries, life::set_router_retries),
    },
    FieldGroup {
        key: "ctries",
        flag: "client-retries",
        value: "N",
        unit: "tries",
        about: "how often a client asks again after a broken connection or an error; without it 2",
        form: Form::Whole(
            0,
            100,
            |s| s.troubles.client_retries.map(u64::from),
            |s, n| s.troubles.client_retries = Some(n as u32),
        ),
    },
    FieldGroup {
        key: "ctime",
        flag: "client-timeout",
        value: "S",
        unit: "s",
        about: "how long a client waits for a replica that hangs or for one to be there; without it 600",
        form: Form::Real(
            0.1,
            1e6,
            |s| s.troubles.client_timeout_s,
            |s, x| s.troubles.client_timeout_s = Some(x),
        ),
    },
    FieldGroup {
        key: "breaker",
        flag: "breaker",
        value: "NAME",
        unit: "",
        about: "when a router leaves a replica alone for its failures: seed, seed-3, smg, smg-worker, envoy, nginx or off; auto: as the health preset does",
        form: Form::Text(life::breaker, life::set_breaker),
    },
    FieldGroup {
        key: "scale",
        flag: "autoscale",
        value: "NAME",
        unit: "",
        about: "how the fleet grows and shrinks: hpa, hpa-seed, keda, kubeai, knative … (see list autoscalers), then [:METRIC=TARGET;min=N;max=N;victim=youngest|least-loaded|coldest;pending=1;start=S], or schedule:0s=2;5m=6",
        form: Form::Text(
            |s| optional(s.autoscale.as_ref()),
            |s, v| {
                s.autoscale = match v {
                    "" => None,
                    v => Some(Autoscale::parse(v)?),
                };
                Ok(())
            },
        ),
    },
    FieldGroup {
        key: "conns",
        flag: "connections",
        value: "N[/BACKLOG]",
        unit: "connections",
        about: "connections a server takes (uvicorn's --limit-concurrency and --backlog, as 1000/2048): as many open, the one that asks among them, answer 503; more than the backlog at one moment come again after 1, 2, 3 and 4 s",
        form: Form::Text(entrance::connections, entrance::set_connections),
    },
    FieldGroup {
        key: "endpoint",
        flag: "endpoint-limit",
        value: "RPM/RPH",
        unit: "requests",
        about: "requests a minute and an hour that the endpoint takes, of all API keys together, as 500/50000; beyond them status 429",
        form: Form::Text(entrance::endpoint, entrance::set_endpoint),
    },
    FieldGroup {
        key: "queue",
        flag: "queue",
        value: "N[/S]",
        unit: "requests",
        about: "a line in front of the routers: at most N wait, each at most S seconds (60; none: as long as it takes), for a place under in-flight-limit or until hold lets go; beyond that status 429",
        form: Form::Text(entrance::queue, entrance::set_queue),
    },
    FieldGroup {
        key: "hold",
        flag: "hold",
        value: "RULE",
        unit: "",
        about: "when requests wait though the fleet could take more: none, saturation[:queue=5;kv=0.8] (llm-d: while the mean of max(waiting/queue, KV use/kv) is 1 or more), prefill[:times=16] (Dynamo: while each replica has more prompt tokens to compute than times batch-tokens)",
        form: Form::Text(entrance::hold, entrance::set_hold),
    },
    FieldGroup {
        key: "order",
        flag: "order",
        value: "NAME",
        unit: "",
        about: "who of those that wait goes first: fcfs (first come), lcfs (last come), wspt (fewest uncached prompt tokens), edf (earliest deadline), priority (lowest number), vtc (the tenant that has had the least)",
        form: Form::Text(entrance::order, entrance::set_order),
    },
    FieldGroup {
        key: "shed",
        flag: "shed",
        value: "PRIORITY",
        unit: "",
        about: "while requests are held back, those of this priority number and above are refused (status 429) instead of waiting",
        form: Form::Text(entrance::shed, entrance::set_shed),
    },
    FieldGroup {
        key: "tenants",
        flag: "tenants",
        value: "NAME:SHARE[:WEIGHT],…",
        unit: "",
        about: "tenants and their shares of the conversations, as a:1,b:1,c:8; the weight says what of the service is due to each under vtc",
        form: Form::Text(entrance::tenants, entrance::set_tenants),
    },
    FieldGroup {
        key: "classes",
        flag: "classes",
        value: "NAME:SHARE:PRIORITY[:DEADLINE],…",
        unit: "",
        about: "classes and their shares of the conversations, as chat:0.3:0:2s,batch:0.7:9; the lowest priority number goes first, the deadline is for the first token",
        form: Form::Text(entrance::classes, entrance::set_classes),
    },
    FieldGroup {
        key: "pcache",
        flag: "prompt-cache",
        value: "LEAST/STEP/S",
        unit: "tokens, tokens, s",
        about: "tells what an API would bill that caches prompts: prefixes from LEAST tokens, STEP at a time, for S seconds, as 1024/128/600; nothing of the run changes",
        form: Form::Text(entrance::prompts, entrance::set_prompts),
    },
    FieldGroup {
        key: "tprice",
        flag: "token-price",
        value: "NAME|IN/CACHED/OUT",
        unit: "US$/million tokens",
        about: "what an API's tokens cost: gpt-4o, gpt-4o-mini, deepseek-chat, deepseek-reasoner (as published, with date and source in the report), or your own as 2.5/1.25/10",
        form: Form::Text(entrance::price, entrance::set_price),
    },
    FieldGroup {
        key: "rcache",
        flag: "response-cache",
        value: "S",
        unit: "s",
        about: "whole answers are kept for S seconds before the routers, and answer identical prompts, as 7200; identical means the same blocks and length, and the same text where there is any",
        form: Form::Real(
            0.001,
            1e9,
            |s| s.above.answers_s,
            |s, x| s.above.answers_s = Some(x),
        ),
    },
    FieldGroup {
        key: "p",
        flag: "policy",
        value: "SPEC",
        unit: "",
        about: "policies to compare, split by commas: name[:k=v[;k=v…]] or name=FORMULA, then [@nothing|@truth|@routed[:120s|:lru[=TOKENS]]|@events[:50ms[,loss=0.01]]]",
        form: Form::Text(
            |s| {
                s.policies
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(",")
            },
            |s, v| {
                s.policies = PolicySpec::parse_list(v)?;
                Ok(())
            },
        ),
    },
];
