//! What must be the same everywhere. This file runs natively and, compiled to wasm, in a browser; both are held to the same
//! committed values, so a seed and a prompt mean the same bytes on either side.

use warmpath_core::block::chained;
use warmpath_core::rng::Rng;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// FNV-1a over the little-endian bytes: any differing bit shows.
fn digest(values: impl IntoIterator<Item = u64>) -> u64 {
    values
        .into_iter()
        .flat_map(u64::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

#[test]
fn a_seed_gives_the_same_bits() {
    let mut rng = Rng::new(7, "arrivals");
    let first: Vec<u64> = (0..3).map(|_| rng.bits()).collect();
    assert_eq!(
        first,
        [
            12_655_911_212_858_805_743,
            10_966_287_578_277_764_304,
            16_347_453_652_058_208_671
        ]
    );
}

#[test]
fn ten_thousand_draws_of_each_distribution_have_the_same_bits() {
    let mut rng = Rng::new(11, "service");
    let draws = (0..10_000).flat_map(|_| {
        [
            rng.uniform(),
            rng.exponential(),
            rng.normal(),
            rng.gamma(0.25),
            rng.gamma(3.0),
        ]
    });
    assert_eq!(digest(draws.map(f64::to_bits)), 943_516_958_176_828_311);
}

#[test]
fn a_prompt_gives_the_same_block_chain() {
    let tokens: Vec<u32> = (0..1_000)
        .map(|i: u32| i.wrapping_mul(2_654_435_761))
        .collect();
    let ids = chained(&tokens, 16);
    assert_eq!(ids.len(), 62);
    assert_eq!(digest(ids.iter().map(|id| id.0)), 860_382_766_462_912_305);
}
