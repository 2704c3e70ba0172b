//! The figures as they stand in `index.html` before the wasm arrives, and where there is no JavaScript.
//!
//! Each stands between `<!-- figure:NAME -->` and `<!-- /figure -->`. The test below compares; with `WARMPATH_BLESS=1` in the
//! environment it writes them instead.

use crate::cost::{flips, plane, waterfall};
use crate::markup;
use crate::playground::samples::{SAMPLES, router, tree};
use crate::playground::{LARGEST_WEIGHT, Scene, Weights};
use crate::say;
use crate::tree::{Room, layout, markup as drawn};

/// Tokens a block in the teaching figures, until the reader chooses.
pub const BLOCK_SIZE: u32 = 4;

/// The figures by name.
pub fn figures() -> [(&'static str, String); 4] {
    [
        ("hero", hero()),
        ("blocks", blocks()),
        ("tree", tree_figure()),
        ("router", router_figure()),
    ]
}

/// The lit path beside the opening question, in the tree's narrow form.
fn hero() -> String {
    let scene = router(BLOCK_SIZE).look(&SAMPLES[0].prompt());
    format!(
        "<ul class=\"rows\">{}</ul>\n<p class=\"say\">{}</p>",
        drawn::rows(&scene.nodes),
        markup::said(&say::reuse(&scene.prompt, scene.deepest()))
    )
}

fn blocks() -> String {
    let prompt = router(BLOCK_SIZE).read(&SAMPLES[1].prompt());
    format!(
        "<p class=\"typed\">{}</p>\n<ol class=\"chips\">{}</ol>\n<p class=\"say\">{}</p>",
        markup::escape(&prompt.text),
        markup::chips(&prompt.blocks(0), true),
        markup::said(&say::blocks(&prompt))
    )
}

fn tree_figure() -> String {
    let (mut fleet, _) = tree(BLOCK_SIZE, None, &SAMPLES[1].prompt());
    let scene = fleet.look(&SAMPLES[0].prompt());
    format!(
        "<p class=\"typed\">{}</p>\n{}\n<p class=\"say\">{}</p>",
        markup::escape(&scene.prompt.text),
        picture(&scene),
        markup::said(&say::reuse(&scene.prompt, scene.deepest()))
    )
}

fn router_figure() -> String {
    let mut fleet = router(BLOCK_SIZE);
    let scene = fleet.look(&SAMPLES[0].prompt());
    let overlap = flips(&scene.decision, "prefill_blocks", LARGEST_WEIGHT);
    let load = flips(&scene.decision, "active", LARGEST_WEIGHT);
    format!(
        "<ol class=\"chips\">{}</ol>\n{}\n<table class=\"cost\">{}</table>\n<p class=\"say\">{}</p>\n{}\n\
         <div class=\"metrics\"><div>{}</div>\
         <details class=\"told\"><summary>The same as FakeAI's JSON</summary><pre class=\"json\">{}</pre></details></div>",
        markup::chips(&scene.prompt.blocks(scene.reused()), false),
        picture(&scene),
        markup::cost_table(&scene),
        markup::said(&say::choice(&scene, &overlap, &load)),
        weigh(&scene),
        fleet.metrics_markup(),
        markup::escape(&fleet.metrics_json())
    )
}

/// What the weights do.
fn weigh(scene: &Scene) -> String {
    let regions = plane::regions(&scene.decision, LARGEST_WEIGHT);
    let weights = Weights::default();
    let here = (weights.overlap, weights.load);
    format!(
        "<div class=\"weigh\"><figure class=\"plane\"><figcaption>Who wins at which weights</figcaption>\
         <svg viewBox=\"0 0 200 200\" role=\"img\" aria-label=\"{}\">{}</svg>\
         <p class=\"axes\"><span>0</span><span>overlap weight →</span><span>{LARGEST_WEIGHT}</span></p>\
         <p class=\"axes up\"><span>load weight →</span></p></figure>\
         <figure class=\"way\"><figcaption>From the runner-up's cost to the chosen one's</figcaption><ol>{}</ol></figure></div>",
        markup::escape(&plane::label(&regions, LARGEST_WEIGHT, here)),
        plane::svg(&regions, LARGEST_WEIGHT, here),
        waterfall::rows(&scene.decision)
    )
}

/// A tree in both its forms.
fn picture(scene: &Scene) -> String {
    let placed = layout(&scene.nodes, Room::default());
    format!(
        "<div class=\"tree\"><svg role=\"list\" aria-label=\"{}\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\">{}</svg>\
         <ul class=\"rows\">{}</ul></div>",
        markup::escape(&drawn::summary(&scene.nodes)),
        drawn::svg(&scene.nodes, &placed),
        drawn::rows(&scene.nodes),
        w = crate::tree::short(placed.width),
        h = crate::tree::short(placed.height),
    )
}
