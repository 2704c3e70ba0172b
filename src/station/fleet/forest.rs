//! All prefixes of a side as small trees, one per replica, in which one sees what is held and what the router believes. They
//! are on a canvas, as there may be thousands of nodes; a replica's tree is drawn again only when it has changed.

mod paint;
mod place;
mod point;

pub(super) use place::trees;

use super::turns::{Frame, Job};
use crate::figure::signal::renew;
use leptos::html::{Canvas, Details};
use leptos::prelude::*;
use paint::Paper;
use std::cell::RefCell;
use std::rc::Rc;
use warmpath_view::comparison::Comparison;
use warmpath_view::comparison::prefixes::layout::Layout;
use warmpath_view::comparison::trees::counts::{AT_A_TURN, HEIGHT, held, meant, rows, shapes};
use warmpath_view::comparison::trees::words::{NodeText, node, sentence, table};
use warmpath_view::comparison::trees::{Block, column, picture};
use warmpath_view::comparison::trees_state::TreesState;
use warmpath_view::table::Table;

/// A number that changes while a run is played.
type Count = ArcRwSignal<String>;

/// The elements and texts around a side's canvas. Copies share their state.
#[derive(Clone, Copy)]
pub(super) struct SideElements {
    /// The canvas that the trees are drawn on.
    canvas: NodeRef<Canvas>,
    /// The fold with the trees as a table.
    details: NodeRef<Details>,
    /// The number of blocks above each tree.
    heads: RwSignal<Vec<Count>>,
    /// The key below the trees: the class of each shape, its meaning and its number of blocks.
    keys: RwSignal<Vec<(&'static str, &'static str, Count)>>,
    /// The numbers beside the bars of the first level, each with its distance from the top \[px\].
    rows: RwSignal<Vec<(u32, u32)>>,
    /// The accessible name of the canvas.
    label: RwSignal<String>,
    /// The text on the node that is pointed at; `None` if none is.
    node: RwSignal<Option<NodeText>>,
    /// The frames around the node that is pointed at, one per tree: left, top, width and height \[px\].
    frames: RwSignal<Vec<[f64; 4]>>,
    /// The trees as a sentence and a table, while the fold is open.
    table: RwSignal<(String, Table)>,
}

/// The trees of one side: one per replica, with what its router believes and what is there.
pub(super) struct Forest {
    which: usize,
    shown: SideElements,
    /// The number of the replay that they are of.
    run: u32,
    /// Where each node has its bar in every tree.
    layout: Layout,
    /// What is believed and held at the playhead.
    standing: TreesState,
    /// The canvas with its context; `None` before there is anything to draw.
    paper: Option<Paper>,
    /// The rectangles of the replica that is being drawn, kept to save allocations.
    blocks: Vec<Block>,
    /// The numbers of blocks above the trees, then those of the key.
    counts: Vec<Count>,
    /// The number of the recorded state that the accessible name describes; `None` if it has to be made anew.
    described: Option<usize>,
    /// The node under the pointer; `None` if there is none.
    under: Option<usize>,
    /// The node that was tapped or reached by keys; `None` if there is none.
    kept: Option<usize>,
}

/// A side's trees, shared by the jobs that update them and the listeners of the pointer.
pub(super) type Shared = Rc<RefCell<Forest>>;

/// The jobs that keep a side's trees at the playhead: some that draw a share of the replicas' trees each, then the texts.
pub(super) fn jobs(forest: &Shared) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    // In a large fleet several replicas are drawn in one turn.
    for turn in 0..AT_A_TURN {
        let forest = Rc::clone(forest);
        jobs.push(Box::new(move |frame| {
            let mut forest = forest.borrow_mut();
            let Some(side) = frame.comparison.sides.get(forest.which) else {
                return;
            };
            forest.seek(frame);
            for replica in (turn..side.lanes.len()).step_by(AT_A_TURN) {
                forest.draw(frame, replica);
            }
        }));
    }
    let forest = Rc::clone(forest);
    jobs.push(Box::new(move |frame| {
        let mut forest = forest.borrow_mut();
        if forest.which < frame.comparison.sides.len() {
            forest.seek(frame);
            forest.tell(frame);
        }
    }));
    jobs
}

impl SideElements {
    /// The elements and texts before the first replay.
    fn new() -> Self {
        Self {
            canvas: NodeRef::new(),
            details: NodeRef::new(),
            heads: RwSignal::new(Vec::new()),
            keys: RwSignal::new(Vec::new()),
            rows: RwSignal::new(Vec::new()),
            label: RwSignal::new("Being replayed".to_owned()),
            node: RwSignal::new(None),
            frames: RwSignal::new(Vec::new()),
            table: RwSignal::default(),
        }
    }
}

