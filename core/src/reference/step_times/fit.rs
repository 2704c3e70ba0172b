//! Fits the few constants that measured step times can determine, by damped Gauss-Newton steps in their logarithms; each
//! constant is pulled towards the value that the fit starts from: the better that is known beforehand, the harder.
//!
//! The loss is robust (errors beyond 10 % count linearly), so one wrong row does not distort the result. Errors of the time
//! to first token weigh a third of those of output tokens. A constant that the rows do not depend on keeps that value,
//! and [`Fitted::share_from_rows`] shows that the data say nothing about it.

use super::Predicted;
use crate::replica::roofline::Efficiency;

/// A constant of the step-time model that can be fitted.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    /// The name of the constant in a calibration file.
    pub name: &'static str,
    /// The value assumed before anything was measured: seconds where the name ends with `_s`, a count of `passes`, else a share
    /// of the hardware's peak.
    pub first: f64,
    /// How far off the value that a fit starts from may reasonably be \[natural logarithm\].
    pub spread: f64,
    /// Points to the constant's field of [`Efficiency`].
    pub at: fn(&mut Efficiency) -> &mut f64,
}

impl Constant {
    /// The largest possible value: 1 for a share of a peak, else infinite.
    fn most(&self) -> f64 {
        match self.name {
            "gemm" | "expert_gemm" | "prefill_attention" => 1.0,
            name if name.ends_with("_bandwidth") => 1.0,
            _ => f64::INFINITY,
        }
    }
}

/// All constants that can be fitted, with their fields of [`Efficiency`].
pub static CONSTANTS: &[Constant] = &[
    Constant {
        name: "step_s",
        first: 0.8e-3,
        spread: 0.6,
        at: |e| &mut e.step_s,
    },
    Constant {
        name: "sequence_s",
        first: 5e-6,
        spread: 0.6,
        at: |e| &mut e.sequence_s,
    },
    Constant {
        name: "rank_s",
        first: 50e-6,
        spread: 1.0,
        at: |e| &mut e.rank_s,
    },
    Constant {
        name: "kernel_s",
        first: 5e-6,
        spread: 0.2,
        at: |e| &mut e.kernel_s,
    },
    Constant {
        name: "weight_bandwidth",
        first: 0.85,
        spread: 0.06,
        at: |e| &mut e.weight_bandwidth,
    },
    Constant {
        name: "expert_bandwidth",
        first: 0.8,
        spread: 0.12,
        at: |e| &mut e.expert_bandwidth,
    },
    Constant {
        name: "kv_bandwidth",
        first: 0.85,
        spread: 0.1,
        at: |e| &mut e.kv_bandwidth,
    },
    Constant {
        name: "gemm",
        first: 0.65,
        spread: 0.12,
        at: |e| &mut e.gemm,
    },
    Constant {
        name: "expert_gemm",
        first: 0.4,
        spread: 0.3,
        at: |e| &mut e.expert_gemm,
    },
    Constant {
        name: "passes",
        first: 6.0,
        spread: 0.4,
        at: |e| &mut e.passes,
    },
    Constant {
        name: "expert_passes",
        first: 4.0,
        spread: 0.4,
        at: |e| &mut e.expert_passes,
    },
    Constant {
        name: "prefill_attention",
        first: 0.45,
        spread: 0.25,
        at: |e| &mut e.prefill_attention,
    },
    Constant {
        name: "reduce_bandwidth",
        first: 0.75,
        spread: 0.15,
        at: |e| &mut e.reduce_bandwidth,
    },
    Constant {
        name: "eager_layer_s",
        first: 0.15e-3,
        spread: 0.7,
        at: |e| &mut e.eager_layer_s,
    },
    Constant {
        name: "older_experts_s",
        first: 20e-6,
        spread: 0.7,
        at: |e| &mut e.older_experts_s,
    },
    Constant {
        name: "front_s",
        first: 5e-3,
        spread: 0.7,
        at: |e| &mut e.front_s,
    },
    Constant {
        name: "front_token_s",
        first: 3e-6,
        spread: 0.7,
        at: |e| &mut e.front_token_s,
    },
];

/// The efficiencies assumed before anything was measured: round figures that public kernels and engines reach. A fit that
/// starts from them contains nothing of the rows it leaves out.
pub fn first_principles() -> Efficiency {
    let mut engine = Efficiency::ASSUMED;
    for constant in CONSTANTS {
        *(constant.at)(&mut engine) = constant.first;
    }
    engine
}

/// The result of a fit.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The efficiencies with the fitted constants.
    pub engine: Efficiency,
    /// For each of [`CONSTANTS`], the share of what is known of it that comes from the rows, from 0 (the rows say nothing)
    /// to 1.
    pub share_from_rows: Vec<f64>,
    /// The loss before the first round and after each round that lowered it.
    pub losses: Vec<f64>,
}

/// The step of the numerical derivative \[natural logarithm\].
const STEP: f64 = 0.03;
/// The logarithmic error beyond which a row counts linearly.
const NOISE: f64 = 0.1;
/// The penalty for a constant that is one [`Constant::spread`] off the value that the fit started from, as a logarithmic error: it
/// costs about as much as a row that is 9 % off.
const HELD: f64 = 0.09;

/// The logarithmic errors of all rows for one set of efficiencies.
type Residuals = Vec<f64>;

fn residuals(measured: &[Predicted], found: &[Predicted]) -> Residuals {
    let pairs = || measured.iter().zip(found);
    let tpot = pairs().map(|(a, b)| libm::log(b.tpot_ms / a.tpot_ms));
    let ttft = pairs().map(|(a, b)| libm::log(b.ttft_ms / a.ttft_ms) * 0.3);
    tpot.chain(ttft).collect()
}

