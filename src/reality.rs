//! The reality check: the published benchmark run here, beside what was measured, and two changes to it.
//!
//! The tables stand in the page; a run here takes their place when it is whole.

mod bench;

pub use bench::Bench;

use crate::dom;
use crate::figure::{Sheet, sheet};
use leptos::prelude::*;
use std::collections::VecDeque;
use warmpath_view::markup::{escape, said};
use warmpath_view::reality::{Part, WhatIf, markup, say};

/// The button that runs the judged rows, and what goes on.
#[component]
pub fn Rows(
    /// What runs them.
    bench: Bench,
) -> impl IntoView {
    sheet(markup::CONTROLS.to_owned(), move |sheet| {
        sheet.on("click", "#reality-run", move |_| bench.run_rows());
        sheet.on("click", "#reality-stop", move |_| bench.stop());
        sheet.text("#reality-status", move || bench.told());
        sheet.follow(move |sheet| {
            let busy = bench.busy();
            let [on, off] = [busy, !busy].map(|it| it.then_some(""));
            sheet.mark("#reality-run", "disabled", on);
            sheet.mark("#reality-stop", "disabled", off);
            sheet.mark("#reality-progress", "hidden", off);
            let share = bench.progress().to_string();
            sheet.mark("#reality-progress", "value", Some(&share));
        });
        sheet.follow(move |sheet| {
            if bench.whole() {
                tables(bench);
            }
            let label = match bench.whole() {
                true => "Run it with other seeds",
                false => "Run it here",
            };
            sheet.fill("#reality-run", label);
        });
    })
}

/// Puts what was run here into the page's tables and sentences.
fn tables(bench: Bench) {
    let reality = bench.reality.read();
    let shown = [
        ("reality-tables", markup::tables(&reality)),
        ("reality-score", said(&say::score(&reality))),
        ("reality-twins", said(&say::twins(&reality))),
        ("reality-why", said(&say::why(&reality))),
        ("reality-errors", markup::errors(&reality)),
    ];
    for (id, inside) in shown {
        if let Some(place) = dom::by_id(id) {
            place.set_inner_html(&inside);
        }
    }
}

/// The two changes, each with its button.
#[component]
pub fn WhatIfs(
    /// What runs them.
    bench: Bench,
    /// The page's own runs of them: on paper they stand in the place of what has not been run here.
    printed: String,
) -> impl IntoView {
    let markup = format!(
        "{}<div class=\"printed\">{printed}</div>",
        markup::what_ifs()
    );
    sheet(markup, move |sheet| {
        sheet.follow(move |sheet| {
            let reality = bench.reality.read();
            let run = WhatIf::ALL
                .iter()
                .any(|what| reality.changed(*what).is_some());
            sheet.mark(".printed", "hidden", run.then_some(""));
        });
        sheet.on("click", ".what-if", move |it| {
            let id = it.at.id();
            if let Some(what) = WhatIf::ALL.into_iter().find(|what| what.id() == id) {
                run(bench, what);
            }
        });
        sheet.follow(move |sheet| {
            for what in WhatIf::ALL {
                show(sheet, bench, what);
            }
        });
        sheet.follow(move |sheet| {
            for what in WhatIf::ALL {
                progress(sheet, bench, what);
            }
        });
    })
}

fn run(bench: Bench, what: WhatIf) {
    let mut parts = VecDeque::from([Part::WhatIf(what)]);
    let before = bench.reality.read_untracked().base(what).cloned();
    if before.is_none_or(|figures| figures.is_empty()) {
        parts.push_front(Part::Level(what.level()));
    }
    bench.run(parts);
}

/// How far a change's run is, beside the button that began it.
fn progress(sheet: &Sheet, bench: Bench, what: WhatIf) {
    let part = |end: &str| format!("#{}-{end}", what.id());
    let mine = bench.wanted() == Some(Part::WhatIf(what));
    let runs = mine && bench.busy();
    sheet.mark(&part("progress"), "hidden", (!runs).then_some(""));
    let share = bench.progress().to_string();
    sheet.mark(&part("progress"), "value", Some(&share));
    // What went wrong is told here as well.
    let told = match mine && (runs || bench.failed()) {
        true => escape(&bench.told()),
        false => String::new(),
    };
    sheet.fill(&part("status"), &told);
}

fn show(sheet: &Sheet, bench: Bench, what: WhatIf) {
    let reality = bench.reality.read();
    let words = say::what_if(&reality, what);
    let part = |end: &str| format!("#{}{end}", what.id());
    sheet.mark(&part(""), "disabled", bench.busy().then_some(""));
    sheet.fill(&part("-table"), &markup::what_if(&reality, what));
    sheet.mark(&part("-said"), "hidden", words.is_empty().then_some(""));
    sheet.fill(&part("-said"), &said(&words));
}
