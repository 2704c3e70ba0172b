use super::*;
use crate::replica::Pool;
use crate::request::{Arrival, Request};

const FLEET: Fleet = Fleet {
    replicas: 2,
    pool_blocks: 8,
    block_size: 16,
};

/// A bush of chains: every chain continues a random earlier one somewhere.
fn bush(corpus: &mut Corpus, chains: u32, rng: &mut Rng) -> Vec<Chain> {
    let mut all = vec![Chain::default()];
    for _ in 0..chains {
        let from = all[rng.below(all.len() as u32) as usize];
        let from = corpus.prefix(from, rng.below(from.depth + 1));
        all.push(corpus.extend(from, 1 + rng.below(12)));
    }
    all
}

#[test]
fn events_without_delay_agree_with_the_pools() {
    for seed in 0..40 {
        let mut rng = Rng::new(seed, "test");
        let mut corpus = Corpus::default();
        let chains = bush(&mut corpus, 60, &mut rng);
        let mut pools = [Pool::new(150, true), Pool::new(60, true)];
        let mut events = Events::new(VirtualTime::ZERO, 0.0, rng.clone(), 2);
        let (mut ids, mut news, mut held) = (vec![], vec![], vec![]);
        for step in 0..300u64 {
            let at = rng.below(2) as usize;
            let chain = chains[rng.below(61) as usize];
            let pool = &mut pools[at];
            pool.reach(VirtualTime(step));
            if chain.depth <= pool.free() && rng.below(3) > 0 {
                pool.refer(&corpus, Chain::default(), chain, true);
                held.push((at, chain));
            } else if !held.is_empty() {
                let (at, chain) = held.swap_remove(rng.below(held.len() as u32) as usize);
                pools[at].release(&corpus, chain);
            }
            for (replica, pool) in pools.iter_mut().enumerate() {
                pool.drain_events(&mut news);
                for (at, event) in news.drain(..) {
                    events.tell(ReplicaId(replica as u32), at, event);
                }
            }
            events.hear(&corpus, VirtualTime(step), &mut ids);
            let asked = chains[rng.below(61) as usize];
            corpus.ids(asked, &mut ids);
            let mut depths = Depths::new();
            events.index.matches(&ids, &mut depths);
            for (replica, pool) in pools.iter().enumerate() {
                let believed = depths.of(ReplicaId(replica as u32));
                assert_eq!(
                    believed,
                    pool.matched(&corpus, asked),
                    "seed {seed}, step {step}"
                );
            }
        }
        assert!(pools.iter().any(|pool| pool.evicted() > 0));
    }
}

