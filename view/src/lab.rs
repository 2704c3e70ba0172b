//! What the laboratory shows, as plain data and sentences: its controls, what a run would do, the results of a run, and
//! what was refused. The page decides which elements show it.

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
