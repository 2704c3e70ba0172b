use super::*;
use crate::chips::change;
use crate::cost::flips;
use crate::playground::samples::{SAMPLES, router};
use crate::playground::{LARGEST_WEIGHT, Playground, Weights};

fn text(sentence: &RichText) -> String {
    plain(sentence).replace(GAP, " ")
}

#[test]
fn the_opening_choice_in_words() {
    let look = router(4).look(&SAMPLES[0].prompt());
    let overlap = flips(&look.decision, "prefill_blocks", 2.0);
    let load = flips(&look.decision, "active", 2.0);
    assert_eq!(
        text(&choice(&look, &overlap, &load)),
        "Replica 2 wins by 3.00 over replica 3. It has 2 blocks to prefill where replica 3, idle, has 6. It would lose \
         to replica 3 once the overlap weight falls below 0.25. At an active weight of 2 it ties with replica 3. A tie goes to the \
         lowest-numbered replica."
    );
}

/// The lengths of the tree's branches are explained, and are what the sentence says they are.
#[test]
fn the_branches_of_the_hook_are_as_long_as_it_says() {
    let look = router(4).look(&SAMPLES[0].prompt());
    let said = lengths(&look).replace(GAP, " ");
    assert!(
        said.starts_with("Why 11 blocks, then fewer: ") && said.contains("and four make a block"),
        "{said}"
    );
    let system = router(4).read(crate::playground::samples::SYSTEM);
    assert_eq!(look.nodes[0].blocks, system.full_blocks());
    assert_eq!(look.nodes[0].holders().count(), 4);
    assert!(
        look.nodes[1..]
            .iter()
            .all(|it| it.blocks < system.full_blocks())
    );
    assert_eq!(lengths(&Playground::new(3, 4).look("")), "");
}

/// What is sent is told with what it changes there: the blocks are warm then, and one request more is active.
#[test]
fn a_cost_that_comes_back_is_told_with_its_reasons() {
    let mut fleet = router(4);
    let told = |fleet: &mut Playground| {
        let (look, before) = (fleet.look(&SAMPLES[0].prompt()), fleet.hit_rate());
        fleet.send(&SAMPLES[0].prompt());
        let next = fleet.look(&SAMPLES[0].prompt());
        sent(&look, &next, &before, &fleet.hit_rate()).replace(GAP, " ")
    };
    let first = told(&mut fleet);
    assert!(
        first.starts_with(
            "Sent to replica 2: 15 of 17 blocks reused, 2 computed and stored. The same prompt would now cost 26.50 there, after 28.00: \
             2 blocks fewer to prefill, one active request more."
        ),
        "{first}"
    );
    let second = told(&mut fleet);
    assert!(
        second.starts_with(
            "Sent to replica 2: 17 of 17 blocks reused (an engine computes the last one again all the same, as the answer's first token \
             comes out of it), 0 computed and stored. The same prompt would now cost 27.00 there, after 26.50: one active request more."
        ),
        "{second}"
    );
}

#[test]
fn a_tie_is_named() {
    let mut fleet = Playground::new(3, 4);
    let look = fleet.look("one two three four");
    let none = Flips::default();
    let sentence = text(&choice(&look, &none, &none));
    assert!(sentence.starts_with("Replica 0 costs 26.00, and so do replicas 1 and 2; a tie goes to the lowest-numbered replica."), "{sentence}");
}

/// Where weights of 0 make replicas equal, all of them are named, and what is said of one is true of one alone.
#[test]
fn a_tie_of_several_names_them_all() {
    let said = |overlap: f64, load: f64| {
        let mut fleet = router(4);
        fleet.weights = Weights { overlap, load };
        let look = fleet.look(&SAMPLES[0].prompt());
        let [by_overlap, by_load] =
            ["prefill_blocks", "active"].map(|it| flips(&look.decision, it, LARGEST_WEIGHT));
        text(&choice(&look, &by_overlap, &by_load))
    };
    assert_eq!(
        said(0.0, 0.0),
        "Replica 0 costs 25.00, and so do replicas 1, 2 and 3; a tie goes to the lowest-numbered replica. Neither blocks to prefill nor \
         active requests weigh anything, and the answer costs the same everywhere. The tree lights the 15 blocks that some replica holds; \
         the chosen replica holds 13 of them and computes the other 2 too. It would lose to replica 2 once the overlap weight rises above 0, and to \
         replica 3 once the active weight rises above 0."
    );
    // With no weight on active requests a lower overlap weight makes all alike, and only at its end.
    let blind = said(1.0, 0.0);
    assert!(
        blind.contains("At an overlap weight of 0 it ties with replicas 0, 1 and 3. ")
            && blind.ends_with(" A tie goes to the lowest-numbered replica."),
        "{blind}"
    );
    assert!(!blind.contains("active weight of 0"), "{blind}");
    let alike = said(0.0, 0.5);
    assert!(alike.starts_with("Replica 3 wins by "), "{alike}");
    assert!(!alike.contains("overlap weight of 0"), "{alike}");
}

