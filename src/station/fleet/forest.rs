//! All prefixes of a side as small trees, a replica each: what is there, and what the router believes. On a canvas, since
//! there may be thousands; a replica's is drawn anew only when something has changed there.

mod paint;
mod point;

use super::turns::{Job, Scene};
use crate::figure::{Sheet, mark};
use leptos::prelude::RwSignal;
use paint::Paper;
use std::cell::RefCell;
use std::rc::Rc;
use warmpath_view::duel::prefixes::layout::Layout;
use warmpath_view::duel::standing::Standing;
use warmpath_view::duel::trees::markup::{AT_A_TURN, HEIGHT, HINT, heads, held, keys, meant, rows};
use warmpath_view::duel::trees::{self, Block, words};
use warmpath_view::duel::{Duel, MOST};
use warmpath_view::markup::escape;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

/// A side's trees.
struct Forest {
    which: usize,
    sheet: Sheet,
    /// Which replay they are of.
    run: u32,
    layout: Layout,
    standing: Standing,
    /// What is drawn on, once there is something to draw.
    paper: Option<Paper>,
    /// What a replica's picture is made in.
    blocks: Vec<Block>,
    /// Where numbers of blocks stand, and what they say.
    counts: Vec<Element>,
    counted: Vec<String>,
    /// How many pictures the label tells.
    told: Option<usize>,
    /// The node under the pointer.
    under: Option<usize>,
    /// The node that was tapped or walked to.
    kept: Option<usize>,
    /// What goes round the pointed place, a part a replica.
    marks: Vec<Element>,
}

/// Plants all sides' trees and hears who points at them: jobs, a replica's tree each and a side's words.
pub(super) fn plant(sheet: &Sheet, shown: RwSignal<Option<Duel>>, asks: RwSignal<()>) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    let forest = |which| Rc::new(RefCell::new(Forest::new(sheet, which)));
    let forests: Vec<_> = (0..MOST).map(forest).collect();
    for forest in &forests {
        // A larger fleet's replicas would be drawn several at a turn.
        for turn in 0..AT_A_TURN {
            let forest = Rc::clone(forest);
            jobs.push(Box::new(move |scene| {
                let mut forest = forest.borrow_mut();
                let Some(side) = scene.duel.sides.get(forest.which) else {
                    return;
                };
                forest.seek(scene);
                for replica in (turn..side.lanes.len()).step_by(AT_A_TURN) {
                    forest.draw(scene, replica);
                }
            }));
        }
        let forest = Rc::clone(forest);
        jobs.push(Box::new(move |scene| {
            let mut forest = forest.borrow_mut();
            if forest.which < scene.duel.sides.len() {
                forest.seek(scene);
                forest.tell(scene);
            }
        }));
    }
    point::wire(sheet, forests, shown, asks);
    jobs
}

impl Forest {
    fn new(sheet: &Sheet, which: usize) -> Self {
        Self {
            which,
            sheet: sheet.clone(),
            run: 0,
            layout: Layout::default(),
            standing: Standing::default(),
            paper: None,
            blocks: Vec::new(),
            counts: Vec::new(),
            counted: Vec::new(),
            told: None,
            under: None,
            kept: None,
            marks: sheet.parts(&format!("#fleet-mark-{which} rect")),
        }
    }

    /// A part of this side.
    fn part(&self, name: &str) -> String {
        format!("#fleet-{name}-{}", self.which)
    }

