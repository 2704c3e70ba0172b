use super::*;
use crate::comparison::prefixes::tests::workload;
use crate::comparison::prefixes::tree;

#[test]
fn places_hold_every_node_once_and_do_not_overlap() {
    for (play, height) in [(0, 2000), (0, 140), (1, 140), (2, 90)] {
        let nodes = tree(&workload(play), usize::MAX);
        let layout = Layout::new(&nodes, height);
        let places = &layout.places;
        let mut blocks = vec![0; places.len()];
        for (at, node) in nodes.iter().enumerate() {
            let place = layout.of(at).unwrap();
            assert_eq!(places[place].level, node.level);
            blocks[place] += node.blocks;
        }
        for (n, a) in places.iter().enumerate() {
            assert_eq!(a.blocks, blocks[n]);
            assert!(a.top + a.height <= height && a.level < layout.levels);
            for b in &places[n + 1..] {
                let down = a.top.max(b.top) < (a.top + a.height).min(b.top + b.height);
                assert!(a.level != b.level || !down, "{a:?} {b:?}");
            }
        }
        assert_eq!(
            places.iter().map(|it| it.nodes).sum::<u32>(),
            nodes.len() as u32
        );
        // The number of bars is bounded, whatever the tree's size.
        let most = f64::from(layout.levels) * (f64::from(height) / LEAST + 1.0);
        assert!(places.len() as f64 <= most, "{} {most}", places.len());
    }
}

#[test]
fn every_node_that_stands_alone_is_found_where_it_is() {
    for (play, height) in [(0, 2000), (1, 160), (2, 160)] {
        let nodes = tree(&workload(play), usize::MAX);
        let layout = Layout::new(&nodes, height);
        let mut found = 0;
        for place in &layout.places {
            for y in place.top..place.top + place.height {
                let node = layout.at(place.level, f64::from(y) + 0.5).unwrap();
                assert_eq!(layout.places[layout.of(node).unwrap()], *place);
                found += usize::from(place.nodes == 1 && node == place.first as usize);
            }
        }
        // A hundred documents are too many for any of them to have a bar of its own.
        assert_eq!(found > 0, play != 1);
        assert_eq!(layout.at(layout.levels, 1.0), None);
        assert_eq!(layout.at(0, f64::from(height) + 1.0), None);
    }
}

#[test]
fn nothing_has_no_picture() {
    assert_eq!(Layout::new(&[], 100).places, []);
    assert_eq!(Layout::new(&[], 100).at(0, 0.0), None);
}
