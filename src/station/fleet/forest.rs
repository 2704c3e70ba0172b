//! All prefixes of a side as small trees, a replica each: what is there, and what the router believes. On a canvas, since
//! there may be thousands; a replica's is drawn anew only when something has changed there.

mod paint;

use super::turns::{Job, Scene};
use crate::figure::Sheet;
use paint::Paper;
use std::cell::RefCell;
use std::rc::Rc;
use warmpath_view::duel::prefixes::layout::Layout;
use warmpath_view::duel::standing::Standing;
use warmpath_view::duel::trees::{self, Block};
use warmpath_view::markup::escape;
use wasm_bindgen::JsCast as _;

/// The picture's height \[px\].
const HEIGHT: u32 = 148;
/// Replicas that take turns; of a larger fleet several are drawn in one.
const REPLICAS: usize = 4;

/// A side's trees.
#[derive(Default)]
struct Forest {
    /// Which replay they are of.
    run: u32,
    layout: Layout,
    standing: Standing,
    /// What is drawn on, once there is something to draw.
    paper: Option<Paper>,
    /// What a replica's picture is made in.
    blocks: Vec<Block>,
    /// How many pictures have been told.
    told: Option<usize>,
}

/// Jobs: a replica's tree each, and a side's words.
pub(super) fn jobs(sheet: &Sheet) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for which in [0, 1] {
        let forest = Rc::new(RefCell::new(Forest::default()));
        for turn in 0..REPLICAS {
            let (forest, sheet) = (Rc::clone(&forest), sheet.clone());
            jobs.push(Box::new(move |scene| {
                let mut forest = forest.borrow_mut();
                forest.seek(&sheet, which, scene);
                for replica in (turn..scene.duel.sides[which].lanes.len()).step_by(REPLICAS) {
                    forest.draw(which, scene, replica);
                }
            }));
        }
        let (mine, of) = (Rc::clone(&forest), sheet.clone());
        jobs.push(Box::new(move |scene| {
            let mut forest = mine.borrow_mut();
            forest.seek(&of, which, scene);
            forest.tell(&of, which, scene);
        }));
    }
    jobs
}

impl Forest {
    /// Goes to the playhead.
    fn seek(&mut self, sheet: &Sheet, which: usize, scene: &Scene<'_>) {
        let side = &scene.duel.sides[which];
        let nodes = scene.duel.nodes.len();
        let anew = self.run != scene.run;
        if anew {
            self.run = scene.run;
            self.layout = Layout::new(&scene.duel.nodes, HEIGHT);
            self.standing = Standing::new(&self.layout, nodes, side.lanes.len());
        }
        let drawing = self.paper.as_ref().map(|it| it.drawing);
        if anew || drawing != Some(scene.drawing) {
            let canvas = sheet.part(&format!("#fleet-prefixes-{which}"));
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
    fn draw(&mut self, which: usize, scene: &Scene<'_>, replica: usize) {
        let Some(paper) = &self.paper else { return };
        if !self.standing.take_changed(replica) {
            return;
        }
        let (parts, looks) = (self.standing.parts(replica), scene.duel.sides[which].looks);
        trees::picture(&self.layout, parts, paper.each, looks, &mut self.blocks);
        paper.draw(replica, &self.blocks);
    }

    /// Tells what the trees are. Nobody hears a label that changes with every frame: it is told anew where the playhead rests.
    fn tell(&mut self, sheet: &Sheet, which: usize, scene: &Scene<'_>) {
        let pictures = scene.duel.sides[which].growth.pictures(scene.at);
        let sums = self.standing.sums();
        let part = format!("#fleet-prefixes-told-{which}");
        // The table is made only for who looks at it.
        let open = sheet.part(&format!("{part}[open]")).is_some();
        if !open && (!scene.resting || self.told == Some(pictures)) {
            return;
        }
        let said = trees::say(scene.duel, which, sums);
        if scene.resting {
            let canvas = format!("#fleet-prefixes-{which}");
            sheet.mark(&canvas, "aria-label", Some(&said));
            self.told = Some(pictures);
        }
        if open {
            sheet.fill(&format!("{part} p"), &escape(&said));
            sheet.fill(&format!("{part} table"), &trees::table(sums));
        }
    }
}
