//! Goes through a run's log once and records every change of what the replicas hold of each prefix, and of what the router
//! believes.
//!
//! What replicas hold changes as their pools report, exact to the block and the moment; what the first router believes
//! changes as [`Watch`] reports, just as exact.

use super::growth::{Change, Growth, Has};
use super::holdings::{BeliefSnapshot, Grid, Shared};
use super::prefixes::Node;
use warmpath_core::fleet::{Fact, Watch, WatchedEvents, What};
use warmpath_core::request::Chain;
use warmpath_core::request::corpus::SegmentId;
use warmpath_core::units::{Map, VirtualTime};
use warmpath_core::workload::Workload;

/// The requests to be watched: what is believed of their prompts determines what is believed of all these nodes and
/// prefixes.
pub fn telling(shared: &[Shared], nodes: &[Node]) -> Vec<u32> {
    let of_nodes = nodes.iter().map(|node| node.deepest);
    of_nodes.chain(shared.iter().map(|it| it.request)).collect()
}

/// The changes in a run, first of the followed prefixes, then of all nodes. `watch` must watch the requests given by
/// [`telling`].
pub fn follow(
    watch: Watch,
    workload: &Workload,
    shared: &[Shared],
    nodes: &[Node],
) -> (Vec<BeliefSnapshot>, Growth) {
    let mut course = BeliefFollower::new(watch.replicas(), workload, shared, nodes);
    for seen in watch {
        let at = match seen {
            WatchedEvents::Fact(Fact { at, what }) => {
                course.happen(at, what);
                at
            }
            WatchedEvents::Believed {
                at,
                request,
                depths,
            } => {
                course.believe(at, request, &depths);
                at
            }
        };
        course.take_moment(at);
    }
    (course.moments, course.growth)
}

struct BeliefFollower<'a> {
    workload: &'a Workload,
    shared: &'a [Shared],
    nodes: &'a [Node],
    replicas: usize,
    /// For each watched request, the nodes whose belief is read from its prompt.
    read_from: Map<u32, Vec<u32>>,
    /// The nodes in each segment of the corpus.
    in_segment: Map<SegmentId, Vec<u32>>,
    /// For each node, whether a request with it has been sent; other nodes are not shown yet.
    asked: Vec<bool>,
    /// What is held and believed of each node, by node and then by replica.
    has: Vec<Has>,
    growth: Growth,
    /// What is believed (first) and held (second) of the followed prefixes, by prefix and then by replica.
    now: [Grid; 2],
    changed: bool,
    moments: Vec<BeliefSnapshot>,
}

const BELIEVED: usize = 0;
const HELD: usize = 1;

impl<'a> BeliefFollower<'a> {
    fn new(
        replicas: usize,
        workload: &'a Workload,
        shared: &'a [Shared],
        nodes: &'a [Node],
    ) -> Self {
        let mut in_segment: Map<SegmentId, Vec<u32>> = Map::default();
        for (at, node) in (0u32..).zip(nodes) {
            let prompt = prompt(workload, node.request);
            let mut runs = workload.corpus.runs(prompt);
            // The run of its prompt in which the node lies.
            let its = runs.find(|&(id, _)| workload.corpus.segment(id).before <= node.from);
            if let Some((segment, _)) = its {
                in_segment.entry(segment).or_default().push(at);
            }
        }
        let mut read_from: Map<u32, Vec<u32>> = Map::default();
        for (at, node) in (0..).zip(nodes) {
            read_from.entry(node.deepest).or_default().push(at);
        }
        let grid = vec![0; shared.len() * replicas];
        Self {
            workload,
            shared,
            nodes,
            replicas,
            read_from,
            in_segment,
            asked: vec![false; nodes.len()],
            has: vec![Has::default(); nodes.len() * replicas],
            growth: Growth::default(),
            now: [grid.clone(), grid],
            changed: false,
            moments: Vec::new(),
        }
    }

    fn happen(&mut self, at: VirtualTime, what: What) {
        match what {
            What::Sent { request } => self.ask_for(at, request),
            What::Stored {
                replica,
                segment,
                to,
                ..
            } => self.hold(at, usize::from(replica), segment, to),
            What::Evicted {
                replica,
                segment,
                from,
                ..
            } => self.hold(at, usize::from(replica), segment, from),
            _ => {}
        }
    }

