//! What the laboratory shows, as plain data and sentences: its controls, what a run would do, what came of it, and what was
//! refused. Which elements that stands in is the page's.

pub mod control;
pub mod controls;
pub mod files;
pub mod forks;
pub mod plan;
pub mod policies;
pub mod refusals;
pub mod results;
pub mod settings;
pub mod summary;
pub mod sweeps;
pub mod timeline;
pub mod verdict;
