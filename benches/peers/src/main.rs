//! The prefix index and its peers on one trace: the same depths, at what speed and in how much memory.
//!
//! `cargo run --release` in this directory; docs/performance.md says what is measured and quotes a result.
//! Arguments: replicas (default `8 64`), `--conversations N` (default 10000), `--rounds N` (default 5).

mod heap;
mod peer;
mod table;
mod trace;

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;
use peer::{Chain, Dynamo, Ours, Peer, entered};
use table::{Figures, Round};
use trace::Trace;
use warmpath_core::radix::{Depths, Index, Visits};
use warmpath_core::units::{BlockId, ReplicaId};

/// Events made at a time: their hashes are in the cache when an index gets them, as from a hasher just before it.
const BATCH: usize = 100;

/// Turns handled per second: inputs are made in batches while the clock stands.
fn rate<T>(
    turns: impl Iterator<Item = usize>,
    make: impl Fn(usize) -> T,
    mut handle: impl FnMut(&mut T),
) -> f64 {
    let turns: Vec<usize> = turns.collect();
    let mut spent = Duration::ZERO;
    for batch in turns.chunks(BATCH) {
        let mut inputs: Vec<T> = batch.iter().map(|&turn| make(turn)).collect();
        let begin = ThreadTime::now();
        inputs.iter_mut().for_each(&mut handle);
        spent += begin.elapsed();
    }
    turns.len() as f64 / spent.as_secs_f64()
}

/// What an index did in one round.
fn measure<P: Peer>(trace: &Trace, new: impl Fn() -> P) -> Figures {
    let turns = 0..trace.turns.len();
    let mut index = new();
    let stores = rate(
        turns.clone(),
        |turn| P::stored(trace, turn),
        |event| index.store(event),
    );
    let mut sum = 0;
    let finds = rate(
        turns.clone(),
        |turn| P::query(trace, turn),
        |query| sum += index.find(query),
    );
    let backwards = turns.clone().rev();
    let removes = rate(
        backwards,
        |turn| P::removed(trace, turn),
        |event| index.remove(event),
    );
    for depth in index.depths(&mut P::query(trace, 0), trace.replicas) {
        assert_eq!(depth, 0, "all is removed");
    }
    drop(index);

    let mut index = new();
    let both = |turn| (P::query(trace, turn), P::stored(trace, turn));
    let requests = rate(turns, both, |(query, event)| {
        sum += index.find(query);
        index.store(event);
    });
    black_box(sum);
    Figures {
        finds,
        stores,
        requests,
        removes,
    }
}

/// Live heap of an index that has stored the whole trace \[bytes\].
fn heap<P: Peer>(trace: &Trace, new: impl Fn() -> P) -> usize {
    let before = heap::live();
    let mut index = new();
    for turn in 0..trace.turns.len() {
        index.store(&mut P::stored(trace, turn));
    }
    let live = heap::live() - before;
    drop(index);
    live
}

/// All answer alike, while the trace is stored and while it is removed again.
fn compare(trace: &Trace) {
    let replicas = trace.replicas;
    let mut ours = Ours::new(Index::new(replicas));
    let mut dynamo = Dynamo::new();
    let mut chain = Chain::<true>::new(replicas);
    let turns = 0..trace.turns.len();
    let mut alike =
        |turn: usize, change: &mut dyn FnMut(&mut Ours, &mut Dynamo, &mut Chain<true>)| {
            let depths = ours.depths(&mut Ours::query(trace, turn), replicas);
            assert_eq!(
                depths,
                dynamo.depths(&mut Dynamo::query(trace, turn), replicas)
            );
            assert_eq!(
                depths,
                chain.depths(&mut Chain::<true>::query(trace, turn), replicas)
            );
            change(&mut ours, &mut dynamo, &mut chain);
            depths[trace.turns[turn].replica as usize] as usize
        };
    for turn in turns.clone() {
        let depth = alike(turn, &mut |ours, dynamo, chain| {
            ours.store(&mut Ours::stored(trace, turn));
            dynamo.store(&mut Dynamo::stored(trace, turn));
            chain.store(&mut Chain::<true>::stored(trace, turn));
        });
        assert_eq!(depth, trace.turns[turn].held.min(trace.turns[turn].prompt));
    }
    for turn in turns.rev() {
        alike(turn, &mut |ours, dynamo, chain| {
            ours.remove(&mut Ours::removed(trace, turn));
            dynamo.remove(&mut Dynamo::removed(trace, turn));
            chain.remove(&mut Chain::<true>::removed(trace, turn));
        });
    }
    assert_eq!(ours.index.stats().nodes, 0);
}

