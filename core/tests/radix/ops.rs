//! What may happen to an index, drawn at random, done to it and to its twin.

use proptest::prelude::*;
use warmpath_core::block::{ROOT, chain_hashes};
use warmpath_core::radix::Index;
use warmpath_core::units::{BlockId, ReplicaId, VirtualTime};

use crate::twin::{Twin, agree, check_eviction};

#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Goes on from the replica's depth, as an engine does.
    Extend {
        replica: u32,
        prompt: usize,
        blocks: usize,
    },
    /// After any block of the prompt, held or not.
    Store {
        replica: u32,
        prompt: usize,
        from: usize,
        blocks: usize,
    },
    RemoveRun {
        replica: u32,
        prompt: usize,
        from: usize,
        blocks: usize,
        backwards: bool,
    },
    RemoveTail {
        replica: u32,
        prompt: usize,
        blocks: usize,
    },
    RemoveAny {
        replica: u32,
        picks: Vec<(usize, usize)>,
    },
    Drop {
        replica: u32,
    },
    Touch {
        replica: u32,
        prompt: usize,
        blocks: usize,
    },
    Evict {
        replica: u32,
        blocks: usize,
    },
    Expire {
        age: u64,
    },
    Fork,
    Swap,
}

pub(crate) fn op(replicas: u32) -> impl Strategy<Value = Op> {
    let replica = 0..replicas;
    let prompt = 0..8usize;
    let at = prop_oneof![0..40usize, 0..700usize];
    let blocks = prop_oneof![0..4usize, 0..40usize, 0..600usize];
    prop_oneof![
        6 => (replica.clone(), prompt.clone(), blocks.clone())
            .prop_map(|(replica, prompt, blocks)| Op::Extend { replica, prompt, blocks }),
        2 => (replica.clone(), prompt.clone(), at.clone(), blocks.clone())
            .prop_map(|(replica, prompt, from, blocks)| Op::Store { replica, prompt, from, blocks }),
        2 => (replica.clone(), prompt.clone(), at, blocks.clone(), any::<bool>())
            .prop_map(|(replica, prompt, from, blocks, backwards)| {
                Op::RemoveRun { replica, prompt, from, blocks, backwards }
            }),
        3 => (replica.clone(), prompt.clone(), blocks.clone())
            .prop_map(|(replica, prompt, blocks)| Op::RemoveTail { replica, prompt, blocks }),
        2 => (replica.clone(), prop::collection::vec((prompt.clone(), 0..720usize), 0..20))
            .prop_map(|(replica, picks)| Op::RemoveAny { replica, picks }),
        1 => replica.clone().prop_map(|replica| Op::Drop { replica }),
        3 => (replica.clone(), prompt, blocks.clone())
            .prop_map(|(replica, prompt, blocks)| Op::Touch { replica, prompt, blocks }),
        2 => (replica, blocks).prop_map(|(replica, blocks)| Op::Evict { replica, blocks }),
        1 => (0..6u64).prop_map(|age| Op::Expire { age }),
        1 => Just(Op::Fork),
        1 => Just(Op::Swap),
    ]
}

/// Eight prompts of up to 700 blocks that share prefixes of many lengths.
pub(crate) fn prompts() -> impl Strategy<Value = Vec<Vec<BlockId>>> {
    let length = prop_oneof![1..4usize, 14..19usize, Just(224usize), 1..120usize];
    let pieces = prop::collection::vec((0..2u64, length), 1..5);
    prop::collection::vec(pieces, 8).prop_map(|prompts| {
        let chain = |pieces: Vec<(u64, usize)>| {
            let locals: Vec<u64> = (pieces.into_iter())
                .flat_map(|(local, length)| std::iter::repeat_n(local, length))
                .collect();
            let mut ids = Vec::new();
            chain_hashes(ROOT, &locals, &mut ids);
            ids
        };
        prompts.into_iter().map(chain).collect()
    })
}

fn part(prompt: &[BlockId], from: usize, blocks: usize) -> &[BlockId] {
    let from = from.min(prompt.len());
    &prompt[from..(from + blocks).min(prompt.len())]
}

fn before(prompt: &[BlockId], from: usize) -> BlockId {
    match from.min(prompt.len()) {
        0 => ROOT,
        at => prompt[at - 1],
    }
}

