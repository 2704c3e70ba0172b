//! Routers that serving projects ship beside Dynamo and SGLang.

use super::*;
use warmpath_core::router::advanced::Health;
use warmpath_core::router::{Instance, Speed};

#[test]
fn prefix_aware_follows_what_it_routed_and_nothing_else() {
    let mut trial = Trial::new("prefix-aware", &[0; 4], &[0; 4]);
    let first = trial.choose();
    trial.load(&[500; 4]);
    assert_eq!(trial.draws(40)[first as usize], 40, "it looks at no load");
    // A prompt that shares the beginning goes to whoever had it; then both count for what they share.
    let shared = trial.corpus.prefix(trial.request.prompt, 4);
    let other = trial.corpus.extend(shared, 6);
    trial.request = request(other, 160);
    assert_eq!(trial.choose(), first);
    // A prompt that shares nothing goes anywhere.
    let unshared = trial.corpus.extend(Chain::default(), 10);
    trial.request = request(unshared, 160);
    assert!(trial.draws(400).iter().all(|&count| count > 60));
}

#[test]
fn load_aware_weighs_a_match_against_load_above_the_mean() {
    // Half matched costs 0.5; a load of 2 against a mean of 1 costs 1.
    let explained = Trial::new("load-aware", &[2, 0], &[10, 0]).explain();
    assert_eq!(explained.candidates[0].cost, 1.0);
    assert_eq!(explained.candidates[1].cost, 0.0);
    // Of equal costs the first.
    let even = Trial::new("load-aware:beta=0.5", &[2, 0], &[10, 0]).explain();
    assert_eq!((even.replica, even.margin), (0, Some(0.0)));
}

#[test]
fn load_aware_asks_no_score_where_nobody_holds_any_of_the_prompt() {
    // Replicas 0 to 2 are asked in turn, since each was never asked before, whatever their load.
    let mut trial = Trial::new("load-aware", &[9, 0, 5], &[0; 3]);
    let order: Vec<u32> = (0..3).map(|_| trial.choose()).collect();
    assert_eq!(order, [0, 1, 2]);
    // A matched prompt is scored, and counts as a request too: replica 0 has had two now, so the next prompt without a match goes to
    // 1, the first of those with one.
    trial.load(&[0, 0, 0]);
    trial.overlaps = vec![10, 0, 0];
    assert_eq!(trial.choose(), 0);
    trial.overlaps = vec![0; 3];
    trial.load(&[0, 9, 0]);
    assert_eq!(trial.choose(), 1);
}

#[test]
fn the_endpoint_pickers_scores() {
    let mut trial = Trial::new("endpoint-picker", &[0; 3], &[5, 0, 0]);
    (trial.signals[0].waiting, trial.signals[1].waiting) = (4, 2);
    trial.signals[2].kv_usage = 0.5;
    let explained = trial.explain();
    let costs: Vec<f64> = explained.candidates.iter().map(|c| c.cost).collect();
    // Queue 0, 1/2 and 1; KV 1, 1 and 1/2; prefix 1/2, 0 and 0, at 2, 2 and 3.
    assert_eq!(costs, [2.0 + 1.5, 1.0 + 3.0, 1.0 + 3.0]);
    assert_eq!(explained.replica, 0);
    // Where all queues are equally long none of them costs anything.
    let mut even = Trial::new("endpoint-picker", &[0; 2], &[0; 2]);
    (even.signals[0].waiting, even.signals[1].waiting) = (7, 7);
    assert_eq!(even.explain().candidates[0].terms[0].value, 0.0);
    assert!(even.draws(200).iter().all(|&count| count > 60));
}

