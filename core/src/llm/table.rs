//! The models there are, as data.
//!
//! Shapes are those of each model's own config.json, read on 2026-11-29 where a row's source says: copies in NVIDIA's
//! AIConfigurator or on Hugging Face, and the same figures in Google's MaxText or Microsoft's Vidur. Parameters are computed from the shape, so they may differ from the
//! round figures that makers give. The parameters that a token passes through in a mixture count embedding and head, as everywhere
//! here; gpt-oss' makers leave the embedding out of theirs (3.6 and 5.1 billion). DeepSeek's and Kimi's head size is the mean of
//! what a head multiplies by with a key (192) and with a value (128).

use super::{Experts, Latent, Llm};

/// Copies of the makers' files in NVIDIA's AIConfigurator.
const NVIDIA: &str =
    "config.json in ai-dynamo/aiconfigurator model_configs@095f58a; parameters from the shape";

/// The address of a file on Hugging Face.
macro_rules! hub {
    ($path:literal) => {
        concat!(
            "config.json on huggingface.co of ",
            $path,
            "; parameters from the shape"
        )
    };
}

const VIDUR: &str = "microsoft/vidur config/model_config.py@7d47513; parameters from the shape";

/// The address of a file of Google's MaxText.
macro_rules! maxtext {
    ($file:literal) => {
        concat!(
            "AI-Hypercomputer/maxtext configs/models/",
            $file,
            ".yml; parameters from the shape"
        )
    };
}

struct Shape {
    name: &'static str,
    title: &'static str,
    /// The numbers of layers, query heads, key-value heads, numbers in a head, and numbers of a token between layers.
    shape: [u32; 5],
    vocabulary: u32,
    context: u32,
    parameters: f64,
    /// The parameters that a token passes through, the experts of a layer, and the experts that a token visits; `None` if dense.
    mixture: Option<(f64, u32, u32)>,
    sliding: Option<(u32, u32)>,
    latent: Option<(u32, u32)>,
    source: &'static str,
}

const fn llm(of: Shape) -> Llm {
    let [layers, query_heads, kv_heads, head_size, hidden] = of.shape;
    let (active_parameters, experts) = match of.mixture {
        None => (of.parameters, None),
        Some((parameters, total, active)) => (parameters, Some(Experts { total, active })),
    };
    let latent = match of.latent {
        None => None,
        Some((rank, rope)) => Some(Latent { rank, rope }),
    };
    Llm {
        name: of.name,
        title: of.title,
        layers,
        query_heads,
        kv_heads,
        head_size,
        hidden,
        vocabulary: of.vocabulary,
        context: of.context,
        parameters: of.parameters,
        active_parameters,
        experts,
        sliding: of.sliding,
        latent,
        source: of.source,
    }
}

/// The first of [`MODELS`], the default scenario's, by itself: a program that needs only this one need not contain them all.
pub static LLAMA_8B: Llm = FIRST;

const FIRST: Llm = llm(Shape {
    name: "llama-3.1-8b",
    title: "Llama 3.1 8B",
    shape: [32, 32, 8, 128, 4096],
    vocabulary: 128_256,
    context: 131_072,
    parameters: 8.03e9,
    mixture: None,
    sliding: None,
    latent: None,
    source: NVIDIA,
});

