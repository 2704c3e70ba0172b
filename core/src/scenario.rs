//! What is asked: the one configuration behind the page, the command line and the tests.
//!
//! A scenario is text: `v=2&w=shared-system&r=8&p=smart`, made and read here, holding only what differs from the
//! defaults, in one order. Its parts are a table ([`FIELDS`]): the command line's options, the query's keys and the
//! page's controls all come from it, so none can know what another does not. A value out of range is refused with the
//! range; nothing is silently changed.
//!
//! ```
//! use warmpath_core::scenario::Scenario;
//! let scenario = Scenario::from_query("v=2&r=8&p=smart").unwrap();
//! assert_eq!(scenario.replicas, 8);
//! assert_eq!(scenario.to_query(), "v=2&r=8&p=smart");
//! assert!(Scenario::from_query("r=0").unwrap_err().to_string().contains("1 to 1024"));
//! ```

pub mod above;
mod arriving;
mod attached;
mod card;
mod companion;
mod duration;
pub mod entrance;
mod error;
mod fields;
mod json;
mod judged;
pub mod ladder;
mod lenient;
pub mod life;
pub mod mix;
mod piece;
mod preset;
mod query;
pub mod scaling;
pub mod standard;
mod sweep;
pub mod version;

pub use arriving::Arriving;
pub use attached::Attached;
pub use card::{FigureOrigin, TermLine};
pub use companion::Companion;
pub use error::ScenarioError;
pub use fields::{FIELDS, Field, FieldWords, field};
pub use lenient::Ignored;
pub use piece::PartError;
pub use preset::{PRESETS, Preset, preset};
pub use sweep::{MOST_POINTS, Sweep};

use crate::cache::CacheState;
use crate::goal::Goal;
use crate::hardware::{self, Gpu};
use crate::limit::Tier;
use crate::llm::{self, Dtype, Llm};
use crate::price::Prices;
use crate::replica::Gather;
use crate::replica::calibration::Calibration;
use crate::replica::terms::Off;
use crate::router::{LoadAge, PolicySpec, Unit};
use crate::words::excerpt;
use crate::workload::reading::{Reading, Tokenization};
use crate::workload::{Named, ReadOptions};
use above::Above;
use entrance::Entrance;
use ladder::Rung;
use life::Troubles;
use mix::Mix;
use scaling::Autoscale;

/// How the time of an engine's step is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimingChoice {
    /// From the GPU's and the model's figures, by [`crate::replica::roofline`].
    Roofline,
    /// By the curves that Dynamo's replay uses, whatever the GPU and the model.
    Dynamo,
}

/// What must be free for a waiting request to be admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admit {
    /// The blocks of its whole prompt (vLLM's `scheduler_reserve_full_isl`, on by default in current versions).
    Prompt,
    /// The blocks of its first chunk, as in earlier versions.
    Chunk,
}

/// When requests arrive that do not follow an answer of their conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrivals {
    /// At the recorded times where the workload has them; as a Poisson process elsewhere.
    Auto,
    /// As a Poisson process: with exponentially distributed gaps, drawn by the seed.
    Poisson,
    /// With equal gaps, each the reciprocal of the rate.
    Constant,
    /// With gamma-distributed gaps of this coefficient of variation, drawn by the seed.
    Gamma(f64),
    /// At the recorded times; a workload without times is refused.
    Recorded,
    /// With the gaps that the KubeAI benchmark drew, whatever the seed.
    KubeAi,
    /// All at the start of the run.
    AllAtOnce,
}

/// What kind of client sends the requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// A client whose own work takes no time.
    Free,
    /// A load generator in one Python process, whose work takes time on its one core (see `fleet/client/python.rs`).
    Python,
}

/// What the caches hold at the start.
#[derive(Clone, Debug, PartialEq)]
pub enum Warm {
    /// Nothing: every cache is empty.
    Cold,
    /// What an earlier run without prefix routing would have left: the whole workload routed at random this many times.
    Random(u32),
    /// What an earlier run left, read from the file that it wrote.
    Left(Attached<CacheState>),
}

