use super::*;
use crate::duel::prefixes::layout;
use crate::duel::{OPENING, opening, watched, whole};

#[test]
fn a_picture_is_what_the_simulation_says() {
    let mut watched = watched(0, OPENING).unwrap();
    let mut taken = 0;
    while watched.replay.runs().is_empty() {
        watched.run(12).unwrap();
        let (growth, nodes) = (&watched.growths[0], &watched.nodes);
        let Some(running) = watched.replay.current() else {
            break;
        };
        if growth.pictures.len() == taken {
            continue;
        }
        taken = growth.pictures.len();
        if taken % 10 != 0 {
            continue;
        }
        for replica in 0..running.replicas() {
            let has = growth.after(taken, replica, nodes.len());
            for (node, has) in nodes.iter().zip(has) {
                let depth = running.held(node.deepest)[replica as usize];
                let held = depth.saturating_sub(node.from).min(node.blocks);
                assert_eq!(has.held, held, "{node:?}");
            }
        }
    }
    assert!(taken > 50, "{taken}");
}

#[test]
fn a_router_that_asks_the_pools_knows_all_and_one_that_remembers_is_sometimes_wrong() {
    let duel = opening().unwrap();
    let nodes = duel.nodes.len();
    let smart = &duel.sides[1].growth;
    let all = smart.pictures(duel.marks.end);
    assert!(all > 50, "{all}");
    for pictures in [all / 3, all] {
        let [known, missed, gone] = sums(&smart.after(pictures, 0, nodes));
        assert!(known > 0);
        assert_eq!((missed, gone), (0, 0));
    }
    let duel = whole(["least-load", "cache-aware"]).unwrap();
    let growth = &duel.sides[1].growth;
    let wrong = |pictures| {
        (0..4).any(|replica| sums(&growth.after(pictures, replica, nodes))[1..] != [0, 0])
    };
    assert!((1..growth.pictures(duel.marks.end)).any(wrong));
}

#[test]
fn a_picture_has_the_blocks_in_their_shares() {
    let duel = opening().unwrap();
    let growth = &duel.sides[1].growth;
    let has = growth.after(growth.pictures(duel.marks.end), 1, duel.nodes.len());
    let places = layout(&duel.nodes, 120.0);
    let blocks = picture(&duel.nodes, &places, &has, 150.0, true);
    assert!(
        blocks
            .iter()
            .all(|it| it.left >= 0.0 && it.left + it.width <= 150.0)
    );
    let area = |kind| -> f64 {
        let some = blocks.iter().filter(|it| it.kind == kind);
        some.map(|it| it.width * it.height).sum()
    };
    assert!(area(Kind::Known) > 0.0 && area(Kind::Absent) > 0.0);
    assert_eq!(area(Kind::Gone) + area(Kind::Missed), 0.0);
    assert_eq!(
        growth.after(0, 1, duel.nodes.len()),
        vec![Has::default(); duel.nodes.len()]
    );
}

#[test]
fn the_picture_is_told_with_its_numbers() {
    let duel = whole(["least-load", "cache-aware"]).unwrap();
    let end = |which: usize| duel.sides[which].growth.pictures(duel.marks.end);
    let nodes = format::count(duel.nodes.len() as u64);
    let plain = say(&duel, 0, end(0));
    assert!(
        plain.contains("does not ask") && plain.contains(&nodes),
        "{plain}"
    );
    let told = say(&duel, 1, end(1));
    assert!(
        told.contains("believes in") && told.contains("300\u{a0}prompts"),
        "{told}"
    );
    assert_eq!(
        table(&duel, 1, end(1))
            .matches("<tr><th scope=\"row\">replica")
            .count(),
        4
    );
}
