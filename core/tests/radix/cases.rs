//! Cases at the edges: nothing, a great many, what is not there.

use warmpath_core::block::{ROOT, chain_hashes};
use warmpath_core::radix::{Depths, Index, MAX_REPLICAS, StoreError};
use warmpath_core::units::{BlockId, ReplicaId};

fn chain(seed: u64, blocks: usize) -> Vec<BlockId> {
    let locals: Vec<u64> = (0..blocks as u64).map(|at| (seed << 32) | at).collect();
    let mut ids = Vec::new();
    chain_hashes(ROOT, &locals, &mut ids);
    ids
}

#[test]
fn empty_lists_do_nothing() {
    let mut index = Index::new(0);
    let mut depths = Depths::new();
    index.matches(&[], &mut depths);
    assert_eq!(depths.as_slice(), [0u32; 0]);
    assert_eq!(depths.deepest(), None);
    assert_eq!(index.store(ReplicaId(0), ROOT, &[]), Ok(0));
    assert_eq!(index.remove(ReplicaId(7), &[]), 0);
    assert_eq!(index.drop_replica(ReplicaId(7)), 0);
    assert_eq!(index.stats().nodes, 0);
}

#[test]
fn an_unknown_parent_is_an_error_and_changes_nothing() {
    let (a, b) = (chain(1, 30), chain(2, 30));
    let mut index = Index::new(2);
    index.store(ReplicaId(0), ROOT, &a).unwrap();
    let before = index.stats();
    for (replica, parent) in [(0, b[3]), (1, a[3]), (9, a[29])] {
        let (replica, blocks) = (ReplicaId(replica), &a[4..6]);
        let error = StoreError::UnknownParent { replica, parent };
        assert_eq!(index.store(replica, parent, blocks), Err(error));
        assert_eq!(index.store(replica, parent, &[]), Err(error));
        let message = error.to_string();
        assert!(message.contains(&replica.to_string()), "{message}");
        assert!(message.contains(&format!("{:016x}", parent.0)), "{message}");
    }
    assert_eq!(index.stats(), before);
    assert_eq!(index.replicas(), 2);
}

#[test]
fn replicas_are_0_to_9999() {
    let a = chain(1, 40);
    let mut index = Index::new(0);
    let replica = ReplicaId(MAX_REPLICAS);
    let error = StoreError::ReplicaOutOfRange { replica };
    assert_eq!(index.store(replica, ROOT, &a), Err(error));
    assert!(error.to_string().contains("9999"));
    assert_eq!(Index::new(u32::MAX).replicas(), MAX_REPLICAS);
    // All of them hold it to a depth of their own.
    for replica in 0..MAX_REPLICAS {
        let depth = replica as usize % 40 + 1;
        assert_eq!(
            index.store(ReplicaId(replica), ROOT, &a[..depth]),
            Ok(depth)
        );
    }
    let mut depths = Depths::new();
    index.matches(&a, &mut depths);
    for replica in 0..MAX_REPLICAS {
        assert_eq!(depths.of(ReplicaId(replica)), replica % 40 + 1);
    }
    assert_eq!(depths.deepest(), Some((ReplicaId(39), 40)));
    for replica in 0..MAX_REPLICAS {
        let depth = replica as usize % 40 + 1;
        assert_eq!(index.drop_replica(ReplicaId(replica)), depth);
    }
    assert_eq!((index.stats().nodes, index.stats().blocks), (0, 0));
}

#[test]
fn a_million_blocks_in_one_chain() {
    let a = chain(1, 1_000_000);
    let mut index = Index::with_stamps(1);
    assert_eq!(index.store(ReplicaId(0), ROOT, &a), Ok(a.len()));
    assert_eq!(index.store(ReplicaId(0), ROOT, &a), Ok(0));
    let mut depths = Depths::new();
    index.matches(&a, &mut depths);
    assert_eq!(depths.as_slice(), [1_000_000]);
    assert_eq!(index.touch(ReplicaId(0), &a), a.len());
    let mut fork = index.clone();
    assert_eq!(index.remove(ReplicaId(0), &a[500_000..500_001]), 1);
    index.matches(&a, &mut depths);
    assert_eq!(depths.as_slice(), [500_000]);
    assert_eq!(index.remove(ReplicaId(0), &a), a.len() - 1);
    assert_eq!(index.stats().nodes, 0);
    assert_eq!(fork.evict(ReplicaId(0), 250_000), 250_000);
    fork.matches(&a, &mut depths);
    assert_eq!(depths.as_slice(), [750_000]);
}

#[test]
fn what_is_not_there_is_removed_without_harm() {
    let (a, b) = (chain(1, 300), chain(2, 300));
    let mut index = Index::new(3);
    index.store(ReplicaId(0), ROOT, &a).unwrap();
    assert_eq!(index.remove(ReplicaId(0), &b), 0);
    assert_eq!(index.remove(ReplicaId(1), &a), 0);
    assert_eq!(index.remove(ReplicaId(5000), &a), 0);
    assert_eq!(index.remove(ReplicaId(0), &[a[5], a[5], a[5]]), 1);
    assert_eq!(index.stats().pairs, 299);
}

#[test]
fn hashes_match_as_their_chain_does() {
    let locals: Vec<u64> = (0..700).collect();
    let mut ids = Vec::new();
    chain_hashes(ROOT, &locals, &mut ids);
    let mut index = Index::new(4);
    for (replica, depth) in [(0, 700), (1, 300), (2, 16)] {
        index
            .store(ReplicaId(replica), ROOT, &ids[..depth])
            .unwrap();
    }
    let mut branch = locals.clone();
    branch[300] = 1 << 40;
    for locals in [&locals[..], &locals[..40], &branch, &branch[300..], &[]] {
        let (mut chained, mut made) = (Vec::new(), vec![ROOT; 3]);
        chain_hashes(ROOT, locals, &mut chained);
        let (mut one, mut other) = (Depths::new(), Depths::new());
        index.matches(&chained, &mut one);
        index.matches_hashes(locals, &mut made, &mut other);
        assert_eq!((one, chained), (other, made));
    }
}