/// Everything that a run depends on but the requests in the workload's file: the values of all parts of the table [`FIELDS`].
#[derive(Debug, PartialEq)]
pub struct Scenario {
    /// The workload: a named one with its parameters, or `basename~hash` of a file.
    pub workload: String,
    /// How many requests are sent, from the workload's first on; `None`: the workload's own number. There are never more than a file
    /// has, but a workload that is generated or sent again and again gives any number.
    pub requests: Option<u32>,
    /// The seed of everything that is drawn at random.
    pub seed: u64,
    /// How many seeds are run, from `seed` on; figures are then medians over them.
    pub seeds: u32,
    /// The policies to compare, in the order of the report.
    pub policies: Vec<PolicySpec>,
    /// How many replicas the fleet begins with.
    pub replicas: u32,
    /// The kinds of replicas, where not all are alike. Then `replicas` is the number of all of them, and `gpu` and
    /// `tensor_parallel` are those of the first kind.
    pub mix: Mix,
    /// The GPU that every replica runs on.
    pub gpu: &'static Gpu,
    /// How many GPUs of one server share each layer of a replica's model.
    pub tensor_parallel: u32,
    /// The model that every replica serves.
    pub model: &'static Llm,
    /// The configuration file that `model` was read from; `None` for a model of the table.
    pub own_model: Option<Attached<Llm>>,
    /// How many GPUs the experts of the model are spread over; `None`: over the tensor-parallel ones.
    pub experts_over: Option<u32>,
    /// The number format of the weights.
    pub dtype: Dtype,
    /// The number format of the KV cache.
    pub kv_dtype: Dtype,
    /// The number of tokens of a block of the KV cache \[tokens\].
    pub block_size: u32,
    /// The size of a replica's KV pool \[tokens\]; `None`: as many as fit into the GPU's memory.
    pub kv_tokens: Option<u64>,
    /// The share of a GPU's memory that the engine may use, from 0 to 1.
    pub memory_utilization: f64,
    /// Whether the engine runs steps as CUDA graphs where it can.
    pub cuda_graphs: bool,
    /// What must be free in the pool for a waiting request to be admitted.
    pub admission: Admit,
    /// The version of vLLM that is modelled, as n of 0.n; `None`: a current one.
    pub vllm: Option<u32>,
    /// How the time of an engine's step is computed.
    pub timing: TimingChoice,
    /// The terms of the replica model that are switched off.
    pub off: Off,
    /// The rate of arrivals where times are drawn \[1/s\].
    pub rate: f64,
    /// The stages of a ladder of rates, which replaces `rate`; empty: there is no ladder.
    pub stages: Vec<Rung>,
    /// When requests arrive that do not follow an answer of their conversation.
    pub arrivals: Arrivals,
    /// The factor by which recorded times are multiplied.
    pub time_scale: f64,
    /// The pause between an answer and the next turn of its conversation \[s\].
    pub think_s: f64,
    /// The most requests that the client has under way, the rest waiting at the client; `None`: any number.
    pub concurrency: Option<u32>,
    /// The most requests in flight in the fleet, beyond which more fail at once or wait in the line; `None`: any number.
    pub in_flight_limit: Option<u32>,
    /// The rate limits that each API key has in front of the routers; `None`: no limits.
    pub tier: Option<Tier>,
    /// How many API keys the conversations are spread over.
    pub keys: u32,
    /// How often a client sends a request again that was refused with status 429: by a rate limit, or by the line in front.
    pub retries: u32,
    /// What kind of client sends the requests.
    pub client: Client,
    /// What the caches hold at the start.
    pub warm: Warm,
    /// The most sequences in a replica's batch.
    pub max_seqs: u32,
    /// The most new tokens in a step, over all sequences \[tokens\].
    pub batch_tokens: u32,
    /// How a replica collects requests into a batch; `None`: requests join and leave its batch at any step.
    pub gather: Option<Gather>,
    /// The most tokens of a prompt and its answer together \[tokens\]; `None`: as many as the model takes.
    pub context: Option<u32>,
    /// How old the load is that routers see of the engines.
    pub load_age: LoadAge,
    /// How many routers there are, each with its own knowledge; requests are dealt to them in turn.
    pub routers: u32,
    /// The TTFT up to which a request counts for goodput \[ms\]; `None`: any.
    pub ttft_slo_ms: Option<f64>,
    /// The TPOT up to which a request counts for goodput \[ms\]; `None`: any.
    pub tpot_slo_ms: Option<f64>,
    /// The limits that each policy's figures are judged by; `None`: none.
    pub goal: Option<Goal>,
    /// What GPUs cost per hour, where the user's figures replace the table's.
    pub prices: Prices,
    /// The user's own measurements, which replace those that are shipped or assumed; `None`: there are none.
    pub calibration: Option<Attached<Calibration>>,
    /// The events that befall the fleet, and how routers and clients notice them.
    pub troubles: Troubles,
    /// How the number of replicas is changed during the run; `None`: it stays the same.
    pub autoscale: Option<Autoscale>,
    /// The limits, the waiting line and the groups of clients in front of the routers.
    pub entrance: Entrance,
    /// The caches of prompts and of whole answers above the fleet.
    pub above: Above,
    /// How the workload's file is read, where the workload is a file.
    pub reading: Reading,
}

