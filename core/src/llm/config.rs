//! A model of the user's own: its shape, read from a Hugging Face `config.json`.
//!
//! Dense, grouped-query, latent (DeepSeek, Kimi), sliding-window and mixture-of-experts models; a multimodal file's `text_config`
//! is read in its place. Names as the model families write them: `num_experts`, `num_local_experts` and `n_routed_experts` are the
//! same thing. Parameters are counted from the shape: attention, three matrices of each feed-forward part, embedding and head
//! (once where they are tied); norms and biases, a hundredth of a percent, are left out.

use thiserror::Error;

use super::{Experts, Latent, Llm};
use crate::json::{self, Value};

/// The largest value of any count: with it no shape multiplies to more than an `f64` holds.
const MOST: u64 = 100_000_000;

/// Why a configuration was refused. The message is one sentence without the file's name, which the caller knows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The text is not JSON, for this reason.
    #[error("{0}; expected a Hugging Face config.json")]
    Json(String),
    /// A field that the computation needs is missing.
    #[error("field `{0}` is missing; a config.json of a language model has it")]
    Missing(&'static str),
    /// A field has a value that it cannot have.
    #[error("field `{field}` is {found}, {wanted} expected")]
    Value {
        /// The field of the configuration, by its name.
        field: &'static str,
        /// The text that stands there.
        found: String,
        /// What would be right, in words.
        wanted: &'static str,
    },
    /// Two fields do not go together; the text is the whole sentence.
    #[error("{0}")]
    Contradiction(String),
}

struct Fields<'a>(&'a Value<'a>);

