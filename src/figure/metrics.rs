//! The figures that a router is watched by, with their targets, each replica's share, and the counters as FakeAI's JSON.

use crate::figure::{nodes, rows, scroller};
use leptos::prelude::*;
use warmpath_view::playground::Playground;
use warmpath_view::playground::counts::Measure;

/// The table of figures and the table of shares.
pub fn metrics(fleet: &Playground) -> AnyView {
    let measure = |it: &Measure| {
        view! {
            <div>
                <dt>{it.title}</dt>
                <dd><b>{it.value.clone()}</b> " " {nodes(&it.judged())}</dd>
            </div>
        }
    };
    let measures: Vec<_> = fleet.measures().iter().map(measure).collect();
    let shares = view! { <table class="beside shares">{rows(&fleet.shares())}</table> };
    view! {
        <p>{nodes(&fleet.standing())}</p>
        <dl class="measures">{measures}</dl>
        {scroller("Each replica's share".to_owned(), shares.into_any())}
    }
    .into_any()
}
