//! What an index says of its memory is what it has asked the system for, to the byte.
//!
//! A counting allocator is the second opinion. The cases are made so that each part of the sum is large in one of them: runs of
//! blocks, nodes, spans that begin within a node, replicas beyond the first words of bit sets, stamps and their queues.
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use warmpath_core::block::{ROOT, chain_hashes};
use warmpath_core::radix::Index;
use warmpath_core::units::{BlockId, ReplicaId, VirtualTime};

struct Counting;

thread_local! {
    /// Bytes that this thread has asked for and not given back.
    static LIVE: Cell<usize> = const { Cell::new(0) };
}

fn count(by: impl FnOnce(usize) -> usize) {
    // A thread that ends gives back after its counter is gone; nobody asks for that one.
    let _ = LIVE.try_with(|live| live.set(by(live.get())));
}

// SAFETY: all is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(|live| live.wrapping_add(layout.size()));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(|live| live.wrapping_sub(layout.size()));
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The first `blocks` blocks of a conversation.
fn chain(conversation: u64, blocks: u64) -> Vec<BlockId> {
    let locals: Vec<u64> = (0..blocks).map(|at| conversation << 20 | at).collect();
    let mut ids = Vec::new();
    chain_hashes(ROOT, &locals, &mut ids);
    ids
}

/// Bytes of an index by what it says, and by what it asked for.
fn bytes(make: impl FnOnce() -> Index, fill: impl FnOnce(&mut Index)) -> (usize, usize) {
    let before = LIVE.get();
    let mut index = make();
    fill(&mut index);
    (index.stats().heap_bytes, LIVE.get().wrapping_sub(before))
}

#[test]
fn an_index_knows_its_own_weight() {
    let empty = bytes(|| Index::new(3), |_| ());
    let long = bytes(
        || Index::new(1),
        |index| {
            index.store(ReplicaId(0), ROOT, &chain(0, 5000)).unwrap();
        },
    );
    let nodes = bytes(
        || Index::new(2),
        |index| {
            for conversation in 0..700 {
                let replica = ReplicaId(conversation as u32 % 2);
                index.store(replica, ROOT, &chain(conversation, 2)).unwrap();
            }
            for conversation in 0..100 {
                index.remove(ReplicaId(0), &chain(conversation, 2));
            }
        },
    );
    let spans = bytes(
        || Index::new(30),
        |index| {
            let prompt = chain(7, 200);
            for replica in 0..30 {
                let own = &prompt[..5 + 6 * replica as usize];
                index.store(ReplicaId(replica), ROOT, own).unwrap();
            }
        },
    );
    let crowd = bytes(
        || Index::new(300),
        |index| {
            for replica in 0..300 {
                index
                    .store(ReplicaId(replica), ROOT, &chain(1, 40))
                    .unwrap();
            }
        },
    );
    let stamps = bytes(
        || Index::with_stamps(40),
        |index| {
            for conversation in 0..200 {
                index.advance(VirtualTime(conversation));
                let replica = ReplicaId(conversation as u32 % 40);
                index
                    .store(replica, ROOT, &chain(conversation % 9, 60))
                    .unwrap();
            }
        },
    );
    for (name, (claimed, asked)) in [
        ("empty", empty),
        ("long", long),
        ("nodes", nodes),
        ("spans", spans),
        ("crowd", crowd),
        ("stamps", stamps),
    ] {
        assert_eq!(claimed, asked, "{name}");
    }
}

/// Every use enters the node in its replica's queue, and what is out of date is swept out of it: who asks the same prompts for ever
/// needs no more room than who asked them twice.
#[test]
fn an_index_that_is_used_for_long_does_not_grow() {
    let after = |uses: u64| {
        let (claimed, asked) = bytes(
            || Index::with_stamps(2),
            |index| {
                for time in 0..uses {
                    index.advance(VirtualTime(time));
                    let prompt = chain(time % 5, 30);
                    index.store(ReplicaId(0), ROOT, &prompt).unwrap();
                }
            },
        );
        assert_eq!(claimed, asked);
        claimed
    };
    let (some, many) = (after(1_000), after(50_000));
    assert!(many <= some, "{some} bytes, then {many}");
}
