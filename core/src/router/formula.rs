//! A policy of one's own, as a formula: `mine=uncached_tokens * 0.06 + active * 0.5 + (queue > 8) * 100`.
//!
//! The least value wins, ties to the lowest replica. Names are those of [`SIGNALS`]; there are `+ - * /`, brackets,
//! comparisons (`< <= > >= == !=`, giving 0 or 1), `min(a, b)`, `max(a, b)` and `abs(a)`. A formula has no loops and a
//! limited length, so it cannot hang; what is no number (0 / 0) counts as infinitely dear. It is compiled to one small
//! stack program for each addend, so that a decision can be laid out by addends.

mod parse;

use thiserror::Error;

use super::pick::{all, first_least};
use super::{Ask, Entry, Knowledge, Known, Policy, Reads, SIGNALS, Term};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// What stands for every formula where an entry is asked for. It is not in the table: a formula has a name of its own.
pub(super) const ENTRY: Entry = Entry {
    name: "formula",
    about: "least value of the user's own formula",
    source: "the user",
    parameters: &[],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    // Without a formula everything costs the same.
    build: |_, _, _| {
        Box::new(Formula {
            addends: Vec::new(),
        })
    },
};

/// Characters a formula may have.
pub const LONGEST: usize = 1000;
/// Values a formula may have on its stack.
const STACK: usize = 64;

/// Why a formula was not understood. Positions count characters from 1.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FormulaError {
    /// Something else should stand there.
    #[error("at {at}: found {found}, but expected {wanted}")]
    Unexpected {
        /// Where.
        at: usize,
        /// What is there.
        found: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// No such signal.
    #[error("at {at}: there is no signal \"{found}\"{}", crate::router::spec::suggestion(.found, names()))]
    Signal {
        /// Where.
        at: usize,
        /// What is there.
        found: String,
    },
    /// A number that is none.
    #[error("at {at}: \"{found}\" is no number")]
    Number {
        /// Where.
        at: usize,
        /// What is there.
        found: String,
    },
    /// Too long, or nested too deeply.
    #[error("a formula has at most {LONGEST} characters and is nested at most {} deep", STACK / 2)]
    TooLarge,
}

fn names() -> impl Iterator<Item = &'static str> {
    let functions = ["min", "max", "abs"];
    SIGNALS.iter().map(|signal| signal.name).chain(functions)
}

/// An operation of the stack program.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Op {
    Number(f64),
    /// The place in [`SIGNALS`].
    Signal(usize),
    Negate,
    Absolute,
    Add,
    Subtract,
    Multiply,
    Divide,
    Least,
    Most,
    Less,
    LessOrEqual,
    Equal,
}

impl Op {
    /// How many values it takes.
    fn takes(self) -> usize {
        match self {
            Self::Number(_) | Self::Signal(_) => 0,
            Self::Negate | Self::Absolute => 1,
            _ => 2,
        }
    }
}

/// A part of the sum.
#[derive(Clone, Debug, PartialEq)]
struct Addend {
    /// −1 where it is subtracted; a signal's factor where it is nothing but that.
    weight: f64,
    program: Vec<Op>,
}

/// A compiled formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    addends: Vec<Addend>,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let addends = parse::parse(text)?;
        Ok(Self { addends })
    }

    fn cost(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let addends = self.addends.iter();
        let values = addends.map(|addend| addend.weight * addend.value(ask, known, replica));
        let cost = values.fold(0.0, |sum, value| sum + value);
        if cost.is_nan() { f64::INFINITY } else { cost }
    }

    fn signals(&self) -> impl Iterator<Item = usize> + '_ {
        let ops = self.addends.iter().flat_map(|addend| &addend.program);
        ops.filter_map(|op| match *op {
            Op::Signal(at) => Some(at),
            _ => None,
        })
    }
}

impl Addend {
    fn value(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let mut stack = [0.0; STACK];
        let mut height = 0;
        let truth = |is: bool| f64::from(u8::from(is));
        for &op in &self.program {
            height -= op.takes();
            let (a, b) = (stack[height], stack[(height + 1).min(STACK - 1)]);
            stack[height] = match op {
                Op::Number(number) => number,
                Op::Signal(at) => (SIGNALS[at].get)(ask, known, replica),
                Op::Negate => -a,
                Op::Absolute => a.abs(),
                Op::Add => a + b,
                Op::Subtract => a - b,
                Op::Multiply => a * b,
                Op::Divide => a / b,
                Op::Least => a.min(b),
                Op::Most => a.max(b),
                Op::Less => truth(a < b),
                Op::LessOrEqual => truth(a <= b),
                Op::Equal => truth(a == b),
            };
            height += 1;
        }
        stack[0]
    }

    fn term(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Term {
        let value = self.value(ask, known, replica);
        match *self.program.as_slice() {
            [Op::Signal(at)] => {
                let signal = &SIGNALS[at];
                Term::new(signal.name, self.weight, value, signal.unit)
            }
            [Op::Number(_)] => Term::new("constant", self.weight, value, ""),
            _ => Term::new("part of the formula", self.weight, value, ""),
        }
    }
}

impl Policy for Formula {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        first_least(all(known), |replica| self.cost(ask, known, replica))
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let addends = self.addends.iter();
        addends.map(|a| a.term(ask, known, replica)).collect()
    }

    fn reads(&self) -> Reads {
        let reads = self.signals().map(|at| SIGNALS[at].reads);
        reads.fold(Reads::default(), Reads::and)
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests;
