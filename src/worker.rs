//! The worker: how the page starts it and asks it, and what it does.
//!
//! The engine is a program of its own, `src/bin/warmpath-engine.rs`, around [`engine`]. A larger one,
//! `src/bin/warmpath-files.rs`, also reads and writes files; it replaces the first once that is needed. `boot.mjs` fetches
//! and compiles each once, the first as soon as it fetches the fleet or the laboratory ([`Program`]). The page posts the
//! compiled module to `sim-worker.mjs`, which makes an engine of it and passes it every later message. Requests and answers
//! are sent as bytes; a file is sent as it is. If there can be no worker, the same program runs in the page, in shorter slices.
//! [`Link`] hides the difference.
//!
//! A third program, `src/bin/warmpath-tokens.rs`, cuts typed prompts by a real tokenizer ([`tables`]).

mod attached;
pub mod engine;
mod handle;
mod link;
mod message;
pub(crate) mod program;
pub mod role;
mod source;
mod stored;
pub mod tables;
mod understood;
mod wait;

pub(crate) use wait::{now, turn};

pub use handle::Worker;
pub use link::Link;
pub use message::{Answer, Forked, Opened, Question, VERSION, WorkRequest, WorkResult, WorkStage};
pub use program::Program;
#[cfg(feature = "ssr")]
pub use stored::simulate;
pub use stored::stored;
pub use understood::understood;

/// The message of a JavaScript exception.
fn error_text(error: wasm_bindgen::JsValue) -> String {
    js_sys::Object::from(error).to_string().into()
}
