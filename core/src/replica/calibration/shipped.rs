//! The shipped calibration's engine as constants: the figures of `data/calibration-l4-llama-3.1-8b-fp8.json`, for a program that
//! reads no calibrations (the page's story, which would need a reader of JSON for these alone). A test compares them with the file.

use crate::replica::roofline::Efficiency;

/// The efficiencies of the calibrated engine, and the fixed costs of its steps.
pub const ENGINE: Efficiency = Efficiency {
    weight_bandwidth: 0.851,
    kv_bandwidth: 0.892,
    gemm: 0.346,
    logits: 0.4959,
    prefill_attention: 0.4132,
    shared_read: 0.549,
    mixed: 3.07,
    step_s: 0.00094,
    sequence_s: 9.2e-06,
    eager_s: 0.0054,
    graph_tokens: 512,
    api_request_s: 0.00588,
    api_token_s: 0.000144,
    network_s: 0.002,
    preallocate_blocks: 4,
    // The file does not have these figures, as they were no part of the model that it was fitted with; it is read with these
    // values.
    expert_bandwidth: 0.851,
    expert_gemm: 0.346,
    passes: 0.0,
    expert_passes: 0.0,
    rank_s: 0.0,
    kernel_s: 0.0,
    older_experts_s: 0.0,
    reduce_bandwidth: 1.0,
    eager_layer_s: 0.0,
    graph_step: 0,
    front_s: 0.0,
    front_token_s: 0.0,
};

#[cfg(test)]
mod tests {
    use super::super::Calibration;

    #[test]
    fn the_constants_are_the_files() {
        let file = Calibration::shipped().expect("it is readable");
        assert_eq!(super::ENGINE, file.engine);
    }
}
