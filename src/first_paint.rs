//! The figures as they stand in the page before any program arrives, and where there is no JavaScript: the page's own
//! components, rendered to text natively when the page is built.
//!
//! `index.html` has a `<slot name="NAME">` for each, and [`fill`] puts the figure in its place. Figures of runs are runs: the
//! fleet's opening replay and the benchmark are simulated here, so what stands in the page is what the simulator says when
//! the page is built.

use crate::figure::nodes;
use crate::{challenge, model_card, reality, station};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_core::fleet::Replay;
use warmpath_core::metrics::summarise;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Named;
use warmpath_view::reality::{Experiment, PolicyFigures, Reality, WhatIf, levels, query};

/// All figures, each with the name of its place in the page.
///
/// # Errors
/// If a run fails, or a calibration cannot be read; neither happens unless the program's own data are wrong.
pub fn figures() -> Result<Vec<(&'static str, String)>, String> {
    let reality = simulated()?;
    let again = reality.clone();
    let twists = warmpath_view::reality::sentences::twists(&reality);
    let gains = warmpath_view::reality::sentences::gains(&reality);
    let comparison = warmpath_view::comparison::opening()?;
    let failure = warmpath_view::failure::opening()?;
    Ok(vec![
        (
            "gains",
            text(move || view! { <p class="source">{nodes(&gains)}</p> }),
        ),
        ("race", text(|| view! { <station::Race /> })),
        ("hero", text(|| view! { <station::Hero /> })),
        ("one-gpu", text(|| view! { <station::OpeningOneGpu /> })),
        ("blocks", text(|| view! { <station::OpeningBlocks /> })),
        ("tree", text(|| view! { <station::OpeningTree /> })),
        ("router", text(|| view! { <station::OpeningRouter /> })),
        (
            "fleet",
            text(move || view! { <station::OpeningFleet comparison /> }),
        ),
        (
            "failure",
            text(move || view! { <station::OpeningFailure failure /> }),
        ),
        (
            "reality",
            text(move || view! { <reality::Opening reality /> }),
        ),
        (
            "twist",
            text(move || {
                let each = twists.iter().map(|it| view! { <b>{it.clone()}</b> " " });
                each.collect_view()
            }),
        ),
        (
            "what-if",
            text(move || view! { <reality::OpeningWhatIfs reality=again /> }),
        ),
        ("challenges", text(|| view! { <challenge::OpeningCards /> })),
    ])
}

/// The model card as a page of its own, with the style sheet of `page`. The main page fetches it when a reader comes near
/// its place, so that the first load is not delayed by it.
///
/// # Errors
/// If a calibration cannot be read, which does not happen unless the program's own data are wrong.
pub fn model_card(page: &str) -> Result<String, String> {
    let card = warmpath_view::model_card::card()?;
    let figure = text(move || view! { <model_card::ModelCard card /> });
    let link = page.split('<').find(|tag| {
        tag.starts_with("link ") && tag.contains("stylesheet") && tag.contains("warmpath-")
    });
    let link = link.map_or(String::new(), |tag| format!("<{}", tag.trim_end()));
    Ok(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Warmpath: the model card</title>{link}</head><body><main><h1>What to believe, and what not</h1>\
         <div class=\"card\" id=\"figure-model-card\">{figure}</div><p><a href=\"./#model-card\">Warmpath</a></p></main></body></html>\n"
    ))
}

/// A component as HTML, without the marks for hydration (no program takes it over piece by piece) and without empty
/// classes.
fn text<V: IntoView>(component: impl FnOnce() -> V) -> String {
    let html = Owner::new().with(|| component().into_view().to_html());
    html.replace("<!>", "").replace(" class=\"\"", "")
}

/// The page with each figure in its place.
///
/// # Errors
/// If a figure has no place, or a place has no figure.
pub fn fill(page: &str, figures: &[(&'static str, String)]) -> Result<String, String> {
    let mut page = page.to_owned();
    for (name, figure) in figures {
        // A minified page leaves out quotes where it can.
        let places = [
            format!("<slot name=\"{name}\"></slot>"),
            format!("<slot name={name}></slot>"),
        ];
        let place = places.iter().find(|it| page.contains(it.as_str()));
        let place = place.ok_or_else(|| format!("the page has no {}", places[0]))?;
        page = page.replacen(place.as_str(), figure, 1);
    }
    match page.find("<slot ") {
        None => Ok(page),
        Some(at) => {
            let left: String = page[at..].chars().take(40).collect();
            Err(format!("the page has a place without a figure: {left}"))
        }
    }
}

/// Runs the benchmark and the changes to it, each experiment in a thread of its own.
fn simulated() -> Result<Reality, String> {
    let levels = (0..levels().len()).map(Experiment::Level);
    let changes = WhatIf::ALL.into_iter().map(Experiment::WhatIf);
    let experiments: Vec<Experiment> = levels.chain(changes).collect();
    let mut reality = Reality::default();
    std::thread::scope(|scope| {
        let run = |experiment: &Experiment| {
            (
                *experiment,
                scope.spawn({
                    let experiment = *experiment;
                    move || run(experiment)
                }),
            )
        };
        let running: Vec<_> = experiments.iter().map(run).collect();
        for (experiment, handle) in running {
            let figures = handle.join().map_err(|_| "a run broke off".to_owned())??;
            reality.keep(experiment, figures);
        }
        Ok(reality)
    })
}

/// Runs one experiment, as the worker does.
fn run(experiment: Experiment) -> Result<PolicyFigures, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let scenario = Scenario::from_query(&query(experiment, 1)).map_err(|it| text(&it))?;
    let named = Named::parse(&scenario.workload).map_err(|it| text(&it))?;
    let workload = named.generate(scenario.block_size, scenario.seed, None);
    let workload = Arc::new(workload.map_err(|it| text(&it))?);
    let mut replay = Replay::new(scenario, workload, false).map_err(|it| text(&it))?;
    while !replay.run(1 << 16).map_err(|it| text(&it))?.finished {}
    let summaries = summarise(replay.scenario(), replay.workload(), replay.runs());
    Ok(summaries.into_iter().map(|it| it.values).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The repository's page has a place for each figure, and no figure is empty.
    #[test]
    fn the_page_has_a_place_for_every_figure() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/index.html");
        let page = std::fs::read_to_string(path).expect("index.html");
        let figures = figures().expect("they are rendered");
        assert!(
            figures
                .iter()
                .all(|(_, it)| it.len() > 100 && it.starts_with('<'))
        );
        let filled = fill(&page, &figures).expect("each has its place");
        // Texts are escaped, and no element has a style attribute, which the content security policy forbids.
        assert!(!filled.contains("<!>") && !filled.contains(" style="));
        assert_eq!(filled.matches(" class=\"lanes\"").count(), 4);
        assert_eq!(filled.matches("class=\"card dare\"").count(), 12);
    }

    #[test]
    fn every_place_is_filled_and_none_is_left() {
        let figures = [("a", "<p>1</p>".to_owned()), ("b", "2".to_owned())];
        let page = "<div><slot name=\"a\"></slot></div><slot name=b></slot>";
        assert_eq!(fill(page, &figures).as_deref(), Ok("<div><p>1</p></div>2"));
        assert!(fill("<slot name=a></slot>", &figures).is_err_and(|it| it.contains("name=\"b\"")));
        assert!(
            fill(&format!("{page}<slot name=c>"), &figures).is_err_and(|it| it.contains("name=c"))
        );
    }
}
