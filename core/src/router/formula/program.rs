//! Stack programs over columns: an operation works on many replicas at once, so reading it costs little.

use super::{SIGNALS, View};

/// How many replicas of a large fleet an operation works on at once. The number is fixed, so that loops over it unroll.
pub(super) const MANY: usize = 32;
/// How many replicas of a small fleet, or of those left over, an operation works on at once.
pub(super) const FEW: usize = 8;

/// A value for each of the replicas that an operation works on at once.
pub(super) type Column<const LANES: usize> = [f64; LANES];

/// An operation of the stack program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
    Number(f64),
    /// Pushes the signal at this place in [`SIGNALS`].
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
    /// How many values the operation takes from the stack.
    pub(super) fn takes(self) -> usize {
        match self {
            Self::Number(_) | Self::Signal(_) => 0,
            Self::Negate | Self::Absolute => 1,
            _ => 2,
        }
    }
}

/// The most values a program has on its stack at once.
pub(super) fn height(program: &[Op]) -> usize {
    let (mut height, mut highest) = (0usize, 0);
    for op in program {
        height = height + 1 - op.takes();
        highest = highest.max(height);
    }
    highest
}

/// Runs a program for `count` replicas from `first` on; `stack` has room for its height. The values are in the first
/// column; beyond `count` they mean nothing.
pub(super) fn run<const LANES: usize>(
    program: &[Op],
    view: &View<'_>,
    (first, count): (usize, usize),
    stack: &mut [Column<LANES>],
) {
    let truth = |is: bool| if is { 1.0 } else { 0.0 };
    let mut height = 0;
    for &op in program {
        height -= op.takes();
        let (below, above) = stack.split_at_mut(height + 1);
        let a = &mut below[height];
        match op {
            Op::Number(number) => *a = [number; LANES],
            Op::Signal(at) => view.fill(&SIGNALS[at], first, &mut a[..count]),
            Op::Negate => a.iter_mut().for_each(|a| *a = -*a),
            Op::Absolute => a.iter_mut().for_each(|a| *a = a.abs()),
            _ => {
                let b = &above[0];
                match op {
                    Op::Add => each(a, b, |a, b| a + b),
                    Op::Subtract => each(a, b, |a, b| a - b),
                    Op::Multiply => each(a, b, |a, b| a * b),
                    Op::Divide => each(a, b, |a, b| a / b),
                    Op::Least => each(a, b, f64::min),
                    Op::Most => each(a, b, f64::max),
                    Op::Less => each(a, b, |a, b| truth(a < b)),
                    Op::LessOrEqual => each(a, b, |a, b| truth(a <= b)),
                    _ => each(a, b, |a, b| truth(a == b)),
                }
            }
        }
        height += 1;
    }
}

#[inline(always)]
fn each<const LANES: usize>(
    a: &mut Column<LANES>,
    b: &Column<LANES>,
    of: impl Fn(f64, f64) -> f64,
) {
    for lane in 0..LANES {
        a[lane] = of(a[lane], b[lane]);
    }
}
