use crate::duel::play::{made, query};
use crate::duel::prefixes::layout::Layout;
use crate::duel::standing::Standing;
use crate::duel::{OPENING, opening, whole};

#[test]
fn a_picture_is_what_the_simulation_says() {
    let mut watched = made(&query(0, &OPENING.map(str::to_owned))).unwrap();
    let layout = Layout::new(&watched.nodes, 120);
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
        let replicas = running.replicas() as usize;
        let standing = Standing::after(growth, &layout, nodes.len(), replicas, taken);
        for replica in 0..replicas {
            for (at, node) in nodes.iter().enumerate() {
                let depth = running.held(node.deepest)[replica];
                let held = depth.saturating_sub(node.from).min(node.blocks);
                assert_eq!(standing.has(replica, at).held, held, "{node:?}");
            }
        }
    }
    assert!(taken > 50, "{taken}");
}

#[test]
fn a_router_that_asks_the_pools_knows_all_and_one_that_remembers_is_sometimes_wrong() {
    let duel = opening().unwrap();
    let nodes = duel.nodes.len();
    let layout = Layout::new(&duel.nodes, 120);
    let smart = &duel.sides[1].growth;
    let all = smart.pictures(duel.marks.end);
    assert!(all > 50, "{all}");
    for pictures in [all / 3, all] {
        let standing = Standing::after(smart, &layout, nodes, 4, pictures);
        for sums in standing.sums() {
            assert!(sums.known > 0);
            assert_eq!((sums.missed, sums.gone), (0, 0));
        }
    }
    let duel = whole(&["least-load", "cache-aware"]).unwrap();
    let growth = &duel.sides[1].growth;
    let wrong = |pictures| {
        let standing = Standing::after(growth, &layout, nodes, 4, pictures);
        standing.sums().iter().any(|it| it.missed + it.gone > 0)
    };
    assert!((1..growth.pictures(duel.marks.end)).any(wrong));
}
