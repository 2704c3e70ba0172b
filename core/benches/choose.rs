//! What a decision costs: synthetic prompts of 50 blocks, over 8 and over 1,024 replicas.
//!
//! `choose` is the policy alone, on what is known already. `route` is the whole router: asking its index, choosing, and
//! entering the request in its ledger. Every prompt shares its first 20 blocks with 15 others.

use divan::{Bencher, black_box};
use warmpath_core::request::{Arrival, Chain, Corpus, Request};
use warmpath_core::rng::Rng;
use warmpath_core::router::{Ask, Columns, FleetKnowledge, Instance, PolicySpec, Signals, Speed};
use warmpath_core::units::VirtualTime;

fn main() {
    divan::main();
}

const REPLICAS: [u32; 2] = [8, 1024];
/// A formula that reads a cache, a ledger and an engine.
const FORMULA: &str = "mine=overlap_blocks * -2 + active * 0.5 + (queue > 8) * 100";
const INDEXED: [&str; 9] = [
    FORMULA,
    "smart",
    "dynamo",
    "dynamo-two-tier",
    "cache-aware",
    "endpoint-picker",
    "load-aware",
    "aibrix",
    "preble",
];

fn prompts() -> (Corpus, Vec<Request>) {
    let mut corpus = Corpus::default();
    let mut requests = Vec::new();
    let mut shared = Chain::default();
    for n in 0..1024u32 {
        if n.is_multiple_of(16) {
            shared = corpus.extend(Chain::default(), 20);
        }
        let prompt = corpus.extend(shared, 30);
        requests.push(Request {
            conversation: n,
            turn: 0,
            prompt_tokens: 800,
            output_tokens: 100,
            max_tokens: None,
            prompt,
            answered: prompt,
            arrival: Arrival::Open,
            keys: None,
            served_by: None,
            label: Default::default(),
        });
    }
    (corpus, requests)
}

#[divan::bench(args = INDEXED, consts = REPLICAS, sample_size = 100)]
fn choose<const N: u32>(bencher: Bencher<'_, '_>, name: &str) {
    let (corpus, requests) = prompts();
    let mut rng = Rng::new(1, "bench");
    let signals: Vec<Signals> = (0..N)
        .map(|_| Signals {
            active: rng.below(20),
            prefill_tokens: u64::from(rng.below(4000)),
            active_blocks: rng.below(900),
            waiting: rng.below(8),
            kv_usage: rng.uniform(),
            ..Signals::default()
        })
        .collect();
    let overlaps: Vec<u32> = (0..N)
        .map(|_| if rng.below(8) == 0 { 20 } else { 0 })
        .collect();
    let spec = PolicySpec::parse(name).unwrap_or_else(|error| panic!("{error}"));
    let mut policy = spec.build(N, 1, rng);
    let columns = Columns::of(&signals);
    let mut n = 0;
    bencher.bench_local(|| {
        n = (n + 1) % requests.len();
        let ask = Ask::new(&requests[n], &corpus, 16, 100);
        let known = FleetKnowledge::new(&columns, &overlaps);
        policy.choose(black_box(&ask), black_box(&known))
    });
}

#[divan::bench(args = INDEXED, consts = REPLICAS, sample_size = 100)]
fn route<const N: u32>(bencher: Bencher<'_, '_>, name: &str) {
    let (corpus, requests) = prompts();
    let spec = PolicySpec::parse(&format!("{name}@routed"));
    let spec = spec.unwrap_or_else(|error| panic!("{error}"));
    let mut router = Instance::new(&spec, (N, N), 10_000, 16, Speed::default(), (1, 0));
    let mut n = 0u32;
    bencher.bench_local(|| {
        let request = &requests[n as usize % requests.len()];
        let ask = Ask {
            now: VirtualTime(u64::from(n)),
            ..Ask::new(request, &corpus, 16, 100)
        };
        if let Some(replica) = router.route(n, black_box(&ask)) {
            router.finished(n, &ask, replica);
        }
        n += 1;
    });
}
