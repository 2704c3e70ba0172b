//! The parts that stations are made of. Each shows one thing; what it shows is computed in `view`.

pub mod chips;
pub mod cost_table;
pub mod edit;
pub mod elements;
pub mod late;
pub mod live;
pub mod notes;
pub mod prompt_box;
pub mod rich;
pub mod said;
pub mod samples;
pub mod sheet;
pub mod signal;
pub mod size_choice;
pub mod slider;
pub mod table;
pub mod transport;
pub mod tree;
pub mod weigh;

pub use chips::Chips;
pub use cost_table::CostTable;
pub use elements::{Button, Fold, Line, List, Region};
pub use late::Late;
pub use live::Live;
pub use notes::Notes;
pub use prompt_box::PromptBox;
pub use rich::Rich;
pub use said::Sentence;
pub use samples::Samples;
pub use sheet::{Hit, Sheet, apart, effect, mark, sheet};
pub use size_choice::SizeChoice;
pub use slider::Slider;
pub use transport::{Player, transport};
pub use tree::TreePicture;
pub use weigh::Weigh;
