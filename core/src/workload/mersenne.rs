//! The Mersenne Twister MT19937, as Python and NumPy seed and use it.
//!
//! The KubeAI benchmark shuffles its prompts with Python's `random.seed(12345)` and draws its gaps with NumPy's legacy
//! generator of the same seed; with this both come out as they were. Nothing else draws from it: the model's randomness
//! is [`crate::rng`].
//!
//! Source: Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998), and their 2002 initialisation.

const N: usize = 624;
const M: usize = 397;

/// The generator with its state of 624 words.
#[derive(Clone, Debug)]
pub(super) struct MersenneTwister {
    state: [u32; N],
    at: usize,
}

impl MersenneTwister {
    /// The generator seeded as NumPy's `RandomState(seed)` does it.
    pub(super) fn new(seed: u32) -> Self {
        let mut state = [seed; N];
        for i in 1..N {
            let last = state[i - 1];
            state[i] = (last ^ (last >> 30))
                .wrapping_mul(1_812_433_253)
                .wrapping_add(i as u32);
        }
        Self { state, at: N }
    }

    /// The generator seeded as Python's `random.seed(seed)` does it, for a seed of 32 bits.
    pub(super) fn python(seed: u32) -> Self {
        let Self { mut state, .. } = Self::new(19_650_218);
        let mut i = 1;
        for _ in 0..N {
            let last = state[i - 1];
            state[i] =
                (state[i] ^ (last ^ (last >> 30)).wrapping_mul(1_664_525)).wrapping_add(seed);
            i = next(&mut state, i);
        }
        for _ in 1..N {
            let last = state[i - 1];
            state[i] = (state[i] ^ (last ^ (last >> 30)).wrapping_mul(1_566_083_941))
                .wrapping_sub(i as u32);
            i = next(&mut state, i);
        }
        state[0] = 0x8000_0000;
        Self { state, at: N }
    }

    /// The next 32 bits, each 0 or 1 with the same probability.
    pub(super) fn bits(&mut self) -> u32 {
        if self.at == N {
            for k in 0..N {
                let y = (self.state[k] & 0x8000_0000) | (self.state[(k + 1) % N] & 0x7fff_ffff);
                let twist = if y & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[k] = self.state[(k + M) % N] ^ (y >> 1) ^ twist;
            }
            self.at = 0;
        }
        let mut y = self.state[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// The next number, uniform in \[0, 1) with 53 bits.
    pub(super) fn uniform(&mut self) -> f64 {
        let (high, low) = (self.bits() >> 5, self.bits() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// Shuffles a list as Python's `random.shuffle` does.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            let below = i as u32 + 1;
            let shift = below.leading_zeros();
            let j = loop {
                let draw = self.bits() >> shift;
                if draw < below {
                    break draw as usize;
                }
            };
            list.swap(i, j);
        }
    }
}

/// The place after `i`; past the end the first word is carried over.
fn next(state: &mut [u32; N], i: usize) -> usize {
    if i + 1 < N {
        return i + 1;
    }
    state[0] = state[N - 1];
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_what_python_and_numpy_draw() {
        // random.seed(12345); l = list(range(10)); random.shuffle(l)
        let mut list: Vec<u32> = (0..10).collect();
        MersenneTwister::python(12345).shuffle(&mut list);
        assert_eq!(list, PYTHON_SHUFFLE);
        // numpy.random.RandomState(12345).random_sample()
        assert_eq!(MersenneTwister::new(12345).uniform(), 0.9296160928171479);
    }

    const PYTHON_SHUFFLE: [u32; 10] = [8, 7, 3, 5, 1, 2, 9, 4, 0, 6];
}
