//! The stations: each an idea, a figure, and a state of its own.

pub mod blocks;
pub mod router;
pub mod tree;

pub use blocks::Blocks;
pub use router::Router;
pub use tree::Tree;