pub(crate) fn run(ops: Vec<Op>, prompts: &[Vec<BlockId>], stamps: bool) {
    let mut index = if stamps {
        Index::with_stamps(2)
    } else {
        Index::new(2)
    };
    let mut twin = Twin::default();
    let mut other = (index.clone(), twin.clone());
    for (time, op) in ops.into_iter().enumerate() {
        let now = time as u64 / 2;
        twin.now = if stamps { now } else { 0 };
        index.advance(VirtualTime(now));
        match op {
            Op::Extend {
                replica,
                prompt,
                blocks,
            } => {
                let prompt = &prompts[prompt];
                let from = twin.depth(replica, prompt);
                let (parent, blocks) = (before(prompt, from), part(prompt, from, blocks));
                let stored = index.store(ReplicaId(replica), parent, blocks);
                assert_eq!(stored.ok(), twin.store(replica, parent, blocks));
            }
            Op::Store {
                replica,
                prompt,
                from,
                blocks,
            } => {
                let prompt = &prompts[prompt];
                let (parent, blocks) = (before(prompt, from), part(prompt, from, blocks));
                let stored = index.store(ReplicaId(replica), parent, blocks);
                assert_eq!(stored.ok(), twin.store(replica, parent, blocks));
            }
            Op::RemoveRun {
                replica,
                prompt,
                from,
                blocks,
                backwards,
            } => {
                let mut blocks = part(&prompts[prompt], from, blocks).to_vec();
                if backwards {
                    blocks.reverse();
                }
                let removed = index.remove(ReplicaId(replica), &blocks);
                assert_eq!(removed, twin.remove(replica, &blocks));
            }
            Op::RemoveTail {
                replica,
                prompt,
                blocks,
            } => {
                let prompt = &prompts[prompt];
                let depth = twin.depth(replica, prompt);
                let mut blocks = prompt[depth.saturating_sub(blocks)..depth].to_vec();
                blocks.reverse();
                let removed = index.remove(ReplicaId(replica), &blocks);
                assert_eq!(removed, twin.remove(replica, &blocks));
            }
            Op::RemoveAny { replica, picks } => {
                let pick = |(prompt, at): (usize, usize)| {
                    let block = prompts[prompt].get(at).copied();
                    block.unwrap_or(BlockId(at as u64))
                };
                let blocks: Vec<BlockId> = picks.into_iter().map(pick).collect();
                let removed = index.remove(ReplicaId(replica), &blocks);
                assert_eq!(removed, twin.remove(replica, &blocks));
            }
            Op::Drop { replica } => {
                let held: Vec<BlockId> = twin.of(replica).into_keys().collect();
                assert_eq!(index.drop_replica(ReplicaId(replica)), held.len());
                twin.remove(replica, &held);
            }
            Op::Touch {
                replica,
                prompt,
                blocks,
            } => {
                let blocks = part(&prompts[prompt], 0, blocks);
                let touched = index.touch(ReplicaId(replica), blocks);
                let expected = if stamps {
                    twin.touch(replica, blocks)
                } else {
                    0
                };
                assert_eq!(touched, expected);
            }
            Op::Evict { replica, blocks } => {
                let evicted = index.evict(ReplicaId(replica), blocks);
                let held = twin.of(replica).len();
                assert_eq!(evicted, if stamps { blocks.min(held) } else { 0 });
                assert_eq!(check_eviction(&index, &mut twin, &[replica]), evicted);
            }
            Op::Expire { age } => {
                let before = now.saturating_sub(age);
                let evicted = index.expire(VirtualTime(before));
                let mut expected = 0;
                if stamps {
                    for held in &mut twin.held {
                        let all = held.len();
                        held.retain(|_, &mut stamp| stamp >= before);
                        expected += all - held.len();
                    }
                }
                assert_eq!(evicted, expected);
            }
            Op::Fork => other = (index.clone(), twin.clone()),
            Op::Swap => {
                core::mem::swap(&mut other.0, &mut index);
                core::mem::swap(&mut other.1, &mut twin);
                // Time never runs back, also not in the branch that stood still.
                twin.now = now;
            }
        }
        agree(&index, &twin, prompts);
    }
    agree(&other.0, &other.1, prompts);
}
