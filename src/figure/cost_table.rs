//! The table of what the prompt would cost at each replica, with this request's numbers filled in.

use crate::dom;
use crate::figure::signal::{parts, text, when};
use crate::figure::square;
use leptos::prelude::*;
use warmpath_core::decimal::fixed;
use warmpath_view::cost::rows::{CostRow, CostShare, decode_key, rows};
use warmpath_view::format::GAP;
use warmpath_view::playground::PromptLook;

/// The largest number of active requests that a reader can give a replica.
pub const MOST_ACTIVE: i32 = warmpath_view::playground::sent::MOST_ACTIVE as i32;

/// The table of costs. `busier` is called with a replica and the number of requests by which its load changes.
#[component]
pub fn CostTable(
    /// The prompt and the decision on it.
    #[prop(into)]
    look: Signal<PromptLook>,
    /// Called when the reader changes a replica's load.
    #[prop(into)]
    busier: Callback<(u32, i32)>,
) -> impl IntoView {
    let now = Memo::new(move |_| rows(&look.read()));
    let line = move |at: usize| {
        let row = Memo::new(move |_| now.read().get(at).cloned().unwrap_or_default());
        let replica = row.read_untracked().replica;
        let step = |by: i32, word: &str, sign: &'static str| {
            view! {
                <button
                    type="button"
                    class="step"
                    data-by=by.to_string()
                    aria-label=format!("one request {word} active on replica {replica}")
                    on:click=move |_| busier.run((replica, by))
                >
                    {sign}
                </button>
            }
        };
        let active = text(move || row.read().active.clone());
        // A text that is no number leaves the value as it was.
        let typed = move |event: leptos::ev::Event| {
            let was = row.read_untracked().active.parse::<i32>().unwrap_or(0);
            let typed = event_target_value(&event).parse::<i32>().ok();
            let now = typed.map_or(was, |it| it.clamp(0, MOST_ACTIVE));
            if let Some(control) = event.current_target() {
                dom::set_value(&control, &now.to_string());
            }
            if now != was {
                busier.run((replica, now - was));
            }
        };
        let text = |of: fn(&CostRow) -> String| text(move || of(&row.read())).into_any();
        let wins = Memo::new(move |_| row.read().wins);
        let marked = parts(move || wins.get().then(chosen).into_iter().collect());
        let load = view! {
            <span class="stepper">
                <span>{text(|it| format!("{}{GAP}×", it.load_weight))}</span>
                {step(-1, "less", "−")}
                <input
                    type="number"
                    aria-label=format!("requests active on replica {replica}")
                    prop:value=active
                    on:change=typed
                />
                {step(1, "more", "+")}
            </span>
        };
        view! {
            <tr class:wins=wins>
                <th scope="row">{square(replica)} {named(replica)} {marked}</th>
                {cell("overlap", text(|it| it.overlap.clone()))}
                {cell("prefill", text(|it| it.prefill.clone()))}
                {cell("decode", text(|it| it.decode.clone()))}
                {cell("active", load.into_any())}
                <td class="bars">{moving_bar(row)}</td>
                {total(text(|it| it.cost.clone()))}
            </tr>
        }
        .into_any()
    };
    let lines: Vec<AnyView> = (0..now.read_untracked().len()).map(line).collect();
    view! {
        <div class="sheet">
            <table class="cost">
                <caption class="unseen">"Cost of this prompt at each replica; the lowest wins"</caption>
                {head(text(move || decode_key(&look.read())).into_any())}
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}

/// The costs alone, a number per replica. It stands beside the sliders, because on a phone the table is a screen away from them.
#[component]
pub fn CostStrip(
    /// The prompt and the decision on it.
    #[prop(into)]
    look: Signal<PromptLook>,
) -> impl IntoView {
    let now = Memo::new(move |_| rows(&look.read()));
    let one = |at: usize| {
        let row = Memo::new(move |_| now.read().get(at).cloned().unwrap_or_default());
        let (wins, cost) = (move || row.read().wins, move || row.read().cost.clone());
        let replica = row.read_untracked().replica;
        view! { <li class:wins=when(wins)>{square(replica)} {text(cost)}</li> }.into_any()
    };
    let all: Vec<AnyView> = (0..now.read_untracked().len()).map(one).collect();
    // Hidden from screen readers, because the table says the same.
    view! { <ol class="costs" aria-hidden="true">{all}</ol> }
}

