use super::*;
use crate::comparison::whole;

#[test]
fn any_moment_is_the_same_from_anywhere() {
    let comparison = whole(&["least-load", "cache-aware"]).unwrap();
    let layout = Layout::new(&comparison.nodes, 160);
    let growth = &comparison.sides[1].growth;
    let nodes = comparison.nodes.len();
    let all = growth.pictures(comparison.marks.end);
    let mut standing = TreesState::new(&layout, nodes, 4);
    for pictures in [all / 2, 3, all, all - 1, 0, all / 3, all + 7, 1] {
        standing.seek(growth, &layout, pictures);
        let changed = (0..4).filter(|it| standing.take_changed(*it)).count();
        assert!(changed > 0, "{pictures}");
        standing.seek(growth, &layout, pictures);
        assert!((0..4).all(|it| !standing.take_changed(it)));
        let mut anew = TreesState::after(growth, &layout, nodes, 4, pictures);
        anew.changed = vec![false; 4];
        assert_eq!(standing, anew, "{pictures}");
    }
}
