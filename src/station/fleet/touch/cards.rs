//! The texts on what is touched: how the lanes can be touched, a card beside the pointer, the card that is kept, and the sums
//! of a stretch.

use super::super::asked;
use super::super::stage::FleetState;
use super::Touch;
use crate::dom;
use crate::figure::rich::{span, span_with};
use crate::figure::signal::{follow, parts, text, when};
use crate::figure::{Button, Line, Region, beside, nodes, scroller, table};
use crate::worker::{Link, WorkRequest};
use leptos::prelude::*;
use warmpath_view::comparison::play::forked as query_of_shown;
use warmpath_view::comparison::sentences::moment;
use warmpath_view::comparison::touch::{card, sum, title, waited, why};
use warmpath_view::fork::sentence;
use warmpath_view::rich::plain_text;
use warmpath_view::table::Table;

/// The id of the card beside the pointer.
const TIP: &str = "fleet-tip";

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

/// The card that is kept; `link` leads to the engine that makes the replays.
pub(in super::super) fn kept(stage: FleetState, link: Link) -> AnyView {
    let touch = stage.touch;
    let link = StoredValue::new_local(link);
    let of = move |of: fn(Touch, usize, u32, FleetState) -> Vec<AnyView>| {
        parts(move || {
            let kept = touch.kept.get();
            kept.map_or(Vec::new(), |(which, request)| {
                of(touch, which, request, stage)
            })
        })
    };
    let busy = when(move || touch.forking.get() || touch.forked.read().is_some());
    let elsewhere = move |()| {
        let Some((policy, request)) = touch.kept.get_untracked() else {
            return;
        };
        touch.forking.set(true);
        let query = untrack(|| {
            let shown = stage.shown.read();
            let shown = shown.as_ref().ok_or("nothing is shown");
            shown.map(|shown| query_of_shown(&asked(stage), shown.prompts.len() as u32))
        });
        let asked = query.map_err(str::to_owned).and_then(|query| {
            let base = dom::folder();
            let ask = WorkRequest::Fork {
                query,
                policy,
                request,
                base,
            };
            link.with_value(|link| link.ask(&ask))
        });
        if let Err(reason) = asked {
            touch.failed();
            stage.fault.set(Some(reason));
        }
    };
    let to = move |()| {
        if let Some((which, request)) = touch.kept.get_untracked()
            && let Some(visit) = touch.visit(which, request)
        {
            stage.player.jump(visit.sent);
        }
    };
    let label = text(move || {
        match touch.forking.get() {
            true => "Being tried on every replica …",
            false => "What if it had gone elsewhere?",
        }
        .to_owned()
    });
    let name = text(|| "The request that is kept".to_owned());
    let hidden = when(move || touch.kept.read().is_none());
    let what =
        of(|_, _, request, stage| nodes(&stage.of_shown(|comparison| title(comparison, request))));
    let became = of(|touch, _, request, stage| {
        let table = stage
            .of_shown(|comparison| touch.visits.with_value(|it| card(comparison, it, request)));
        vec![numbers("What became of it", &table)]
    });
    let late = of(|touch, which, request, stage| {
        let told = stage.of_side(which, |comparison| {
            touch.visits.with_value(|it| {
                let visits = it.get(which).map_or(&[][..], |it| it);
                waited(comparison, which, visits, request)
            })
        });
        nodes(&plain_text(told.unwrap_or_default()))
    });
    let whose = of(|_, which, _, stage| {
        let policy = stage.of_side(which, |comparison| {
            comparison.sides[which].policy().to_owned()
        });
        let policy = policy.unwrap_or_default();
        nodes(&plain_text(format!(
            "Why there? What {policy} could choose from when it was sent:"
        )))
    });
    let there = of(|touch, which, request, stage| {
        let forked = touch.forked.read();
        let tried = forked.as_ref().map(|it| it.effects.as_slice());
        let table = stage.of_side(which, |comparison| {
            touch.visits.with_value(|it| {
                let visits = it.get(which).map_or(&[][..], |it| it);
                why(comparison, which, visits, request, tried)
            })
        });
        vec![numbers(
            "What each replica was doing",
            &table.unwrap_or_default(),
        )]
    });
    let came = of(|touch, _, _, _| {
        let forked = touch.forked.read();
        let sentence = forked
            .as_ref()
            .map(|it| sentence(&it.policy, it.request, &it.original, &it.effects));
        nodes(&plain_text(sentence.unwrap_or_default()))
    });
    let buttons = vec![
        view! { <Button id="fleet-elsewhere" disabled=busy click=elsewhere>{label}</Button> }
            .into_any(),
        view! { <Button click=to>"Go to when it was sent"</Button> }.into_any(),
        view! { <Button id="fleet-let-go" click=move |()| touch.keep(None)>"Close"</Button> }
            .into_any(),
    ];
    let inside = vec![
        view! { <Line class="title" role="status">{what}</Line> }.into_any(),
        became,
        view! { <Line id="fleet-waited" class="reason">{late}</Line> }.into_any(),
        view! { <Line class="soft">{whose}</Line> }.into_any(),
        there,
        view! { <Line class="came-of-it" id="fleet-tried" role="status">{came}</Line> }.into_any(),
        region("controls", buttons),
    ];
    view! { <Region class="kept" id="fleet-kept" role="region" name hidden>{inside}</Region> }
        .into_any()
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