#[test]
fn the_endpoint_picker_draws_by_weight() {
    // Scores of 0 + 1/2 and 1 + 1: the first one in five.
    let rule = "endpoint-picker:queue=1;kv=1;prefix=0;weighted_random=1";
    let mut trial = Trial::new(rule, &[0; 2], &[0; 2]);
    (trial.signals[0].waiting, trial.signals[0].kv_usage) = (4, 0.5);
    let draws = trial.draws(2000);
    assert!((340..460).contains(&draws[0]), "{draws:?}");
    // Who scores nothing is never drawn, and where nobody scores all are alike.
    trial.signals[0].kv_usage = 1.0;
    assert_eq!(trial.draws(100), [0, 100]);
    trial.policy = built("endpoint-picker:queue=0;kv=1;prefix=0;weighted_random=1", 2);
    trial.signals[1].kv_usage = 1.0;
    assert!(trial.draws(200).iter().all(|&count| count > 60));
}

#[test]
fn the_endpoint_pickers_scores_that_are_off_as_shipped() {
    let value = |trial: &Trial, replica: usize, name: &str| {
        let explained = trial.explain();
        let terms = explained.candidates[replica].terms.iter();
        let mut named = terms.filter(|term| term.name == name);
        named.next().unwrap().value
    };
    // Active: 1 for an idle replica, else (most − active) / most.
    let trial = Trial::new("endpoint-picker:active=1", &[4, 1, 0], &[0; 3]);
    let active = [0, 1, 2].map(|replica| value(&trial, replica, "active"));
    assert_eq!(active, [1.0, 0.25, 0.0]);
    // The token load counts this request's uncached tokens too, and ends at 4,194,304.
    let mut trial = Trial::new("endpoint-picker:token_load=1", &[0; 3], &[0, 10, 0]);
    trial.signals[0].prefill_tokens = 2_097_152 - 160;
    trial.signals[1].prefill_tokens = 1_048_576;
    trial.signals[2].prefill_tokens = 4_194_305;
    let load = [0, 1, 2].map(|replica| value(&trial, replica, "token_load"));
    assert_eq!(load, [0.5, 0.25, 1.0]);
    // A conversation's next turn prefers who took the last one; others have no preference.
    let mut trial = Trial::new(
        "endpoint-picker:queue=0;kv=0;prefix=0;session=1;active=0.5",
        &[0; 3],
        &[0; 3],
    );
    let home = trial.choose() as usize;
    let mut loads = [0; 3];
    loads[home] = 9;
    trial.load(&loads);
    assert_eq!(trial.choose() as usize, home, "1 outweighs half");
    trial.request.conversation = 7;
    assert_ne!(trial.choose() as usize, home);
}

#[test]
fn the_endpoint_picker_spreads_cold_requests_by_turns() {
    let mut trial = Trial::new("endpoint-picker:no_hit_lru=1", &[0; 3], &[0; 3]);
    let six: Vec<u32> = (0..6).map(|_| trial.choose()).collect();
    assert_eq!(six, [0, 1, 2, 0, 1, 2], "who took one longest ago");
    let explained = trial.explain();
    let lacks = explained.candidates.iter().map(|c| c.terms[3].value);
    assert_eq!(lacks.collect::<Vec<_>>(), [0.0, 0.5, 1.0]);
    // Where anybody has a match nobody is preferred.
    trial.overlaps = vec![0, 0, 1];
    let explained = trial.explain();
    assert!(explained.candidates.iter().all(|c| c.terms[3].value == 0.5));
}

#[test]
fn the_endpoint_pickers_affinity_filter() {
    let mut trial = Trial::new("endpoint-picker:sticky=0.8", &[0; 2], &[8, 7]);
    (trial.signals[0].waiting, trial.signals[0].kv_usage) = (50, 1.0);
    assert_eq!(trial.draws(50), [50, 0], "eight of ten are enough");
    trial.overlaps = vec![7, 7];
    assert_eq!(trial.draws(50), [0, 50], "seven are not: all are left");
    // A share of requests skips it.
    let mut trial = Trial::new("endpoint-picker:sticky=0.8;explore=0.25", &[0; 2], &[8, 7]);
    (trial.signals[0].waiting, trial.signals[0].kv_usage) = (50, 1.0);
    let draws = trial.draws(2000);
    assert!((420..580).contains(&draws[1]), "{draws:?}");
}

