//! The laboratory's form as questions and answers: what the reader set is text, and the engine says what that text means.
//!
//! What a scenario may be (the values of its fields, what goes together, what a preset sets) is the engine's to know, which runs
//! them. The laboratory keeps a query and a sweep's lists ([`Settings`]), and asks: what the form shows of them ([`State`]),
//! what a change makes of them ([`Changed`]), what of an address can be understood ([`Opened`]). An instance of the engine
//! beside the laboratory answers at once, bytes for bytes ([`answer()`]); so the laboratory has no code that reads a scenario.
//!
//! Words are the laboratory's: labels, help, the lines of groups, what a run would do. They are made of the texts that a
//! [`State`] has, by functions that take it, and of tables without functions ([`Sheet`]).

mod answer;
mod change;
mod sheet;

#[cfg(test)]
pub(crate) use answer::state_of;
pub use answer::{answer, state};
pub use sheet::{Group, Sheet};

use crate::controls::{Derived, flags};
use crate::lab::refusals::Refusal;
use crate::scenario_facts::PolicyFacts;
use crate::wire::Wire;
use crate::{wire_choices, wire_fields};
use warmpath_core::decimal::{real, whole};

/// What the reader set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The scenario as a canonical query; of a sweep, its first point.
    pub query: String,
    /// The rates and the numbers of replicas of a sweep, each separated by commas; `None` if the scenario is run as it is.
    pub lists: Option<[String; 2]>,
}

/// A question about the form.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// What may be entered for each field? Answered by their [`Bounds`](crate::controls::Bounds), in the order of
    /// [`flags`].
    Bounds,
    /// What can be understood of an address? Answered by an [`Opened`].
    Open {
        /// The query of a scenario or of a sweep, as an address has it.
        query: String,
    },
    /// Is this a scenario? Answered by a [`Whole`].
    Read {
        /// The text that may be a scenario's query.
        query: String,
        /// Whether it may be a sweep, too.
        swept: bool,
    },
    /// What does the form show? Answered by a [`State`].
    State {
        /// The settings as the form holds them.
        now: Settings,
    },
    /// What do the settings become by a change? Answered by a [`Changed`].
    Change {
        /// The settings as the form holds them.
        now: Settings,
        /// What is to become of one of them.
        edit: Edit,
        /// The texts that controls were refused so far; they are tried again.
        refused: Vec<Refusal>,
    },
    /// Which query repeats a sweep? Answered by a text.
    Join {
        /// The settings of its first point, and its lists.
        of: Settings,
    },
    /// What differs between each of these scenarios and another? Answered by a list for each, of fields by the names of their
    /// options.
    Differ {
        /// The queries of the scenarios.
        from: Vec<String>,
        /// The query of the other.
        query: String,
    },
    /// What is wrong with a policy's text, and if nothing is, what is to be remarked? Answered by both texts, or empty ones.
    Policy {
        /// The policy as it was typed.
        text: String,
    },
}

/// A change of the settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A field is set from a text; an empty one stands for the default, and a list makes a sweep.
    Field {
        /// The field, by the name of its option.
        flag: String,
        /// The text as it was typed.
        text: String,
    },
    /// A file was read, and is the workload.
    File {
        /// Its name in a scenario.
        name: String,
    },
    /// A setting of the named workload is set from a text; an empty one stands for the default.
    Workload {
        /// The setting's name in the workload's text, such as `turns`.
        name: String,
        /// The text as it was typed.
        text: String,
    },
    /// A group is set to one of its presets.
    Preset {
        /// The group, by its place.
        group: usize,
        /// The preset, by its place in the group.
        preset: usize,
    },
    /// Policies are added behind those that are there.
    Add {
        /// One policy, or several separated by commas.
        text: String,
    },
    /// A policy is taken out.
    Remove {
        /// The policy, by its place.
        policy: usize,
    },
    /// A parameter of a policy is set from a text; an empty one stands for the default.
    Parameter {
        /// The policy, by its place.
        policy: usize,
        /// The parameter's name; empty for what the policy knows of caches.
        name: String,
        /// The text as it was typed.
        text: String,
    },
    /// The scenario is swept over two lists.
    Sweep {
        /// Both lists, as they were typed.
        lists: [String; 2],
    },
    /// A policy is compared with itself at several values of a parameter.
    Turn {
        /// The parameter as `policy/name`, its values, and the number of seeds, as they were typed.
        texts: [String; 3],
    },
    /// The whole scenario is replaced, and what it is swept over.
    Replace {
        /// The query of a scenario or of a sweep.
        query: String,
    },
}

