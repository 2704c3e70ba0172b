//! Hand-worked cases, each at the edge of a policy's distinguishing rule.

#[path = "golden/production_stack.rs"]
mod production_stack;
#[path = "golden/serving.rs"]
mod serving;

use warmpath_core::request::{Arrival, Chain, Corpus, Request};
use warmpath_core::rng::Rng;
use warmpath_core::router::{Ask, Chooser, Columns, Decision, FleetKnowledge, PolicySpec, Signals};
use warmpath_core::scenario::Scenario;
use warmpath_core::units::{ReplicaId, VirtualTime};
use warmpath_core::workload::Reader;

/// A policy that is shown one case after the other. Prompts have 10 blocks of 16 tokens unless said otherwise.
struct Trial {
    policy: Chooser,
    corpus: Corpus,
    request: Request,
    signals: Vec<Signals>,
    overlaps: Vec<u32>,
    reported_at: u64,
    exact: bool,
    now: u64,
}

impl Trial {
    fn new(policy: &str, active: &[u32], overlaps: &[u32]) -> Self {
        let mut corpus = Corpus::default();
        let prompt = corpus.extend(Chain::default(), 10);
        let mut trial = Self {
            policy: built(policy, active.len() as u32),
            request: request(prompt, 160),
            corpus,
            signals: vec![Signals::default(); active.len()],
            overlaps: overlaps.to_vec(),
            reported_at: 0,
            exact: false,
            now: 0,
        };
        trial.load(active);
        trial
    }

    fn load(&mut self, active: &[u32]) {
        for (there, &active) in self.signals.iter_mut().zip(active) {
            there.active = active;
        }
    }

    /// The figures as a router has them.
    fn columns(&self) -> Columns {
        Columns::of(&self.signals)
    }

    fn known<'a>(&'a self, columns: &'a Columns) -> FleetKnowledge<'a> {
        FleetKnowledge {
            reported_at: VirtualTime(self.reported_at),
            exact: self.exact,
            ..FleetKnowledge::new(columns, &self.overlaps)
        }
    }

    fn choose(&mut self) -> u32 {
        let mut ask = Ask::new(&self.request, &self.corpus, 16, 100);
        ask.now = VirtualTime(self.now);
        let columns = self.columns();
        let known = FleetKnowledge {
            reported_at: VirtualTime(self.reported_at),
            exact: self.exact,
            ..FleetKnowledge::new(&columns, &self.overlaps)
        };
        let chosen = self.policy.choose(&ask, &known).replica;
        self.policy.sent(&ask, &known, chosen);
        chosen.0
    }

    /// Whom it chooses in this many tries, each from the same state.
    fn draws(&mut self, tries: u32) -> Vec<u32> {
        let before = self.policy.clone();
        let mut counts = vec![0; self.signals.len()];
        for attempt in 0..tries {
            self.policy.draw_from(Rng::new(attempt.into(), "ties"));
            counts[self.choose() as usize] += 1;
            self.policy = before.clone();
        }
        counts
    }

    fn explain(&self) -> Decision {
        let ask = Ask::new(&self.request, &self.corpus, 16, 100);
        self.policy.explain(&ask, &self.known(&self.columns()))
    }
}

fn built(policy: &str, replicas: u32) -> Chooser {
    let policy = PolicySpec::parse(policy).unwrap();
    policy.build(replicas, 1, Rng::new(1, "ties"))
}

fn request(prompt: Chain, prompt_tokens: u32) -> Request {
    Request {
        conversation: 0,
        turn: 0,
        prompt_tokens,
        output_tokens: 50,
        max_tokens: None,
        prompt,
        answered: prompt,
        arrival: Arrival::Open,
        keys: None,
        served_by: None,
        label: Default::default(),
    }
}

#[test]
fn chwbl_accepts_up_to_its_share_exactly() {
    let mut trial = Trial::new("chwbl", &[0, 0], &[0, 0]);
    let home = trial.choose() as usize;
    let mut loads = |at_home, elsewhere| {
        let mut loads = [elsewhere; 2];
        loads[home] = at_home;
        trial.load(&loads);
        trial.choose() as usize
    };
    // (7 + 1) / 2 × 1.25 = 5.
    assert_eq!(loads(5, 2), home);
    assert_eq!(loads(6, 1), 1 - home);
}