#[test]
fn the_endpoint_pickers_affinity_filter_gives_way_to_a_slow_holder() {
    let rule = "endpoint-picker:sticky=0.8;max_penalty_ms=5000;prefill_rate=1000";
    let mut trial = Trial::new(rule, &[0; 3], &[9, 0, 0]);
    (trial.signals[0].waiting, trial.signals[0].kv_usage) = (9, 1.0);
    // 7,000 tokens are 7 s at that rate, 5 s more than the best of the others.
    for (replica, tokens) in [(0, 7000), (1, 2000), (2, 3000)] {
        trial.signals[replica].prefill_tokens = tokens;
    }
    assert_eq!(trial.choose(), 0);
    trial.signals[0].prefill_tokens = 7001;
    assert!(trial.choose() > 0);
    let gates = trial.explain().gates;
    assert!(gates.iter().all(|gate| gate.fired), "{gates:?}");
    // A limit of 0 means that affinity always holds.
    trial.policy = built("endpoint-picker:sticky=0.8;max_penalty_ms=0", 3);
    assert_eq!(trial.choose(), 0);
}

#[test]
fn the_endpoint_picker_scores_among_the_replicas_the_filter_left() {
    // Among all three a queue of 5 would score 0.5; among the two that are left it is the longest.
    let mut trial = Trial::new("endpoint-picker:sticky=0.8", &[0; 3], &[9, 9, 0]);
    for (replica, waiting) in [(0, 5), (1, 0), (2, 10)] {
        trial.signals[replica].waiting = waiting;
    }
    assert_eq!(trial.explain().candidates[0].terms[0].value, 1.0);
    assert_eq!(trial.choose(), 1);
}

#[test]
fn the_endpoint_picker_remembers_in_blocks_of_its_own() {
    let mut corpus = Corpus::default();
    let prompt = corpus.extend(Chain::default(), 6);
    let of = |spec: &str, pool, block_size| {
        let spec = PolicySpec::parse(spec).unwrap();
        Instance::new(&spec, (2, 2), pool, block_size, Speed::default(), (1, 0))
    };
    // 100 tokens in blocks of 16: two of the picker's, the second part-filled.
    let first = request(prompt, 100);
    let prefix = |router: &mut Instance, request: &Request, block_size| {
        let ask = Ask::new(request, &corpus, block_size, 100);
        let explained = router.explain(&ask);
        [0, 1].map(|replica| 1.0 - explained.candidates[replica].terms[2].value)
    };
    let mut router = of("endpoint-picker", 100, 16);
    router.place(0, &Ask::new(&first, &corpus, 16, 100), ReplicaId(1));
    assert_eq!(prefix(&mut router, &first, 16), [0.0, 1.0]);
    let longer = request(prompt, 101);
    assert_eq!(prefix(&mut router, &longer, 16), [0.0, 0.5]);
    // The precise producer counts the engine's full blocks: all six are there.
    let mut router = of("endpoint-picker:speculative_s=2@events:5ms", 100, 16);
    router.place(0, &Ask::new(&first, &corpus, 16, 100), ReplicaId(1));
    assert_eq!(prefix(&mut router, &longer, 16), [0.0, 1.0]);
    // Larger engine blocks are the picker's too: 6 of 128 tokens, and 100 tokens more.
    let mut router = of("endpoint-picker", 100, 128);
    let wide = request(prompt, 6 * 128 + 100);
    router.place(0, &Ask::new(&wide, &corpus, 128, 100), ReplicaId(0));
    let shared = request(prompt, 6 * 128 + 1);
    assert_eq!(prefix(&mut router, &shared, 128), [6.0 / 7.0, 0.0]);
}