// By hand because a derived `clone` is compiled anew, 3 KB each time, in every crate that calls it. What can be copied is.
impl Clone for Scenario {
    #[inline(never)]
    fn clone(&self) -> Self {
        Self {
            workload: self.workload.clone(),
            policies: self.policies.clone(),
            mix: self.mix.clone(),
            own_model: self.own_model.clone(),
            stages: self.stages.clone(),
            warm: self.warm.clone(),
            goal: self.goal.clone(),
            prices: self.prices.clone(),
            calibration: self.calibration.clone(),
            troubles: self.troubles.clone(),
            autoscale: self.autoscale.clone(),
            entrance: self.entrance.clone(),
            reading: self.reading.clone(),
            ..*self
        }
    }
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            workload: "shared-system".to_owned(),
            requests: None,
            seed: 1,
            seeds: 1,
            policies: ["round-robin", "smart"]
                .into_iter()
                .filter_map(|name| PolicySpec::parse(name).ok())
                .collect(),
            replicas: 4,
            mix: Mix::default(),
            gpu: &hardware::GPUS[0],
            tensor_parallel: 1,
            model: &llm::MODELS[0],
            own_model: None,
            experts_over: None,
            dtype: Dtype::Fp8,
            kv_dtype: Dtype::Bf16,
            block_size: standard::BLOCK_SIZE,
            kv_tokens: None,
            memory_utilization: standard::MEMORY_UTILIZATION,
            cuda_graphs: true,
            admission: Admit::Prompt,
            vllm: None,
            timing: TimingChoice::Roofline,
            off: Off::default(),
            rate: 4.0,
            stages: Vec::new(),
            arrivals: Arrivals::Auto,
            time_scale: 1.0,
            think_s: 0.0,
            concurrency: None,
            in_flight_limit: None,
            tier: None,
            keys: 1,
            retries: 4,
            client: Client::Free,
            warm: Warm::Cold,
            max_seqs: standard::MAX_SEQS,
            batch_tokens: standard::BATCH_TOKENS,
            gather: None,
            context: None,
            load_age: LoadAge::default(),
            routers: 1,
            ttft_slo_ms: None,
            tpot_slo_ms: None,
            goal: None,
            prices: Prices::default(),
            calibration: None,
            troubles: Troubles::default(),
            autoscale: None,
            entrance: Entrance::default(),
            above: Above::default(),
            reading: Reading::default(),
        }
    }
}

impl Scenario {
    /// Whether a product that one of its policies models matches characters, so that a reader of texts has to keep them
    /// ([`ReadOptions::characters`](crate::workload::ReadOptions::characters)).
    pub fn matches_characters(&self) -> bool {
        let mut policies = self.policies.iter();
        policies.any(|spec| spec.reads().unit == Unit::Characters)
    }

    /// Whether a product that one of its policies models matches tokens one by one
    /// ([`ReadOptions::tokens`](crate::workload::ReadOptions::tokens)).
    pub fn matches_tokens(&self) -> bool {
        let mut policies = self.policies.iter();
        policies.any(|spec| spec.reads().unit == Unit::Tokens)
    }

    /// Whether one of its policies hashes more or less of a prompt's beginning than 100 characters.
    pub fn hashes_beginnings(&self) -> bool {
        let mut policies = self.policies.iter();
        policies.any(|spec| spec.reads().beginnings)
    }

