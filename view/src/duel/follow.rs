//! A run's log, gone through once: every change of what the replicas hold of each prefix, and of what the router believes.
//!
//! What replicas hold changes as their pools say, to the block and the moment. What the first router believes follows from
//! the same where it asks the pools, and from what it sends where it goes by that. What it may come to believe otherwise by
//! itself (something grows too old, what pools say comes late) is looked for [`LOOKS`] times a run; at any single moment
//! [`Playback`] knows it exactly.

use super::growth::{Change, Growth, Has};
use super::holdings::{Grid, Moment, Shared};
use super::prefixes::Node;
use warmpath_core::fleet::{Playback, What};
use warmpath_core::request::Chain;
use warmpath_core::request::corpus::SegmentId;
use warmpath_core::units::{Map, VirtualTime};
use warmpath_core::workload::Workload;

/// How often in a run it is asked what the router believes, if that changes by itself.
const LOOKS: usize = 150;

/// What changed in a run: the pictures of the prefixes that are followed, and of all.
pub fn follow(
    mut playback: Playback,
    workload: &Workload,
    shared: &[Shared],
    nodes: &[Node],
) -> (Vec<Moment>, Growth) {
    let mut course = Course::new(&playback, workload, shared, nodes);
    let looks = (playback.facts().len() / LOOKS).max(1);
    while let Some(fact) = playback.step() {
        match fact.what {
            What::Sent { request } => course.ask_for(fact.at, request),
            What::Stored {
                replica,
                segment,
                to,
                ..
            } => course.hold(fact.at, usize::from(replica), segment, to),
            What::Evicted {
                replica,
                segment,
                from,
                ..
            } => course.hold(fact.at, usize::from(replica), segment, from),
            What::Routed {
                request,
                replica,
                router: 0,
                ..
            } if playback.learns_by_routing() => {
                course.route(fact.at, request, usize::from(replica));
            }
            _ => {}
        }
        let last = playback.past() == playback.facts().len();
        if playback.changes_by_itself() && (playback.past().is_multiple_of(looks) || last) {
            course.look(&playback);
        }
        course.take_moment(fact.at);
    }
    (course.moments, course.growth)
}

struct Course<'a> {
    workload: &'a Workload,
    shared: &'a [Shared],
    nodes: &'a [Node],
    replicas: usize,
    /// The router believes what is held.
    asks: bool,
    /// The nodes in each segment.
    in_segment: Map<SegmentId, Vec<u32>>,
    /// By node: somebody has asked for it. What nobody has asked for is not shown.
    asked: Vec<bool>,
    /// By node, then by replica.
    has: Vec<Has>,
    growth: Growth,
    /// By prefix that is followed, then by replica.
    now: [Grid; 2],
    changed: bool,
    moments: Vec<Moment>,
}

const BELIEVED: usize = 0;
const HELD: usize = 1;

impl<'a> Course<'a> {
    fn new(
        playback: &Playback,
        workload: &'a Workload,
        shared: &'a [Shared],
        nodes: &'a [Node],
    ) -> Self {
        let mut in_segment: Map<SegmentId, Vec<u32>> = Map::default();
        for (at, node) in (0u32..).zip(nodes) {
            let prompt = prompt(workload, node.request);
            let mut runs = workload.corpus.runs(prompt);
            // The run of its prompt that it lies in.
            let its = runs.find(|&(id, _)| workload.corpus.segment(id).before <= node.from);
            if let Some((segment, _)) = its {
                in_segment.entry(segment).or_default().push(at);
            }
        }
        let replicas = playback.replicas();
        let grid = vec![0; shared.len() * replicas];
        Self {
            workload,
            shared,
            nodes,
            replicas,
            asks: playback.believes_what_is_held(),
            in_segment,
            asked: vec![false; nodes.len()],
            has: vec![Has::default(); nodes.len() * replicas],
            growth: Growth::default(),
            now: [grid.clone(), grid],
            changed: false,
            moments: Vec::new(),
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

    /// Somebody asks for the nodes of a prompt: what is there of them is shown from now on.
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

    /// The nodes of a prompt.
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
            let has = Has {
                held: part,
                believed: if self.asks { part } else { was.believed },
            };
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
            // Nothing deeper is held without all of this.
            let was = self.now[HELD][prefix * self.replicas + replica];
            let depth = match blocks < covered {
                true => depth,
                false => was.max(before + covered),
            };
            self.grid(HELD, prefix, replica, depth);
            if self.asks {
                self.grid(BELIEVED, prefix, replica, depth);
            }
        }
    }

    /// The router sends a prompt to a replica, and takes it to be there from now on.
    fn route(&mut self, at: VirtualTime, request: u32, replica: usize) {
        let sent = prompt(self.workload, request);
        for node in self.on_path(sent) {
            let part = part(&self.nodes[node as usize], sent.depth);
            let was = self.has[node as usize * self.replicas + replica];
            let has = Has {
                believed: was.believed.max(part),
                ..was
            };
            self.put(at, node, replica, has);
        }
        for (prefix, it) in self.shared.iter().enumerate() {
            let alike = self
                .alike(sent, prompt(self.workload, it.request))
                .min(it.blocks);
            let was = self.now[BELIEVED][prefix * self.replicas + replica];
            self.grid(BELIEVED, prefix, replica, was.max(alike));
        }
    }

    /// How many leading blocks two prompts have in common.
    fn alike(&self, one: Chain, other: Chain) -> u32 {
        let corpus = &self.workload.corpus;
        let shared = corpus.runs(other).find_map(|(segment, covered)| {
            let mut runs = corpus.runs(one);
            let (_, mine) = runs.find(|&(id, _)| id == segment)?;
            Some(corpus.segment(segment).before + mine.min(covered))
        });
        shared.unwrap_or(0)
    }

    /// Asks what the router believes of everything.
    fn look(&mut self, playback: &Playback) {
        let mut asked = playback.ask(0);
        let mut known: Option<(u32, Vec<u32>)> = None;
        for node in 0..self.nodes.len() as u32 {
            let it = self.nodes[node as usize];
            if !self.asked[node as usize] {
                continue;
            }
            let depths = match known.take() {
                Some((of, depths)) if of == it.deepest => depths,
                _ => asked.believed(it.deepest),
            };
            for (replica, &depth) in depths.iter().enumerate() {
                let was = self.has[node as usize * self.replicas + replica];
                let has = Has {
                    believed: part(&it, depth),
                    ..was
                };
                self.put(playback.now(), node, replica, has);
            }
            known = Some((it.deepest, depths));
        }
        for (prefix, it) in self.shared.iter().enumerate() {
            for (replica, depth) in asked.believed(it.request).into_iter().enumerate() {
                self.grid(BELIEVED, prefix, replica, depth.min(it.blocks));
            }
        }
    }

    /// Keeps what is so of the prefixes that are followed, if it has changed.
    fn take_moment(&mut self, at: VirtualTime) {
        if !core::mem::take(&mut self.changed) {
            return;
        }
        let [believed, held] = self.now.clone();
        let moment = Moment { at, believed, held };
        match self.moments.last_mut() {
            Some(last) if last.at == at => *last = moment,
            _ => self.moments.push(moment),
        }
    }
}

/// What is there of a node if its path is there to a depth.
fn part(node: &Node, depth: u32) -> u32 {
    depth.saturating_sub(node.from).min(node.blocks)
}

fn prompt(workload: &Workload, request: u32) -> Chain {
    workload.requests[request as usize % workload.requests.len()].prompt
}
