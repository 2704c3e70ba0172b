//! A policy of one's own, as a formula: `mine=uncached_tokens * 0.06 + active * 0.5 + (queue > 8) * 100`.
//!
//! The least value wins, ties to the first replica. Names are those of [`SIGNALS`]; there are `+ - * /`, brackets, comparisons (`<
//! <= > >= == !=`, giving 0 or 1), `min(a, b)`, `max(a, b)` and `abs(a)`. A formula has no loops and a limited length, so it cannot
//! hang. A replica at which the value is no number (0 / 0) does not win, unless it is so at all of them: then the first is taken;
//! inside a formula, `min` and `max` take the operand that is a number, and of the comparisons only `!=` holds. It is compiled to one
//! small stack program for each term of its sum, so that a decision can be explained term by term; a program works on many replicas at
//! once.

mod parse;
mod program;

use thiserror::Error;

use self::program::{Column, FEW, MANY, Op, height};
use super::board::Board;
use super::policy::Policy;
use super::setup::Setup;
use super::view::View;
use super::{Knowledge, PolicyDocs, PolicyEntry, SIGNALS};
use crate::units::VirtualTime;

/// The entry that stands for every formula. It is not in the table, as a formula has a name of its own.
pub(super) const ENTRY: PolicyEntry = PolicyEntry {
    name: "formula",
    parameters: &[],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
};

/// The documentation that every formula has.
pub(super) static DOCS: PolicyDocs = PolicyDocs {
    name: "formula",
    about: "least value of the user's own formula",
    source: "the user",
};

/// The most bytes that a formula may have.
pub const LONGEST: usize = 1000;
/// The most values that a formula may have on its stack at once.
const STACK: usize = 64;

/// Why a formula was not understood. Positions count characters from 1.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FormulaError {
    /// There is something that cannot stand at that place.
    #[error("at {at}: found {found}, but expected {wanted}")]
    Unexpected {
        /// Its place in the formula, in characters from 1.
        at: usize,
        /// The text that stands there.
        found: String,
        /// What would be right there, in words.
        wanted: &'static str,
    },
    /// There is no signal of that name.
    #[error("at {at}: there is no signal \"{found}\"{}", crate::router::spec::suggestion(.found, names()))]
    Signal {
        /// Its place in the formula, in characters from 1.
        at: usize,
        /// The name that stands there.
        found: String,
    },
    /// A text that begins like a number and is none.
    #[error("at {at}: \"{found}\" is no number")]
    Number {
        /// Its place in the formula, in characters from 1.
        at: usize,
        /// The text that stands there.
        found: String,
    },
    /// The formula is too long, or nested too deeply.
    #[error("a formula has at most {LONGEST} bytes and is nested at most {} deep", STACK / 2)]
    TooLarge,
}

fn names() -> impl Iterator<Item = &'static str> {
    let functions = ["min", "max", "abs"];
    SIGNALS.iter().map(|signal| signal.name).chain(functions)
}

/// One term of the sum that a formula is.
#[derive(Clone, Debug, PartialEq)]
struct Addend {
    /// The number that the term is multiplied by, negative where the term is subtracted.
    weight: f64,
    program: Vec<Op>,
}

/// A formula, compiled to one stack program for each term of its sum.
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

    /// The policy that chooses the replica with the least value of the formula.
    pub(super) fn policy(&self, setup: &mut Setup<'_>) -> Box<dyn Policy> {
        setup.signals(self.signals().map(|at| &SIGNALS[at]));
        Box::new(Least {
            many: self.stack(),
            few: self.stack(),
            formula: self.clone(),
        })
    }

    /// Whether it costs the same at every replica, whatever the request: no part of it reads a figure of a replica.
    pub(super) fn same_for_all(&self) -> bool {
        let mut counted = self.addends.iter().filter(|addend| addend.weight != 0.0);
        counted.all(|addend| {
            addend.program.iter().all(|op| match *op {
                Op::Signal(at) => SIGNALS[at].source == "request",
                _ => true,
            })
        })
    }

    fn signals(&self) -> impl Iterator<Item = usize> + '_ {
        let ops = self.addends.iter().flat_map(|addend| &addend.program);
        ops.filter_map(|op| match *op {
            Op::Signal(at) => Some(at),
            _ => None,
        })
    }

    /// An empty stack with room for the programs of all terms.
    fn stack<const LANES: usize>(&self) -> Vec<Column<LANES>> {
        let heights = self.addends.iter().map(|addend| height(&addend.program));
        vec![[0.0; LANES]; heights.max().unwrap_or(0)]
    }

    /// The costs of `count` replicas from `first` on; entries beyond `count` have no meaning.
    fn costs<const LANES: usize>(
        &self,
        view: &View<'_>,
        (first, count): (usize, usize),
        stack: &mut [Column<LANES>],
    ) -> Column<LANES> {
        let mut costs = [0.0; LANES];
        for addend in &self.addends {
            match *addend.program.as_slice() {
                [Op::Signal(at)] => view.fill(&SIGNALS[at], first, &mut stack[0][..count]),
                ref program => program::run(program, view, (first, count), stack),
            }
            for (cost, value) in costs.iter_mut().zip(&stack[0]) {
                *cost += addend.weight * value;
            }
        }
        costs
    }
}

impl Addend {
    /// The name and the unit of the term in an explanation.
    fn name(&self) -> (&'static str, &'static str) {
        match *self.program.as_slice() {
            [Op::Signal(at)] => (SIGNALS[at].name, SIGNALS[at].unit),
            [Op::Number(_)] => ("constant", ""),
            _ => ("part of the formula", ""),
        }
    }
}

/// The policy of a formula: the least value wins.
#[derive(Clone)]
struct Least {
    formula: Formula,
    many: Vec<Column<MANY>>,
    few: Vec<Column<FEW>>,
}

impl Policy for Least {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let costs = board.costs_mut();
        let (mut first, replicas) = (0, costs.len());
        while replicas - first >= MANY {
            let some = (first, MANY);
            let column = self.formula.costs(view, some, &mut self.many);
            costs[first..first + MANY].copy_from_slice(&column);
            first += MANY;
        }
        while first < replicas {
            let some = (first, FEW.min(replicas - first));
            let column = self.formula.costs(view, some, &mut self.few);
            costs[first..first + some.1].copy_from_slice(&column[..some.1]);
            first += some.1;
        }
        if !board.explains() {
            return;
        }
        for addend in &self.formula.addends {
            let value = |replica| {
                let mut stack = self.formula.stack::<FEW>();
                program::run(&addend.program, view, (replica, 1), &mut stack);
                stack[0][0]
            };
            let (name, unit) = addend.name();
            board.tell(
                name,
                addend.weight,
                unit,
                (0..replicas).map(value).collect(),
            );
        }
    }
}

#[cfg(test)]
mod tests;
