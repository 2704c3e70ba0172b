use super::*;
use crate::duel::PLAYS;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Named;

pub(super) fn workload(play: usize) -> Workload {
    let scenario = Scenario::from_query(PLAYS[play].1).unwrap();
    let named = Named::parse(&scenario.workload).unwrap();
    let made = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    made.unwrap()
}

#[test]
fn the_tree_holds_every_block_of_every_prompt_once() {
    for play in 0..PLAYS.len() {
        let workload = workload(play);
        let nodes = tree(&workload);
        let mut ids = std::collections::BTreeSet::new();
        let mut of = Vec::new();
        for request in &workload.requests {
            workload.corpus.ids(request.prompt, &mut of);
            ids.extend(of.iter().map(|id| id.0));
        }
        let blocks: u64 = nodes.iter().map(|it| u64::from(it.blocks)).sum();
        assert_eq!(blocks, ids.len() as u64);
        for (at, node) in nodes.iter().enumerate() {
            // A node's prompt reaches through it, and so does the one that goes on from it.
            for request in [node.request, node.deepest] {
                let prompt = workload.requests[request as usize].prompt;
                assert!(prompt.depth >= node.from + node.blocks);
            }
            assert!(node.end as usize > at && node.end as usize <= nodes.len());
            let below = &nodes[at + 1..node.end as usize];
            assert!(below.iter().all(|it| it.from >= node.from + node.blocks));
            assert!(
                below
                    .iter()
                    .all(|it| it.level > node.level && it.request >= node.request)
            );
        }
    }
}

#[test]
fn the_long_play_has_a_tree_of_two_thousand_nodes() {
    let nodes = tree(&workload(1));
    assert!(nodes.len() >= 2000, "{}", nodes.len());
    assert!(tree(&workload(2)).iter().any(|it| it.level > 3));
}
