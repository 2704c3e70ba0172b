//! Configurations made up here; the figures of known shapes come out as published.

use super::super::{Dtype, Llm, model};

fn read(fields: &str) -> Result<Llm, String> {
    Llm::from_config("own", &format!("{{{fields}}}")).map_err(|error| error.to_string())
}

const DENSE: &str = r#""num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32,
    "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072"#;

#[test]
fn a_dense_shape_has_the_published_parameters() {
    let own = read(DENSE).unwrap();
    let known = model("llama-3.1-8b").unwrap();
    assert!(
        (own.parameters / known.parameters - 1.0).abs() < 0.002,
        "{}",
        own.parameters
    );
    assert_eq!(own.kv_bytes_per_token(Dtype::Bf16), 131_072.0);
    assert!(
        own.shape().contains("32 layers of 4096 numbers"),
        "{}",
        own.shape()
    );
}

#[test]
fn latent_attention_and_experts_add_up() {
    let own = read(
        r#""num_hidden_layers": 61, "hidden_size": 7168, "num_attention_heads": 128, "num_key_value_heads": 128,
        "intermediate_size": 18432, "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1,
        "num_experts_per_tok": 8, "first_k_dense_replace": 3, "kv_lora_rank": 512, "q_lora_rank": 1536,
        "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "vocab_size": 129280,
        "max_position_embeddings": 163840"#,
    )
    .unwrap();
    let known = model("deepseek-v3").unwrap();
    assert!(
        (own.parameters / 671e9 - 1.0).abs() < 0.01,
        "{}",
        own.parameters
    );
    assert!(
        (own.active_parameters / 37e9 - 1.0).abs() < 0.03,
        "{}",
        own.active_parameters
    );
    assert_eq!(own.latent, known.latent);
    assert_eq!(own.head_size, known.head_size);
}

/// The shape of Llama 3.2 1B, whose 1.24 billion parameters count the embedding once (its model card).
#[test]
fn a_tied_embedding_is_counted_once() {
    let small = r#""num_hidden_layers": 16, "hidden_size": 2048, "num_attention_heads": 32, "num_key_value_heads": 8,
        "intermediate_size": 8192, "vocab_size": 128256, "max_position_embeddings": 131072"#;
    let parameters = |more: &str| {
        let own = read(&format!("{small}{more}")).unwrap();
        assert_eq!(own.parameters, own.active_parameters);
        (own.parameters / 1e7).round() / 100.0
    };
    let tied = r#", "tie_word_embeddings": "#;
    assert_eq!(parameters(&format!("{tied}true")), 1.24);
    for apart in [
        "",
        &format!("{tied}false"),
        &format!("{tied}null"),
        r#", "model_type": "llama""#,
    ] {
        assert_eq!(parameters(apart), 1.5, "{apart}");
    }
    assert_eq!(parameters(r#", "model_type": "gemma3_text""#), 1.24);
    let outside = format!("\"text_config\": {{{small}}}, \"tie_word_embeddings\": true");
    assert_eq!(
        (read(&outside).unwrap().parameters / 1e7).round() / 100.0,
        1.24
    );
    let wrong = read(&format!("{small}{tied}1")).unwrap_err();
    assert!(
        wrong.contains("`tie_word_embeddings`") && wrong.contains("true or false"),
        "{wrong}"
    );
}

#[test]
fn windows_are_counted() {
    let window =
        |more: &str| read(&format!("{DENSE}, \"sliding_window\": 1024{more}")).map(|it| it.sliding);
    let all = window("").unwrap_err().to_string();
    assert!(all.contains("all 32 layers have a window of 1024"), "{all}");
    let kinds = ["\"sliding_attention\""; 32].join(",");
    assert!(window(&format!(", \"layer_types\": [{kinds}]")).is_err());
    assert_eq!(
        window(", \"sliding_window_pattern\": 6"),
        Ok(Some((27, 1024)))
    );
    assert_eq!(window(", \"use_sliding_window\": false"), Ok(None));
    let text = read(&format!("\"text_config\": {{{DENSE}}}")).unwrap();
    assert_eq!(text.layers, 32);
}

#[test]
fn what_is_missing_or_contradicts_is_named() {
    let says = |fields: &str, what: &str| {
        let error = read(fields).unwrap_err();
        assert!(error.contains(what), "{error}");
    };
    says("", "`num_hidden_layers` is missing");
    says(
        &DENSE.replace("32, \"hidden", "0, \"hidden"),
        "`num_hidden_layers` is 0",
    );
    says(&DENSE.replace("4096", "\"x\""), "`hidden_size` is text");
    says(
        &DENSE.replace("\"intermediate_size\": 14336,", ""),
        "`intermediate_size` is missing",
    );
    says(
        &DENSE.replace(": 8", ": 7"),
        "no multiple of `num_key_value_heads`",
    );
    says(
        &format!("{DENSE}, \"num_experts\": 8"),
        "`num_experts_per_tok` is missing",
    );
    says(
        &format!("{DENSE}, \"num_experts\": 8, \"num_experts_per_tok\": 8"),
        "there are 8 experts",
    );
    says(
        &format!("{DENSE}, \"sliding_window\": 8, \"layer_types\": [\"full_attention\"]"),
        "`layer_types` has 1 entries",
    );
    assert!(
        Llm::from_config("x", "{")
            .unwrap_err()
            .to_string()
            .contains("config.json")
    );
}
