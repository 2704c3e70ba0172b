//! A comparison of policies as bytes, which the engine sends to the page.

use super::holdings::{BeliefSnapshot, Shared};
use super::prefixes::Node;
use super::prefixes::names::Names;
use super::{Comparison, PolicySide};
use crate::lanes::Column;
use crate::playback::{Event, EventKind, Marks};
use crate::{wire_choices, wire_fields};
use warmpath_core::fleet::race::{Pair, Parting};

wire_fields! {
    Column { decode, cold, warm, waiting, in_use }
    Comparison { setting, sides, prompts, of, marks, apart, shared, block_size, prefix_of, nodes, names }
    Event { at, kind, request, replica }
    Marks { events, requests, end }
    BeliefSnapshot { at, believed, held }
    Node { from, blocks, level, request, deepest, prompts, end }
    Pair { first, costly, elsewhere }
    Parting { request, at_s, replicas, ttft_ms }
    Shared { request, blocks }
    PolicySide { course, looks, pool_blocks, reuse, lanes, lasts, lives, scaling, shares, events, moments, growth, choices, recalled }
}

wire_choices! {
    Names {
        0: Documents {},
        1: Conversations {},
        2: Prefixes {},
    }
    EventKind {
        0: Sent {},
        1: FirstToken {},
        2: Done {},
        3: Lost {},
        4: Cut {},
    }
}

#[cfg(test)]
mod tests;
