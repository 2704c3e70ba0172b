use crate::comparison::play::{made, query};
use crate::comparison::prefixes::layout::Layout;
use crate::comparison::trees_state::TreesState;
use crate::comparison::{opening, whole};
use warmpath_core::fleet::Playback;
use warmpath_core::units::VirtualTime;

#[test]
fn a_picture_is_what_the_playback_says() {
    // The second policy asks the pools, the third remembers all that it sent, and the last hears of events late.
    let policies = ["least-load", "smart", "smart@routed", "smart@events:200ms"];
    let mut watched = made(&query(0, &policies.map(str::to_owned))).unwrap();
    while !watched.run(1 << 16).unwrap() {}
    let layout = Layout::new(&watched.nodes, 120);
    for (which, run) in watched.replay.runs().iter().enumerate() {
        let (scenario, workload) = (watched.replay.scenario(), watched.replay.workload());
        let playback = Playback::new(scenario, workload, run).unwrap();
        let mut playback = playback.unwrap();
        let (growth, nodes) = (&watched.growths[which], &watched.nodes);
        let replicas = playback.replicas();
        assert!(
            growth.pictures(run.end) > 150,
            "{}",
            growth.pictures(run.end)
        );
        for part in [0.03, 0.2, 0.51, 0.77, 1.0] {
            let at = VirtualTime::from_secs(run.end.secs() * part);
            playback.seek(at);
            let pictures = growth.pictures(at);
            let standing = TreesState::after(growth, &layout, nodes.len(), replicas, pictures);
            let mut asked = playback.belief(0);
            for (of, node) in nodes.iter().enumerate() {
                if run.records[node.request as usize].sent > at {
                    continue;
                }
                let part = |depth: u32| depth.saturating_sub(node.from).min(node.blocks);
                let (held, believed) = (playback.held(node.deepest), asked.believed(node.deepest));
                for replica in 0..replicas {
                    let has = standing.has(replica, of);
                    assert_eq!(has.held, part(held[replica]), "{which}: {node:?}");
                    assert_eq!(has.believed, part(believed[replica]), "{which}: {node:?}");
                }
            }
        }
        let last = &watched.moments[which].last().unwrap();
        for (prefix, it) in watched.shared.iter().enumerate() {
            let row = prefix * replicas..(prefix + 1) * replicas;
            let cut = |depths: Vec<u32>| -> Vec<u32> {
                depths
                    .into_iter()
                    .map(|depth| depth.min(it.blocks))
                    .collect()
            };
            assert_eq!(last.held[row.clone()], cut(playback.held(it.request)));
            assert_eq!(last.believed[row], cut(playback.believed(0, it.request)));
        }
    }
}

#[test]
fn a_router_that_asks_the_pools_knows_all_and_one_that_remembers_is_sometimes_wrong() {
    let comparison = opening().unwrap();
    let nodes = comparison.nodes.len();
    let layout = Layout::new(&comparison.nodes, 120);
    let smart = &comparison.sides[1].growth;
    let all = smart.pictures(comparison.marks.end);
    assert!(all > 50, "{all}");
    for pictures in [all / 3, all] {
        let standing = TreesState::after(smart, &layout, nodes, 4, pictures);
        for sums in standing.sums() {
            assert!(sums.known > 0);
            assert_eq!((sums.missed, sums.gone), (0, 0));
        }
    }
    let comparison = whole(&["least-load", "cache-aware"]).unwrap();
    let growth = &comparison.sides[1].growth;
    let wrong = |pictures| {
        let standing = TreesState::after(growth, &layout, nodes, 4, pictures);
        standing.sums().iter().any(|it| it.missed + it.gone > 0)
    };
    assert!((1..growth.pictures(comparison.marks.end)).any(wrong));
}
