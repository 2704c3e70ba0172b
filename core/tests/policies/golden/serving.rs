//! Routers that serving projects ship beside Dynamo and SGLang.

use super::*;

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
    // A stranger goes anywhere.
    let stranger = trial.corpus.extend(Chain::default(), 10);
    trial.request = request(stranger, 160);
    assert!(trial.draws(400).iter().all(|&count| count > 60));
}

#[test]
fn load_aware_weighs_a_match_against_load_above_the_mean() {
    // Half matched costs 0.5; a load of 2 against a mean of 1 costs 1.
    let told = Trial::new("load-aware", &[2, 0], &[10, 0]).explain();
    assert_eq!(told.candidates[0].cost, 1.0);
    assert_eq!(told.candidates[1].cost, 0.0);
    let even = Trial::new("load-aware:beta=0.5", &[2, 0], &[10, 0]).explain();
    assert_eq!((even.replica, even.margin), (0, Some(0.0)));
}

#[test]
fn the_endpoint_pickers_scores() {
    let mut trial = Trial::new("endpoint-picker", &[0; 3], &[5, 0, 0]);
    (trial.signals[0].waiting, trial.signals[1].waiting) = (4, 2);
    trial.signals[2].kv_usage = 0.5;
    let told = trial.explain();
    let costs: Vec<f64> = told.candidates.iter().map(|c| c.cost).collect();
    // Queue 0, 1/2 and 1; KV 1, 1 and 1/2; prefix 1/2, 0 and 0, at 2, 2 and 3.
    assert_eq!(costs, [2.0 + 1.5, 1.0 + 3.0, 1.0 + 3.0]);
    assert_eq!(told.replica, 0);
    // Only as many blocks as it looks at count.
    let long = trial.corpus.extend(Chain::default(), 512);
    (trial.request, trial.overlaps) = (request(long, 512 * 16), vec![256, 128, 0]);
    let told = trial.explain();
    assert_eq!(told.candidates[0].terms[2].value, 0.0);
    assert_eq!(told.candidates[1].terms[2].value, 0.5);
}

#[test]
fn the_endpoint_picker_spreads_cold_requests_by_turns() {
    let mut trial = Trial::new("endpoint-picker:no_hit_lru=1", &[0; 3], &[0; 3]);
    let first: Vec<u32> = (0..3).map(|_| trial.choose()).collect();
    let mut sorted = first.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [0, 1, 2]);
    let second: Vec<u32> = (0..3).map(|_| trial.choose()).collect();
    assert_eq!(first, second, "who took one longest ago");
}

#[test]
fn the_endpoint_pickers_sticky_filter_skips_one_in_a_hundred() {
    let mut trial = Trial::new("endpoint-picker:sticky=0.8", &[0; 2], &[8, 7]);
    trial.signals[0].waiting = 50;
    trial.signals[0].kv_usage = 1.0;
    let draws = trial.draws(2000);
    assert!((5..45).contains(&draws[1]), "{draws:?}");
    trial.overlaps = vec![7, 7];
    assert_eq!(trial.draws(20), [0, 20]);
}

#[test]
fn aibrix_takes_the_best_match_that_is_not_above_a_sigma() {
    let choose = |active: &[u32], overlaps: &[u32]| Trial::new("aibrix", active, overlaps).choose();
    // Loads 4, 0, 2: the mean is 2, sigma 1.63; 4 is above 3.63.
    assert_eq!(choose(&[4, 0, 2], &[9, 1, 5]), 2);
    // Loads 3, 3, 0: 3 is within 2 + 1.41, and of equal matches the less busy comes first.
    assert_eq!(choose(&[3, 2, 0], &[9, 9, 0]), 1);
    // A difference of 8 is even, 9 is not.
    assert_eq!(choose(&[8, 8, 8, 0], &[9, 0, 0, 0]), 0);
    assert_eq!(choose(&[9, 9, 9, 0], &[9, 0, 0, 0]), 3);
}

#[test]
fn preble_exploits_from_half_a_prompt_on() {
    let choose = |overlap| Trial::new("preble", &[9, 0], &[overlap, 0]).choose();
    assert_eq!(choose(5), 0);
    assert_eq!(choose(4), 1);
    // What it sent counts for three minutes: the second stranger goes elsewhere.
    let mut trial = Trial::new("preble", &[0, 0], &[0, 0]);
    assert_eq!((trial.choose(), trial.choose(), trial.choose()), (0, 1, 0));
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
fn vllm_dp_counts_a_waiting_request_as_four_and_what_it_sent_since_as_waiting() {
    let mut trial = Trial::new("vllm-dp", &[0; 2], &[0; 2]);
    (trial.signals[0].running, trial.signals[1].waiting) = (4, 1);
    // 4 and 4: the first; then 8 and 4, 8 and 8.
    assert_eq!((trial.choose(), trial.choose(), trial.choose()), (0, 1, 0));
    // A new report makes a clean slate.
    trial.reported = 1;
    assert_eq!((trial.choose(), trial.choose()), (0, 1));
}

#[test]
fn smetric_holds_a_conversation_from_its_second_turn_on() {
    let mut trial = Trial::new("smetric", &[0, 0], &[0, 0]);
    trial.signals[0].prefill_tokens = 1600;
    assert_eq!(trial.choose(), 1, "fewer tokens queued");
    // The previous turn had 160 tokens; 5 blocks are half of it, which is not more.
    trial.request.turn = 1;
    (trial.overlaps, trial.signals) = (vec![5, 0], vec![Signals::default(); 2]);
    trial.load(&[30, 0]);
    assert_eq!(trial.choose(), 1);
    trial.overlaps = vec![6, 0];
    assert_eq!(trial.choose(), 0);
}

#[test]
fn conductor_rejects_what_meets_its_limit_nowhere() {
    let mut trial = Trial::new("conductor:slo_s=1", &[0, 0], &[10, 0]);
    let admits = |trial: &Trial| {
        let ask = Ask::new(&trial.request, &trial.corpus, 16, 100);
        trial.policy.admits(&ask, &trial.known(), ReplicaId(0))
    };
    // At 2e-4 s a token, 5,000 tokens take a second.
    trial.signals[0].prefill_tokens = 5000;
    assert!(admits(&trial));
    trial.signals[0].prefill_tokens = 5001;
    assert!(!admits(&trial));
    assert_eq!(trial.choose(), 1, "160 tokens of its own are less");
}
