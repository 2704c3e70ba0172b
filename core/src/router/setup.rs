//! What a policy is built from: its parameters by name, and handles to the figures that it asks for.
//!
//! A policy can read a figure only with the handle that it got here, and the router keeps what was asked for, so what a policy
//! reads and what is kept for it cannot differ.

use super::Parameter;
use super::signals::Signal;
use crate::request::keys::KEY_CHARS;
use crate::units::VirtualTime;

/// What a policy reads beyond the number of its active requests. What it does not read is not kept for it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reads {
    /// Whether it reads what the router believes of the caches: the leading blocks of the prompt at each replica.
    pub overlaps: bool,
    /// Whether it reads how much each replica is believed to hold, of all prompts.
    pub held: bool,
    /// Whether it reads the ledger's token counts and times.
    pub ledger: bool,
    /// Whether it reads the ledger's blocks.
    pub blocks: bool,
    /// Whether it reads what engines report.
    pub engine: bool,
    /// Whether its choice rests on how long requests took, so that it has nothing to go by where nothing takes time. It holds for a
    /// policy that says so when it is built, and for any formula that reads `ttft`, whatever else that reads.
    pub latency: bool,
    /// The least age of the reports that it reads, however fresh the scenario's are; `None`: the scenario's age.
    pub age: Option<VirtualTime>,
    /// How long it takes a prompt for cached as soon as it has routed it; `None`: it does not.
    pub predict: Option<VirtualTime>,
    /// The blocks of its own in which it remembers what it sent where, if it forgets the least recently sent.
    pub own_blocks: Option<OwnBlocks>,
    /// Whether it is told of first and last tokens.
    pub replies: bool,
    /// The unit in which the product matches prompts. Where a workload does not keep that unit, full blocks stand in for it.
    pub unit: Unit,
    /// Whether it hashes more or less of a prompt's beginning than the 100 characters whose hash every text has.
    pub beginnings: bool,
    /// Whether it is the reference line for which every replica holds what any replica has computed.
    pub everything: bool,
}

/// The unit in which a product compares prompts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// The full blocks of the engines.
    #[default]
    Blocks,
    /// The characters of the text.
    Characters,
    /// The tokens, one by one.
    Tokens,
}

/// The blocks in which a router remembers what it sent, where these are not the engines' blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnBlocks {
    /// The least size of a block \[tokens\]: it is of as many whole engine blocks as come to that.
    pub at_least: u32,
    /// The length of a prompt's beginning that is looked at \[tokens\].
    pub most: u32,
}

impl Reads {
    /// The value for a policy that reads nothing.
    pub(super) const NOTHING: Self = Self {
        overlaps: false,
        held: false,
        ledger: false,
        blocks: false,
        engine: false,
        latency: false,
        age: None,
        predict: None,
        own_blocks: None,
        replies: false,
        unit: Unit::Blocks,
        beginnings: false,
        everything: false,
    };

    /// What two policies read together.
    fn and(self, other: Self) -> Self {
        Self {
            overlaps: self.overlaps || other.overlaps,
            held: self.held || other.held,
            ledger: self.ledger || other.ledger,
            blocks: self.blocks || other.blocks,
            engine: self.engine || other.engine,
            latency: self.latency || other.latency,
            age: self.age.max(other.age),
            predict: self.predict.max(other.predict),
            own_blocks: self.own_blocks.or(other.own_blocks),
            replies: self.replies || other.replies,
            unit: match self.unit {
                Unit::Blocks => other.unit,
                unit => unit,
            },
            beginnings: self.beginnings || other.beginnings,
            everything: self.everything || other.everything,
        }
    }
}