#[test]
fn chwbl_hashes_as_many_characters_of_the_first_user_message_as_it_is_told() {
    let file = r#"[{"id": "a", "conversations": [
        {"from": "system", "value": "SYSTEM"}, {"from": "human", "value": "the quick brown fox"},
        {"from": "gpt", "value": "jumps"}, {"from": "human", "value": "over"}, {"from": "gpt", "value": "x"}]},
        {"id": "b", "conversations": [{"from": "system", "value": "SYSTEM"},
        {"from": "human", "value": "the quick brown dog"}, {"from": "gpt", "value": "barks"}]}]"#;
    let read = |policy: &str| {
        let scenario = Scenario::from_query(&format!("p={policy}")).unwrap();
        let mut reader = Reader::new("x", scenario.read_options());
        reader.push(file.as_bytes()).unwrap();
        reader.finish().unwrap()
    };
    let workload = read("chwbl:chars=16");
    // The hash of 100 characters is there anyway; beginnings are kept for other lengths alone.
    assert!(!workload.heads.is_empty() && read("chwbl,smart").heads.is_empty());
    let key = |n: usize, chars| {
        let ask = Ask {
            heads: &workload.heads,
            ..Ask::new(&workload.requests[n], &workload.corpus, 16, 100)
        };
        ask.prefix_key(chars)
    };
    // XXH64 of "the quick brown " and of the whole questions; turns of a conversation have one key.
    assert_eq!(
        key(0, 16),
        xxhash_rust::xxh64::xxh64(b"the quick brown ", 0)
    );
    assert_eq!(key(0, 16), key(2, 16));
    assert_ne!(key(0, 17), key(2, 17));
    assert_eq!(key(0, 100), key(1, 100));
    assert_eq!(
        key(0, 100),
        xxhash_rust::xxh64::xxh64(b"the quick brown fox", 0)
    );
    assert_eq!(key(0, 512), key(0, 100));
    // Where no beginning is kept the key of 100 characters stands in.
    let bare = workload.clone().without_texts();
    let ask = Ask::new(&bare.requests[0], &bare.corpus, 16, 100);
    assert_eq!(ask.prefix_key(16), key(0, 100));
    // The policy asks for as many as its parameter says.
    let chosen = |chars: u32, n: usize| {
        let ask = Ask {
            heads: &workload.heads,
            ..Ask::new(&workload.requests[n], &workload.corpus, 16, 100)
        };
        let idle = vec![Signals::default(); 64];
        let idle = Columns::of(&idle);
        let known = FleetKnowledge::new(&idle, &[0; 64]);
        let mut policy = built(&format!("chwbl:chars={chars}"), 64);
        policy.choose(&ask, &known).replica
    };
    assert_eq!(chosen(16, 0), chosen(16, 2));
    assert_ne!(chosen(17, 0), chosen(17, 2));
}

#[test]
fn prefix_hash_keeps_its_owner_up_to_the_bound() {
    let mut trial = Trial::new("prefix-hash", &[0, 0], &[0, 0]);
    let home = trial.choose() as usize;
    let mut loads = |at_home| {
        let mut loads = [0; 2];
        loads[home] = at_home;
        trial.load(&loads);
        trial.choose() as usize
    };
    // The mean is (21 + 1) / 2 = 11, the bound 11 + 10 = 21; with 22 it is 21.5.
    assert_eq!(loads(21), home);
    assert_eq!(loads(22), 1 - home);
}

#[test]
fn power_of_two_takes_the_less_busy_of_two_different_ones() {
    assert_eq!(
        Trial::new("power-of-two", &[3, 2], &[0; 2]).draws(50),
        [0, 50]
    );
    let draws = Trial::new("power-of-two", &[9, 1, 0], &[0; 3]).draws(3000);
    // The busiest never; the idlest whenever it is drawn: two pairs of three.
    assert_eq!(draws[0], 0);
    assert!((1900..2100).contains(&draws[2]), "{draws:?}");
}

