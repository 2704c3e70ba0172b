//! The components that stations are made of. Each shows one thing, which `view` computes.

pub mod beside;
pub mod chips;
pub mod choice;
pub mod cost_table;
pub mod each;
pub mod elements;
pub mod late;
pub mod life;
pub mod metrics;
pub mod notes;
pub mod policies;
pub mod prompt_box;
pub mod rich;
pub mod samples;
pub mod sentence;
pub mod signal;
pub mod size_choice;
pub mod slider;
pub mod strip;
pub mod table;
pub mod tokens;
pub mod transport;
pub mod tree;
pub mod weigh;

/// A place or width in hundredths, as an attribute in per cent.
pub(crate) fn percent(of: f64) -> String {
    format!("{}%", warmpath_core::decimal::fixed(of, 2))
}

pub use beside::beside;
pub use chips::{Chips, blocks};
pub use choice::hold;
pub use cost_table::{CostStrip, CostTable, MOST_ACTIVE, costs};
pub use each::each;
pub use elements::{Button, Fold, Line, List, Region, second, second_if_any};
pub use late::Late;
pub use metrics::metrics;
pub use notes::Notes;
pub use policies::{explained_policies, policies};
pub use prompt_box::PromptBox;
pub use rich::{Rich, nodes, square};
pub use samples::Samples;
pub use sentence::Sentence;
pub use size_choice::SizeChoice;
pub use slider::Slider;
pub use strip::{axis, strip};
pub use table::{rows, scroller};
pub use tokens::{TokenizerChoice, Tokens};
pub use transport::{Player, Transport};
pub use tree::{TreePicture, indented, tree};
pub use weigh::{Weigh, weighed};