/// The index alone, at a tenth, at all and at ten times the conversations: what a look-up visits, how long it takes,
/// and what a clone costs.
fn scale(conversations: usize) {
    println!(
        "\n| conversations | nodes | visits a block | ns a look-up | clone [us] | first store after it [us] |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    for conversations in [conversations / 10, conversations, conversations * 10] {
        let trace = Trace::new(conversations, 8, 1);
        let mut ours = Ours::new(Index::new(8));
        for turn in 0..trace.turns.len() {
            ours.store(&mut Ours::stored(&trace, turn));
        }
        let (mut visits, mut blocks, mut depths) = (Visits::default(), 0, Depths::new());
        for turn in &trace.turns {
            let prompt = &trace.ids[turn.conversation][..turn.prompt];
            ours.index.matches_counted(prompt, &mut depths, &mut visits);
            blocks += prompt.len();
        }
        let visits = (visits.nodes + visits.cells + visits.ids) as f64 / blocks as f64;
        let mut sum = 0;
        let turns = 0..trace.turns.len();
        let finds = rate(
            turns,
            |turn| Ours::query(&trace, turn),
            |query| sum += ours.find(query),
        );
        black_box(sum);
        let micros = |begin: ThreadTime| begin.elapsed().as_secs_f64() * 1e6;
        let (mut clones, mut stores) = (Vec::new(), Vec::new());
        for round in 0..9 {
            let begin = ThreadTime::now();
            let mut fork = ours.index.clone();
            clones.push(micros(begin));
            let parent = trace.ids[round][trace.ids[round].len() - 1];
            let home = |r: &u32| fork.store(ReplicaId(*r), parent, &[]).is_ok();
            let replica = ReplicaId((0..8).find(home).expect("somebody holds it"));
            let begin = ThreadTime::now();
            fork.store(replica, parent, &[BlockId(round as u64 + 1)])
                .expect("it holds the parent");
            stores.push(micros(begin));
        }
        println!(
            "| {conversations} | {} | {visits:.4} | {:.0} | {:.0} | {:.1} |",
            ours.index.stats().nodes,
            1e9 / finds,
            table::median(clones),
            table::median(stores)
        );
    }
}

fn main() {
    let mut replicas: Vec<u32> = Vec::new();
    let (mut conversations, mut rounds) = (10_000, 5);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || {
            arguments
                .next()
                .and_then(|n| n.parse().ok())
                .expect("a number")
        };
        match argument.as_str() {
            "--conversations" => conversations = number(),
            "--rounds" => rounds = number(),
            other => replicas.push(other.parse().expect("a number of replicas")),
        }
    }
    if replicas.is_empty() {
        replicas = vec![8, 64];
    }
    for replicas in replicas {
        let trace = Trace::new(conversations, replicas, 1);
        let looked_up: usize = trace.turns.iter().map(|turn| turn.prompt).sum();
        let new: usize = trace.turns.iter().map(|turn| turn.full - turn.held).sum();
        println!(
            "\n{replicas} replicas: {} turns, {looked_up} blocks looked up, {new} replica-block pairs stored",
            trace.turns.len()
        );
        compare(&trace);
        let rounds: Vec<Round> = (0..rounds)
            .map(|_| {
                [
                    measure(&trace, || Ours::new(Index::new(replicas))),
                    measure(&trace, || Ours::new(Index::with_stamps(replicas))),
                    measure(&trace, || Ours::new(entered(replicas))),
                    measure(&trace, Dynamo::new),
                    measure(&trace, || Chain::<false>::new(replicas)),
                    measure(&trace, || Chain::<true>::new(replicas)),
                ]
            })
            .collect();
        let heaps = [
            heap(&trace, || Ours::new(Index::new(replicas))),
            heap(&trace, || Ours::new(Index::with_stamps(replicas))),
            heap(&trace, || Ours::new(entered(replicas))),
            heap(&trace, Dynamo::new),
            heap(&trace, || Chain::<false>::new(replicas)),
            heap(&trace, || Chain::<true>::new(replicas)),
        ];
        table::print(&rounds, heaps);
    }
    scale(conversations);
}
