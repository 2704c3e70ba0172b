use super::forest::CUT;
use super::samples::{SAMPLES, router};
use super::*;

#[test]
fn what_the_router_opens_with_has_a_lit_path_and_a_choice_that_a_weight_can_flip() {
    let mut fleet = router(4);
    let look = fleet.look(&SAMPLES[0].prompt());
    assert_eq!(look.decision.replica, 2, "{:?}", look.decision);
    assert!(
        look.depths.iter().all(|&depth| depth > 0),
        "{:?}",
        look.depths
    );
    assert!(look.reused() < look.prompt.full_blocks());
    let flips = crate::cost::flips(&look.decision, "prefill_blocks", 2.0);
    assert!(flips.below.is_some(), "{flips:?}");
}

#[test]
fn a_keystroke_within_a_word_changes_the_blocks_alone() {
    let mut fleet = router(4);
    let before = fleet.look("Nothing in common with anybody els");
    assert!(
        !fleet
            .look("Nothing in common with anybody else")
            .differs(&before)
    );
    for other in [
        "Nothing in common with anybody else here",
        "Something in common with anybody els",
        "You are the support agent of",
    ] {
        assert!(fleet.look(other).differs(&before), "{other}");
    }
    fleet.active[0] += 1;
    assert!(
        fleet
            .look("Nothing in common with anybody els")
            .differs(&before)
    );
}

#[test]
fn a_sample_knows_its_own_prompt() {
    for sample in SAMPLES {
        assert!(sample.is(&sample.prompt()), "{}", sample.title);
        assert!(!sample.is(&format!("{} ", sample.prompt())));
    }
}

#[test]
fn what_is_sent_is_there_the_next_time() {
    let mut fleet = router(4);
    let text = SAMPLES[3].prompt();
    assert_eq!(fleet.look(&text).deepest(), 0);
    let replica = fleet.send(&text);
    let look = fleet.look(&text);
    assert_eq!(look.depths[replica as usize], look.prompt.full_blocks());
    assert!(look.nodes.iter().all(|node| !node.ghost));
}

#[test]
fn the_lit_path_is_as_long_as_the_deepest_match() {
    for block_size in [1, 4, 8, 16] {
        let mut fleet = router(block_size);
        for sample in SAMPLES {
            let look = fleet.look(&sample.prompt());
            let lit: u32 = look.nodes.iter().map(|node| node.lit).sum();
            assert_eq!(
                lit,
                look.deepest(),
                "{} in blocks of {block_size}",
                sample.title
            );
            let ghost: u32 = look
                .nodes
                .iter()
                .filter(|node| node.ghost)
                .map(|node| node.blocks)
                .sum();
            assert_eq!(lit + ghost, look.prompt.full_blocks());
        }
    }
}

#[test]
fn a_box_says_exactly_who_holds_it() {
    let mut fleet = Playground::new(2, 1);
    fleet.store(0, "a b c d");
    fleet.store(1, "a b");
    let look = fleet.look("a b c d e");
    let boxes: Vec<(u32, u64, u32)> = look
        .nodes
        .iter()
        .map(|n| (n.blocks, n.replicas, n.lit))
        .collect();
    assert_eq!(boxes, [(2, 0b11, 2), (2, 0b01, 2), (1, 0, 0)]);
    assert!(look.nodes[2].ghost);
    assert_eq!(look.nodes[1].label, "… c d");
}

#[test]
fn words_of_a_run_that_are_cut_say_so() {
    for sample in SAMPLES {
        let scene = router(4).look(&sample.prompt());
        for node in &scene.nodes {
            // A word of the samples is a token, and so is each mark between words.
            let label = node.label.trim_start_matches("… ");
            let (words, cut) = label
                .strip_suffix(CUT)
                .map_or((label, false), |it| (it, true));
            let tokens: usize = words.split_whitespace().map(tokens_of).sum();
            let all = tokens == node.blocks as usize * 4;
            assert_eq!(all, !cut, "{} of {} blocks", node.label, node.blocks);
        }
    }
}

/// How many tokens of the word tokenizer make this: its word, and each mark around or in it.
fn tokens_of(word: &str) -> usize {
    let marks = word.chars().filter(|c| !c.is_alphanumeric()).count();
    let words = word.split(|c: char| !c.is_alphanumeric());
    marks + words.filter(|it| !it.is_empty()).count()
}

#[test]
fn past_its_capacity_a_replica_forgets_the_oldest() {
    let mut fleet = Playground::new(1, 1);
    fleet.capacity = Some(3);
    assert_eq!(fleet.store(0, "a b"), 0);
    assert_eq!(fleet.store(0, "c d"), 1);
    assert_eq!(
        fleet.look("a b").depths,
        [1],
        "the deepest of the oldest went first"
    );
    assert_eq!(fleet.look("c d").depths, [2]);
}

#[test]
fn an_empty_prompt_is_no_trouble() {
    let look = router(16).look("");
    assert_eq!(look.deepest(), 0);
    assert!(look.nodes.iter().all(|node| node.lit == 0 && !node.ghost));
}

#[test]
fn the_choice_flips_at_the_crossover_that_core_computes() {
    let mut fleet = router(4);
    let text = SAMPLES[0].prompt();
    let now = fleet.look(&text).decision;
    let flip = crate::cost::flips(&now, "prefill_blocks", 2.0)
        .below
        .unwrap();
    fleet.weights.overlap = flip.weight - 1e-9;
    assert_eq!(fleet.look(&text).decision.replica, flip.winner);
    fleet.weights.overlap = flip.weight + 1e-9;
    assert_eq!(fleet.look(&text).decision.replica, now.replica);
}

#[test]
fn emptying_the_first_prompt_leaves_only_what_the_others_share() {
    use super::samples::{SAMPLES, TreeHistory, stored};
    let mut desk = TreeHistory::new(4);
    let now = desk.read(&SAMPLES[0].prompt());
    let deepest = |desk: &TreeHistory, first: Prompt, without: &[usize]| {
        let (fleet, _) = desk.answer(None, first, without);
        fleet.look_read(now.clone(), fleet.weights).deepest()
    };
    let first = desk.read(&SAMPLES[1].prompt());
    let all: Vec<usize> = (0..stored().count()).collect();
    assert_eq!(deepest(&desk, first, &[]), 15);
    assert_eq!(deepest(&desk, Prompt::default(), &[]), 11);
    assert_eq!(deepest(&desk, Prompt::default(), &all), 0);
}
