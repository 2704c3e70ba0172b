//! How big a model is: its shape, the bytes of its weights and of its cache, the arithmetic of a token.
//!
//! The shapes are those of the models' published configurations, written down from memory and not re-read
//! ([`FROM_MEMORY`] says so wherever they are shown).

use serde::Serialize;

/// The source line of every row that was not checked against its configuration file.
pub const FROM_MEMORY: &str = "published model configuration, from memory";

/// The number format of weights or cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// 2 bytes.
    Bf16,
    /// 1 byte.
    Fp8,
    /// Half a byte; computed in bf16.
    Int4,
}

impl Dtype {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Bf16, Self::Fp8, Self::Int4];

    /// As typed on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bf16 => "bf16",
            Self::Fp8 => "fp8",
            Self::Int4 => "int4",
        }
    }

    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dtype| dtype.name() == name)
    }

    /// Bytes a number.
    pub fn bytes(self) -> f64 {
        match self {
            Self::Bf16 => 2.0,
            Self::Fp8 => 1.0,
            Self::Int4 => 0.5,
        }
    }
}

/// A mixture of experts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Experts {
    /// How many there are in a layer.
    pub total: u32,
    /// How many a token visits.
    pub active: u32,
}

/// A model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Llm {
    /// As typed on the command line.
    pub name: &'static str,
    /// As printed.
    pub title: &'static str,
    /// Transformer layers.
    pub layers: u32,
    /// Query heads.
    pub query_heads: u32,
    /// Key-value heads.
    pub kv_heads: u32,
    /// Numbers a head.
    pub head_size: u32,
    /// Numbers a token between layers.
    pub hidden: u32,
    /// Vocabulary \[tokens\].
    pub vocabulary: u32,
    /// Longest context \[tokens\].
    pub context: u32,
    /// All parameters, embedding and head included.
    pub parameters: f64,
    /// Parameters a token passes through (all but the idle experts).
    pub active_parameters: f64,
    /// Experts, where it has them.
    pub experts: Option<Experts>,
    /// Layers whose attention looks back only so far, and how far \[tokens\].
    pub sliding: Option<(u32, u32)>,
    /// Where the figures are from.
    pub source: &'static str,
}

impl Llm {
    /// Parameters of the embedding, and as many again of the head (which is what logits multiply by).
    pub fn head_parameters(&self) -> f64 {
        f64::from(self.vocabulary) * f64::from(self.hidden)
    }

    /// Parameters of the layers: all but embedding and head.
    pub fn block_parameters(&self) -> f64 {
        self.parameters - 2.0 * self.head_parameters()
    }

    /// Layer parameters one token passes through.
    pub fn active_block_parameters(&self) -> f64 {
        self.active_parameters - 2.0 * self.head_parameters()
    }

    /// Weights in memory \[B\]: layers in `dtype`, embedding and head in bf16.
    pub fn weight_bytes(&self, dtype: Dtype) -> f64 {
        self.block_parameters() * dtype.bytes() + 2.0 * self.head_parameters() * 2.0
    }

    /// Cache a token takes \[B\]. Sliding layers stop growing at their window; they are left out.
    pub fn kv_bytes_per_token(&self, dtype: Dtype) -> f64 {
        let layers = self.layers - self.sliding.map_or(0, |(layers, _)| layers);
        2.0 * f64::from(layers)
            * f64::from(self.kv_heads)
            * f64::from(self.head_size)
            * dtype.bytes()
    }

    /// Attention arithmetic for one new token per token of context \[FLOP\].
    pub fn attention_flops(&self) -> f64 {
        let layers = self.layers - self.sliding.map_or(0, |(layers, _)| layers);
        4.0 * f64::from(layers) * f64::from(self.query_heads) * f64::from(self.head_size)
    }