#[test]
fn hit_partial_and_miss() {
    let mut fleet = Playground::new(1, 2);
    let prompt = fleet.read("a b c d e f");
    assert_eq!(
        text(&reuse(&prompt, 2, None)),
        "Partial hit: 2 of 3 blocks reused = 67 %. One block is computed and stored below the lit path."
    );
    assert!(text(&reuse(&prompt, 0, None)).starts_with("Miss: 0 of 3 blocks"));
    assert!(text(&reuse(&prompt, 3, None)).starts_with("Hit: 3 of 3 blocks reused = 100 %."));
    // Nothing is lit, so there is no lit path to store below.
    assert!(
        text(&reuse(&prompt, 0, None))
            .ends_with("Three blocks are computed and stored as a branch of their own.")
    );
    assert!(
        text(&reuse(&prompt, 0, Some(0)))
            .ends_with("Three blocks are computed, and nothing is stored: the cache has no room.")
    );
    assert!(
        text(&reuse(&prompt, 1, Some(2))).ends_with(
            "Two blocks are computed; of the prompt's 3 blocks the cache has room for 2."
        )
    );
    assert_eq!(evictions(0, 2), None);
    let evicted = evictions(9, 2).map(|it| text(&it)).unwrap_or_default();
    assert!(
        evicted.contains("evicted 9 blocks") && evicted.ends_with("counts again."),
        "{evicted}"
    );
    let short = fleet.read("a");
    assert!(text(&reuse(&short, 0, None)).starts_with("No full block"));
}

#[test]
fn an_early_edit_is_told() {
    let mut fleet = Playground::new(1, 2);
    let (before, now) = (fleet.read("a b c d e f"), fleet.read("x b c d e f"));
    let sentence = text(&edit(&change(&before, &now)).unwrap());
    assert_eq!(
        sentence,
        "No block is shared: the first differs already. Against the prompt it is compared with, 3 of 3 block ids changed, 2 of \
         them in blocks whose words are the same as before. An id names everything up to the block's end, so a cache finds nothing."
    );
    let late = fleet.read("a b c d e y");
    let sentence = text(&edit(&change(&before, &late)).unwrap());
    assert!(
        sentence.starts_with("2 blocks shared, the 3rd differs. Against"),
        "{sentence}"
    );
    let sentence = text(&edit(&change(&before, &before)).unwrap());
    assert_eq!(
        sentence,
        "3 blocks shared with the prompt it is compared with: a cache that holds that one finds them all."
    );
    let longer = fleet.read("a b c d e f g h");
    let sentence = text(&edit(&change(&before, &longer)).unwrap());
    assert_eq!(
        sentence,
        "3 blocks shared, the 4th is new. Against the prompt it is compared with, 1 of 4 block ids are new."
    );
    let both = fleet.read("a b c d e y g h");
    let sentence = text(&edit(&change(&before, &both)).unwrap());
    assert!(
        sentence.contains("1 of 4 block ids changed and 1 is new, behind its end."),
        "{sentence}"
    );
    let none = fleet.read("a");
    assert!(edit(&change(&before, &none)).is_none());
}

#[test]
fn what_is_left_over_is_said() {
    let mut fleet = Playground::new(1, 4);
    assert_eq!(
        text(&blocks(&fleet.read("a b c d e f g"))),
        "7 tokens make 1 full block of 4. The last 3 tokens fill no block: they cannot be cached, and are computed every time."
    );
}

#[test]
fn with_nothing_to_prefill_the_idlest_wins_and_it_is_said_so() {
    let mut fleet = router(4);
    let look = fleet.look("");
    let none = Flips::default();
    let sentence = text(&choice(&look, &none, &none));
    assert!(
        sentence.starts_with(
            "Nothing to prefill: the fewest active requests win, replica 3 with 0 active."
        ),
        "{sentence}"
    );
}

/// With an active weight of 0 all cost the same, whoever is busy.
#[test]
fn without_a_weight_the_fewest_active_requests_do_not_win() {
    let mut fleet = router(4);
    fleet.weights.load = 0.0;
    let look = fleet.look("");
    assert!(fleet.active.iter().any(|it| *it != fleet.active[0]));
    let none = Flips::default();
    let sentence = text(&choice(&look, &none, &none));
    assert!(
        sentence.starts_with(
            "Nothing to prefill, and active requests weigh nothing: all cost the same, and a tie goes to the lowest-numbered replica."
        ),
        "{sentence}"
    );
    fleet.weights.load = 1.0;
    fleet.active = vec![2, 1, 1, 4];
    let sentence = text(&choice(&fleet.look(""), &none, &none));
    assert!(
        sentence.starts_with(
            "Nothing to prefill: the fewest active requests win, replica 1 with 1 active; a tie goes to the lowest-numbered replica."
        ),
        "{sentence}"
    );
}

