//! What the laboratory answers besides "what happens?": the questions about what to run, and their answers, as plain data.
//!
//! - [`quest`]: the four questions, the settings of each, and the command line that asks the same;
//! - [`decision`]: the answer in sentences, tables and pictures;
//! - [`picture`]: the pictures of what a search found. The engine makes them; a program that only shows them contains
//!   nothing of the searches.

pub mod decision;
pub mod picture;
pub mod quest;

pub use decision::{Decision, Listing};
pub use quest::Quest;
