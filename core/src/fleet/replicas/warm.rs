//! Filling the caches as they are when a run begins.

use crate::replica::Pool;
use crate::request::Chain;
use crate::rng::Rng;
use crate::workload::Workload;

/// Fills the pools as a run without prefix routing would: every request of the workload, `rounds` times in order, goes to a random
/// replica, where its blocks and those of its answer are touched or allocated, and then all are freed from the last on. It takes no
/// virtual time and is not metered. A request that finds no room in its pool is skipped; the chains of all others go to `cached`.
pub(in crate::fleet) fn route_at_random(
    workload: &Workload,
    pools: &mut [&mut Pool],
    rounds: u32,
    seed: u64,
    mut cached: impl FnMut(Chain),
) {
    let mut rng = Rng::new(seed, "warm");
    let corpus = &workload.corpus;
    for _ in 0..rounds {
        for request in &workload.requests {
            let pool = &mut *pools[rng.below(pools.len() as u32) as usize];
            let answer = request.output_tokens / workload.block_size + 1;
            if request.answered.depth + answer > pool.capacity() {
                continue;
            }
            pool.refer(corpus, Chain::default(), request.answered, true);
            // Known blocks of the answer are referred to already; the rest is private to it.
            let private = answer.saturating_sub(request.answered.depth - request.prompt.depth);
            pool.take(private);
            pool.give_back(private);
            pool.release(corpus, request.answered);
            cached(request.answered);
        }
    }
}
