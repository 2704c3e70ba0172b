//! The worker: how the page starts and asks it, and what it does there.
//!
//! What computes is a program of its own, `src/bin/warmpath-engine.rs`, around [`engine`]; and once more with the reading and
//! writing of files, `src/bin/warmpath-files.rs`, which takes its place once that is asked for. `boot.mjs` fetches and compiles
//! each once, the first as soon as it fetches the fleet or the laboratory ([`Program`]); whoever asks posts the compiled module
//! to `sim-worker.mjs`, which makes an engine of it and hands it every later message. Asks and answers travel as bytes; a file
//! travels as it is. Where there is no worker, the same program runs in the page, in shorter slices. [`Link`] hides which.
//!
//! What cuts typed prompts by a real tokenizer ([`tables`]) is a third, `src/bin/warmpath-tokens.rs`.

mod attached;
pub mod engine;
mod handle;
mod link;
mod message;
pub(crate) mod program;
pub mod role;
mod source;
pub mod tables;
mod understood;
mod wait;

pub(crate) use wait::{now, turn};

pub use handle::Worker;
pub use link::Link;
pub use message::{Answer, Ask, Forked, Opened, Outcome, Question, Stage, VERSION};
pub use program::Program;
pub use understood::understood;

/// The message of a JavaScript exception.
fn said(error: wasm_bindgen::JsValue) -> String {
    js_sys::Object::from(error).to_string().into()
}