impl Fields<'_> {
    /// The whole number, from 1, in the first of these fields that is there; a field that is `null` counts as absent.
    fn count(&self, names: &[&'static str]) -> Result<Option<u32>, ConfigError> {
        for field in names {
            match self.0.get(field) {
                None | Some(Value::Null) => {}
                Some(&Value::Integer(n)) if (1..=MOST).contains(&n) => return Ok(Some(n as u32)),
                Some(other) => {
                    let found = match other {
                        Value::Integer(n) => n.to_string(),
                        other => other.kind().to_owned(),
                    };
                    return Err(ConfigError::Value {
                        field,
                        found,
                        wanted: "a whole number from 1 to 100,000,000",
                    });
                }
            }
        }
        Ok(None)
    }

    fn needed(&self, names: &[&'static str]) -> Result<u32, ConfigError> {
        self.count(names)?.ok_or(ConfigError::Missing(names[0]))
    }

    /// The whole number in a field in which zero and `null` mean "none".
    fn optional(&self, name: &'static str) -> Result<Option<u32>, ConfigError> {
        match self.0.get(name) {
            Some(Value::Integer(0)) => Ok(None),
            _ => self.count(&[name]),
        }
    }

    /// The layers with a window, and its length: given by a list of kinds, by a pattern (every n-th layer is full), or for all
    /// layers.
    fn sliding(&self, layers: u32) -> Result<Option<(u32, u32)>, ConfigError> {
        let Some(window) = self.optional("sliding_window")? else {
            return Ok(None);
        };
        if matches!(self.0.get("use_sliding_window"), Some(Value::Bool(false))) {
            return Ok(None);
        }
        if let Some(Value::List(kinds)) = self.0.get("layer_types") {
            if kinds.len() != layers as usize {
                return Err(ConfigError::Contradiction(format!(
                    "`layer_types` has {} entries, but `num_hidden_layers` is {layers}",
                    kinds.len()
                )));
            }
            let windowed = kinds.iter().filter(
                |kind| matches!(kind, Value::Text(text) if text.read() == "sliding_attention"),
            );
            let windowed = windowed.count() as u32;
            if windowed == layers {
                return Err(every_layer(layers, window));
            }
            return Ok((windowed > 0).then_some((windowed, window)));
        }
        let pattern = self.count(&["sliding_window_pattern"])?;
        let full = pattern.map_or(0, |every| layers / every);
        if full == 0 {
            return Err(every_layer(layers, window));
        }
        Ok((layers > full).then_some((layers - full, window)))
    }
}

/// Whether the head is the embedding's matrix. Files leave the field out where their family's default holds: tied for Gemma, apart
/// for Mistral and its like (configuration classes `GemmaConfig`, `Gemma3TextConfig` and `MistralConfig` of huggingface/transformers,
/// read 30 November 2026). A multimodal file has it outside or inside of its `text_config`.
fn tied(whole: &Value<'_>, inner: &Value<'_>) -> Result<bool, ConfigError> {
    let field = "tie_word_embeddings";
    let mut given = [inner, whole].into_iter().filter_map(|it| it.get(field));
    match given.find(|it| **it != Value::Null) {
        Some(&Value::Bool(tied)) => Ok(tied),
        Some(other) => Err(ConfigError::Value {
            field,
            found: other.kind().to_owned(),
            wanted: "true or false",
        }),
        None => {
            let family = inner.get("model_type").or_else(|| whole.get("model_type"));
            let gemma = |it: &Value<'_>| matches!(it, Value::Text(name) if name.read().starts_with("gemma"));
            Ok(family.is_some_and(gemma))
        }
    }
}

/// The error for a model with a window in each layer: no token of such a model adds to a cache for good, so its pool holds no
/// number of tokens.
fn every_layer(layers: u32, window: u32) -> ConfigError {
    ConfigError::Contradiction(format!(
        "all {layers} layers have a window of {window} tokens, and a pool here is counted in tokens that stay; without \
         `sliding_window` they are counted as layers that keep every token, which is right for prompts shorter than the window"
    ))
}

impl Llm {
    /// Reads a configuration. `name` becomes the model's name.
    ///
    /// The text of the name is kept for the program's life, a few bytes for each file that is read.
    ///
    /// # Errors
    /// What is missing, cannot be, or contradicts, by the field's name.
    pub fn from_config(name: &str, text: &str) -> Result<Self, ConfigError> {
        let whole = json::parse(text).map_err(|fault| ConfigError::Json(fault.to_string()))?;
        let inner = whole.get("text_config").unwrap_or(&whole);
        let f = Fields(inner);
        let layers = f.needed(&["num_hidden_layers"])?;
        let hidden = f.needed(&["hidden_size"])?;
        let query_heads = f.needed(&["num_attention_heads"])?;
        let vocabulary = f.needed(&["vocab_size"])?;
        let context = f.needed(&["max_position_embeddings"])?;
        let kv_heads = f.count(&["num_key_value_heads"])?.unwrap_or(query_heads);
        if !query_heads.is_multiple_of(kv_heads) {
            return Err(ConfigError::Contradiction(format!(
                "`num_attention_heads` is {query_heads}, no multiple of `num_key_value_heads`, {kv_heads}"
            )));
        }
        let latent = match f.optional("kv_lora_rank")? {
            None => None,
            Some(rank) => Some(Latent {
                rank,
                rope: f.needed(&["qk_rope_head_dim"])?,
            }),
        };
        let (h, q) = (f64::from(hidden), f64::from(query_heads));
        let (head_size, attention) = match latent {
            None => {
                let head_size = match f.count(&["head_dim"])? {
                    Some(size) => size,
                    None if hidden.is_multiple_of(query_heads) => hidden / query_heads,
                    None => {
                        return Err(ConfigError::Contradiction(format!(
                            "`hidden_size` is {hidden}, no multiple of `num_attention_heads`, {query_heads}, and there is no `head_dim`"
                        )));
                    }
                };
                let d = f64::from(head_size);
                (head_size, h * d * (2.0 * q + 2.0 * f64::from(kv_heads)))
            }
            Some(latent) => {
                let nope = f64::from(f.needed(&["qk_nope_head_dim"])?);
                let value = f64::from(f.needed(&["v_head_dim"])?);
                let (rank, rope) = (f64::from(latent.rank), f64::from(latent.rope));
                let key = nope + rope;
                let query = match f.optional("q_lora_rank")? {
                    None => h * q * key,
                    Some(r) => f64::from(r) * (h + q * key),
                };
                let parameters =
                    query + h * (rank + rope) + rank * q * (nope + value) + q * value * h;
                (((key + value) / 2.0) as u32, parameters)
            }
        };
        let total = f.count(&["num_local_experts", "num_experts", "n_routed_experts"])?;
        let feed = |inner: u32| 3.0 * h * f64::from(inner);
        let l = f64::from(layers);
        let (blocks, active, experts) = match total {
            None => {
                let each = attention + feed(f.needed(&["intermediate_size"])?);
                (l * each, l * each, None)
            }
            Some(total) => {
                let active = f.needed(&["num_experts_per_tok", "num_experts_per_token"])?;
                if active >= total {
                    return Err(ConfigError::Contradiction(format!(
                        "`num_experts_per_tok` is {active}, but there are {total} experts"
                    )));
                }
                let size = f.needed(&["moe_intermediate_size", "intermediate_size"])?;
                let shared = match f.optional("shared_expert_intermediate_size")? {
                    Some(size) => feed(size),
                    None => f64::from(f.optional("n_shared_experts")?.unwrap_or(0)) * feed(size),
                };
                let first = f64::from(f.optional("first_k_dense_replace")?.unwrap_or(0)).min(l);
                let dense = match first > 0.0 {
                    true => first * feed(f.needed(&["intermediate_size"])?),
                    false => 0.0,
                };
                let each = attention + shared + h * f64::from(total);
                let parameters = |n: u32| {
                    l * attention
                        + dense
                        + (l - first) * (each - attention + f64::from(n) * feed(size))
                };
                (
                    parameters(total),
                    parameters(active),
                    Some(Experts { total, active }),
                )
            }
        };
        let matrices = if tied(&whole, inner)? { 1.0 } else { 2.0 };
        let head = matrices * f64::from(vocabulary) * h;
        let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
        Ok(Self {
            name,
            title: name,
            layers,
            query_heads,
            kv_heads: if latent.is_some() { 1 } else { kv_heads },
            head_size,
            hidden,
            vocabulary,
            context,
            parameters: blocks + head,
            active_parameters: active + head,
            experts,
            sliding: f.sliding(layers)?,
            latent,
            source: "your own config.json",
        })
    }

    /// The shape that was read from a configuration, in one line.
    pub fn shape(&self) -> String {
        let mut line = format!(
            "{} layers of {} numbers, {} query and {} key-value heads of {}, vocabulary {}, context {}; {:.2} B parameters",
            self.layers,
            self.hidden,
            self.query_heads,
            self.kv_heads,
            self.head_size,
            self.vocabulary,
            self.context,
            self.parameters / 1e9
        );
        if let Some(experts) = self.experts {
            line += &format!(
                ", {:.2} B a token ({} of {} experts)",
                self.active_parameters / 1e9,
                experts.active,
                experts.total
            );
        }
        if let Some((layers, window)) = self.sliding {
            line += &format!(", {layers} layers with a window of {window} tokens");
        }
        if let Some(latent) = self.latent {
            line += &format!(
                ", a cache of {} + {} numbers a token and layer for all heads",
                latent.rank, latent.rope
            );
        }
        line
    }
}

#[cfg(test)]
mod tests;