/// Every model there is.
pub static MODELS: [Llm; 28] = [
    FIRST,
    llm(Shape {
        name: "llama-3.1-70b",
        title: "Llama 3.1 70B",
        shape: [80, 64, 8, 128, 8192],
        vocabulary: 128_256,
        context: 131_072,
        parameters: 70.6e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "llama-3.3-70b",
        title: "Llama 3.3 70B",
        shape: [80, 64, 8, 128, 8192],
        vocabulary: 128_256,
        context: 131_072,
        parameters: 70.6e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: maxtext!("llama3.3-70b"),
    }),
    llm(Shape {
        name: "qwen3-8b",
        title: "Qwen3 8B",
        shape: [36, 32, 8, 128, 4096],
        vocabulary: 151_936,
        context: 40_960,
        parameters: 8.2e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "qwen3-14b",
        title: "Qwen3 14B",
        shape: [40, 40, 8, 128, 5120],
        vocabulary: 151_936,
        context: 40_960,
        parameters: 14.8e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: maxtext!("qwen3-14b"),
    }),
    llm(Shape {
        name: "qwen3-32b",
        title: "Qwen3 32B",
        shape: [64, 64, 8, 128, 5120],
        vocabulary: 151_936,
        context: 40_960,
        parameters: 32.8e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "qwen3-30b-a3b",
        title: "Qwen3 30B-A3B",
        shape: [48, 32, 4, 128, 2048],
        vocabulary: 151_936,
        context: 40_960,
        parameters: 30.5e9,
        mixture: Some((3.353e9, 128, 8)),
        sliding: None,
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "qwen3-235b-a22b",
        title: "Qwen3 235B-A22B",
        shape: [94, 64, 4, 128, 4096],
        vocabulary: 151_936,
        context: 40_960,
        parameters: 235.1e9,
        mixture: Some((22.19e9, 128, 8)),
        sliding: None,
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "qwen2.5-7b",
        title: "Qwen2.5 7B",
        shape: [28, 28, 4, 128, 3584],
        vocabulary: 152_064,
        context: 32_768,
        parameters: 7.62e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: hub!("osllmai-community/Qwen2.5-7B-Instruct, a copy"),
    }),
    llm(Shape {
        name: "qwen2.5-14b",
        title: "Qwen2.5 14B",
        shape: [48, 40, 8, 128, 5120],
        vocabulary: 152_064,
        context: 32_768,
        parameters: 14.77e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: hub!("osllmai-community/Qwen2.5-14B-Instruct, a copy"),
    }),
    llm(Shape {
        name: "qwen2.5-32b",
        title: "Qwen2.5 32B",
        shape: [64, 40, 8, 128, 5120],
        vocabulary: 152_064,
        context: 32_768,
        parameters: 32.76e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: hub!("Qwen/Qwen2.5-32B (its context is 131,072, the Instruct model's 32,768)"),
    }),
    llm(Shape {
        name: "qwen2.5-72b",
        title: "Qwen2.5 72B",
        shape: [80, 64, 8, 128, 8192],
        vocabulary: 152_064,
        context: 32_768,
        parameters: 72.7e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: hub!("gghfez/UwU-72B-Preview, a tuned copy"),
    }),
    llm(Shape {
        name: "mistral-7b",
        title: "Mistral 7B v0.3",
        shape: [32, 32, 8, 128, 4096],
        vocabulary: 32_768,
        context: 32_768,
        parameters: 7.25e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: hub!("mistralai/Mistral-7B-Instruct-v0.3@c170c70"),
    }),
    llm(Shape {
        name: "mistral-nemo",
        title: "Mistral Nemo 12B",
        shape: [40, 32, 8, 128, 5120],
        vocabulary: 131_072,
        context: 131_072,
        parameters: 12.25e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: hub!(
            "riple-saanvi-lab/Saanvi-C0-12B, a tuned copy (older ones say a context of 1,024,000)"
        ),
    }),
    llm(Shape {
        name: "mixtral-8x7b",
        title: "Mixtral 8x7B",
        shape: [32, 32, 8, 128, 4096],
        vocabulary: 32_000,
        context: 32_768,
        parameters: 46.7e9,
        mixture: Some((12.9e9, 8, 2)),
        sliding: None,
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "gpt-oss-20b",
        title: "gpt-oss 20B",
        shape: [24, 64, 8, 64, 2880],
        vocabulary: 201_088,
        context: 131_072,
        parameters: 20.9e9,
        mixture: Some((4.18e9, 32, 4)),
        sliding: Some((12, 128)),
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "gpt-oss-120b",
        title: "gpt-oss 120B",
        shape: [36, 64, 8, 64, 2880],
        vocabulary: 201_088,
        context: 131_072,
        parameters: 116.8e9,
        mixture: Some((5.7e9, 128, 4)),
        sliding: Some((18, 128)),
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "minimax-m2.5",
        title: "MiniMax M2.5",
        shape: [62, 48, 8, 128, 3072],
        vocabulary: 200_064,
        context: 196_608,
        parameters: 228.7e9,
        mixture: Some((11.03e9, 256, 8)),
        sliding: None,
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "glm-4.5",
        title: "GLM-4.5",
        shape: [92, 96, 8, 128, 5120],
        vocabulary: 151_552,
        context: 131_072,
        parameters: 352.8e9,
        mixture: Some((33.63e9, 160, 8)),
        sliding: None,
        latent: None,
        source: hub!("Delta-Vector/GLM4.5-Scattermoe, of the same shape"),
    }),
    llm(Shape {
        name: "deepseek-v3",
        title: "DeepSeek V3",
        shape: [61, 128, 1, 160, 7168],
        vocabulary: 129_280,
        context: 163_840,
        parameters: 671e9,
        mixture: Some((37.55e9, 256, 8)),
        sliding: None,
        latent: Some((512, 64)),
        source: NVIDIA,
    }),
    llm(Shape {
        name: "deepseek-r1",
        title: "DeepSeek R1",
        shape: [61, 128, 1, 160, 7168],
        vocabulary: 129_280,
        context: 163_840,
        parameters: 671e9,
        mixture: Some((37.55e9, 256, 8)),
        sliding: None,
        latent: Some((512, 64)),
        source: NVIDIA,
    }),
    llm(Shape {
        name: "kimi-k2",
        title: "Kimi K2",
        shape: [61, 64, 1, 160, 7168],
        vocabulary: 163_840,
        context: 262_144,
        parameters: 1026e9,
        mixture: Some((32.86e9, 384, 8)),
        sliding: None,
        latent: Some((512, 64)),
        source: "config.json in ai-dynamo/aiconfigurator model_configs@095f58a; context of the update 0905 (before it 131,072); parameters from the shape",
    }),
    llm(Shape {
        name: "llama-2-7b",
        title: "Llama 2 7B",
        shape: [32, 32, 32, 128, 4096],
        vocabulary: 32_000,
        context: 4096,
        parameters: 6.74e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: VIDUR,
    }),
    llm(Shape {
        name: "llama-2-13b",
        title: "Llama 2 13B",
        shape: [40, 40, 40, 128, 5120],
        vocabulary: 32_000,
        context: 4096,
        parameters: 13.02e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: hub!("NousResearch/Llama-2-13b-chat-hf@aad3c0b, a copy"),
    }),
    llm(Shape {
        name: "llama-2-70b",
        title: "Llama 2 70B",
        shape: [80, 64, 8, 128, 8192],
        vocabulary: 32_000,
        context: 4096,
        parameters: 68.98e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: VIDUR,
    }),
    llm(Shape {
        name: "llama-4-scout",
        title: "Llama 4 Scout",
        shape: [48, 40, 8, 128, 5120],
        vocabulary: 202_048,
        context: 10_485_760,
        parameters: 107.8e9,
        mixture: Some((17.2e9, 16, 1)),
        sliding: Some((36, 8192)),
        latent: None,
        source: NVIDIA,
    }),
    llm(Shape {
        name: "codellama-34b",
        title: "Code Llama 34B",
        shape: [48, 64, 8, 128, 8192],
        vocabulary: 32_000,
        context: 16_384,
        parameters: 33.74e9,
        mixture: None,
        sliding: None,
        latent: None,
        source: hub!("HiTZ/GoLLIE-34B, a tuned copy"),
    }),
    llm(Shape {
        name: "gemma-3-27b",
        title: "Gemma 3 27B",
        shape: [62, 32, 16, 128, 5376],
        vocabulary: 262_208,
        context: 131_072,
        parameters: 28.4e9,
        mixture: None,
        sliding: Some((52, 1024)),
        latent: None,
        source: "AI-Hypercomputer/maxtext configs/models/gemma3-27b.yml (vocabulary there 262,144); parameters from the shape, the one embedding counted as two",
    }),
];
