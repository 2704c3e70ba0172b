//! What the prompt would cost at each replica, with this request's numbers filled in.

use crate::figure::sheet;
use leptos::prelude::*;
use warmpath_view::markup;
use warmpath_view::playground::Scene;

/// The table. `busier` is called with a replica and how many requests more (or fewer) should be active there.
#[component]
pub fn CostTable(
    /// The prompt and the decision on it.
    #[prop(into)]
    scene: Signal<Scene>,
    /// A reader changes a replica's load.
    #[prop(into)]
    busier: Callback<(u32, i32)>,
) -> impl IntoView {
    sheet(
        untrack(|| markup::cost_controls(&scene.read())),
        move |sheet| {
            sheet.follow(move |sheet| {
                let scene = scene.read();
                for (row, candidate) in (1..).zip(&scene.decision.candidates) {
                    let row = format!("tbody tr:nth-child({row})");
                    for (part, text) in markup::cost_cells(&scene, candidate) {
                        sheet.fill(&format!("{row} {part}"), &text);
                    }
                    let wins = candidate.replica == scene.decision.replica;
                    sheet.mark(&row, "class", wins.then_some("wins"));
                }
            });
            sheet.on("click", ".step", move |hit| {
                if let (Some(replica), Some(by)) = (hit.number("replica"), hit.number("by")) {
                    busier.run((replica, by));
                }
            });
        },
    )
}