#[test]
fn aibrix_takes_the_best_match_that_is_not_above_a_sigma() {
    let choose = |active: &[u32], overlaps: &[u32]| {
        Trial::new("aibrix:load_weight=0", active, overlaps).choose()
    };
    // Loads 5, 0, 2: the mean is 2.33, sigma of a sample 2.52; 5 is above 4.85.
    assert_eq!(choose(&[5, 0, 2], &[9, 1, 5]), 2);
    // Loads 4, 0, 2: 4 is exactly 2 + 2, where a population's sigma would give 3.63.
    assert_eq!(choose(&[4, 0, 2], &[9, 1, 5]), 0);
    // Of equal matches the less busy comes first, and of those none before the other.
    assert_eq!(choose(&[3, 2, 0], &[9, 9, 0]), 1);
    let equal = Trial::new("aibrix:load_weight=0", &[1, 1, 1], &[9, 9, 0]).draws(200);
    assert!(equal[0] > 60 && equal[1] > 60 && equal[2] == 0, "{equal:?}");
    // Without a match the least busy, at random.
    let cold = Trial::new("aibrix:load_weight=0", &[1, 0, 0], &[0; 3]).draws(200);
    assert!(cold[0] == 0 && cold[1] > 60 && cold[2] > 60, "{cold:?}");
}

#[test]
fn aibrix_looks_at_the_least_busy_alone_where_load_is_uneven() {
    let choose = |active: &[u32], overlaps: &[u32]| {
        Trial::new("aibrix:load_weight=0", active, overlaps).choose()
    };
    // 30 is not above 2 × (20 + 1): no gate, however large the difference.
    assert_eq!(choose(&[30, 20, 20, 20], &[0, 9, 0, 0]), 1);
    assert!(
        !Trial::new("aibrix:load_weight=0", &[30, 20, 20, 20], &[0, 9, 0, 0])
            .explain()
            .gates[1]
            .fired
    );
    // The others' mean is 4, so the bound is 10: 10 is even, 11 is not. The mean of all would be 5.75 and the bound 13.5.
    let gates = |active: &[u32]| {
        let explained = Trial::new("aibrix:load_weight=0", active, &[9, 0, 0, 0]).explain();
        explained
            .gates
            .iter()
            .map(|gate| gate.fired)
            .collect::<Vec<_>>()
    };
    assert_eq!(gates(&[10, 2, 5, 5]), [true, false]);
    assert_eq!(gates(&[11, 2, 5, 5]), [true, true]);
    // A difference of 8 is enough, 7 is not.
    assert_eq!(gates(&[8, 0, 0, 0]), [true, true]);
    assert_eq!(gates(&[7, 0, 0, 0]), [false, true]);
    // Where it fires the match is looked for among the least busy: replica 2 holds less than 0, but is one of them.
    assert_eq!(choose(&[40, 0, 0, 9], &[9, 0, 3, 8]), 2);
    // Of two replicas the difference alone decides.
    assert_eq!(choose(&[8, 0], &[9, 0]), 1);
    assert_eq!(choose(&[107, 100], &[9, 0]), 0);
    assert_eq!(choose(&[38, 30], &[9, 0]), 1);
    // The busier of two is never above mean + sigma of a sample: (a − b) / 2 against (a − b) / √2.
    assert_eq!(choose(&[107, 100], &[9, 3]), 0);
    assert_eq!(choose(&[8, 8], &[9, 3]), 0);
}

#[test]
fn aibrix_compares_whole_percents() {
    // 200 and 199 of 1,000 blocks are 20 and 19 percent; 200 and 201 are both 20, and the less busy of them is taken.
    let mut trial = Trial::new("aibrix:load_weight=0", &[1, 0], &[200, 199]);
    let long = trial.corpus.extend(Chain::default(), 1000);
    trial.request = request(long, 16_000);
    assert_eq!(trial.choose(), 0);
    trial.overlaps = vec![201, 200];
    assert_eq!(trial.choose(), 1);
}

