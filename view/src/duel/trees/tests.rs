use super::counts::{meant, rows};
use super::words::{Holder, NodeText, node, say, table};
use super::*;
use crate::duel::standing::Standing;
use crate::duel::{Duel, opening, whole};
use crate::format;
use crate::rich::words;

fn at_end(duel: &Duel, which: usize, layout: &Layout) -> Standing {
    let growth = &duel.sides[which].growth;
    let all = growth.pictures(duel.marks.end);
    Standing::after(growth, layout, duel.nodes.len(), 4, all)
}

#[test]
fn a_picture_has_the_blocks_in_their_shares() {
    let duel = opening().unwrap();
    let layout = Layout::new(&duel.nodes, 160);
    let standing = at_end(&duel, 1, &layout);
    let mut blocks = Vec::new();
    picture(&layout, standing.parts(1), 150.0, true, &mut blocks);
    assert!(
        blocks
            .iter()
            .all(|it| it.left >= 0.0 && it.left + it.width <= 150.0 + 1e-9)
    );
    let area = |kind| -> f64 {
        let some = blocks.iter().filter(|it| it.kind == kind);
        some.map(|it| it.width * it.height).sum()
    };
    assert!(0.0 < area(Kind::Known) && area(Kind::Known) < area(Kind::Ground));
    assert_eq!(area(Kind::Gone) + area(Kind::Missed), 0.0);
    // Before the first change there is only the ground.
    let nothing = Standing::new(&layout, duel.nodes.len(), 4);
    picture(&layout, nothing.parts(1), 150.0, true, &mut blocks);
    assert!(blocks.iter().all(|it| it.kind == Kind::Ground));
    assert_eq!(blocks.len(), layout.places.len());
}

#[test]
fn what_a_router_that_does_not_ask_cannot_know_is_not_held_against_it() {
    let duel = opening().unwrap();
    let layout = Layout::new(&duel.nodes, 160);
    let standing = at_end(&duel, 0, &layout);
    let mut blocks = Vec::new();
    for (looks, kind) in [(false, Kind::Known), (true, Kind::Missed)] {
        picture(&layout, standing.parts(0), 150.0, looks, &mut blocks);
        let drawn = blocks.iter().filter(|it| it.kind != Kind::Ground);
        assert!(drawn.clone().count() > 0 && drawn.clone().all(|it| it.kind == kind));
    }
}

#[test]
fn the_picture_is_told_with_its_numbers() {
    let duel = whole(&["least-load", "cache-aware"]).unwrap();
    let layout = Layout::new(&duel.nodes, 160);
    let nodes = format::count(duel.nodes.len() as u64);
    let plain = say(&duel, 0, at_end(&duel, 0, &layout).sums());
    assert!(
        plain.contains("does not ask") && plain.contains(&nodes),
        "{plain}"
    );
    let standing = at_end(&duel, 1, &layout);
    let told = say(&duel, 1, standing.sums());
    assert!(
        told.contains("believes in") && told.contains("300\u{a0}prompts"),
        "{told}"
    );
    let table = table(standing.sums());
    let words = table.words();
    let replicas = words.iter().filter(|it| it.starts_with("replica "));
    assert_eq!(replicas.count(), 4);
}

/// The text on a node, as a screen reader reads it.
fn told(duel: &Duel, which: usize, standing: &Standing, at: usize) -> String {
    let NodeText {
        what,
        held,
        belief,
        believed,
    } = node(duel, which, standing, at).expect("a node");
    let each = |it: &Holder| {
        let part = it.part.clone().unwrap_or_default();
        format!("replica {}{part}{}", it.replica, it.end)
    };
    let list = |all: &[Holder]| all.iter().map(each).collect::<Vec<_>>().join(" ");
    let words = words(&what) + &list(&held) + &belief + &list(&believed);
    words.replace('\u{a0}', " ")
}

#[test]
fn a_node_is_told_with_who_holds_it_and_what_is_believed() {
    // This policy remembers little, so it is right about some prefixes and wrong about others.
    let duel = whole(&["least-load", "cache-aware@routed:lru=10000,every=30s"]).unwrap();
    let name = duel.sides[1].policy().to_owned();
    let layout = Layout::new(&duel.nodes, 160);
    let standing = at_end(&duel, 1, &layout);
    let mut kinds = [0; 2];
    for at in 0..duel.nodes.len() {
        let told = told(&duel, 1, &standing, at);
        let it = &duel.nodes[at];
        assert!(told.contains(&format!("in {} of 300 prompts", it.prompts)));
        let holders = (0..4).filter(|replica| standing.has(*replica, at).held > 0);
        let text = node(&duel, 1, &standing, at).expect("a node");
        assert_eq!(text.held.len(), holders.count());
        assert_eq!(told.contains("Held by none"), text.held.is_empty());
        let same = told.ends_with(&format!(" as {name} believes."));
        assert_eq!(told.contains("believes it held by"), !same, "{told}");
        kinds[usize::from(same)] += 1;
    }
    assert!(kinds.iter().all(|it| *it > 0), "{kinds:?}");
    assert!(told(&duel, 0, &at_end(&duel, 0, &layout), 0).ends_with("; least-load does not ask."));
    let nothing = Standing::new(&layout, duel.nodes.len(), 4);
    assert!(told(&duel, 1, &nothing, 0).ends_with(&format!("Held by none, as {name} believes.")));
    assert_eq!(node(&duel, 0, &standing, duel.nodes.len()), None);
}

#[test]
fn the_shapes_are_told_with_their_blocks_and_the_documents_are_numbered() {
    let duel = whole(&["least-load", "cache-aware"]).unwrap();
    let layout = Layout::new(&duel.nodes, 160);
    let count = |which: usize| {
        let standing = at_end(&duel, which, &layout);
        meant(&duel.sides[which], standing.sums()).len()
    };
    assert_eq!((count(0), count(1)), (1, 3));
    let numbers: Vec<_> = rows(&duel, &layout).iter().map(|it| it.1).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(rows(&duel, &Layout::new(&duel.nodes, 40)), []);
}
