//! Names for the nodes of a tree of prefixes. The workloads are generated, so a prefix has a kind and a number, not a text.

use super::Node;
use super::walk::{ancestor, number};
use crate::format::GAP;

/// What the prompts of a workload consist of, which decides the names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Documents, and questions about them.
    Documents,
    /// A system prompt, and conversations turn by turn.
    Conversations,
    /// The contents are unknown, so nodes are just called prefixes.
    #[default]
    Prefixes,
}

impl Names {
    /// The names for a workload, given by its name with or without parameters.
    pub fn of(workload: &str) -> Self {
        match workload.split(':').next() {
            Some("rag") => Self::Documents,
            Some("multi-turn") => Self::Conversations,
            _ => Self::Prefixes,
        }
    }

    /// The name of a node, with a capital letter.
    pub fn name(self, nodes: &[Node], at: usize) -> String {
        let level = nodes.get(at).map_or(0, |it| it.level);
        let of = |level| ancestor(nodes, at, level).map_or(0, |it| number(nodes, it));
        match (self, level) {
            (Self::Documents, 0) => format!("Document{GAP}{}", of(0)),
            (Self::Documents, 1) => format!("Question{GAP}{} about document{GAP}{}", of(1), of(0)),
            (Self::Conversations, 0) => "The system prompt".to_owned(),
            (Self::Conversations, turn) => format!("Conversation{GAP}{}, turn{GAP}{turn}", of(1)),
            (_, 0) => format!("Prefix{GAP}{}", of(0)),
            (_, level) => format!("What goes on from prefix{GAP}{}, step{GAP}{level}", of(0)),
        }
    }

    /// The word for a node of the first level.
    pub fn first(self) -> &'static str {
        match self {
            Self::Documents => "document",
            Self::Conversations | Self::Prefixes => "prefix",
        }
    }

    /// The word for nodes of the first level.
    pub fn several(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Conversations | Self::Prefixes => "prefixes",
        }
    }

    /// How to read the squares and trees, given the number of prefixes in the table and the number of first-level nodes in
    /// the tree.
    pub fn caption(self, listed: usize, all: usize) -> String {
        let order = match self {
            Self::Documents => "documents, then the questions about them",
            Self::Conversations => "the system prompt, then each conversation turn by turn",
            Self::Prefixes => "what prompts begin with, then what goes on from it",
        };
        let first = self.first();
        let listed = match listed < all {
            true => format!("; {listed} of {all} {} are listed", self.several()),
            false => String::new(),
        };
        format!(
            "A square is a replica, filled as far as it holds the {first}{listed}. A block counts as held from the moment at which the step that \
             computes it begins. Below are all prefixes, a tree a replica, from left to right: {order}, those asked first above. The same \
             prefix lies at the same height in every tree, and the numbers at the trees count the blocks of all prefixes."
        )
    }
}