/// A request of these full blocks, without text.
fn asking<T>(
    corpus: &Corpus,
    prompt: Chain,
    now: VirtualTime,
    then: impl FnOnce(&Ask<'_>) -> T,
) -> T {
    asking_tokens(corpus, prompt, 16 * prompt.depth, now, then)
}

fn asking_tokens<T>(
    corpus: &Corpus,
    prompt: Chain,
    prompt_tokens: u32,
    now: VirtualTime,
    then: impl FnOnce(&Ask<'_>) -> T,
) -> T {
    let request = Request {
        conversation: 0,
        turn: 0,
        prompt_tokens,
        output_tokens: 1,
        max_tokens: None,
        prompt,
        answered: prompt,
        arrival: Arrival::Open,
        keys: None,
        served_by: None,
        label: Default::default(),
    };
    then(&Ask {
        now,
        ..Ask::new(&request, corpus, 16, 100)
    })
}

fn believes(belief: &mut Belief, corpus: &Corpus, prompt: Chain, ms: u64) -> [u32; 2] {
    let mut overlaps = [9; 2];
    asking(corpus, prompt, VirtualTime(ms * 1_000_000), |ask| {
        belief.look_up(ask, &mut overlaps);
    });
    overlaps
}

fn routed(belief: &mut Belief, corpus: &Corpus, prompt: Chain, to: ReplicaId, now: VirtualTime) {
    asking(corpus, prompt, now, |ask| belief.routed(ask, to));
}

const OWN: OwnBlocks = OwnBlocks {
    at_least: 64,
    most: 256,
};

/// What a memory of 64-token blocks has of a prompt, and of how many blocks.
fn remembers(belief: &mut Belief, corpus: &Corpus, prompt: Chain, tokens: u32) -> ([u32; 2], u32) {
    asking_tokens(corpus, prompt, tokens, VirtualTime::ZERO, |ask| {
        belief.look_up(ask, &mut [0; 2]);
    });
    let (matched, asked) = belief.own_blocks();
    ([matched[0], matched[1]], asked)
}

fn own(text: &str, fleet: Fleet) -> Belief {
    let knowledge = Knowledge::parse(text).unwrap();
    Belief::new(
        knowledge,
        (None, Some(OWN), Unit::Blocks),
        fleet,
        Rng::new(1, "loss"),
    )
}

#[test]
fn a_memory_of_its_own_blocks_counts_the_part_filled_one() {
    let mut corpus = Corpus::default();
    let prompt = corpus.extend(Chain::default(), 9);
    let mut belief = own("routed:lru", FLEET);
    // 150 tokens: two blocks of 64, and 22 more.
    assert_eq!(remembers(&mut belief, &corpus, prompt, 150), ([0, 0], 3));
    asking_tokens(&corpus, prompt, 150, VirtualTime::ZERO, |ask| {
        belief.routed(ask, ReplicaId(1));
    });
    assert_eq!(remembers(&mut belief, &corpus, prompt, 150), ([0, 3], 3));
    // With one token more the part-filled block is a different one.
    assert_eq!(remembers(&mut belief, &corpus, prompt, 151), ([0, 2], 3));
    let short = corpus.prefix(prompt, 8);
    assert_eq!(remembers(&mut belief, &corpus, short, 128), ([0, 2], 2));
    // In the engine's blocks, what is matched of nine full ones.
    let mut overlaps = [9; 2];
    asking_tokens(&corpus, prompt, 151, VirtualTime::ZERO, |ask| {
        belief.look_up(ask, &mut overlaps);
    });
    assert_eq!(overlaps, [0, 8]);
    // Only 256 tokens of a prompt are looked at.
    let long = corpus.extend(prompt, 100);
    assert_eq!(remembers(&mut belief, &corpus, long, 16 * 109), ([0, 2], 4));
}

/// Blocks are made of whole engine blocks: where those do not divide 64, of as many as come to 64 tokens or more, and they count as
/// long as they are.
#[test]
fn a_memory_of_its_own_blocks_counts_them_as_long_as_they_are() {
    for (size, each) in [(16, 4), (48, 2), (64, 1), (80, 1)] {
        let mut corpus = Corpus::default();
        let fleet = Fleet {
            block_size: size,
            ..FLEET
        };
        let own_size = size * each;
        // Twice as much is sent as is looked at, and as much as that is remembered where a size is given.
        let looked_at = OWN.most / own_size;
        let prompt = corpus.extend(Chain::default(), 2 * each * looked_at);
        let request = Request {
            prompt_tokens: size * prompt.depth,
            prompt,
            answered: prompt,
            ..Request::NONE
        };
        let ask = Ask::new(&request, &corpus, size, 100);
        let mut belief = own("routed:lru=200", fleet);
        belief.routed(&ask, ReplicaId(1));
        let held = (200 / own_size).min(looked_at);
        assert_eq!(belief.held(ReplicaId(1)), Some(held as usize), "{size}");
        let mut belief = own("routed:lru", fleet);
        belief.routed(&ask, ReplicaId(1));
        let mut overlaps = [9; 2];
        belief.look_up(&ask, &mut overlaps);
        assert_eq!(overlaps, [0, each * looked_at], "{size}");
    }
}

#[test]
fn a_memory_of_its_own_blocks_loses_the_oldest_beginning_first() {
    let mut corpus = Corpus::default();
    let (a, b) = (
        corpus.extend(Chain::default(), 8),
        corpus.extend(Chain::default(), 4),
    );
    // As many blocks as the pool has, each of 64 tokens: 2. With a size, this many tokens: 128 are the same.
    let small = Fleet {
        pool_blocks: 2,
        ..FLEET
    };
    for text in ["routed:lru", "routed:lru=128"] {
        let mut belief = own(text, small);
        let sent = |belief: &mut Belief, prompt, to| {
            routed(belief, &corpus, prompt, ReplicaId(to), VirtualTime::ZERO);
        };
        sent(&mut belief, a, 0);
        assert_eq!(remembers(&mut belief, &corpus, a, 128), ([2, 0], 2));
        // A third block pushes out the first of `a`, and no replica has its beginning any more.
        sent(&mut belief, b, 0);
        assert_eq!(remembers(&mut belief, &corpus, a, 128), ([0, 0], 2));
        // Where another has the beginning, the rest that is left counts for replica 0.
        sent(&mut belief, a, 1);
        assert_eq!(remembers(&mut belief, &corpus, a, 128), ([1, 2], 2));
        assert_eq!(belief.held(ReplicaId(0)), Some(2));
    }
}

fn knowing(text: &str) -> Belief {
    let knowledge = Knowledge::parse(text).unwrap();
    Belief::new(
        knowledge,
        (None, None, Unit::Blocks),
        FLEET,
        Rng::new(1, "loss"),
    )
}

#[test]
fn an_event_counts_when_it_arrives_not_before() {
    let mut corpus = Corpus::default();
    let chain = corpus.extend(Chain::default(), 5);
    let mut belief = knowing("events:50ms");
    let (segment, from, to) = (chain.leaf, 0, 5);
    let at = VirtualTime::from_millis(100.0);
    belief.tell(ReplicaId(1), at, PoolEvent::Stored { segment, from, to });
    let (from, later) = (3, VirtualTime::from_millis(120.0));
    belief.tell(
        ReplicaId(1),
        later,
        PoolEvent::Removed { segment, from, to },
    );
    assert_eq!(believes(&mut belief, &corpus, chain, 149), [0, 0]);
    assert_eq!(believes(&mut belief, &corpus, chain, 150), [0, 5]);
    assert_eq!(believes(&mut belief, &corpus, chain, 169), [0, 5]);
    assert_eq!(believes(&mut belief, &corpus, chain, 170), [0, 3]);
}

#[test]
fn what_follows_a_lost_message_is_dropped() {
    let mut corpus = Corpus::default();
    let chain = corpus.extend(Chain::default(), 5);
    let segment = chain.leaf;
    // With every message lost nothing is known; with none, everything.
    for (text, known) in [("events:1ms,loss=1", 0), ("events:1ms,loss=0", 5)] {
        let mut belief = knowing(text);
        let stored = |from, to| PoolEvent::Stored { segment, from, to };
        belief.tell(ReplicaId(0), VirtualTime(0), stored(0, 2));
        belief.tell(ReplicaId(0), VirtualTime(9), stored(2, 5));
        assert_eq!(believes(&mut belief, &corpus, chain, 2), [known, 0]);
    }
    // The first lost, the second heard: its parent is unknown.
    let mut belief = knowing("events:1ms");
    let (from, to) = (2, 5);
    belief.tell(
        ReplicaId(0),
        VirtualTime(9),
        PoolEvent::Stored { segment, from, to },
    );
    assert_eq!(believes(&mut belief, &corpus, chain, 2), [0, 0]);
}

#[test]
fn what_was_routed_lives_for_its_time_and_no_longer() {
    let mut corpus = Corpus::default();
    let chain = corpus.extend(Chain::default(), 5);
    let longer = corpus.extend(chain, 2);
    let mut belief = knowing("routed:2s");
    let at = VirtualTime::from_millis;
    routed(&mut belief, &corpus, longer, ReplicaId(0), at(0.0));
    assert_eq!(believes(&mut belief, &corpus, longer, 1000), [7, 0]);
    // Sent again, the first five blocks live on.
    routed(&mut belief, &corpus, chain, ReplicaId(0), at(1000.0));
    assert_eq!(believes(&mut belief, &corpus, longer, 2000), [7, 0]);
    assert_eq!(believes(&mut belief, &corpus, longer, 2001), [5, 0]);
    assert_eq!(believes(&mut belief, &corpus, longer, 3000), [5, 0]);
    assert_eq!(believes(&mut belief, &corpus, longer, 3001), [0, 0]);
}

#[test]
fn beyond_its_capacity_the_least_recently_sent_is_forgotten() {
    let mut corpus = Corpus::default();
    let (a, b) = (
        corpus.extend(Chain::default(), 5),
        corpus.extend(Chain::default(), 5),
    );
    // The pool of 8 blocks, a capacity of 8 blocks in tokens, and one that is looked at every second.
    for text in ["routed:lru", "routed:lru=128", "routed:lru=128,every=1s"] {
        let mut belief = knowing(text);
        let first = ReplicaId(0);
        routed(&mut belief, &corpus, a, first, VirtualTime(1));
        routed(&mut belief, &corpus, b, first, VirtualTime(2));
        if text.contains("every") {
            assert_eq!(believes(&mut belief, &corpus, a, 999), [5, 0]);
        }
        assert_eq!(believes(&mut belief, &corpus, a, 1000), [3, 0], "{text}");
        assert_eq!(believes(&mut belief, &corpus, b, 1000), [5, 0], "{text}");
    }
}

/// A product that cuts its trees every second does so at whole seconds, however long after one it was asked.
#[test]
fn what_is_swept_is_swept_at_whole_periods() {
    let mut corpus = Corpus::default();
    let (a, b) = (
        corpus.extend(Chain::default(), 5),
        corpus.extend(Chain::default(), 5),
    );
    let mut belief = knowing("routed:lru=128,every=1s");
    let ms = |ms: u64| VirtualTime(ms * 1_000_000);
    routed(&mut belief, &corpus, a, ReplicaId(0), ms(1));
    assert_eq!(believes(&mut belief, &corpus, a, 1900), [5, 0]);
    routed(&mut belief, &corpus, b, ReplicaId(0), ms(1950));
    assert_eq!(believes(&mut belief, &corpus, a, 1999), [5, 0]);
    assert_eq!(believes(&mut belief, &corpus, a, 2000), [3, 0]);
}

#[test]
fn a_prediction_bridges_the_delay() {
    let mut corpus = Corpus::default();
    let chain = corpus.extend(Chain::default(), 5);
    let knowledge = Knowledge::parse("events:500ms").unwrap();
    let predict = Some(VirtualTime::from_millis(100.0));
    let mut belief = Belief::new(
        knowledge,
        (predict, None, Unit::Blocks),
        FLEET,
        Rng::new(1, "loss"),
    );
    routed(&mut belief, &corpus, chain, ReplicaId(1), VirtualTime::ZERO);
    assert_eq!(believes(&mut belief, &corpus, chain, 100), [0, 5]);
    assert_eq!(believes(&mut belief, &corpus, chain, 101), [0, 0]);
}

#[test]
fn what_is_swept_changes_at_the_next_sweep() {
    let belief = |every: u64| {
        let forget = Forget::Lru {
            tokens: Some(64),
            every: VirtualTime(every),
            shared: false,
        };
        Belief::new(
            Knowledge::Routed { forget },
            (None, None, Unit::Blocks),
            FLEET,
            Rng::new(1, "test"),
        )
    };
    assert_eq!(belief(5).changes_at(), VirtualTime(5));
    assert_eq!(belief(0).changes_at(), VirtualTime::NEVER);
}
