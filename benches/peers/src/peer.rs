//! What an index must do here, and those that do it.
//!
//! Each gets its input in its own types, made before the clock starts, so that no peer pays for a conversion, and
//! dropped after it stops, unless the index wants to own it. Chaining
//! the hashes is part of the work and is timed; all chain with the same function. Parents come with the event, as
//! engines send them.

mod chain_index;
mod dynamo;
mod ours;

pub use chain_index::Chain;
pub use dynamo::Dynamo;
pub use ours::{Ours, entered};

use crate::trace::Trace;

pub trait Peer {
    /// What a look-up is asked with, made before the clock runs.
    type Query;
    /// What storing blocks is asked with, made before the clock runs.
    type Stored;
    /// One removed event's input.
    type Removed;

    fn query(trace: &Trace, turn: usize) -> Self::Query;
    fn stored(trace: &Trace, turn: usize) -> Self::Stored;
    /// What this turn stored, last block first.
    fn removed(trace: &Trace, turn: usize) -> Self::Removed;

    /// Looks a prompt up: every replica's depth, by whatever shape the index answers in. The sum keeps it from being
    /// optimised away.
    fn find(&mut self, query: &mut Self::Query) -> u64;
    /// The same as depths by replica, for comparison.
    fn depths(&mut self, query: &mut Self::Query, replicas: u32) -> Vec<u32>;
    fn store(&mut self, event: &mut Self::Stored);
    fn remove(&mut self, event: &mut Self::Removed);
}
