//! The model card: what is simulated and what is not. It does not change while the page runs, so it is rendered when the page is
//! built, into a file of its own (`first_paint::model_card`), and no program shows it again.

use crate::figure::{rows, scroller, second};
use leptos::prelude::*;
use warmpath_core::reference::kubeai::PUBLISHED;
use warmpath_view::format::GAP;
use warmpath_view::model_card::{Card, CardSection};

/// The model card: every term of the replica model with its figure and where that comes from.
#[component]
pub fn ModelCard(
    /// The card's data, as `view` makes them.
    card: Card,
) -> impl IntoView {
    let fitted = card.fitted_to.into_iter();
    let fitted: Vec<_> = fitted.map(|row| view! { <li>{row}</li> }).collect();
    let parts: Vec<_> = card.parts.iter().map(part).collect();
    let brief = card.brief;
    let calibrated = view! {
        <p>
            <b>"Calibrated"</b>
            {format!(" for one set-up: {}. Constants marked ", card.about)}
            <i class="mark fitted">"fitted"</i>
            " were fitted to two rows of "
            <a href=PUBLISHED rel="noopener">"KubeAI's published benchmark"</a>
        </p>
        <ul class="fitted-to">{fitted}</ul>
        <p>
            "and to nothing else. What stands for every other GPU and model was fitted to " <b>"step times measured"</b>
            {format!(" on others: {}. Elsewhere step times are ", card.measured)} <b>"extrapolated"</b>
            {format!(
                " from these: a model that was left out of the fit came out 6 to 19{GAP}% off on average. Measurements of your own go in as a calibration.",
            )}
        </p>
    };
    view! {
        {second(brief.into_any(), calibrated.into_any())}
        {parts}
    }
}

/// A section of the card, which opens and closes.
fn part(of: &CardSection) -> AnyView {
    let table = view! { <table class="facts-table">{rows(&of.table)}</table> }.into_any();
    let note = (!of.note.is_empty()).then(|| view! { <p class="facts wide">{of.note}</p> });
    view! {
        <details class="part">
            <summary><b>{of.title}</b> " " <span class="facts">{of.facts.clone()}</span></summary>
            {note}
            {scroller(of.name.to_owned(), table)}
        </details>
    }
    .into_any()
}
