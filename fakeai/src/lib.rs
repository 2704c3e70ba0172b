//! What would FakeAI answer? FakeAI 0.3.2's own cache, routers, metrics and latency rules, to the last bit.
//!
//! FakeAI simulates an OpenAI-compatible server with a KV cache that no model fills. This crate reproduces its behaviour so
//! that Warmpath can be compared with it: conformance vectors recorded from the package test every rule. What only FakeAI
//! does (one match of the whole tree for all workers, matches not rounded to blocks, part-filled last blocks that count,
//! active counts below zero, refills from a clock that runs back) stays in this crate; runs use Warmpath's own index and
//! routers. What both have in common exists once: [`warmpath_core::token`], [`warmpath_core::router::cost`],
//! [`warmpath_core::limit`]. docs/fakeai.md says where the two differ, and where FakeAI differs from its guides.
//!
//! Left out: its unused modules (adaptive router, memory manager), the sliding-window metrics and their exports, the chat
//! path's timing.
//!
//! ```
//! use warmpath_fakeai::{Config, SmartRouter};
//! use warmpath_core::token::Tokenizer;
//! let mut tokens = Vec::new();
//! Tokenizer::default().encode("You are a helpful assistant. What is a radix tree, in one sentence?", &mut tokens);
//! let mut router = SmartRouter::new(Config { block_size: 4, ..Config::default() });
//! router.start("worker-2").unwrap();
//! router.complete("worker-2", &tokens, 20).unwrap();
//! let decision = router.route(&tokens, 100).unwrap();
//! assert_eq!((decision.worker.as_deref(), decision.matched.tokens), (Some("worker-2"), 16));
//! ```

#![forbid(unsafe_code)]

pub mod advanced;
mod block_id;
pub mod http;
pub mod latency;
mod metrics;
mod prompt;
mod python;
mod router;
mod tree;

pub use block_id::block_ids;
pub use metrics::{EndpointReport, KvCacheMetrics, KvCacheReport, kv_cache_json};
pub use prompt::{
    Audio, Content, ContentPart, Function, Hit, Media, Message, PromptCache, ToolCall, prompt_hash,
};
pub use router::{
    Config, ConfigReport, Decision, RouteError, RouterReport, SmartRouter, WorkerReport,
};
pub use tree::{Match, TokenTree, TreeReport};

/// The name of worker `index`, counted from 0.
fn worker_name(index: usize) -> String {
    format!("worker-{index}")
}

/// The worker called `name`, of `count`. Only the very spelling: not "worker-01".
fn worker_index(name: &str, count: usize) -> Option<usize> {
    let index = name.strip_prefix("worker-")?.parse().ok()?;
    (index < count && worker_name(index) == name).then_some(index)
}
