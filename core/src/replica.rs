//! One vLLM-like engine: what happens in the next step?
//!
//! - [`timing`]: how long a step takes, from the batch and a roofline (or from another simulator's fitted curves).
//! - [`roofline`]: the sums behind it, and the size of the KV pool.
//! - [`pool`]: paged KV blocks, prefix cache, eviction.
//! - [`schedule`]: continuous batching, chunked prefill, preemption.
//! - [`terms`]: all of these as a table, and how to do without each.

pub mod calibration;
pub mod pool;
pub mod roofline;
pub mod schedule;
pub mod terms;
pub mod timing;

pub use pool::{Pool, PoolEvent};
pub use schedule::{
    Admission, Engine, EngineOutput, Gather, Limits, Sequence, StepEnd, StepReport, TokenBatch,
};
pub use timing::{Batch, Timing};