/// The table of a decision that does not change, without its controls.
pub fn costs(look: &PromptLook) -> AnyView {
    let line = |row: &CostRow| {
        let load = format!("{}{GAP}×{GAP}{}", row.load_weight, row.active);
        view! {
            <tr class=row.wins.then_some("wins")>
                <th scope="row">{square(row.replica)} {named(row.replica)} {row.wins.then(chosen)}</th>
                {cell("overlap", row.overlap.clone().into_any())}
                {cell("prefill", row.prefill.clone().into_any())}
                {cell("decode", row.decode.clone().into_any())}
                {cell("active", load.into_any())}
                <td class="bars">{bar(row)}</td>
                {total(row.cost.clone().into_any())}
            </tr>
        }
        .into_any()
    };
    let lines: Vec<AnyView> = rows(look).iter().map(line).collect();
    view! { <table class="cost">{head(decode_key(look).into_any())}<tbody>{lines}</tbody></table> }
        .into_any()
}

/// The head of the table; `decode` says what the part of a bar for the answer is.
fn head(decode: AnyView) -> AnyView {
    view! {
        <thead>
            <tr>
                <th scope="col">"candidate"</th>
                <th scope="col">"overlap"</th>
                <th scope="col">"prefill blocks"</th>
                <th scope="col">"decode blocks"</th>
                <th scope="col">"active"</th>
                <th scope="col" class="bars">
                    <span class="key prefill">"prefill"</span>
                    " "
                    <span class="key decode">{decode}</span>
                    " "
                    <span class="key load">"active"</span>
                </th>
                <th scope="col" class="total">"cost"</th>
            </tr>
        </thead>
    }
    .into_any()
}

/// A cell with a value, which carries its column's name.
fn cell(name: &'static str, value: AnyView) -> AnyView {
    view! { <td data-name=name>{value}</td> }.into_any()
}

fn total(value: AnyView) -> AnyView {
    view! { <td class="total" data-name="cost">{value}</td> }.into_any()
}

/// The replica's name after its square.
fn named(replica: u32) -> String {
    format!(" replica {replica}")
}

/// The mark on the row of the replica that is chosen.
fn chosen() -> AnyView {
    view! { <span class="chosen">"chosen"</span> }.into_any()
}

/// A cost that changes, as a bar: the elements of its parts stay, and only their attributes change.
fn moving_bar(row: Memo<CostRow>) -> AnyView {
    let part = |(at, it): (usize, &CostShare)| {
        let of = move |of: fn(&CostShare) -> f64| {
            text(move || fixed(row.read().bar.get(at).map_or(0.0, of), 1))
        };
        let (x, width) = (of(|it| it.x), of(|it| it.width));
        view! { <rect class=it.class x=x width=width height="10" /> }.into_any()
    };
    let shares = row.read_untracked().bar.clone();
    let mut parts: Vec<AnyView> = shares.iter().enumerate().map(part).collect();
    let cut = text(move || row.read().cut.clone());
    parts.push(view! { <path class="cut" d=cut /> }.into_any());
    bars(parts)
}

/// A cost that does not change, as a bar.
fn bar(row: &CostRow) -> AnyView {
    let part = |it: &CostShare| rect(it.class, fixed(it.x, 1), fixed(it.width, 1));
    let mut parts: Vec<AnyView> = row.bar.iter().map(part).collect();
    parts.push(broken(row.cut.clone()));
    bars(parts)
}

/// A bar with these parts, 100 units wide.
pub(super) fn bars(parts: Vec<AnyView>) -> AnyView {
    view! { <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{parts}</svg> }
        .into_any()
}

/// The break in a bar that is not drawn in full.
pub(super) fn broken(path: String) -> AnyView {
    view! { <path class="cut" d=path /> }.into_any()
}

/// A part of a bar.
pub(super) fn rect(class: &'static str, x: String, width: String) -> AnyView {
    view! { <rect class=class x=x width=width height="10" /> }.into_any()
}
