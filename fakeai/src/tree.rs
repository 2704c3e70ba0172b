//! FakeAI's RadixTree: a plain trie with one node per token, from which nothing is ever evicted.
//!
//! Nodes are numbers, and all edges are in one map, so a prompt of any length is walked, counted and dropped without
//! recursion (FakeAI's own statistics fail beyond about a thousand tokens).

use serde::Serialize;
use std::collections::BTreeSet;
use warmpath_core::units::{Map, Set};

/// The prompts completed so far as a trie, with the blocks that their whole-block prefixes made and the workers that
/// completed them.
#[derive(Clone, Debug)]
pub struct TokenTree {
    block_size: usize,
    /// From a node and the next token to the next node; the root is node 0, the others count from 1 in order of creation.
    edges: Map<(u32, u32), u32>,
    /// From the node at a block's end to the workers that completed a prompt through it.
    blocks: Map<u32, Set<u32>>,
    workers: Vec<String>,
}

/// The result of a look-up in the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// The number of leading tokens that are in the tree; not rounded to blocks, and not tied to any worker.
    pub tokens: usize,
    /// The number of whole blocks in these tokens.
    pub blocks: usize,
    /// The workers that ever completed a prompt with the same first block, however little else they have in common with it.
    pub workers: BTreeSet<String>,
}

/// The size of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TreeReport {
    /// The number of nodes, the root included.
    pub total_nodes: usize,
    /// The number of distinct whole-block prefixes that were ever completed.
    pub total_cached_blocks: usize,
}

impl TokenTree {
    /// An empty tree with blocks of `block_size` tokens; 0 counts as 1.
    pub fn new(block_size: u32) -> Self {
        Self {
            block_size: block_size.max(1) as usize,
            edges: Map::default(),
            blocks: Map::default(),
            workers: Vec::new(),
        }
    }

    /// Adds a prompt of `tokens` that `worker` completed; returns the number of blocks that are new.
    pub fn insert(&mut self, tokens: &[u32], worker: &str) -> usize {
        let worker = self.worker(worker);
        let before = self.blocks.len();
        let mut node = 0;
        for (index, &token) in tokens.iter().enumerate() {
            let next = self.edges.len() as u32 + 1;
            node = *self.edges.entry((node, token)).or_insert(next);
            if (index + 1).is_multiple_of(self.block_size) {
                self.blocks.entry(node).or_default().insert(worker);
            }
        }
        self.blocks.len() - before
    }

    /// How much of a prompt is in the tree, and which workers completed its first block.
    pub fn find(&self, tokens: &[u32]) -> Match {
        let (mut node, mut depth, mut workers) = (0, 0, None);
        for &token in tokens {
            let Some(&next) = self.edges.get(&(node, token)) else {
                break;
            };
            (node, depth) = (next, depth + 1);
            if depth == self.block_size {
                // The union of the sets at all block ends is the set at the first one: a worker in a deeper set is in the
                // first too.
                workers = self.blocks.get(&node);
            }
        }
        Match {
            tokens: depth,
            blocks: depth / self.block_size,
            workers: workers
                .into_iter()
                .flatten()
                .map(|&worker| self.workers[worker as usize].clone())
                .collect(),
        }
    }

    /// The number of nodes and blocks.
    pub fn report(&self) -> TreeReport {
        TreeReport {
            total_nodes: self.edges.len() + 1,
            total_cached_blocks: self.blocks.len(),
        }
    }

    /// The number that stands for a worker's name. There are few workers, so a linear search is enough.
    fn worker(&mut self, name: &str) -> u32 {
        let known = self.workers.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            self.workers.push(name.to_owned());
            self.workers.len() - 1
        }) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_very_long_prompt_needs_no_recursion() {
        let tokens: Vec<u32> = (0..200_000).collect();
        let mut tree = TokenTree::new(16);
        assert_eq!(tree.insert(&tokens, "worker-0"), 12_500);
        assert_eq!(tree.find(&tokens).tokens, 200_000);
        assert_eq!(tree.report().total_nodes, 200_001);
    }

    #[test]
    fn nothing_matches_nothing() {
        let mut tree = TokenTree::new(0);
        assert_eq!(tree.insert(&[], "worker-0"), 0);
        assert_eq!(tree.find(&[]), Match::default());
        assert_eq!(
            (tree.report().total_nodes, tree.report().total_cached_blocks),
            (1, 0)
        );
    }

    proptest! {
        /// Compares the tree with a naive twin that keeps every prompt whole and compares prefixes.
        #[test]
        fn agrees_with_its_naive_twin(
            block_size in 1u32..5,
            prompts in proptest::collection::vec((proptest::collection::vec(0u32..3, 0..12), 0u32..3), 0..20),
            asked in proptest::collection::vec(0u32..3, 0..14),
        ) {
            let mut tree = TokenTree::new(block_size);
            let size = block_size as usize;
            let mut prefixes = BTreeSet::from([Vec::new()]);
            let mut blocks = BTreeSet::new();
            let mut workers = BTreeSet::new();
            let mut matched = 0;
            for (tokens, worker) in &prompts {
                let before = blocks.len();
                for end in 1..=tokens.len() {
                    prefixes.insert(tokens[..end].to_vec());
                    if end % size == 0 {
                        blocks.insert(tokens[..end].to_vec());
                    }
                }
                let name = format!("worker-{worker}");
                prop_assert_eq!(tree.insert(tokens, &name), blocks.len() - before);
                let common = tokens.iter().zip(&asked).take_while(|(a, b)| a == b).count();
                matched = matched.max(common);
                if common >= size {
                    workers.insert(name);
                }
            }
            prop_assert_eq!(tree.find(&asked), Match { tokens: matched, blocks: matched / size, workers });
            prop_assert_eq!(tree.report().total_nodes, prefixes.len());
            prop_assert_eq!(tree.report().total_cached_blocks, blocks.len());
        }
    }
}
