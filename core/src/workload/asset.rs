//! The traces that are part of the project.
//!
//! Natively they are part of the program (feature `assets`); the page fetches each when it is asked for, from the same files in
//! `assets/traces`. They hold lengths, block numbers and hashes, and no text.
//!
//! - `kubeai` and `kubeai-400`: the prompts that the KubeAI benchmark took from ShareGPT V3 ("unfiltered cleaned split"), in the order
//!   in which it sent them, with tokens and 16-token blocks of Llama 3.1's tokenizer and the text keys of the prompts
//!   ([`crate::request::TextKeys`]). Prompts occur more than once, and no answer is part of a later prompt.
//! - `sharegpt-sample`: the first conversations of the same file, read with this project's reader.
//! - `sessions`: generated multi-turn sessions.
//! - `mooncake-conversation`: the conversation trace of kvcache-ai/Mooncake (Apache-2.0), each of its ids (512 tokens) as 32 blocks
//!   of 16.

#[cfg(feature = "assets")]
const FILES: &[(&str, &[u8])] = &[
    (
        "kubeai.trace.txt",
        include_bytes!("../../../assets/traces/kubeai.trace.txt"),
    ),
    (
        "kubeai-400.trace.txt",
        include_bytes!("../../../assets/traces/kubeai-400.trace.txt"),
    ),
    (
        "sharegpt-sample.trace.txt",
        include_bytes!("../../../assets/traces/sharegpt-sample.trace.txt"),
    ),
    (
        "sessions.trace.txt",
        include_bytes!("../../../assets/traces/sessions.trace.txt"),
    ),
    (
        "mooncake-conversation.trace.txt",
        include_bytes!("../../../assets/traces/mooncake-conversation.trace.txt"),
    ),
];
#[cfg(not(feature = "assets"))]
const FILES: &[(&str, &[u8])] = &[];

/// The trace file of that name, if it is built in.
pub fn asset(file: &str) -> Option<&'static [u8]> {
    let found = FILES.iter().find(|(name, _)| *name == file);
    found.map(|(_, bytes)| *bytes)
}
