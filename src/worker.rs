//! The worker: how the page starts and asks it, and what it does there.
//!
//! The laboratory posts the address of its own glue and its own compiled module to `sim-worker.mjs`, which instantiates that module
//! again and hands every later message to [`role::receive`]. Asks and answers travel as bytes; a file travels
//! as it is. Where there is no worker, the page runs the same [`engine`] itself, in shorter slices.

pub mod attached;
pub mod engine;
mod handle;
mod link;
mod message;
pub mod role;
mod source;
mod wait;

pub(crate) use wait::{now, turn};

pub use handle::Worker;
pub use link::Link;
pub use message::{Answer, Ask, Forked, Opened, Outcome, Stage, VERSION};
