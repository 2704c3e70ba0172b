//! Which efficiencies hold for which hardware and model.
//!
//! One set-up is calibrated: Llama-3.1-8B in fp8 on an L4, fitted to two rows of a published benchmark
//! (`core/data/calibration-l4-llama-3.1-8b-fp8.json`; docs/fidelity.md says how). Everything else runs on
//! [`Efficiency::ASSUMED`] and is called uncalibrated wherever its figures are shown.

use super::roofline::Efficiency;
use crate::hardware::Gpu;
use crate::llm::{Dtype, Llm};

const L4_LLAMA_8B_FP8: &str = include_str!("../../data/calibration-l4-llama-3.1-8b-fp8.json");

/// The efficiencies for a set-up, and whether they were measured on it.
pub fn of(gpu: &Gpu, llm: &Llm, dtype: Dtype) -> (Efficiency, bool) {
    let known = (gpu.name, llm.name, dtype) == ("l4", "llama-3.1-8b", Dtype::Fp8);
    match serde_json::from_str(L4_LLAMA_8B_FP8) {
        Ok(efficiency) if known => (efficiency, true),
        _ => (Efficiency::ASSUMED, false),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_data_file_is_readable() {
        let parsed: Result<super::Efficiency, _> = serde_json::from_str(super::L4_LLAMA_8B_FP8);
        assert!(parsed.is_ok(), "{parsed:?}");
    }
}