#[test]
fn aibrix_blends_match_and_load_five_to_four() {
    let choose = |active: &[u32], overlaps: &[u32]| Trial::new("aibrix", active, overlaps).choose();
    // As 30, 20, 20, 20 opens no gate (not above 2 × 21), the holder has all of both scores.
    assert_eq!(choose(&[30, 20, 20, 20], &[0, 9, 0, 0]), 1);
    // 5/9 for the only match outweighs 4/9 for an idle replica, until the difference in load opens the gate.
    assert_eq!(choose(&[7, 0, 0], &[10, 0, 0]), 0);
    assert_eq!(choose(&[8, 0, 0], &[10, 0, 0]), 1);
    // 50 and 40 percent: 0.75 × 5/9 + 4/9 is more than 5/9. (The median is 40, the deviations' 10; 0 counts as 10.)
    assert_eq!(choose(&[4, 0, 0], &[5, 4, 0]), 1);
    let explained = Trial::new("aibrix", &[4, 0, 0], &[5, 4, 0]).explain();
    let lacks = |replica: usize| {
        explained.candidates[replica]
            .terms
            .iter()
            .map(|term| term.value)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (lacks(0), lacks(1), lacks(2)),
        (vec![0.0, 1.0], vec![0.25, 0.0], vec![1.0, 0.0])
    );
    // Of equal sums the first by name, whichever way they come about; nothing is drawn.
    let even = "aibrix:match_weight=1;load_weight=1";
    assert_eq!(Trial::new(even, &[1, 0], &[9, 0]).draws(50), [50, 0]);
    assert_eq!(Trial::new(even, &[0, 1], &[0, 9]).draws(50), [50, 0]);
    assert_eq!(
        Trial::new("aibrix", &[1, 0, 0], &[0; 3]).draws(50),
        [0, 50, 0]
    );
}

#[test]
fn aibrix_minds_how_full_the_pool_is() {
    let choose = |usage: f64, active: &[u32], overlaps: &[u32]| {
        let mut trial = Trial::new("aibrix", active, overlaps);
        trial.signals[0].kv_usage = usage;
        trial.choose()
    };
    // 2 requests with half of the pool in use count 2 × (1 + 2 × 0.25) = 3, as much as the other's 3; with a little more in use they
    // count more.
    assert_eq!(choose(0.5, &[2, 3], &[0, 0]), 0);
    assert_eq!(choose(0.51, &[2, 3], &[0, 0]), 1);
    // Less than a tenth free: no score for its load, which a match outweighs.
    assert_eq!(choose(0.91, &[0, 3], &[0, 0]), 1);
    assert_eq!(choose(0.91, &[0, 3], &[9, 0]), 0);
    assert_eq!(choose(0.89, &[0, 3], &[0, 0]), 0);
}

#[test]
fn preble_exploits_above_half_a_prompt() {
    // Ten blocks: six are more than half; five are as many as are new, which is not enough.
    let choose = |overlap| Trial::new("preble", &[9, 0], &[overlap, 0]).choose();
    assert_eq!(choose(6), 0);
    assert_eq!(choose(5), 1);
    // What it sent counts for three minutes: the second prompt without a match goes elsewhere.
    let mut trial = Trial::new("preble", &[0, 0], &[0, 0]);
    assert_eq!((trial.choose(), trial.choose(), trial.choose()), (0, 1, 0));
    // They count up to the end of the window, and then no more.
    for (now, chosen) in [(180_000_000_000, 1), (180_000_000_001, 0)] {
        let mut trial = Trial::new("preble", &[0, 0], &[0, 0]);
        assert_eq!(trial.choose(), 0);
        trial.now = now;
        assert_eq!(trial.choose(), chosen, "{now}");
    }
}

#[test]
fn preble_does_not_count_what_this_prompt_would_cost() {
    // Replica 1 holds less than half, which makes it no cheaper: the first of equals.
    assert_eq!(Trial::new("preble", &[0, 0], &[0, 4]).choose(), 0);
}

