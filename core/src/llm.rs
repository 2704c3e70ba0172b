//! How big a model is: its shape, the bytes of its weights and of its cache, the arithmetic of a token.
//!
//! The shapes are those of the models' published configurations ([`MODELS`]; a row says where its figures were read), or
//! one's own ([`Llm::from_config`]).

mod config;
mod table;

use serde::Serialize;

pub use config::ConfigError;
pub use table::{LLAMA_8B, MODELS};

/// The number format of weights or cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// bfloat16, 2 bytes a number.
    Bf16,
    /// 8-bit floating point, 1 byte a number.
    Fp8,
    /// 4-bit integers, half a byte a number; computed in bf16.
    Int4,
    /// Experts in 4 bits with a shared exponent per 32 (4.25 bits a number), everything else in bf16: the checkpoint's
    /// own format of gpt-oss. Computed in bf16 on GPUs without fp4 units.
    Mxfp4,
}

impl Dtype {
    /// All formats, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Bf16, Self::Fp8, Self::Int4, Self::Mxfp4];

    /// Its name, as typed on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bf16 => "bf16",
            Self::Fp8 => "fp8",
            Self::Int4 => "int4",
            Self::Mxfp4 => "mxfp4",
        }
    }

    /// The format of that name; `None` if there is none.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dtype| dtype.name() == name)
    }

    /// The bytes of a number of the weights that every token passes through, and of the cache \[B\].
    pub fn bytes(self) -> f64 {
        match self {
            Self::Bf16 | Self::Mxfp4 => 2.0,
            Self::Fp8 => 1.0,
            Self::Int4 => 0.5,
        }
    }

    /// The bytes of a number of the experts' weights \[B\].
    pub fn expert_bytes(self) -> f64 {
        match self {
            Self::Mxfp4 => 4.25 / 8.0,
            other => other.bytes(),
        }
    }

    /// Rows to which the tokens of one expert are padded in a grouped multiplication: the tile of the kernel that vLLM
    /// chooses for small batches by default. 64 for block-scaled fp8, 16 elsewhere (vLLM
    /// `model_executor/layers/fused_moe/fused_moe.py@13cb3e4`, `get_default_config`). 16 holds while a step has no more
    /// tokens than there are experts, and 64 beyond it; that change, and the files tuned for one GPU, are left out.
    pub fn expert_tile(self) -> f64 {
        match self {
            Self::Fp8 => 64.0,
            Self::Bf16 | Self::Int4 | Self::Mxfp4 => 16.0,
        }
    }

    /// Kernels a layer needs besides those of 16-bit weights: activations are quantised before each of the four
    /// multiplications.
    pub fn extra_kernels(self) -> f64 {
        match self {
            Self::Fp8 => 4.0,
            Self::Bf16 | Self::Int4 | Self::Mxfp4 => 0.0,
        }
    }
}

/// The experts of a model that is a mixture of experts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Experts {
    /// How many experts a layer has.
    pub total: u32,
    /// How many experts of a layer a token visits.
    pub active: u32,
}

/// Attention that caches one compressed vector a token for all heads (DeepSeek's multi-head latent attention).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latent {
    /// How many numbers the compressed vector has.
    pub rank: u32,
    /// How many numbers the position's part has, which is cached beside it.
    pub rope: u32,
}

/// A language model, with the shape by which steps are timed and caches are filled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Llm {
    /// Its name, as typed on the command line.
    pub name: &'static str,
    /// The model's name as printed.
    pub title: &'static str,
    /// How many transformer layers it has.
    pub layers: u32,
    /// How many query heads a layer has.
    pub query_heads: u32,
    /// How many key-value heads a layer has.
    pub kv_heads: u32,
    /// How many numbers a head has.
    pub head_size: u32,
    /// How many numbers a token has between layers.
    pub hidden: u32,
    /// The size of its vocabulary \[tokens\].
    pub vocabulary: u32,
    /// The longest context, prompt and answer together \[tokens\].
    pub context: u32,
    /// The number of all parameters, embedding and head included.
    pub parameters: f64,
    /// The number of parameters that a token passes through (all but those of idle experts).
    pub active_parameters: f64,
    /// The experts; `None` for a dense model.
    pub experts: Option<Experts>,
    /// How many layers have attention that looks back only a window, and how long that is \[tokens\]; `None` if none has.
    pub sliding: Option<(u32, u32)>,
    /// The compressed vector that a token's cache holds in place of keys and values of every head; `None` for most models.
    pub latent: Option<Latent>,
    /// The published configuration that the figures were read in.
    pub source: &'static str,
}

impl Llm {
    /// The number of parameters of the embedding alone. The head (which is what logits multiply by) has as many.
    pub fn head_parameters(&self) -> f64 {
        f64::from(self.vocabulary) * f64::from(self.hidden)
    }

    /// The number of parameters of the layers: all but embedding and head.
    pub fn block_parameters(&self) -> f64 {
        self.parameters - 2.0 * self.head_parameters()
    }

    /// The number of the layers' parameters that one token passes through.
    pub fn active_block_parameters(&self) -> f64 {
        self.active_parameters - 2.0 * self.head_parameters()
    }

    /// The number of the layers' parameters that belong to experts.
    pub fn expert_parameters(&self) -> f64 {
        let Some(experts) = self.experts else {
            return 0.0;
        };
        let share = f64::from(experts.active) / f64::from(experts.total);
        // all = shared + E, active = shared + share E
        (self.block_parameters() - self.active_block_parameters()) / (1.0 - share)
    }

