//! The trees of all prefixes in words: what the whole picture shows, what a reader points at, and a table.

use super::super::Duel;
use super::super::standing::{Parts, Standing};
use crate::format;
use crate::markup::{escape, square};
use core::fmt::Write as _;

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

/// The same as a table's inside: a row a replica.
pub fn table(sums: &[Parts]) -> String {
    let mut out = String::from(
        "<thead><tr><td></td><th scope=\"col\">blocks believed and there</th><th scope=\"col\">there, not known of</th>\
         <th scope=\"col\">believed, gone</th></tr></thead><tbody>",
    );
    for (replica, parts) in sums.iter().enumerate() {
        let _ = write!(out, "<tr><th scope=\"row\">replica {replica}</th>");
        for part in [parts.known, parts.missed, parts.gone] {
            let _ = write!(out, "<td>{}</td>", format::count(u64::from(part)));
        }
        out.push_str("</tr>");
    }
    out + "</tbody>"
}

/// What a node is and who has it, as markup.
pub fn told(duel: &Duel, which: usize, standing: &Standing, node: usize) -> String {
    let Some(it) = duel.nodes.get(node) else {
        return String::new();
    };
    let side = &duel.sides[which];
    let mut out = format!(
        "<b>{}</b>: {}, in {} of {}. ",
        duel.names.name(&duel.nodes, node),
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
    let policy = escape(side.policy());
    out.push_str("Held by ");
    if !side.looks {
        holders(&mut out, &held, it.blocks, ";");
        let _ = write!(out, " {policy} does not ask.");
    } else if believed == held {
        holders(&mut out, &held, it.blocks, ",");
        let _ = write!(out, " as {policy} believes.");
    } else {
        holders(&mut out, &held, it.blocks, ";");
        let _ = write!(out, " {policy} believes it held by ");
        holders(&mut out, &believed, it.blocks, ".");
    }
    out
}

/// Numbered squares, with how much each has if that is not all, and what ends them.
fn holders(out: &mut String, has: &[u32], blocks: u32, end: &str) {
    let mut some: Vec<_> = (0u32..).zip(has).filter(|(_, part)| **part > 0).collect();
    let last = some.pop();
    for (holder, after) in some
        .iter()
        .map(|it| (it, ", "))
        .chain(last.iter().map(|it| (it, end)))
    {
        let (replica, part) = holder;
        let _ = write!(
            out,
            "<span class=\"holder\">{}<span class=\"unseen\">replica {replica}</span>",
            square(*replica)
        );
        if **part < blocks {
            let _ = write!(out, " ({} of them)", format::count(u64::from(**part)));
        }
        let _ = write!(
            out,
            "{}</span>{}",
            after.trim_end(),
            &after[after.trim_end().len()..]
        );
    }
    if last.is_none() {
        let _ = write!(out, "none{end}");
    }
}
