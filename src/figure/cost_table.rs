//! What the prompt would cost at each replica, with this request's numbers filled in.

use leptos::prelude::*;
use warmpath_view::format::{self, GAP};
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
    let replicas = Memo::new(move |_| scene.read().decision.candidates.len() as u32);
    let row = move |replica: u32| view! { <Row replica scene busier /> };
    view! {
        <table class="cost">
            <caption class="unseen">"Cost of this prompt at each replica; the lowest wins"</caption>
            <thead inner_html=head()></thead>
            <tbody>{move || (0..replicas.get()).map(row).collect_view()}</tbody>
        </table>
    }
}

/// The head's row, without the element around it.
fn head() -> &'static str {
    let head = markup::COST_HEAD;
    let head = head.strip_prefix("<thead>").unwrap_or(head);
    head.strip_suffix("</thead>").unwrap_or(head)
}

#[component]
fn Row(replica: u32, scene: Signal<Scene>, busier: Callback<(u32, i32)>) -> impl IntoView {
    let at = replica as usize;
    let wins = move || scene.read().decision.replica == replica;
    let cell = move |which: usize| {
        let scene = scene.read();
        let cells = markup::known_cells(&scene, &scene.decision.candidates[at]);
        cells.into_iter().nth(which)
    };
    let load = move || {
        let scene = scene.read();
        let term = &scene.decision.candidates[at].terms[2];
        (format::setting(term.weight), format::setting(term.value))
    };
    let bar = move || {
        let scene = scene.read();
        markup::bar(&scene, &scene.decision.candidates[at])
    };
    let name = move || {
        let chosen = if wins() { markup::CHOSEN } else { "" };
        format!("{} replica {replica}{chosen}", markup::square(replica))
    };
    view! {
        <tr class:wins=wins>
            <th scope="row" inner_html=name></th>
            <td data-name="overlap">{move || cell(0)}</td>
            <td data-name="prefill">{move || cell(1)}</td>
            <td data-name="decode">{move || cell(2)}</td>
            <td data-name="active">
                <span class="stepper">
                    {move || format!("{}{GAP}×", load().0)}
                    <button
                        type="button"
                        class="step"
                        aria-label=format!("one request less active on replica {replica}")
                        on:click=move |_| busier.run((replica, -1))
                    >
                        "−"
                    </button>
                    <output>{move || load().1}</output>
                    <button
                        type="button"
                        class="step"
                        aria-label=format!("one request more active on replica {replica}")
                        on:click=move |_| busier.run((replica, 1))
                    >
                        "+"
                    </button>
                </span>
            </td>
            <td class="bars" inner_html=bar></td>
            <td class="total" data-name="cost">
                {move || format::fixed(scene.read().decision.candidates[at].cost, 2)}
            </td>
        </tr>
    }
}
