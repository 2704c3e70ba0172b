//! NVIDIA Dynamo's KV router 1.6: least cost in blocks.
//!
//! `cost = prefill_scale × max(0, (prefill tokens under way there + prompt tokens) / block − credit × fade × overlap)
//! + decode blocks + active_weight × active requests`. Prefill tokens under way are the router's own ledger; decode
//! blocks are the distinct blocks of active prompts there, with this one's, shared blocks counted once. The fade is
//! `1 / (1 + decay × x)`, x how far the replica's prefill load is above the least, in prompts of this size. At
//! temperature 0 the least cost wins, else one is drawn by softmax of `−cost / (largest − least) / temperature`.
//!
//! Read: crates dynamo-kv-router 1.6.1 (src/scheduling, src/sequences) and dynamo-custom-policy-builtin 1.6.1 (src/default),
//! whose costs and choices agree to the last digit (docs/parity.md). Left out: blocks on host and disk, output blocks, the
//! router's own queue, taints. Its approximate mode is `@routed:120s`.

use super::{
    Blocks, Board, Knowledge, Ledger, Overlaps, Parameter, Policy, PolicyDef, Provenance, View,
};
use crate::router::Scale;
use crate::units::VirtualTime;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "dynamo",
    about: "least of prefill blocks (load there + prompt - credit for overlap) + distinct decode blocks, ties at random",
    source: "NVIDIA Dynamo, crate dynamo-kv-router 1.6.1, scheduling/selector",
    provenance: Provenance {
        product: "NVIDIA Dynamo",
        version: "1.6.1",
        files: &[
            "dynamo-kv-router: src/scheduling, src/sequences",
            "dynamo-custom-policy-builtin: src/default",
        ],
        read: "2026-11-28",
        left_out: "blocks on host and disk; output blocks; the router's own queue; taints",
    },
    parameters: &[
        Parameter::new(
            "credit",
            1.0,
            (0.0, 1.0),
            "per block",
            "what a block in the cache saves (overlap_score_credit)",
        ),
        Parameter::new(
            "decay",
            0.0,
            (0.0, 1000.0),
            "per prompt of load",
            "how fast that credit fades with prefill load (overlap_score_credit_decay)",
        ).searched(0.0, 4.0, Scale::Linear),
        Parameter::new(
            "prefill_scale",
            1.0,
            (0.0, 1000.0),
            "per block",
            "what a block to prefill costs, against one to hold while decoding (prefill_load_scale)",
        ),
        Parameter::new(
            "temperature",
            0.0,
            (0.0, 100.0),
            "",
            "0: the least cost; above: drawn by softmax (router_temperature)",
        ).searched(0.0, 1.0, Scale::Linear),
        Parameter::new(
            "active_weight",
            0.0,
            (0.0, 1000.0),
            "blocks per request",
            "what an active request costs (decode_active_request_weight)",
        ).searched(0.0, 64.0, Scale::Linear),
        Parameter::new(
            "predicted_ttl",
            0.0,
            (0.0, 3600.0),
            "s",
            "how long a prompt counts as cached as soon as it is routed; 0: off (router_predicted_ttl_secs)",
        ).searched(0.0, 60.0, Scale::Linear),
    ],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
    build: |it| {
        let predicted = it.seconds("predicted_ttl");
        it.predict(predicted);
        Box::new(Dynamo {
            credit: it.real("credit"),
            decay: it.real("decay"),
            prefill_scale: it.real("prefill_scale"),
            temperature: it.real("temperature"),
            active_weight: it.real("active_weight"),
            overlaps: it.overlaps(),
            ledger: it.ledger(),
            blocks: it.blocks(),
        })
    },
};

#[derive(Clone)]
struct Dynamo {
    credit: f64,
    decay: f64,
    prefill_scale: f64,
    temperature: f64,
    active_weight: f64,
    overlaps: Overlaps,
    ledger: Ledger,
    blocks: Blocks,
}

impl Policy for Dynamo {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let (request, block) = (view.ask.request, view.ask.block_size);
        let (size, prompt) = (f64::from(block), f64::from(request.prompt_tokens));
        let blocks = f64::from(request.prompt_tokens.div_ceil(block)).max(1.0);
        let queued = view.all_prefill_tokens(self.ledger);
        let least = view.least(queued);
        let raw = |queued: u64| (queued as f64 + prompt) / size;
        let raw_of_least = raw(least);
        let both = queued.iter().zip(view.overlaps(self.overlaps));
        let prefill = both.map(|(&queued, &overlap)| {
            // Most replicas of a large fleet are among the least busy, and need no division.
            let (raw, credit) = if queued == least {
                (raw_of_least, self.credit)
            } else {
                let above = queued.saturating_sub(least) as f64 / size / blocks;
                let decay = 1.0 / (1.0 + self.decay * above);
                (raw(queued), self.credit * decay)
            };
            // The same as `left.max(0.0)`, which takes more instructions, as it treats NaN apart.
            let left = raw - credit * f64::from(overlap);
            if left > 0.0 { left } else { 0.0 }
        });
        board.column("prefill_blocks", self.prefill_scale, "blocks", prefill);
        let (active, shared) = view.all_blocks(self.blocks);
        let decode = active.iter().zip(shared).map(|(&active, &shared)| {
            let new = request.prompt.depth.saturating_sub(shared);
            f64::from(active) + f64::from(new)
        });
        board.column("decode_blocks", 1.0, "blocks", decode);
        if self.active_weight > 0.0 || board.explains() {
            let active = view.actives().iter().copied().map(f64::from);
            board.column("active", self.active_weight, "requests", active);
        }
        if self.temperature > 0.0 {
            board.softmax(self.temperature);
        } else {
            board.at_random();
        }
    }
}
