//! Turns the index into nodes to draw.
//!
//! A node of the index is a run of blocks of which a replica may hold only the first part. It is cut there, so that every
//! drawn box has exactly the replicas that hold all of it.

use crate::chips::Prompt;
use crate::tree::Node;
use warmpath_core::order;
use warmpath_core::radix::Index;
use warmpath_core::units::{BlockId, Map};

/// The number of characters of a run's words that a box may need; the layout cuts what does not fit.
const LABEL_CHARS: usize = 44;
/// What ends the words of a run that has more of them: it never stands alone on a line.
pub(super) const CUT: &str = "\u{a0}…";

/// The runs of the index as nodes, parents first, with the prompt's path marked; at the end what the prompt would add.
pub(super) fn grow(
    index: &Index,
    words: impl Fn(BlockId) -> Option<String>,
    prompt: &Prompt,
) -> Vec<Node> {
    let mut runs: Vec<_> = index.nodes().collect();
    // Parents come first and siblings in the order of their creation, because the index numbers nodes as it makes them.
    order::by(&mut runs, |a, b| {
        (a.depth(), a.id()).cmp(&(b.depth(), b.id()))
    });
    let on_path: Map<BlockId, u32> = prompt.ids.iter().copied().zip(0..).collect();

    let mut nodes: Vec<Node> = Vec::new();
    // The last drawn node of each run, to which its children are attached.
    let mut ends: Map<u32, usize> = Map::default();
    for run in &runs {
        let blocks: Vec<BlockId> = run.blocks().collect();
        let spans: Vec<(u32, core::ops::Range<u32>)> =
            run.holders().map(|(id, span)| (id.0, span)).collect();
        let mut cuts: Vec<u32> = spans
            .iter()
            .flat_map(|(_, span)| [span.start, span.end])
            .chain([0, run.len()])
            .collect();
        order::whole(&mut cuts);
        cuts.dedup();
        let mut parent = run.parent().and_then(|id| ends.get(&id.0).copied());
        for piece in cuts.windows(2) {
            let (from, to) = (piece[0], piece[1]);
            let held = |(id, span): &(u32, core::ops::Range<u32>)| {
                (span.start <= from && to <= span.end).then_some(1u64 << id)
            };
            let own = &blocks[from as usize..to as usize];
            let lit = own
                .iter()
                .take_while(|id| on_path.contains_key(*id))
                .count();
            nodes.push(Node {
                parent,
                key: own[0].0,
                label: clip(own.iter().filter_map(|id| words(*id)), parent.is_some()),
                blocks: to - from,
                lit: lit as u32,
                replicas: spans.iter().filter_map(held).fold(0, |set, bit| set | bit),
                ghost: false,
            });
            parent = Some(nodes.len() - 1);
        }
        if let Some(last) = parent {
            ends.insert(run.id().0, last);
        }
    }
    ghost(&mut nodes, prompt);
    nodes
}

/// Appends the blocks that the prompt would add, if any, below the end of the marked path.
fn ghost(nodes: &mut Vec<Node>, prompt: &Prompt) {
    let deepest = (0..nodes.len())
        .rev()
        .filter(|&at| nodes[at].lit > 0)
        .max_by_key(|&at| depth(nodes, at));
    let known = deepest.map_or(0, |at| depth(nodes, at));
    let new = prompt.full_blocks().saturating_sub(known);
    if new == 0 {
        return;
    }
    let first = known as usize;
    nodes.push(Node {
        parent: deepest,
        key: prompt.ids[first].0,
        label: clip(
            (first..prompt.ids.len()).map(|at| prompt.words(at)),
            deepest.is_some(),
        ),
        blocks: new,
        lit: 0,
        replicas: 0,
        ghost: true,
    });
}

/// The number of marked blocks from the root to the end of the marked part of node `at`.
fn depth(nodes: &[Node], at: usize) -> u32 {
    let above = nodes[at].parent.map_or(0, |parent| depth(nodes, parent));
    above + nodes[at].lit
}

/// The words of some blocks, cut to what a box can show. They begin with "…" if they continue another box, and end with it if the
/// blocks have more words.
fn clip(mut blocks: impl Iterator<Item = String>, continues: bool) -> String {
    let mut text = String::from(if continues { "… " } else { "" });
    let mut first = true;
    while let Some(words) = blocks.next() {
        if !first {
            text.push(' ');
        }
        first = false;
        text.push_str(&words);
        if text.chars().count() > LABEL_CHARS {
            let cut = blocks.next().is_some();
            return tighten(&text) + if cut { CUT } else { "" };
        }
    }
    tighten(&text)
}

/// Tokens joined by spaces as a reader would write them, without a space before a full stop.
fn tighten(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '.' | ',' | ';' | ':' | '?' | '!' | ')')
            && out.ends_with(' ')
            && out.trim() != "…"
        {
            out.pop();
        }
        out.push(c);
    }
    out
}
