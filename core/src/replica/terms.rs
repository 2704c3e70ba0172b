//! What the model of a replica is made of: every term, what it models, its value, and how to do without it.
//!
//! A term is a mechanism of the scheduler or a summand of the step time. [`TERMS`] lists them, so that a model card, the
//! command line (`warmpath list terms`) and an ablation all speak of the same things. [`Off`] is a set of terms that a
//! scenario does without; terms with an option of their own name the value that turns them off.
//!
//! ```
//! use warmpath_core::replica::terms::{Off, Switch};
//! let off = Off::parse("mixed,chunked-prefill").unwrap();
//! assert!(off.has(Switch::Mixed) && !off.has(Switch::Preemption));
//! assert_eq!(off.to_string(), "chunked-prefill,mixed"); // in the table's order
//! assert_eq!(Off::parse("mixd").unwrap_err(), "mixd");
//! ```

mod table;

use core::fmt;

use super::roofline::Efficiency;

pub use table::{STEP_FIT, TERMS};

/// The part of the replica model that a term belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelPart {
    /// The scheduler: which sequences are in the next step, and which blocks they hold.
    Scheduler,
    /// The step time, by the roofline (another simulator's curves have no terms).
    StepTime,
    /// The way between the client and the engine.
    Surroundings,
}

impl ModelPart {
    /// The heading under which a list of terms has this part.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduler => "scheduler",
            Self::StepTime => "step time",
            Self::Surroundings => "surroundings",
        }
    }
}

/// A term that `off` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each is told in the table, under the same name"
)]
pub enum Switch {
    ChunkedPrefill,
    PrefixCache,
    StepSharing,
    Preallocation,
    Preemption,
    HeadOfLine,
    Launch,
    Sequences,
    Ranks,
    Kernels,
    OlderExperts,
    GraphPadding,
    ExpertTiles,
    Passes,
    Weights,
    Gemm,
    Logits,
    KvReads,
    SharedReads,
    Mixed,
    PrefillAttention,
    Eager,
    AllReduce,
    ApiRequests,
    ApiTokens,
    Network,
    Front,
    FrontTokens,
}

/// How a term is turned off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermSwitch {
    /// By its name in the option `off`.
    Off(Switch),
    /// By an option of its own, with the value that means "without".
    Option {
        /// The name of the option that switches it.
        flag: &'static str,
        /// The value that switches it off; empty: the option is not given.
        value: &'static str,
    },
}

/// The figure of a term among the efficiencies.
#[derive(Clone, Copy, Debug)]
pub struct EfficiencyFigure {
    /// The unit in which it is shown.
    pub unit: &'static str,
    /// The figure in that unit, taken from the efficiencies.
    pub of: fn(&Efficiency) -> f64,
    /// The value at which the term has no effect; `None` for a rate, which always has one.
    pub idle: Option<f64>,
    /// Whether it was fitted for the shipped calibration (`cargo xtask fit` without a file does it again).
    pub fitted: bool,
    /// Where the figure comes from, if it is not fitted.
    pub source: &'static str,
}

/// A term of the replica model: what it models, its figure, and whether it can be turned off.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// The name by which lists have it, and by which `off` refers to it unless it has an option of its own.
    pub name: &'static str,
    /// The part of the replica model that it belongs to.
    pub part: ModelPart,
    /// What the term models, in a few words.
    pub about: &'static str,
    /// What happens without the term, in a few words.
    pub without: &'static str,
    /// How a scenario does without it.
    pub how: TermSwitch,
    /// The term's figure; `None` if it has none.
    pub figure: Option<EfficiencyFigure>,
    /// The product, version or paper whose mechanism it models.
    pub source: &'static str,
}

/// A term that is turned off by its name, without its texts: a program that only runs scenarios contains no more of the table.
#[derive(Clone, Copy, Debug)]
pub struct Switched {
    /// The name by which `off` refers to it.
    pub name: &'static str,
    switch: Switch,
    /// Whether it belongs to the roofline's step times, as [`Term::of_roofline`].
    pub of_roofline: bool,
}

impl Term {
    /// Whether it has a meaning only where step times come from the roofline: all terms that have a figure there, and those made of
    /// such.
    pub const fn of_roofline(&self) -> bool {
        match self.how {
            TermSwitch::Off(_) => {
                !matches!(self.part, ModelPart::Scheduler) || self.figure.is_some()
            }
            TermSwitch::Option { .. } => false,
        }
    }

    const fn switched(&self) -> Option<Switched> {
        match self.how {
            TermSwitch::Off(switch) => Some(Switched {
                name: self.name,
                switch,
                of_roofline: self.of_roofline(),
            }),
            TermSwitch::Option { .. } => None,
        }
    }
}

