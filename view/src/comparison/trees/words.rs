//! The trees of all prefixes in words: what the whole picture shows, the text on a node, and a table.

use super::super::Comparison;
use super::super::trees_state::{Parts, TreesState};
use crate::format;
use crate::rich::{RichText, Tone};
use crate::table::{Cell, Row, Table};

/// How to read the squares and the trees.
pub fn caption(comparison: &Comparison) -> String {
    let first = comparison.nodes.iter().filter(|it| it.level == 0);
    comparison
        .names
        .caption(comparison.shared.len(), first.count())
}

/// The line that stands for the tables and the trees while they are folded away.
pub fn brief(comparison: &Comparison) -> String {
    format!(
        "A table, and for each replica a tree: {} from {}",
        format::plural(comparison.nodes.len() as u64, "node"),
        format::plural(comparison.prompts.len() as u64, "prompt")
    )
}

/// What the picture of side `which` shows, in a sentence; `sums` is what each replica has.
pub fn sentence(comparison: &Comparison, which: usize, sums: &[Parts]) -> String {
    let side = &comparison.sides[which];
    let sum = |of: fn(&Parts) -> u32| sums.iter().map(|it| u64::from(of(it))).sum::<u64>();
    let held = format::plural(sum(|it| it.held()), "block");
    let tree = format!(
        "a tree of {} from {}",
        format::plural(comparison.nodes.len() as u64, "node"),
        format::plural(comparison.prompts.len() as u64, "prompt")
    );
    if !side.looks {
        return format!(
            "{}: the replicas hold {held} of {tree}; the router does not ask.",
            side.policy(),
        );
    }
    format!(
        "{}: the replicas hold {held} of {tree}; the router does not know of {} of them and believes in {} that are not there.",
        side.policy(),
        format::count(sum(|it| it.missed)),
        format::count(sum(|it| it.gone))
    )
}

/// What the picture shows as a table, with a row per replica.
pub fn table(sums: &[Parts]) -> Table {
    const HEAD: [&str; 3] = [
        "blocks believed and there",
        "there, not known of",
        "believed, not there",
    ];
    let row = |(replica, parts): (usize, &Parts)| {
        let values = [parts.known, parts.missed, parts.gone];
        let values = values.map(|it| Cell::value(format::count(u64::from(it))));
        let name = Cell::row(format!("replica {replica}"));
        Row::new([name].into_iter().chain(values))
    };
    let head = [Cell::default()].into_iter().chain(HEAD.map(Cell::column));
    Table::simple(head, sums.iter().enumerate().map(row).collect())
}

/// A replica that has a node, or some of it, as part of a list in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The number of the replica.
    pub replica: u32,
    /// How much of the node it has, in words; `None` if it has all of it.
    pub part: Option<String>,
    /// The mark that ends its place in the list, such as a comma.
    pub end: &'static str,
}

/// The text on a node: what it is and which replicas have it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeText {
    /// What the node is, up to the list of replicas that hold it.
    pub what: RichText,
    /// The replicas that hold some of the node.
    pub held: Vec<Holder>,
    /// What the router believes, up to the list of replicas that it believes to hold the node.
    pub belief: String,
    /// The replicas that the router believes to hold the node; empty if they are those in `held`.
    pub believed: Vec<Holder>,
}

/// The text on a node; `None` if there is no such node.
pub fn node(
    comparison: &Comparison,
    which: usize,
    standing: &TreesState,
    node: usize,
) -> Option<NodeText> {
    let it = comparison.nodes.get(node)?;
    let side = &comparison.sides[which];
    let facts = format!(
        ": {}, in {} of {}. Held by ",
        format::plural(u64::from(it.blocks), "block"),
        format::count(u64::from(it.prompts)),
        format::plural(comparison.prompts.len() as u64, "prompt")
    );
    let has = |believed: bool| -> Vec<u32> {
        let all = (0..side.lanes.len()).map(|replica| standing.has(replica, node));
        all.map(|it| if believed { it.believed } else { it.held })
            .collect()
    };
    let (believed, held) = (has(true), has(false));
    let policy = side.policy();
    let mut what = vec![
        (Tone::Strong, comparison.names.name(&comparison.nodes, node)),
        (Tone::Plain, facts),
    ];
    let agrees = believed == held;
    let (end, belief) = match (side.looks, agrees) {
        (false, _) => (";", format!(" {policy} does not ask.")),
        (true, true) => (",", format!(" as {policy} believes.")),
        (true, false) => (";", format!(" {policy} believes it held by ")),
    };
    let (held, none) = holders(&held, it.blocks, end);
    what.extend(none.map(|it| (Tone::Plain, it)));
    let (mut others, mut belief) = (Vec::new(), belief);
    if side.looks && !agrees {
        let none;
        (others, none) = holders(&believed, it.blocks, ".");
        belief += &none.unwrap_or_default();
    }
    Some(NodeText {
        what,
        held,
        belief,
        believed: others,
    })
}

/// The replicas that have some of a node as a list in words that ends with `end`; if there are none, the list is empty and
/// the text says so.
fn holders(has: &[u32], blocks: u32, end: &'static str) -> (Vec<Holder>, Option<String>) {
    let some = (0u32..).zip(has).filter(|(_, part)| **part > 0);
    let mut all: Vec<Holder> = some
        .map(|(replica, part)| Holder {
            replica,
            part: (*part < blocks)
                .then(|| format!(" ({} of them)", format::count(u64::from(*part)))),
            end: ",",
        })
        .collect();
    match all.last_mut() {
        Some(last) => last.end = end,
        None => return (all, Some(format!("none{end}"))),
    }
    (all, None)
}
