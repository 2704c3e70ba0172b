//! The controls for events: the chosen replica, a button for each kind of event, and the events so far.

use super::stage::FailureState;
use crate::figure::Button;
use crate::figure::signal::{parts, text, when};
use leptos::prelude::*;
use warmpath_core::scenario::life::Event;
use warmpath_view::event::words;
use warmpath_view::failure::choice::{Act, Choice};

/// The choice of a replica, and a button for each kind of event. A button causes its event at the moment that is printed before
/// the buttons, to the chosen replica; "Add" starts a further one.
pub(super) fn event_buttons(stage: FailureState) -> AnyView {
    let replica = move |id: u16| {
        let pressed = text(move || (stage.chosen.get() == id).to_string());
        let name = text(move || format!("Replica {id}"));
        let hidden = when(move || {
            stage.shown.track();
            usize::from(id) >= stage.replicas()
        });
        view! {
            <Button class="whom" name pressed hidden click=move |()| stage.chosen.set(id)>
                {crate::figure::square(id.into())}
            </Button>
        }
    };
    let replicas: Vec<_> = (0..8).map(replica).collect();
    let act = move |act: Act| {
        let disabled = when(move || stage.moment().is_none());
        let id = format!("failure-{}", act.name().to_lowercase());
        view! {
            <Button id disabled title=act.about() click=move |()| stage.act(act)>
                {act.name()}
                " "
                <kbd>{act.key().to_ascii_uppercase()}</kbd>
            </Button>
        }
    };
    let acts: Vec<_> = Act::ALL.into_iter().map(act).collect();
    view! {
        <div class="befall" role="group" aria-label="What is to happen">
            <span class="aim">{text(move || stage.aim())}</span>
            <span class="whoms">{replicas}</span>
            <span class="acts">{acts}</span>
        </div>
    }
    .into_any()
}

/// The list of events, each with a button that removes it, and a button that restores what the station began with.
pub(super) fn event_list(stage: FailureState) -> AnyView {
    let items = move || {
        let events = stage.asked_for.with(|it| it.events.all.clone());
        let item = |(at, event): (usize, Event)| {
            let event_text = words(&event);
            let name = format!("Take it back: {event_text}");
            let back = move |()| {
                stage.asked_for.update(|it| {
                    if at < it.events.all.len() {
                        it.events.all.remove(at);
                    }
                });
            };
            view! {
                <li>
                    {event_text}
                    " "
                    <Button class="small" name=text(move || name.clone()) click=back>
                        "×"
                    </Button>
                </li>
            }
            .into_any()
        };
        let mut items: Vec<AnyView> = events.into_iter().enumerate().map(item).collect();
        if items.is_empty() {
            items.push(view! { <li>"Nothing happens"</li> }.into_any());
        }
        items
    };
    let begin = move || stage.asked_for.with(Choice::begun);
    let as_begun = when(move || *stage.asked_for.read() == begin());
    view! {
        <ul class="befalls" id="failure-events" aria-label="What happens">
            {parts(items)}
        </ul>
        <Button id="failure-anew" hidden=as_begun click=move |()| stage.asked_for.set(untrack(begin))>
            "Reset events and policies"
        </Button>
    }
    .into_any()
}
