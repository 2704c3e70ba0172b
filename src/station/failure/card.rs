//! The card of a request that was clicked in a lane: what became of it and, once the engine has sent it to each replica in turn, what
//! that would have led to.

use super::stage::Stage;
use crate::dom;
use crate::figure::signal::{parts, text, when};
use crate::figure::{Button, Line, Region, nodes};
use crate::worker::{Ask, Forked, Link};
use leptos::prelude::*;
use warmpath_view::duel::play;
use warmpath_view::failure::touch::{last, told, whose};
use warmpath_view::fork::say;
use warmpath_view::rich::plain_text;

/// From where in a lane on what waits is shown \[share of its height\].
const QUEUE: f64 = 0.52;

/// What is kept. A copy shares everything.
#[derive(Clone, Copy)]
pub(super) struct Card {
    /// The side and the request; none: nothing is kept.
    kept: RwSignal<Option<(usize, u32)>>,
    /// What sending it elsewhere led to.
    forked: RwSignal<Option<Forked>>,
    /// Whether that is being computed.
    forking: RwSignal<bool>,
}

impl Card {
    /// A card of nothing.
    pub(super) fn new() -> Self {
        Self {
            kept: RwSignal::new(None),
            forked: RwSignal::new(None),
            forking: RwSignal::new(false),
        }
    }

    /// Keeps the card of a request; none: closes it.
    pub(super) fn keep(self, whose: Option<(usize, u32)>) {
        self.forked.set(None);
        self.forking.set(false);
        self.kept.set(whose);
    }

    /// The request was sent elsewhere.
    pub(super) fn came(self, forked: Forked) {
        self.forking.set(false);
        if self.kept.get_untracked().map(|it| it.1) == Some(forked.request) {
            self.forked.set(Some(forked));
        }
    }

    /// What was asked for cannot be computed.
    pub(super) fn failed(self) {
        self.forking.set(false);
    }
}

impl Stage {
    /// A lane of side `which` was clicked at the playhead, so far down \[share of its height\].
    pub(super) fn clicked(self, which: usize, down: f64) {
        let (replica, now) = (self.chosen.get_untracked(), self.player.now.get_untracked());
        let found = self.shown.with_untracked(|shown| {
            let runs = shown.as_ref()?;
            whose(runs, which, replica, now, down > QUEUE)
        });
        self.card.keep(found.map(|request| (which, request)));
    }

    /// Keeps the card of the request that was sent last to the chosen replica on the first side.
    pub(super) fn keep_last(self) {
        let (replica, now) = (self.chosen.get_untracked(), self.player.now.get_untracked());
        let found = self
            .shown
            .with_untracked(|shown| last(shown.as_ref()?, 0, replica, now));
        self.card.keep(found.map(|request| (0, request)));
    }
}

/// The card; `link` leads to the engine that made the runs.
pub(super) fn card(stage: Stage, link: Link) -> AnyView {
    let card = stage.card;
    let link = StoredValue::new_local(link);
    let elsewhere = move |()| {
        let Some((policy, request)) = card.kept.get_untracked() else {
            return;
        };
        card.forking.set(true);
        let query = stage.asked_for.with_untracked(|it| it.query());
        let requests = stage
            .shown
            .with_untracked(|it| it.as_ref().map(|it| it.requests));
        let ask = Ask::Fork {
            query: play::forked(&query, requests.unwrap_or(0)),
            policy,
            request,
            base: dom::folder(),
        };
        if let Err(reason) = link.with_value(|link| link.ask(&ask)) {
            card.failed();
            stage.fault.set(Some(reason));
        }
    };
    let what = parts(move || {
        let kept = card.kept.get();
        let said = kept.map(|(which, request)| stage.of_shown(|it| told(it, which, request)));
        nodes(&said.unwrap_or_default())
    });
    let came = parts(move || {
        let forked = card.forked.read();
        let said = forked
            .as_ref()
            .map(|it| say(&it.policy, it.request, &it.original, &it.effects));
        nodes(&plain_text(said.unwrap_or_default()))
    });
    let label = text(move || {
        match card.forking.get() {
            true => "Being tried on every replica …",
            false => "What if it had gone elsewhere?",
        }
        .to_owned()
    });
    let busy = when(move || card.forking.get() || card.forked.read().is_some());
    let hidden = when(move || card.kept.read().is_none());
    let name = text(|| "The request that is kept".to_owned());
    let buttons = vec![
        view! { <Button id="failure-elsewhere" disabled=busy click=elsewhere>{label}</Button> }
            .into_any(),
        view! { <Button id="failure-let-go" click=move |()| card.keep(None)>"Close"</Button> }
            .into_any(),
    ];
    let buttons = view! { <Region class="controls">{buttons}</Region> };
    let inside = vec![
        view! { <Line class="title" role="status">{what}</Line> }.into_any(),
        view! { <Line class="came-of-it" id="failure-tried" role="status">{came}</Line> }
            .into_any(),
        buttons.into_any(),
    ];
    view! { <Region class="kept" id="failure-kept" role="region" name hidden>{inside}</Region> }
        .into_any()
}
