//! What a policy reads it has asked for (I-28): whatever it has not asked for may say anything, and it decides the same.

use warmpath_core::rng::Rng;
use warmpath_core::router::{Ask, Columns, FleetKnowledge, PolicySpec, Reads, Signals};
use warmpath_core::units::VirtualTime;

use super::whole::Ready;

/// Requests that are put before a policy.
const REQUESTS: usize = 40;

/// Asks each policy of a scenario twice, the second time with false signals wherever it has not asked for them; both must decide the same.
pub(crate) fn is_all_it_reads(ready: &Ready) -> Result<(), String> {
    for policy in &ready.scenario.policies {
        one(ready, policy).map_err(|why| format!("{policy}: {why}"))?;
    }
    Ok(())
}

fn one(ready: &Ready, policy: &PolicySpec) -> Result<(), String> {
    let (replicas, seed) = (ready.scenario.replicas, ready.scenario.seed);
    let workload = &ready.workload;
    let chooser = || policy.build(replicas, seed, Rng::new(seed, "ties"));
    let (mut one, mut other) = (chooser(), chooser());
    let reads = one.reads();
    let mut draws = Rng::new(seed, "signals");
    let mut lies = Rng::new(seed, "lies");
    let mut active = vec![0u32; replicas as usize];
    for (at, request) in workload.requests.iter().cycle().take(REQUESTS).enumerate() {
        let ask = Ask {
            now: VirtualTime(at as u64 * 50_000_000),
            chunks: &workload.chunks,
            characters: (!workload.characters.is_empty()).then_some(&workload.characters),
            heads: &workload.heads,
            ..Ask::new(request, &workload.corpus, ready.scenario.block_size, 100)
        };
        let depth = request.prompt.depth;
        let truth: Vec<Signals> = active
            .iter()
            .map(|&it| drawn(&mut draws, it, depth))
            .collect();
        let overlaps: Vec<u32> = truth.iter().map(|_| draws.below(depth + 1)).collect();
        let mut false_signals = truth.clone();
        for there in &mut false_signals {
            lie(there, &drawn(&mut lies, there.active, depth), reads);
        }
        let false_overlaps: Vec<u32> = match reads.overlaps {
            true => overlaps.clone(),
            false => overlaps.iter().map(|_| lies.below(depth + 1)).collect(),
        };
        let (true_columns, false_columns) = (Columns::of(&truth), Columns::of(&false_signals));
        let reported_at = VirtualTime(ask.now.0 / 2);
        let known = FleetKnowledge {
            reported_at,
            ..FleetKnowledge::new(&true_columns, &overlaps)
        };
        let believed = FleetKnowledge {
            reported_at: if reads.engine { reported_at } else { ask.now },
            exact: !reads.overlaps,
            ..FleetKnowledge::new(&false_columns, &false_overlaps)
        };
        let (chosen, also) = (one.choose(&ask, &known), other.choose(&ask, &believed));
        if chosen != also {
            return Err(format!(
                "request {at} goes to {chosen:?}, but to {also:?} where what it has not asked for is another: {reads:?}"
            ));
        }
        one.sent(&ask, &known, chosen.replica);
        other.sent(&ask, &believed, chosen.replica);
        active[chosen.replica.index()] += 1;
        if draws.below(3) == 0 {
            active.iter_mut().for_each(|it| *it = it.saturating_sub(1));
        }
    }
    Ok(())
}

/// What a router may know of a replica.
fn drawn(draws: &mut Rng, active: u32, depth: u32) -> Signals {
    Signals {
        active,
        sent: active,
        prefill_tokens: u64::from(draws.below(5000)),
        tokens: u64::from(draws.below(9000)),
        active_blocks: depth + draws.below(500),
        shared_blocks: draws.below(depth + 1),
        held_blocks: draws.below(5000),
        ttft_ms: draws.uniform() * 3000.0,
        waiting: draws.below(9),
        running: draws.below(30),
        kv_usage: draws.uniform(),
    }
}

/// Puts another's figures in the place of those that are not read.
fn lie(there: &mut Signals, other: &Signals, reads: Reads) {
    if !reads.engine {
        there.waiting = other.waiting;
        there.running = other.running;
        there.kv_usage = other.kv_usage;
    }
    if !reads.ledger && !reads.replies {
        there.prefill_tokens = other.prefill_tokens;
        there.tokens = other.tokens;
    }
    if !reads.latency {
        there.ttft_ms = other.ttft_ms;
    }
    if !reads.blocks {
        there.active_blocks = other.active_blocks;
        there.shared_blocks = other.shared_blocks;
    }
    if !reads.held {
        there.held_blocks = other.held_blocks;
    }
}