/// The terms of [`TERMS`] that are turned off by their names, in the same order.
static SWITCHED: [Switched; count()] = switched();

const fn count() -> usize {
    let (mut count, mut at) = (0, 0);
    while at < TERMS.len() {
        if TERMS[at].switched().is_some() {
            count += 1;
        }
        at += 1;
    }
    count
}

const fn switched() -> [Switched; count()] {
    let any = Switched {
        name: "",
        switch: Switch::Weights,
        of_roofline: false,
    };
    let (mut found, mut count, mut at) = ([any; count()], 0, 0);
    while at < TERMS.len() {
        if let Some(term) = TERMS[at].switched() {
            found[count] = term;
            count += 1;
        }
        at += 1;
    }
    found
}

/// The term of that name; `None` if there is none.
pub fn term(name: &str) -> Option<&'static Term> {
    TERMS.iter().find(|term| term.name == name)
}

/// A set of terms that a scenario does without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Off(u32);

impl Off {
    /// Reads names split by commas; an empty text is the empty set.
    ///
    /// # Errors
    /// The first name that no term has, or whose term has an option of its own.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut off = Self::default();
        for name in text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            match SWITCHED.iter().find(|term| term.name == name) {
                Some(term) => off = off.with(term.switch),
                None => return Err(name.to_owned()),
            }
        }
        Ok(off)
    }

    /// The set with one term more, if it is not in it already.
    ///
    /// ```
    /// use warmpath_core::replica::terms::{Off, Switch};
    /// let off = Off::default().with(Switch::Network);
    /// assert!(off.has(Switch::Network) && off.with(Switch::Network) == off);
    /// ```
    pub fn with(self, switch: Switch) -> Self {
        Self(self.0 | 1 << switch as u32)
    }

    /// Whether the set contains the term.
    pub fn has(self, switch: Switch) -> bool {
        self.0 & 1 << switch as u32 != 0
    }

    /// The terms of the set, in the table's order.
    pub fn terms(self) -> impl Iterator<Item = &'static Switched> {
        SWITCHED.iter().filter(move |term| self.has(term.switch))
    }

    /// The names that [`Off::parse`] takes.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        SWITCHED.iter().map(|term| term.name)
    }

    /// The efficiencies with the terms of this set at the values at which they have no effect. (All-reduces and the tiles of
    /// experts are no efficiencies: [`Roofline::without`](super::roofline::Roofline::without) takes them out too.)
    pub fn apply(self, mut e: Efficiency) -> Efficiency {
        for term in self.terms() {
            match term.switch {
                Switch::Preallocation => e.preallocate_blocks = 0,
                Switch::Launch => e.step_s = 0.0,
                Switch::Sequences => e.sequence_s = 0.0,
                Switch::Ranks => e.rank_s = 0.0,
                Switch::Kernels => e.kernel_s = 0.0,
                Switch::OlderExperts => e.older_experts_s = 0.0,
                Switch::GraphPadding => e.graph_step = 0,
                Switch::Passes => (e.passes, e.expert_passes) = (0.0, 0.0),
                Switch::Weights => {
                    (e.weight_bandwidth, e.expert_bandwidth) = (f64::INFINITY, f64::INFINITY);
                }
                Switch::Gemm => (e.gemm, e.expert_gemm) = (f64::INFINITY, f64::INFINITY),
                Switch::Logits => e.logits = f64::INFINITY,
                Switch::KvReads => e.kv_bandwidth = f64::INFINITY,
                Switch::SharedReads => e.shared_read = 1.0,
                Switch::Mixed => e.mixed = 1.0,
                Switch::PrefillAttention => e.prefill_attention = f64::INFINITY,
                Switch::Eager => (e.eager_s, e.eager_layer_s) = (0.0, 0.0),
                Switch::Front => e.front_s = 0.0,
                Switch::FrontTokens => e.front_token_s = 0.0,
                Switch::ApiRequests => e.api_request_s = 0.0,
                Switch::ApiTokens => e.api_token_s = 0.0,
                Switch::Network => e.network_s = 0.0,
                Switch::AllReduce
                | Switch::ExpertTiles
                | Switch::ChunkedPrefill
                | Switch::PrefixCache
                | Switch::StepSharing
                | Switch::Preemption
                | Switch::HeadOfLine => {}
            }
        }
        e
    }
}

impl fmt::Display for Off {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.terms().enumerate() {
            f.write_str(if at > 0 { "," } else { "" })?;
            f.write_str(term.name)?;
        }
        Ok(())
    }
}