macro_rules! handles {
    ($($(#[$about:meta])* $name:ident),* $(,)?) => {
        $($(#[$about])* #[derive(Clone, Copy, Debug)] pub(super) struct $name(());)*
    };
}

handles! {
    /// The handle for the blocks of the prompt that the router believes each replica holds.
    Overlaps,
    /// The handle for how much each replica is believed to hold.
    Held,
    /// The handle for the ledger's tokens.
    Ledger,
    /// The handle for the ledger's blocks.
    Blocks,
    /// The handle for what engines report.
    Engine,
    /// The handle for matches in the router's own blocks.
    Own,
}

/// The handle for matches in the unit in which the product compares prompts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matches(Unit);

impl Matches {
    /// The unit of the matches.
    pub(super) fn unit(self) -> Unit {
        self.0
    }

    /// The handle for overlaps: matches and overlaps come from the same belief.
    pub(super) fn overlaps(self) -> Overlaps {
        Overlaps(())
    }
}

/// The handle for the hash of a prompt's beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginning(u32);

impl Beginning {
    /// How long that beginning is \[characters\].
    pub(super) fn characters(self) -> u32 {
        self.0
    }
}

impl Own {
    /// The handle for overlaps: matches and overlaps come from the same belief.
    pub(super) fn overlaps(self) -> Overlaps {
        Overlaps(())
    }
}

/// A policy while it is built. See the [module](self).
pub(super) struct Setup<'a> {
    parameters: &'static [Parameter],
    values: &'a [f64],
    /// The seed of what the policy hashes.
    pub(super) seed: u64,
    reads: Reads,
    /// The parameters that were read, a bit each.
    read: u64,
}

impl<'a> Setup<'a> {
    /// The set-up of a policy with these `values` of its `parameters`, in the order of the declaration.
    pub(super) fn new(parameters: &'static [Parameter], values: &'a [f64], seed: u64) -> Self {
        Self {
            parameters,
            values,
            seed,
            reads: Reads::NOTHING,
            read: 0,
        }
    }

    /// The value of a parameter. A test checks that each policy reads its own parameters, and all of them.
    pub(super) fn real(&mut self, name: &str) -> f64 {
        let at = self.parameters.iter().position(|it| it.name == name);
        debug_assert!(at.is_some(), "there is no parameter {name}");
        let Some(at) = at else { return 0.0 };
        self.read |= 1 << at;
        self.values.get(at).copied().unwrap_or(0.0)
    }

    /// The value of a parameter that takes whole numbers.
    pub(super) fn whole(&mut self, name: &str) -> u32 {
        self.real(name) as u32
    }

    /// Whether the rule that a parameter switches is on.
    pub(super) fn switch(&mut self, name: &str) -> bool {
        self.real(name) > 0.5
    }

    /// The value of a parameter in seconds, as a time.
    pub(super) fn seconds(&mut self, name: &str) -> VirtualTime {
        VirtualTime::from_secs(self.real(name))
    }

    /// What the policy has asked for so far.
    pub(super) fn reads(&self) -> Reads {
        self.reads
    }

    /// The names of the parameters that were not read.
    #[cfg(test)]
    pub(super) fn unread(&self) -> Vec<&'static str> {
        let unread = |&(at, _): &(usize, &Parameter)| self.read & 1 << at == 0;
        let each = self.parameters.iter().enumerate().filter(unread);
        each.map(|(_, parameter)| parameter.name).collect()
    }

    pub(super) fn overlaps(&mut self) -> Overlaps {
        self.reads.overlaps = true;
        Overlaps(())
    }

    pub(super) fn held(&mut self) -> Held {
        self.reads.held = true;
        Held(())
    }

    pub(super) fn ledger(&mut self) -> Ledger {
        self.reads.ledger = true;
        Ledger(())
    }

    pub(super) fn blocks(&mut self) -> Blocks {
        self.reads.blocks = true;
        Blocks(())
    }

    pub(super) fn engine(&mut self) -> Engine {
        self.reads.engine = true;
        Engine(())
    }

    /// Asks for what engines report, at least so old.
    pub(super) fn engine_every(&mut self, age: VirtualTime) -> Engine {
        self.reads.age = Some(age);
        self.engine()
    }

    /// Asks for what is believed of caches, where the router remembers what it sent in blocks of its own.
    pub(super) fn own(&mut self, blocks: OwnBlocks) -> Own {
        self.reads.overlaps = true;
        self.reads.own_blocks = Some(blocks);
        Own(())
    }

    /// Takes a prompt for cached, for this long, as soon as it is routed; 0: it does not.
    pub(super) fn predict(&mut self, lifetime: VirtualTime) {
        self.reads.predict = (lifetime > VirtualTime::ZERO).then_some(lifetime);
    }

    /// Asks for the hash of a prompt's first `characters`.
    pub(super) fn beginning(&mut self, characters: u32) -> Beginning {
        self.reads.beginnings |= characters != KEY_CHARS as u32;
        Beginning(characters)
    }

    /// Asks to be told of first and last tokens.
    pub(super) fn replies(&mut self) {
        self.reads.replies = true;
    }

    /// States that the policy decides on nothing but how long requests took.
    pub(super) fn latency(&mut self) {
        self.reads.latency = true;
    }

    /// Asks for what is believed of caches, for a product that matches characters.
    pub(super) fn characters(&mut self) -> Matches {
        self.matches(Unit::Characters)
    }

    /// Asks for what is believed of caches, for a product that matches tokens one by one.
    pub(super) fn tokens(&mut self) -> Matches {
        self.matches(Unit::Tokens)
    }

    fn matches(&mut self, unit: Unit) -> Matches {
        self.reads.overlaps = true;
        self.reads.unit = unit;
        Matches(unit)
    }

    /// States that the policy is the reference line for which every replica holds what any replica has computed.
    pub(super) fn everything(&mut self) {
        self.reads.everything = true;
    }

    /// Asks for figures by name, for [`View::fill`](super::view::View::fill).
    pub(super) fn signals<'s>(&mut self, signals: impl Iterator<Item = &'s Signal>) {
        self.reads = signals.fold(self.reads, |reads, signal| reads.and(signal.reads));
    }
}
