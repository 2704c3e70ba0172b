//! From node to node of a tree of prefixes, and their numbers.

use super::Node;

/// A way from a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To what it goes on from.
    Parent,
    /// To the first that goes on from it.
    Child,
    /// To the next of its level, below another parent if it is the last below its own.
    Next,
    /// To the one before it of its level.
    Back,
}

/// The node that is a step from the node at `at`, if there is one.
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

/// A node's number among those that go on from the same node, from 1.
pub fn number(nodes: &[Node], at: usize) -> usize {
    let Some(level) = nodes.get(at).map(|it| it.level) else {
        return 0;
    };
    let before = nodes[..at].iter().rev();
    let of_parent = before.take_while(|it| it.level >= level);
    1 + of_parent.filter(|it| it.level == level).count()
}

/// The node of level `level` that the node at `at` goes on from, or that node itself.
pub fn ancestor(nodes: &[Node], at: usize, level: u32) -> Option<usize> {
    nodes.get(..=at)?.iter().rposition(|it| it.level <= level)
}
