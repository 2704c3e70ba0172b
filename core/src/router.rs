//! Where to send a request, and why.
//!
//! A policy sees one request ([`Ask`]) and those parts of its router's knowledge of each replica ([`FleetKnowledge`]) that it asked for, and
//! gives each replica a cost; the choice follows, and on demand an explanation of it ([`Chooser`]). Policies are values: [`spec`]
//! parses `name:k=v;k=v@knowledge`, [`POLICIES`] lists them all, and each has a file of its own. An [`Instance`] is one running
//! router: its policy, its own ledger of what it sent, and what it believes the replicas' caches hold.
//!
//! What a router knows is independent of its policy: [`Knowledge`] says where its belief about the caches comes from, and
//! [`SIGNALS`] lists every figure with its source and its age.

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
pub use ask::{ASSUMED_OUTPUT, Ask};
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
pub use view::FleetKnowledge;

/// What became of a request that this router sent: a policy hears of it when the answer is there.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The request; its `now` is the moment of the reply, not of the choice.
    pub ask: Ask<'a>,
    /// The replica that the request was sent to.
    pub replica: ReplicaId,
    /// Prompt tokens that the router believed were not cached on that replica \[tokens\].
    pub uncached_tokens: u32,
    /// The time from the decision until now.
    pub after: VirtualTime,
}

/// Which numbers a parameter takes between its smallest and its largest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// Every number between the two bounds.
    Real,
    /// Whole numbers between the two bounds only.
    Integer,
    /// 1, which switches a rule on, and 0, which switches it off.
    Switch,
}

/// How a parameter's values are spread in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// By equal steps: the difference of two neighbouring values is the same everywhere.
    Linear,
    /// By equal factors: the quotient of two neighbouring values is the same everywhere.
    Log,
}

/// The values of a parameter that a search tries, out of all that it may have.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SearchRange {
    /// The smallest value tried; if it equals the largest, the parameter is not searched.
    pub low: f64,
    /// The largest value tried.
    pub high: f64,
    /// How the values tried are spread between the two.
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

/// A number that a policy's rule depends on, as the table of policies declares it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name in a policy's text, as in `name:k=v`.
    pub name: &'static str,
    /// Which numbers it takes between its bounds.
    pub kind: ParameterKind,
    /// Its unit, for people, such as `ms`; empty for a number without one.
    pub unit: &'static str,
    /// Its value where the policy's text does not give one: what the product ships.
    pub default: f64,
    /// The smallest value it may have.
    pub min: f64,
    /// The largest value it may have.
    pub max: f64,
    /// What it does, in one line for people.
    pub about: &'static str,
    /// The values that a search tries.
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

    /// The same parameter, searched in this range.
    const fn searched(self, low: f64, high: f64, scale: Scale) -> Self {
        Self {
            search: SearchRange { low, high, scale },
            ..self
        }
    }

    /// The same parameter, not searched: its value depends on the set-up, not on what is best.
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

    /// The same parameter, which takes whole numbers only.
    const fn whole(self) -> Self {
        Self {
            kind: ParameterKind::Integer,
            ..self
        }
    }

    /// A parameter that switches a rule: on at 1, off at 0.
    const fn switch(name: &'static str, on: bool, about: &'static str) -> Self {
        let default = if on { 1.0 } else { 0.0 };
        Self {
            kind: ParameterKind::Switch,
            ..Self::new(name, default, (0.0, 1.0), "", about)
        }
    }

    /// Whether the parameter may have this value.
    fn takes(&self, value: f64) -> bool {
        let fits = match self.kind {
            ParameterKind::Real => true,
            ParameterKind::Integer => value == libm::trunc(value),
            ParameterKind::Switch => value == 0.0 || value == 1.0,
        };
        fits && (self.min..=self.max).contains(&value)
    }
}

/// A policy in the table [`POLICIES`].
#[derive(Clone, Copy)]
pub struct PolicyEntry {
    /// Its name in a scenario, as typed before the parameters.
    pub name: &'static str,
    /// The parameters that its text may set, in the order in which they are listed.
    pub parameters: &'static [Parameter],
    /// What it knows of the replicas' caches unless its text says otherwise, after `@`.
    pub knowledge: Knowledge,
    /// Whether it looks at the prompt's text (see [`crate::request::TextKeys`]).
    pub text: bool,
    /// Whether it is no product's router but a reference line, such as one that knows everything.
    pub reference: bool,
}

/// What people read about a policy: its rule in one line, and where that rule comes from.
#[derive(Clone, Copy)]
pub struct PolicyDocs {
    /// The policy's name, as a scenario writes it.
    pub name: &'static str,
    /// What the rule is, in one line.
    pub about: &'static str,
    /// The product or paper that the rule comes from.
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
        let found = policy::DOCS.iter().find(|docs| docs.name == name);
        found.or(name.contains('=').then_some(&formula::DOCS))
    }
}

impl PolicyEntry {
    /// What it is about. Not in the table of policies, so that a program that runs them does not hold their words.
    pub fn docs(&self) -> &'static PolicyDocs {
        let found = policy::DOCS.iter().find(|docs| docs.name == self.name);
        found.unwrap_or(&formula::DOCS)
    }

    /// What its rule was read in. In a table of its own, so that only a program that prints it holds it.
    pub fn provenance(&self) -> &'static Provenance {
        let found = policy::PROVENANCE
            .iter()
            .find(|(name, _)| *name == self.name);
        found.map_or(&Provenance::OWN, |(_, provenance)| provenance)
    }
}