    /// The number of the layers' parameters that every token passes through.
    pub fn shared_parameters(&self) -> f64 {
        self.block_parameters() - self.expert_parameters()
    }

    /// The memory of the weights \[B\]: layers in `dtype`, embedding and head in bf16.
    pub fn weight_bytes(&self, dtype: Dtype) -> f64 {
        self.expert_parameters() * dtype.expert_bytes()
            + self.shared_parameters() * dtype.bytes()
            + 2.0 * self.head_parameters() * 2.0
    }

    /// The memory of the weights on one GPU \[B\]: experts are shared out over `experts_over` GPUs, the rest over
    /// `tensor_parallel`.
    pub fn weight_bytes_of_gpu(
        &self,
        dtype: Dtype,
        tensor_parallel: f64,
        experts_over: f64,
    ) -> f64 {
        self.expert_parameters() * dtype.expert_bytes() / experts_over
            + (self.shared_parameters() * dtype.bytes() + 2.0 * self.head_parameters() * 2.0)
                / tensor_parallel
    }

    fn growing_layers(&self) -> u32 {
        self.layers - self.sliding.map_or(0, |(layers, _)| layers)
    }

    /// How many numbers a token leaves in the cache of one layer.
    fn cached_numbers(&self) -> f64 {
        match self.latent {
            Some(latent) => f64::from(latent.rank + latent.rope),
            None => 2.0 * f64::from(self.kv_heads) * f64::from(self.head_size),
        }
    }

    /// Over how many of `g` GPUs a token's cache is split: over no more than there are heads, and not at all where the heads share
    /// one vector.
    pub fn cache_split(&self, g: f64) -> f64 {
        match self.latent {
            Some(_) => 1.0,
            None => g.min(f64::from(self.kv_heads)),
        }
    }

    /// The cache that a token takes \[B\]. Sliding layers stop growing at their window, so they are left out.
    pub fn kv_bytes_per_token(&self, dtype: Dtype) -> f64 {
        f64::from(self.growing_layers()) * self.cached_numbers() * dtype.bytes()
    }

    /// The cache that the sliding layers read for a sequence, once their windows are full \[B\].
    pub fn window_bytes(&self, dtype: Dtype) -> f64 {
        let (layers, window) = self.sliding.unwrap_or((0, 0));
        f64::from(layers) * f64::from(window) * self.cached_numbers() * dtype.bytes()
    }

    /// Kernels that a layer launches in a step, all-reduces apart: of attention, norm, query-key-value, position, cache write,
    /// attention and its combination, output; of the rest, norm, up, activation, down, or for a mixture norm, router, choice,
    /// alignment, up, activation, down, sum. Counted from the structure of vLLM's model files; what `dtype` adds included.
    pub fn kernels_per_layer(&self, dtype: Dtype) -> f64 {
        let base = if self.experts.is_some() { 15.0 } else { 11.0 };
        base + dtype.extra_kernels()
    }

    /// The arithmetic of attention for one new token, for each token of its context \[FLOP\].
    pub fn attention_flops(&self) -> f64 {
        4.0 * f64::from(self.growing_layers())
            * f64::from(self.query_heads)
            * f64::from(self.head_size)
    }

    /// The share of the experts that a step over `tokens` tokens touches under even routing; 1 for a dense model.
    pub fn experts_touched(&self, tokens: f64) -> f64 {
        let Some(experts) = self.experts else {
            return 1.0;
        };
        let share = f64::from(experts.active) / f64::from(experts.total);
        1.0 - libm::pow(1.0 - share, tokens)
    }
}

/// The model of that name; `None` if there is none in the table.
pub fn model(name: &str) -> Option<&'static Llm> {
    MODELS.iter().find(|model| model.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn llama_8b_adds_up() {
        let llama = model("llama-3.1-8b").unwrap();
        assert_eq!(llama.kv_bytes_per_token(Dtype::Bf16), 131_072.0);
        assert_eq!(llama.kv_bytes_per_token(Dtype::Fp8), 65_536.0);
        assert!((llama.head_parameters() / 0.525e9 - 1.0).abs() < 0.001);
        assert!((llama.block_parameters() / 6.98e9 - 1.0).abs() < 0.001);
        assert!((llama.weight_bytes(Dtype::Fp8) / (8.46 * 1_073_741_824.0) - 1.0).abs() < 0.001);
    }

    #[test]
    fn latent_attention_caches_one_vector_a_token() {
        let deepseek = model("deepseek-v3").unwrap();
        assert_eq!(deepseek.kv_bytes_per_token(Dtype::Bf16), 61.0 * 576.0 * 2.0);
        assert_eq!(deepseek.cache_split(8.0), 1.0);
        let gemma = model("gemma-3-27b").unwrap();
        assert_eq!(
            gemma.kv_bytes_per_token(Dtype::Bf16),
            10.0 * 2.0 * 16.0 * 128.0 * 2.0
        );
        assert_eq!(
            gemma.window_bytes(Dtype::Bf16),
            52.0 * 1024.0 * 2.0 * 16.0 * 128.0 * 2.0
        );
    }

    #[test]
    fn a_mixture_reads_more_weights_for_more_tokens() {
        let model = model("qwen3-30b-a3b").unwrap();
        let one =
            model.shared_parameters() + model.experts_touched(1.0) * model.expert_parameters();
        assert!((one / model.active_block_parameters() - 1.0).abs() < 1e-9);
        assert!(model.experts_touched(64.0) > 0.9);
        for model in &MODELS {
            assert!(model.shared_parameters() > 0.0, "{}", model.name);
            assert!(model.active_block_parameters() > 0.0, "{}", model.name);
        }
    }
}