    /// The share of the layers' weights that a step over `tokens` tokens reads: all of a dense model; of a mixture,
    /// what is shared and the distinct experts that so many tokens touch under even routing.
    pub fn weights_touched(&self, tokens: f64) -> f64 {
        let Some(experts) = self.experts else {
            return 1.0;
        };
        let share = f64::from(experts.active) / f64::from(experts.total);
        let (all, active) = (self.block_parameters(), self.active_block_parameters());
        // all = shared + E, active = shared + share E
        let expert_parameters = (all - active) / (1.0 - share);
        let touched = 1.0 - libm::pow(1.0 - share, tokens);
        (all - expert_parameters + expert_parameters * touched) / all
    }
}

const fn dense(
    name: &'static str,
    title: &'static str,
    shape: [u32; 5],
    vocabulary: u32,
    context: u32,
    parameters: f64,
) -> Llm {
    let [layers, query_heads, kv_heads, head_size, hidden] = shape;
    Llm {
        name,
        title,
        layers,
        query_heads,
        kv_heads,
        head_size,
        hidden,
        vocabulary,
        context,
        parameters,
        active_parameters: parameters,
        experts: None,
        sliding: None,
        source: FROM_MEMORY,
    }
}

const fn mixture(mut model: Llm, active_parameters: f64, total: u32, active: u32) -> Llm {
    model.active_parameters = active_parameters;
    model.experts = Some(Experts { total, active });
    model
}

const fn half_sliding(mut model: Llm, window: u32) -> Llm {
    model.sliding = Some((model.layers / 2, window));
    model
}

/// Every model there is.
pub static MODELS: [Llm; 10] = [
    dense(
        "llama-3.1-8b",
        "Llama 3.1 8B",
        [32, 32, 8, 128, 4096],
        128_256,
        131_072,
        8.03e9,
    ),
    dense(
        "llama-3.1-70b",
        "Llama 3.1 70B",
        [80, 64, 8, 128, 8192],
        128_256,
        131_072,
        70.6e9,
    ),
    dense(
        "llama-3.3-70b",
        "Llama 3.3 70B",
        [80, 64, 8, 128, 8192],
        128_256,
        131_072,
        70.6e9,
    ),
    dense(
        "qwen3-8b",
        "Qwen3 8B",
        [36, 32, 8, 128, 4096],
        151_936,
        40_960,
        8.2e9,
    ),
    dense(
        "qwen3-32b",
        "Qwen3 32B",
        [64, 64, 8, 128, 5120],
        151_936,
        40_960,
        32.8e9,
    ),
    mixture(
        dense(
            "qwen3-30b-a3b",
            "Qwen3 30B-A3B",
            [48, 32, 4, 128, 2048],
            151_936,
            40_960,
            30.5e9,
        ),
        3.3e9,
        128,
        8,
    ),
    dense(
        "mistral-7b",
        "Mistral 7B v0.3",
        [32, 32, 8, 128, 4096],
        32_768,
        32_768,
        7.25e9,
    ),
    mixture(
        dense(
            "mixtral-8x7b",
            "Mixtral 8x7B",
            [32, 32, 8, 128, 4096],
            32_000,
            32_768,
            46.7e9,
        ),
        12.9e9,
        8,
        2,
    ),
    half_sliding(
        mixture(
            dense(
                "gpt-oss-20b",
                "gpt-oss 20B",
                [24, 64, 8, 64, 2880],
                201_088,
                131_072,
                20.9e9,
            ),
            3.6e9,
            32,
            4,
        ),
        128,
    ),
    half_sliding(
        mixture(
            dense(
                "gpt-oss-120b",
                "gpt-oss 120B",
                [36, 64, 8, 64, 2880],
                201_088,
                131_072,
                117e9,
            ),
            5.1e9,
            128,
            4,
        ),
        128,
    ),
];

/// The model of that name.
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
    fn a_mixture_reads_more_weights_for_more_tokens() {
        let model = model("qwen3-30b-a3b").unwrap();
        let one = model.weights_touched(1.0) * model.block_parameters();
        assert!((one / model.active_block_parameters() - 1.0).abs() < 1e-9);
        assert!(model.weights_touched(64.0) > 0.9);
        for model in MODELS {
            assert!(model.active_block_parameters() > 0.0, "{}", model.name);
        }
    }
}