impl Forest {
    /// The trees of side `which` before the first replay.
    pub(super) fn new(which: usize) -> Self {
        Self {
            which,
            shown: SideElements::new(),
            run: 0,
            layout: Layout::default(),
            standing: TreesState::default(),
            paper: None,
            blocks: Vec::new(),
            counts: Vec::new(),
            described: None,
            under: None,
            kept: None,
        }
    }

    /// Moves to the state at the playhead. For another replay all is made anew, and for another width or other colours the canvas.
    fn seek(&mut self, frame: &Frame<'_>) {
        let side = &frame.comparison.sides[self.which];
        let nodes = frame.comparison.nodes.len();
        let anew = self.run != frame.run;
        if anew {
            self.run = frame.run;
            self.layout = Layout::new(&frame.comparison.nodes, HEIGHT);
            self.standing = TreesState::new(&self.layout, nodes, side.lanes.len());
            (self.under, self.kept) = (None, None);
            let counts = |texts: Vec<String>| texts.into_iter().map(Count::new).collect::<Vec<_>>();
            let sums = self.standing.sums();
            let (heads, keys) = (counts(held(sums)), counts(meant(side, sums)));
            self.counts = [heads.clone(), keys.clone()].concat();
            self.shown.heads.set(heads);
            let shapes = shapes(side).iter().zip(keys);
            let keys = shapes.map(|((class, means, _), count)| (*class, *means, count));
            self.shown.keys.set(keys.collect());
            self.shown.rows.set(rows(frame.comparison, &self.layout));
        }
        if anew || self.paper.as_ref().map(|it| it.drawing) != Some(frame.drawing) {
            let canvas = self.shown.canvas.get_untracked();
            let paper = |canvas| Paper::new(canvas, HEIGHT, side.lanes.len(), frame.drawing);
            self.paper = canvas.and_then(paper);
            self.standing.all_changed();
            self.described = None;
        }
        let pictures = side.growth.pictures(frame.at);
        self.standing.seek(&side.growth, &self.layout, pictures);
    }

    /// Draws a replica's tree, if it has changed.
    fn draw(&mut self, frame: &Frame<'_>, replica: usize) {
        let Some(paper) = &self.paper else { return };
        if !self.standing.take_changed(replica) {
            return;
        }
        let looks = frame.comparison.sides[self.which].looks;
        let parts = self.standing.parts(replica);
        picture(&self.layout, parts, paper.each, looks, &mut self.blocks);
        paper.draw(replica, &self.blocks);
    }

    /// Updates the texts: the numbers of blocks, the text on a node, the table if it is open, and the accessible name. That
    /// changes only where the playhead rests, since a name that changes at every frame is of no use to a screen reader.
    fn tell(&mut self, frame: &Frame<'_>) {
        let side = &frame.comparison.sides[self.which];
        let sums = self.standing.sums();
        let counts = held(sums).into_iter().chain(meant(side, sums));
        for (count, now) in self.counts.iter().zip(counts) {
            if count.with_untracked(|before| *before != now) {
                count.set(now);
            }
        }
        self.tell_node(frame.comparison);
        // The table is made only while a reader has opened it.
        let details = self.shown.details.get_untracked();
        let open = details.is_some_and(|it| it.open());
        let pictures = side.growth.pictures(frame.at);
        if !open && (!frame.resting || self.described == Some(pictures)) {
            return;
        }
        let sentence = sentence(frame.comparison, self.which, sums);
        if open {
            renew(self.shown.table, (sentence.clone(), table(sums)));
        }
        if frame.resting {
            self.described = Some(pictures);
            renew(self.shown.label, sentence);
        }
    }

    /// Updates the text on the node that is pointed at, and puts a frame around it in every tree.
    fn tell_node(&self, comparison: &Comparison) {
        let at = self.under.or(self.kept);
        let text = at.and_then(|at| node(comparison, self.which, &self.standing, at));
        renew(self.shown.node, text);
        let place = at.and_then(|it| self.layout.places.get(self.layout.of(it)?));
        let frames = match self.paper.as_ref().zip(place) {
            None => Vec::new(),
            Some((paper, place)) => {
                let replicas = comparison.sides[self.which].lanes.len();
                let (left, width) = column(self.layout.levels, place.level, paper.each);
                let frame = |replica| {
                    [
                        paper.left(replica) + left - 1.5,
                        f64::from(place.top) - 1.5,
                        width + 3.0,
                        f64::from(place.height.max(2)) + 1.0,
                    ]
                };
                (0..replicas).map(frame).collect()
            }
        };
        renew(self.shown.frames, frames);
    }
}
