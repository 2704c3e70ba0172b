//! What a policy is built from: its parameters by name, and handles to the figures it asks for.
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
    /// What the router believes of caches.
    pub overlaps: bool,
    /// How much it believes each replica holds, of all prompts.
    pub held: bool,
    /// The ledger's token counts and times.
    pub ledger: bool,
    /// The ledger's blocks.
    pub blocks: bool,
    /// What engines report.
    pub engine: bool,
    /// How long requests took, without which its rule says nothing.
    pub latency: bool,
    /// Its own reports are at least so old, however fresh the scenario's are.
    pub age: Option<VirtualTime>,
    /// It takes a prompt for cached, for so long, as soon as it has routed it.
    pub predict: Option<VirtualTime>,
    /// What it sent where it remembers in blocks of its own, if it forgets the least recent.
    pub own_blocks: Option<OwnBlocks>,
    /// Whether it hears of first and last tokens.
    pub replies: bool,
    /// What the product matches prompts by. Where a workload's are not kept, full blocks stand in for them.
    pub unit: Unit,
    /// Whether it hashes more or less of a prompt's beginning than the 100 characters whose hash every text has.
    pub beginnings: bool,
    /// Whether the run is one in which every replica holds what any has computed (a line to compare with, no router).
    pub everything: bool,
}

/// What a product compares prompts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// The engines' blocks.
    #[default]
    Blocks,
    /// Characters of the text.
    Characters,
    /// Tokens, one by one.
    Tokens,
}

/// The blocks in which a router remembers what it sent, where they are not the engines'.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnBlocks {
    /// The smallest block \[tokens\]; where the engines' are larger, it takes theirs.
    pub at_least: u32,
    /// How much of a prompt is looked at \[tokens\].
    pub most: u32,
}

impl Reads {
    /// Nothing.
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

    /// What either reads.
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
    /// Shows what the router believes of caches.
    Overlaps,
    /// Shows how much each replica is believed to hold.
    Held,
    /// Shows the ledger's tokens.
    Ledger,
    /// Shows the ledger's blocks.
    Blocks,
    /// Shows what engines report.
    Engine,
    /// Shows matches in the router's own blocks.
    Own,
}

/// Shows matches in the unit in which the product compares prompts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matches(Unit);

impl Matches {
    /// That unit.
    pub(super) fn unit(self) -> Unit {
        self.0
    }

    /// What it matches is of the same picture.
    pub(super) fn overlaps(self) -> Overlaps {
        Overlaps(())
    }
}

/// Shows the hash of a prompt's beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginning(u32);

impl Beginning {
    /// How much of it \[characters\].
    pub(super) fn characters(self) -> u32 {
        self.0
    }
}

impl Own {
    /// Its matches are of the same picture.
    pub(super) fn overlaps(self) -> Overlaps {
        Overlaps(())
    }
}

/// A policy in the making. See the [module](self).
pub(super) struct Setup<'a> {
    parameters: &'static [Parameter],
    values: &'a [f64],
    /// Of what the policy hashes.
    pub(super) seed: u64,
    reads: Reads,
    /// Which parameters were read, a bit each.
    read: u64,
}

impl<'a> Setup<'a> {
    /// `values` of `parameters`, in their order.
    pub(super) fn new(parameters: &'static [Parameter], values: &'a [f64], seed: u64) -> Self {
        Self {
            parameters,
            values,
            seed,
            reads: Reads::NOTHING,
            read: 0,
        }
    }

    /// A parameter's value. That each policy reads its own parameters, all of them, a test sees to.
    pub(super) fn real(&mut self, name: &str) -> f64 {
        let at = self.parameters.iter().position(|it| it.name == name);
        debug_assert!(at.is_some(), "there is no parameter {name}");
        let Some(at) = at else { return 0.0 };
        self.read |= 1 << at;
        self.values.get(at).copied().unwrap_or(0.0)
    }

    /// That of a whole number.
    pub(super) fn whole(&mut self, name: &str) -> u32 {
        self.real(name) as u32
    }

    /// Whether a rule is on.
    pub(super) fn switch(&mut self, name: &str) -> bool {
        self.real(name) > 0.5
    }

    /// A duration given in seconds.
    pub(super) fn seconds(&mut self, name: &str) -> VirtualTime {
        VirtualTime::from_secs(self.real(name))
    }

    /// What was asked for.
    pub(super) fn reads(&self) -> Reads {
        self.reads
    }

    /// Names of parameters that were not read.
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

    /// What engines report, at least so old.
    pub(super) fn engine_every(&mut self, age: VirtualTime) -> Engine {
        self.reads.age = Some(age);
        self.engine()
    }

    /// What is believed of caches, where the router remembers what it sent in blocks of its own.
    pub(super) fn own(&mut self, blocks: OwnBlocks) -> Own {
        self.reads.overlaps = true;
        self.reads.own_blocks = Some(blocks);
        Own(())
    }

    /// Takes a prompt for cached, for so long, as soon as it is routed; 0: it does not.
    pub(super) fn predict(&mut self, lifetime: VirtualTime) {
        self.reads.predict = (lifetime > VirtualTime::ZERO).then_some(lifetime);
    }

    /// The hash of a prompt's first `characters`.
    pub(super) fn beginning(&mut self, characters: u32) -> Beginning {
        self.reads.beginnings |= characters != KEY_CHARS as u32;
        Beginning(characters)
    }

    /// Hears of first and last tokens.
    pub(super) fn replies(&mut self) {
        self.reads.replies = true;
    }

    /// Decides on nothing but how long requests took.
    pub(super) fn latency(&mut self) {
        self.reads.latency = true;
    }

    /// What is believed of caches, where the product matches characters.
    pub(super) fn characters(&mut self) -> Matches {
        self.matches(Unit::Characters)
    }

    /// The same, where it matches tokens one by one.
    pub(super) fn tokens(&mut self) -> Matches {
        self.matches(Unit::Tokens)
    }

    fn matches(&mut self, unit: Unit) -> Matches {
        self.reads.overlaps = true;
        self.reads.unit = unit;
        Matches(unit)
    }

    /// Is a line to compare with, for which every replica holds what any has computed.
    pub(super) fn everything(&mut self) {
        self.reads.everything = true;
    }

    /// Asks for figures by name, for [`View::fill`](super::view::View::fill).
    pub(super) fn signals<'s>(&mut self, signals: impl Iterator<Item = &'s Signal>) {
        self.reads = signals.fold(self.reads, |reads, signal| reads.and(signal.reads));
    }
}