/// What a change makes of the settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The settings after the change; as before, if it was refused.
    pub now: Settings,
    /// The texts that are still refused.
    pub refused: Vec<Refusal>,
    /// Why the change was refused; `None` if it was not.
    pub refusal: Option<Refusal>,
}

/// What can be understood of an address.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The settings that it asks for, as far as they can be read.
    pub now: Settings,
    /// The canonical query of these settings.
    pub address: String,
    /// The parts that were not understood, each with what would be right.
    pub ignored: Vec<(String, String)>,
    /// Why figures differ from those seen when the link was made, if it is of an earlier version.
    pub older: Option<String>,
}

/// A query that was read as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Whole {
    /// The query as the page writes it: short names, in a fixed order, without what is the default.
    pub query: String,
    /// The lists of a sweep; empty texts for a value.
    pub lists: [String; 2],
    /// The text of each field, in the order of [`flags`].
    pub values: Vec<String>,
    /// What is wrong with the query; empty if nothing is.
    pub wrong: String,
}

/// What the form shows of the settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The canonical query of the settings, with the sweep's lists.
    pub address: String,
    /// The text of each field, and whether it is not the default, in the order of [`flags`].
    pub values: Vec<(String, bool)>,
    /// What follows from the settings and stands in no field's text.
    pub derived: Derived,
    /// The place of the preset that each group is set to; `None` if it is set otherwise.
    pub presets: Vec<Option<usize>>,
    /// The policies that are compared.
    pub policies: Vec<PolicyFacts>,
    /// What is to be remarked on the scenario; empty if there is nothing.
    pub remarks: String,
}

impl State {
    fn value(&self, flag: &str) -> Option<&(String, bool)> {
        let at = flags().position(|it| it == flag)?;
        self.values.get(at)
    }

    /// The text of a field, by the name of its option; empty if it has none.
    pub fn text(&self, flag: &str) -> &str {
        self.value(flag).map_or("", |it| &it.0)
    }

    /// Whether a field is not the default.
    pub fn is_set(&self, flag: &str) -> bool {
        self.value(flag).is_some_and(|it| it.1)
    }

    /// A field's whole number; `None` if it has none.
    pub fn whole(&self, flag: &str) -> Option<u64> {
        whole(self.text(flag))
    }

    /// A field's number; `None` if it has none.
    pub fn real(&self, flag: &str) -> Option<f64> {
        real(self.text(flag))
    }
}

wire_fields! {
    Settings { query, lists }
    Changed { now, refused, refusal }
    Opened { now, address, ignored, older }
    Whole { query, lists, values, wrong }
    State { address, values, derived, presets, policies, remarks }
}

wire_choices! {
    Question {
        0: Bounds {},
        1: Open { query: a },
        2: Read { query: a, swept: b },
        3: State { now: a },
        4: Change { now: a, edit: b, refused: c },
        5: Join { of: a },
        6: Differ { from: a, query: b },
        7: Policy { text: a },
    }
    Edit {
        0: Field { flag: a, text: b },
        1: File { name: a },
        2: Workload { name: a, text: b },
        3: Preset { group: a, preset: b },
        4: Add { text: a },
        5: Remove { policy: a },
        6: Parameter { policy: a, name: b, text: c },
        7: Sweep { lists: a },
        8: Turn { texts: a },
        9: Replace { query: a },
    }
}

/// A question or an answer as bytes.
pub fn bytes(of: &impl Wire) -> Vec<u8> {
    let mut out = Vec::new();
    of.write(&mut out);
    out
}

/// A question or an answer from its bytes; `None` if they are not exactly those of one. Both sides are from one build, so that
/// is a fault of the page.
pub fn read<T: Wire>(mut bytes: &[u8]) -> Option<T> {
    T::read(&mut bytes).filter(|_| bytes.is_empty())
}

#[cfg(test)]
mod tests;
