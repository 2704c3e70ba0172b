//! The worker: how the page starts and asks it, and what it does there.
//!
//! The page posts the address of its own glue and its own compiled module to `sim-worker.mjs`, which instantiates that module
//! again and hands every later message to [`role::worker_receive`]. Asks and answers travel as JSON text.

mod handle;
mod message;
pub mod role;

pub use handle::Worker;
pub use message::{Answer, Ask, VERSION};
