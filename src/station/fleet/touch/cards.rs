//! The texts on what is touched: how the lanes can be touched, a card beside the pointer, the card that is kept, and the sums
//! of a stretch.

use super::super::super::replay::Replayed;
use super::super::stage::FleetState;
use super::Touch;
use crate::figure::rich::{span, span_with};
use crate::figure::signal::{follow, parts, text, when};
use crate::figure::{Button, Line, Region, beside, nodes, scroller, table};
use crate::worker::Link;
use leptos::prelude::*;
use warmpath_view::comparison::Comparison;
use warmpath_view::comparison::sentences::moment;
use warmpath_view::comparison::touch::{Visit, card, sum, title, waited, why};
use warmpath_view::rich::plain_text;
use warmpath_view::table::Table;

/// The id of the card beside the pointer.
const TIP: &str = "fleet-tip";

/// The stay of each request, by side and then by request.
type Visits = Vec<Vec<Option<Visit>>>;

/// A table of numbers that is scrolled where it is too wide.
fn numbers(name: &str, of: &Table) -> AnyView {
    scroller(name.to_owned(), table::numbers(None, of))
}

/// A region with these elements.
fn region(class: &'static str, parts: Vec<AnyView>) -> AnyView {
    view! { <Region class>{parts}</Region> }.into_any()
}

/// The hint on how the lanes can be touched, with buttons for readers without keys.
pub(in super::super) fn hint(stage: FleetState) -> AnyView {
    let touch = stage.touch;
    let zoom = move |more: bool| Callback::new(move |()| touch.magnify(more));
    let least = when(move || touch.zoom.get() <= 1);
    let most = when(move || touch.zoom.get() >= super::CLOSEST);
    let times = text(move || format!("{} ×", touch.zoom.get()));
    let marked = text(move || touch.mark.get().is_some().to_string());
    let name = |what: &'static str| text(move || what.to_owned());
    region(
        "touching",
        vec![
            // What a shared link says of the magnification.
            view! {
                <input
                    id="fleet-zoom"
                    type="number"
                    hidden
                    aria-label="Magnification"
                    prop:value=text(move || touch.zoom.get().to_string())
                    on:input=move |event| touch.magnify_to(&event_target_value(&event))
                />
            }.into_any(),
            view! { <Button id="fleet-out" disabled=least name=name("Less magnified") click=zoom(false)>"−"</Button> }.into_any(),
            span_with("times", None, times.into_any()),
            view! { <Button id="fleet-in" disabled=most name=name("Magnified more") click=zoom(true)>"+"</Button> }.into_any(),
            view! { <Button id="fleet-mark" pressed=marked click=move |()| touch.mark_here(stage)>"Add up from here"</Button> }.into_any(),
            view! { <Button id="fleet-keep" click=move |()| touch.keep_last(stage)>"Who was sent last?"</Button> }.into_any(),
            view! {
                <Line class="soft">
                    "Drag over the lanes to move the playhead. "
                    {span("by-pointer", "Point at one to see whose request that is, and click to keep it.".to_owned())}
                    {span("by-finger", "Tap one to see whose request that is.".to_owned())}
                    // Where there are no keys, nothing is said of them.
                    {span("by-keys", " Shift and drag sums up. Keys: W and S magnify, Enter keeps the request that was sent last, \
                     M marks where a sum begins, Esc lets go.".to_owned())}
                </Line>
            }.into_any(),
        ],
    )
}

/// The card beside the pointer.
pub(in super::super) fn tip(stage: FleetState) -> AnyView {
    let touch = stage.touch;
    let inside = parts(move || {
        let Some(under) = touch.under.get() else {
            return Vec::new();
        };
        let content = stage.of_shown(|comparison| {
            let table = touch
                .visits
                .with_value(|it| card(comparison, it, under.request));
            let mut content = nodes(&title(comparison, under.request));
            content.push(table::numbers(None, &table));
            Some(content)
        });
        content.unwrap_or_default()
    });
    follow(move || {
        if let Some(under) = touch.under.get() {
            beside(TIP, under.at);
        }
    });
    let hidden = when(move || touch.under.read().is_none());
    view! { <Region class="lane-card" id=TIP hidden>{inside}</Region> }.into_any()
}