#[test]
fn session_looks_at_the_conversation_alone() {
    let mut trial = Trial::new("session", &[0; 8], &[0; 8]);
    let home = trial.choose();
    trial.load(&[900; 8]);
    assert_eq!(trial.choose(), home);
    let mut counts = [0; 8];
    for conversation in 0..800 {
        trial.request.conversation = conversation;
        counts[trial.choose() as usize] += 1;
    }
    assert!(
        counts.iter().all(|count| (50..160).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn least_tokens_weighs_requests_by_their_tokens() {
    let mut trial = Trial::new("least-tokens", &[1, 5], &[0; 2]);
    (trial.signals[0].tokens, trial.signals[1].tokens) = (4000, 900);
    assert_eq!(trial.choose(), 1);
    // Equals: the first, each time.
    let mut trial = Trial::new("least-tokens", &[0; 3], &[0; 3]);
    assert_eq!(trial.draws(40)[0], 40);
}

#[test]
fn dynamo_adds_the_load_before_it_takes_the_credit() {
    let mut trial = Trial::new("dynamo", &[2, 0], &[8, 0]);
    trial.signals[0] = Signals {
        prefill_tokens: 320,
        active_blocks: 20,
        shared_blocks: 8,
        ..trial.signals[0]
    };
    let decision = trial.explain();
    let values = |replica: usize| {
        let terms = decision.candidates[replica].terms.iter();
        terms.map(|term| term.value).collect::<Vec<_>>()
    };
    // (320 + 160) / 16 − 8 and 20 + 2 blocks; 160 / 16 and 10 blocks.
    assert_eq!(values(0), [22.0, 22.0, 2.0]);
    assert_eq!(values(1), [10.0, 10.0, 0.0]);
    assert_eq!((decision.replica, decision.margin), (1, Some(24.0)));
    // Fading: 20 blocks of load above the least, over a prompt of 10: the credit is a third.
    trial.policy = built("dynamo:decay=1", 2);
    assert_eq!(
        trial.explain().candidates[0].terms[0].value,
        30.0 - 8.0 / 3.0
    );
    // The credit never makes a cost negative.
    trial.policy = built("dynamo", 2);
    (trial.overlaps, trial.signals) = (vec![10, 10], vec![Signals::default(); 2]);
    trial.request.prompt_tokens = 150;
    assert_eq!(trial.explain().candidates[0].terms[0].value, 0.0);
}

#[test]
fn dynamo_breaks_ties_at_random_and_draws_by_temperature() {
    let even = Trial::new("dynamo", &[0; 2], &[0; 2]).draws(1000);
    assert!(
        even.iter().all(|count| (420..580).contains(count)),
        "{even:?}"
    );
    // Costs 20 and 10, spread to a range of 1: the chances are 1 to e.
    let drawn = Trial::new("dynamo:temperature=1", &[0; 2], &[0, 10]).draws(4000);
    let share = f64::from(drawn[1]) / 4000.0;
    assert!((share - 0.731).abs() < 0.03, "{drawn:?}");
    let cold = Trial::new("dynamo:temperature=0.01", &[0; 2], &[0, 10]).draws(500);
    assert_eq!(cold, [0, 500]);
}

#[test]
fn dynamo_two_tier_asks_load_then_overlap() {
    let choose =
        |active: &[u32], overlaps: &[u32]| Trial::new("dynamo-two-tier", active, overlaps).choose();
    // More than half of 10 blocks; half is not enough.
    assert_eq!(choose(&[3, 1], &[6, 0]), 0);
    assert_eq!(choose(&[3, 1], &[5, 0]), 1);
    // A difference of 32 is even, 33 is not; and it takes both, a difference and a ratio.
    assert_eq!(choose(&[32, 0], &[9, 0]), 0);
    assert_eq!(choose(&[33, 0], &[9, 0]), 1);
    assert_eq!(choose(&[1033, 1000], &[9, 0]), 0);
}

#[test]
fn cache_aware_spills_beyond_the_natural_swing() {
    let choose =
        |active: &[u32], overlaps: &[u32]| Trial::new("cache-aware", active, overlaps).choose();
    // A hot prompt leaves its replica at 6 when the others hold none, at 18 when they hold 8, at 73 when they hold 40: above
    // 1.25 + 4 and 1.5 + 4, above 10.25 + 7 and 10.5 + 7, above 1.5 times 48 and 48.25.
    for (others, stays) in [(0, 5), (8, 17), (40, 72)] {
        let loads = |hot| [hot, others, others, others];
        assert_eq!(choose(&loads(stays), &[9, 0, 0, 0]), 0, "{others}");
        assert_ne!(choose(&loads(stays + 1), &[9, 0, 0, 0]), 0, "{others}");
    }
    // A lower margin is kept: 3 above a mean of 1.
    let narrow = |active| Trial::new("cache-aware:balance_abs=3", active, &[9, 0, 0, 0]).choose();
    assert_eq!(narrow(&[4, 0, 0, 0]), 0);
    assert_ne!(narrow(&[5, 0, 0, 0]), 0);
    // A match of exactly 0.3 does not count.
    assert_ne!(choose(&[1, 0, 0, 0], &[3, 0, 0, 0]), 0);
    assert_eq!(choose(&[1, 0, 0, 0], &[4, 0, 0, 0]), 0);
    let decision = Trial::new("cache-aware", &[6, 0, 0, 0], &[9, 0, 0, 0]).explain();
    assert!(
        decision.gates.iter().all(|gate| gate.fired),
        "{:?}",
        decision.gates
    );
    assert_eq!(decision.gates[2].threshold, 5.5);
}

#[test]
fn cache_aware_counts_what_engines_report_with_what_was_sent_since() {
    let mut trial = Trial::new("cache-aware", &[2, 0, 3], &[0; 3]);
    // Nobody has reported: requests in flight.
    assert_eq!(trial.choose(), 1);
    trial.reported_at = 10_000_000_000;
    for (there, running) in trial.signals.iter_mut().zip([2, 4, 1]) {
        (there.waiting, there.running) = (1, running);
    }
    // 3 (more than the 2 in flight), 5, and 3 in flight (more than 2).
    trial.signals[2].active = 4;
    assert_eq!(trial.choose(), 0);
    // Three were sent there since, and all of them have ended: 6, 5, 4.
    trial.signals[0].sent += 3;
    assert_eq!(trial.choose(), 2);
    // Overloaded from 8 waiting: left out. From 0.8 of the pool: all are, and the least loaded takes part again.
    trial.signals[2].waiting = 8;
    assert_eq!(trial.choose(), 1);
    trial.signals[0].kv_usage = 0.8;
    trial.signals[1].kv_usage = 0.8;
    (trial.signals[0].running, trial.signals[1].running) = (20, 20);
    assert_eq!(trial.choose(), 2);
    // Never left out where engines do not report.
    let mut deaf = Trial::new("cache-aware:report_s=0", &[0, 1], &[0; 2]);
    (deaf.reported_at, deaf.signals[0].waiting) = (1, 8);
    assert_eq!(deaf.choose(), 0);
}

#[test]
fn cache_aware_gives_affinity_up_above_a_spread_or_a_ceiling_of_kv_use() {
    let choose = |policy: &str, fullest: f64| {
        let mut trial = Trial::new(policy, &[1, 0], &[9, 0]);
        trial.reported_at = 1;
        (trial.signals[0].kv_usage, trial.signals[1].kv_usage) = (fullest, 0.25);
        trial.choose()
    };
    // Off as shipped.
    assert_eq!(choose("cache-aware", 0.75), 0);
    assert_eq!(choose("cache-aware:kv_spread=0.25", 0.5), 0);
    assert_eq!(choose("cache-aware:kv_spread=0.25", 0.51), 1);
    assert_eq!(choose("cache-aware:kv_ceiling=0.5", 0.5), 0);
    assert_eq!(choose("cache-aware:kv_ceiling=0.5", 0.51), 1);
}

#[test]
fn cache_aware_follows_any_overlap_that_events_tell_of() {
    let mut trial = Trial::new("cache-aware", &[1, 0], &[1, 0]);
    assert_eq!(trial.choose(), 1);
    trial.exact = true;
    assert_eq!(trial.choose(), 0);
}

#[test]
fn cache_aware_original_gives_up_affinity_for_all_and_follows_the_maker() {
    let mut trial = Trial::new("cache-aware-original", &[64, 0], &[9, 0]);
    assert_eq!(trial.choose(), 0);
    // Made for replica 0, and held by replica 1 as well: whatever the load.
    trial.overlaps = vec![9, 9];
    assert_eq!(trial.choose(), 0);
    trial.load(&[65, 0]);
    assert_eq!(trial.choose(), 1);
    // No match: the least loaded, however large its tree; of equals the first.
    trial.overlaps = vec![3, 3];
    trial.load(&[2, 1]);
    assert_eq!(trial.choose(), 1);
    trial.load(&[1, 1]);
    assert_eq!(trial.choose(), 0);
    // vllm-router asks the least loaded of those who hold it.
    let mut trial = Trial::new("cache-aware-vllm", &[30, 0], &[9, 0]);
    assert_eq!(trial.choose(), 0);
    trial.overlaps = vec![9, 9];
    assert_eq!(trial.choose(), 1);
}

#[test]
fn sticky_least_loaded_begins_where_the_fewest_conversations_are() {
    let mut trial = Trial::new("sticky-least-loaded:expire_s=100", &[0, 9], &[0; 2]);
    let mut at = |seconds: u64, conversation: u32| {
        trial.request.conversation = conversation;
        trial.now = seconds * 1_000_000_000;
        trial.choose()
    };
    let first = at(0, 1);
    // Conversations count, not requests.
    assert_eq!(at(1, 1), first);
    assert_eq!(at(2, 2), 1 - first);
    assert_eq!(at(50, 2), 1 - first);
    // The first is forgotten by the sweep after its 100 s, but not before.
    assert_eq!(at(101, 3), first);
    assert_eq!(at(102, 2), 1 - first);
}

#[test]
fn fakeai_credits_whoever_has_the_first_block_with_the_longest_match() {
    let mut trial = Trial::new("fakeai", &[0, 0, 0], &[0; 3]);
    let short = trial.corpus.prefix(trial.request.prompt, 1);
    for (replica, prompt) in [(1, trial.request.prompt), (2, short)] {
        let request = request(prompt, 16 * prompt.depth);
        let ask = Ask::new(&request, &trial.corpus, 16, 100);
        trial.policy.finished(&warmpath_core::router::Reply {
            ask,
            replica: ReplicaId(replica),
            uncached_tokens: 0,
            after: VirtualTime(1),
        });
    }
    let decision = trial.explain();
    let prefill = decision.candidates.iter().map(|c| c.terms[0].value);
    assert_eq!(prefill.collect::<Vec<_>>(), [10.0, 0.0, 0.0]);
    assert_eq!((decision.replica, decision.tied), (1, vec![1, 2]));
}

#[test]
fn fakeais_advanced_strategies() {
    let mut turns = Trial::new("fakeai-round-robin", &[0; 3], &[0; 3]);
    assert_eq!((turns.choose(), turns.choose(), turns.choose()), (1, 2, 0));
    assert_eq!(
        Trial::new("fakeai-least-loaded", &[2, 1, 1], &[0; 3]).choose(),
        1
    );
    assert_eq!(
        Trial::new("fakeai-cache-aware", &[2, 1, 1], &[0; 3]).choose(),
        1
    );
    assert_eq!(
        Trial::new("fakeai-learned", &[9, 1, 1], &[0; 3]).choose(),
        0
    );
    // Hybrid: the first turn by cost, then the conversation's worker whatever the load.
    let mut hybrid = Trial::new("fakeai-hybrid", &[1, 0, 0], &[0; 3]);
    assert_eq!(hybrid.choose(), 1);
    hybrid.load(&[0, 9, 9]);
    assert_eq!(hybrid.choose(), 1);
    let other = hybrid.request.conversation + 1;
    hybrid.request.conversation = other;
    assert_eq!(hybrid.choose(), 0);
}

#[test]
fn the_reference_lines() {
    assert_eq!(
        Trial::new("infinite-cache", &[2, 1, 1], &[0; 3]).choose(),
        1
    );
    // 160 tokens at 2e-4 s are less than queueing behind 320, cached or not.
    let mut trial = Trial::new("oracle", &[0, 0], &[10, 0]);
    trial.signals[0].prefill_tokens = 320;
    assert_eq!(trial.choose(), 1);
    trial.signals[0].prefill_tokens = 159;
    assert_eq!(trial.choose(), 0);
    // Its own 160 tokens cost 32 ms where nobody is; of 10 who are there each would lose 0.2 ms a step to it.
    let mut trial = Trial::new("oracle", &[10, 0], &[10, 0]);
    assert_eq!(
        trial.choose(),
        1,
        "who is there is not delayed for a short match"
    );
    trial.load(&[0, 0]);
    assert_eq!(trial.choose(), 0);
}

#[test]
fn policies_that_look_at_no_cache() {
    let mut turns = Trial::new("round-robin", &[9, 0, 0], &[0, 9, 0]);
    let four: Vec<u32> = (0..4).map(|_| turns.choose()).collect();
    assert_eq!(four, [0, 1, 2, 0]);
    // The fewest, and each of them as often as the other.
    let mut trial = Trial::new("least-load", &[3, 2, 2], &[9, 0, 0]);
    let ties: Vec<u32> = (0..200).map(|_| trial.choose()).collect();
    let first = ties.iter().filter(|&&replica| replica == 1).count();
    assert!(!ties.contains(&0) && (60..140).contains(&first), "{first}");
    let mut trial = Trial::new("random", &[9, 0, 0], &[0; 3]);
    let draws: Vec<u32> = (0..300).map(|_| trial.choose()).collect();
    for replica in 0..3 {
        let count = draws.iter().filter(|&&drawn| drawn == replica).count();
        assert!((60..140).contains(&count), "replica {replica}: {count}");
    }
}

#[test]
fn smart_trades_two_active_requests_for_a_block_and_takes_the_first_of_equals() {
    let choose = |active: &[u32], overlaps: &[u32]| Trial::new("smart", active, overlaps).choose();
    assert_eq!(choose(&[0, 3], &[0, 2]), 1, "1.5 for 2 blocks");
    assert_eq!(choose(&[0, 4], &[0, 2]), 0, "2 for 2 blocks: a tie");
    assert_eq!(choose(&[0, 5], &[0, 2]), 0);
    assert_eq!(choose(&[4, 0], &[2, 0]), 0, "the same tie, and the first");
}

/// Who leaves takes with it what was remembered of it: back again, it is one of equals.
#[test]
fn who_comes_back_is_a_stranger() {
    let again = |trial: &mut Trial, replica: u32| {
        trial.policy.left(ReplicaId(replica));
        trial.policy.joined(&[ReplicaId(replica)]);
    };
    // FakeAI's radix tree.
    let mut trial = Trial::new("fakeai", &[0, 0], &[0; 2]);
    let reply = |trial: &mut Trial| {
        let request = request(trial.request.prompt, 160);
        let ask = Ask::new(&request, &trial.corpus, 16, 100);
        trial.policy.finished(&warmpath_core::router::Reply {
            ask,
            replica: ReplicaId(1),
            uncached_tokens: 0,
            after: VirtualTime(1),
        });
    };
    reply(&mut trial);
    assert_eq!(trial.explain().replica, 1);
    again(&mut trial, 1);
    assert_eq!(trial.explain().tied, [0, 1]);
    // A conversation stays where it is when another replica leaves.
    let mut trial = Trial::new("fakeai-hybrid", &[0, 0, 0], &[0; 3]);
    let home = trial.choose();
    again(&mut trial, (home + 1) % 3);
    let mut loads = [0; 3];
    loads[home as usize] = 9;
    trial.load(&loads);
    assert_eq!(trial.choose(), home);
    again(&mut trial, home);
    assert_ne!(trial.choose(), home);
    // Preble's window: the first sent counts against who took it.
    let mut trial = Trial::new("preble", &[0, 0], &[0; 2]);
    assert_eq!(trial.choose(), 0);
    assert_eq!(trial.explain().replica, 1);
    again(&mut trial, 0);
    assert_eq!(trial.explain().replica, 0);
    // llm-d's session scorer and the order of those that took a request that nobody knew.
    let alone = |name: &str| {
        let names = [
            "queue",
            "kv",
            "prefix",
            "no_hit_lru",
            "active",
            "session",
            "token_load",
        ];
        let weights = names.map(|it| format!("{it}={}", u8::from(it == name)));
        format!("endpoint-picker:{}", weights.join(";"))
    };
    let mut trial = Trial::new(&alone("session"), &[0; 3], &[0; 3]);
    let taken = trial.choose();
    assert_eq!(trial.explain().tied, [taken]);
    again(&mut trial, taken);
    assert_eq!(trial.explain().tied, [0, 1, 2]);
    let mut trial = Trial::new(&alone("no_hit_lru"), &[0; 3], &[0; 3]);
    assert_eq!((trial.choose(), trial.explain().replica), (0, 1));
    again(&mut trial, 0);
    assert_eq!(trial.explain().replica, 0);
}
