//! The last run as a file, in every format there is.

use super::state::Lab;
use leptos::prelude::*;
use warmpath_core::report::format::{FORMATS, Format, Writer};
use warmpath_view::export::pictures;

/// The menu.
#[component]
pub fn Exports(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let swept = move || {
        lab.outcome
            .with(|it| it.as_ref().is_some_and(|it| !it.points.is_empty()))
    };
    let item = move |format: &'static Format| {
        // Of many runs there is no one run to tell.
        let missing = move || swept() && matches!(format.writer, Writer::Runs(_));
        view! {
            <li hidden=missing>
                <button type="button" id=format!("export-{}", format.name) on:click=move |_| save(lab, format)>
                    <b>{format.name}</b>
                    <span class="soft">{format.about}</span>
                </button>
            </li>
        }
    };
    view! {
        <details class="menu" id="lab-export">
            <summary>"Export"</summary>
            <ul>{FORMATS.iter().map(item).collect_view()}</ul>
            <p class="soft">"Each chart has its own PNG and SVG beside its title."</p>
        </details>
    }
}

fn save(lab: Lab, format: &'static Format) {
    let report = lab.outcome.with_untracked(|it| {
        it.as_ref()
            .and_then(|it| Some((it.report()?, it.courses.clone())))
    });
    let Some((report, courses)) = report else {
        return;
    };
    match format.writer {
        Writer::Report(write) => lab.exported(format.name, &write(&report)),
        Writer::Pictured(write) => {
            let text = write(&report, &pictures(&report, &courses));
            lab.exported(format.name, &text);
        }
        Writer::Runs(_) | Writer::Workload(_) => lab.export(format.name),
    }
}