/// Nodes made of the side and the request whose card is kept; none while it is closed.
fn of_kept(
    stage: FleetState,
    of: fn(&Comparison, &Visits, usize, u32, Touch) -> Vec<AnyView>,
) -> AnyView {
    let touch = stage.touch;
    parts(move || {
        let Some((which, request)) = touch.kept.whose.get() else {
            return Vec::new();
        };
        let made = stage.of_side(which, |comparison| {
            let made = |visits: &Visits| of(comparison, visits, which, request, touch);
            touch.visits.with_value(made)
        });
        made.unwrap_or_default()
    })
}

/// The visits of a side.
fn of_side(visits: &Visits, which: usize) -> &[Option<Visit>] {
    visits.get(which).map_or(&[], |it| it)
}

/// The card that is kept, question by question; `link` leads to the engine that makes the replays.
pub(in super::super) fn kept(stage: FleetState, link: Link) -> AnyView {
    let kept = stage.touch.kept;
    let name = text(|| "The request that is kept".to_owned());
    let mut inside = what(stage);
    inside.extend(why_there(stage));
    inside.push(kept.tried("fleet-tried"));
    inside.push(buttons(stage, link));
    view! { <Region class="kept" id="fleet-kept" role="region" name hidden=kept.closed()>{inside}</Region> }.into_any()
}

/// Which request it is, what became of it on every side, and why it waited.
fn what(stage: FleetState) -> Vec<AnyView> {
    let which = of_kept(stage, |comparison, _, _, request, _| {
        nodes(&title(comparison, request))
    });
    let became = of_kept(stage, |comparison, visits, _, request, _| {
        let table = card(comparison, visits, request);
        vec![numbers("What became of it", &table)]
    });
    let late = of_kept(stage, |comparison, visits, which, request, _| {
        let told = waited(comparison, which, of_side(visits, which), request);
        nodes(&plain_text(told))
    });
    vec![
        view! { <Line class="title" role="status">{which}</Line> }.into_any(),
        became,
        view! { <Line id="fleet-waited" class="reason">{late}</Line> }.into_any(),
    ]
}

/// Why it was sent there: what its policy could choose from, with what another choice would have led to once that is tried.
fn why_there(stage: FleetState) -> Vec<AnyView> {
    let whose = of_kept(stage, |comparison, _, which, _, _| {
        let policy = comparison.sides[which].policy();
        nodes(&plain_text(format!(
            "Why there? What {policy} could choose from when it was sent:"
        )))
    });
    let choice = of_kept(stage, |comparison, visits, which, request, touch| {
        let forked = touch.kept.forked.read();
        let tried = forked.as_ref().map(|it| it.effects.as_slice());
        let table = why(comparison, which, of_side(visits, which), request, tried);
        vec![numbers("What each replica was doing", &table)]
    });
    vec![
        view! { <Line class="soft">{whose}</Line> }.into_any(),
        choice,
    ]
}

/// The buttons of the card: what if it had gone elsewhere, to its moment, and close.
fn buttons(stage: FleetState, link: Link) -> AnyView {
    let touch = stage.touch;
    let run = move || {
        let requests = stage.of_shown(|comparison| comparison.prompts.len() as u32);
        (stage.query(), requests)
    };
    let to = move |()| {
        if let Some((which, request)) = touch.kept.whose.get_untracked()
            && let Some(visit) = touch.visit(which, request)
        {
            stage.player.jump(visit.sent);
        }
    };
    let buttons = vec![
        touch
            .kept
            .elsewhere("fleet-elsewhere", link, run, stage.fault),
        view! { <Button click=to>"Go to when it was sent"</Button> }.into_any(),
        view! { <Button id="fleet-let-go" click=move |()| touch.kept.keep(None)>"Close"</Button> }
            .into_any(),
    ];
    region("controls", buttons)
}

/// The sums of the stretch.
pub(in super::super) fn totals(stage: FleetState) -> AnyView {
    let touch = stage.touch;
    let title = text(move || {
        touch.summed(stage).map_or(String::new(), |(from, to)| {
            format!("From {} to {}", moment(from), moment(to))
        })
    });
    let table = parts(move || {
        let Some(stretch) = touch.summed(stage) else {
            return Vec::new();
        };
        let table =
            stage.of_shown(|comparison| touch.visits.with_value(|it| sum(comparison, it, stretch)));
        vec![numbers("The sum of the stretch", &table)]
    });
    let name = text(|| "The sum of a stretch".to_owned());
    let hidden = when(move || touch.summed(stage).is_none());
    let inside = vec![
        view! { <Line class="title" role="status">{title}</Line> }.into_any(),
        table,
    ];
    view! { <Region class="kept" id="fleet-sum" role="region" name hidden>{inside}</Region> }
        .into_any()
}