#[test]
fn ray_needs_a_tenth_of_the_prompt() {
    let mut trial = Trial::new("ray", &[5, 0], &[1, 0]);
    trial.signals[0].held_blocks = 1;
    assert_eq!(trial.choose(), 0, "a tenth is enough");
    trial.request.prompt_tokens = 161;
    assert_eq!(trial.choose(), 1, "less is not: the smallest tree");
    // As shipped no imbalance moves it.
    trial.request.prompt_tokens = 160;
    trial.load(&[100_000, 0]);
    assert_eq!(trial.choose(), 0);
}

#[test]
fn vllm_dp_takes_the_larger_of_its_own_count_and_the_report() {
    let mut trial = Trial::new("vllm-dp", &[0, 3], &[0; 2]);
    (trial.signals[0].running, trial.signals[1].waiting) = (2, 1);
    // Scores are 2 (as reported) and 3 (in flight). What was sent since the report counts as waiting: then 3 and 3, and of these
    // equals the search comes to 1 first, since it begins one further each time.
    assert_eq!((trial.choose(), trial.choose()), (0, 1));
    // A new report takes the place of what was sent since the last one: 2 and 3 again.
    trial.reported_at = 1;
    assert_eq!(trial.choose(), 0);
    // Equals take turns.
    let mut even = Trial::new("vllm-dp", &[5, 5, 5], &[0; 3]);
    let turns: Vec<u32> = (0..4).map(|_| even.choose()).collect();
    assert_eq!(turns, [0, 1, 2, 0]);
}

#[test]
fn vllm_dp_minds_a_queue_where_the_cache_is_over_half_full() {
    let score = |waiting, running, kv_usage| {
        let mut trial = Trial::new("vllm-dp", &[0, 0], &[0; 2]);
        let there = &mut trial.signals[0];
        (there.waiting, there.running, there.kv_usage) = (waiting, running, kv_usage);
        trial.explain().candidates[0].cost
    };
    // A half full cache adds nothing, a full one three times what waits; without a queue the cache does not matter.
    assert_eq!(score(4, 2, 0.5), 6.0);
    assert_eq!(score(4, 2, 0.75), 6.0 + 6.0 * 4.0 * 0.25);
    assert_eq!(score(4, 2, 1.0), 6.0 + 3.0 * 4.0);
    assert_eq!(score(0, 6, 1.0), 6.0);
}

#[test]
fn smetric_holds_a_conversation_from_its_second_turn_on() {
    let mut trial = Trial::new("smetric", &[1, 1], &[0, 0]);
    trial.signals[0].prefill_tokens = 1600;
    assert_eq!(trial.choose(), 1, "fewer tokens queued");
    // Requests in flight are counted without this one: whoever has none costs nothing, however much is queued. Equals
    // take turns, counted by all choices of this kind.
    trial.load(&[0, 1]);
    assert_eq!(trial.choose(), 0, "idle");
    trial.load(&[0, 0]);
    assert_eq!((trial.choose(), trial.choose(), trial.choose()), (0, 1, 0));
    // The previous turn had 160 tokens; 5 blocks are half of it, which is not more.
    trial.request.turn = 1;
    (trial.overlaps, trial.signals) = (vec![5, 0], vec![Signals::default(); 2]);
    trial.load(&[30, 0]);
    assert_eq!(trial.choose(), 1);
    trial.overlaps = vec![6, 0];
    assert_eq!(trial.choose(), 0);
    // Of equal matches the one with fewer tokens queued, and of those the last.
    trial.overlaps = vec![6, 6];
    assert_eq!(trial.choose(), 1);
    trial.signals[1].prefill_tokens = 1;
    assert_eq!(trial.choose(), 0);
}

