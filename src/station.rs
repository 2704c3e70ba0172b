//! The stations of the page: each explains one idea with a figure that has a state of its own. Before them stands the race of
//! the page's opening, which has none.

mod address;
pub mod blocks;
pub mod failure;
pub mod fleet;
mod kept;
pub mod one_gpu;
pub mod race;
mod replay;
pub mod router;
mod sides;
pub mod tree;

pub use blocks::{Blocks, OpeningBlocks};
pub use failure::{Failure, OpeningFailure};
pub use fleet::{Fleet, OpeningFleet};
pub use one_gpu::{OneGpu, OpeningOneGpu};
pub use race::Race;
pub use router::{OpeningRouter, Router};
pub use tree::{Hero, OpeningTree, Tree};
