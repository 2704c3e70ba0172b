use super::counts::{meant, rows};
use super::words::{Holder, NodeText, node, sentence, table};
use super::*;
use crate::comparison::trees_state::TreesState;
use crate::comparison::{Comparison, opening, whole};
use crate::format;
use crate::rich::words;

fn at_end(comparison: &Comparison, which: usize, layout: &Layout) -> TreesState {
    let growth = &comparison.sides[which].growth;
    let all = growth.pictures(comparison.marks.end);
    TreesState::after(growth, layout, comparison.nodes.len(), 4, all)
}

#[test]
fn a_picture_has_the_blocks_in_their_shares() {
    let comparison = opening().unwrap();
    let layout = Layout::new(&comparison.nodes, 160);
    let standing = at_end(&comparison, 1, &layout);
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
    assert!(0.0 < area(ShapeKind::Known) && area(ShapeKind::Known) < area(ShapeKind::Ground));
    assert_eq!(area(ShapeKind::Gone) + area(ShapeKind::Missed), 0.0);
    // Before the first change there is only the ground.
    let nothing = TreesState::new(&layout, comparison.nodes.len(), 4);
    picture(&layout, nothing.parts(1), 150.0, true, &mut blocks);
    assert!(blocks.iter().all(|it| it.kind == ShapeKind::Ground));
    assert_eq!(blocks.len(), layout.places.len());
}

#[test]
fn what_a_router_that_does_not_ask_cannot_know_is_not_held_against_it() {
    let comparison = opening().unwrap();
    let layout = Layout::new(&comparison.nodes, 160);
    let standing = at_end(&comparison, 0, &layout);
    let mut blocks = Vec::new();
    for (looks, kind) in [(false, ShapeKind::Known), (true, ShapeKind::Missed)] {
        picture(&layout, standing.parts(0), 150.0, looks, &mut blocks);
        let drawn = blocks.iter().filter(|it| it.kind != ShapeKind::Ground);
        assert!(drawn.clone().count() > 0 && drawn.clone().all(|it| it.kind == kind));
    }
}

#[test]
fn the_picture_is_told_with_its_numbers() {
    let comparison = whole(&["least-load", "cache-aware"]).unwrap();
    let layout = Layout::new(&comparison.nodes, 160);
    let nodes = format::count(comparison.nodes.len() as u64);
    let plain = sentence(&comparison, 0, at_end(&comparison, 0, &layout).sums());
    assert!(
        plain.contains("does not ask") && plain.contains(&nodes),
        "{plain}"
    );
    let standing = at_end(&comparison, 1, &layout);
    let text = sentence(&comparison, 1, standing.sums());
    assert!(
        text.contains("believes in") && text.contains("300\u{a0}prompts"),
        "{text}"
    );
    let table = table(standing.sums());
    let words = table.words();
    let replicas = words.iter().filter(|it| it.starts_with("replica "));
    assert_eq!(replicas.count(), 4);
}

/// The text on a node, as a screen reader reads it.
fn node_text(comparison: &Comparison, which: usize, standing: &TreesState, at: usize) -> String {
    let NodeText {
        what,
        held,
        belief,
        believed,
    } = node(comparison, which, standing, at).expect("a node");
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
    let comparison = whole(&["least-load", "cache-aware@routed:lru=10000,every=30s"]).unwrap();
    let name = comparison.sides[1].policy().to_owned();
    let layout = Layout::new(&comparison.nodes, 160);
    let standing = at_end(&comparison, 1, &layout);
    let mut kinds = [0; 2];
    for at in 0..comparison.nodes.len() {
        let text = node_text(&comparison, 1, &standing, at);
        let it = &comparison.nodes[at];
        assert!(text.contains(&format!("in {} of 300 prompts", it.prompts)));
        let holders = (0..4).filter(|replica| standing.has(*replica, at).held > 0);
        let parts = node(&comparison, 1, &standing, at).expect("a node");
        assert_eq!(parts.held.len(), holders.count());
        assert_eq!(text.contains("Held by none"), parts.held.is_empty());
        let same = text.ends_with(&format!(" as {name} believes."));
        assert_eq!(text.contains("believes it held by"), !same, "{text}");
        kinds[usize::from(same)] += 1;
    }
    assert!(kinds.iter().all(|it| *it > 0), "{kinds:?}");
    assert!(
        node_text(&comparison, 0, &at_end(&comparison, 0, &layout), 0)
            .ends_with("; least-load does not ask.")
    );
    let nothing = TreesState::new(&layout, comparison.nodes.len(), 4);
    assert!(
        node_text(&comparison, 1, &nothing, 0)
            .ends_with(&format!("Held by none, as {name} believes."))
    );
    assert_eq!(
        node(&comparison, 0, &standing, comparison.nodes.len()),
        None
    );
}

#[test]
fn the_shapes_are_told_with_their_blocks_and_the_documents_are_numbered() {
    let comparison = whole(&["least-load", "cache-aware"]).unwrap();
    let layout = Layout::new(&comparison.nodes, 160);
    let count = |which: usize| {
        let standing = at_end(&comparison, which, &layout);
        meant(&comparison.sides[which], standing.sums()).len()
    };
    assert_eq!((count(0), count(1)), (1, 3));
    let numbers: Vec<_> = rows(&comparison, &layout).iter().map(|it| it.1).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(rows(&comparison, &Layout::new(&comparison.nodes, 40)), []);
}