    /// Goes to the playhead.
    fn seek(&mut self, scene: &Scene<'_>) {
        let side = &scene.duel.sides[self.which];
        let nodes = scene.duel.nodes.len();
        let anew = self.run != scene.run;
        if anew {
            self.run = scene.run;
            self.layout = Layout::new(&scene.duel.nodes, HEIGHT);
            self.standing = Standing::new(&self.layout, nodes, side.lanes.len());
            (self.under, self.kept) = (None, None);
            let sums = self.standing.sums();
            for (name, inside) in [
                ("rows", rows(scene.duel, &self.layout)),
                ("heads", heads(sums)),
                ("keys", keys(side, sums)),
            ] {
                if let Some(part) = self.sheet.part(&self.part(name)) {
                    part.set_inner_html(&inside);
                }
            }
            let counts = |name| self.sheet.parts(&format!("{} b", self.part(name)));
            self.counts = ["heads", "keys"].map(counts).concat();
            self.counted = vec![String::new(); self.counts.len()];
        }
        if anew || self.paper.as_ref().map(|it| it.drawing) != Some(scene.drawing) {
            let canvas = self.sheet.part(&self.part("prefixes"));
            let canvas = canvas.and_then(|it| it.dyn_into().ok());
            let paper = |canvas| Paper::new(canvas, HEIGHT, side.lanes.len(), scene.drawing);
            self.paper = canvas.and_then(paper);
            self.standing.all_changed();
            self.told = None;
        }
        let pictures = side.growth.pictures(scene.at);
        self.standing.seek(&side.growth, &self.layout, pictures);
    }

    /// Draws a replica's tree, if it has changed.
    fn draw(&mut self, scene: &Scene<'_>, replica: usize) {
        let Some(paper) = &self.paper else { return };
        if !self.standing.take_changed(replica) {
            return;
        }
        let looks = scene.duel.sides[self.which].looks;
        let parts = self.standing.parts(replica);
        trees::picture(&self.layout, parts, paper.each, looks, &mut self.blocks);
        paper.draw(replica, &self.blocks);
    }

    /// Tells what the trees are. Nobody hears a label that changes with every frame: it is told anew where the playhead rests.
    fn tell(&mut self, scene: &Scene<'_>) {
        let side = &scene.duel.sides[self.which];
        let sums = self.standing.sums();
        // Numbers alone change while it plays: markup would be read by the browser again.
        let counts = held(sums).into_iter().chain(meant(side, sums));
        for ((part, count), shown) in self.counts.iter().zip(counts).zip(&mut self.counted) {
            if *shown != count {
                part.set_text_content(Some(&count));
                *shown = count;
            }
        }
        self.tell_node(scene.duel);
        // The table is made only for who looks at it.
        let part = self.part("prefixes-told");
        let open = self.sheet.part(&format!("{part}[open]")).is_some();
        let pictures = side.growth.pictures(scene.at);
        if !open && (!scene.resting || self.told == Some(pictures)) {
            return;
        }
        let said = words::say(scene.duel, self.which, sums);
        if scene.resting {
            let canvas = self.part("prefixes");
            self.sheet.mark(&canvas, "aria-label", Some(&said));
            self.told = Some(pictures);
        }
        if open {
            self.sheet.fill(&format!("{part} p"), &escape(&said));
            self.sheet
                .fill(&format!("{part} table"), &words::table(sums));
        }
    }

    /// Tells the pointed node, and puts a frame round its place in every tree.
    fn tell_node(&self, duel: &Duel) {
        let node = self.under.or(self.kept);
        let told = match node {
            Some(node) => words::told(duel, self.which, &self.standing, node),
            None => format!("<span class=\"soft\">{HINT}</span>"),
        };
        self.sheet.fill(&self.part("node"), &told);
        let place = node.and_then(|it| self.layout.places.get(self.layout.of(it)?));
        let frames = self.paper.as_ref().zip(place);
        let hidden = frames.is_none().then_some("hidden");
        self.sheet.mark(&self.part("mark"), "visibility", hidden);
        let Some((paper, place)) = frames else { return };
        let replicas = duel.sides[self.which].lanes.len();
        for (replica, part) in self.marks.iter().enumerate() {
            mark(
                part,
                "visibility",
                (replica >= replicas).then_some("hidden"),
            );
            let (left, width) = trees::column(self.layout.levels, place.level, paper.each);
            let edges = [
                ("x", paper.left(replica) + left - 1.5),
                ("y", f64::from(place.top) - 1.5),
                ("width", width + 3.0),
                ("height", f64::from(place.height.max(2)) + 1.0),
            ];
            for (name, at) in edges {
                mark(part, name, Some(&at.to_string()));
            }
        }
    }
}
