//! From text to stack programs, by recursive descent.
//!
//! comparison: sum \[`<` sum\]; sum: product {`+` product}; product: factor {`*` factor}; factor: `-` factor, a number, a
//! name, a function of one or two comparisons, or a comparison in brackets.

use super::{Addend, FormulaError, LONGEST, Op, SIGNALS, STACK, height};
use crate::decimal::real;
use crate::words::excerpt;

/// An expression; long sums and products are lists, so that its depth is that of the brackets.
enum Tree {
    Leaf(Op),
    Of(Op, Vec<Tree>),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

pub(super) fn parse(text: &str) -> Result<Vec<Addend>, FormulaError> {
    if text.len() > LONGEST {
        return Err(FormulaError::TooLarge);
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    let addends = parser.addends()?;
    parser.space();
    if parser.at < text.len() {
        return Err(parser.unexpected("an operator or the end"));
    }
    addends.into_iter().map(addend).collect()
}

/// Compiles one term of the sum; a number that it is multiplied by becomes its weight.
fn addend((sign, tree): (f64, Tree)) -> Result<Addend, FormulaError> {
    let (factor, tree) = tree.factored();
    let weight = sign * factor;
    let mut program = Vec::new();
    tree.compile(&mut program);
    if height(&program) > STACK {
        return Err(FormulaError::TooLarge);
    }
    Ok(Addend { weight, program })
}

impl Tree {
    /// A number and what is multiplied by it; the product is the same to its last bit.
    fn factored(self) -> (f64, Self) {
        match self {
            Self::Of(Op::Multiply, mut factors) => {
                let last = factors.len() - 1;
                let at = match (&factors[0], &factors[last]) {
                    (_, Self::Leaf(Op::Number(number))) => Some((last, *number)),
                    (Self::Leaf(Op::Number(number)), _) if last == 1 => Some((0, *number)),
                    _ => None,
                };
                let Some((at, number)) = at else {
                    return (1.0, Self::Of(Op::Multiply, factors));
                };
                factors.remove(at);
                match factors.len() {
                    1 => (number, factors.remove(0)),
                    _ => (number, Self::Of(Op::Multiply, factors)),
                }
            }
            other => (1.0, other),
        }
    }

    /// The operands, each but the first followed by the operation (by the operation alone, if it takes one).
    fn compile(&self, program: &mut Vec<Op>) {
        match self {
            Self::Leaf(op) => program.push(*op),
            Self::Of(op, operands) => {
                for (place, operand) in operands.iter().enumerate() {
                    operand.compile(program);
                    if place > 0 || op.takes() == 1 {
                        program.push(*op);
                    }
                }
            }
        }
    }
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// A place in the formula for people: in characters, from 1.
    fn place(&self, at: usize) -> usize {
        self.text[..at].chars().count() + 1
    }

    fn unexpected(&self, wanted: &'static str) -> FormulaError {
        let found = match self.rest().chars().next() {
            Some(c) => format!("{c:?}"),
            None => "the end".to_owned(),
        };
        FormulaError::Unexpected {
            at: self.place(self.at),
            found,
            wanted,
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.space();
        let there = self.rest().starts_with(sign);
        if there {
            self.at += sign.len();
        }
        there
    }

    fn must(&mut self, sign: &str, wanted: &'static str) -> Result<(), FormulaError> {
        match self.takes(sign) {
            true => Ok(()),
            false => Err(self.unexpected(wanted)),
        }
    }

    /// The whole formula as a signed sum; a comparison is a sum of one term.
    fn addends(&mut self) -> Result<Vec<(f64, Tree)>, FormulaError> {
        let start = self.at;
        let sum = self.signed()?;
        self.space();
        if self.rest().starts_with(['<', '>', '=', '!']) {
            self.at = start;
            return Ok(vec![(1.0, self.comparison()?)]);
        }
        Ok(sum)
    }

    fn comparison(&mut self) -> Result<Tree, FormulaError> {
        let left = self.sum()?;
        let not = |tree| Tree::Of(Op::Subtract, vec![Tree::Leaf(Op::Number(1.0)), tree]);
        // Longer operators come first, as shorter ones are their beginnings.
        for (sign, op, swapped, negated) in [
            ("<=", Op::LessOrEqual, false, false),
            (">=", Op::LessOrEqual, true, false),
            ("==", Op::Equal, false, false),
            ("!=", Op::Equal, false, true),
            ("<", Op::Less, false, false),
            (">", Op::Less, true, false),
        ] {
            if self.takes(sign) {
                let right = self.sum()?;
                let operands = match swapped {
                    true => vec![right, left],
                    false => vec![left, right],
                };
                let compared = Tree::Of(op, operands);
                return Ok(if negated { not(compared) } else { compared });
            }
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Vec<(f64, Tree)>, FormulaError> {
        let mut parts = vec![(1.0, self.product()?)];
        loop {
            let sign = if self.takes("+") {
                1.0
            } else if self.takes("-") {
                -1.0
            } else {
                return Ok(parts);
            };
            parts.push((sign, self.product()?));
        }
    }

    fn sum(&mut self) -> Result<Tree, FormulaError> {
        let parts = self.signed()?;
        let mut whole: Option<Tree> = None;
        for (sign, part) in parts {
            let op = if sign < 0.0 { Op::Subtract } else { Op::Add };
            whole = Some(chain(whole, op, part));
        }
        whole.ok_or_else(|| self.unexpected("a value"))
    }

    fn product(&mut self) -> Result<Tree, FormulaError> {
        let mut whole = self.factor()?;
        loop {
            let op = if self.takes("*") {
                Op::Multiply
            } else if self.takes("/") {
                Op::Divide
            } else {
                return Ok(whole);
            };
            whole = chain(Some(whole), op, self.factor()?);
        }
    }

    fn factor(&mut self) -> Result<Tree, FormulaError> {
        self.depth += 1;
        if self.depth > STACK / 2 {
            return Err(FormulaError::TooLarge);
        }
        let factor = self.inner();
        self.depth -= 1;
        factor
    }

    fn inner(&mut self) -> Result<Tree, FormulaError> {
        if self.takes("-") {
            return Ok(match self.factor()? {
                Tree::Leaf(Op::Number(number)) => Tree::Leaf(Op::Number(-number)),
                factor => Tree::Of(Op::Negate, vec![factor]),
            });
        }
        if self.takes("(") {
            let inner = self.comparison()?;
            self.must(")", "an operator or \")\"")?;
            return Ok(inner);
        }
        let start = self.at;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let end = self.rest().find(|c| !is_word(c));
        let mut word = &self.text[start..end.map_or(self.text.len(), |end| start + end)];
        if word.is_empty() {
            return Err(self.unexpected("a number, a signal, \"-\" or \"(\""));
        }
        // The exponent of a number may have a sign.
        let is_number = word.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        if is_number && word.ends_with(['e', 'E']) {
            let exponent = &self.text[start + word.len()..];
            let digits = exponent.trim_start_matches(['+', '-']);
            let digits = digits.len()
                - digits
                    .trim_start_matches(|c: char| c.is_ascii_digit())
                    .len();
            let sign = usize::from(exponent.starts_with(['+', '-']));
            word = &self.text[start..start + word.len() + sign + digits];
        }
        self.at = start + word.len();
        let (at, found) = (self.place(start), excerpt(word));
        if is_number {
            let number = real(word);
            let number = number.ok_or(FormulaError::Number { at, found })?;
            return Ok(Tree::Leaf(Op::Number(number)));
        }
        let function = match word {
            "min" => Op::Least,
            "max" => Op::Most,
            "abs" => Op::Absolute,
            _ => {
                let signal = SIGNALS.iter().position(|signal| signal.name == word);
                let signal = signal.ok_or(FormulaError::Signal { at, found })?;
                return Ok(Tree::Leaf(Op::Signal(signal)));
            }
        };
        self.must("(", "\"(\"")?;
        let mut operands = vec![self.comparison()?];
        if function.takes() == 2 {
            self.must(",", "an operator or \",\"")?;
            operands.push(self.comparison()?);
        }
        self.must(")", "an operator or \")\"")?;
        Ok(Tree::Of(function, operands))
    }
}

/// `whole op next`, as one list where `whole` is of the same operation already (it is left-associative).
fn chain(whole: Option<Tree>, op: Op, next: Tree) -> Tree {
    match whole {
        None => next,
        Some(Tree::Of(same, mut operands)) if same == op && operands.len() > 1 => {
            operands.push(next);
            Tree::Of(op, operands)
        }
        Some(whole) => Tree::Of(op, vec![whole, next]),
    }
}
