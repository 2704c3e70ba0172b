//! Going to a moment of a finished run of 2,000 requests on 8 replicas, from anywhere, and making it ready to be looked at.
//!
//!     cargo bench -p warmpath-core --bench seek

use std::sync::Arc;

use divan::{Bencher, black_box};
use warmpath_core::fleet::{Playback, Replay, Run};
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{Named, Workload};

/// Policies that ask the pools, remember what they sent, forget it, and are told late.
const POLICIES: [&str; 4] = ["smart", "smart@routed", "cache-aware", "smart@events:200ms"];

/// Requests that are spread over all documents, and turns of conversations.
const LOADS: [&str; 2] = [
    "w=rag:contexts%3D100;context%3D2048;questions%3D20&rate=8",
    "w=multi-turn&rate=6",
];

fn main() {
    divan::main();
}

fn run(policy: &str, load: &str) -> (Scenario, Arc<Workload>, Run) {
    let query = format!("v=2&{load}&n=2000&r=8&p={policy}");
    let scenario = Scenario::from_query(&query).expect("valid");
    let named = Named::parse(&scenario.workload).expect("valid");
    let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    let workload = Arc::new(workload.expect("valid"));
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), true).expect("valid");
    let run = replay.finish().expect("valid").remove(0);
    (scenario, workload, run)
}

#[divan::bench(args = POLICIES, consts = [0, 1])]
fn seek<const LOAD: usize>(bencher: Bencher<'_, '_>, policy: &str) {
    let (scenario, workload, run) = run(policy, LOADS[LOAD]);
    let playback = Playback::new(&scenario, &workload, &run);
    let mut playback = playback.expect("valid").expect("kept");
    let mut part = 0.0;
    bencher.bench_local(|| {
        // Back and forth, far enough that no moment is near the one before.
        part = (part + 0.381_966) % 1.0;
        playback.seek(VirtualTime::from_secs(run.end.secs() * part));
        black_box(playback.believed(0, 1_000));
    });
}

#[divan::bench(args = POLICIES, consts = [0, 1], sample_count = 5, sample_size = 1)]
fn make_ready<const LOAD: usize>(bencher: Bencher<'_, '_>, policy: &str) {
    let (scenario, workload, run) = run(policy, LOADS[LOAD]);
    bencher.bench_local(|| Playback::new(&scenario, &workload, &run).is_ok());
}
