use super::*;
use crate::chips::change;
use crate::cost::flips;
use crate::playground::Playground;
use crate::playground::samples::{SAMPLES, router};

fn text(said: &Said) -> String {
    plain(said).replace(GAP, " ")
}

#[test]
fn the_opening_choice_in_words() {
    let scene = router(4).look(&SAMPLES[0].prompt());
    let overlap = flips(&scene.decision, "prefill_blocks", 2.0);
    let load = flips(&scene.decision, "active", 2.0);
    assert_eq!(
        text(&choice(&scene, &overlap, &load)),
        "Replica 2 wins by 3.00 over replica 3. It has 2 blocks to prefill where replica 3, idle, has 6. It would lose \
         to replica 3 once the overlap weight falls below 0.25, or once the load weight rises above 2."
    );
}

#[test]
fn a_tie_is_named() {
    let mut fleet = Playground::new(3, 4);
    let scene = fleet.look("one two three four");
    let none = Flips::default();
    let said = text(&choice(&scene, &none, &none));
    assert!(said.starts_with("Replica 0 costs 26.00, and so does replica 1, and replica 2; a tie goes to the lowest-numbered replica."), "{said}");
}

#[test]
fn hit_partial_and_miss() {
    let mut fleet = Playground::new(1, 2);
    let prompt = fleet.read("a b c d e f");
    assert_eq!(
        text(&reuse(&prompt, 2)),
        "Partial hit: 2 of 3 blocks reused = 67 %. One block is computed and stored below the lit path."
    );
    assert!(text(&reuse(&prompt, 0)).starts_with("Miss: 0 of 3 blocks"));
    assert!(text(&reuse(&prompt, 3)).starts_with("Hit: 3 of 3 blocks reused = 100 %."));
    let short = fleet.read("a");
    assert!(text(&reuse(&short, 0)).starts_with("No full block"));
}

#[test]
fn an_early_edit_is_told() {
    let mut fleet = Playground::new(1, 2);
    let (before, now) = (fleet.read("a b c d e f"), fleet.read("x b c d e f"));
    let said = text(&edit(&change(&before, &now)).unwrap());
    assert_eq!(
        said,
        "Against the pinned prompt, block 1 is the first that differs: 3 of 3 block ids changed, two of them in blocks \
         whose words are the same as before. An id names everything up to the block's end, so a cache finds nothing."
    );
    assert!(edit(&change(&before, &before)).is_none());
}

#[test]
fn what_is_left_over_is_said() {
    let mut fleet = Playground::new(1, 4);
    assert_eq!(
        text(&blocks(&fleet.read("a b c d e f g"))),
        "7 tokens make one full block of 4. The last 3 tokens fill no block: they cannot be cached, and are computed every time."
    );
}