    fn put(&mut self, at: VirtualTime, node: u32, replica: usize, has: Has) {
        let here = &mut self.has[node as usize * self.replicas + replica];
        if *here == has {
            return;
        }
        *here = has;
        if self.asked[node as usize] {
            let replica = replica as u32;
            self.growth.push(at, Change { node, replica, has });
        }
    }

    fn grid(&mut self, which: usize, prefix: usize, replica: usize, blocks: u32) {
        let there = &mut self.now[which][prefix * self.replicas + replica];
        self.changed |= *there != blocks;
        *there = blocks;
    }

    /// A request with these nodes is sent, so what is held and believed of them is shown from now on.
    fn ask_for(&mut self, at: VirtualTime, request: u32) {
        for node in self.on_path(prompt(self.workload, request)) {
            if core::mem::replace(&mut self.asked[node as usize], true) {
                continue;
            }
            for replica in 0..self.replicas {
                let has = self.has[node as usize * self.replicas + replica];
                if has != Has::default() {
                    let replica = replica as u32;
                    self.growth.push(at, Change { node, replica, has });
                }
            }
        }
    }

    /// The nodes on the path of a prompt.
    fn on_path(&self, prompt: Chain) -> Vec<u32> {
        let mut path = Vec::new();
        for (segment, covered) in self.workload.corpus.runs(prompt) {
            let end = self.workload.corpus.segment(segment).before + covered;
            let nodes = self.in_segment.get(&segment).into_iter().flatten();
            path.extend(nodes.filter(|&&node| self.nodes[node as usize].from < end));
        }
        path
    }

    /// From now on a replica holds so many blocks of a segment.
    fn hold(&mut self, at: VirtualTime, replica: usize, segment: SegmentId, blocks: u32) {
        let before = self.workload.corpus.segment(segment).before;
        let depth = before + blocks;
        for node in self.in_segment.get(&segment).cloned().unwrap_or_default() {
            let part = part(&self.nodes[node as usize], depth);
            let was = self.has[node as usize * self.replicas + replica];
            let has = Has { held: part, ..was };
            self.put(at, node, replica, has);
        }
        for (prefix, it) in self.shared.iter().enumerate() {
            let chain = self
                .workload
                .corpus
                .prefix(prompt(self.workload, it.request), it.blocks);
            let mut runs = self.workload.corpus.runs(chain);
            let Some((_, covered)) = runs.find(|&(id, _)| id == segment) else {
                continue;
            };
            // A replica holds deeper blocks only if it holds all of these.
            let was = self.now[HELD][prefix * self.replicas + replica];
            let depth = match blocks < covered {
                true => depth,
                false => was.max(before + covered),
            };
            self.grid(HELD, prefix, replica, depth);
        }
    }

    /// From now on the router believes that each replica holds so many blocks of a request's prompt.
    fn believe(&mut self, at: VirtualTime, request: u32, depths: &[u32]) {
        for node in self.read_from.get(&request).cloned().unwrap_or_default() {
            let it = self.nodes[node as usize];
            for (replica, &depth) in depths.iter().enumerate() {
                let was = self.has[node as usize * self.replicas + replica];
                let has = Has {
                    believed: part(&it, depth),
                    ..was
                };
                self.put(at, node, replica, has);
            }
        }
        for (prefix, it) in self.shared.iter().enumerate() {
            if it.request == request {
                for (replica, depth) in depths.iter().enumerate() {
                    self.grid(BELIEVED, prefix, replica, (*depth).min(it.blocks));
                }
            }
        }
    }

    /// Records the state of the followed prefixes, if it has changed.
    fn take_moment(&mut self, at: VirtualTime) {
        if !core::mem::take(&mut self.changed) {
            return;
        }
        let [believed, held] = self.now.clone();
        let moment = BeliefSnapshot { at, believed, held };
        match self.moments.last_mut() {
            Some(last) if last.at == at => *last = moment,
            _ => self.moments.push(moment),
        }
    }
}

/// The number of a node's blocks that are there if its path is there to a depth \[blocks\].
fn part(node: &Node, depth: u32) -> u32 {
    depth.saturating_sub(node.from).min(node.blocks)
}

fn prompt(workload: &Workload, request: u32) -> Chain {
    workload.request(request).prompt
}
