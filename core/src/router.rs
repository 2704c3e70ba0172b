//! Where to send a request, and why.
//!
//! A policy sees one request ([`Ask`]) and what its router knows of each replica ([`Known`]), as far as it asked for it, and
//! lays the replicas out; the choice follows, and on demand an explanation of it ([`Chooser`]). Policies are values: [`spec`]
//! parses `name:k=v;k=v@knowledge`, [`POLICIES`] lists them all. Each lives in a file of its own. An [`Instance`] is one running router: its policy, its own ledger of
//! what it sent, and what it believes the replicas' caches hold.
//!
//! What a router knows is a matter of its own, beside its formula: [`Knowledge`] says where its picture of the caches
//! comes from, [`SIGNALS`] lists every figure with its source and its age.

pub mod advanced;
pub mod cost;
pub mod diary;
pub mod formula;
pub mod offline;
pub mod spec;

mod active;
mod ask;
mod belief;
mod board;
mod chooser;
mod explain;
mod instance;
mod ledger;
mod policy;
mod provenance;
mod residents;
mod setup;
mod signals;
mod view;

use serde::Serialize;

use crate::units::{ReplicaId, VirtualTime};
pub use ask::Ask;
pub(crate) use belief::Belief;
pub(crate) use belief::stirred::{Names, Stirred};
pub use board::Choice;
pub use chooser::Chooser;
pub use explain::{Candidate, Decision, Flip, Gate, Term};
pub use instance::Instance;
pub use policy::POLICIES;
pub use provenance::Provenance;
pub use setup::{OwnBlocks, Reads, Unit};
pub use signals::{Columns, EngineLoads, LoadAge, SIGNALS, Signal, Signals, Speed};
pub use spec::{Forget, Knowledge, PolicySpec, SpecError};
pub use view::Known;

/// How a request went that this router sent.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The request.
    pub ask: Ask<'a>,
    /// Where it went.
    pub replica: ReplicaId,
    /// Prompt tokens the router believed were not cached there.
    pub uncached_tokens: u32,
    /// From the decision until now.
    pub after: VirtualTime,
}

/// Which numbers a parameter takes between its smallest and its largest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// Every number.
    Real,
    /// Whole numbers.
    Integer,
    /// 1, which switches a rule on, and 0, which switches it off.
    Switch,
}

/// How a parameter's values are spread in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Equal steps.
    Linear,
    /// Equal factors.
    Log,
}

/// Where a parameter is searched: what may be worth trying, out of all that it may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SearchRange {
    /// The least value; equal to the largest: it is not searched.
    pub low: f64,
    /// The largest value.
    pub high: f64,
    /// How values are spread between them.
    pub scale: Scale,
}

impl SearchRange {
    /// Where nothing else is declared: a share over its whole range; a number from a sixteenth of its default to sixteen times
    /// that; one that is zero by default up to 4.
    const fn around(default: f64, (min, max): (f64, f64)) -> Self {
        if max <= 1.0 {
            return Self {
                low: min,
                high: max,
                scale: Scale::Linear,
            };
        }
        if default > 0.0 {
            let (low, high) = (default / 16.0, default * 16.0);
            return Self {
                low: if low < min { min } else { low },
                high: if high > max { max } else { high },
                scale: Scale::Log,
            };
        }
        Self {
            low: min,
            high: if max < 4.0 { max } else { 4.0 },
            scale: Scale::Linear,
        }
    }
}

/// A policy's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// As typed.
    pub name: &'static str,
    /// Which numbers it takes.
    pub kind: ParameterKind,
    /// Its unit.
    pub unit: &'static str,
    /// The shipped default.
    pub default: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// One line.
    pub about: &'static str,
    /// Where it is searched.
    #[serde(skip)]
    pub search: SearchRange,
}

impl Parameter {
    const fn new(
        name: &'static str,
        default: f64,
        (min, max): (f64, f64),
        unit: &'static str,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            kind: ParameterKind::Real,
            unit,
            default,
            min,
            max,
            about,
            search: SearchRange::around(default, (min, max)),
        }
    }

    /// The same, searched in this range.
    const fn searched(self, low: f64, high: f64, scale: Scale) -> Self {
        Self {
            search: SearchRange { low, high, scale },
            ..self
        }
    }

    /// The same, left alone by a search: it is no matter of taste.
    const fn given(self) -> Self {
        Self {
            search: SearchRange {
                low: self.default,
                high: self.default,
                scale: Scale::Linear,
            },
            ..self
        }
    }

    /// The same, of whole numbers.
    const fn whole(self) -> Self {
        Self {
            kind: ParameterKind::Integer,
            ..self
        }
    }

    /// A rule that is on at 1 and off at 0.
    const fn switch(name: &'static str, on: bool, about: &'static str) -> Self {
        let default = if on { 1.0 } else { 0.0 };
        Self {
            kind: ParameterKind::Switch,
            ..Self::new(name, default, (0.0, 1.0), "", about)
        }
    }

    /// Whether it takes this value.
    fn takes(&self, value: f64) -> bool {
        let fits = match self.kind {
            ParameterKind::Real => true,
            ParameterKind::Integer => value == libm::trunc(value),
            ParameterKind::Switch => value == 0.0 || value == 1.0,
        };
        fits && (self.min..=self.max).contains(&value)
    }
}

/// A policy in the table.
#[derive(Clone, Copy)]
pub struct Entry {
    /// As typed.
    pub name: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// What it knows of caches unless told otherwise.
    pub knowledge: Knowledge,
    /// Whether it looks at the prompt's text (see [`crate::request::TextKeys`]).
    pub text: bool,
    /// Whether it is no router, but a line to compare with.
    pub reference: bool,
}

/// What a policy is about, for people.
#[derive(Clone, Copy)]
pub struct PolicyDocs {
    /// As typed.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// Where its rule comes from.
    pub source: &'static str,
}

impl PolicyDocs {
    /// Those of every policy, in the order of [`POLICIES`].
    pub fn all() -> &'static [Self] {
        policy::DOCS
    }

    /// Those of a policy as it is typed, with settings or a formula of the user's own, of which only the name is read; none of
    /// a name that there is not.
    pub fn of(policy: &str) -> Option<&'static Self> {
        let name = policy.split([':', '@']).next().unwrap_or_default();
        let of = policy::DOCS.iter().find(|docs| docs.name == name);
        of.or(name.contains('=').then_some(&formula::DOCS))
    }
}

impl Entry {
    /// What it is about. Not in the table of policies, so that a program that runs them does not hold their words.
    pub fn docs(&self) -> &'static PolicyDocs {
        let of = policy::DOCS.iter().find(|docs| docs.name == self.name);
        of.unwrap_or(&formula::DOCS)
    }

    /// What its rule was read in. In a table of its own, so that only a program that prints it holds it.
    pub fn provenance(&self) -> &'static Provenance {
        let of = policy::PROVENANCE
            .iter()
            .find(|(name, _)| *name == self.name);
        of.map_or(&Provenance::OWN, |(_, provenance)| provenance)
    }
}
