use super::names::Names;
use super::walk::{Step, number, step};
use super::*;
use crate::comparison::PLAYS;
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
        let nodes = tree(&workload, usize::MAX);
        let mut ids = std::collections::BTreeSet::new();
        let mut of = Vec::new();
        for request in &workload.requests {
            workload.corpus.ids(request.prompt, &mut of);
            ids.extend(of.iter().map(|id| id.0));
        }
        let blocks: u64 = nodes.iter().map(|it| u64::from(it.blocks)).sum();
        assert_eq!(blocks, ids.len() as u64);
        for (at, node) in nodes.iter().enumerate() {
            // Both the node's first prompt and the one that says what is believed of it contain the node.
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
    let nodes = tree(&workload(1), usize::MAX);
    assert!(nodes.len() >= 2000, "{}", nodes.len());
    assert!(tree(&workload(2), usize::MAX).iter().any(|it| it.level > 3));
}

#[test]
fn steps_lead_there_and_back() {
    for play in 0..PLAYS.len() {
        let nodes = tree(&workload(play), usize::MAX);
        for at in (0..nodes.len()).step_by(7) {
            let to = |way| step(&nodes, at, way);
            if let Some(child) = to(Step::Child) {
                assert_eq!(step(&nodes, child, Step::Parent), Some(at));
                assert_eq!(number(&nodes, child), 1);
            }
            if let Some(next) = to(Step::Next) {
                assert_eq!(nodes[next].level, nodes[at].level);
                assert_eq!(step(&nodes, next, Step::Back), Some(at));
            }
            let parent = to(Step::Parent);
            assert_eq!(parent.is_none(), nodes[at].level == 0);
            assert!(parent.is_none_or(|it| (it + 1..nodes[it].end as usize).contains(&at)));
        }
        assert_eq!(step(&nodes, nodes.len(), Step::Next), None);
    }
}

#[test]
fn a_node_is_called_by_what_it_is() {
    let nodes = tree(&workload(0), usize::MAX);
    let named = |at| {
        Names::of("rag:contexts=8")
            .name(&nodes, at)
            .replace('\u{a0}', " ")
    };
    assert_eq!(named(0), "Document 1");
    assert_eq!(named(2), "Question 2 about document 1");
    let second = nodes[0].end as usize;
    assert_eq!(named(second), "Document 2");
    assert_eq!(named(second + 1), "Question 1 about document 2");
    let nodes = tree(&workload(2), usize::MAX);
    let named = |at| {
        Names::of("multi-turn")
            .name(&nodes, at)
            .replace('\u{a0}', " ")
    };
    assert_eq!(named(0), "The system prompt");
    assert_eq!(named(3), "Conversation 1, turn 3");
    assert_eq!(named(nodes[1].end as usize), "Conversation 2, turn 1");
    // The story gives the number of conversations.
    let conversations = nodes.iter().filter(|it| it.level == 1).count();
    assert!(
        PLAYS[2]
            .0
            .contains(&format!("of {conversations} conversations"))
    );
}