/// A prompt that fills no block is computed all the same.
#[test]
fn what_fills_no_block_is_sent_and_computed() {
    let told = |prompt: &str| {
        let mut fleet = router(4);
        let (look, before) = (fleet.look(prompt), fleet.hit_rate());
        fleet.send(prompt);
        sent(&look, &fleet.look(prompt), &before, &fleet.hit_rate()).replace(GAP, " ")
    };
    let three = told("one two three");
    assert!(
        three.contains(
            ": its 3 tokens fill no block, and are computed and not stored. The same prompt"
        ),
        "{three}"
    );
    assert!(
        told("one").contains(": its one token fills no block, and is computed and not stored.")
    );
    // Compared with a prompt of no block, there is no first one that could differ.
    let mut fleet = Playground::new(1, 2);
    let (before, now) = (fleet.read("a"), fleet.read("a b c d"));
    let sentence = text(&edit(&change(&before, &now)).unwrap());
    assert_eq!(
        sentence,
        "No block is shared: the prompt it is compared with fills none. Against the prompt it is compared with, 2 of 2 block ids are new."
    );
}

#[test]
fn what_others_in_the_cache_give_is_not_the_first_prompts() {
    assert_eq!(by_others(11, 11), None);
    let sentence = by_others(0, 11).expect("others begin the same way");
    assert!(sentence.contains("alone give 0\u{a0}blocks"), "{sentence}");
    assert_eq!(place_of_first(0, 3, 0), "no full block, nothing to keep");
    assert_eq!(
        place_of_first(15, 3, 0),
        "15\u{a0}blocks, the oldest of four"
    );
}

/// The column of decode blocks is what the sentence says it is.
#[test]
fn the_assumed_answer_is_that_of_the_table() {
    for size in [2, 4, 16] {
        let look = router(size).look(&SAMPLES[0].prompt());
        let decode = look.decision.candidates[0].terms[1].value;
        let sentence = assumed(size).replace(GAP, " ");
        assert!(
            sentence.contains(&format!(": {} blocks to decode", format::setting(decode))),
            "{sentence} but {decode}"
        );
    }
}

#[test]
fn time_passes_on_replicas_that_have_something_to_do() {
    let mut fleet = router(4);
    assert_eq!(fleet.active, [5, 1, 2, 0]);
    let replicas = fleet.finish_one_each();
    assert_eq!(fleet.active, [4, 0, 1, 0]);
    let sentence = finished(&replicas).replace(GAP, " ");
    assert_eq!(
        sentence,
        "Time passes: one request each has finished on replicas 0, 1, 2."
    );
    assert_eq!(fleet.finish_one_each(), [0, 2]);
    assert!(Playground::new(2, 4).finish_one_each().is_empty());
}

/// At an end of a slider no weight is beyond the crossing: the costs are only the same there.
#[test]
fn a_crossing_at_the_end_of_a_slider_is_a_tie() {
    let look = router(4).look(&SAMPLES[3].prompt());
    let [overlap, load] = ["prefill_blocks", "active"].map(|it| flips(&look.decision, it, 2.0));
    let sentence = text(&choice(&look, &overlap, &load));
    assert!(
        sentence.contains(
            " At an active weight of 0 it ties with replicas 0, 1 and 2. No other weight on these sliders changes that. A tie goes to the \
             lowest-numbered replica."
        ),
        "{sentence}"
    );
}

#[test]
fn where_another_replica_is_warmer_the_tree_lights_more_and_it_is_said() {
    let mut fleet = router(4);
    fleet.active = vec![0, 9, 9, 9];
    let look = fleet.look(&SAMPLES[0].prompt());
    assert!(look.reused() < look.deepest());
    let none = Flips::default();
    let sentence = text(&choice(&look, &none, &none));
    let lit = format!(
        "The tree lights the {} blocks that some replica holds; the chosen replica holds {} of them and computes",
        look.deepest(),
        look.reused()
    );
    assert!(sentence.contains(&lit), "{sentence}");
    let warmest = router(4).look(&SAMPLES[0].prompt());
    assert!(!text(&choice(&warmest, &none, &none)).contains("The tree lights"));
}

#[test]
fn how_much_of_the_first_prompt_is_evicted_is_said_beside_it() {
    assert_eq!(
        place_of_first(15, 3, 4),
        "15\u{a0}blocks, the oldest of four; 4 evicted"
    );
    assert_eq!(
        place_of_first(15, 3, 15),
        "15\u{a0}blocks, the oldest of four; all evicted"
    );
}
