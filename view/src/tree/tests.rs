use super::*;
use proptest::prelude::*;

/// Generates any forest: each node picks a parent among those before it.
fn forest() -> impl Strategy<Value = Vec<Node>> {
    prop::collection::vec((any::<prop::sample::Index>(), 1u32..9), 1..60).prop_map(|picks| {
        let mut nodes: Vec<Node> = Vec::new();
        for (at, (pick, blocks)) in picks.into_iter().enumerate() {
            let parent = pick.index(at + 1).checked_sub(1);
            nodes.push(Node {
                parent,
                blocks,
                label: format!("node {at}"),
                ..Node::default()
            });
        }
        nodes
    })
}

proptest! {
    #[test]
    fn boxes_never_overlap_and_stay_inside(nodes in forest()) {
        let room = Room::default();
        let picture = layout(&nodes, room);
        for (i, a) in picture.boxes.iter().enumerate() {
            prop_assert!(a.x >= 0.0 && a.x + picture.box_width <= picture.width);
            prop_assert!(a.y >= 0.0 && a.y + picture.box_height <= picture.height, "{} {}", a.y, picture.height);
            for b in &picture.boxes[..i] {
                let apart = (a.y - b.y).abs() >= picture.box_height || (a.x - b.x).abs() >= picture.box_width;
                prop_assert!(apart, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn the_list_has_every_node_once_under_its_parent(nodes in forest()) {
        let rows = list(&nodes);
        prop_assert_eq!(rows.len(), nodes.len());
        for (at, row) in rows.iter().enumerate() {
            let before = rows[..at].iter().rev().find(|other| other.indent < row.indent);
            prop_assert_eq!(before.map(|other| other.node), nodes[row.node].parent);
        }
    }

    #[test]
    fn a_parent_stands_between_its_children(nodes in forest()) {
        let picture = layout(&nodes, Room::default());
        for (parent, it) in picture.boxes.iter().enumerate() {
            let children: Vec<f64> = picture.boxes.iter().filter(|b| nodes[b.node].parent == Some(parent)).map(|b| b.y).collect();
            if let (Some(first), Some(last)) = (children.first(), children.last()) {
                prop_assert!(*first <= it.y && it.y <= *last);
            }
        }
    }
}

#[test]
fn no_nodes_make_a_root_alone() {
    let picture = layout(&[], Room::default());
    assert!(picture.boxes.is_empty() && picture.height > 0.0);
}

#[test]
fn nodes_speak_in_whole_sentences() {
    let node = Node {
        label: "refund policy".into(),
        blocks: 3,
        lit: 2,
        replicas: 0b101,
        ..Node::default()
    };
    let spoken = node.spoken().replace(format::GAP, " ");
    assert_eq!(
        spoken,
        "refund policy, 2 of 3 blocks, partly on the path, held by replicas 0, 2"
    );
}
