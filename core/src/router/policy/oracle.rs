//! A reference line: greedy on the estimated completion, with true caches and true output lengths.
//!
//! No router knows how long an answer will be. The estimate is the prefill queued at a replica, this prompt's own, its tokens at
//! the pace of a step with one sequence more, and what all of that costs the requests that are there: its prefill once, and its
//! share of each step for as long as it runs (as if they ran as long). Greedy: it does not look ahead, so it is a strong line, not
//! a bound; another order may do better.

use super::{
    Blocks, Board, Knowledge, Ledger, Overlaps, Policy, PolicyDef, Provenance, REFERENCE, View,
};
use crate::units::ReplicaId;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "oracle",
    about: "strong line, not a bound and not a router: least estimated completion, true caches and output lengths",
    source: REFERENCE,
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Truth,
    text: false,
    reference: true,
    build: |it| {
        Box::new(Oracle {
            overlaps: it.overlaps(),
            ledger: it.ledger(),
            blocks: it.blocks(),
        })
    },
};

#[derive(Clone)]
struct Oracle {
    overlaps: Overlaps,
    ledger: Ledger,
    blocks: Blocks,
}

impl Policy for Oracle {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let request = view.ask.request;
        let output = f64::from(request.output_tokens);
        let own = |it: ReplicaId| {
            let new = view.ask.uncached_tokens(view.overlap(self.overlaps, it));
            f64::from(new) * view.speed(it).prefill_s
        };
        // What the requests that are there add to a step, and what one more adds.
        let step = |it: ReplicaId| {
            let speed = view.speed(it);
            if speed.block_s > 0.0 {
                // Blocks that sequences share are read once.
                let shared = view.shared_blocks(self.blocks, it);
                let more = speed.block_s * f64::from(request.prompt.depth.saturating_sub(shared));
                let there = f64::from(view.active_blocks(self.blocks, it));
                (speed.block_s * there, more)
            } else {
                let active = f64::from(view.active(it));
                (speed.sequence_s * active, speed.sequence_s)
            }
        };
        board.term("queued prefill", 1.0, "s", |it| {
            view.prefill_tokens(self.ledger, it) as f64 * view.speed(it).prefill_s
        });
        board.term("this prompt's prefill", 1.0, "s", own);
        board.term("decoding", 1.0, "s", |it| {
            let (there, more) = step(it);
            output * (view.speed(it).step_s + there + more)
        });
        board.term("delay of the others", 1.0, "s", |it| {
            f64::from(view.active(it)) * (own(it) + output * step(it).1)
        });
    }
}
