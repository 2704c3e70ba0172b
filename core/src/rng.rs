//! The one source of randomness: a seeded PCG generator and the distributions the model draws from.
//!
//! Logarithms, roots and the like are `libm`'s, so a seed gives the same numbers natively and in the browser.

use rand_core::{Rng as _, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A seeded generator. Streams with different `stream` names are independent of each other.
#[derive(Clone, Debug)]
pub struct Rng(Pcg64Mcg);

impl Rng {
    /// The generator of `seed` for one purpose (`stream`), so that an additional draw in one place changes none elsewhere.
    pub fn new(seed: u64, stream: &str) -> Self {
        Self(Pcg64Mcg::seed_from_u64(
            xxhash_rust::xxh3::xxh3_64_with_seed(stream.as_bytes(), seed),
        ))
    }
    /// The next 64 bits, each 0 or 1 with the same probability.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }
    /// The next number, uniform in \[0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
    /// The next whole number, uniform in 0..n, without bias; 0 if `n` is 0.
    pub fn below(&mut self, n: u32) -> u32 {
        // Lemire's multiply-and-reject.
        if n == 0 {
            return 0;
        }
        let reject_under = n.wrapping_neg() % n;
        loop {
            let wide = (self.bits() >> 32) * u64::from(n);
            if (wide as u32) >= reject_under {
                return (wide >> 32) as u32;
            }
        }
    }
    /// The next number from the exponential distribution with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.uniform())
    }
    /// The next number from the standard normal distribution (Box–Muller, one of the pair).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(2.0 * self.exponential());
        radius * libm::cos(core::f64::consts::TAU * self.uniform())
    }
    /// The next number from the gamma distribution with the given shape and mean 1 (Marsaglia–Tsang); its coefficient of variation
    /// is 1/√shape.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = libm::pow(1.0 - self.uniform(), 1.0 / shape);
            return self.gamma(shape + 1.0) * (shape + 1.0) / shape * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            if libm::log(1.0 - self.uniform()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v / shape;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |stream| Rng::new(7, stream).bits();
        assert_eq!(draw("ties"), draw("ties"));
        assert_ne!(draw("ties"), draw("arrivals"));
    }

    #[test]
    fn below_is_uniform_by_chi_square() {
        let (mut rng, n, draws) = (Rng::new(1, "test"), 10, 100_000);
        let mut seen = [0u32; 10];
        for _ in 0..draws {
            seen[rng.below(n) as usize] += 1;
        }
        let expected = f64::from(draws) / f64::from(n);
        let chi2: f64 = seen
            .iter()
            .map(|&s| (f64::from(s) - expected).powi(2) / expected)
            .sum();
        assert!(
            chi2 < 27.9,
            "chi-square {chi2} exceeds the 0.1 % point of 9 degrees of freedom"
        );
    }

    #[test]
    fn distributions_have_mean_one() {
        let mut rng = Rng::new(3, "test");
        let n = 100_000;
        let mean = |mut f: Box<dyn FnMut() -> f64>| (0..n).map(|_| f()).sum::<f64>() / f64::from(n);
        let mut other = rng.clone();
        assert!((mean(Box::new(move || rng.exponential())) - 1.0).abs() < 0.02);
        assert!((mean(Box::new(move || other.gamma(0.25))) - 1.0).abs() < 0.04);
    }
}
