#![allow(dead_code)]
#[path = "../trace.rs"]
mod trace;
use cpu_time::ThreadTime as Instant;
use std::hint::black_box;
use trace::Trace;
use warmpath_core::block::{ROOT, chain_hashes};
use warmpath_core::radix::{Depths, Index};
use warmpath_core::units::ReplicaId;

fn main() {
    let mut best = [f64::MAX; 12];
    for replicas in [8, 64] {
        let trace = Trace::new(
            std::env::args()
                .nth(1)
                .map_or(10_000, |n| n.parse().unwrap()),
            replicas,
            1,
        );
        let n = trace.turns.len() as f64;
        for _ in 0..std::env::args().nth(2).map_or(7, |n| n.parse().unwrap()) {
            let mut k = 0;
            let mut note = |begin: Instant| {
                best[k] = best[k].min(begin.elapsed().as_secs_f64() / n * 1e9);
                k += 1;
            };
            let mut ids = Vec::new();
            let small: Vec<u64> = (0..96).collect();
            let b = Instant::now();
            for _ in &trace.turns {
                ids.clear();
                chain_hashes(ROOT, black_box(&small), &mut ids);
                black_box(&ids);
            }
            note(b); // 0: chain of 96, hot
            let b = Instant::now();
            for t in &trace.turns {
                ids.clear();
                chain_hashes(ROOT, trace.prompt(t), &mut ids);
                black_box(&ids);
            }
            note(b); // 1: chain of prompts, cold
            let mut index = Index::new(replicas);
            let b = Instant::now();
            for t in &trace.turns {
                index
                    .store(ReplicaId(t.replica), trace.parent(t), trace.new_ids(t))
                    .unwrap();
            }
            note(b); // 2: store of ids (cold input)
            let mut depths = Depths::new();
            let b = Instant::now();
            for t in &trace.turns {
                index.matches(&trace.ids[t.conversation][..t.prompt], &mut depths);
                black_box(&depths);
            }
            note(b); // 3: matches, cold input
            let b = Instant::now();
            for t in &trace.turns {
                index.matches(&trace.ids[t.conversation % 200][..t.prompt], &mut depths);
                black_box(&depths);
            }
            note(b); // 4: matches, all hot
            let b = Instant::now();
            for t in &trace.turns {
                index.matches_hashes(trace.prompt(t), &mut ids, &mut depths);
                black_box(&depths);
            }
            note(b); // 5: both, cold
            let b = Instant::now();
            let fork = index.clone();
            best[6] = best[6].min(b.elapsed().as_secs_f64() * 1e6);
            drop(fork);
            k = 7;
            let mut note = |begin: Instant| {
                best[k] = best[k].min(begin.elapsed().as_secs_f64() / n * 1e9);
            };
            let b = Instant::now();
            for t in trace.turns.iter().rev() {
                ids.clear();
                ids.extend(trace.new_ids(t).iter().rev());
                index.remove(ReplicaId(t.replica), &ids);
            }
            note(b); // 7 remove
        }
        println!(
            "{replicas}: chain hot {:.0} cold {:.0}; store {:.0}; matches cold {:.0} hot {:.0}; chain+match {:.0} ns; clone {:.0} us; remove {:.0} ns",
            best[0], best[1], best[2], best[3], best[4], best[5], best[6], best[7]
        );
        best = [f64::MAX; 12];
    }
}