#[test]
fn smetric_counts_attention_from_its_crossover_length_on() {
    // Of a prompt of 160 tokens 96 are matched on the first replica: 64 are new there, 160 elsewhere. At a crossover of 64 tokens
    // they cost 64 + 64 x (160 - 32) / 64 = 192 and 160 + 160 x (160 - 80) / 64 = 360; without one 64 and 160.
    let chosen = |policy: &str, queued: u64| {
        let mut trial = Trial::new(policy, &[1, 1], &[6, 0]);
        trial.signals[0].prefill_tokens = queued;
        trial.choose()
    };
    assert_eq!([95, 97].map(|queued| chosen("smetric", queued)), [0, 1]);
    let with = |queued| chosen("smetric:crossover=64", queued);
    assert_eq!([167, 169].map(with), [0, 1]);
}

#[test]
fn conductor_rejects_what_meets_its_limit_nowhere() {
    let mut trial = Trial::new("conductor:slo_s=1", &[0, 0], &[10, 0]);
    let choice = |trial: &Trial| {
        let ask = Ask::new(&trial.request, &trial.corpus, 16, 100);
        let choice = trial
            .policy
            .clone()
            .choose(&ask, &trial.known(&trial.columns()));
        (choice.replica, choice.admitted)
    };
    // At 2e-4 s a token, 5,000 tokens take a second.
    (0..2).for_each(|it| trial.signals[it].prefill_tokens = 5000);
    assert_eq!(choice(&trial), (ReplicaId(0), true));
    (0..2).for_each(|it| trial.signals[it].prefill_tokens = 5001);
    assert_eq!(choice(&trial), (ReplicaId(0), false));
    trial.signals[1].prefill_tokens = 0;
    assert_eq!(trial.choose(), 1, "160 tokens of its own are less");
}

/// Of a hundred outcomes five time out, which is the most that a worker may; with six it is degraded, with 16 unhealthy. (Each counts
/// as a failure too, but of these ten and thirty are allowed.)
#[test]
fn fakeais_advanced_health_counts_timeouts() {
    let after = |timeouts: u64| {
        let mut health = Health::default();
        (0..100).for_each(|n| health.update(true, 10.0, n >= 100 - timeouts));
        assert_eq!(health.timeout_rate(), timeouts as f64 / 100.0);
        (health.healthy, health.degraded)
    };
    let expected = [(true, false), (true, true), (true, true), (false, true)];
    assert_eq!([5, 6, 15, 16].map(after), expected);
}

#[test]
fn smetric_leaves_a_replica_whose_first_tokens_come_too_late() {
    let mut trial = Trial::new("smetric", &[1, 0], &[6, 0]);
    trial.choose();
    trial.request.turn = 1;
    // 64 of its 160 tokens are new there and take 10 s, so the rate is 6.4 tokens/s once eight have been seen.
    for _ in 0..8 {
        assert_eq!(trial.choose(), 0);
        let late = VirtualTime::from_secs(10.0);
        let mut ask = Ask::new(&trial.request, &trial.corpus, 16, 100);
        ask.now = late;
        trial.policy.first_token(&warmpath_core::router::Reply {
            ask,
            replica: ReplicaId(0),
            uncached_tokens: 64,
            after: late,
        });
    }
    assert_eq!(trial.choose(), 1);
}

/// Eight clients with the same conversation, each at the same turn: what each was sent is its own.
#[test]
fn smetric_learns_from_each_of_several_clients_with_one_conversation() {
    let mut trial = Trial::new("smetric", &[1, 0], &[6, 0]);
    trial.choose();
    trial.request.turn = 1;
    for second in 0..8 {
        trial.now = second * 1_000_000_000;
        assert_eq!(trial.choose(), 0);
    }
    let late = VirtualTime::from_secs(10.0);
    for second in 0..8 {
        let mut ask = Ask::new(&trial.request, &trial.corpus, 16, 100);
        ask.now = VirtualTime(second * 1_000_000_000) + late;
        trial.policy.first_token(&warmpath_core::router::Reply {
            ask,
            replica: ReplicaId(0),
            uncached_tokens: 64,
            after: late,
        });
    }
    assert_eq!(trial.choose(), 1);
}
