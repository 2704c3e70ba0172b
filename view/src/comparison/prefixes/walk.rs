//! Moves from node to node of a tree of prefixes, and numbers the nodes.

use super::Node;

/// A direction in which one can move from a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the node that it continues.
    Parent,
    /// To the first node that continues it.
    Child,
    /// To the next node of its level, also below another parent.
    Next,
    /// To the node before it on its level, also below another parent.
    Back,
}

/// The node one step from the node at `at`; `None` if there is none in that direction.
pub fn step(nodes: &[Node], at: usize, step: Step) -> Option<usize> {
    let level = nodes.get(at)?.level;
    match step {
        Step::Parent => nodes[..at].iter().rposition(|it| it.level + 1 == level),
        Step::Child => {
            let child = nodes.get(at + 1)?;
            (child.level == level + 1).then_some(at + 1)
        }
        Step::Next => {
            let after = nodes[at + 1..].iter().position(|it| it.level == level);
            after.map(|it| at + 1 + it)
        }
        Step::Back => nodes[..at].iter().rposition(|it| it.level == level),
    }
}

/// The number of a node among those with the same parent, from 1.
pub fn number(nodes: &[Node], at: usize) -> usize {
    let Some(level) = nodes.get(at).map(|it| it.level) else {
        return 0;
    };
    let before = nodes[..at].iter().rev();
    let of_parent = before.take_while(|it| it.level >= level);
    1 + of_parent.filter(|it| it.level == level).count()
}

/// The ancestor on `level` of the node at `at`, or that node itself.
pub fn ancestor(nodes: &[Node], at: usize, level: u32) -> Option<usize> {
    nodes.get(..=at)?.iter().rposition(|it| it.level <= level)
}