/// The pseudo-Huber loss of an error, and its weight in the next step.
fn robust(x: f64) -> (f64, f64) {
    let root = (1.0 + (x / NOISE) * (x / NOISE)).sqrt();
    (2.0 * NOISE * NOISE * (root - 1.0), 1.0 / root)
}

/// Solves the linear equations `a x = b` for a symmetric positive definite matrix.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        for j in i + 1..n {
            let factor = a[j][i] / a[i][i];
            let pivot = a[i].clone();
            for (into, of) in a[j].iter_mut().zip(&pivot).skip(i) {
                *into -= factor * of;
            }
            b[j] -= factor * b[i];
        }
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|j| a[i][j] * b[j]).sum();
        b[i] = (b[i] - known) / a[i][i];
    }
    b
}

/// Fits the constants to measured rows, from those of `start`, in `rounds` rounds at most; `run` simulates all rows with given
/// efficiencies, in the same order.
///
/// # Errors
/// The first error of `run`.
pub fn fit<E>(
    start: Efficiency,
    measured: &[Predicted],
    rounds: u32,
    mut run: impl FnMut(&Efficiency) -> Result<Vec<Predicted>, E>,
) -> Result<Fitted, E> {
    let count = CONSTANTS.len();
    let with = |x: &[f64]| {
        let mut engine = start;
        for (constant, x) in CONSTANTS.iter().zip(x) {
            let at = (constant.at)(&mut engine);
            *at = (*at * libm::exp(*x)).min(constant.most());
        }
        engine
    };
    let held = |n: usize| HELD / CONSTANTS[n].spread;
    let loss = |r: &[f64], x: &[f64]| {
        let rows: f64 = r.iter().map(|r| robust(*r).0).sum();
        let known: f64 = x
            .iter()
            .enumerate()
            .map(|(n, x)| (held(n) * x) * (held(n) * x))
            .sum();
        rows + known
    };
    let mut x = vec![0.0; count];
    let mut now = residuals(measured, &run(&with(&x))?);
    let mut losses = vec![loss(&now, &x)];
    let mut from_rows = vec![0.0; count];
    for _ in 0..rounds {
        let mut slopes = Vec::new();
        for n in 0..count {
            let mut moved = x.clone();
            moved[n] += STEP;
            let there = residuals(measured, &run(&with(&moved))?);
            slopes.push(
                there
                    .iter()
                    .zip(&now)
                    .map(|(b, a)| (b - a) / STEP)
                    .collect::<Vec<f64>>(),
            );
        }
        let mut matrix = vec![vec![0.0; count]; count];
        let mut right = vec![0.0; count];
        for (k, r) in now.iter().enumerate() {
            let weight = robust(*r).1;
            for i in 0..count {
                right[i] -= weight * slopes[i][k] * r;
                for j in 0..count {
                    matrix[i][j] += weight * slopes[i][k] * slopes[j][k];
                }
            }
        }
        for n in 0..count {
            let prior = held(n) * held(n);
            from_rows[n] = matrix[n][n] / (matrix[n][n] + prior);
            matrix[n][n] += prior;
            right[n] -= prior * x[n];
        }
        let step = solve(matrix, right);
        let (mut share, mut best) = (1.0, None);
        while best.is_none() && share > 0.1 {
            let there: Vec<f64> = x
                .iter()
                .zip(&step)
                .map(|(x, s)| x + share * s.clamp(-0.7, 0.7))
                .collect();
            let r = residuals(measured, &run(&with(&there))?);
            let found = loss(&r, &there);
            if losses.last().is_some_and(|last| found < *last) {
                best = Some((there, r, found));
            }
            share *= 0.5;
        }
        let Some((there, r, found)) = best else { break };
        let gain = losses.last().map_or(0.0, |last| last - found);
        (x, now) = (there, r);
        losses.push(found);
        if gain < 1e-3 * found {
            break;
        }
    }
    Ok(Fitted {
        engine: with(&x),
        share_from_rows: from_rows,
        losses,
    })
}

#[cfg(test)]
mod tests {
    use super::{CONSTANTS, Efficiency, Predicted, fit};

    #[test]
    fn constants_that_made_the_rows_are_found_again() {
        let row = |e: &Efficiency, n: f64| Predicted {
            tpot_ms: (e.step_s + e.kernel_s * 11.0 * n + 1e-3 / e.weight_bandwidth) * 1e3,
            ttft_ms: (e.front_s + e.front_token_s * 1000.0 * n) * 1e3,
        };
        let truth = Efficiency {
            kernel_s: Efficiency::ASSUMED.kernel_s * 1.3,
            front_token_s: Efficiency::ASSUMED.front_token_s * 0.6,
            ..Efficiency::ASSUMED
        };
        let sizes = || (1..60).map(f64::from);
        let rows: Vec<Predicted> = sizes().map(|n| row(&truth, n)).collect();
        let found = fit(Efficiency::ASSUMED, &rows, 8, |e| {
            Ok::<_, ()>(sizes().map(|n| row(e, n)).collect())
        })
        .unwrap();
        assert!((found.engine.kernel_s / truth.kernel_s - 1.0).abs() < 0.03);
        assert!((found.engine.front_token_s / truth.front_token_s - 1.0).abs() < 0.05);
        let from_rows =
            |name| found.share_from_rows[CONSTANTS.iter().position(|it| it.name == name).unwrap()];
        assert!(from_rows("kernel_s") > 0.5 && from_rows("gemm") == 0.0);
        assert_eq!(found.engine.gemm, Efficiency::ASSUMED.gemm);
    }
}
