//! The trees of all prefixes in words: what the whole picture shows, what a reader points at, and a table.

use super::super::Duel;
use super::super::standing::{Parts, Standing};
use crate::format;
use crate::rich::{RichText, Tone};
use crate::table::{Cell, Row, Table};

/// How squares and trees are to be read.
pub fn caption(duel: &Duel) -> String {
    let first = duel.nodes.iter().filter(|it| it.level == 0);
    duel.names.caption(duel.shared.len(), first.count())
}

/// What the picture of side `which` shows, in a sentence; `sums` is what each replica has.
pub fn say(duel: &Duel, which: usize, sums: &[Parts]) -> String {
    let side = &duel.sides[which];
    let sum = |of: fn(&Parts) -> u32| sums.iter().map(|it| u64::from(of(it))).sum::<u64>();
    let held = format::plural(sum(|it| it.held()), "block");
    let tree = format!(
        "a tree of {} from {}",
        format::plural(duel.nodes.len() as u64, "node"),
        format::plural(duel.prompts.len() as u64, "prompt")
    );
    if !side.looks {
        return format!(
            "{}: the replicas hold {held} of {tree}; the router does not ask.",
            side.policy(),
        );
    }
    format!(
        "{}: the replicas hold {held} of {tree}; the router does not know of {} of them and believes in {} that are gone.",
        side.policy(),
        format::count(sum(|it| it.missed)),
        format::count(sum(|it| it.gone))
    )
}

/// The same as a table: a row for each replica.
pub fn table(sums: &[Parts]) -> Table {
    const HEAD: [&str; 3] = [
        "blocks believed and there",
        "there, not known of",
        "believed, gone",
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

/// A replica that has a node, or some of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The replica's number.
    pub replica: u32,
    /// How much it has, if that is not all.
    pub part: Option<String>,
    /// What ends its place in the list.
    pub end: &'static str,
}

/// What a node is and who has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeText {
    /// What it is, up to its holders.
    pub what: RichText,
    /// The replicas that hold some of the node, or are believed to.
    pub held: Vec<Holder>,
    /// What the router believes, up to those that it believes to hold it.
    pub belief: String,
    /// Those, if they are not the ones that do.
    pub believed: Vec<Holder>,
}

/// What a node is and who has it; none where there is no such node.
pub fn node(duel: &Duel, which: usize, standing: &Standing, node: usize) -> Option<NodeText> {
    let it = duel.nodes.get(node)?;
    let side = &duel.sides[which];
    let facts = format!(
        ": {}, in {} of {}. Held by ",
        format::plural(u64::from(it.blocks), "block"),
        format::count(u64::from(it.prompts)),
        format::plural(duel.prompts.len() as u64, "prompt")
    );
    let has = |believed: bool| -> Vec<u32> {
        let all = (0..side.lanes.len()).map(|replica| standing.has(replica, node));
        all.map(|it| if believed { it.believed } else { it.held })
            .collect()
    };
    let (believed, held) = (has(true), has(false));
    let policy = side.policy();
    let mut what = vec![
        (Tone::Strong, duel.names.name(&duel.nodes, node)),
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

/// Who has how much, the last of them with what ends them all; or, where nobody has any, that in words.
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
