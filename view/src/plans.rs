//! What should I run: what the laboratory asks besides a run, and what came of it, as plain data.
//!
//! - [`quest`]: the four questions, what can be set for each, and the command line that asks the same;
//! - [`decision`]: the answer in sentences, tables and pictures;
//! - [`picture`]: the pictures of what a search found. The engine makes them; whoever shows them needs nothing of the searches.

pub mod decision;
pub mod picture;
pub mod quest;

pub use decision::{Decision, Listing};
pub use quest::Quest;