    /// The options with which the scenario's file is to be read.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            block_size: self.block_size,
            requests: self.requests,
            characters: self.matches_characters(),
            tokens: self.matches_tokens(),
            beginnings: self.hashes_beginnings(),
            reading: self.reading.clone(),
            ..ReadOptions::default()
        }
    }

    /// The state of the caches that an earlier run left; `None` if this scenario does not begin with one, or its file has not been
    /// read.
    pub fn left_before(&self) -> Option<&CacheState> {
        match &self.warm {
            Warm::Left(file) => file.content().map(|state| &**state),
            Warm::Cold | Warm::Random(_) => None,
        }
    }

    /// Checks that every file that the scenario names has been read.
    ///
    /// # Errors
    /// The first file that has not been read.
    pub fn ready(&self) -> Result<(), ScenarioError> {
        if let Warm::Left(state) = &self.warm {
            state.ready("warm")?;
        }
        if let Some(model) = &self.own_model {
            model.ready("model")?;
        }
        if let Tokenization::File { name, tables: None } = &self.reading.tokenizer {
            return Err(ScenarioError::Unread {
                field: "tokenizer",
                name: name.clone(),
            });
        }
        match &self.calibration {
            Some(calibration) => calibration.ready("calibration"),
            None => Ok(()),
        }
    }

    /// Reads a query string (with or without a leading `?`). Parts that it does not name have their defaults.
    ///
    /// # Errors
    /// As [`Self::apply_query`].
    pub fn from_query(query: &str) -> Result<Self, ScenarioError> {
        let mut scenario = Self::default();
        scenario.apply_query(query)?;
        Ok(scenario)
    }

    /// Sets the parts that a query string names; unchanged on error.
    ///
    /// # Errors
    /// If a key or a value is wrong, the version is not one that is read, or the parts do not go together ([`Self::check`]).
    pub fn apply_query(&mut self, query: &str) -> Result<(), ScenarioError> {
        let mut next = self.clone();
        let mut pairs = query::pairs(query)?;
        mix::first(&mut pairs, |(key, _)| key);
        for (key, value) in pairs {
            if key == "v" {
                version::check(&value)?;
                continue;
            }
            let field = fields::by_key(&key)?;
            field.set(&mut next, &value)?;
        }
        next.check()?;
        *self = next;
        Ok(())
    }

    /// The canonical query string: version first, then what differs from the defaults, in the table's order.
    pub fn to_query(&self) -> String {
        let default = Self::default();
        let mut query = version::head();
        for field in FIELDS {
            let value = field.get(self);
            if value != field.get(&default) && !self.follows(field) {
                query.push('&');
                query.push_str(field.key);
                query.push('=');
                query::encode(&value, &mut query);
            }
        }
        query
    }

    /// Sets one part by its option name; unchanged on error. Whether it goes together with the others is not checked ([`Self::check`]).
    ///
    /// # Errors
    /// If there is no such option, or its value is wrong.
    pub fn set(&mut self, flag: &str, value: &str) -> Result<(), ScenarioError> {
        let field = fields::field(flag)?;
        let mut next = self.clone();
        field.set(&mut next, value)?;
        *self = next;
        Ok(())
    }

    /// Remarks on what is allowed and seldom meant, a sentence each: options for files without a file, prices of GPUs that the fleet does
    /// not have, a policy that is compared twice, and each policy's own remark ([`PolicySpec::remark`]).
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.reading != Reading::default() && Named::parse(&self.workload).is_ok() {
            remarks.push(format!(
                "{} is no file, so options that say how a file is read change nothing",
                excerpt(&self.workload)
            ));
        }
        let kinds = self.mix.kinds.iter().map(|kind| kind.gpu);
        let gpus: Vec<&str> = kinds.chain([self.gpu]).map(Gpu::priced_as).collect();
        for name in self.prices.own().filter(|it| !gpus.contains(it)) {
            let name = excerpt(name);
            remarks.push(format!(
                "price names {name}, which is no gpu of this fleet; it changes nothing"
            ));
        }
        for (at, spec) in self.policies.iter().enumerate() {
            match self.policies[..at].iter().filter(|it| *it == spec).count() {
                0 => remarks.extend(spec.remark()),
                1 => {
                    let name = excerpt(&spec.to_string());
                    remarks.push(format!("{name} is already compared; it is run again"));
                }
                _ => {}
            }
        }
        remarks
    }

    /// The number of replicas that may be there at some time: the largest of the number at the beginning, one past the highest number
    /// that an event names, and the autoscaler's `max`.
    pub fn replicas_ever(&self) -> u32 {
        let scaled = self.autoscale.as_ref().map_or(0, |it| it.max);
        let most = self.replicas.max(self.troubles.events.replicas());
        most.max(scaled)
    }

    /// Whether the number of replicas is recorded over time: because it changes, or because the user gave prices.
    pub(crate) fn records_replica_counts(&self) -> bool {
        self.autoscale.is_some() || self.prices.own().next().is_some()
    }

    /// Whether anything may happen to the fleet during a run: an event, a failure by chance, or a step of the autoscaler.
    pub fn changes(&self) -> bool {
        self.troubles.any() || self.autoscale.is_some()
    }

    /// Checks that each event is for a replica or a router that the fleet has or may get.
    fn check_events(&self) -> Result<(), ScenarioError> {
        let scaled = self.autoscale.as_ref().map_or(0, |it| it.max);
        let replicas = self.replicas.max(scaled);
        let Some(event) = self.troubles.events.stray(replicas, self.routers) else {
            return Ok(());
        };
        let (of, all) = match event.verb {
            life::Verb::RestartRouter { .. } => ("router", self.routers),
            _ => ("replica", replicas),
        };
        let there = match all {
            0 | 1 => format!("there is only {of} 0"),
            all => format!("the {all} {of}s have the numbers 0 to {}", all - 1),
        };
        Err(ScenarioError::Conflict(format!(
            "events has {event}, but {there}; name one of these, or raise {of}s"
        )))
    }

    /// Checks that the parts go together.
    ///
    /// # Errors
    /// The first conflict that is found.
    pub fn check(&self) -> Result<(), ScenarioError> {
        if self.batch_tokens < self.max_seqs {
            return Err(ScenarioError::Conflict(format!(
                "batch-tokens is {}, but must be at least max-seqs ({}): each running sequence needs a token a step",
                self.batch_tokens, self.max_seqs
            )));
        }
        if !self.stages.is_empty() && self.arrivals == Arrivals::AllAtOnce {
            return Err(ScenarioError::Conflict(
                "stages set the rate, so arrivals must be auto, poisson, constant, gamma:CV, recorded or kubeai".to_owned(),
            ));
        }
        if self.tensor_parallel > 1 && !self.model.query_heads.is_multiple_of(self.tensor_parallel)
        {
            return Err(ScenarioError::Conflict(format!(
                "tp is {}, which does not divide the {} query heads of {}",
                self.tensor_parallel, self.model.query_heads, self.model.title
            )));
        }
        if let Some(spread) = self.experts_over {
            if self.model.experts.is_none() {
                return Err(ScenarioError::Conflict(format!(
                    "ep is {spread}, but {} has no experts",
                    self.model.title
                )));
            }
            if !spread.is_multiple_of(self.tensor_parallel) {
                return Err(ScenarioError::Conflict(format!(
                    "ep is {spread}, which is no multiple of tp ({})",
                    self.tensor_parallel
                )));
            }
        }
        if self.timing == TimingChoice::Dynamo
            && let Some(term) = self.off.terms().find(|term| term.of_roofline)
        {
            return Err(ScenarioError::Conflict(format!(
                "off names {}, a term of the roofline, but timing is dynamo; leave it out, or choose timing roofline",
                term.name
            )));
        }
        if let Some(tokens) = self.kv_tokens
            && tokens < u64::from(self.block_size)
        {
            return Err(ScenarioError::Conflict(format!(
                "kv-tokens is {tokens}, but must be at least {}: a pool holds whole blocks, and block-size is {}",
                self.block_size, self.block_size
            )));
        }
        self.check_mix()?;
        self.check_goal()?;
        if self.changes() && self.client == Client::Python {
            return Err(ScenarioError::Conflict(
                "events, mtbf and autoscale need client free: the Python client is not told of broken connections".to_owned(),
            ));
        }
        if let Some(scale) = &self.autoscale {
            if !self.mix.kinds.is_empty() {
                return Err(ScenarioError::Conflict(
                    "autoscale needs replicas that are alike, but fleet has kinds; leave fleet out, or autoscale".to_owned(),
                ));
            }
            // A schedule's `max` is its largest number, no limit: before its first time there are as many as the fleet begins with.
            if self.replicas > scale.max && scale.preset.rule != scaling::Rule::Schedule {
                return Err(ScenarioError::Conflict(format!(
                    "replicas is {}, but autoscale's max is {}; begin with fewer, or raise max",
                    self.replicas, scale.max
                )));
            }
        }
        self.check_events()?;
        if let Some(Gather { most, .. }) = self.gather {
            if most > self.max_seqs {
                return Err(ScenarioError::Conflict(format!(
                    "batching collects {most}, but max-seqs is {}; a batch must fit",
                    self.max_seqs
                )));
            }
            if self.client == Client::Python {
                return Err(ScenarioError::Conflict(
                    "batching static needs client free: the Python client reads each token as it comes".to_owned(),
                ));
            }
        }
        if self.above.answers_s.is_some() && self.client == Client::Python {
            return Err(ScenarioError::Conflict(
                "response-cache needs client free: the Python client reads each token as it comes"
                    .to_owned(),
            ));
        }
        if let Some(conflict) = self.entrance.conflict(self.in_flight_limit.is_some()) {
            return Err(ScenarioError::Conflict(conflict));
        }
        if self.entrance.connections.is_some() && self.client == Client::Python {
            return Err(ScenarioError::Conflict(
                "connections needs client free: the Python client is not told of status 503"
                    .to_owned(),
            ));
        }
        if self.pool_blocks() == 0 {
            return Err(ScenarioError::Conflict(format!(
                "{} in {} leaves no room for a cache on {} × {}; choose a larger gpu, a higher tp or a smaller dtype",
                self.model.title,
                self.dtype.name(),
                self.tensor_parallel,
                self.gpu.title
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
